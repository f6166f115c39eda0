//! What owners do with their factors, and what administrators may.

use std::time::Duration;

use domain::journal::{
    EventKind::{Created, Destroyed, Updated},
    ObjectKind,
};
use server::admin::{account_password::PasswordError, second_factors::FactorError};

use super::*;
use crate::journal::{kinds, to};

fn long_ago() -> Timestamp {
    clock::now().minus(Duration::from_mins(11))
}

both! {
    async fn every_change_needs_a_sign_in_of_the_last_ten_minutes(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        world.device_of(&alice).await;
        let app = world.app();
        let (means, factors, stale) = (Means::of(&app), &app.second_factors, signed_in_at(&alice, long_ago()));
        let passkey = second_factors::own(&app.store, &stale).await.expect("factors").passkeys.remove(0).id;
        let refusals = [
            second_factors::offer_totp(means, factors, &stale).err(),
            second_factors::confirm_totp(means, factors, &stale, "", "").await.err(),
            second_factors::remove_totp(means, &stale).await.err(),
            second_factors::new_recovery_codes(means, &stale).await.err(),
            second_factors::offer_passkey(means, factors, &stale).await.err(),
            second_factors::add_passkey(means, factors, &stale, ("", ""), "x").await.err(),
            second_factors::rename_passkey(means, &stale, &passkey, "x").await.err(),
            second_factors::remove_passkey(means, &stale, &passkey).await.err(),
            second_factors::reset(means, &signed_in_at(&world.admin().await, long_ago()), &alice.id).await.err(),
        ];
        assert!(refusals.iter().all(|why| matches!(why, Some(FactorError::SignInAgain))), "{refusals:?}");
    }

    async fn an_api_key_changes_no_factors_because_nobody_signed_in(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let actor = Actor { signed_in_at: None, ..just_signed_in(&alice) };
        let app = world.app();
        let offered = second_factors::offer_totp(Means::of(&app), &app.second_factors, &actor);
        assert!(matches!(offered, Err(FactorError::SignInAgain)));
    }

    async fn a_seed_counts_only_after_its_first_code_and_for_whom_it_was_made(world: World) {
        let (alice, bob) = (world.account("alice", PASSWORD).await, world.account("bob", PASSWORD).await);
        let app = world.app();
        let (means, factors) = (Means::of(&app), &app.second_factors);
        let offer = second_factors::offer_totp(means, factors, &just_signed_in(&alice)).expect("an offer");
        let totp = Totp::new(&seed_of(offer.url.expose()).expect("a seed"), "x", "alice").expect("codes");
        let code = totp.code(clock::now()).expose().to_owned();
        let confirm = async |who: &Account, code: &str| {
            second_factors::confirm_totp(means, factors, &just_signed_in(who), &offer.sealed, code).await
        };
        assert!(matches!(confirm(&alice, "x").await, Err(FactorError::WrongCode)));
        assert!(matches!(confirm(&bob, &code).await, Err(FactorError::OfferEnded)));
        assert!(world.rows("SELECT seed FROM totp", []).await.is_empty());
        assert_eq!(confirm(&alice, &code).await.expect("codes").len(), 10);
        assert!(matches!(confirm(&alice, &code).await, Err(FactorError::OfferEnded)));
    }

    async fn new_recovery_codes_take_the_place_of_the_old_ones(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        let made = second_factors::new_recovery_codes(Means::of(&world.app()), &just_signed_in(&alice)).await.expect("codes");
        let mut browser = half_way(&world).await;
        browser.press("recovery-submit", &[("recovery_code", phone.recovery[0].expose())]).await.page().is(403);
        browser.press("recovery-submit", &[("recovery_code", made[0].expose())]).await.page().is(200);
    }

    async fn without_codes_the_password_is_enough_again_and_sessions_go_on(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        type_code(&mut half_way(&world).await, &phone.code()).await.page().is(200);
        second_factors::remove_totp(Means::of(&world.app()), &just_signed_in(&alice)).await.expect("removed");
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
        assert_eq!(world.sessions().await, 2);
        assert!(world.rows("SELECT code_hash FROM recovery_codes", []).await.is_empty());
        let again = second_factors::remove_totp(Means::of(&world.app()), &just_signed_in(&alice)).await;
        assert!(matches!(again, Err(FactorError::TotpNotSet)));
    }

    async fn the_journal_tells_of_every_change_and_of_no_secret(world: World) {
        let (alice, phone) = world.alice_with_a_phone().await;
        world.device_of(&alice).await;
        let app = world.app();
        let (means, actor) = (Means::of(&app), just_signed_in(&alice));
        let passkey = second_factors::own(&app.store, &actor).await.expect("factors").passkeys.remove(0);
        second_factors::rename_passkey(means, &actor, &passkey.id, "an old phone").await.expect("renamed");
        second_factors::remove_passkey(means, &actor, &passkey.id).await.expect("removed");
        second_factors::remove_totp(means, &actor).await.expect("removed");
        assert_eq!(kinds(&to(&world, ObjectKind::Passkey).await), [Created, Updated, Destroyed]);
        let told = to(&world, ObjectKind::AccountPassword).await;
        assert_eq!(kinds(&told), [Updated, Updated]);
        let text = format!("{told:?}");
        assert!(phone.recovery.iter().all(|code| !text.contains(code.expose())) && text.contains("otpAuth"), "{text}");
    }

    async fn an_administrator_takes_the_factors_of_a_lost_phone_away(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        let mut device = world.device_of(&alice).await;
        let admin = just_signed_in(&world.admin().await);
        let had = second_factors::reset(Means::of(&world.app()), &admin, &alice.id).await.expect("reset");
        assert_eq!((had.totp_since.is_some(), had.passkeys.len(), had.recovery_codes), (true, 1, 10));
        world.browser().sign_in("alice", PASSWORD).await.page().is(200);
        let left = second_factors::own(&world.app().store, &just_signed_in(&alice)).await.expect("factors");
        assert_eq!((left.has_password, left.totp_since, left.recovery_codes, left.passkeys.len()), (true, None, 0, 0));
        // The device that was lost can be registered anew, if it is found.
        device.count += 1;
        world.device_of(&alice).await;
    }

    async fn nobody_takes_factors_of_an_account_away_that_holds_more_than_they_do(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        let admin = world.admin().await;
        let by = async |actor: Actor, id| second_factors::reset(Means::of(&world.app()), &actor, id).await;
        let by_alice = by(just_signed_in(&alice), &admin.id).await;
        assert!(matches!(by_alice, Err(FactorError::Forbidden(_))), "{by_alice:?}");
        let permissions = [domain::directory::permission::Permission::AccountUpdate].into();
        let clerk = Actor { permissions, ..just_signed_in(&alice) };
        assert!(matches!(by(clerk, &admin.id).await, Err(FactorError::Account(_))));
    }

    async fn the_last_way_in_is_not_removed(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        world.device_of(&alice).await;
        world.device_of(&alice).await;
        world.sql("UPDATE accounts SET password_hash = NULL WHERE name = 'alice'", []).await;
        let app = world.app();
        let (means, actor) = (Means::of(&app), just_signed_in(&alice));
        let passkeys = second_factors::own(&app.store, &actor).await.expect("factors").passkeys;
        let (one, other) = tokio::join!(
            second_factors::remove_passkey(means, &actor, &passkeys[0].id),
            second_factors::remove_passkey(means, &actor, &passkeys[1].id),
        );
        let last = [one, other].into_iter().filter(|removed| matches!(removed, Err(FactorError::LastWayIn))).count();
        assert_eq!((last, world.rows("SELECT id FROM passkeys", []).await.len()), (1, 1));
        let unknown = second_factors::remove_passkey(means, &just_signed_in(&world.admin().await), &passkeys[0].id).await;
        assert!(matches!(unknown, Err(FactorError::UnknownPasskey)));
    }

    async fn an_account_with_passkeys_alone_does_not_sign_in_by_a_password(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        world.device_of(&alice).await;
        world.sql("UPDATE accounts SET password_hash = NULL WHERE name = 'alice'", []).await;
        for password in [PASSWORD, "", "nobody"] {
            world.browser().sign_in("alice", password).await.page().is(403);
        }
        let (app, actor) = (world.app(), just_signed_in(&alice));
        let secret = Secret::new(PASSWORD);
        let changed = server::admin::account_password::change(Means::of(&app), &app.passwords, &actor, &secret, &secret);
        assert!(matches!(changed.await, Err(PasswordError::WrongPassword)));
    }

    async fn a_disabled_account_keeps_its_factors_and_a_deleted_one_leaves_nothing(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        world.device_of(&alice).await;
        world.enable_account("alice", false).await;
        assert_eq!(world.rows("SELECT id FROM passkeys", []).await.len(), 1);
        server::admin::accounts::destroy(Means::of(&world.app()), &Actor::host(), &alice.id).await.expect("deleted");
        for left in ["SELECT id FROM passkeys", "SELECT seed FROM totp", "SELECT code_hash FROM recovery_codes"] {
            assert!(world.rows(left, []).await.is_empty(), "{left}");
        }
    }
}
