//! What the client expects of a login. OpenID Connect Registration §2.

use super::names::visible_text;
use crate::{
    client::metadata::SubjectType,
    error::{ErrorCode, Refusal},
    registration::{request::RawRegistration, rules::refuse},
};

const MAX_ACR_VALUES: usize = 10;

/// Seconds.
pub(in crate::registration) fn default_max_age(raw: &RawRegistration) -> Result<Option<u32>, Refusal> {
    raw.value("default_max_age")
        .map(|value| {
            value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()).ok_or_else(|| {
                refuse("default_max_age must be a whole number of seconds from 0 to 4294967295")
            })
        })
        .transpose()
}

/// In the client's order of preference.
pub(in crate::registration) fn default_acr_values(raw: &RawRegistration) -> Result<Vec<String>, Refusal> {
    let values = raw.list("default_acr_values", ErrorCode::InvalidClientMetadata)?.unwrap_or_default();
    if values.len() > MAX_ACR_VALUES {
        return Err(refuse(format!("default_acr_values must hold at most {MAX_ACR_VALUES} entries")));
    }
    values.into_iter().map(|value| visible_text("an entry of default_acr_values", value)).collect()
}

pub(in crate::registration) fn subject_type(raw: &RawRegistration) -> Result<Option<SubjectType>, Refusal> {
    match raw.text("subject_type")? {
        None => Ok(None),
        Some("public") => Ok(Some(SubjectType::Public)),
        Some(_) => Err(refuse("subject_type must be public; pairwise is not supported")),
    }
}
