//! Whatever comes: no fault of the server, and nobody is sent where nobody registered.

use std::time::Duration;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};

use server::clock;

use crate::world::{Browser, Call, Client, Form, World};

/// For so long on each database.
const LONGEST: Duration = Duration::from_secs(8);

const NAMES: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "resource",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "post_logout_redirect_uri",
    "csrf",
    "interaction",
    "username",
    "password",
    "decision",
    "account",
    "ui_locales",
];

const PATHS: &[&str] = &[
    "/authorize",
    "/login",
    "/logout",
    "/interaction/x",
    "/interaction/x/consent",
    "/interaction/x/account",
];

#[derive(Debug)]
struct Attempt {
    path: &'static str,
    is_post: bool,
    /// Laid over a right request.
    changes: Vec<(&'static str, String)>,
    /// Bytes in place of all of it.
    raw: Option<String>,
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        select(vec![
            "",
            "none",
            "login",
            "query",
            "fragment",
            "form_post",
            "openid",
            "code",
            "0",
            "-1",
            "{}",
            "S256",
            "allow",
            "current",
            "https://evil.example/",
            "//evil.example",
            "javascript:alert(1)",
            "https://app.example/callback/../x",
            "\r\nLocation: x",
        ])
        .prop_map(str::to_owned),
    ]
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let raw = prop_oneof![3 => Just(None), 1 => "[%&=+a-f0-9]{0,60}".prop_map(Some)];
    (select(PATHS), any::<bool>(), vec((select(NAMES), value()), 0..5), raw)
        .prop_map(|(path, is_post, changes, raw)| Attempt { path, is_post, changes, raw })
}

fn call(world: &World, client: &Client, browser: &Browser, attempt: &Attempt) -> Call {
    let form = attempt.changes.iter().fold(client.request(), |form, (name, value)| form.with(name, value));
    let text = attempt.raw.clone().unwrap_or_else(|| form.encoded());
    let open = browser.page().button("consent-allow").0.action.replace("/consent", "");
    let path = attempt.path.replace("/interaction/x", &open);
    let call = if attempt.is_post {
        world.post(&path).body("application/x-www-form-urlencoded", text)
    } else {
        world.get(&format!("{path}?{text}"))
    };
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    call.header("cookie", &cookies.join("; "))
}

/// The registered address, or a page of our own.
fn is_safe(location: &str, client: &Client) -> bool {
    let own = ["/login", "/logout", "/interaction/", "/authorize?"];
    location == "/"
        || own.iter().any(|path| location.starts_with(path))
        || location.strip_prefix(&client.redirect_uri).is_some_and(|rest| rest.starts_with(['?', '#']))
}

both! {
    async fn no_parameters_make_the_server_fail_or_send_anybody_elsewhere(world: World) {
        let clients = [world.verified_client().await, world.public_client().await];
        let mut alice = world.alice().await;
        alice.authorize(&clients[1]).await.page();
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let end = clock::now().plus(LONGEST);
        for (_, client) in (0..1000).zip(clients.iter().cycle()) {
            let attempt = attempt().new_tree(&mut runner).expect("an attempt").current();
            let answer = call(&world, client, &alice, &attempt).send().await;
            assert!(answer.status < 500, "{} {attempt:?}", answer.status);
            let location = answer.header("location");
            assert!(location.is_none_or(|to| is_safe(to, client)), "{location:?} {attempt:?}");
            if clock::now() > end {
                break;
            }
        }
        let form = Form::of(&[("client_id", &clients[0].id)]);
        world.post("/authorize").form(&form).send().await.is(400);
    }
}
