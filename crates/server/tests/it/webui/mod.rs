//! The console and the portal in a real browser. What it does stands in `tests/clients/webui`.

mod pages;
mod story;

use serde_json::Value;

use crate::world::{ADMIN_PASSWORD, World, program};

/// What a script of `tests/clients/webui` prints when `admin` is at the browser.
async fn browser(world: &World, script: &str, more: &[(&str, &str)]) -> Value {
    let origin = world.origin();
    let mut environment =
        vec![("ORIGIN", origin.as_str()), ("USERNAME", "admin"), ("PASSWORD", ADMIN_PASSWORD)];
    environment.extend(more);
    program::run("node", &[&format!("webui/{script}")], &environment).await
}
