//! A client registers by an HTTP POST of its metadata to the registration endpoint, RFC 7591, with no administrator involved.

use serde_json::{Value, json};

use crate::world::World;

const OPEN: &str = "OidcProvider.anonymousClientRegistration";

fn metadata() -> Value {
    json!({
        "client_name": "Postfach",
        "redirect_uris": ["https://app.example/callback", "https://app.example/other"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_post",
        "scope": "openid email",
        "contacts": ["dev@app.example"],
    })
}

both! {
    async fn what_a_client_posts_is_what_it_is_registered_as(world: World) {
        let answer = world.register_with(&world.registration_key().await, metadata()).await;
        let answer = answer.is(201);
        for (member, value) in metadata().as_object().expect("an object") {
            if member != "scope" {
                assert_eq!(answer.json[member], *value, "{member}");
            }
        }
        assert_eq!(answer.text("scope"), "email openid");
        assert_eq!(answer.json["response_types"], json!(["code"]));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    async fn metadata_names_the_endpoint_a_client_posts_to(world: World) {
        world.settings(OPEN, json!(true)).await;
        let discovered = world.get("/.well-known/oauth-authorization-server").send().await;
        let endpoint = discovered.is(200).text("registration_endpoint");
        world.post(&endpoint).json(&metadata()).send().await.is(201);
    }

    async fn the_other_name_of_the_endpoint_registers_too(world: World) {
        world.settings(OPEN, json!(true)).await;
        world.post("/auth/register").json(&metadata()).send().await.is(201);
    }

    async fn a_client_that_just_registered_is_served_without_anybody_approving_it(world: World) {
        world.settings(OPEN, json!(true)).await;
        let client = world.client_of(&world.register(metadata()).await);
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200).shows("Postfach").shows("app.example");
        client.exchange(&alice.allow().await.code()).await.is(200);
    }

    async fn what_was_registered_is_still_registered_after_a_restart(world: World) {
        let client = world.client(metadata()).await;
        world.restart().await;
        client.tokens(&mut world.alice().await).await;
    }
}
