//! Discovery, registration, code flow with PKCE, userinfo, refresh, revocation: by the library's own calls.

use std::borrow::Cow;

use openidconnect::core::{
    CoreApplicationType, CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName,
    CoreClaimType, CoreClient, CoreClientAuthMethod, CoreClientRegistrationRequest, CoreErrorResponseType,
    CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::registration::EmptyAdditionalClientMetadata;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, ClientName, CsrfToken, HttpRequest, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RequestTokenError,
    ResponseTypes, RevocationUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};

use crate::exchanges::Exchanges;
use crate::surroundings::{Outcome, Surroundings, authorize, over_tls, without_tls};

const REGISTERED_REDIRECT_URI: &str = "http://localhost/callback";
const ANY_PORT: &str = "http://localhost:0/callback";
const WANTED_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The metadata the library leaves to its user.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct WithRevocation {
    revocation_endpoint: String,
}
impl AdditionalProviderMetadata for WithRevocation {}

type Metadata = ProviderMetadata<
    WithRevocation,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub fn run(surroundings: &Surroundings, exchanges: &Exchanges, steps: &mut Vec<&'static str>) -> Outcome<()> {
    let http = |request: HttpRequest| exchanges.send(request);

    let metadata = Metadata::discover(&IssuerUrl::new(surroundings.issuer.clone())?, &http)?;
    steps.push("discovery");

    let endpoint = metadata.registration_endpoint().ok_or("no registration_endpoint in the metadata")?;
    let registered = registration(surroundings)?.register(endpoint, &http)?;
    if registered.client_secret().is_some() {
        return Err("a public client was given a secret".into());
    }
    steps.push("registration");

    let revocation = over_tls(&metadata.additional_metadata().revocation_endpoint)?;
    let scopes = offered(&metadata);
    let client = CoreClient::from_provider_metadata(metadata, registered.client_id().clone(), None)
        .set_redirect_uri(RedirectUrl::new(ANY_PORT.into())?)
        .set_revocation_url(RevocationUrl::from_url(revocation.clone()));

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes)
        .add_prompt(CoreAuthPrompt::Consent)
        .set_pkce_challenge(challenge)
        .url();
    let (code, redirect_uri) = authorize(&url, &state, ANY_PORT)?;
    steps.push("authorization");

    let tokens = client
        .exchange_code(code)?
        .set_pkce_verifier(verifier)
        .set_redirect_uri(Cow::Owned(redirect_uri))
        .request(&http)?;
    steps.push("code exchange");

    let id_token = tokens.id_token().ok_or("no ID token in the answer")?;
    let id_token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_token_verifier, &nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg()?;
        let key = id_token.signing_key(&id_token_verifier)?;
        if AccessTokenHash::from_token(tokens.access_token(), algorithm, key)? != *expected {
            return Err("at_hash does not belong to the access token".into());
        }
    }
    steps.push("id token");

    let userinfo = |token: &AccessToken| -> Outcome<CoreUserInfoClaims> {
        Ok(client.user_info(token.clone(), Some(claims.subject().clone()))?.request(&http)?)
    };
    userinfo(tokens.access_token())?;
    steps.push("userinfo");

    let first = tokens.refresh_token().ok_or("no refresh token in the answer")?;
    let refreshed = client.exchange_refresh_token(first)?.request(&http)?;
    userinfo(refreshed.access_token())?;
    steps.push("refresh");

    // The library sends revocations to https alone. Here is no TLS to speak, so the transport takes it off.
    let http_for_revocation = |request: HttpRequest| exchanges.send(without_tls(request, &revocation));
    let last = refreshed.refresh_token().unwrap_or(first);
    client.revoke_token(CoreRevocableToken::RefreshToken(last.clone()))?.request(&http_for_revocation)?;
    steps.push("revocation");

    match client.exchange_refresh_token(last)?.request(&http) {
        Err(RequestTokenError::ServerResponse(refusal))
            if *refusal.error() == CoreErrorResponseType::InvalidGrant => {}
        Err(other) => return Err(other.into()),
        Ok(_) => return Err("a revoked refresh token was accepted".into()),
    }
    steps.push("revoked token is dead");
    Ok(())
}

fn registration(surroundings: &Surroundings) -> Outcome<CoreClientRegistrationRequest> {
    let redirect_uris = vec![RedirectUrl::new(REGISTERED_REDIRECT_URI.into())?];
    let mut name = openidconnect::LocalizedClaim::new();
    name.insert(None, ClientName::new("openidconnect test".into()));
    Ok(CoreClientRegistrationRequest::new(redirect_uris, EmptyAdditionalClientMetadata::default())
        .set_client_name(Some(name))
        .set_application_type(Some(CoreApplicationType::Native))
        .set_response_types(Some(vec![ResponseTypes::new(vec![CoreResponseType::Code])]))
        .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
        .set_token_endpoint_auth_method(Some(CoreClientAuthMethod::None))
        .set_initial_access_token(surroundings.registration_token.clone().map(AccessToken::new)))
}

/// The wanted scopes that the server says it has; all of them where it says nothing. `openid` the library adds.
fn offered(metadata: &Metadata) -> Vec<Scope> {
    let wanted = WANTED_SCOPES.iter().skip(1).map(|scope| Scope::new((*scope).into()));
    match metadata.scopes_supported() {
        Some(supported) => wanted.filter(|scope| supported.contains(scope)).collect(),
        None => wanted.collect(),
    }
}
