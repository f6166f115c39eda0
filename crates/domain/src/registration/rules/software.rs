//! Which software the client is an instance of, in its own words. RFC 7591 §2, §2.3.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::names::visible_text;
use crate::{
    error::{ErrorCode, Refusal},
    registration::{json, request::RawRegistration},
};

/// `software_id` or `software_version`.
pub(in crate::registration) fn read(raw: &RawRegistration, member: &str) -> Result<Option<String>, Refusal> {
    raw.text(member)?.map(|text| visible_text(member, text)).transpose()
}

/// No issuer of software statements is trusted: one that could be a statement is unapproved, anything else is none. RFC 7591 §3.2.2.
///
/// It is refused and not ignored, because its claims would have taken precedence over the plain members.
pub(in crate::registration) fn refuse_statement(raw: &RawRegistration) -> Result<(), Refusal> {
    let Some(statement) = raw.value("software_statement") else {
        return Ok(());
    };
    Err(if statement.as_str().is_some_and(is_signed_statement) {
        Refusal::new(
            ErrorCode::UnapprovedSoftwareStatement,
            "the issuer of software_statement is not trusted here; leave it out",
        )
    } else {
        Refusal::new(
            ErrorCode::InvalidSoftwareStatement,
            "software_statement must be a signed JWT with an issuer; leave it out",
        )
    })
}

fn is_signed_statement(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return false;
    };
    let named = |object: Option<Map<String, Value>>, member: &str| {
        object
            .and_then(|members| Some(members.get(member)?.as_str()?.to_ascii_lowercase()))
            .filter(|text| !text.is_empty())
    };
    named(decode(header), "alg").is_some_and(|alg| alg != "none")
        && named(decode(claims), "iss").is_some()
        && !signature.is_empty()
        && URL_SAFE_NO_PAD.decode(signature).is_ok()
}

fn decode(part: &str) -> Option<Map<String, Value>> {
    json::object(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
