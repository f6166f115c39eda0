//! A real browser at the portal: what the scripts do there.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::world::{PASSWORD, World};

/// For so long a browser and a server may take together on two busy cores.
const PATIENCE: Duration = Duration::from_mins(2);

both! {
    async fn a_browser_is_told_while_it_types_and_makes_a_passkey(world: World) {
        world.account("alice", PASSWORD).await;
        let child = Command::new("node")
            .arg("browser/portal.mjs")
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients"))
            .env("ORIGIN", world.origin())
            .env("PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(PATIENCE, child).await.expect("the browser ends in time").expect("node");
        let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{said}\n{why}");
        let seen: Value = serde_json::from_str(said.trim()).expect("one line of JSON");
        assert_eq!((&seen["before"], &seen["refused"], &seen["passkey"]), (&json!(false), &json!([]), &json!("a virtual phone")), "{seen}");
        assert_eq!((&seen["weak"]["value"], &seen["strong"]["value"]), (&json!(1), &json!(5)), "{seen}");
        assert!(seen["weak"]["lines"].as_array().is_some_and(|lines| lines.len() > 2), "{seen}");
        assert_eq!(seen["strong"]["lines"], json!(["Very good"]));
    }
}
