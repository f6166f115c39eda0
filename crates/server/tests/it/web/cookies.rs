//! Cookies of the server: for this host alone, out of reach of scripts.

use server::config::Issuer;

use crate::world::{PASSWORD, World};

/// All `Set-Cookie` values of a visit to the login page and a right password.
async fn set_cookies(world: &World) -> Vec<String> {
    world.account("alice", PASSWORD).await;
    let mut browser = world.browser();
    let page = browser.get("/login").await.page();
    let answer =
        browser.submission("login-submit", &[("username", "alice"), ("password", PASSWORD)]).send().await;
    let all = [&page.headers, &answer.is(303).headers];
    all.iter()
        .flat_map(|headers| headers.get_all("set-cookie"))
        .map(|value| value.to_str().expect("a text").to_owned())
        .collect()
}

both! {
    async fn w11_behind_https_cookies_are_for_this_host_secure_and_out_of_reach_of_scripts(world: World) {
        world.restart_with(|config| config.issuer = Issuer::parse("https://login.example").expect("an issuer")).await;
        let cookies = set_cookies(&world).await;
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for (cookie, name) in cookies.iter().zip(["__Host-wayleave-browser=", "__Host-wayleave-session="]) {
            assert!(cookie.starts_with(name), "{cookie}");
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Secure") && !cookie.contains("Domain"), "{cookie}");
        }
    }

    async fn w11_over_http_on_this_computer_they_do_without_what_browsers_refuse_there(world: World) {
        let cookies = set_cookies(&world).await;
        for (cookie, name) in cookies.iter().zip(["wayleave-browser=", "wayleave-session="]) {
            assert!(cookie.starts_with(name), "{cookie}");
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
        }
    }

    async fn w11_a_cookie_without_the_prefix_is_no_cookie_of_an_https_server(world: World) {
        world.restart_with(|config| config.issuer = Issuer::parse("https://login.example").expect("an issuer")).await;
        let mut alice = world.alice().await;
        let session = alice.cookies.remove("__Host-wayleave-session").expect("a session");
        alice.cookies.insert("wayleave-session".to_owned(), session);
        alice.authorize(&world.public_client().await).await.page().shows("Password");
    }

    async fn a_cookie_that_comes_twice_is_none(world: World) {
        let mut alice = world.alice().await;
        let session = alice.cookies["wayleave-session"].clone();
        alice.cookies.insert("wayleave-session".to_owned(), format!("{session}; wayleave-session=planted"));
        alice.authorize(&world.public_client().await).await.page().shows("Password");
    }

    async fn w11_cookies_do_not_grow_with_what_was_allowed(world: World) {
        let mut alice = world.alice().await;
        for _ in 0..10 {
            alice.consented(&world.verified_client().await).await.code();
        }
        let size: usize = alice.cookies.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(alice.cookies.len() == 2 && size < 256, "{:?}", alice.cookies);
    }
}
