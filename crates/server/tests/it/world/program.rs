//! The programs of `tests/clients`, each in a process of its own.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::process::Command;

/// For so long a program, a browser and a server may take together on two busy cores.
const PATIENCE: Duration = Duration::from_mins(5);

/// The line of JSON that a program prints. When it fails, everything it said is shown.
pub(crate) async fn run(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Value {
    let child = Command::new(program)
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients"))
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output =
        tokio::time::timeout(PATIENCE, child).await.expect("the program ends in time").expect(program);
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?} failed\n{said}\n{why}");
    serde_json::from_str(said.trim()).expect("one line of JSON")
}
