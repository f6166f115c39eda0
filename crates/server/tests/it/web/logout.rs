//! Leaving, by oneself or for an application. OpenID Connect RP-Initiated Logout 1.0.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use crate::world::{Browser, Client, Form, World, jwt};

const AFTERWARDS: &str = "https://app.example/bye?a=1";

async fn client(world: &World) -> Client {
    world.client(json!({
        "token_endpoint_auth_method": "none", "client_name": "Mail", "post_logout_redirect_uris": [AFTERWARDS],
    })).await
}

async fn hint(client: &Client, alice: &mut Browser) -> String {
    client.tokens(alice).await.text("id_token")
}

fn target(parameters: &[(&str, &str)]) -> String {
    format!("/logout?{}", Form::of(parameters).encoded())
}

async fn is_signed_in(world: &World, browser: &mut Browser) -> bool {
    let page = browser.authorize(&world.unregistered_client("nobody-registered-me")).await.page();
    page.has_button("consent-allow")
}

both! {
    async fn l06_a_visit_asks_and_ends_nothing(world: World) {
        let mut alice = world.alice().await;
        alice.get("/logout").await.page().is(200).shows("You are signed in as alice");
        assert!(is_signed_in(&world, &mut alice).await);
    }

    async fn l06_a_post_without_our_token_asks_too(world: World) {
        let mut alice = world.alice().await;
        let call = world.post("/logout").form(&Form::default()).header("sec-fetch-site", "same-origin");
        assert!(alice.follow(call).await.page().is(200).has_button("logout-confirm"));
        assert!(is_signed_in(&world, &mut alice).await);
    }

    async fn a_post_of_another_site_does_not_say_that_somebody_is_signed_out_who_is_not(world: World) {
        // Lax cookies do not come with such a form, but with the GET it is answered with.
        let form = Form::of(&[("client_id", "x"), ("state", "y")]);
        let answer = world.post("/logout").form(&form).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!(answer.is(303).header("location"), Some("/logout?client_id=x&state=y"));
        assert!(world.alice().await.get("/logout?client_id=x&state=y").await.page().has_button("logout-confirm"));
    }

    async fn l09_after_the_confirmation_cookie_page_and_request_are_dead(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let cookies = alice.cookies.clone();
        alice.authorize(&client).await.page();
        let allow = alice.submission("consent-allow", &[]);
        alice.get("/logout").await.page();
        alice.press("logout-confirm", &[]).await.page().is(200).shows("You are signed out");
        assert!(!alice.cookies.contains_key("wayleave-session"));
        alice.cookies = cookies;
        alice.follow(allow).await.page().is(403);
        assert!(!is_signed_in(&world, &mut alice).await);
        assert!(world.rows("SELECT id FROM interactions", []).await.is_empty());
    }

    async fn one_browser_leaves_and_the_other_stays(world: World) {
        let mut alice = world.alice().await;
        let mut elsewhere = world.browser();
        elsewhere.sign_in("alice", crate::world::PASSWORD).await;
        alice.get("/logout").await.page();
        alice.press("logout-confirm", &[]).await.page();
        assert!(is_signed_in(&world, &mut elsewhere).await);
    }

    async fn an_application_gets_its_person_back_at_a_registered_address_with_state(world: World) {
        let client = client(&world).await;
        let mut alice = world.alice().await;
        let hint = hint(&client, &mut alice).await;
        let asked = target(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS), ("state", "a b&c")]);
        alice.get(&asked).await.page().is(200).shows("“Mail” asks to sign you out").shows("app.example");
        let redirect = alice.press("logout-confirm", &[]).await.redirect();
        assert_eq!(redirect.headers["location"], "https://app.example/bye?a=1&state=a+b%26c");
        assert!(!is_signed_in(&world, &mut alice).await);
    }

    async fn every_installation_of_a_shared_client_gets_its_person_back_on_its_own_port(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let metadata = |port: u16| json!({
            "redirect_uris": [format!("http://127.0.0.1:{port}/cb")],
            "post_logout_redirect_uris": [format!("http://127.0.0.1:{port}/bye")],
        });
        let first = world.register(metadata(50_001)).await.is(201).text("client_id");
        let second = world.register(metadata(50_002)).await.is(201).text("client_id");
        assert_eq!(first, second);
        let mut alice = world.alice().await;
        let asked = |uri| target(&[("client_id", &first), ("post_logout_redirect_uri", uri)]);
        for wrong in ["http://127.0.0.1:50002/other", "http://localhost:50002/bye", "http://127.0.0.1:50002/bye?a", "http://127.0.0.1:/bye"] {
            alice.get(&asked(wrong)).await.page().is(400);
        }
        alice.get(&asked("http://127.0.0.1:50002/bye")).await.page().is(200);
        assert_eq!(alice.press("logout-confirm", &[]).await.redirect().headers["location"], "http://127.0.0.1:50002/bye");
    }

    async fn the_client_id_does_in_place_of_a_hint(world: World) {
        let client = client(&world).await;
        let mut alice = world.alice().await;
        alice.get(&target(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTERWARDS)])).await.page().is(200);
        assert_eq!(alice.press("logout-confirm", &[]).await.redirect().headers["location"], AFTERWARDS);
    }

    async fn when_nobody_is_signed_in_only_a_verified_client_is_gone_to_without_a_click(world: World) {
        let client = client(&world).await;
        let asked = target(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTERWARDS), ("state", "s")]);
        let page = world.browser().get(&asked).await.page();
        page.is(200).shows("You are signed out").shows("Return to app.example");
        assert!(page.html.contains("href=\"https://app.example/bye?a=1&#38;state=s\""), "{}", page.html);
        world.verify_client(&client.id, true).await;
        let redirect = world.browser().get(&asked).await.redirect();
        assert_eq!(redirect.headers["location"], "https://app.example/bye?a=1&state=s");
    }

    async fn l07_an_address_that_is_not_registered_is_not_followed(world: World) {
        let client = client(&world).await;
        let mut alice = world.alice().await;
        let hint = hint(&client, &mut alice).await;
        for uri in [
            "https://evil.example/", "https://app.example/bye", "https://app.example/bye?a=1&b=2", "https://app.example/bye?a=1#f",
            "https://APP.example/bye?a=1", "javascript:alert(1)", "//evil.example", client.redirect_uri.as_str(),
        ] {
            let asked = target(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]);
            alice.get(&asked).await.page().is(400).shows("not registered for this client");
            world.browser().get(&asked).await.page().is(400);
        }
        assert!(is_signed_in(&world, &mut alice).await);
    }

    async fn l07_an_address_without_a_client_is_not_followed(world: World) {
        client(&world).await;
        let page = world.browser().get(&target(&[("post_logout_redirect_uri", AFTERWARDS)])).await.page();
        page.is(200);
        assert!(!page.html.contains("app.example"));
    }

    async fn l08_a_hint_that_is_not_ours_or_not_this_clients_ends_nothing(world: World) {
        let (client, other) = (client(&world).await, client(&world).await);
        let mut alice = world.alice().await;
        let hint = hint(&client, &mut alice).await;
        let mut claims = jwt::claims(&hint);
        claims["iss"] = json!("https://other.example");
        let parts: Vec<_> = hint.split('.').collect();
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let unsigned = format!("{}.{}.", encode(&json!({ "alg": "none", "typ": "JWT" })), parts[1]);
        let foreign = format!("{}.{}.{}", parts[0], encode(&claims), parts[2]);
        for (wrong, client_id) in [
            (format!("{}AAAA", &hint[..hint.len() - 4]), &client.id), (unsigned, &client.id), (foreign, &client.id),
            (hint.clone(), &other.id),
        ] {
            let asked = target(&[("id_token_hint", &wrong), ("client_id", client_id), ("post_logout_redirect_uri", AFTERWARDS)]);
            alice.get(&asked).await.page().is(400).shows("id_token_hint is not an ID token of this server for this client");
        }
        assert!(is_signed_in(&world, &mut alice).await);
    }

    async fn what_was_confirmed_is_what_was_shown(world: World) {
        let client = client(&world).await;
        let mut alice = world.alice().await;
        alice.get(&target(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTERWARDS)])).await.page();
        let page = alice.press("logout-confirm", &[("request", "https://evil.example/")]).await.page();
        page.is(200).shows("You are signed out");
    }
}
