//! What a statement says takes the place of what the registration says beside it. RFC 7591 §2.3, §3.1.1.

use serde_json::Value;

use super::{MEMBER, invalid};
use crate::{error::Refusal, redirect_uri::RedirectUri, registration::request::RawRegistration};

/// Members that answer one question: who states one of them has answered it.
const TOGETHER: [[&str; 2]; 2] =
    [["jwks", "jwks_uri"], ["token_endpoint_auth_method", "token_endpoint_auth_methods_supported"]];

/// The members of the statement, and beside them those of the registration that it leaves open. A name in one language, or in none, is no way
/// around the name that the statement gives in another.
pub(super) fn merge(raw: &RawRegistration, said: &RawRegistration) -> RawRegistration {
    let is_stated = |name: &str| {
        said.names().any(|stated| member(stated) == member(name))
            || TOGETHER
                .iter()
                .any(|group| group.contains(&name) && group.iter().any(|other| said.value(other).is_some()))
    };
    raw.only(|name| name != MEMBER && !is_stated(name)).and(said.only(|name| name != MEMBER))
}

/// A redirect URI beside a statement that names others is refused: whoever asked for it would be told that it is registered, and fail later.
pub(super) fn check_redirect_uris(raw: &RawRegistration, said: &RawRegistration) -> Result<(), Refusal> {
    let (Some(Value::Array(asked)), Some(Value::Array(stated))) =
        (raw.value("redirect_uris"), said.value("redirect_uris"))
    else {
        return Ok(());
    };
    let is_stated = |uri: &Value| {
        let mut stated = stated.iter().filter_map(Value::as_str).filter_map(RedirectUri::read);
        uri.as_str().is_some_and(|uri| stated.any(|stated| stated.matches(uri)))
    };
    if asked.iter().all(is_stated) {
        return Ok(());
    }
    Err(invalid("redirect_uris has one that software_statement does not name; leave redirect_uris out"))
}

/// The name without its language tag.
fn member(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}
