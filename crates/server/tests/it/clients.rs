//! Libraries from three registries, unmodified, each a process of its own: they discover, register, send a person through the real
//! pages in a real browser, and come back with tokens. What each of them does is in `tests/clients/README.md`.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::process::Command;

use crate::world::{ADMIN_PASSWORD, World};

/// For so long a client, a browser and a server may take together on two busy cores.
const PATIENCE: Duration = Duration::from_mins(3);

both! {
    async fn openid_client_from_npm_registers_signs_in_introspects_and_deletes_itself(world: World) {
        let steps = run(&world, "node", &["openid-client/client.mjs"]).await;
        for step in ["introspection", "refresh", "registration deleted", "revoked token is dead"] {
            assert!(steps.iter().any(|done| done == step), "{steps:?}");
        }
    }

    async fn oauth4webapi_from_npm_registers_and_comes_back_with_tokens(world: World) {
        let steps = run(&world, "node", &["oauth4webapi/client.mjs"]).await;
        assert!(steps.iter().any(|done| done == "revoked token is dead"), "{steps:?}");
    }

    async fn authlib_from_pypi_registers_and_comes_back_with_tokens(world: World) {
        let python = installed("venv/bin/python");
        let steps = run(&world, &python, &["authlib/client.py"]).await;
        assert!(steps.iter().any(|done| done == "revoked token is dead"), "{steps:?}");
    }

    async fn openidconnect_from_the_rust_registry_registers_and_comes_back_with_tokens(world: World) {
        let program = installed("debug/openidconnect-test-client");
        let steps = run(&world, &program, &[]).await;
        assert!(steps.iter().any(|done| done == "revoked token is dead"), "{steps:?}");
    }
}

/// Runs a client against `world` with an API key that may register; answers the steps it took. A failure shows the whole exchange.
async fn run(world: &World, program: &str, arguments: &[&str]) -> Vec<String> {
    let key = world.registration_key().await;
    let child = Command::new(program)
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients"))
        .env("ISSUER", world.issuer())
        .env("USERNAME", "admin")
        .env("PASSWORD", ADMIN_PASSWORD)
        .env("REGISTRATION_TOKEN", key)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output =
        tokio::time::timeout(PATIENCE, child).await.expect("the client ends in time").expect(program);
    let (said, exchange) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?} failed\n{said}\n{exchange}");
    let report: Value = serde_json::from_str(said.trim()).expect("one line of JSON");
    let steps = report["steps"].as_array().expect("steps").iter();
    steps.map(|step| step.as_str().expect("a step").to_owned()).collect()
}

/// A program that `cargo xtask setup` installed.
fn installed(path: &str) -> String {
    let clients = std::env::var("WAYLEAVE_CLIENTS").expect("no clients to test with: run `cargo xtask test`");
    Path::new(&clients).join(path).display().to_string()
}
