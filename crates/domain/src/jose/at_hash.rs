//! The bond between an ID token and what came with it.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Algorithm;

/// The left half of the access token's hash, in base64url: the hash is the one of the algorithm that signs the ID token.
/// `c_hash` is made of a code in the same way. OpenID Connect Core §3.1.3.6, §3.3.2.11.
pub fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = digest::digest(algorithm.hash(), access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_c_hash_of_openid_connect_core_appendix_a_4_comes_out() {
        let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
        assert_eq!(at_hash(Algorithm::Rs256, code), "LDktKdoQak3Pk0cnXxCltA");
    }

    #[test]
    fn a_longer_hash_leaves_a_longer_half() {
        assert_eq!(at_hash(Algorithm::Es384, "a").len(), 32);
        assert_eq!(at_hash(Algorithm::EdDsa, "a").len(), 43);
    }
}
