//! A real browser with a device of its own: what the script does with it.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::process::Command;

use super::*;

/// For so long a browser and a server may take together on two busy cores.
const PATIENCE: Duration = Duration::from_mins(2);

/// What `tests/clients/browser/passkey.mjs` answers to `act`.
async fn chromium(world: &World, act: &str, (name, value): (&str, &str)) -> Value {
    let child = Command::new("node")
        .args(["browser/passkey.mjs", act])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients"))
        .env("ORIGIN", world.origin())
        .env(name, value)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output =
        tokio::time::timeout(PATIENCE, child).await.expect("the browser ends in time").expect("node");
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{act} failed\n{said}\n{why}");
    serde_json::from_str(said.trim()).expect("one line of JSON")
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
