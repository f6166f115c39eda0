//! The self-service portal, page by page, in a browser without script.

mod activity;
mod apps;
mod chromium;
mod codes;
mod keys;
mod passkeys;
mod password;
mod profile;
mod sessions;

use crate::world::{ADMIN_PASSWORD, Browser, PASSWORD, Page, World};

/// Somebody who signed in to go to `path`, and allows it.
async fn visit(world: &World, path: &str, name: &str, password: &str) -> Browser {
    let mut browser = world.browser();
    browser.get(path).await.page();
    browser.sign_in(name, password).await.page().shows("This server’s console");
    browser.allow().await.page();
    browser
}

/// The new account `alice` in her portal. She may do nothing but what everybody may.
async fn alice(world: &World) -> Browser {
    world.account("alice", PASSWORD).await;
    visit(world, "/account", "alice", PASSWORD).await
}

/// The administrator of the first start, in the portal.
async fn admin(world: &World) -> Browser {
    visit(world, "/account", "admin", ADMIN_PASSWORD).await
}

/// Everybody signed in an hour ago.
async fn an_hour_passes(world: &World) {
    let then = server::clock::now().minus(std::time::Duration::from_hours(1));
    world.sql("UPDATE sessions SET authenticated_at = $1", [then.into()]).await;
    world.sql("UPDATE grants SET authenticated_at = $1", [then.into()]).await;
}

/// What stands in the element with this id, without its own elements.
#[track_caller]
fn inside<'a>(page: &'a Page, id: &str) -> &'a str {
    let after = page.html.split(&format!("id=\"{id}\"")).nth(1).unwrap_or_else(|| panic!("no {id}"));
    after.split_once('>').and_then(|(_, text)| text.split_once('<')).expect("an element").0
}
