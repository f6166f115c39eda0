//! Between the password and the code there is no session, and no way around.

use super::*;
use crate::world::Form;

/// What the form of the code would send.
fn step_form(browser: &Browser, code: &str) -> (String, Form) {
    let (form, _) = browser.page().button("second-step-submit");
    (form.action.clone(), form.fields.clone().without("recovery_code").with("totp", code))
}

fn cookies(browser: &Browser) -> String {
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

both! {
    async fn after_the_password_a_code_is_asked_for_and_then_the_request_goes_on(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let client = world.public_client().await;
        let mut browser = world.browser();
        browser.authorize(&client).await;
        browser.sign_in("alice", PASSWORD).await.page().is(200).shows("to go on with the app");
        assert_eq!(world.sessions().await, 0);
        type_code(&mut browser, &phone.code()).await.page().is(200).shows("Signed in as alice");
        client.exchange(&browser.allow().await.code()).await.is(200);
    }

    async fn a_wrong_code_comes_back_to_the_page_and_is_journalled(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        type_code(&mut browser, &phone.wrong_code()).await.page().is(403).shows("This code is not right");
        assert_eq!(world.sessions().await, 0);
        let found = crate::journal::of_kind(&world, domain::journal::EventKind::SecondFactorRefused).await;
        let event = &crate::journal::one(&found).event;
        assert_eq!(event.object.as_ref().map(|(_, id)| id.as_str()), Some(alice.id.as_str()));
        assert_eq!(event.note.as_deref(), Some("totp"));
        type_code(&mut browser, &phone.code()).await.page().is(200);
        assert_eq!(world.sessions().await, 1);
    }

    async fn v120_w10_the_session_is_new_and_carries_what_it_was_begun_with(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        browser.cookies.insert("wayleave-session".to_owned(), "planted".to_owned());
        type_code(&mut browser, &phone.code()).await.page().is(200);
        let rows = world.rows("SELECT method FROM sessions", []).await;
        assert_eq!(rows.iter().map(|row| row.text(0).expect("a method")).collect::<Vec<_>>(), ["password-and-totp"]);
        assert_ne!(browser.cookies["wayleave-session"], "planted");
    }

    async fn w12_v128_the_step_cannot_be_skipped(world: World) {
        world.alice_with_a_phone().await;
        let client = world.public_client().await;
        let mut browser = half_way(&world).await;
        browser.get("/login/second-step").await.page().is(200).shows("User name");
        browser.authorize(&client).await.page().shows("User name");
        let mut browser = half_way(&world).await;
        for left_out in ["totp", "step"] {
            let (action, form) = step_form(&browser, "");
            let call = world.post(&action).form(&form.without(left_out)).header("cookie", &cookies(&browser));
            browser.follow(call.header("sec-fetch-site", "same-origin")).await;
        }
        assert_eq!(world.sessions().await, 0);
    }

    async fn w12_v119_the_step_does_not_move_to_another_browser(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let (action, form) = step_form(&half_way(&world).await, &phone.code());
        let other = half_way(&world).await;
        // With the token of the other browser, so that only the step itself is foreign there.
        let token = step_form(&other, "").1.get("csrf").expect("a token").to_owned();
        for form in [form.clone(), form.clone().with("csrf", &token)] {
            let call = world.post(&action).form(&form).header("cookie", &cookies(&other));
            call.header("sec-fetch-site", "same-origin").send().await.is(403);
        }
        world.post(&action).form(&form).send().await.is(403);
        assert_eq!(world.sessions().await, 0);
    }

    async fn the_step_is_good_once_even_with_another_right_code(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        let again = step_form(&browser, &phone.next_code());
        let before = cookies(&browser);
        type_code(&mut browser, &phone.code()).await.page().is(200);
        let call = world.post(&again.0).form(&again.1).header("cookie", &before);
        let over = call.header("sec-fetch-site", "same-origin").send().await;
        assert!(String::from_utf8_lossy(&over.is(403).body).contains("This page is no longer valid"));
        assert_eq!(world.sessions().await, 1);
    }

    async fn a_step_that_was_altered_or_is_too_old_leads_nowhere(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        let (action, form) = step_form(&browser, &phone.code());
        let step = form.get("step").expect("a step").to_owned();
        for step in ["", "x", &step[..step.len() - 1], &format!("{step}A")] {
            let call = world.post(&action).form(&form.clone().with("step", step)).header("cookie", &cookies(&browser));
            browser.follow(call.header("sec-fetch-site", "same-origin")).await.page().is(403).shows("This page is no longer valid");
        }
        assert_eq!(world.sessions().await, 0);
    }

    async fn with_another_password_or_without_the_right_to_sign_in_the_step_is_over(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        world.set_password("alice", "another password").await;
        type_code(&mut browser, &phone.code()).await.page().is(403).shows("This page is no longer valid");
        world.set_password("alice", PASSWORD).await;
        let mut browser = half_way(&world).await;
        world.enable_account("alice", false).await;
        type_code(&mut browser, &phone.code()).await.page().is(403).shows("This page is no longer valid");
        assert_eq!(world.sessions().await, 0);
    }

    async fn a_code_helps_nobody_with_a_wrong_password(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = world.browser();
        browser.get("/login").await;
        let typed = [("username", "alice"), ("password", "wrong password"), ("totp", &phone.code())];
        browser.press("login-submit", &typed).await.page().is(403).shows("The user name or password is not right.");
    }
}
