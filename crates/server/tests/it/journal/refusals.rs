//! What smells of attack is told, and telling it cannot be made to fill the disk.

use domain::{
    client::metadata::AuthMethod,
    directory::permission::Permission,
    journal::{EventKind, ObjectKind},
};
use serde_json::json;

use super::{of_kind, one};
use crate::{
    rfc7592::Owner,
    world::{Client, Form, World},
};

/// A credential of ours with another end.
fn wrong(credential: &str) -> String {
    let (kept, last) = credential.split_at(credential.len() - 1);
    format!("{kept}{}", if last == "A" { "B" } else { "A" })
}

async fn with_wrong_secret(world: &World) -> Client {
    let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
    Client { secret: client.secret.as_deref().map(wrong), ..client }
}

both! {
    async fn a_replayed_code_is_told_with_the_grant_it_killed(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        client.exchange(&code).await.is(200);
        client.exchange(&code).await.refuses("invalid_grant");
        let found = of_kind(&world, EventKind::CodeReplayed).await;
        let event = &one(&found).event;
        assert!(event.actor.credential_id.is_some() && event.from.is_some());
    }

    async fn a_wrong_verifier_is_told(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let form = client.code_form(&code).with("code_verifier", &"a".repeat(43));
        client.token(form).await.refuses("invalid_grant");
        assert_eq!(of_kind(&world, EventKind::CodeVerifierRefused).await.len(), 1);
    }

    async fn a_reused_refresh_token_is_told(world: World) {
        let client = world.public_client().await;
        let first = client.tokens(&mut world.alice().await).await.text("refresh_token");
        let second = client.refresh(&first).await.text("refresh_token");
        client.refresh(&second).await.is(200);
        client.refresh(&first).await.refuses("invalid_grant");
        assert_eq!(of_kind(&world, EventKind::RefreshTokenReused).await.len(), 1);
    }

    async fn a_wrong_client_secret_is_told_and_a_hundred_are_counted(world: World) {
        let client = with_wrong_secret(&world).await;
        for _ in 0..100 {
            client.client_credentials("").await.refuses("invalid_client");
        }
        let found = of_kind(&world, EventKind::ClientSecretRefused).await;
        assert!(matches!(&one(&found).event.object, Some((ObjectKind::OAuthClient, _))));
        world.restart().await;
        let found = of_kind(&world, EventKind::ClientSecretRefused).await;
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].event.note.as_deref(), Some("the last of 99 more within a minute"));
    }

    async fn a_code_that_is_replayed_again_and_again_is_counted_too(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        client.exchange(&code).await.is(200);
        for _ in 0..20 {
            client.exchange(&code).await.refuses("invalid_grant");
        }
        assert_eq!(of_kind(&world, EventKind::CodeReplayed).await.len(), 1);
    }

    async fn a_replayed_assertion_is_told(world: World) {
        let client = world.confidential_client(AuthMethod::PrivateKeyJwt).await;
        let assertion = client.assertion(&json!({}));
        let form = Form::of(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ]);
        world.post("/token").form(&form).send().await.is(200);
        world.post("/token").form(&form).send().await.refuses("invalid_client");
        assert_eq!(of_kind(&world, EventKind::ClientAssertionReplayed).await.len(), 1);
    }

    async fn a_wrong_api_key_is_told_by_the_name_of_the_key(world: World) {
        let key = world.registration_key().await;
        world.register_with(&wrong(&key), json!({})).await.refuses("invalid_token");
        let found = of_kind(&world, EventKind::ApiKeyRefused).await;
        let (_, id) = one(&found).event.object.clone().expect("a key");
        assert!(key.starts_with(&format!("wlk_{id}")));
    }

    async fn an_api_key_that_nobody_made_tells_nothing(world: World) {
        world.register_with(&format!("wlk_{}", "0".repeat(69)), json!({})).await.refuses("invalid_token");
        assert!(of_kind(&world, EventKind::ApiKeyRefused).await.is_empty());
    }

    async fn a_key_that_asks_for_what_it_does_not_hold_is_told(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate]).await;
        world.register_with(&key, json!({})).await.refuses("insufficient_scope");
        let found = of_kind(&world, EventKind::Forbidden).await;
        assert_eq!(one(&found).event.note.as_deref(), Some("this needs the permission oauth-client-registration"));
    }

    async fn a_wrong_registration_access_token_is_told(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        owner.with(&wrong(&owner.token)).get().await.refuses("invalid_token");
        assert_eq!(of_kind(&world, EventKind::RegistrationTokenRefused).await.len(), 1);
    }

    async fn a_refused_sign_in_names_the_account_but_not_what_was_typed(world: World) {
        let alice = world.account("alice", "password of alice").await;
        world.browser().sign_in("alice", "hunter2 hunter2").await;
        world.browser().sign_in("my own password", "alice").await;
        world.browser().sign_in("nobody", "hunter2 hunter2").await;
        let found = of_kind(&world, EventKind::SignInRefused).await;
        assert_eq!(found[0].event.object, Some((ObjectKind::Account, alice.id.to_string())));
        assert_eq!((found.len(), &found[1].event.object), (2, &None));
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    async fn refusals_are_counted_in_the_metrics_each_time(world: World) {
        let client = with_wrong_secret(&world).await;
        for _ in 0..3 {
            client.client_credentials("").await.refuses("invalid_client");
        }
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::MetricsGet]).await;
        let metrics = world.get("/metrics").bearer(&key).send().await;
        let text = String::from_utf8_lossy(&metrics.body).into_owned();
        assert!(text.contains("wayleave_refusals_total{kind=\"client-secret-refused\"} 3"), "{text}");
    }
}
