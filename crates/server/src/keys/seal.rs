//! Sealing: AES-256-GCM under a derived key, bound to its purpose.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::secret::Secret;

use super::master::expand;

/// Seals and opens texts. What was sealed for one purpose does not open for another.
pub struct Sealer(RandomizedNonceKey);

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Self {
        #[expect(clippy::expect_used, reason = "the key has the length that the algorithm asks for")]
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).expect("a 256-bit key");
        Self(key)
    }

    /// A sealer that only the holder of `secret` can make.
    pub fn of_secret(secret: &Secret) -> Self {
        Self::new(&expand(secret.expose().as_bytes(), "seal"))
    }

    /// Base64url of nonce, ciphertext and tag.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let mut bytes = plain.to_vec();
        #[expect(clippy::expect_used, reason = "sealing fails only beyond 64 GiB")]
        let nonce =
            self.0.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut bytes).expect("a short text");
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The plain bytes, or `None` for anything that was not sealed here for this purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), rest).ok()?;
        Some(plain.to_vec())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sealer(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only() {
        let sealer = Sealer::new(&[1; 32]);
        let text = sealer.seal("a", b"text");
        assert_eq!(sealer.open("a", &text), Some(b"text".to_vec()));
        assert_eq!(sealer.open("b", &text), None);
        assert_eq!(Sealer::new(&[2; 32]).open("a", &text), None);
    }

    #[test]
    fn nothing_that_was_altered_opens() {
        let sealer = Sealer::new(&[1; 32]);
        let text = sealer.seal("a", b"text");
        for end in 0..text.len() {
            assert_eq!(sealer.open("a", &text[..end]), None);
        }
    }
}
