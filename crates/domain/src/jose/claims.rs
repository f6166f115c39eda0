//! Reading claims by type: a claim of the wrong type is an error and never passes for absent. RFC 7519 §4.1, RFC 8725 §3.
//!
//! Libraries that took `"exp": "soon"` for a token without `exp` let it live for ever; here absence and nonsense are two answers.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::time::Timestamp;

pub type Claims = Map<String, Value>;

/// What is wrong with a claim, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} has the wrong type")]
    WrongType(&'static str),
    #[error("exp is in the past")]
    Expired,
    #[error("{0} is in the future")]
    NotYet(&'static str),
}

/// The last second of the year 9999: what lies beyond is no moment but an attempt at one.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// A text claim that must be there: `iss`, `sub`, `jti`.
pub fn text<'c>(claims: &'c Claims, name: &'static str) -> Result<&'c str, ClaimError> {
    optional_text(claims, name)?.ok_or(ClaimError::Missing(name))
}

pub fn optional_text<'c>(claims: &'c Claims, name: &'static str) -> Result<Option<&'c str>, ClaimError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ClaimError::WrongType(name)),
    }
}

/// A moment that must be there: `exp`, `iat`, `nbf`, `auth_time`, in seconds since 1970 with or without a fraction.
pub fn moment(claims: &Claims, name: &'static str) -> Result<Timestamp, ClaimError> {
    optional_moment(claims, name)?.ok_or(ClaimError::Missing(name))
}

/// Negative numbers and moments after the year 9999 are the wrong type, as are numbers in quotes.
pub fn optional_moment(claims: &Claims, name: &'static str) -> Result<Option<Timestamp>, ClaimError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_f64().ok_or(ClaimError::WrongType(name))?;
    if !(0.0..=LAST_SECOND).contains(&seconds) {
        return Err(ClaimError::WrongType(name));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked: at most 15 digits")]
    let millis = (seconds * 1000.0).floor() as i64;
    Ok(Some(Timestamp::from_millis(millis)))
}

/// The audiences: one text or a list of texts, and at least one. RFC 7519 §4.1.3.
pub fn audiences(claims: &Claims) -> Result<Vec<&str>, ClaimError> {
    let list = match claims.get("aud") {
        None => return Err(ClaimError::Missing("aud")),
        Some(Value::String(one)) => Some(vec![one.as_str()]),
        Some(Value::Array(list)) => list.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    list.filter(|list| !list.is_empty()).ok_or(ClaimError::WrongType("aud"))
}

/// Whether `now` lies within the token's life: `exp` is required and must lie ahead, `nbf` and `iat`, where given, must not.
/// `leeway` forgives clocks that differ, in both directions. RFC 7519 §4.1.4–§4.1.6.
pub fn require_current(claims: &Claims, now: Timestamp, leeway: Duration) -> Result<(), ClaimError> {
    let expires = moment(claims, "exp")?;
    if now >= expires.plus(leeway) {
        return Err(ClaimError::Expired);
    }
    for name in ["nbf", "iat"] {
        if optional_moment(claims, name)?.is_some_and(|start| start > now.plus(leeway)) {
            return Err(ClaimError::NotYet(name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        serde_json::from_value(value).expect("an object")
    }

    fn current(value: Value) -> Result<(), ClaimError> {
        require_current(&claims(value), Timestamp::from_seconds(1000), Duration::from_mins(1))
    }

    #[test]
    fn an_exp_that_is_no_number_is_an_error_and_not_absent() {
        for exp in
            [json!("2000"), json!(null), json!(true), json!([2000]), json!({}), json!(-1), json!(1e300)]
        {
            let claims = claims(json!({"exp": exp, "nbf": exp}));
            assert_eq!(moment(&claims, "exp"), Err(ClaimError::WrongType("exp")));
            assert_eq!(optional_moment(&claims, "nbf"), Err(ClaimError::WrongType("nbf")));
        }
        assert_eq!(current(json!({})), Err(ClaimError::Missing("exp")));
    }

    #[test]
    fn a_moment_may_be_whole_or_have_a_fraction() {
        let claims = claims(json!({"exp": 1_300_819_380, "iat": 1000.5, "nbf": 1e3}));
        assert_eq!(moment(&claims, "exp"), Ok(Timestamp::from_seconds(1_300_819_380)));
        assert_eq!(moment(&claims, "iat"), Ok(Timestamp::from_millis(1_000_500)));
        assert_eq!(moment(&claims, "nbf"), Ok(Timestamp::from_seconds(1000)));
    }

    #[test]
    fn a_token_lives_until_exp_and_the_leeway_are_over() {
        assert_eq!(current(json!({"exp": 941})), Ok(()));
        assert_eq!(current(json!({"exp": 940})), Err(ClaimError::Expired));
        assert_eq!(current(json!({"exp": 0})), Err(ClaimError::Expired));
    }

    #[test]
    fn a_token_from_the_future_is_refused() {
        assert_eq!(current(json!({"exp": 2000, "iat": 1060, "nbf": 1060})), Ok(()));
        assert_eq!(current(json!({"exp": 2000, "iat": 1061})), Err(ClaimError::NotYet("iat")));
        assert_eq!(current(json!({"exp": 2000, "nbf": 1061})), Err(ClaimError::NotYet("nbf")));
        assert_eq!(current(json!({"exp": 2000, "iat": "1"})), Err(ClaimError::WrongType("iat")));
    }

    #[test]
    fn text_claims_are_text() {
        let claims = claims(json!({"iss": "a", "sub": 7, "jti": null}));
        assert_eq!(text(&claims, "iss"), Ok("a"));
        assert_eq!(text(&claims, "sub"), Err(ClaimError::WrongType("sub")));
        assert_eq!(optional_text(&claims, "jti"), Err(ClaimError::WrongType("jti")));
        assert_eq!(optional_text(&claims, "nonce"), Ok(None));
        assert_eq!(text(&claims, "nonce"), Err(ClaimError::Missing("nonce")));
    }

    #[test]
    fn an_audience_is_one_text_or_a_list_of_texts() {
        assert_eq!(audiences(&claims(json!({"aud": "a"}))), Ok(vec!["a"]));
        assert_eq!(audiences(&claims(json!({"aud": ["a", "b"]}))), Ok(vec!["a", "b"]));
        assert_eq!(audiences(&claims(json!({}))), Err(ClaimError::Missing("aud")));
        for aud in [json!([]), json!(["a", 1]), json!(null), json!({"a": 1})] {
            assert_eq!(audiences(&claims(json!({ "aud": aud }))), Err(ClaimError::WrongType("aud")));
        }
    }

    proptest! {
        #[test]
        fn whatever_counts_as_current_has_a_numeric_exp_in_the_window(
            exp in prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from),
                "[0-9]{1,5}".prop_map(Value::from), (0..3000).prop_map(Value::from)],
        ) {
            if current(json!({"exp": exp.clone()})).is_ok() {
                let seconds = exp.as_f64().expect("a number");
                prop_assert!(seconds > 940.0 && seconds <= LAST_SECOND);
            }
        }
    }
}
