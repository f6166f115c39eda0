//! Codes of an app, set up by what the page shows, and recovery codes.

use domain::directory::totp::{Totp, seed_of};
use server::clock;

use super::{alice, an_hour_passes, inside};
use crate::world::{Browser, PASSWORD, Page, World};

/// The app of a phone into which the secret of the page was typed.
fn phone(page: &Page) -> Totp {
    let seed: String = inside(page, "totp-seed").split(' ').collect();
    let url = format!("otpauth://totp/Wayleave:alice?secret={seed}&issuer=Wayleave");
    Totp::new(&seed_of(&url).expect("a seed"), "Wayleave", "alice").expect("codes")
}

fn code(phone: &Totp) -> String {
    phone.code(clock::now()).expose().to_owned()
}

/// Codes are switched on; the recovery codes that were shown.
async fn set_up(world: &World, browser: &mut Browser) -> (Totp, Vec<String>) {
    let page = browser.get("/account/security/totp").await.page();
    let phone = phone(&page);
    let page = browser.press("totp-confirm", &[("totp", &code(&phone))]).await.page();
    let codes = page.is(200).html.split("<output>").skip(1).filter_map(|rest| rest.split('<').next());
    let codes = codes.map(str::to_owned).collect();
    world.sql("UPDATE totp SET last_step = 0", []).await;
    (phone, codes)
}

both! {
    async fn what_the_page_shows_signs_in_the_next_time(world: World) {
        let mut alice = alice(&world).await;
        let (phone, codes) = set_up(&world, &mut alice).await;
        assert_eq!(codes.len(), 10);
        alice.get("/account/security").await.page().shows("10 recovery codes are left");
        let mut next = world.browser();
        next.sign_in("alice", PASSWORD).await.page().shows("One more step");
        next.press("second-step-submit", &[("totp", &code(&phone))]).await.page().is(200);
        let mut lost = world.browser();
        lost.sign_in("alice", PASSWORD).await.page();
        lost.press("recovery-submit", &[("recovery_code", &codes[0])]).await.page().is(200);
        alice.get("/account/security").await.page().shows("9 recovery codes are left");
    }

    async fn the_picture_the_link_and_the_text_hold_the_same_secret_that_is_stored_nowhere(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security/totp").await.page();
        let seed: String = inside(&page, "totp-seed").split(' ').collect();
        assert!(page.html.contains("<svg class=\"qr\"") && page.html.contains(&format!("secret={seed}")));
        assert!(world.rows("SELECT account_id FROM totp", []).await.is_empty());
    }

    async fn a_wrong_code_shows_the_same_secret_again(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security/totp").await.page();
        let seed = inside(&page, "totp-seed").to_owned();
        let again = alice.press("totp-confirm", &[("totp", "x")]).await.page();
        again.is(422).shows("This code is not right");
        assert_eq!(inside(&again, "totp-seed"), seed);
        alice.press("totp-confirm", &[("totp", &code(&phone(&again)))]).await.page().is(200).shows("shown this once");
    }

    async fn new_recovery_codes_end_the_old_ones_and_without_codes_the_password_is_enough(world: World) {
        let mut alice = alice(&world).await;
        let (_, codes) = set_up(&world, &mut alice).await;
        alice.get("/account/security").await.page();
        let page = alice.press("codes-new", &[]).await.page();
        page.is(200).shows("shown this once");
        assert!(!page.html.contains(&codes[0]));
        let mut lost = world.browser();
        lost.sign_in("alice", PASSWORD).await.page();
        lost.press("recovery-submit", &[("recovery_code", &codes[0])]).await.page().is(403);
        alice.get("/account/security").await.page();
        alice.press("totp-remove", &[]).await.page().is(200).shows("No codes are asked for any more");
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
    }

    async fn whoever_finds_a_browser_open_sets_up_nothing(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security/totp").await.page();
        let late = alice.submission("totp-confirm", &[("totp", &code(&phone(&page)))]);
        an_hour_passes(&world).await;
        assert!(!alice.get("/account/security/totp").await.page().shows("First, is it you?").html.contains("totp-seed"));
        alice.follow(late).await.page().shows("User name");
        assert!(world.rows("SELECT account_id FROM totp", []).await.is_empty());
    }

    async fn a_forged_form_changes_no_codes(world: World) {
        let mut alice = alice(&world).await;
        set_up(&world, &mut alice).await;
        alice.get("/account/security").await.page();
        for button in ["codes-new", "totp-remove"] {
            let forged = alice.submission(button, &[("csrf", "x")]).send().await;
            let elsewhere = alice.submission(button, &[]).header("sec-fetch-site", "cross-site").send().await;
            assert_eq!([forged.status, elsewhere.status], [403, 403], "{button}");
        }
        world.browser().sign_in("alice", PASSWORD).await.page().shows("One more step");
    }
}
