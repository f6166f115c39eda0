//! Libraries from three registries, unmodified, each a process of its own: they discover, register, send a person through the real
//! pages in a real browser, and come back with tokens. What each of them does is in `tests/clients/README.md`.

use std::path::Path;

use serde_json::json;

use crate::{
    documents::site::Site,
    world::{ADMIN_PASSWORD, World, program},
};

both! {
    async fn mcp_sdk_typescript_from_npm_gets_in_knowing_nothing_but_the_resource(world: World) {
        open(&world).await;
        let steps = run(&world, "node", &["mcp-sdk-typescript/client.mjs"]).await;
        assert!(steps.iter().any(|done| done == "an unknown client id leads to a new registration"), "{steps:?}");
    }

    async fn mcp_sdk_python_from_pypi_gets_in_knowing_nothing_but_the_resource(world: World) {
        open(&world).await;
        let python = installed("venv/bin/python");
        let steps = run(&world, &python, &["mcp-sdk-python/client.py"]).await;
        assert!(steps.iter().any(|done| done == "refresh when the access token has ended"), "{steps:?}");
    }

    async fn mcp_remote_from_npm_gets_in_and_needs_no_person_the_second_time(world: World) {
        open(&world).await;
        let steps = run(&world, "node", &["mcp-remote/client.mjs"]).await;
        assert!(steps.iter().any(|done| done == "second start without a person"), "{steps:?}");
    }

    async fn oidc_client_ts_from_npm_does_everything_from_a_page_of_another_origin(world: World) {
        open(&world).await;
        let steps = run(&world, "node", &["oidc-client-ts/client.mjs"]).await;
        assert!(steps.iter().any(|done| done == "logout, and back to the page"), "{steps:?}");
    }

    async fn requests_oauth2client_from_pypi_signs_its_assertions(world: World) {
        let python = installed("venv/bin/python");
        let steps = run(&world, &python, &["requests-oauth2client/client.py"]).await;
        assert!(steps.iter().any(|done| done == "revoked token is dead"), "{steps:?}");
    }

    async fn oic_from_pypi_registers_and_comes_back_with_tokens(world: World) {
        open(&world).await;
        let python = installed("venv/bin/python");
        let steps = run(&world, &python, &["oic/client.py"]).await;
        assert!(steps.iter().any(|done| done == "userinfo"), "{steps:?}");
    }

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

    async fn oauth2_from_the_rust_registry_signs_somebody_in_and_a_device(world: World) {
        let program = installed("debug/oauth2-test-client");
        let steps = run(&world, &program, &[]).await;
        for step in ["introspection", "revoked token is dead", "tokens for the device once somebody typed its code"] {
            assert!(steps.iter().any(|done| done == step), "{steps:?}");
        }
    }

    async fn rmcp_from_the_rust_registry_gets_in_knowing_nothing_but_the_resource(world: World) {
        open(&world).await;
        let steps = run(&world, &installed("debug/rmcp-test-client"), &[]).await;
        for step in ["discovery and registration", "refresh after the resource refused the token"] {
            assert!(steps.iter().any(|done| done == step), "{steps:?}");
        }
    }

    async fn rmcp_from_the_rust_registry_gets_in_with_a_document_and_registers_nothing(world: World) {
        let site = Site::beside(&world).await;
        let document = site.document("/client", &json!({ "redirect_uris": ["http://127.0.0.1/callback"] }));
        let further = [("CLIENT_METADATA_URL", document.as_str())];
        let steps = run_with(&world, &installed("debug/rmcp-test-client"), &[], &further).await;
        assert!(steps.iter().any(|done| done == "discovery, and a document instead of a registration"), "{steps:?}");
        assert_eq!(site.visits("/client"), 1);
    }
}

/// Lets strangers register: these clients know of no token to register with.
async fn open(world: &World) {
    world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
}

/// Runs a client against `world` with an API key that may register; answers the steps it took. A failure shows the whole exchange.
async fn run(world: &World, program: &str, arguments: &[&str]) -> Vec<String> {
    run_with(world, program, arguments, &[]).await
}

/// `run` with `further` variables.
async fn run_with(world: &World, program: &str, arguments: &[&str], further: &[(&str, &str)]) -> Vec<String> {
    let key = world.registration_key().await;
    let issuer = world.issuer();
    let usual = [
        ("ISSUER", issuer.as_str()),
        ("USERNAME", "admin"),
        ("PASSWORD", ADMIN_PASSWORD),
        ("REGISTRATION_TOKEN", &key),
    ];
    let environment = [&usual, further].concat();
    let report = program::run(program, arguments, &environment).await;
    let steps = report["steps"].as_array().expect("steps").iter();
    steps.map(|step| step.as_str().expect("a step").to_owned()).collect()
}

/// A program that `cargo xtask setup` installed.
fn installed(path: &str) -> String {
    let clients = std::env::var("WAYLEAVE_CLIENTS").expect("no clients to test with: run `cargo xtask test`");
    Path::new(&clients).join(path).display().to_string()
}
