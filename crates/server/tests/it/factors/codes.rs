//! Every code once, and only so many tries.

use domain::directory::second_factor::{TRIES_OF_A_DAY, TRIES_OF_A_WINDOW};
use store::{Batch, totp};
use tokio::task::JoinSet;

use super::*;

const CONTENDERS: usize = 64;

both! {
    async fn a_code_that_was_used_is_refused_and_the_next_one_is_not(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let code = phone.code();
        type_code(&mut half_way(&world).await, &code).await.page().is(200);
        let mut again = half_way(&world).await;
        type_code(&mut again, &code).await.page().is(403).shows("was used before");
        type_code(&mut again, &phone.next_code()).await.page().is(200);
        assert_eq!(world.sessions().await, 2);
    }

    async fn the_code_that_was_used_to_switch_codes_on_is_used(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let phone = world.phone_of(&alice).await;
        let app = world.app();
        let offer = second_factors::offer_totp(Means::of(&app), &app.second_factors, &just_signed_in(&alice)).expect("an offer");
        let totp = Totp::new(&seed_of(offer.url.expose()).expect("a seed"), "test", "alice").expect("codes");
        let code = totp.code(clock::now());
        let sealed = &offer.sealed;
        second_factors::confirm_totp(Means::of(&app), &app.second_factors, &just_signed_in(&alice), sealed, code.expose())
            .await
            .expect("codes");
        let mut browser = half_way(&world).await;
        type_code(&mut browser, code.expose()).await.page().is(403);
        // The phone from before is worth nothing.
        type_code(&mut browser, &phone.next_code()).await.page().is(403);
    }

    async fn x14_of_64_that_send_the_same_code_at_once_one_signs_in(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut all = JoinSet::new();
        let mut browsers = Vec::new();
        for _ in 0..CONTENDERS {
            browsers.push(half_way(&world).await);
        }
        let code = phone.code();
        let waiting: Vec<_> =
            browsers.iter().map(|browser| browser.submission("second-step-submit", &[("totp", &code)])).collect();
        for submission in waiting {
            all.spawn(async move { submission.send().await.status });
        }
        let statuses = all.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(world.sessions().await, 1);
    }

    async fn x14_of_64_that_use_the_same_step_of_the_row_at_once_one_does(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        let mut all = JoinSet::new();
        for _ in 0..CONTENDERS {
            let (store, id) = (world.app().store.clone(), alice.id.clone());
            all.spawn(async move {
                let mut batch = Batch::new();
                batch.push(totp::use_step(&id, 7));
                store.commit(batch).await.expect("an outcome").is_committed()
            });
        }
        assert_eq!(all.join_all().await.into_iter().filter(|used| *used).count(), 1);
    }

    async fn a_recovery_code_signs_in_once(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        let code = phone.recovery[3].expose().to_owned();
        let sign_in = async |code: &str| {
            let mut browser = half_way(&world).await;
            browser.press("recovery-submit", &[("recovery_code", code)]).await.page().status
        };
        assert_eq!(sign_in(&code.to_uppercase().replace('-', " ")).await, 200);
        assert_eq!([sign_in(&code).await, sign_in("").await, sign_in("0000-0000-0000-0000").await], [403; 3]);
        let left = second_factors::own(&world.app().store, &just_signed_in(&alice)).await.expect("factors");
        assert_eq!((left.recovery_codes, world.sessions().await), (9, 1));
        assert_eq!(sign_in(phone.recovery[4].expose()).await, 200);
    }

    async fn of_16_that_send_the_same_recovery_code_at_once_one_signs_in(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut all = JoinSet::new();
        let mut waiting = Vec::new();
        for _ in 0..16 {
            let code = phone.recovery[0].expose();
            waiting.push(half_way(&world).await.submission("recovery-submit", &[("recovery_code", code)]));
        }
        for submission in waiting {
            all.spawn(async move { submission.send().await.status });
        }
        let statuses = all.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(world.sessions().await, 1);
    }

    async fn v125_after_five_wrong_codes_none_is_looked_at_and_the_sign_in_is_over(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        for _ in 0..TRIES_OF_A_WINDOW {
            type_code(&mut browser, &phone.wrong_code()).await.page().is(403);
        }
        let right = browser.submission("second-step-submit", &[("totp", &phone.code())]);
        right.clone().send().await.is(429);
        let over = right.send().await;
        assert!(String::from_utf8_lossy(&over.is(403).body).contains("This page is no longer valid"));
        assert_eq!(world.sessions().await, 0);
        // Also with a new sign-in, and with the other kind of code.
        let mut browser = half_way(&world).await;
        browser.press("recovery-submit", &[("recovery_code", phone.recovery[0].expose())]).await.page().is(429);
        world.sql("UPDATE code_tries SET window_at = window_at - 300000", []).await;
        type_code(&mut half_way(&world).await, &phone.code()).await.page().is(200);
    }

    async fn v125_wrong_codes_at_once_are_no_more_than_one_after_the_other(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let browser = half_way(&world).await;
        let mut all = JoinSet::new();
        for _ in 0..CONTENDERS {
            let submission = browser.submission("second-step-submit", &[("totp", &phone.wrong_code())]);
            all.spawn(async move { String::from_utf8_lossy(&submission.send().await.body).contains("This code is not right") });
        }
        let looked_at = all.join_all().await.into_iter().filter(|is_wrong| *is_wrong).count();
        assert!(looked_at > 0 && looked_at <= usize::try_from(TRIES_OF_A_WINDOW).expect("a number"), "{looked_at}");
    }

    async fn v125_a_day_has_twenty_wrong_codes_whatever_the_windows(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        for _ in 0..TRIES_OF_A_DAY {
            type_code(&mut half_way(&world).await, &phone.wrong_code()).await.page().is(403);
            world.sql("UPDATE code_tries SET window_at = 0", []).await;
        }
        type_code(&mut half_way(&world).await, &phone.code()).await.page().is(429);
        world.sql("UPDATE code_tries SET day_at = 0", []).await;
        type_code(&mut half_way(&world).await, &phone.code()).await.page().is(200);
    }

    async fn v126_right_codes_use_up_no_tries_and_nobody_without_the_password_does(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        for recovery in &phone.recovery {
            let mut browser = half_way(&world).await;
            browser.press("recovery-submit", &[("recovery_code", recovery.expose())]).await.page().is(200);
        }
        for _ in 0..TRIES_OF_A_WINDOW {
            world.browser().sign_in("alice", "wrong password").await.page().is(403);
        }
        type_code(&mut half_way(&world).await, &phone.code()).await.page().is(200);
    }

    async fn v097_neither_seed_nor_recovery_code_stands_in_the_database(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        let url = phone.totp.url().expect("an address");
        let seed = url.expose().split("secret=").nth(1).and_then(|rest| rest.split('&').next()).expect("a seed").to_owned();
        let raw = seed_of(url.expose()).expect("a seed");
        let kept = world.rows("SELECT seed, account_id FROM totp", []).await[0].text(0).expect("a text");
        assert!(!kept.contains(&seed) && raw.len() == 20 && kept.len() > 60, "{kept}");
        for row in world.rows("SELECT code_hash FROM recovery_codes", []).await {
            let kept = row.text(0).expect("a text");
            assert!(phone.recovery.iter().all(|code| !kept.contains(code.expose()) && kept.len() == 43), "{kept}");
        }
        // What was sealed for one account opens for no other.
        let bob = world.account("bob", PASSWORD).await;
        world.phone_of(&bob).await;
        world.sql("UPDATE totp SET seed = (SELECT seed FROM totp WHERE account_id = $1) WHERE account_id = $2", [(&alice.id).into(), (&bob.id).into()]).await;
        let mut browser = world.browser();
        browser.sign_in("bob", PASSWORD).await;
        type_code(&mut browser, &phone.code()).await.page().is(403);
    }
}
