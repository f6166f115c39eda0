//! What waits in a page for its answer: sealed, for one purpose and one person or browser, for a short while, and good once.
//!
//! Nothing is stored until it comes back, so nobody fills a table by asking for pages. When it is used its id goes into a table, which
//! decides who was first.

use domain::{id::Id, time::Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{Statement, Store, StoreError, spent_seals};

use crate::keys::Sealer;

/// Seals and opens.
#[derive(Debug)]
pub struct Seals(Sealer);

/// What was sealed is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A sign-in whose password was right. For a browser.
    SecondStep,
    /// A challenge that a passkey answers to sign in. For a browser.
    PasskeySignIn,
    /// A challenge that a new passkey answers. For an account.
    PasskeyRegistration,
    /// A seed that was shown and waits for its first code. For an account.
    Totp,
}

/// What came back unaltered and in time.
#[derive(Debug)]
pub struct Opened<T> {
    id: Id,
    expires_at: Timestamp,
    pub content: T,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    id: Id,
    expires_at: Timestamp,
    content: T,
}

impl Seals {
    pub fn new(sealer: Sealer) -> Self {
        Self(sealer)
    }

    /// Seals `content` for `whom` until `expires_at`, under an id that nothing else has.
    pub fn seal<T: Serialize>(
        &self,
        purpose: Purpose,
        whom: &str,
        content: &T,
        id: Id,
        expires_at: Timestamp,
    ) -> String {
        let envelope = Envelope { id, expires_at, content };
        self.0.seal(&purpose.label(whom), &serde_json::to_vec(&envelope).unwrap_or_default())
    }

    /// What was sealed for this purpose and for `whom`, unless it was altered or is too old.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        whom: &str,
        text: &str,
        now: Timestamp,
    ) -> Option<Opened<T>> {
        let plain = self.0.open(&purpose.label(whom), text)?;
        let Envelope { id, expires_at, content } = serde_json::from_slice(&plain).ok()?;
        (now < expires_at).then_some(Opened { id, expires_at, content })
    }
}

impl<T> Opened<T> {
    /// Goes into the batch of what follows from it: whoever commits it first has used it.
    pub fn spend(&self) -> Statement {
        spent_seals::spend(&self.id, self.expires_at)
    }

    pub async fn is_spent(&self, store: &Store) -> Result<bool, StoreError> {
        spent_seals::is_spent(store, &self.id).await
    }
}

impl Purpose {
    fn label(self, whom: &str) -> String {
        let purpose = match self {
            Self::SecondStep => "second step",
            Self::PasskeySignIn => "passkey sign-in",
            Self::PasskeyRegistration => "passkey registration",
            Self::Totp => "totp",
        };
        format!("{purpose} of {whom}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn id() -> Id {
        Id::new(NOW, 1, [0; 8])
    }

    #[test]
    fn a_seal_opens_for_its_purpose_and_its_browser_alone() {
        let seals = Seals::new(Sealer::new(&[1; 32]));
        let text = seals.seal(Purpose::SecondStep, "a", &"content", id(), NOW.plus(Duration::from_secs(1)));
        let open =
            |purpose, whom| seals.open::<String>(purpose, whom, &text, NOW).map(|opened| opened.content);
        assert_eq!(open(Purpose::SecondStep, "a").as_deref(), Some("content"));
        assert_eq!([open(Purpose::SecondStep, "b"), open(Purpose::PasskeySignIn, "a")], [None, None]);
    }

    #[test]
    fn a_seal_ends() {
        let seals = Seals::new(Sealer::new(&[1; 32]));
        let text = seals.seal(Purpose::Totp, "a", &1, id(), NOW);
        let open = |now| seals.open::<i64>(Purpose::Totp, "a", &text, now).is_some();
        assert!(open(Timestamp::from_millis(999_999)) && !open(NOW));
    }
}
