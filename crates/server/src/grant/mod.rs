//! The acts of the token endpoint: load, let the domain decide, commit, answer.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;

use domain::error::ErrorCode;
use domain::{error::Refusal, parameters::Parameters, resource, scope::Scope};

/// The `resource` parameters of a token request. RFC 8707 §2.2.
fn resources(form: &Parameters) -> Result<Vec<String>, Refusal> {
    resource::parse_all(form.all("resource"))
}

/// The `scope` parameter of a token request. RFC 6749 §3.3.
fn scope(form: &Parameters) -> Result<Option<Scope>, Refusal> {
    let text = form.one("scope")?;
    text.map(|text| {
        Scope::parse(text).map_err(|error| Refusal::new(ErrorCode::InvalidScope, error.to_string()))
    })
    .transpose()
}
