//! Proof Key for Code Exchange, S256 and nothing else. RFC 7636.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A `code_challenge` of the method S256: 43 characters of base64url. RFC 7636 §4.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// A SHA-256 hash has 43 characters in base64url; anything else is no S256 challenge.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hash = text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32);
        is_hash.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `verifier` is 43 to 128 unreserved characters whose SHA-256 is this challenge. RFC 7636 §4.1, §4.6.
    pub fn accepts(&self, verifier: &str) -> bool {
        let well_formed = (43..=128).contains(&verifier.len())
            && verifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'));
        let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        well_formed & bool::from(hash.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a code challenge is 43 characters of base64url")
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        assert!(CodeChallenge::parse(CHALLENGE).unwrap().accepts(VERIFIER));
    }

    #[test]
    fn the_challenge_itself_is_no_verifier() {
        assert!(!CodeChallenge::parse(CHALLENGE).unwrap().accepts(CHALLENGE));
    }

    #[test]
    fn challenges_of_other_lengths_or_alphabets_are_refused() {
        let longer = format!("{CHALLENGE}A");
        let plus = CHALLENGE.replace('-', "+");
        for text in ["", &CHALLENGE[1..], &longer, &plus, &"=".repeat(43)] {
            assert_eq!(CodeChallenge::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_the_preimage_and_keeps_the_grammar(verifier in "[ -~]{0,140}") {
            let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
            let challenge = CodeChallenge::parse(&hash).unwrap();
            let grammar = (43..=128).contains(&verifier.len())
                && verifier.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
            prop_assert_eq!(challenge.accepts(&verifier), grammar);
        }
    }
}
