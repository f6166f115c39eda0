//! A key that leaked is revoked: nothing that it signed, or that a thief signs with it, is good any more. RFC 7517 §5, RFC 9068 §4.

use domain::{client::metadata::AuthMethod, jose::Algorithm};
use server::{
    admin::{
        actor::Actor,
        signing_keys::{self, RotationError},
    },
    clock,
};

use crate::world::{World, jwt};

async fn revoke(world: &World, kid: &str) {
    try_to_revoke(world, kid).await.expect("a revocation");
    world.app().refresh().await.expect("the keys in force");
}

async fn try_to_revoke(world: &World, kid: &str) -> Result<(), RotationError> {
    let app = world.app();
    signing_keys::revoke(&app.store, &app.key_sealer, kid, &Actor::host(), &app.chance, clock::now()).await
}

async fn publishes(world: &World, kid: &str) -> bool {
    let keys = world.get("/jwks.json").send().await.json;
    keys["keys"].as_array().expect("keys").iter().any(|key| key["kid"] == kid)
}

fn kid(token: &str) -> String {
    jwt::header(token)["kid"].as_str().expect("a kid").to_owned()
}

both! {
    async fn what_a_revoked_key_signed_is_refused_and_its_successor_signs(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let old = tokens.text("access_token");
        world.userinfo(&old).await.is(200);
        revoke(&world, &kid(&old)).await;
        world.userinfo(&old).await.refuses("invalid_token");
        assert!(!world.is_active(&old).await && !publishes(&world, &kid(&old)).await);
        let new = client.refresh(&tokens.text("refresh_token")).await.is(200).text("access_token");
        world.userinfo(&new).await.is(200);
        assert!(kid(&new) != kid(&old) && publishes(&world, &kid(&new)).await);
    }

    async fn what_a_thief_signs_with_a_revoked_key_is_refused(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let stolen = world.app().live();
        let key = stolen.keys.signer(Algorithm::Es256, clock::now()).expect("a key");
        let mut claims = jwt::claims(&client.client_credentials("").await.is(200).text("access_token"));
        let mut forge = |jti: &str| {
            claims["jti"] = jti.into();
            key.access_token(&claims).expect("a signature")
        };
        assert!(world.is_active(&forge("one")).await);
        revoke(&world, &key.id).await;
        assert!(!world.is_active(&forge("one")).await && !world.is_active(&forge("two")).await);
    }

    async fn a_request_that_was_under_way_does_not_bring_a_revoked_key_back(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        let picture = world.app().live();
        revoke(&world, &kid(&token)).await;
        assert!(picture.keys.access_token_claims(&token, clock::now()).is_ok());
        assert!(!world.is_active(&token).await);
    }

    async fn id_tokens_of_a_revoked_key_are_no_hint(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        let hint = client.tokens(&mut alice).await.text("id_token");
        let request = client.request().with("id_token_hint", &hint);
        alice.authorize(request.clone()).await.code();
        revoke(&world, &kid(&hint)).await;
        assert_eq!(alice.authorize(request).await.redirect().param("error"), "invalid_request");
    }

    async fn an_unknown_key_cannot_be_revoked(world: World) {
        let refused = try_to_revoke(&world, "es256-none").await;
        assert!(matches!(refused, Err(RotationError::Unknown)));
        assert_eq!(world.rows("SELECT id FROM signing_keys", []).await.len(), 2);
    }
}
