//! A key's name by its content.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::jwk::{Jwk, KeyMaterial};

/// SHA-256 over the key's required members in lexicographic order, in base64url: 43 characters. RFC 7638 §3.
pub fn thumbprint(key: &Jwk) -> String {
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let canonical = match key.material() {
        KeyMaterial::Rsa { n, e } => {
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n))
        }
        KeyMaterial::Ec { curve, x, y } => {
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.as_str(), b64(x), b64(y))
        }
        KeyMaterial::Ed25519 { x } => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x))
        }
    };
    b64(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jose::{JwkSet, signer};

    fn thumbprint_of(key: &Value) -> String {
        let set = JwkSet::parse(&json!({ "keys": [key] })).expect("good");
        thumbprint(set.keys().next().expect("one"))
    }

    #[test]
    fn the_example_of_rfc_7638_section_3_1_comes_out_whatever_optional_members_say() {
        let key =
            json!({"kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "e": "AQAB", "n": signer::RFC7638_N});
        assert_eq!(thumbprint_of(&key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn the_example_of_rfc_8037_appendix_a_3_comes_out() {
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(thumbprint_of(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
