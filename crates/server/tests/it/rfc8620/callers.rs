//! Who may call the management API.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::directory::permission::Permission;
use serde_json::json;

use crate::world::{ADMIN_PASSWORD, Answer, Call, PASSWORD, World};

fn basic(call: Call, name: &str, password: &str) -> Call {
    call.header("authorization", &format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
}

#[track_caller]
fn is_unauthenticated(answer: &Answer, world: &World) {
    answer.is(401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let challenge = answer.header("www-authenticate").expect("a challenge");
    let metadata = format!("resource_metadata=\"{}/.well-known/oauth-protected-resource\"", world.origin());
    assert!(
        challenge.starts_with("Bearer realm=\"wayleave\", ") && challenge.contains(&metadata),
        "{challenge}"
    );
}

both! {
    async fn an_account_calls_with_its_password(world: World) {
        let session = basic(world.get("/jmap/session"), "admin", ADMIN_PASSWORD).send().await;
        assert_eq!(session.is(200).text("username"), "admin");
    }

    async fn a_wrong_password_and_an_unknown_name_sound_the_same(world: World) {
        let wrong = basic(world.get("/jmap/session"), "admin", "wrong").send().await;
        let unknown = basic(world.get("/jmap/session"), "nobody", "wrong").send().await;
        is_unauthenticated(&wrong, &world);
        assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
    }

    async fn without_a_credential_every_route_is_401_with_a_challenge(world: World) {
        for path in ["/jmap/session", "/jmap/eventsource?types=*&closeafter=no&ping=0", "/api/schema", "/api/schema/x", "/api/account"] {
            is_unauthenticated(&world.get(path).send().await, &world);
        }
        for path in ["/jmap", "/jmap/", "/api"] {
            is_unauthenticated(&world.post(path).json(&json!({})).send().await, &world);
        }
    }

    async fn a_credential_that_is_none_is_401(world: World) {
        for value in ["Bearer x", "Basic x", "Basic eA==", "Digest x", "Bearer", "wlk_x", "Bearer wlk_x"] {
            is_unauthenticated(&world.get("/jmap/session").header("authorization", value).send().await, &world);
        }
        let twice = world.get("/jmap/session").bearer("a").also_header("authorization", "Bearer b").send().await;
        twice.is(400);
    }

    async fn a_disabled_account_and_its_keys_are_401(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let key = world.api_key(&alice, &[Permission::Authenticate]).await;
        world.get("/jmap/session").bearer(&key).send().await.is(200);
        world.sql("UPDATE accounts SET is_enabled = $1 WHERE name = $2", [false.into(), "alice".into()]).await;
        is_unauthenticated(&world.get("/jmap/session").bearer(&key).send().await, &world);
        is_unauthenticated(&basic(world.get("/jmap/session"), "alice", PASSWORD).send().await, &world);
    }

    async fn j20_a_token_that_was_not_asked_for_to_manage_is_403(world: World) {
        let mut alice = world.alice().await;
        let token = world.public_client().await.tokens(&mut alice).await.text("access_token");
        let answer = world.get("/jmap/session").bearer(&token).send().await;
        assert_eq!(answer.is(403).header("content-type"), Some("application/problem+json"));
        assert!(answer.header("www-authenticate").is_some_and(|text| text.contains("insufficient_scope")));
    }

    async fn j20_a_token_of_no_person_is_403(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        let client = world.confidential_client(domain::client::metadata::AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("read").await.is(200).text("access_token");
        world.get("/jmap/session").bearer(&token).send().await.is(403);
    }

    async fn no_page_of_another_site_may_read_an_answer(world: World) {
        let call = world.post("/jmap").bearer(&world.admin_key().await).header("origin", "https://evil.example");
        let answer = call.json(&json!({ "using": [], "methodCalls": [] })).send().await;
        assert_eq!(answer.is(200).header("access-control-allow-origin"), None);
        world.call(http::Method::OPTIONS, "/jmap").header("origin", "https://evil.example").send().await.is(405);
    }

    async fn the_metadata_of_the_resource_names_server_and_scope(world: World) {
        let metadata = world.get("/.well-known/oauth-protected-resource").send().await;
        assert_eq!(metadata.is(200).text("resource"), world.issuer());
        assert_eq!(metadata.json["scopes_supported"], json!(["urn:wayleave:scope:manage"]));
    }
}
