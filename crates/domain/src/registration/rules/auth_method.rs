//! How the client proves itself at the token endpoint. RFC 7591 §2, RFC 8252 §8.4.
//!
//! The default is `client_secret_basic`, except for what nobody authenticated for and what runs on the user's own device: it could
//! keep no secret, so it becomes `none`, and the response says so.

use crate::{
    client::{Door, metadata::AuthMethod},
    error::Refusal,
    redirect_uri::{Kind, RedirectUri},
    registration::{request::RawRegistration, rules::refuse},
};

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    redirect_uris: &[RedirectUri],
    door: Door,
) -> Result<AuthMethod, Refusal> {
    match raw.text("token_endpoint_auth_method")? {
        Some("none") => Ok(AuthMethod::None),
        Some("client_secret_basic") => Ok(AuthMethod::ClientSecretBasic),
        Some("client_secret_post") => Ok(AuthMethod::ClientSecretPost),
        Some("private_key_jwt") => Ok(AuthMethod::PrivateKeyJwt),
        Some(_) => Err(refuse(
            "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt",
        )),
        None if door == Door::Anonymous && runs_on_a_device(redirect_uris) => Ok(AuthMethod::None),
        None => Ok(AuthMethod::ClientSecretBasic),
    }
}

fn runs_on_a_device(redirect_uris: &[RedirectUri]) -> bool {
    !redirect_uris.is_empty() && redirect_uris.iter().all(|uri| uri.kind() != Kind::Https)
}
