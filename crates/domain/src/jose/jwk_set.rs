//! A set of public keys, as a client registers it and as we publish our own. RFC 7517 §5.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

use super::{Jwk, KeyError, goodkey};

/// How many keys one set may hold: rotation needs two or three, and each costs time to check.
const MAX_KEYS: usize = 20;

/// A set of public keys that passed every check, or that comes from our own store where it was kept after passing them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// Lets in a set that a stranger sent: public keys only, each good by the rules of `goodkey`, at most 20, no `kid` twice.
    /// Keys for encryption and members we do not use are dropped. RFC 7517 §5, RFC 7591 §2.
    pub fn parse(value: &Value) -> Result<Self, KeyError> {
        let set = Self::read(value)?;
        if set.is_empty() {
            return Err(KeyError::Empty);
        }
        for key in &set.keys {
            goodkey::check(key.material())?;
        }
        Ok(set)
    }

    /// Lets in what is usable of a set that is published for everybody, not for us alone: keys of kinds that this server does not know, or
    /// would not trust, are passed over. A secret in it is a fault of all of it.
    pub fn parse_published(value: &Value) -> Result<Self, KeyError> {
        let entries = value.get("keys").and_then(Value::as_array).ok_or(KeyError::NotASet)?;
        if entries.len() > MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        let mut keys = Vec::new();
        for entry in entries {
            match Jwk::read(entry) {
                Ok(Some(key)) if goodkey::check(key.material()).is_ok() => keys.push(key),
                Err(error @ (KeyError::Private | KeyError::Symmetric)) => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        require_unique_kids(&keys)?;
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self { keys }) }
    }

    /// A set of our own keys, to be published.
    pub fn of(keys: Vec<Jwk>) -> Result<Self, KeyError> {
        require_unique_kids(&keys)?;
        Ok(Self { keys })
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter()
    }

    fn read(value: &Value) -> Result<Self, KeyError> {
        let entries = value.get("keys").and_then(Value::as_array);
        let entries = entries.ok_or(KeyError::NotASet)?;
        if entries.len() > MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        let keys: Result<Vec<Option<Jwk>>, KeyError> = entries.iter().map(Jwk::read).collect();
        let keys: Vec<Jwk> = keys?.into_iter().flatten().collect();
        require_unique_kids(&keys)?;
        Ok(Self { keys })
    }
}

fn require_unique_kids(keys: &[Jwk]) -> Result<(), KeyError> {
    let mut seen = HashSet::new();
    if keys.iter().filter_map(Jwk::kid).all(|kid| seen.insert(kid)) {
        Ok(())
    } else {
        Err(KeyError::DuplicateKeyId)
    }
}

