//! Who may register: a key or a token with the permission, or anybody where the operator says so. RFC 7591 §3, RFC 6750 §3.

use std::time::Duration;

use domain::directory::{access::KeyPermissions, permission::Permission};
use http::Method;
use serde_json::json;
use server::{
    admin::{account_keys::Draft as NewKey, first_start::ADMIN},
    clock,
};

use super::{base, clients, open};
use crate::world::{ADMIN_PASSWORD, Answer, World};

both! {
    async fn r69_a_stranger_hears_a_bare_challenge(world: World) {
        let answer = world.register(base()).await;
        answer.is(401).refuses("invalid_token");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wayleave\""));
        assert_eq!(clients(&world).await, 0);
    }

    async fn r69_a_credential_that_is_no_good_is_401_also_where_strangers_may_register(world: World) {
        let (key, admin) = (world.registration_key().await, world.admin().await);
        let expired = NewKey { expires_at: Some(clock::now()), ..a_key() };
        let elsewhere = NewKey { allowed_ips: vec!["203.0.113.0/24".parse().expect("a network")], ..a_key() };
        let expired = world.api_key_with(&admin, expired).await;
        let elsewhere = world.api_key_with(&admin, elsewhere).await;
        let flipped = format!("{}{}", &key[..key.len() - 1], if key.ends_with('A') { 'Q' } else { 'A' });
        for is_open in [false, true] {
            world.settings("OidcProvider.anonymousClientRegistration", json!(is_open)).await;
            for token in ["x", "wlk_", &flipped, &key[..72], &expired, &elsewhere] {
                is_bad_token(&world.register_with(token, base()).await);
            }
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn r69_anything_but_one_bearer_token_is_refused(world: World) {
        open(&world).await;
        let post = || world.post("/register").json(&base());
        for header in ["Bearer", "Bearer ", "Basic YTpi", "bearer a b", "Bearer\ta", "DPoP abc"] {
            is_bad_token(&post().header("authorization", header).send().await);
        }
        let twice = post().bearer("a").also_header("authorization", "Bearer b");
        twice.send().await.is(400).refuses("invalid_request");
        assert_eq!(clients(&world).await, 0);
    }

    async fn r70_a_credential_without_the_permission_is_403(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate]).await;
        for is_open in [false, true] {
            world.settings("OidcProvider.anonymousClientRegistration", json!(is_open)).await;
            let answer = world.register_with(&key, base()).await;
            answer.is(403).refuses("insufficient_scope");
            let challenge = answer.header("www-authenticate").expect("a challenge");
            assert!(challenge.starts_with("Bearer realm=\"wayleave\", error=\"insufficient_scope\", "), "{challenge}");
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn a_key_without_authenticate_is_no_key(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::OauthClientRegistration]).await;
        is_bad_token(&world.register_with(&key, base()).await);
    }

    async fn a_key_of_a_disabled_account_is_no_key(world: World) {
        let key = world.registration_key().await;
        world.register_with(&key, base()).await.is(201);
        world.sql("UPDATE accounts SET is_enabled = FALSE", []).await;
        is_bad_token(&world.register_with(&key, base()).await);
    }

    async fn an_access_token_of_an_account_with_the_permission_registers(world: World) {
        let app = world.public_client().await;
        let mut browser = world.browser();
        browser.sign_in(ADMIN, ADMIN_PASSWORD).await;
        let token = app.tokens(&mut browser).await.text("access_token");
        let registered = world.register_with(&token, base()).await;
        let id = registered.is(201).text("client_id");
        let row = world.rows("SELECT door, registered_by FROM clients WHERE client_id = $1", [id.as_str().into()]).await;
        assert_eq!(row[0].text(0).ok().as_deref(), Some("access-token"));
        assert_eq!(row[0].id(1).ok(), Some(world.admin().await.id));
    }

    async fn r70_an_access_token_of_an_account_without_the_permission_is_403(world: World) {
        let app = world.public_client().await;
        world.account("bob", "password of bob").await;
        let mut browser = world.browser();
        browser.sign_in("bob", "password of bob").await;
        let token = app.tokens(&mut browser).await.text("access_token");
        world.register_with(&token, base()).await.is(403).refuses("insufficient_scope");
    }

    async fn who_registers_is_on_record_and_may_call_the_other_name_of_the_endpoint(world: World) {
        let call = world.call(Method::POST, "/auth/register").bearer(&world.registration_key().await);
        call.json(&base()).send().await.is(201);
        let row = &world.rows("SELECT door, registered_by FROM clients", []).await[0];
        assert_eq!(row.text(0).ok().as_deref(), Some("api-key"));
        assert_eq!(row.id(1).ok(), Some(world.admin().await.id));
    }

    async fn the_door_opens_and_closes_at_once(world: World) {
        open(&world).await;
        world.register(base()).await.is(201);
        world.settings("OidcProvider.anonymousClientRegistration", json!(false)).await;
        world.register(base()).await.is(401);
    }
}

/// 401 with a challenge that says why.
#[track_caller]
fn is_bad_token(answer: &Answer) {
    answer.is(401).refuses("invalid_token");
    let challenge = format!(
        "Bearer realm=\"wayleave\", error=\"invalid_token\", error_description=\"{}\"",
        answer.text("error_description")
    );
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
}

fn a_key() -> NewKey {
    NewKey {
        description: "a key of a test".to_owned(),
        permissions: KeyPermissions::Inherit,
        allowed_ips: Vec::new(),
        expires_at: Some(clock::now().plus(Duration::from_mins(5))),
    }
}
