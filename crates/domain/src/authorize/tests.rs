//! The authorization endpoint, parameter by parameter: the A rows that need no browser.

use std::sync::Arc;

use proptest::prelude::*;

use super::{
    checks::check,
    destination::{self, DestinationError},
    request::{AuthorizationRequest, RefusedRequest, ResponseMode},
    response::AuthorizationResponse,
    step::{Consent, Person, Step, next},
};
use crate::{
    client::{
        Client, ClientId,
        approval::Approval,
        metadata::{AuthMethod, GrantType},
        standing::Standing,
    },
    directory::{SignInMethod, sign_in::ACR_SECOND_FACTOR},
    error::ErrorCode,
    grant::fixtures::{NOW, client, id},
    id::Id,
    parameters::Parameters,
    redirect_uri::RedirectUri,
    secret::Secret,
    settings::{OidcProvider, PkcePolicy},
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const URI: &str = "https://c.example/cb";

fn base() -> Vec<(&'static str, String)> {
    [
        ("client_id", "app"),
        ("redirect_uri", URI),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// The base request with one parameter changed (or left out, when empty).
fn with(name: &'static str, value: &str) -> Parameters {
    let mut all = base();
    all.retain(|(known, _)| *known != name);
    all.push((name, value.to_owned()));
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn registered(method: AuthMethod) -> Standing {
    let mut client = client("app", method);
    client.metadata.redirect_uris = vec![RedirectUri::parse_tolerated(URI).unwrap()];
    Standing::Registered(Arc::new(client))
}

fn public() -> Standing {
    registered(AuthMethod::None)
}

fn issuer() -> url::Url {
    url::Url::parse("https://login.example").unwrap()
}

fn redirect_uri(parameters: &Parameters, standing: &Standing) -> Result<RedirectUri, DestinationError> {
    destination::redirect_uri(parameters, standing, &issuer())
}

fn ask(parameters: &Parameters, standing: &Standing) -> Result<AuthorizationRequest, RefusedRequest> {
    let redirect_uri = redirect_uri(parameters, standing).expect("the right redirect URI");
    check(parameters, standing, redirect_uri, &OidcProvider::default(), &issuer())
}

fn code_of(name: &'static str, value: &str) -> ErrorCode {
    let refused = ask(&with(name, value), &public()).expect_err(&format!("{name}={value}"));
    assert_eq!(refused.reply_to.redirect_uri.as_str(), URI);
    refused.refusal.code()
}

#[test]
fn the_base_request_is_accepted() {
    let request = ask(&with("nonce", "n"), &public()).unwrap();
    assert_eq!((request.state.as_deref(), request.nonce.as_deref()), (Some("s"), Some("n")));
}

#[test]
fn a15_to_a18_a_public_client_needs_an_s256_challenge() {
    let longer = format!("{CHALLENGE}A");
    for (name, value) in [
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
        ("code_challenge_method", "s256"),
        ("code_challenge_method", "S512"),
        ("code_challenge", &CHALLENGE[1..]),
        ("code_challenge", &longer),
        ("code_challenge", &CHALLENGE.replace('-', "=")),
    ] {
        assert_eq!(code_of(name, value), ErrorCode::InvalidRequest, "{name}={value}");
    }
}

#[test]
fn a21_a22_only_the_response_type_code_exists() {
    assert_eq!(code_of("response_type", ""), ErrorCode::InvalidRequest);
    for value in ["token", "id_token", "code token", "foo", "code code"] {
        assert_eq!(code_of("response_type", value), ErrorCode::UnsupportedResponseType, "{value}");
    }
}

#[test]
fn a23_a_scope_of_which_nothing_remains_is_refused_and_the_rest_is_narrowed() {
    let many = (0..33).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
    for value in ["nothing", many.as_str(), &"a".repeat(1025), "ä"] {
        assert_eq!(code_of("scope", value), ErrorCode::InvalidScope, "{value}");
    }
    let request = ask(&with("scope", "openid unknown"), &public()).unwrap();
    assert_eq!(request.scope.to_string(), "openid");
}

#[test]
fn a24_a_client_without_the_grant_may_not_start_it() {
    let mut client = Client { ..client("app", AuthMethod::None) };
    client.metadata.redirect_uris = vec![RedirectUri::parse_tolerated(URI).unwrap()];
    client.metadata.grant_types = vec![GrantType::ClientCredentials];
    let refused = ask(&with("state", "s"), &Standing::Registered(Arc::new(client))).unwrap_err();
    assert_eq!(refused.refusal.code(), ErrorCode::UnauthorizedClient);
}

#[test]
fn a25_a26_what_is_carried_unread_is_bounded() {
    for name in ["state", "nonce", "login_hint"] {
        assert_eq!(code_of(name, &"x".repeat(4097)), ErrorCode::InvalidRequest, "{name}");
        assert!(ask(&with(name, &"x".repeat(4096)), &public()).is_ok());
    }
}

#[test]
fn a27_response_modes_that_do_not_exist_are_refused() {
    for value in ["foo", "form_post.jwt", "web_message"] {
        assert_eq!(code_of("response_mode", value), ErrorCode::InvalidRequest, "{value}");
    }
    let request = ask(&with("response_mode", "fragment"), &public()).unwrap();
    assert_eq!(request.response_mode, ResponseMode::Fragment);
}

#[test]
fn a30_a34_a39_a41_bad_values_are_named() {
    for value in ["none login", "foo", "login foo"] {
        assert_eq!(code_of("prompt", value), ErrorCode::InvalidRequest, "{value}");
    }
    for value in ["-1", "abc", "1e99", "1.5"] {
        assert_eq!(code_of("max_age", value), ErrorCode::InvalidRequest, "{value}");
    }
    for value in ["https://r.example/#f", "relative"] {
        assert_eq!(code_of("resource", value), ErrorCode::InvalidTarget, "{value}");
    }
    for value in ["no json", "[]"] {
        assert_eq!(code_of("claims", value), ErrorCode::InvalidRequest, "{value}");
    }
}

#[test]
fn a_claim_asked_for_by_name_asks_for_the_scope_that_carries_it_within_the_ceiling() {
    let claims = r#"{"userinfo":{"email":null},"id_token":{"name":null,"auth_time":null}}"#;
    let request = ask(&with("claims", claims), &public()).unwrap();
    assert_eq!(request.scope.to_string(), "email openid profile");
    let mut client = client("app", AuthMethod::None);
    client.metadata.redirect_uris = vec![RedirectUri::parse_tolerated(URI).unwrap()];
    client.metadata.scope = Some(crate::scope::Scope::of(&["openid"]));
    let request = ask(&with("claims", claims), &Standing::Registered(Arc::new(client))).unwrap();
    assert_eq!(request.scope.to_string(), "openid");
}

#[test]
fn a36_a37_request_objects_are_refused_by_their_own_codes() {
    assert_eq!(code_of("request", "eyJ"), ErrorCode::RequestNotSupported);
    assert_eq!(code_of("request_uri", "https://c.example/r"), ErrorCode::RequestUriNotSupported);
}

#[test]
fn a01_to_a14_without_client_and_redirect_uri_there_is_no_one_to_answer() {
    assert!(destination::client_id(&with("client_id", "")).is_err());
    assert!(destination::client_id(&with("client_id", &"x".repeat(2049))).is_err());
    for uri in [
        "",
        "https://c.example/cb/",
        "https://c.example/cb?a=1",
        "https://C.example/cb",
        "https://c.example/CB",
        "HTTPS://c.example/cb",
        "https://c.example:443/cb",
        "https://c.example/%63b",
        "https://c.example.evil/cb",
        "https://evilc.example/cb",
        "https://u@c.example/cb",
        "https://c.example\\@evil/cb",
        "https://c.example/x/../cb",
        "https://c.example/..;/cb",
        "javascript:alert(1)",
        "https://c.example/cb#",
    ] {
        assert!(redirect_uri(&with("redirect_uri", uri), &public()).is_err(), "{uri}");
    }
}

#[test]
fn an_unregistered_client_may_only_use_https_loopback_or_a_scheme_with_a_dot() {
    let tolerated = Standing::Tolerated(ClientId::parse("app").unwrap());
    for uri in ["https://x.example/", "http://127.0.0.1:5/cb", "com.example.app:/cb"] {
        assert!(redirect_uri(&with("redirect_uri", uri), &tolerated).is_ok(), "{uri}");
    }
    for uri in [
        "http://x.example/",
        "myapp:/cb",
        "cursor://x/cb",
        "javascript:alert(1)",
        "https://login.example/",
        "https://login.example/x?y",
    ] {
        assert!(redirect_uri(&with("redirect_uri", uri), &tolerated).is_err(), "{uri}");
    }
}

#[test]
fn a_confidential_client_may_leave_pkce_out_exactly_where_the_policy_says() {
    let request = |policy, nonce| {
        let mut parameters = with("code_challenge", "");
        parameters = parameters
            .iter()
            .filter(|(name, _)| *name != "code_challenge_method")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .chain([("nonce".to_owned(), String::from(nonce))])
            .collect();
        let standing = registered(AuthMethod::ClientSecretBasic);
        let redirect_uri = redirect_uri(&parameters, &standing).unwrap();
        let settings = OidcProvider { pkce: policy, ..OidcProvider::default() };
        check(&parameters, &standing, redirect_uri, &settings, &issuer()).is_ok()
    };
    assert!(!request(PkcePolicy::Always, "n"));
    assert!(request(PkcePolicy::Oauth21, "n") && !request(PkcePolicy::Oauth21, ""));
    assert!(request(PkcePolicy::Public, ""));
}

fn step_for(prompt: &str, is_verified: bool, person: Option<&Person<'_>>) -> Step {
    let mut standing = public();
    if let Standing::Registered(client) = &mut standing {
        Arc::make_mut(client).is_verified = is_verified;
    }
    let request = ask(&with("prompt", prompt), &standing).unwrap();
    next(&request, &standing, person, NOW)
}

/// Somebody who has a session and has allowed this before.
fn signed_in(account_id: &Id) -> Person<'_> {
    Person {
        account_id,
        authenticated_at: NOW,
        method: SignInMethod::Password,
        is_fresh_login: false,
        is_account_chosen: false,
        consent: Consent::Before,
    }
}

#[test]
fn whoever_could_show_more_is_asked_to_sign_in_again_and_refused_only_after_that() {
    let account = id(1);
    let alice = signed_in(&account);
    let step = |acr: &str, person: &Person<'_>| {
        let standing = registered(AuthMethod::None);
        let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["{acr}"]}}}}}}"#);
        next(&ask(&with("claims", &claims), &standing).unwrap(), &standing, Some(person), NOW)
    };
    assert_eq!(step(ACR_SECOND_FACTOR, &alice), Step::Login);
    assert_eq!(refusal(step("gold", &alice)), Some(ErrorCode::AccessDenied));
    let fresh = Person { is_fresh_login: true, ..alice.clone() };
    assert_eq!(refusal(step(ACR_SECOND_FACTOR, &fresh)), Some(ErrorCode::AccessDenied));
    let with_passkey = Person { method: SignInMethod::Passkey, ..alice };
    assert_eq!(step(ACR_SECOND_FACTOR, &with_passkey), Step::Consent);
}

