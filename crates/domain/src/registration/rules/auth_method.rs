//! How the client proves itself at the token endpoint. RFC 7591 §2, RFC 8252 §8.4.
//!
//! The default is `client_secret_basic`, except for what nobody authenticated for and what runs on the user's own device: it could
//! keep no secret, so it becomes `none`, and the response says so.
//!
//! A document holds no secret and gets no response. So every method that it offers and that needs neither may be used; the weakest of them
//! says how far the client is trusted. Client ID Metadata Document §4.1, OpenID Connect RP Metadata Choices §2.

use crate::{
    client::{Door, metadata::AuthMethod},
    error::{ErrorCode, Refusal},
    redirect_uri::{Kind, RedirectUri},
    registration::{request::RawRegistration, rules::refuse},
};

/// The methods that a client may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registration) struct Methods {
    pub(in crate::registration) weakest: AuthMethod,
    /// Empty where there is one only.
    pub(in crate::registration) all: Vec<AuthMethod>,
}

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    redirect_uris: &[RedirectUri],
    door: Door,
) -> Result<Methods, Refusal> {
    if door == Door::Document {
        return of_document(raw);
    }
    let weakest = match raw.text("token_endpoint_auth_method")? {
        Some(name) => parse(name).ok_or_else(|| {
            refuse(
                "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt",
            )
        })?,
        None if door == Door::Anonymous && runs_on_a_device(redirect_uris) => AuthMethod::None,
        None => AuthMethod::ClientSecretBasic,
    };
    Ok(Methods { weakest, all: Vec::new() })
}

fn of_document(raw: &RawRegistration) -> Result<Methods, Refusal> {
    let (single, several) = (
        raw.text("token_endpoint_auth_method")?,
        raw.list("token_endpoint_auth_methods_supported", ErrorCode::InvalidClientMetadata)?,
    );
    if single.is_some_and(|name| name.starts_with("client_secret_")) {
        return Err(refuse(
            "token_endpoint_auth_method must be none or private_key_jwt; a document holds no secret",
        ));
    }
    let is_offered =
        |name: &str| single == Some(name) || several.as_ref().is_some_and(|names| names.contains(&name));
    let has_keys = raw.value("jwks").is_some() || raw.value("jwks_uri").is_some();
    let says_nothing = single.is_none() && several.is_none();
    match (is_offered("none") || says_nothing, is_offered("private_key_jwt")) {
        (true, true) if has_keys => {
            let all = vec![AuthMethod::None, AuthMethod::PrivateKeyJwt];
            Ok(Methods { weakest: AuthMethod::None, all })
        }
        (true, _) => Ok(Methods { weakest: AuthMethod::None, all: Vec::new() }),
        (false, true) => Ok(Methods { weakest: AuthMethod::PrivateKeyJwt, all: Vec::new() }),
        (false, false) => Err(refuse(
            "token_endpoint_auth_method must be none or private_key_jwt, alone or among token_endpoint_auth_methods_supported",
        )),
    }
}

fn parse(name: &str) -> Option<AuthMethod> {
    match name {
        "none" => Some(AuthMethod::None),
        "client_secret_basic" => Some(AuthMethod::ClientSecretBasic),
        "client_secret_post" => Some(AuthMethod::ClientSecretPost),
        "private_key_jwt" => Some(AuthMethod::PrivateKeyJwt),
        _ => None,
    }
}

fn runs_on_a_device(redirect_uris: &[RedirectUri]) -> bool {
    !redirect_uris.is_empty() && redirect_uris.iter().all(|uri| uri.kind() != Kind::Https)
}
