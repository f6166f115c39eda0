//! Signing in with a passkey, and what does not.

use domain::journal::EventKind;
use scraper::{Html, Selector};
use serde_json::Value;

use super::*;
use crate::{
    journal::{of_kind, one},
    world::Form,
};

/// A browser on the login page.
async fn at_login(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.get("/login").await.page().is(200);
    browser
}

/// What the page asks devices.
fn question(browser: &Browser) -> Value {
    let document = Html::parse_document(&browser.page().html);
    let selector = Selector::parse("#passkey-form").expect("a selector");
    let form = document.select(&selector).next().expect("the form");
    serde_json::from_str(form.attr("data-options").expect("a question")).expect("JSON")
}

async fn send(browser: &mut Browser, answer: &str) -> Arrival {
    browser.press("passkey-submit", &[("credential", answer)]).await
}

/// The page says no, nobody is signed in, and the journal has one event of this kind with this note.
async fn is_refused(world: &World, browser: &mut Browser, answer: &str, kind: EventKind, note: &str) {
    send(browser, answer).await.page().is(403).shows("This passkey does not sign in here");
    assert_eq!(world.sessions().await, 0);
    let found = of_kind(world, kind).await;
    assert_eq!(one(&found).event.note.as_deref(), Some(note));
}

both! {
    async fn a_passkey_signs_in_without_name_and_password_and_the_request_goes_on(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let mut device = world.device_of(&alice).await;
        let client = world.public_client().await;
        let mut browser = world.browser();
        browser.authorize(&client).await;
        let answer = device.get(&question(&browser));
        send(&mut browser, &answer).await.page().is(200).shows("Signed in as alice");
        client.exchange(&browser.allow().await.code()).await.is(200);
        let signed_in = of_kind(&world, EventKind::SignedIn).await;
        assert_eq!(one(&signed_in).event.after.as_ref().expect("an object")["method"], "passkey");
    }

    async fn a_passkey_needs_no_code_of_an_app(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        let mut device = world.device_of(&alice).await;
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        send(&mut browser, &answer).await.page().is(200);
        assert_eq!(world.sessions().await, 1);
    }

    async fn a_passkey_of_another_site_is_refused(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        device.origin = "https://evil.example".into();
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the answer was given to another site").await;
    }

    async fn a_passkey_of_another_relying_party_is_refused(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        device.rp_id = "evil.example".into();
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the answer was given to another site").await;
    }

    async fn another_port_of_the_same_host_is_another_site(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        device.origin = "http://localhost:1".into();
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the answer was given to another site").await;
    }

    async fn an_answer_to_the_question_of_another_page_is_refused(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let answer = device.get(&question(&at_login(&world).await));
        let mut browser = at_login(&world).await;
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the answer is for another challenge").await;
    }

    async fn a_question_does_not_move_to_another_browser(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let asked = at_login(&world).await;
        let sealed = asked.page().button("passkey-submit").0.fields.get("passkey").expect("a seal").to_owned();
        let answer = device.get(&question(&asked));
        let mut other = at_login(&world).await;
        let fields = [("credential", answer.as_str()), ("passkey", &sealed)];
        other.press("passkey-submit", &fields).await.page().is(403);
        assert_eq!(world.sessions().await, 0);
    }

    async fn an_answer_is_good_once_and_sent_again_raises_no_alarm(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        let again = browser.submission("passkey-submit", &[("credential", &answer)]);
        send(&mut browser, &answer).await.page().is(200);
        browser.follow(again).await.page().is(403).shows("This passkey does not sign in here");
        assert_eq!(world.sessions().await, 1);
        assert!(of_kind(&world, EventKind::PasskeyCounterRegressed).await.is_empty());
    }

    async fn of_64_that_send_the_same_answer_at_once_one_signs_in(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..64 {
            let submission = browser.submission("passkey-submit", &[("credential", &answer)]);
            all.spawn(async move { submission.send().await.status });
        }
        let statuses = all.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(world.sessions().await, 1);
    }

    async fn a_passkey_that_counts_backwards_is_refused_with_an_alarm(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let mut browser = at_login(&world).await;
        device.count = 10;
        let answer = device.get(&question(&browser));
        send(&mut browser, &answer).await.page().is(200);
        world.sql("DELETE FROM sessions", []).await;
        device.count = 4;
        let mut copy = at_login(&world).await;
        let answer = device.get(&question(&copy));
        let note = "the passkey counted backwards; there may be a copy of it";
        is_refused(&world, &mut copy, &answer, EventKind::PasskeyCounterRegressed, note).await;
    }

    async fn a_device_that_does_not_count_signs_in_again_and_again(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        world.sql("UPDATE passkeys SET sign_count = 0, credential = REPLACE(credential, '\"counter\":1,', '\"counter\":0,')", []).await;
        for _ in 0..2 {
            let mut browser = at_login(&world).await;
            let answer = device.get_uncounted(&question(&browser));
            send(&mut browser, &answer).await.page().is(200);
        }
        assert_eq!(world.sessions().await, 2);
    }

    async fn a_device_that_does_not_check_who_holds_it_is_refused(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        device.verifies = false;
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the device did not check who holds it").await;
    }

    async fn a_passkey_signs_in_as_nobody_but_its_account(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        device.claims_to_be(&world.admin().await.id.bits().to_be_bytes());
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        is_refused(&world, &mut browser, &answer, EventKind::PasskeyRefused, "the passkey is not known here").await;
    }

    async fn a_forged_signature_an_unknown_passkey_and_nonsense_are_refused(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let mut device = world.device_of(&alice).await;
        let mut stranger = Device::new(&world.origin());
        stranger.claims_to_be(&alice.id.bits().to_be_bytes());
        let mut browser = at_login(&world).await;
        let genuine = device.get(&question(&browser));
        let mut forged: Value = serde_json::from_str(&genuine).expect("JSON");
        let other: Value = serde_json::from_str(&stranger.get(&question(&browser))).expect("JSON");
        forged["response"]["signature"] = other["response"]["signature"].clone();
        for answer in [forged.to_string(), other.to_string(), String::new(), "{}".to_owned(), "x".repeat(10_000)] {
            send(&mut browser, &answer).await.page().is(403);
        }
        assert_eq!(world.sessions().await, 0);
    }

    async fn a_disabled_account_and_a_removed_passkey_do_not_sign_in(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let mut device = world.device_of(&alice).await;
        world.enable_account("alice", false).await;
        let mut browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        send(&mut browser, &answer).await.page().is(403);
        world.enable_account("alice", true).await;
        world.sql("DELETE FROM passkeys", []).await;
        let answer = device.get(&question(&browser));
        send(&mut browser, &answer).await.page().is(403);
        assert_eq!(world.sessions().await, 0);
    }

    async fn w01_a_passkey_form_needs_the_token_and_the_cookie_of_the_page(world: World) {
        let mut device = world.device_of(&world.account("alice", PASSWORD).await).await;
        let browser = at_login(&world).await;
        let answer = device.get(&question(&browser));
        let (form, _) = browser.page().button("passkey-submit");
        let sent: Form = form.fields.clone().with("credential", &answer);
        world.post(&form.action).form(&sent).send().await.is(403);
        let cookie = format!("wayleave-browser={}", browser.cookies["wayleave-browser"]);
        let call = world.post(&form.action).header("cookie", &cookie).header("sec-fetch-site", "same-origin");
        call.form(&sent.with("csrf", "x")).send().await.is(403);
        assert_eq!(world.sessions().await, 0);
    }

    async fn only_the_login_page_has_a_script_and_no_page_connects_anywhere(world: World) {
        let (_, _) = world.alice_with_a_phone().await;
        let browser = at_login(&world).await;
        let policy = |browser: &Browser| browser.page().headers["content-security-policy"].to_str().expect("a text").to_owned();
        assert!(policy(&browser).contains("script-src 'self';") && !policy(&browser).contains("connect-src"));
        assert!(!policy(&half_way(&world).await).contains("script-src"));
        let script = world.get("/assets/passkey.js").send().await;
        assert_eq!(script.is(200).header("content-type"), Some("text/javascript; charset=utf-8"));
    }

    async fn where_the_server_is_called_by_its_address_no_passkey_is_offered(world: World) {
        let port = world.address().port();
        let issuer = server::config::Issuer::parse(&format!("http://127.0.0.1:{port}")).expect("an issuer");
        world.restart_with(|config| config.issuer = issuer).await;
        let page = world.get("/login").header("host", &format!("127.0.0.1:{port}")).send().await;
        let html = String::from_utf8_lossy(&page.is(200).body).into_owned();
        assert!(html.contains("login-submit") && !html.contains("passkey"), "{html}");
    }
}
