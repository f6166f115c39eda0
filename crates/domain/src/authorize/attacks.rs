//! How a stranger tries to get the right to manage this server.

use std::sync::Arc;

use url::Url;

use super::{
    checks::check,
    destination,
    request::AuthorizationRequest,
    step::{Consent, Person, Step, next},
};
use crate::{
    client::{
        ClientId, Door,
        management::{COMMAND_LINE, MANAGE, WEBADMIN},
        metadata::AuthMethod,
        standing::Standing,
    },
    directory::SignInMethod,
    error::ErrorCode,
    grant::fixtures::{NOW, client, id},
    parameters::Parameters,
    redirect_uri::RedirectUri,
    scope::Scope,
    settings::OidcProvider,
};

const CONSOLE: &str = "https://login.example/admin/oauth/callback";

fn ask(
    standing: &Standing,
    uri: &str,
    others: &[(&str, &str)],
) -> Result<AuthorizationRequest, Option<ErrorCode>> {
    let issuer = Url::parse("https://login.example").unwrap();
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let base = [("response_type", "code"), ("code_challenge", challenge), ("code_challenge_method", "S256")];
    let uri_pair = [("redirect_uri", uri)];
    let parameters: Parameters = [&base[..], &uri_pair, others]
        .concat()
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let uri = destination::redirect_uri(&parameters, standing, &issuer).map_err(|_| None)?;
    // An operator who lists the value gives it to nobody.
    let settings = OidcProvider { scopes: Scope::of(&[MANAGE]), ..OidcProvider::default() };
    check(&parameters, standing, uri, &settings, &issuer).map_err(|refused| Some(refused.refusal.code()))
}

fn scope_of(standing: &Standing, uri: &str, asked: &str) -> Result<String, Option<ErrorCode>> {
    ask(standing, uri, &[("scope", asked)]).map(|request| request.scope.to_string())
}

fn unregistered(name: &str) -> Standing {
    Standing::Tolerated(ClientId::parse(name).unwrap())
}

fn registered(door: Door, scope: Option<&[&str]>) -> Standing {
    let mut client = client("app", AuthMethod::ClientSecretBasic);
    client.door = door;
    client.is_verified = door == Door::Administrator;
    client.metadata.redirect_uris = vec![RedirectUri::parse_tolerated("https://a.example/cb").unwrap()];
    client.metadata.scope = scope.map(Scope::of);
    Standing::Registered(Arc::new(client))
}

#[test]
fn a_stranger_who_calls_itself_webadmin_or_the_command_line_gets_no_right_to_manage() {
    let both = format!("openid {MANAGE}");
    for name in [WEBADMIN, COMMAND_LINE, "app"] {
        for uri in ["https://evil.example/admin/oauth/callback", "http://localhost:1/cb", "com.evil.app:/cb"]
        {
            assert_eq!(scope_of(&unregistered(name), uri, &both), Ok("openid".to_owned()), "{name} {uri}");
            assert_eq!(
                scope_of(&unregistered(name), uri, MANAGE),
                Err(Some(ErrorCode::InvalidScope)),
                "{name} {uri}"
            );
        }
    }
    assert_eq!(scope_of(&unregistered("app"), "http://127.0.0.1:1/cb", &both), Ok("openid".to_owned()));
}

#[test]
fn nobody_but_the_console_is_answered_at_its_callbacks() {
    for name in [COMMAND_LINE, "app"] {
        assert_eq!(scope_of(&unregistered(name), CONSOLE, MANAGE), Err(None), "{name}");
    }
    assert_eq!(scope_of(&unregistered(WEBADMIN), CONSOLE, MANAGE), Ok(MANAGE.to_owned()));
}

#[test]
fn a_client_that_registered_itself_gets_no_right_to_manage_even_if_the_value_got_into_its_scope() {
    for scope in [None, Some([MANAGE, "openid"].as_slice())] {
        let standing = registered(Door::ApiKey, scope);
        let both = format!("openid {MANAGE}");
        assert_eq!(scope_of(&standing, "https://a.example/cb", &both), Ok("openid".to_owned()));
        let by_default = ask(&standing, "https://a.example/cb", &[]).unwrap();
        assert!(!by_default.scope.contains(MANAGE));
    }
}

#[test]
fn the_right_to_manage_is_never_given_to_whoever_did_not_name_it() {
    let standing = registered(Door::Administrator, Some(&[MANAGE, "openid"]));
    assert_eq!(scope_of(&standing, "https://a.example/cb", MANAGE), Ok(MANAGE.to_owned()));
    let by_default = ask(&standing, "https://a.example/cb", &[]).unwrap();
    assert_eq!(by_default.scope, Scope::of(&["openid"]));
}

#[test]
fn a_token_that_manages_is_for_no_other_server() {
    let standing = registered(Door::Administrator, Some(&[MANAGE]));
    let at = |resource| ask(&standing, "https://a.example/cb", &[("scope", MANAGE), ("resource", resource)]);
    assert_eq!(at("https://api.example").unwrap_err(), Some(ErrorCode::InvalidTarget));
    assert!(at("https://login.example").is_ok() && at("https://login.example/").is_ok());
}

#[test]
fn the_right_to_manage_is_asked_for_each_time_even_of_a_client_that_is_remembered() {
    let account_id = id(1);
    let alice = Person {
        account_id: &account_id,
        authenticated_at: NOW,
        method: SignInMethod::Password,
        is_fresh_login: false,
        is_account_chosen: false,
        consent: Consent::Before,
    };
    let standing = registered(Door::Administrator, Some(&[MANAGE, "openid"]));
    let step = |scope, prompt| {
        let asked = [("scope", scope), ("prompt", prompt)];
        next(&ask(&standing, "https://a.example/cb", &asked).unwrap(), &standing, Some(&alice), NOW)
    };
    assert_eq!(step("openid", ""), Step::Issue);
    assert_eq!(step(MANAGE, ""), Step::Consent);
    assert!(
        matches!(step(MANAGE, "none"), Step::Refuse(refusal) if refusal.code() == ErrorCode::ConsentRequired)
    );
}
