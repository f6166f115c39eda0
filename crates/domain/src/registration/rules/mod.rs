//! The rules of registration, a file each. Every one reads its members, applies their defaults and says no in one sentence.

pub(super) mod algorithms;
pub(super) mod application_type;
pub(super) mod auth_method;
pub(super) mod contacts;
pub(super) mod grant_and_response_types;
pub(super) mod jwks;
pub(super) mod localized;
pub(super) mod names;
pub(super) mod openid;
pub(super) mod post_logout;
pub(super) mod redirect_uris;
pub(super) mod scope;
pub(super) mod software;
pub(super) mod unsupported;
pub(super) mod uris;

use std::borrow::Cow;

use crate::error::{ErrorCode, Refusal};

/// The refusal of everything that is not a redirect URI. RFC 7591 §3.2.2.
pub(super) fn refuse(description: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::new(ErrorCode::InvalidClientMetadata, description)
}