fn refusal(step: Step) -> Option<ErrorCode> {
    match step {
        Step::Refuse(refusal) => Some(refusal.code()),
        Step::Login | Step::ChooseAccount | Step::Wait | Step::Consent | Step::Issue => None,
    }
}

#[test]
fn a28_to_a31_silence_is_answered_with_an_error_and_never_with_a_code_for_the_unverified() {
    let account = id(1);
    let alice = signed_in(&account);
    assert_eq!(refusal(step_for("none", true, None)), Some(ErrorCode::LoginRequired));
    assert_eq!(refusal(step_for("none", false, Some(&alice))), Some(ErrorCode::ConsentRequired));
    assert_eq!(step_for("none", true, Some(&alice)), Step::Issue);
    let stranger = Person { consent: Consent::None, ..alice.clone() };
    assert_eq!(refusal(step_for("none", true, Some(&stranger))), Some(ErrorCode::ConsentRequired));
}

#[test]
fn the_person_is_asked_what_the_prompt_says() {
    let account = id(1);
    let alice = signed_in(&account);
    assert_eq!(step_for("", true, Some(&alice)), Step::Issue);
    assert_eq!(step_for("", false, Some(&alice)), Step::Consent);
    assert_eq!(step_for("consent", true, Some(&alice)), Step::Consent);
    assert_eq!(step_for("select_account", true, Some(&alice)), Step::ChooseAccount);
    assert_eq!(step_for("login", true, Some(&alice)), Step::Login);
    let fresh = Person { is_fresh_login: true, ..alice };
    assert_eq!(step_for("login", true, Some(&fresh)), Step::Issue);
}

