//! The page that asks for the code. RFC 8628 §3.3, §5.1, §6.1.

use domain::journal::EventKind;
use server::clock;
use std::time::Duration;

use super::Device;
use crate::{
    journal::of_kind,
    world::{PASSWORD, World},
};

/// Well-formed codes that nobody was given, or once in a billion times.
const WRONG: [&str; 6] = ["BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", "FFFF-FFFF", "GGGG-GGGG", "HHHH-HHHH"];

const NO_DEVICE: &str = "No device is waiting with this code.";

both! {
    async fn r8628_09_signing_in_comes_first_and_leads_back_with_the_code_in_the_field(world: World) {
        let device = Device::asking(&world).await;
        world.account("alice", PASSWORD).await;
        let mut alice = world.browser();
        let login = alice.get(&device.complete).await.page();
        assert!(login.has_button("login-submit") && !login.has_button("device-continue"), "{}", login.text);
        let page = alice.sign_in("alice", PASSWORD).await.page();
        assert_eq!(page.is(200).button("device-continue").0.fields.get("user_code"), Some(device.user_code.as_str()));
        alice.press("device-continue", &[]).await.page().shows("wants access to your account");
    }

    async fn a_wrong_password_in_between_loses_no_code(world: World) {
        let device = Device::asking(&world).await;
        world.account("alice", PASSWORD).await;
        let mut alice = world.browser();
        alice.get(&device.complete).await.page();
        alice.sign_in("alice", "wrong").await.page().is(403);
        let page = alice.sign_in("alice", PASSWORD).await.page();
        assert_eq!(page.button("device-continue").0.fields.get("user_code"), Some(device.user_code.as_str()));
    }

    async fn d13_the_complete_address_fills_in_the_code_and_decides_nothing(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        let page = alice.get(&device.complete).await.page();
        assert_eq!(page.button("device-continue").0.fields.get("user_code"), Some(device.user_code.as_str()));
        assert!(page.html.contains("<svg class=\"qr\"") && !page.html.contains("<script") && !page.html.contains("http-equiv"));
        device.poll().await.refuses("authorization_pending");
        let asked = alice.press("device-continue", &[]).await.page();
        asked.shows(&device.user_code).shows("Compare it with the code on the device before you.");
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), 0);
        assert_eq!(world.rows("SELECT id FROM device_requests WHERE decided_at IS NOT NULL", []).await.len(), 0);
    }

    async fn whoever_only_looks_ahead_sees_nothing(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        let ahead = world.get(&device.complete).header("sec-purpose", "prefetch");
        alice.follow(ahead).await.page().is(204);
    }

    async fn d11_the_code_may_be_typed_in_any_case_and_with_anything_between(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        let bare = device.user_code.replace('-', "");
        for typed in [bare.to_lowercase(), format!(" {} {} ", &bare[..3], &bare[3..]), bare.replace('S', "5").replace('Z', "2").replace('B', "8")] {
            alice.get("/device").await.page();
            alice.press("device-continue", &[("user_code", &typed)]).await.page().is(200).shows(&device.user_code);
        }
    }

    async fn d12_r8628_07_the_sixth_wrong_code_is_not_looked_at_and_hears_the_same(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        let mut texts = Vec::new();
        for wrong in &WRONG[..5] {
            texts.push(alice.press("device-continue", &[("user_code", wrong)]).await.page().is(403).text.clone());
        }
        let sixth = alice.press("device-continue", &[("user_code", WRONG[5])]).await.page();
        assert_eq!(sixth.is(429).headers["retry-after"], "600");
        let right = alice.press("device-continue", &[("user_code", &device.user_code)]).await.page();
        right.is(429).shows(NO_DEVICE);
        assert!(texts.iter().all(|text| *text == sixth.text) && sixth.text == right.text);
        assert!(!of_kind(&world, EventKind::UserCodeRefused).await.is_empty(), "it smells of guessing");
    }

    async fn d12_another_session_another_account_and_another_source_are_counted_each_for_themselves(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        for wrong in &WRONG[..5] {
            alice.press("device-continue", &[("user_code", wrong)]).await.page().is(403);
        }
        world.account("bob", PASSWORD).await;
        let mut bob = world.browser();
        bob.sign_in("bob", PASSWORD).await;
        device.shown_to(&mut bob).await.is(429);
        world.sql("DELETE FROM user_code_tries WHERE whose LIKE 'source %'", []).await;
        device.shown_to(&mut bob).await.is(200);
        alice.sign_in("alice", PASSWORD).await;
        device.shown_to(&mut alice).await.is(429);
        world.sql("DELETE FROM user_code_tries WHERE whose LIKE 'account %'", []).await;
        device.shown_to(&mut alice).await.is(200);
    }

    async fn d12_all_of_a_tenant_together_have_thirty_wrong_codes(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        alice.press("device-continue", &[("user_code", WRONG[0])]).await.page().is(403);
        world.sql("UPDATE user_code_tries SET tries = 30 WHERE whose = 'tenant '", []).await;
        device.shown_to(&mut alice).await.is(429);
        let before = clock::now().minus(Duration::from_mins(10));
        world.sql("UPDATE user_code_tries SET window_at = $1", [before.into()]).await;
        device.shown_to(&mut alice).await.is(200);
    }

    async fn right_codes_and_what_cannot_be_a_code_do_not_count(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        for _ in 0..7 {
            device.shown_to(&mut alice).await.is(200);
        }
        alice.get("/device").await.page();
        for _ in 0..7 {
            alice.press("device-continue", &[("user_code", "BCDF")]).await.page().is(403).shows(NO_DEVICE);
        }
    }

    async fn d06_d14_a_code_that_expired_or_was_decided_waits_for_nobody(world: World) {
        let (first, second) = (Device::asking(&world).await, Device::asking(&world).await);
        let mut alice = world.alice().await;
        first.allowed_by(&mut alice).await.is(200);
        first.shown_to(&mut alice).await.is(403).shows(NO_DEVICE);
        world.sql("UPDATE device_requests SET expires_at = $1", [clock::now().into()]).await;
        second.shown_to(&mut alice).await.is(403).shows(NO_DEVICE);
    }

    async fn t12_whoever_signed_in_more_than_an_hour_ago_signs_in_again(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        let hour = clock::now().minus(Duration::from_secs(3_601));
        device.shown_to(&mut alice).await.is(200);
        world.sql("UPDATE sessions SET authenticated_at = $1", [hour.into()]).await;
        world.sql("UPDATE device_requests SET created_at = $1", [hour.plus(Duration::from_mins(1)).into()]).await;
        assert!(alice.press("device-allow", &[]).await.page().has_button("login-submit"), "not by the old sign-in");
        assert!(alice.get("/device").await.page().has_button("login-submit"));
        alice.sign_in("alice", PASSWORD).await.page();
        device.allowed_by(&mut alice).await.shows("Device connected");
    }

    async fn w01_d14_the_form_counts_only_from_our_page_in_this_session(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        let sent = |fields: &[(&str, &str)]| alice.submission("device-continue", &[&[("user_code", device.user_code.as_str())], fields].concat());
        assert_eq!(sent(&[("csrf", "x")]).send().await.status, 403);
        assert_eq!(sent(&[]).header("sec-fetch-site", "cross-site").send().await.status, 403);
        assert_eq!(sent(&[]).header("cookie", "").send().await.status, 403);
        assert_eq!(sent(&[]).send().await.status, 200);
    }
}
