//! RFC 7009 §2: what is revoked with what, and who may.

use domain::client::metadata::AuthMethod;
use http::Method;
use serde_json::json;

use crate::world::{Form, World};

const METHODS: [AuthMethod; 4] = [
    AuthMethod::None,
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::PrivateKeyJwt,
];

both! {
    async fn i07_what_is_no_token_is_answered_as_if_it_had_been_revoked(world: World) {
        let client = world.public_client().await;
        for token in ["x", "wlr_", "wlr_0000", "wlk_x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", &"a".repeat(9000)] {
            let answer = client.revoke(token).await;
            assert!(answer.is(200).body.is_empty());
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }

    async fn i08_another_clients_token_is_refused_and_stays_alive(world: World) {
        let (owner, mut alice) = (world.public_client().await, world.alice().await);
        let tokens = owner.tokens(&mut alice).await;
        let thieves = [world.public_client().await, world.confidential_client(AuthMethod::ClientSecretBasic).await, world.unregistered_client("thief")];
        for thief in thieves {
            for kind in ["access_token", "refresh_token"] {
                thief.revoke(&tokens.text(kind)).await.refuses("invalid_grant");
            }
        }
        world.userinfo(&tokens.text("access_token")).await.is(200);
        owner.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn i09_a_refresh_token_takes_every_token_of_its_grant_with_it(world: World) {
        let mut alice = world.alice().await;
        for method in METHODS {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            let refreshed = client.refresh(&tokens.text("refresh_token")).await;
            client.revoke(&refreshed.is(200).text("refresh_token")).await.is(200);
            for access in [tokens.text("access_token"), refreshed.text("access_token")] {
                assert!(!world.is_active(&access).await);
                world.userinfo(&access).await.refuses("invalid_token");
            }
            client.refresh(&refreshed.text("refresh_token")).await.refuses("invalid_grant");
        }
    }

    async fn i09_a_rotated_refresh_token_still_revokes_its_grant(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let old = client.tokens(&mut alice).await.text("refresh_token");
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        client.revoke(&old).await.is(200);
        client.refresh(&next).await.refuses("invalid_grant");
    }

    async fn i10_an_access_token_is_revoked_alone(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let tokens = client.tokens(&mut alice).await;
        let refreshed = client.refresh(&tokens.text("refresh_token")).await;
        client.revoke(&tokens.text("access_token")).await.is(200);
        world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
        world.userinfo(&refreshed.text("access_token")).await.is(200);
        client.refresh(&refreshed.text("refresh_token")).await.is(200);
    }

    async fn i10_a_revoked_access_token_stays_revoked_after_a_restart(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let access = client.tokens(&mut alice).await.text("access_token");
        for _ in 0..2 {
            client.revoke(&access).await.is(200);
            world.restart().await;
            assert!(!world.is_active(&access).await);
        }
    }

    async fn i11_a_hint_of_any_kind_changes_nothing(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        for (kind, hint) in [("access_token", "refresh_token"), ("refresh_token", "access_token"), ("refresh_token", "saml"), ("access_token", "")] {
            let token = client.tokens(&mut alice).await.text(kind);
            client.post("/revoke", Form::of(&[("token", &token), ("token_type_hint", hint)])).await.is(200);
            assert!(!world.is_active(&token).await, "{kind} {hint}");
        }
    }

    async fn i13_a_client_that_registered_for_codes_only_may_revoke(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] })).await;
        let access = client.tokens(&mut world.alice().await).await.text("access_token");
        client.revoke(&access).await.is(200);
        assert!(!world.is_active(&access).await);
    }

    async fn a_tolerated_client_revokes_what_is_its_own(world: World) {
        let client = world.unregistered_client("anything");
        let tokens = client.tokens(&mut world.alice().await).await;
        client.revoke(&tokens.text("refresh_token")).await.is(200);
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn a_client_gives_back_its_own_credentials_token(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        client.revoke(&token).await.is(200);
        assert!(!world.is_active(&token).await);
    }

    async fn a_request_without_a_token_or_a_client_is_refused(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        client.post("/revoke", Form::default()).await.refuses("invalid_request");
        client.post("/revoke", Form::of(&[("token", "a"), ("token", "b")])).await.refuses("invalid_request");
        world.post("/revoke").form(&Form::of(&[("token", "a")])).send().await.refuses("invalid_client");
        let stranger = world.post("/revoke").form(&Form::of(&[("token", "a"), ("client_id", &client.id)])).send().await;
        assert!(stranger.refuses("invalid_client").header("www-authenticate").is_some_and(|text| text.starts_with("Basic")));
    }

    async fn get_is_405_and_browsers_of_other_sites_may_post(world: World) {
        assert_eq!(world.get("/revoke?token=x").send().await.is(405).header("cache-control"), Some("no-store"));
        let preflight = world.call(Method::OPTIONS, "/revoke").header("origin", "https://app.example").send().await;
        assert_eq!(preflight.is(204).header("access-control-allow-origin"), Some("*"));
    }
}
