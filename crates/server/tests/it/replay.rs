//! A tool that was written for another server of this vocabulary: what it sends is in `tests/replay`.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::world::World;

/// For so long all its requests may take on two busy cores.
const PATIENCE: Duration = Duration::from_mins(2);

both! {
    async fn the_requests_of_an_existing_tool_are_answered_as_it_expects(world: World) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay/replay.py");
        let tool = Command::new("python3")
            .arg(script)
            .env("BASE", world.origin())
            .env("KEY", world.admin_key().await)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(PATIENCE, tool).await.expect("the tool ends in time").expect("python3");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
        let all = ["discovery", "settings", "clients", "secrets", "paging", "keys", "snapshot", "refusals"];
        assert_eq!(said["steps"], json!(all));
    }
}