/// From our own store: the form is checked again, the arithmetic is not repeated.
impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::jose::signer;

    fn point() -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": signer::RFC7515_A3_X, "y": signer::RFC7515_A3_Y})
    }

    /// The good point above with one member set to `value`.
    fn with(name: &str, value: impl Into<Value>) -> Value {
        let mut key = point();
        key[name] = value.into();
        key
    }

    fn parsed(keys: &[Value]) -> Result<JwkSet, KeyError> {
        JwkSet::parse(&json!({ "keys": keys }))
    }

    #[test]
    fn what_is_no_set_or_empty_is_refused() {
        for value in [json!(null), json!([]), json!({}), json!({"keys": {}}), json!("{}")] {
            assert_eq!(JwkSet::parse(&value), Err(KeyError::NotASet));
        }
        assert_eq!(parsed(&[]), Err(KeyError::Empty));
        assert_eq!(parsed(&[json!(1)]), Err(KeyError::NotAKey));
    }

    #[test]
    fn private_members_and_shared_secrets_are_refused_whatever_the_use() {
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert_eq!(parsed(&[with(name, "AQ")]), Err(KeyError::Private), "{name}");
            assert_eq!(parsed(&[with(name, Value::Null)]), Err(KeyError::Private), "{name}");
        }
        let mut encryption = with("d", "AQ");
        encryption["use"] = json!("enc");
        assert_eq!(parsed(&[encryption]), Err(KeyError::Private));
        let secret = json!({"kty": "oct", "k": "AQ"});
        assert_eq!(parsed(&[point(), secret]), Err(KeyError::Symmetric));
    }

    #[test]
    fn of_a_set_for_everybody_what_is_unknown_is_passed_over_and_a_secret_spoils_all() {
        let published = |keys: &[Value]| JwkSet::parse_published(&json!({ "keys": keys }));
        let unknown = json!({"kty": "EC", "crv": "P-521", "x": "AQ", "y": "AQ"});
        let small = json!({"kty": "RSA", "n": "AQ", "e": "AQAB"});
        let usable = published(&[unknown.clone(), point(), small, json!(1)]).expect("good");
        assert_eq!(usable.keys().count(), 1);
        assert_eq!(published(&[unknown]), Err(KeyError::Empty));
        assert_eq!(published(&[point(), json!({"kty": "oct", "k": "AQ"})]), Err(KeyError::Symmetric));
        assert_eq!(published(&[point(), with("d", "AQ")]), Err(KeyError::Private));
        assert_eq!(published(&vec![point(); 21]), Err(KeyError::TooMany));
        assert_eq!(JwkSet::parse_published(&json!([])), Err(KeyError::NotASet));
    }

    #[test]
    fn twenty_keys_are_let_in_and_twenty_one_refused() {
        let keys: Vec<Value> = (0..21).map(|n| with("kid", n.to_string())).collect();
        assert_eq!(parsed(&keys[..20]).expect("good").keys().count(), 20);
        assert_eq!(parsed(&keys), Err(KeyError::TooMany));
    }

    #[test]
    fn a_kid_is_a_short_string_and_unique() {
        assert!(parsed(&[with("kid", "a"), with("kid", "b"), point(), point()]).is_ok());
        assert_eq!(parsed(&[with("kid", "a"), with("kid", "a")]), Err(KeyError::DuplicateKeyId));
        assert!(parsed(&[with("kid", "a".repeat(256))]).is_ok());
        assert_eq!(parsed(&[with("kid", "a".repeat(257))]), Err(KeyError::KeyId));
        assert_eq!(parsed(&[with("kid", 7)]), Err(KeyError::KeyId));
    }

    #[test]
    fn a_certificate_url_is_refused_and_a_certificate_dropped() {
        let remote = with("x5u", "https://keys.example/1");
        assert_eq!(parsed(&[remote]), Err(KeyError::CertificateUrl));
        let set = parsed(&[with("x5c", json!(["AAAA"]))]).expect("good");
        assert_eq!(set, parsed(&[point()]).expect("good"));
    }

    #[test]
    fn keys_for_encryption_are_left_aside() {
        let enc = with("use", "enc");
        let by_alg = with("alg", "ECDH-ES+A128KW");
        let by_ops = with("key_ops", json!(["deriveKey"]));
        assert_eq!(parsed(&[enc.clone(), by_alg, by_ops, point()]), parsed(&[point()]));
        assert_eq!(parsed(&[enc]), Err(KeyError::Empty));
    }

    #[test]
    fn use_and_key_ops_of_another_kind_are_refused() {
        assert_eq!(parsed(&[with("use", "tls")]), Err(KeyError::Use));
        assert_eq!(parsed(&[with("use", Value::Null)]), Err(KeyError::Use));
        for ops in [json!("verify"), json!(["verify", "verify"]), json!([1])] {
            assert_eq!(parsed(&[with("key_ops", ops)]), Err(KeyError::KeyOps));
        }
    }

    #[test]
    fn an_algorithm_that_is_unknown_or_of_another_key_is_refused() {
        for alg in [json!("none"), json!("HS256"), json!("ES512"), json!(1)] {
            assert_eq!(parsed(&[with("alg", alg)]), Err(KeyError::Algorithm));
        }
        for alg in ["ES384", "RS256", "EdDSA"] {
            assert_eq!(parsed(&[with("alg", alg)]), Err(KeyError::AlgorithmMismatch));
        }
    }

    #[test]
    fn a_set_serialises_to_public_members_only_and_reads_back_the_same() {
        let mut key = with("kid", "1");
        key["use"] = json!("sig");
        key["key_ops"] = json!(["verify"]);
        key["alg"] = json!("ES256");
        let written = key.clone();
        key["x5t"] = json!("AAAA");
        key["nickname"] = json!("blue");
        let set = parsed(&[key]).expect("good");
        let value = serde_json::to_value(&set).expect("plain");
        assert_eq!(value, json!({ "keys": [written] }));
        assert_eq!(serde_json::from_value::<JwkSet>(value).expect("own"), set);
    }

    #[test]
    fn a_broken_row_of_the_store_is_an_error_and_no_panic() {
        for text in ["null", "{}", r#"{"keys":[{"kty":"EC"}]}"#, r#"{"keys":[0]}"#] {
            assert!(serde_json::from_str::<JwkSet>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_refusal_is_one_line_of_ascii_without_quotes() {
        for fault in [KeyError::Empty, KeyError::Algorithm, KeyError::Member("x")] {
            let text = fault.to_string();
            assert!(text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"'), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_let_in_shows_public_members_only(
            name in "[a-z5]{1,4}|d|k|x5c|x5u|use|alg|kid|key_ops|crv|kty|x|y|n|e",
            value in prop_oneof![Just(json!(null)), Just(json!(1)), "[ -~]{0,50}".prop_map(Value::from)],
        ) {
            if let Ok(set) = parsed(&[with(&name, value)]) {
                let written = serde_json::to_value(&set).expect("plain");
                let allowed = ["kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y"];
                let members = written["keys"][0].as_object().expect("a key");
                prop_assert!(members.keys().all(|name| allowed.contains(&name.as_str())));
            }
        }
    }
}
