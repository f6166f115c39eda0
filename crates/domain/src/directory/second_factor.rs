//! What an account signs in with beside its password, what a sign-in still needs, and how often somebody may guess.

use std::time::Duration;

use crate::{id::Id, time::Timestamp};

/// What an account signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors {
    pub has_password: bool,
    /// When codes of an app came to be asked for; none where they are not.
    pub totp_since: Option<Timestamp>,
    /// Recovery codes that nobody used yet.
    pub recovery_codes: u32,
    /// Oldest first.
    pub passkeys: Vec<Passkey>,
}

/// A key on somebody's device that signs in as an account. Web Authentication Level 3 §4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: Id,
    pub account_id: Id,
    /// What the device calls it, in base64url.
    pub credential_id: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key and what was found out about it, as the library that checks it writes it down.
    pub credential: String,
    /// How often the device said that it was used; 0 where it does not count.
    pub sign_count: u32,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// So many passkeys an account may have.
pub const MOST_PASSKEYS: usize = 20;

/// The longest name of a passkey, in characters.
pub const MAX_PASSKEY_NAME: usize = 64;

/// A change of what an account signs in with needs a sign-in that is no older.
pub const RECENT: Duration = Duration::from_mins(10);

/// For so long the second step may wait after the password.
pub const STEP_LIFE: Duration = Duration::from_mins(10);

/// So many codes may be tried for an account within [`WINDOW`], and so many within [`DAY`], right ones not counted. With 10⁶ codes of which three
/// are right at a time, whoever knows the password guesses one within a day with a probability of 6 in 100,000.
pub const TRIES_OF_A_WINDOW: i64 = 5;
pub const TRIES_OF_A_DAY: i64 = 20;
pub const WINDOW: Duration = Duration::from_mins(5);
pub const DAY: Duration = Duration::from_hours(24);

/// What a sign-in still needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// A code of the app, or one of the recovery codes.
    Code,
}

/// What is still needed after the right password of an account with or without codes of an app.
pub const fn after_password(has_totp: bool) -> Needs {
    if has_totp { Needs::Code } else { Needs::Nothing }
}

/// Whether somebody who signed in then, if at all, may change what the account signs in with.
pub fn is_recent(signed_in_at: Option<Timestamp>, now: Timestamp) -> bool {
    signed_in_at.is_some_and(|then| now.since(then) <= RECENT)
}

/// Whether management may be asked with the password alone. Where a second factor is wanted a password is not enough anywhere.
pub const fn is_password_enough(has_totp: bool) -> bool {
    matches!(after_password(has_totp), Needs::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_enough_where_no_code_is_asked_for() {
        assert_eq!([after_password(false), after_password(true)], [Needs::Nothing, Needs::Code]);
        assert!(is_password_enough(false) && !is_password_enough(true));
    }

    #[test]
    fn a_sign_in_is_recent_for_ten_minutes() {
        let then = Timestamp::from_seconds(1_000);
        assert!(is_recent(Some(then), then.plus(RECENT)));
        assert!(!is_recent(Some(then), then.plus(RECENT + Duration::from_millis(1))));
        assert!(!is_recent(None, then));
    }
}
