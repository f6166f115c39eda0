//! A real browser with a device of its own: what the script does with it.

use serde_json::Value;

use super::*;
use crate::world::program;

/// What `tests/clients/browser/passkey.mjs` answers to `act`.
async fn chromium(world: &World, act: &str, (name, value): (&str, &str)) -> Value {
    program::run("node", &["browser/passkey.mjs", act], &[("ORIGIN", &world.origin()), (name, value)]).await
}

both! {
    async fn a_browser_makes_a_passkey_and_signs_in_with_it(world: World) {
        let alice = just_signed_in(&world.account("alice", PASSWORD).await);
        let app = world.app();
        let (means, factors) = (Means::of(&app), &app.second_factors);
        let offer = second_factors::offer_passkey(means, factors, &alice).await.expect("an offer");
        let made = chromium(&world, "create", ("OPTIONS", &offer.options.to_string())).await;
        let pair = (offer.sealed.as_str(), made["answer"].as_str().expect("an answer"));
        second_factors::add_passkey(means, factors, &alice, pair, "Chromium").await.expect("a passkey");
        let signed_in = chromium(&world, "get", ("CREDENTIAL", &made["credential"].to_string())).await;
        assert_eq!((&signed_in["session"], &signed_in["refused"]), (&true.into(), &Value::Array(Vec::new())), "{signed_in}");
        let rows = world.rows("SELECT method FROM sessions", []).await;
        assert_eq!(rows.iter().map(|row| row.text(0).expect("a method")).collect::<Vec<_>>(), ["passkey"]);
    }

    async fn without_script_the_password_is_there_and_no_button_that_does_nothing(world: World) {
        let seen = chromium(&world, "without-script", ("OPTIONS", "")).await;
        assert_eq!((&seen["passkeyIsVisible"], &seen["passwordIsVisible"]), (&false.into(), &true.into()));
    }
}
