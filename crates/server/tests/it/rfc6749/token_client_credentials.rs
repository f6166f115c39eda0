//! A client acting for itself. RFC 6749 §4.4.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use crate::world::{Form, World, jwt};

both! {
    async fn a_confidential_client_gets_an_access_token_for_itself_and_nothing_else(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let tokens = client.token(Form::of(&[("grant_type", "client_credentials")])).await;
        assert!(!tokens.is(200).has("refresh_token") && !tokens.has("id_token") && !tokens.has("scope"));
        let claims = jwt::claims(&tokens.text("access_token"));
        assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(client.id), &json!(client.id)));
        assert!(claims.get("scope").is_none() && claims.get("grant_id").is_none(), "{claims}");
    }

    async fn tk32_a_public_client_is_refused(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        world.public_client().await.client_credentials("read").await.refuses("unauthorized_client");
        world.unregistered_client("anything").client_credentials("read").await.refuses("invalid_client");
    }

    async fn tk33_scope_beyond_the_client_or_for_a_person_is_refused(world: World) {
        world.settings("OidcProvider.scopes", json!(["read", "write"])).await;
        let metadata = json!({ "grant_types": ["client_credentials"], "scope": "read openid offline_access", "redirect_uris": [] });
        let client = world.client(metadata).await;
        for scope in ["write", "read write", "unknown", "openid", "read openid", "profile", "email", "offline_access", "read  \"x"] {
            client.client_credentials(scope).await.refuses("invalid_scope");
        }
        assert_eq!(client.client_credentials("read").await.is(200).text("scope"), "read");
    }

    async fn tk34_a_grant_the_client_did_not_register_is_refused(world: World) {
        let client = world.client(json!({ "grant_types": ["authorization_code"] })).await;
        client.client_credentials("").await.refuses("unauthorized_client");
    }

    async fn a_resource_is_the_audience(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let form = Form::of(&[("grant_type", "client_credentials"), ("resource", "https://api.example/v1")]);
        let token = client.token(form.clone()).await.is(200).text("access_token");
        assert_eq!(jwt::claims(&token)["aud"], "https://api.example/v1");
        client.token(form.also("resource", "not absolute")).await.refuses("invalid_target");
    }

    async fn the_token_dies_with_its_client(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        assert!(world.is_active(&token).await);
        world.enable_client(&client.id, false).await;
        assert!(!world.is_active(&token).await);
        world.enable_client(&client.id, true).await;
        assert!(world.is_active(&token).await);
        world.delete_client(&client.id).await;
        assert!(!world.is_active(&token).await);
    }
}
