//! Whoever floods the sign-in page waits; others get in.

use tokio::task::JoinSet;

use crate::world::{PASSWORD, World};

both! {
    async fn f23_a_source_that_floods_is_asked_to_wait_and_another_signs_in(world: World) {
        world.restart_with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")]).await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.get("/login").await;
        let attempt = |password: &str, source: &str| {
            browser.submission("login-submit", &[("username", "alice"), ("password", password)]).header("x-forwarded-for", source)
        };
        let mut flood = JoinSet::new();
        for _ in 0..60 {
            flood.spawn(attempt("wrong", "203.0.113.1").send());
        }
        let hers = attempt(PASSWORD, "203.0.113.2").send().await;
        let answers = flood.join_all().await;
        hers.is(303);
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(!refused.is_empty() && answers.iter().all(|answer| [403, 429].contains(&answer.status)));
        let seconds = |answer: &&crate::world::Answer| answer.header("retry-after").and_then(|text| text.parse::<u64>().ok());
        assert!(refused.iter().all(|answer| seconds(answer).is_some_and(|seconds| (1..=60).contains(&seconds))));
    }
}
