//! A client that nobody vouches for gets no redirect before somebody acted: anybody could send people to its address by the good name
//! of this server. RFC 9700 §4.11.2.

use serde_json::json;

use crate::world::{REDIRECT_URI, World};

/// Requests that are wrong, or that are right and cannot be met.
const WRONG: &[(&str, &str)] = &[
    ("response_type", "token"),
    ("scope", "nothing-known"),
    ("code_challenge_method", "plain"),
    ("response_mode", "foo"),
    ("prompt", "foo"),
    ("max_age", "-1"),
    ("request_uri", "https://app.example/request"),
    ("resource", "relative"),
    ("id_token_hint", "eyJhbGciOiJub25lIn0.e30."),
];

/// Asks for a way of signing in that does not exist.
const ESSENTIAL_ACR: &str = r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:gold"]}}}"#;

both! {
    async fn a32_an_error_of_an_unverified_client_stops_at_a_page_that_says_where_it_leads(world: World) {
        let clients = [world.public_client().await, world.unregistered_client("nobody-registered-me")];
        let mut browsers = [world.browser(), world.alice().await];
        for client in &clients {
            for (name, value) in WRONG {
                for browser in &mut browsers {
                    let page = browser.authorize(client.request().with(name, value)).await.page();
                    page.is(400).shows("Unverified app").shows("app.example");
                    assert!(page.forms.is_empty(), "{name}={value}");
                }
            }
        }
    }

    async fn a32_the_page_links_to_the_registered_address_with_the_error(world: World) {
        let client = world.public_client().await;
        let page = world.browser().authorize(client.request().with("scope", "nothing-known")).await.page();
        page.is(400).shows("Unverified app").shows("app.example").shows("invalid_scope");
        assert!(page.html.contains(&format!("href=\"{REDIRECT_URI}?error=invalid_scope")));
    }

    async fn a32_an_essential_acr_that_cannot_be_met_stops_at_the_page_too_until_somebody_acts(world: World) {
        let client = world.public_client().await;
        let request = client.request().with("claims", ESSENTIAL_ACR);
        let mut alice = world.alice().await;
        alice.authorize(request.clone()).await.page().is(400).shows("access_denied");
        let mut browser = world.browser();
        browser.authorize(request).await.page();
        let redirect = browser.sign_in("alice", crate::world::PASSWORD).await.redirect();
        assert_eq!(redirect.param("error"), "access_denied");
    }

    async fn a31_prompt_none_is_answered_with_an_error_and_never_with_a_code(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        let redirect = alice.authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!((redirect.param("error"), redirect.params.get("code")), ("consent_required", None));
        let nobody = world.browser().authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!(nobody.param("error"), "login_required");
    }

    async fn consent_is_asked_every_time_from_clients_that_nobody_vouches_for(world: World) {
        let clients = [world.public_client().await, world.unregistered_client("nobody-registered-me")];
        let mut alice = world.alice().await;
        for client in clients.iter().chain(&clients) {
            assert!(alice.authorize(client).await.page().is(200).shows("Unverified app").forms.len() == 2);
            alice.allow().await.code();
        }
    }

    async fn an_anonymous_client_is_called_unverified(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let registered = world.register(json!({
            "client_name": "Mail", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none",
        })).await;
        let client = world.client_of(&registered);
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("Unverified app It registered itself. Nobody vouches for it").shows("“Mail” wants access");
    }
}
