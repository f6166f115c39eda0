//! `wayleave login` and `wayleave logout`: authorization code with PKCE, answered on a port of this computer. RFC 8252, RFC 7636.

mod browser;
mod loopback;
mod metadata;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::management::{COMMAND_LINE, MANAGE};
use server::chance;
use url::Url;
use zeroize::Zeroizing;

use self::{
    loopback::{Expected, Listener},
    metadata::Metadata,
};
use crate::{
    args::{Login, Logout},
    failure::Failure,
    remote::{
        self,
        http::Http,
        login_file::{self, LoginFile},
        token,
    },
    terminal,
};

/// For so long the person may take.
const PATIENCE: Duration = Duration::from_mins(10);

pub(crate) fn login(login: Login) -> Result<(), Failure> {
    let url = remote::server_url(login.url)?;
    let file = LoginFile::of(&url, &remote::environment)?;
    let http = Http::new(url)?;
    let metadata = Metadata::discover(&http)?;
    let listener = Listener::open()?;
    let redirect_uri = listener.redirect_uri();
    let [state, verifier] = [random(), random()];
    let target = authorization_url(&metadata, &redirect_uri, &state, &verifier)?;
    terminal::note("Open this page to sign in and to allow the command line to manage the server as you:");
    terminal::note(&target);
    if !login.no_browser {
        browser::open(&target);
    }
    let expected = Expected { state: state.to_string(), issuer: metadata.issuer.clone() };
    let code = listener.wait(expected, PATIENCE)?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", verifier.as_str()),
        ("client_id", COMMAND_LINE),
    ];
    let now = remote::now().as_second();
    let tokens = token::request(&http, &metadata.token_endpoint, &fields, now)?.ok_or_else(|| {
        Failure::refused("login", "the server takes the code for used or expired; try again")
    })?;
    if !tokens.scope.split(' ').any(|value| value == MANAGE) {
        return Err(Failure::refused(
            "login",
            "the server did not give the right to manage; ask its administrator",
        ));
    }
    let refresh_token = tokens.refresh_token.ok_or_else(|| {
        Failure::refused("login", "the server gave no refresh token to stay signed in with")
    })?;
    let _held = file.hold()?;
    file.save(&login_file::Login {
        url: http.url().as_str().to_owned(),
        token_endpoint: metadata.token_endpoint,
        revocation_endpoint: metadata.revocation_endpoint,
        refresh_token,
        access_token: tokens.access_token,
        expires_at: tokens.expires_at,
    })?;
    terminal::say(&format!("signed in to {}", http.url().as_str()))
}

/// The login is forgotten here even when the server cannot be told.
pub(crate) fn logout(logout: Logout) -> Result<(), Failure> {
    let url = remote::server_url(logout.url)?;
    let file = LoginFile::of(&url, &remote::environment)?;
    let _held = file.hold()?;
    let loaded = file.load();
    file.remove()?;
    let Some(login) = loaded? else {
        return Err(Failure::refused(url.as_str(), "you are not signed in there"));
    };
    let told = match &login.revocation_endpoint {
        Some(endpoint) if url.owns(endpoint) => revoke(url, endpoint, &login.refresh_token),
        Some(_) | None => Err(Failure::refused("revocation_endpoint", "the server has none")),
    };
    if told.is_ok() {
        return terminal::say("signed out");
    }
    terminal::say("signed out here")?;
    Err(Failure::Unreachable(format!(
        "{}: was not told; the login ends there by itself, or at once when you take it back in the portal",
        login.url
    )))
}

/// RFC 7009 §2.1.
fn revoke(url: remote::url::ServerUrl, endpoint: &str, refresh_token: &str) -> Result<(), Failure> {
    let http = Http::new(url)?;
    let fields =
        [("token", refresh_token), ("token_type_hint", "refresh_token"), ("client_id", COMMAND_LINE)];
    let answer = http.post_form(endpoint, &fields)?;
    if answer.is_success() { Ok(()) } else { Err(remote::refusal::of_answer(&answer)) }
}

fn authorization_url(
    metadata: &Metadata,
    redirect_uri: &str,
    state: &str,
    verifier: &str,
) -> Result<String, Failure> {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let mut target = Url::parse(&metadata.authorization_endpoint)
        .map_err(|_| Failure::refused("authorization_endpoint", "is no URL"))?;
    target
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", COMMAND_LINE)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &format!("{MANAGE} offline_access"))
        .append_pair("state", state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    Ok(target.into())
}

/// 256 bits in base64url.
fn random() -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(chance::bytes::<32>()))
}
