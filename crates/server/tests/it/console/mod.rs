//! The console, page by page, in a browser without script.

mod clients;

use crate::world::{ADMIN_PASSWORD, Browser, PASSWORD, World};

/// The administrator of the first start, in the console.
async fn console(world: &World) -> Browser {
    visit(world, "/admin", "admin", ADMIN_PASSWORD).await
}

/// Somebody who signs in to go to `path`, and allows it.
async fn visit(world: &World, path: &str, name: &str, password: &str) -> Browser {
    let mut browser = world.browser();
    browser.get(path).await.page();
    browser.sign_in(name, password).await.page().shows("This server’s console");
    browser.allow().await.page();
    browser
}

/// Alice, who may do nothing but what everybody may.
async fn alice(world: &World) -> Browser {
    world.account("alice", PASSWORD).await;
    visit(world, "/account", "alice", PASSWORD).await
}