#[test]
fn whom_any_program_could_pass_for_is_asked_about_again_unless_it_proves_itself() {
    let account = id(1);
    let alice = signed_in(&account);
    let step = |method, uri| {
        let mut client = client("app", method);
        client.is_verified = true;
        client.metadata.redirect_uris = vec![RedirectUri::parse_tolerated(uri).unwrap()];
        let standing = Standing::Registered(Arc::new(client));
        next(&ask(&with("redirect_uri", uri), &standing).unwrap(), &standing, Some(&alice), NOW)
    };
    for uri in ["http://127.0.0.1/cb", "com.example.app:/cb", "https://localhost/cb"] {
        assert_eq!(step(AuthMethod::None, uri), Step::Consent, "{uri}");
        assert_eq!(step(AuthMethod::PrivateKeyJwt, uri), Step::Issue, "{uri}");
    }
    assert_eq!(step(AuthMethod::None, URI), Step::Issue);
}

#[test]
fn who_is_allowed_for_everybody_is_asked_about_only_when_the_request_wants_it() {
    let account = id(1);
    let first_time = Person { consent: Consent::ForEverybody, ..signed_in(&account) };
    assert_eq!(step_for("", false, Some(&first_time)), Step::Issue);
    assert_eq!(step_for("none", false, Some(&first_time)), Step::Issue);
    assert_eq!(step_for("consent", false, Some(&first_time)), Step::Consent);
    assert_eq!(step_for("login", false, Some(&first_time)), Step::Login);
}

