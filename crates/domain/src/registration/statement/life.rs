//! When and where a statement holds, and how often. RFC 7519 §4.1, RFC 7591 §2.3.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::invalid;
use crate::{
    discovery::path,
    error::Refusal,
    jose::claims::{self, ClaimError},
    time::Timestamp,
};

/// For so much clocks may differ.
const SKEW: Duration = Duration::from_mins(1);

/// So old a statement may become that says when it began and not when it ends: software that nobody releases any more ends, too.
const MAX_AGE: Duration = Duration::from_hours(5 * 365 * 24);

/// The longest `jti` of a statement that is good once, in bytes.
const MAX_JTI: usize = 256;

/// A statement that is good for one client only, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneUse {
    pub issuer: String,
    pub jti: String,
    /// From then on the statement itself is over.
    pub until: Timestamp,
}

/// Its one use was made.
pub fn used_before() -> Refusal {
    invalid("software_statement was used before; its issuer lets each register one client only")
}

/// Honours `exp`, `nbf`, `iat` and `aud` where they are there. What has the wrong type does not pass for absent.
pub(super) fn check(claims: &Map<String, Value>, server: &Url, now: Timestamp) -> Result<(), Refusal> {
    let moment = |name| claims::optional_moment(claims, name).map_err(wrong_type);
    let (ends, begins, made) = (moment("exp")?, moment("nbf")?, moment("iat")?);
    let end = ends.or_else(|| made.map(|made| made.plus(MAX_AGE)));
    if end.is_some_and(|end| now >= end.plus(SKEW)) {
        return Err(invalid("software_statement is over; ask its issuer for another"));
    }
    if [begins, made].into_iter().flatten().any(|start| start > now.plus(SKEW)) {
        return Err(invalid("software_statement does not hold yet; its nbf or iat is in the future"));
    }
    if claims.contains_key("aud") && !names(&claims::audiences(claims).map_err(wrong_type)?, server) {
        return Err(invalid("software_statement is for another server; its aud must name this one"));
    }
    Ok(())
}

/// By what it is remembered. Without an end it would have to be remembered for ever.
pub(super) fn one_use(claims: &Map<String, Value>, issuer: &str) -> Result<OneUse, Refusal> {
    let jti = claims::optional_text(claims, "jti").map_err(wrong_type)?;
    let ends = claims::optional_moment(claims, "exp").map_err(wrong_type)?;
    let jti = jti.filter(|jti| (1..=MAX_JTI).contains(&jti.len()) && !jti.chars().any(char::is_control));
    let (Some(jti), Some(ends)) = (jti, ends) else {
        return Err(invalid(
            "software_statement must have exp and a jti of up to 256 bytes; its issuer lets each register one client only",
        ));
    };
    Ok(OneUse { issuer: issuer.to_owned(), jti: jti.to_owned(), until: ends.plus(SKEW) })
}

/// Whether one of these is this server, by its issuer or by the address of its registration endpoint.
fn names(audiences: &[&str], server: &Url) -> bool {
    let base = server.as_str().trim_end_matches('/');
    let is_us = |audience: &&str| {
        audience.strip_prefix(base).is_some_and(|rest| ["", "/", path::REGISTER].contains(&rest))
    };
    audiences.iter().any(is_us)
}

fn wrong_type(_: ClaimError) -> Refusal {
    invalid("exp, nbf, iat, aud and jti of software_statement must have the types of RFC 7519")
}
