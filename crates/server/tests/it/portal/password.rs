//! Another password: by whoever knows the present one, and never a weak one.

use domain::journal::EventKind;

use super::{alice, an_hour_passes, visit};
use crate::{
    journal::{all, of_kind, one},
    world::{Form, PASSWORD, World},
};

const STRONG: &str = "merry plinth gossamer tuba";

both! {
    async fn w10_a_new_password_ends_all_sessions_and_the_old_one_is_worth_nothing(world: World) {
        let mut alice = alice(&world).await;
        let mut other = visit(&world, "/account", "alice", PASSWORD).await;
        alice.get("/account/security").await.page();
        let before = alice.cookies.clone();
        let typed = [("current_password", PASSWORD), ("new_password", STRONG)];
        alice.press("password-change", &typed).await.page().is(200).shows("The password is changed");
        alice.cookies = before;
        alice.get("/account").await.page().shows("User name").has_button("login-submit");
        other.get("/account").await.page().shows("User name");
        world.browser().sign_in("alice", PASSWORD).await.page().is(403);
        world.browser().sign_in("alice", STRONG).await.page().is(200);
    }

    async fn a_weak_password_is_refused_and_told_what_would_be_better(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/security").await.page();
        for weak in ["password", "alicealice", "12345678", "aaaaaaaaaaaa"] {
            let typed = [("current_password", PASSWORD), ("new_password", weak)];
            let page = alice.press("password-change", &typed).await.page();
            page.is(422).shows("too easy to guess");
            assert!(page.html.contains("<meter") && !page.html.contains(&format!("value=\"{weak}\"")), "{weak}");
        }
        let page = alice.press("password-change", &[("current_password", PASSWORD), ("new_password", "password")]).await.page();
        page.shows("one of the ten passwords that are used most").shows("Add a word or two");
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }

    async fn the_feedback_is_in_the_language_of_the_page(world: World) {
        let mut alice = alice(&world).await;
        world.sql("UPDATE accounts SET locale = 'de'", []).await;
        alice.get("/account/security").await.page().shows("Jetziges Passwort");
        let typed = [("current_password", PASSWORD), ("new_password", "password")];
        let page = alice.press("password-change", &typed).await.page();
        page.is(422).shows("zu leicht zu erraten").shows("eines der zehn häufigsten Passwörter");
        assert!(!page.text.contains("guess"), "{}", page.text);
    }

    async fn a_wrong_present_password_is_refused_and_journaled(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/security").await.page();
        let typed = [("current_password", "no idea"), ("new_password", STRONG)];
        alice.press("password-change", &typed).await.page().is(422).shows("The present password is not right");
        let told = of_kind(&world, EventKind::SignInRefused).await;
        assert_eq!(one(&told).event.object.as_ref().expect("an account").1, world.account_named("alice").await.id.as_str());
        alice.get("/account/activity").await.page().shows("Sign-in refused");
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }

    async fn w13_a_password_that_is_too_short_or_too_long_is_refused(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/security").await.page();
        let long = STRONG.repeat(50);
        for bad in ["xK9$fq!", long.as_str()] {
            let typed = [("current_password", PASSWORD), ("new_password", bad)];
            alice.press("password-change", &typed).await.page().is(422);
        }
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }

    async fn a_sign_in_of_an_hour_ago_has_to_be_repeated_and_leads_back(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/security").await.page();
        let late = alice.submission("password-change", &[("current_password", PASSWORD), ("new_password", STRONG)]);
        an_hour_passes(&world).await;
        let page = alice.get("/account/security").await.page();
        assert!(!page.shows("First, is it you?").has_button("password-change"));
        alice.follow(late).await.page().shows("User name").has_button("login-submit");
        alice.get("/account/sign-in-again?to=/account/security").await.page().shows("User name");
        alice.sign_in("alice", PASSWORD).await.page().is(200);
        let page = alice.allow().await.page();
        assert!(page.is(200).has_button("password-change"));
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }

    async fn w06_signing_in_again_leads_to_no_other_address(world: World) {
        let mut alice = alice(&world).await;
        for to in ["//evil.example", "/%5Cevil.example", "https:evil.example", "%252f%252fevil.example", "/%2509/evil.example", "/logout"] {
            alice.get(&format!("/account/sign-in-again?to={to}")).await.page();
            alice.sign_in("alice", PASSWORD).await.page();
            alice.allow().await.page().is(200).shows("Present password");
        }
    }

    async fn how_good_a_password_is_can_be_asked_and_is_kept_nowhere(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security").await.page();
        let csrf = page.html.split("data-strength-csrf=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token").to_owned();
        let before = all(&world).await.len();
        let ask = async |csrf: &str, password: &str| {
            let form = Form::of(&[("csrf", csrf), ("new_password", password)]);
            let call = world.post("/account/security/strength").form(&form).header("sec-fetch-site", "same-origin");
            alice.with_cookies(call).send().await
        };
        let weak = ask(&csrf, "password").await;
        assert_eq!((weak.is(200).json["score"].as_i64(), weak.header("cache-control")), (Some(0), Some("no-store")));
        assert!(weak.json["sentences"][0].as_str().is_some_and(|sentence| sentence.contains("ten passwords")));
        assert_eq!(ask(&csrf, STRONG).await.json["score"], 4);
        ask("x", STRONG).await.is(403);
        assert_eq!(all(&world).await.len(), before);
    }

    async fn a_script_may_ask_this_server_and_nobody_else(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security").await.page();
        let policy = page.headers["content-security-policy"].to_str().expect("a text");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("script-src 'self'; connect-src 'self'") && !policy.contains("unsafe"));
        let quiet = alice.get("/account/sessions").await.page();
        assert!(!quiet.headers["content-security-policy"].to_str().expect("a text").contains("script-src"));
    }

    async fn a_forged_form_changes_no_password(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/security").await.page();
        let typed = [("current_password", PASSWORD), ("new_password", STRONG)];
        let forged = alice.submission("password-change", &[typed[0], typed[1], ("csrf", "x")]).send().await;
        let elsewhere = alice.submission("password-change", &typed).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!([forged.status, elsewhere.status], [403, 403]);
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }
}
