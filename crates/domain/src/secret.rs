//! Things that must not be seen: held without `Debug`, compared in constant time, wiped when dropped, stored only as a keyed hash.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::Id;

/// A secret text: a token, a client secret, a password somebody typed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Equality without telling by time where the first difference is.
    pub fn equals(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("****")
    }
}

/// What kind of opaque credential a text claims to be, told by its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    RefreshToken,
    AuthorizationCode,
    DeviceCode,
    RegistrationAccessToken,
    InitialAccessToken,
    ApiKey,
    AppPassword,
    ClientSecret,
    Session,
    Visit,
}

impl TokenKind {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::RefreshToken => "wlr_",
            Self::AuthorizationCode => "wlc_",
            Self::DeviceCode => "wld_",
            Self::RegistrationAccessToken => "wlm_",
            Self::InitialAccessToken => "wli_",
            Self::ApiKey => "wlk_",
            Self::AppPassword => "wlw_",
            Self::ClientSecret => "wls_",
            Self::Session => "wln_",
            Self::Visit => "wlv_",
        }
    }

    /// Writes a credential: prefix, the id of its row, 256 bits of chance in base64url. 73 characters in all.
    pub fn compose(self, id: &Id, chance: &[u8; 32]) -> Secret {
        Secret(format!("{}{}{}", self.prefix(), id, URL_SAFE_NO_PAD.encode(chance)))
    }

    /// The id of the row that a credential of this kind names, or `None` for any other text. It proves nothing: the whole text
    /// must still match the stored hash.
    pub fn row(self, text: &str) -> Option<Id> {
        let rest = text.strip_prefix(self.prefix())?;
        if rest.len() != Id::LEN + CHANCE_LEN {
            return None;
        }
        Id::parse(rest.get(..Id::LEN)?)
    }
}

const CHANCE_LEN: usize = 43;

/// What the store keeps of a secret: HMAC-SHA-256 under a key that is not in the store, in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// As read from the store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of all secret hashes, derived from the master key.
///
/// Machine secrets carry 256 bits of chance, so a fast keyed hash is enough; what people type goes through Argon2id instead.
pub struct HashKey(hmac::Key);

impl HashKey {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub fn hash(&self, secret: &str) -> SecretHash {
        SecretHash(URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, secret.as_bytes())))
    }

    /// Whether `presented` is the secret whose hash is `stored`, in constant time.
    pub fn matches(&self, presented: &str, stored: &SecretHash) -> bool {
        self.hash(presented).0.as_bytes().ct_eq(stored.0.as_bytes()).into()
    }

    /// 256 bits that follow from `secret` and `label` and from nothing else: the same successor for the same predecessor.
    pub fn derive(&self, label: &str, secret: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(label.as_bytes());
        context.update(&[0]);
        context.update(secret.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.sign().as_ref());
        bytes
    }
}

impl std::fmt::Debug for HashKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("HashKey(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn token() -> Secret {
        TokenKind::RefreshToken.compose(&Id::new(Timestamp::from_millis(5), 1, [9; 8]), &[7; 32])
    }

    #[test]
    fn a_token_names_its_row_only_as_the_kind_it_is() {
        let token = token();
        assert!(TokenKind::RefreshToken.row(token.expose()).is_some());
        assert_eq!(TokenKind::AuthorizationCode.row(token.expose()), None);
    }

    #[test]
    fn no_strict_prefix_and_no_extension_of_a_token_is_a_token() {
        let token = token();
        let text = token.expose();
        assert!((0..text.len()).all(|end| TokenKind::RefreshToken.row(&text[..end]).is_none()));
        assert_eq!(TokenKind::RefreshToken.row(&format!("{text}A")), None);
    }

    #[test]
    fn a_hash_matches_its_secret_and_no_other() {
        let key = HashKey::new(&[1; 32]);
        let hash = key.hash("wls_a");
        assert!(key.matches("wls_a", &hash));
        assert!(!key.matches("wls_b", &hash));
        assert!(!HashKey::new(&[2; 32]).matches("wls_a", &hash));
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", token()), "****");
    }
}
