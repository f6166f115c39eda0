//! Code flow with PKCE, introspection, refresh, revocation, device flow: by the library's own calls.

use std::borrow::Cow;
use std::thread;

use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::http::{Method, Request, header};
use oauth2::{
    AccessToken, AuthUrl, ClientId, ClientSecret, CsrfToken, DeviceAuthorizationUrl, HttpRequest,
    IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RequestTokenError, RevocationUrl, Scope,
    StandardDeviceAuthorizationResponse, StandardRevocableToken, TokenIntrospectionResponse, TokenResponse,
    TokenUrl,
};
use serde::Deserialize;
use serde_json::json;

use crate::exchanges::Exchanges;
use crate::surroundings::{Outcome, Surroundings, allow_device, authorize, over_tls, without_tls};

const REGISTERED_REDIRECT_URI: &str = "http://127.0.0.1/callback";
const ANY_PORT: &str = "http://127.0.0.1:0/callback";
const SCOPES: [&str; 3] = ["profile", "email", "offline_access"];

#[derive(Deserialize)]
struct Metadata {
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: String,
    registration_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
}

#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: String,
}

pub fn run(surroundings: &Surroundings, exchanges: &Exchanges, steps: &mut Vec<&'static str>) -> Outcome<()> {
    let http = |request: HttpRequest| exchanges.send(request);
    let metadata = discover(surroundings, exchanges)?;
    steps.push("discovery");
    let registered = register(surroundings, &metadata, exchanges)?;
    steps.push("registration");

    let revocation = over_tls(&metadata.revocation_endpoint)?;
    let client = BasicClient::new(ClientId::new(registered.client_id))
        .set_client_secret(ClientSecret::new(registered.client_secret))
        .set_redirect_uri(RedirectUrl::new(ANY_PORT.into())?)
        .set_auth_uri(AuthUrl::new(metadata.authorization_endpoint)?)
        .set_token_uri(TokenUrl::new(metadata.token_endpoint)?)
        .set_device_authorization_url(DeviceAuthorizationUrl::new(metadata.device_authorization_endpoint)?)
        .set_introspection_url(IntrospectionUrl::new(metadata.introspection_endpoint)?)
        .set_revocation_url(RevocationUrl::from_url(revocation.clone()));
    let scopes = || SCOPES.map(|scope| Scope::new(scope.into()));
    let is_active = |token: &AccessToken| -> Outcome<()> {
        let answer = client.introspect(token).request(&http)?;
        let is_ours = answer.active() && answer.client_id() == Some(client.client_id());
        is_ours.then_some(()).ok_or_else(|| "a token of ours is not active".into())
    };

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) =
        client.authorize_url(CsrfToken::new_random).add_scopes(scopes()).set_pkce_challenge(challenge).url();
    let (code, redirect_uri) = authorize(&url, &state, ANY_PORT)?;
    steps.push("authorization");
    let tokens = client
        .exchange_code(code)
        .set_pkce_verifier(verifier)
        .set_redirect_uri(Cow::Owned(redirect_uri))
        .request(&http)?;
    steps.push("code exchange");
    is_active(tokens.access_token())?;
    steps.push("introspection");
    let first = tokens.refresh_token().ok_or("no refresh token in the answer")?;
    let refreshed = client.exchange_refresh_token(first).request(&http)?;
    is_active(refreshed.access_token())?;
    steps.push("refresh");

    let http_for_revocation = |request: HttpRequest| exchanges.send(without_tls(request, &revocation));
    let last = refreshed.refresh_token().unwrap_or(first);
    client.revoke_token(StandardRevocableToken::RefreshToken(last.clone()))?.request(&http_for_revocation)?;
    steps.push("revocation");
    match client.exchange_refresh_token(last).request(&http) {
        Err(RequestTokenError::ServerResponse(refusal))
            if *refusal.error() == BasicErrorResponseType::InvalidGrant => {}
        Err(other) => return Err(other.into()),
        Ok(_) => return Err("a revoked refresh token was accepted".into()),
    }
    steps.push("revoked token is dead");

    let device: StandardDeviceAuthorizationResponse =
        client.exchange_device_code().add_scopes(scopes()).request(&http)?;
    steps.push("device authorization");
    let mut person = allow_device(device.verification_uri().as_str(), device.user_code().secret())?;
    let tokens = client.exchange_device_access_token(&device).request(&http, thread::sleep, None);
    if !person.wait()?.success() {
        return Err("nobody allowed the device".into());
    }
    is_active(tokens?.access_token())?;
    steps.push("tokens for the device once somebody typed its code");
    Ok(())
}

fn discover(surroundings: &Surroundings, exchanges: &Exchanges) -> Outcome<Metadata> {
    let issuer = surroundings.issuer.trim_end_matches('/');
    let request = Request::get(format!("{issuer}/.well-known/openid-configuration")).body(Vec::new())?;
    Ok(serde_json::from_slice(exchanges.send(request)?.body())?)
}

fn register(surroundings: &Surroundings, metadata: &Metadata, exchanges: &Exchanges) -> Outcome<Registered> {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let body = json!({
        "client_name": "oauth2 test",
        "redirect_uris": [REGISTERED_REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token", device],
        "token_endpoint_auth_method": "client_secret_basic",
    });
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&metadata.registration_endpoint)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = &surroundings.registration_token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let answer = exchanges.send(request.body(serde_json::to_vec(&body)?)?)?;
    Ok(serde_json::from_slice(answer.body())?)
}
