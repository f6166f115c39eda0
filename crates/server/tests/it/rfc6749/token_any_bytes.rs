//! Whatever bytes arrive, the endpoints of programs answer, and never that it was their own fault.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{client::metadata::AuthMethod, directory::permission::Permission};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use server::clock;
use tokio::runtime::Handle;

use crate::world::World;

const ENDPOINTS: [&str; 4] = ["/token", "/introspect", "/revoke", "/userinfo"];
const NAMES: &[&str] = &[
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "resource",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "token",
    "token_type_hint",
    "access_token",
    "",
];
const WORDS: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "openid",
    "https://a.example",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA",
    "wlr_",
    "wlc_",
    "%",
    "%00",
    "%ff",
    "\u{0}",
    "a b",
    "",
    "ü",
    "*",
    "0",
];

/// For so long at most, and for so many requests.
const BOUND: Duration = Duration::from_secs(8);
const CASES: u32 = 500;

#[derive(Clone, Debug)]
struct Random {
    endpoint: &'static str,
    content_type: String,
    authorization: Option<String>,
    body: Vec<u8>,
}

/// Requests that are nearly right: made of words that mean something, pieces of good credentials, and noise.
fn requests(good: Vec<String>) -> impl Strategy<Value = Random> {
    let piece =
        (select(good), any::<proptest::sample::Index>(), any::<bool>()).prop_map(|(text, at, is_whole)| {
            if is_whole { text } else { text[..at.index(text.len())].to_owned() }
        });
    let value =
        prop_oneof![select(WORDS).prop_map(str::to_owned), piece, ".{0,40}", "[a-zA-Z0-9._-]{0,80}"].boxed();
    let pair = (
        prop_oneof![9 => select(NAMES).prop_map(str::to_owned), 1 => ".{0,8}"],
        value.clone(),
        any::<bool>(),
    );
    let form = prop::collection::vec(pair, 0..9).prop_map(|pairs| {
        let text = |(name, value, is_encoded): (String, String, bool)| {
            if is_encoded {
                form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish()
            } else {
                format!("{name}={value}")
            }
        };
        pairs.into_iter().map(text).collect::<Vec<_>>().join("&").into_bytes()
    });
    let body = prop_oneof![8 => form, 1 => prop::collection::vec(any::<u8>(), 0..200)];
    let basic = (value.clone(), value.clone())
        .prop_map(|(id, secret)| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))));
    let bearer = value.prop_map(|token| format!("Bearer {}", token.replace(|c: char| c.is_control(), "")));
    let authorization = prop::option::of(prop_oneof![
        basic,
        bearer,
        "[ -~]{0,60}",
        "(Basic|Bearer|basic|DPoP) {0,2}[!-~]{0,40}"
    ]);
    let kind = prop_oneof![9 => Just("application/x-www-form-urlencoded".to_owned()), 1 => "[a-z/;=-]{0,40}"];
    (select(&ENDPOINTS[..]), kind, authorization, body).prop_map(
        |(endpoint, content_type, authorization, body)| Random {
            endpoint,
            content_type,
            authorization,
            body,
        },
    )
}

/// Credentials that are good, to take pieces of.
async fn credentials(world: &World) -> Vec<String> {
    let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
    let mut alice = world.alice().await;
    let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
    let key =
        world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::TokenIntrospect]).await;
    let secret = client.secret.clone().expect("a secret");
    vec![
        client.id,
        secret,
        key,
        code,
        tokens.text("access_token"),
        tokens.text("refresh_token"),
        tokens.text("id_token"),
    ]
}

async fn status(world: &World, random: Random) -> u16 {
    let call = world.post(random.endpoint).body(&random.content_type, random.body);
    match random.authorization {
        Some(value) => call.header("authorization", &value),
        None => call,
    }
    .send()
    .await
    .status
}

both! {
    async fn no_request_to_an_endpoint_of_programs_is_answered_with_5xx(world: World) {
        let requests = requests(credentials(&world).await);
        let start = clock::now();
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let outcome = tokio::task::block_in_place(|| runner.run(&requests, |random| {
            if clock::now().since(start) < BOUND {
                let status = Handle::current().block_on(status(&world, random));
                prop_assert!(matches!(status, 200 | 400 | 401 | 403 | 413), "{status}");
            }
            Ok(())
        }));
        assert!(outcome.is_ok(), "{outcome:?}");
    }

    async fn p15_every_strict_prefix_and_suffix_of_a_code_and_a_refresh_token_is_refused(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let token = client.tokens(&mut alice).await.text("refresh_token");
        let code = alice.consented(&client).await.code();
        for at in 1..token.len() {
            for part in [&token[..at], &token[at..]] {
                client.refresh(part).await.refuses("invalid_grant");
            }
            for part in [&code[..at], &code[at..]] {
                client.exchange(part).await.refuses("invalid_grant");
            }
        }
        client.refresh(&token).await.is(200);
        client.exchange(&code).await.is(200);
    }

    async fn p15_every_strict_prefix_of_a_secret_and_of_a_key_is_refused(world: World) {
        let mut client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::TokenIntrospect]).await;
        let secret = client.secret.clone().expect("a secret");
        for at in 1..secret.len() {
            client.secret = Some(secret[..at].to_owned());
            client.client_credentials("").await.refuses("invalid_client");
            world.post("/introspect").bearer(&key[..at]).body("application/x-www-form-urlencoded", "token=x").send().await.refuses("invalid_token");
        }
        client.secret = Some(secret);
        client.client_credentials("").await.is(200);
    }
}
