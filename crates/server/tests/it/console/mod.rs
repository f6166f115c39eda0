//! The console, page by page, in a browser without script.

mod accounts;
mod audit;
mod clients;
mod groups;
mod keys;
mod overview;
mod provider;
mod registration;
mod roles;
mod signing_keys;
mod tenants;
mod wizard;

use serde_json::json;

use crate::world::{ADMIN_PASSWORD, Browser, PASSWORD, Page, World};

/// The administrator of the first start, in the console.
pub(crate) async fn console(world: &World) -> Browser {
    visit(world, "/admin", "admin", ADMIN_PASSWORD).await
}

/// Somebody who signs in to go to `path`, and allows it.
pub(crate) async fn visit(world: &World, path: &str, name: &str, password: &str) -> Browser {
    let mut browser = world.browser();
    browser.get(path).await.page();
    browser.sign_in(name, password).await.page().shows("This server’s console");
    browser.allow().await.page();
    browser
}

/// Somebody who holds nothing but these permissions and to sign in, at `path`.
async fn holder(world: &World, name: &str, permissions: &[&str], path: &str) -> Browser {
    let jmap = world.admin_jmap().await;
    let enabled = [permissions, &["authenticate"]].concat();
    let role = jmap.create("x:Role/set", json!({ "description": name, "enabledPermissions": enabled })).await;
    let roles = json!({ "@type": "Custom", "roleIds": { role["id"].as_str().expect("an id"): true } });
    jmap.create("x:Account/set", json!({ "name": name, "secret": PASSWORD, "roles": roles })).await;
    visit(world, path, name, PASSWORD).await
}

/// Alice, who may do nothing but what everybody may.
async fn alice(world: &World) -> Browser {
    world.account("alice", PASSWORD).await;
    visit(world, "/account", "alice", PASSWORD).await
}

/// Somebody called `name` who may sign in and do this, in the console; the role that allows it is called the same.
async fn permitted(world: &World, name: &str, permissions: &[&str]) -> Browser {
    let jmap = world.admin_jmap().await;
    let permissions: Vec<_> = permissions.iter().copied().chain(["authenticate"]).collect();
    let role =
        jmap.create("x:Role/set", json!({ "description": name, "enabledPermissions": permissions })).await;
    let role = role["id"].as_str().expect("an id");
    let roles = json!({ "@type": "Custom", "roleIds": { role: true } });
    jmap.create("x:Account/set", json!({ "name": name, "secret": PASSWORD, "roles": roles })).await;
    visit(world, "/account", name, PASSWORD).await
}

/// The first administrator, who reads German.
async fn german(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.get("/admin").await.page();
    browser.sign_in("admin", ADMIN_PASSWORD).await.page().shows("Verwaltung");
    browser.allow().await.page();
    browser
}

/// The id in the first link or form of the page that leads to one thing below `path`.
fn id_on(page: &Page, path: &str) -> String {
    let ids = page.html.split(path).skip(1).filter_map(|rest| rest.get(..26));
    let mut ids = ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    ids.next().unwrap_or_else(|| panic!("no {path} on {}", page.text)).to_owned()
}
