//! The metadata document, generated from what is switched on; one text for OAuth and OpenID names. RFC 8414 §2, OpenID Connect Discovery §3.

use serde_json::{Map, Value, json};

use crate::{
    client::metadata::GrantType, jose::Algorithm, locale::Locale, settings::OidcProvider, token::claims,
};

/// The paths of the endpoints, as served and as published.
pub mod path {
    pub const AUTHORIZE: &str = "/authorize";
    pub const TOKEN: &str = "/token";
    pub const DEVICE_AUTHORIZATION: &str = "/device_authorization";
    /// Where a person types the code of a device.
    pub const DEVICE: &str = "/device";
    pub const REGISTER: &str = "/register";
    pub const JWKS: &str = "/jwks.json";
    pub const USERINFO: &str = "/userinfo";
    pub const INTROSPECT: &str = "/introspect";
    pub const REVOKE: &str = "/revoke";
    pub const LOGOUT: &str = "/logout";
}

/// The document of `issuer` (an absolute URL, with or without a path, without a trailing slash), whose ID tokens can be signed with any
/// of `signing`.
pub fn metadata(issuer: &str, settings: &OidcProvider, signing: &[Algorithm]) -> Value {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let endpoint = |path: &str| json!(format!("{base}{path}"));
    let names = |algorithms: &[Algorithm]| {
        json!(algorithms.iter().map(|algorithm| algorithm.as_str()).collect::<Vec<_>>())
    };
    let algorithms = names(&Algorithm::ALL);
    let client_auth = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    let confidential_auth = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
    let members = [
        ("issuer", json!(issuer)),
        ("authorization_endpoint", endpoint(path::AUTHORIZE)),
        ("token_endpoint", endpoint(path::TOKEN)),
        ("device_authorization_endpoint", endpoint(path::DEVICE_AUTHORIZATION)),
        ("registration_endpoint", endpoint(path::REGISTER)),
        ("jwks_uri", endpoint(path::JWKS)),
        ("userinfo_endpoint", endpoint(path::USERINFO)),
        ("introspection_endpoint", endpoint(path::INTROSPECT)),
        ("revocation_endpoint", endpoint(path::REVOKE)),
        ("end_session_endpoint", endpoint(path::LOGOUT)),
        ("scopes_supported", json!(settings.known_scopes().iter().collect::<Vec<_>>())),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query", "fragment", "form_post"])),
        (
            "grant_types_supported",
            json!([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::ClientCredentials,
                GrantType::DeviceCode,
            ]),
        ),
        ("subject_types_supported", json!(["public"])),
        ("id_token_signing_alg_values_supported", names(signing)),
        ("token_endpoint_auth_methods_supported", client_auth.clone()),
        ("token_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("introspection_endpoint_auth_methods_supported", confidential_auth),
        ("introspection_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("revocation_endpoint_auth_methods_supported", client_auth),
        ("revocation_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("prompt_values_supported", json!(["none", "login", "consent", "select_account"])),
        ("acr_values_supported", json!(crate::directory::sign_in::ACR_SUPPORTED)),
        ("claim_types_supported", json!(["normal"])),
        ("claims_supported", json!(claims::SUPPORTED)),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("require_request_uri_registration", json!(false)),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("ui_locales_supported", json!(Locale::ALL.map(Locale::tag))),
    ];
    // Only when it is: nothing is promised that is not served.
    let documents = settings.client_id_metadata_documents;
    let documents = documents.then_some(("client_id_metadata_document_supported", json!(true)));
    Value::Object(
        members
            .into_iter()
            .chain(documents)
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}
