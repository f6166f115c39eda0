//! Libraries from three registries, unmodified, each a process of its own: they discover, register, send a person through the real
//! pages in a real browser, and come back with tokens. What each of them does is in `tests/clients/README.md`.

use std::path::Path;

use crate::world::{ADMIN_PASSWORD, World, program};

both! {
    async fn openid_client_from_npm_registers_signs_in_introspects_and_deletes_itself(world: World) {
        let steps = run(&world, "node", &["openid-client/client.mjs"]).await;
        for step in ["introspection", "refresh", "registration deleted", "revoked token is dead"] {
            assert!(steps.iter().any(|done| done == step), "{steps:?}");
        }
    }

    async fn openid_client_from_npm_waits_on_a_device_until_somebody_types_its_code(world: World) {
        let steps = run(&world, "node", &["openid-client/device.mjs"]).await;
        for step in ["tokens", "refresh", "a device code is good once"] {
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
    let issuer = world.issuer();
    let environment = [
        ("ISSUER", issuer.as_str()),
        ("USERNAME", "admin"),
        ("PASSWORD", ADMIN_PASSWORD),
        ("REGISTRATION_TOKEN", &key),
    ];
    let report = program::run(program, arguments, &environment).await;
    let steps = report["steps"].as_array().expect("steps").iter();
    steps.map(|step| step.as_str().expect("a step").to_owned()).collect()
}

/// A program that `cargo xtask setup` installed.
fn installed(path: &str) -> String {
    let clients = std::env::var("WAYLEAVE_CLIENTS").expect("no clients to test with: run `cargo xtask test`");
    Path::new(&clients).join(path).display().to_string()
}