#[test]
fn who_waits_for_an_administrator_is_told_so_once_somebody_signed_in_and_gets_nothing() {
    let mut standing = client("app", AuthMethod::None);
    standing.metadata.redirect_uris = vec![RedirectUri::parse_tolerated(URI).unwrap()];
    standing.is_first_party = true;
    let account = id(1);
    let allowed = Person { consent: Consent::ForEverybody, ..signed_in(&account) };
    let step = |approval, prompt, person| {
        let standing =
            Standing::Registered(Arc::new(Client { approval: Some(approval), ..standing.clone() }));
        let request = ask(&with("prompt", prompt), &standing).unwrap();
        match next(&request, &standing, person, NOW) {
            Step::Refuse(refusal) => Err(refusal.code()),
            step => Ok(step),
        }
    };
    for approval in Approval::ALL {
        assert_eq!(step(approval, "", None), Ok(Step::Login));
        assert_eq!(step(approval, "none", None), Err(ErrorCode::LoginRequired));
    }
    assert_eq!(step(Approval::Pending, "", Some(&allowed)), Ok(Step::Wait));
    assert_eq!(step(Approval::Pending, "consent", Some(&allowed)), Ok(Step::Wait));
    assert_eq!(step(Approval::Pending, "none", Some(&allowed)), Err(ErrorCode::InteractionRequired));
    assert_eq!(step(Approval::Denied, "", Some(&allowed)), Err(ErrorCode::AccessDenied));
}

#[test]
fn allowed_for_everybody_is_only_who_has_no_double() {
    let allowed = |method, uri: &str, is_first_party| {
        let mut client = client("webadmin", method);
        client.is_first_party = is_first_party;
        let uri = RedirectUri::parse_tolerated(uri).unwrap();
        let issuer = url::Url::parse("http://localhost:8080").unwrap();
        Standing::Registered(Arc::new(client)).is_allowed_for_everybody(&uri, &issuer)
    };
    assert!(allowed(AuthMethod::None, URI, true) && !allowed(AuthMethod::None, URI, false));
    assert!(allowed(AuthMethod::None, "http://localhost:8080/admin/oauth/callback", true));
    assert!(!allowed(AuthMethod::None, "http://localhost:8081/admin/oauth/callback", true));
    assert!(!allowed(AuthMethod::None, "http://127.0.0.1/cb", true));
    assert!(allowed(AuthMethod::ClientSecretBasic, "http://127.0.0.1/cb", true));
}

#[test]
fn a38_every_answer_carries_one_iss_and_the_state_as_it_was_sent() {
    let request = ask(&with("state", "a b&c=\"<\u{e4}"), &public()).unwrap();
    let response =
        AuthorizationResponse::code(request.reply_to(), &Secret::new("wlc_x"), "https://as.example");
    let location = response.location();
    let query = location.strip_prefix("https://c.example/cb?").unwrap();
    let answered = Parameters::parse(query.as_bytes()).unwrap();
    assert_eq!(answered.one("iss"), Ok(Some("https://as.example")));
    assert_eq!(answered.one("state"), Ok(Some("a b&c=\"<\u{e4}")));
}

proptest! {
    /// P04: whatever is asked, an answer goes to the registered URI or nowhere.
    #[test]
    fn no_request_makes_an_answer_go_elsewhere(name in "[a-z_]{1,16}", value in ".{0,40}", uri in ".{0,60}") {
        let mut all = base();
        all.retain(|(known, _)| *known != "redirect_uri");
        let parameters: Parameters = all
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .chain([(name, value), ("redirect_uri".to_owned(), uri)])
            .collect();
        if let Ok(redirect_uri) = redirect_uri(&parameters, &public()) {
            prop_assert_eq!(redirect_uri.as_str(), URI);
        }
    }
}
