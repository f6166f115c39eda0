//! Errors that a client hears: with client and redirect URI proven, by redirect, each with its code. §4.1.2.1.

use serde_json::json;

use crate::world::{Client, Form, World};

/// One parameter of an otherwise right request, and the error it makes.
type Row<'a> = (&'a str, &'a str, &'a str);

/// An administrator vouches for the client, so errors go by redirect at once, before anybody signed in.
async fn all_are_refused(world: &World, client: &Client, rows: &[Row<'_>]) {
    let mut browser = world.browser();
    for (name, value, error) in rows {
        let redirect = browser.authorize(client.request().with(name, value)).await.redirect();
        assert_eq!(redirect.param("error"), *error, "{name}={value}");
        assert_eq!(
            (redirect.uri.as_str(), redirect.param("state")),
            (client.redirect_uri.as_str(), "state of a test")
        );
        assert_eq!(redirect.params.get("code"), None);
    }
}

both! {
    async fn a21_a22_a23_a24_response_type_and_scope_are_named(world: World) {
        let client = world.verified_client().await;
        let many = (0..33).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
        all_are_refused(&world, &client, &[
            ("response_type", "", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "id_token", "unsupported_response_type"),
            ("response_type", "code token", "unsupported_response_type"),
            ("response_type", "foo", "unsupported_response_type"),
            ("response_type", "code code", "unsupported_response_type"),
            ("scope", "nothing-known", "invalid_scope"),
            ("scope", &many, "invalid_scope"),
            ("scope", &"a".repeat(1025), "invalid_scope"),
            ("scope", "ä", "invalid_scope"),
        ]).await;
    }

    async fn a23_a_scope_beyond_the_clients_own_is_refused(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "scope": "openid" })).await;
        world.verify_client(&client.id, true).await;
        all_are_refused(&world, &client, &[("scope", "profile", "invalid_scope")]).await;
    }

    async fn a24_a_client_without_the_grant_may_not_start_it(world: World) {
        let client = world.client(json!({ "grant_types": ["client_credentials"] })).await;
        world.verify_client(&client.id, true).await;
        all_are_refused(&world, &client, &[("prompt", "login", "unauthorized_client")]).await;
    }

    async fn a25_a26_a27_a30_a34_a41_other_values_are_named(world: World) {
        let client = world.verified_client().await;
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        all_are_refused(&world, &client, &[
            ("nonce", &"n".repeat(4097), "invalid_request"),
            ("login_hint", &"n".repeat(4097), "invalid_request"),
            ("response_mode", "foo", "invalid_request"),
            ("response_mode", "form_post.jwt", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "foo", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("max_age", "abc", "invalid_request"),
            ("max_age", "1e99", "invalid_request"),
            ("claims", "no json", "invalid_request"),
            ("claims", &deep, "invalid_request"),
            ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
            ("request_uri", "https://app.example/request", "request_uri_not_supported"),
            ("request_uri", "urn:ietf:params:oauth:request_uri:unknown", "request_uri_not_supported"),
            ("registration", "{}", "registration_not_supported"),
            ("resource", "https://r.example/#f", "invalid_target"),
            ("resource", "relative", "invalid_target"),
        ]).await;
    }

    async fn a41_claims_of_10_kib_are_refused_and_a_query_that_long_is_not_read(world: World) {
        let client = world.verified_client().await;
        let request = client.request().with("claims", &format!("{:10240}", "{}"));
        let redirect = world.browser().follow(world.post("/authorize").form(&request)).await.redirect();
        assert_eq!(redirect.param("error"), "invalid_request");
        let answer = world.get(&format!("/authorize?{}", request.encoded())).send().await;
        assert_eq!(answer.is(414).header("location"), None);
    }

    async fn a25_a_state_that_is_too_long_is_refused_and_not_returned(world: World) {
        let client = world.verified_client().await;
        let redirect = world.browser().authorize(client.request().with("state", &"s".repeat(4097))).await.redirect();
        assert_eq!((redirect.param("error"), redirect.params.get("state")), ("invalid_request", None));
    }

    async fn a19_a_parameter_that_is_there_twice_is_refused(world: World) {
        let client = world.verified_client().await;
        let mut browser = world.browser();
        for name in [
            "response_type", "scope", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint",
            "id_token_hint", "claims", "acr_values", "display", "ui_locales", "claims_locales", "response_mode",
        ] {
            let request = client.request().without(name).also(name, "a").also(name, "a");
            let redirect = browser.authorize(request).await.redirect();
            assert_eq!(redirect.param("error"), "invalid_request", "{name}");
            assert_eq!(redirect.param("error_description"), format!("{name} was sent more than once"));
        }
    }

    async fn a19_only_resource_may_be_there_twice(world: World) {
        let client = world.verified_client().await;
        let request = client.request().also("resource", "https://a.example/").also("resource", "https://b.example/");
        let page = world.alice().await.authorize(request).await.page();
        page.is(200).shows("https://a.example/").shows("https://b.example/");
    }

    async fn a20_a_challenge_that_is_only_inside_a_request_object_does_not_count(world: World) {
        let client = world.verified_client().await;
        let request = client.request().without("code_challenge").with("request", "eyJhbGciOiJub25lIn0.e30.");
        let redirect = world.browser().authorize(request).await.redirect();
        assert_eq!(redirect.param("error"), "request_not_supported");
    }

    async fn an_error_names_a_description_in_the_characters_that_are_allowed(world: World) {
        let client = world.verified_client().await;
        let request: Form = client.request().with("scope", "\"<ä>\\");
        let redirect = world.browser().authorize(request).await.redirect();
        let description = redirect.param("error_description");
        assert!(description.bytes().all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'), "{description}");
    }

    async fn a_person_who_does_not_allow_it_is_access_denied(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        let redirect = alice.deny().await.redirect();
        assert_eq!((redirect.param("error"), redirect.param("state")), ("access_denied", "state of a test"));
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }
}
