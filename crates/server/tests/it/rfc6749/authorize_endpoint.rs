//! The endpoint itself: methods, what is ignored, and what does nothing. §3.1.

use http::Method;

use crate::world::World;

both! {
    async fn a40_post_with_a_form_does_what_get_does(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let call = world.post("/authorize").form(&client.request()).header("sec-fetch-site", "same-origin");
        alice.follow(call).await.page().is(200);
        client.exchange(&alice.allow().await.code()).await.is(200);
    }

    async fn a_form_that_another_site_posts_finds_the_person_signed_in(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        // Lax cookies do not come with such a form.
        let call = world.post("/authorize").form(&client.request()).header("sec-fetch-site", "cross-site");
        let answer = call.send().await;
        let location = answer.is(303).header("location").expect("a location").to_owned();
        assert!(location.starts_with("/authorize?"), "{location}");
        alice.get(&location).await.code();
    }

    async fn other_methods_are_not_allowed(world: World) {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let answer = world.call(method, "/authorize").send().await;
            assert!(answer.is(405).header("allow").is_some());
        }
    }

    async fn what_is_unknown_or_empty_is_ignored(world: World) {
        let client = world.public_client().await;
        let request = client.request().with("unknown", "x").also("unknown", "y").with("claims", "").with("request", "");
        world.alice().await.consented(request).await.code();
    }

    async fn a42_when_nobody_is_looking_nothing_happens(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        let before = world.rows("SELECT id FROM authorization_codes", []).await.len();
        let cookie = alice.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let target = format!("/authorize?{}", client.request().encoded());
        for call in [
            world.call(Method::HEAD, &target),
            world.get(&target).header("sec-purpose", "prefetch"),
            world.get(&target).header("sec-purpose", "prefetch;prerender"),
        ] {
            let answer = call.header("cookie", &cookie).send().await;
            assert_eq!(answer.is(204).header("location"), None);
        }
        assert_eq!(world.rows("SELECT id FROM authorization_codes", []).await.len(), before);
        alice.authorize(&client).await.code();
    }

    async fn a42_a_waiting_request_is_not_answered_unseen_either(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(client.request().with("prompt", "login")).await.page();
        let fields = [("username", "alice"), ("password", crate::world::PASSWORD)];
        let answer = alice.submission("login-submit", &fields).send().await;
        let location = answer.is(303).header("location").expect("a location").to_owned();
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie");
        let ask = |method| world.call(method, &location).header("cookie", cookie);
        ask(Method::HEAD).send().await.is(204);
        ask(Method::GET).header("sec-purpose", "prefetch").send().await.is(204);
        assert!(ask(Method::GET).send().await.is(303).header("location").is_some_and(|to| to.contains("code=")));
    }

    async fn no_site_may_read_it_by_script(world: World) {
        let client = world.public_client().await;
        let target = format!("/authorize?{}", client.request().encoded());
        for path in [target.as_str(), "/login", "/logout", "/"] {
            let answer = world.get(path).header("origin", "https://app.example").send().await;
            let is_cors = |name: &http::HeaderName| name.as_str().starts_with("access-control-");
            assert!(!answer.headers.keys().any(is_cors), "{path}");
        }
    }
}
