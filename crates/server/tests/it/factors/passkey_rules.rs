//! What a new passkey must be.

use server::{admin::second_factors::FactorError, second_factor::AnswerRefusal};

use super::*;

/// Adds the passkey of a device that `change` changed, as alice.
async fn add(world: &World, change: impl Fn(&mut Device)) -> Result<(), FactorError> {
    let alice = just_signed_in(&world.account_named("alice").await);
    let app = world.app();
    let offer =
        second_factors::offer_passkey(Means::of(&app), &app.second_factors, &alice).await.expect("an offer");
    let mut device = Device::new(&world.origin());
    change(&mut device);
    let answer = device.create(&offer.options);
    let pair = (offer.sealed.as_str(), answer.as_str());
    second_factors::add_passkey(Means::of(&app), &app.second_factors, &alice, pair, "a phone").await.map(drop)
}

both! {
    async fn a_key_is_asked_for_that_signs_in_by_itself_and_checks_who_holds_it(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        world.device_of(&alice).await;
        let app = world.app();
        let offer = second_factors::offer_passkey(Means::of(&app), &app.second_factors, &just_signed_in(&alice)).await.expect("an offer");
        let asked = &offer.options;
        assert_eq!((&asked["rp"]["id"], &asked["attestation"]), (&"localhost".into(), &"none".into()));
        let selection = &asked["authenticatorSelection"];
        assert_eq!((&selection["residentKey"], &selection["userVerification"]), (&"required".into(), &"required".into()));
        assert_eq!(asked["excludeCredentials"].as_array().map(Vec::len), Some(1));
        let handle = asked["user"]["id"].as_str().expect("a handle");
        assert!(!handle.contains("alice") && handle.len() == 22, "{handle}");
    }

    async fn a_key_for_another_site_or_without_a_check_of_its_holder_is_refused(world: World) {
        world.account("alice", PASSWORD).await;
        let origin = add(&world, |device| device.origin = "https://evil.example".into()).await;
        assert!(matches!(origin, Err(FactorError::Answer(AnswerRefusal::OtherSite))), "{origin:?}");
        let party = add(&world, |device| device.rp_id = "evil.example".into()).await;
        assert!(matches!(party, Err(FactorError::Answer(AnswerRefusal::OtherSite))), "{party:?}");
        let unchecked = add(&world, |device| device.verifies = false).await;
        assert!(matches!(unchecked, Err(FactorError::Answer(AnswerRefusal::NotVerified))), "{unchecked:?}");
        assert!(world.rows("SELECT id FROM passkeys", []).await.is_empty());
        add(&world, |_| {}).await.expect("a passkey");
    }

    async fn an_offer_is_good_once_for_its_account_and_its_question(world: World) {
        let (alice, bob) = (world.account("alice", PASSWORD).await, world.account("bob", PASSWORD).await);
        let app = world.app();
        let (means, factors) = (Means::of(&app), &app.second_factors);
        let offer = second_factors::offer_passkey(means, factors, &just_signed_in(&alice)).await.expect("an offer");
        let other = second_factors::offer_passkey(means, factors, &just_signed_in(&alice)).await.expect("an offer");
        let answer = Device::new(&world.origin()).create(&offer.options);
        let add = async |who: &Account, sealed: &str| {
            second_factors::add_passkey(means, factors, &just_signed_in(who), (sealed, &answer), "x").await
        };
        assert!(matches!(add(&bob, &offer.sealed).await, Err(FactorError::OfferEnded)));
        assert!(matches!(add(&alice, &other.sealed).await, Err(FactorError::Answer(AnswerRefusal::OtherChallenge))));
        add(&alice, &offer.sealed).await.expect("a passkey");
        assert!(matches!(add(&alice, &offer.sealed).await, Err(FactorError::OfferEnded)));
    }

    async fn a_device_that_somebody_has_already_belongs_to_nobody_else(world: World) {
        let (alice, bob) = (world.account("alice", PASSWORD).await, world.account("bob", PASSWORD).await);
        let mut device = world.device_of(&alice).await;
        let app = world.app();
        let (means, factors, bob) = (Means::of(&app), &app.second_factors, just_signed_in(&bob));
        let offer = second_factors::offer_passkey(means, factors, &bob).await.expect("an offer");
        let answer = device.create(&offer.options);
        let added = second_factors::add_passkey(means, factors, &bob, (&offer.sealed, &answer), "x").await;
        assert!(matches!(added, Err(FactorError::PasskeyTaken)), "{added:?}");
    }

    async fn a_name_is_one_line_and_there_are_at_most_twenty(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let app = world.app();
        let (means, actor) = (Means::of(&app), just_signed_in(&alice));
        for _ in 0..20 {
            world.device_of(&alice).await;
        }
        let offer = second_factors::offer_passkey(means, &app.second_factors, &actor).await;
        assert!(matches!(offer, Err(FactorError::TooManyPasskeys)));
        let first = second_factors::own(&app.store, &actor).await.expect("factors").passkeys.remove(0);
        for name in ["", " ", "a\nb", &"x".repeat(65)] {
            let renamed = second_factors::rename_passkey(means, &actor, &first.id, name).await;
            assert!(matches!(renamed, Err(FactorError::BadName)), "{name:?}");
        }
        let renamed = second_factors::rename_passkey(means, &actor, &first.id, " Pixel ").await.expect("renamed");
        assert_eq!(renamed.name, "Pixel");
    }
}
