//! The challenge of an authorization request. §4.3, §4.4.1.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use crate::world::{Client, World};

/// What is no S256 challenge. The example of Appendix B is 43 characters.
fn wrong() -> Vec<(&'static str, String)> {
    const RIGHT: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    vec![
        ("code_challenge", String::new()),
        ("code_challenge", RIGHT[1..].to_owned()),
        ("code_challenge", RIGHT.repeat(3)),
        ("code_challenge", RIGHT.replace('-', "+")),
        ("code_challenge", RIGHT.replace('-', "=")),
        ("code_challenge_method", String::new()),
        ("code_challenge_method", "plain".to_owned()),
        ("code_challenge_method", "s256".to_owned()),
        ("code_challenge_method", "S512".to_owned()),
    ]
}

async fn refuses(world: &World, client: &Client) {
    world.verify_client(&client.id, true).await;
    for (name, value) in wrong() {
        let redirect = world.browser().authorize(client.request().with(name, &value)).await.redirect();
        assert_eq!(redirect.param("error"), "invalid_request", "{name}={value}");
    }
}

both! {
    async fn a15_to_a18_a_public_client_needs_a_challenge_of_s256(world: World) {
        refuses(&world, &world.public_client().await).await;
    }

    async fn a15_neither_does_an_unregistered_client_get_by_without(world: World) {
        let client = world.unregistered_client("nobody-registered-me");
        let page = world.alice().await.authorize(client.request().without("code_challenge")).await.page();
        page.is(400).shows("invalid_request").shows("PKCE with S256 is required");
    }

    async fn a_confidential_client_needs_a_challenge_where_the_policy_says_always(world: World) {
        world.settings("OidcProvider.pkce", json!("always")).await;
        refuses(&world, &world.confidential_client(AuthMethod::ClientSecretBasic).await).await;
    }

    async fn a_confidential_client_without_nonce_needs_a_challenge_by_default(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let request = client.request().without("nonce").without("code_challenge").without("code_challenge_method");
        let page = world.browser().authorize(request.clone()).await.page();
        page.is(400).shows("PKCE with S256 is required");
        world.settings("OidcProvider.pkce", json!("public")).await;
        world.browser().authorize(request).await.page().is(200);
    }

    async fn the_challenge_is_never_sent_back(world: World) {
        let client = world.public_client().await;
        let redirect = world.alice().await.consented(&client).await.redirect();
        let location = redirect.headers["location"].to_str().expect("a text");
        assert!(!location.contains(&client.challenge()) && !location.contains("challenge"), "{location}");
    }
}
