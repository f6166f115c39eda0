//! A source that asks too often is told when to come back; others notice nothing.

use serde_json::json;
use server::config::Rates;

use crate::world::{Answer, Call, PASSWORD, World};

const ONE: &str = "203.0.113.1";
const OTHER: &str = "203.0.113.2";

/// A server behind a proxy, where everything may be asked for twice in an hour.
async fn strict(world: &World) {
    let twice = || "2/1h".parse().expect("a rate");
    world
        .restart_with(|config| {
            config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
            config.rates = Rates {
                sign_in: twice(),
                authorize: twice(),
                register: twice(),
                manage: twice(),
                wrong_token: twice(),
            };
        })
        .await;
}

async fn from(source: &str, call: Call) -> Answer {
    call.header("x-forwarded-for", source).send().await
}

/// Refused for now, and told when not any more: half an hour from now at the latest.
fn is_asked_to_wait(answer: &Answer) {
    let seconds =
        answer.is(429).header("retry-after").expect("when to come back").parse::<u64>().expect("seconds");
    assert!((1..=1_801).contains(&seconds), "{seconds}");
}

async fn sign_in(world: &World, password: &str, source: &str) -> Answer {
    let mut browser = world.browser();
    browser.get("/login").await;
    from(source, browser.submission("login-submit", &[("username", "alice"), ("password", password)])).await
}

both! {
    async fn whoever_guesses_passwords_waits_and_nobody_else(world: World) {
        strict(&world).await;
        world.account("alice", PASSWORD).await;
        for _ in 0..2 {
            sign_in(&world, "wrong", ONE).await.is(403);
        }
        let refused = sign_in(&world, PASSWORD, ONE).await;
        is_asked_to_wait(&refused);
        assert!(String::from_utf8_lossy(&refused.body).contains("Please wait a moment"));
        sign_in(&world, PASSWORD, OTHER).await.is(303);
        assert!(world.app().metrics.render().contains("wayleave_too_often_total{kind=\"sign_in\"} 1"));
    }

    async fn right_passwords_are_not_counted(world: World) {
        strict(&world).await;
        world.account("alice", PASSWORD).await;
        for _ in 0..4 {
            sign_in(&world, PASSWORD, ONE).await.is(303);
        }
    }

    async fn a_password_that_a_program_sends_counts_like_one_that_is_typed(world: World) {
        strict(&world).await;
        world.account("alice", PASSWORD).await;
        let ask = |password: &str| from(ONE, world.get("/jmap/session").basic("alice", password));
        for _ in 0..2 {
            ask("wrong").await.is(401);
        }
        is_asked_to_wait(&ask(PASSWORD).await);
    }

    async fn authorization_requests_are_counted(world: World) {
        let client = world.public_client().await;
        strict(&world).await;
        let request = |source: &'static str| from(source, world.get(&format!("/authorize?{}", client.request().encoded())));
        for _ in 0..2 {
            request(ONE).await.is(200);
        }
        is_asked_to_wait(&request(ONE).await);
        request(OTHER).await.is(200);
    }

    async fn r71_so_many_new_clients_are_stored_for_one_stranger_and_what_is_known_is_not_counted(world: World) {
        strict(&world).await;
        world.settings("anonymousClientRegistration", true.into()).await;
        let register = |name: &str, source: &'static str| {
            let body = json!({ "client_name": name, "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
            from(source, world.post("/register").json(&body))
        };
        for name in ["one", "two", "one", "two"] {
            register(name, "2001:db8::1").await.is(201);
        }
        let refused = register("three", "2001:db8::2").await;
        is_asked_to_wait(&refused);
        assert_eq!(refused.text("error"), "temporarily_unavailable");
        register("one", "2001:db8::2").await.is(201);
        register("three", OTHER).await.is(201);
    }

    async fn m14_wrong_registration_tokens_are_counted_and_the_right_one_still_works(world: World) {
        let client = world.client(json!({ "redirect_uris": ["https://a.example/cb"] })).await;
        world.restart_with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")]).await;
        let owner = crate::rfc7592::Owner::of(&world, &client.registration);
        let wrong = owner.with("wlr_wrong");
        for _ in 0..10 {
            from(ONE, wrong.call(http::Method::GET)).await.is(401);
        }
        from(ONE, wrong.call(http::Method::GET)).await.is(429);
        from(ONE, owner.call(http::Method::GET)).await.is(200);
        from(OTHER, wrong.call(http::Method::GET)).await.is(401);
    }

    async fn a_registration_is_read_so_often_and_the_answer_is_json(world: World) {
        let client = world.client(json!({ "redirect_uris": ["https://a.example/cb"] })).await;
        strict(&world).await;
        let owner = crate::rfc7592::Owner::of(&world, &client.registration);
        for _ in 0..2 {
            from(ONE, owner.call(http::Method::GET)).await.is(200);
        }
        let refused = from(ONE, owner.call(http::Method::GET)).await;
        is_asked_to_wait(&refused);
        assert_eq!(refused.text("error"), "temporarily_unavailable");
    }
}
