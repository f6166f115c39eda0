//! Passkeys: what is asked of a device, and whether its answer holds. Web Authentication Level 3 §7.
//!
//! Only keys that the device finds by itself and that check who holds it are asked for, so a passkey is a sign-in of its own: no name, no
//! password, two factors.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    directory::{Account, Passkey},
    id::Id,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        Credential, CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey as Key,
        PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, WebauthnError,
    },
};

use crate::config::Issuer;

/// Longer answers are not read.
const MAX_ANSWER: usize = 16 * 1024;

/// This server as devices know it: the host of the issuer.
#[derive(Debug)]
pub struct RelyingParty(Webauthn);

/// A question to a device, and what the answer is checked against.
#[derive(Debug)]
pub struct Question {
    /// `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: Value,
    /// Kept from the browser's hands until the answer is there.
    pub state: String,
}

/// A new key of a device.
#[derive(Debug)]
pub struct Registered {
    pub credential_id: String,
    pub credential: String,
    pub sign_count: u32,
}

/// Why an answer proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefusal {
    #[error("the answer cannot be read")]
    Malformed,
    #[error("the passkey is not known here")]
    Unknown,
    #[error("the answer is for another challenge")]
    OtherChallenge,
    #[error("the answer was given to another site")]
    OtherSite,
    #[error("the device did not check who holds it")]
    NotVerified,
    #[error("the passkey counted backwards; there may be a copy of it")]
    CounterRegressed,
    #[error("the answer does not hold")]
    Invalid,
}

impl RelyingParty {
    /// None when the issuer's host is an address: passkeys are bound to names. Web Authentication Level 3 §5.1.2.
    pub fn of(issuer: &Issuer) -> Option<Self> {
        let rp_id = issuer.url().domain()?;
        let mut origin = issuer.url().clone();
        origin.set_path("");
        let webauthn = WebauthnBuilder::new(rp_id, &origin).ok()?.rp_name("Wayleave").build().ok()?;
        Some(Self(webauthn))
    }

    /// Asks a device for a new key for `account`, which has `known` already.
    pub fn ask_for_key(&self, account: &Account, known: &[Passkey]) -> Result<Question, AnswerRefusal> {
        let known = known.iter().filter_map(|passkey| URL_SAFE_NO_PAD.decode(&passkey.credential_id).ok());
        let known: Vec<CredentialID> = known.collect();
        let shown = account.description.as_deref().unwrap_or(&account.name);
        let (asked, state) =
            self.0.start_passkey_registration(user_handle(&account.id), &account.name, shown, Some(known))?;
        let mut options = serde_json::to_value(&asked.public_key).map_err(|_| AnswerRefusal::Invalid)?;
        if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            // A key that the device does not find by itself could not sign in without a name.
            selection.insert("residentKey".to_owned(), json!("required"));
            selection.insert("requireResidentKey".to_owned(), json!(true));
        }
        Ok(Question { options, state: write(&state)? })
    }

    /// The key that came as the answer to `state`.
    pub fn new_key(&self, state: &str, answer: &str) -> Result<Registered, AnswerRefusal> {
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| AnswerRefusal::Invalid)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let key = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(Registered {
            credential_id: URL_SAFE_NO_PAD.encode(key.cred_id()),
            credential: write(&key)?,
            sign_count: Credential::from(key).counter,
        })
    }

    /// Asks whichever device is there to sign somebody in.
    pub fn ask_who(&self) -> Result<Question, AnswerRefusal> {
        let (asked, state) = self.0.start_discoverable_authentication()?;
        let options = serde_json::to_value(&asked.public_key).map_err(|_| AnswerRefusal::Invalid)?;
        Ok(Question { options, state: write(&state)? })
    }

    /// The name of the key that answers. It proves nothing yet.
    pub fn claimed(answer: &str) -> Result<String, AnswerRefusal> {
        let answer: PublicKeyCredential = read(answer)?;
        Ok(URL_SAFE_NO_PAD.encode(answer.get_credential_id()))
    }

    /// `passkey` as it is after this answer to `state`, if that holds: right challenge, site, account, signature and count.
    pub fn check(&self, state: &str, answer: &str, passkey: &Passkey) -> Result<Passkey, AnswerRefusal> {
        let state: DiscoverableAuthentication =
            serde_json::from_str(state).map_err(|_| AnswerRefusal::Invalid)?;
        let answer: PublicKeyCredential = read(answer)?;
        let (handle, _) = self.0.identify_discoverable_authentication(&answer)?;
        if handle != user_handle(&passkey.account_id) {
            return Err(AnswerRefusal::Unknown);
        }
        let mut key: Key = serde_json::from_str(&passkey.credential).map_err(|_| AnswerRefusal::Invalid)?;
        let result =
            self.0.finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&key))?;
        let _ = key.update_credential(&result);
        Ok(Passkey { credential: write(&key)?, sign_count: result.counter(), ..passkey.clone() })
    }
}

/// What a device remembers of the account: its id, and nothing that says who it is.
fn user_handle(account_id: &Id) -> Uuid {
    Uuid::from_u128(account_id.bits())
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, AnswerRefusal> {
    if answer.len() > MAX_ANSWER {
        return Err(AnswerRefusal::Malformed);
    }
    serde_json::from_str(answer).map_err(|_| AnswerRefusal::Malformed)
}

fn write(value: &impl Serialize) -> Result<String, AnswerRefusal> {
    serde_json::to_string(value).map_err(|_| AnswerRefusal::Invalid)
}

impl From<WebauthnError> for AnswerRefusal {
    fn from(error: WebauthnError) -> Self {
        tracing::debug!(%error, "passkey");
        match error {
            WebauthnError::MismatchedChallenge => Self::OtherChallenge,
            WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash => Self::OtherSite,
            WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => Self::NotVerified,
            WebauthnError::CredentialPossibleCompromise => Self::CounterRegressed,
            WebauthnError::InvalidUserUniqueId | WebauthnError::CredentialNotFound => Self::Unknown,
            // An open list: whatever else is wrong with an answer, it does not hold.
            _ => Self::Invalid,
        }
    }
}
