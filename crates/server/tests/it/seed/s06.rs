//! The registering client authenticates; the recommended way is an API key that holds the permissions `authenticate` and
//! `oauth-client-registration`, and nothing more.

use domain::directory::{KeyKind, access::KeyPermissions, permission::Permission};
use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};
use server::admin::{
    Means,
    account_keys::{self, Draft as NewKey, KeyError},
    actor::Actor,
};

use crate::world::World;

const RECOMMENDED: [Permission; 2] = [Permission::Authenticate, Permission::OauthClientRegistration];

fn metadata() -> Value {
    json!({ "redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": "none" })
}

fn new_key(permissions: KeyPermissions) -> NewKey {
    NewKey { description: "a fleet".to_owned(), permissions, allowed_ips: Vec::new(), expires_at: None }
}

both! {
    async fn a_key_with_exactly_the_two_permissions_registers(world: World) {
        let key = world.api_key(&world.admin().await, &RECOMMENDED).await;
        let answer = world.register_with(&key, metadata()).await;
        assert!(answer.is(201).text("registration_access_token").starts_with("wlm_"));
        assert!(answer.text("registration_client_uri").starts_with(&world.issuer()));
    }

    async fn and_does_nothing_more(world: World) {
        let key = world.api_key(&world.admin().await, &RECOMMENDED).await;
        let introspect = world.post("/introspect").bearer(&key).body("application/x-www-form-urlencoded", "token=x");
        introspect.send().await.refuses("insufficient_scope");
        world.get("/userinfo").bearer(&key).send().await.refuses("invalid_token");
        world.get("/metrics").bearer(&key).send().await.is(403);
    }

    async fn a_key_without_the_registration_permission_is_forbidden(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::OauthClientCreate]).await;
        let answer = world.register_with(&key, metadata()).await;
        let challenge = answer.refuses("insufficient_scope").headers[WWW_AUTHENTICATE].to_str().expect("a text");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    }

    async fn a_key_that_may_not_authenticate_is_no_credential(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::OauthClientRegistration]).await;
        world.register_with(&key, metadata()).await.refuses("invalid_token");
    }

    async fn without_a_credential_the_challenge_is_bare(world: World) {
        let answer = world.register(metadata()).await;
        answer.refuses("invalid_token");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wayleave\""));
    }

    async fn a_bad_credential_is_refused_with_the_error_in_the_challenge(world: World) {
        let key = world.registration_key().await;
        for bad in ["wlk_invented", "eyJhbGciOiJub25lIn0.e30.", &key[..key.len() - 1], &format!("{key}A")] {
            let answer = world.register_with(bad, metadata()).await;
            let challenge = answer.refuses("invalid_token").header("www-authenticate").expect("a challenge");
            assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        }
    }

    async fn nobody_makes_a_key_that_holds_more_than_its_account(world: World) {
        let alice = world.account("alice", "password of alice").await;
        let (app, new) = (world.app(), new_key(KeyPermissions::Replace(RECOMMENDED.into())));
        let made = account_keys::create(Means::of(&app), &Actor::host(), KeyKind::ApiKey, &alice.id, new).await;
        assert!(matches!(made, Err(KeyError::NotHeldByAccount(Permission::OauthClientRegistration))));
        let all_of_alice = world.api_key_with(&alice, new_key(KeyPermissions::Inherit)).await;
        world.register_with(&all_of_alice, metadata()).await.refuses("insufficient_scope");
    }

    async fn a_key_that_has_ended_or_comes_from_elsewhere_is_refused(world: World) {
        let admin = world.admin().await;
        let elsewhere = vec!["203.0.113.0/24".parse().expect("a network")];
        let ended = NewKey { expires_at: Some(server::clock::now()), ..new_key(KeyPermissions::Inherit) };
        for new in [ended, NewKey { allowed_ips: elsewhere, ..new_key(KeyPermissions::Inherit) }] {
            let key = world.api_key_with(&admin, new).await;
            world.register_with(&key, metadata()).await.refuses("invalid_token");
        }
    }

    async fn a_key_dies_with_its_account(world: World) {
        let key = world.registration_key().await;
        world.enable_account("admin", false).await;
        world.register_with(&key, metadata()).await.refuses("invalid_token");
    }

    async fn an_access_token_of_somebody_with_the_permission_registers_and_of_anybody_else_does_not(world: World) {
        let client = world.public_client().await;
        let mut admin = world.browser();
        admin.sign_in("admin", crate::world::ADMIN_PASSWORD).await;
        let token = client.tokens(&mut admin).await.text("access_token");
        world.register_with(&token, metadata()).await.is(201);
        let token = client.tokens(&mut world.alice().await).await.text("access_token");
        world.register_with(&token, metadata()).await.refuses("insufficient_scope");
    }
}
