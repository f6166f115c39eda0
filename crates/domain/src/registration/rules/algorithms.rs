//! What ID tokens and client assertions are signed with: asymmetric and never nothing. OpenID Connect Registration §2, RFC 8725 §3.1.

use crate::{
    error::Refusal,
    jose::Algorithm,
    registration::{request::RawRegistration, rules::refuse},
};

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    member: &str,
) -> Result<Option<Algorithm>, Refusal> {
    raw.text(member)?
        .map(|text| {
            Algorithm::parse(text).ok_or_else(|| {
                refuse(format!(
                    "{member} must be one of {}; none and shared-secret algorithms are not supported",
                    Algorithm::ALL.map(Algorithm::as_str).join(", ")
                ))
            })
        })
        .transpose()
}
