//! API keys and app passwords of others: found, seen and revoked in the console.

use domain::directory::permission::Permission;
use serde_json::json;

use super::{alice, console, permitted};
use crate::world::{PASSWORD, World};

/// Where the keys of others are for somebody who may do nothing else.
const CLERK: &[&str] =
    &["account-query", "account-get", "api-key-query", "api-key-get", "api-key-destroy", "impersonate"];

/// The path of the page of the one key with this description.
async fn page_of(world: &World, description: &'static str) -> String {
    let rows =
        world.rows("SELECT kind, id FROM account_keys WHERE description = $1", [description.into()]).await;
    let (kind, id) = (rows[0].text(0).expect("a kind"), rows[0].text(1).expect("an id"));
    format!("/admin/keys/{kind}/{id}")
}

both! {
    async fn a_key_of_somebody_is_found_seen_and_revoked_and_then_worth_nothing(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let key = world.api_key(&alice, &[Permission::Authenticate, Permission::ApiKeyGet]).await;
        world.jmap(&key).calls(json!([["Core/echo", {}, "c"]])).await;
        let mut console = console(&world).await;
        console.get("/admin/keys?text=alice").await.page().is(200).shows("Keys of alice").shows("a key of a test").shows("2 permissions");
        console.get(&page_of(&world, "a key of a test").await).await.page().shows("Acts for alice").shows("Never by itself").shows("Created");
        console.press("key-revoke", &[]).await.page().is(200).shows("was revoked").shows("There are none");
        let body = json!({ "using": ["urn:ietf:params:jmap:core"], "methodCalls": [] });
        world.post("/jmap").bearer(&key).json(&body).send().await.is(401);
    }

    async fn the_newest_keys_of_both_kinds_are_listed_and_those_before_them(world: World) {
        let jmap = world.admin_jmap().await;
        jmap.create("x:AppPassword/set", json!({ "description": "the oldest of all" })).await;
        for number in 0..50 {
            jmap.create("x:ApiKey/set", json!({ "description": format!("number {number}") })).await;
        }
        let mut console = console(&world).await;
        let page = console.get("/admin/keys").await.page();
        page.is(200).shows("number 49").shows("number 0").shows("Older ones").shows("All that its account may");
        assert!(!page.text.contains("the oldest of all"));
        let older = page.html.split("/admin/keys?before=").nth(1).and_then(|rest| rest.get(..26)).expect("a link");
        console.get(&format!("/admin/keys?before={older}")).await.page().shows("the oldest of all").shows("App password").shows("everything");
    }

    async fn an_app_password_is_revoked_in_the_same_way_and_only_as_what_it_is(world: World) {
        world.admin_jmap().await.create("x:AppPassword/set", json!({ "description": "mail" })).await;
        world.sql("UPDATE account_keys SET expires_at = 1 WHERE description = 'mail'", []).await;
        let mut console = console(&world).await;
        let path = page_of(&world, "mail").await;
        console.get(&path.replace("app-password", "api-key")).await.page().is(404);
        console.get(&path.replace("app-password", "passkey")).await.page().is(404);
        console.get(&path).await.page().is(200).shows("App password").shows("Ended");
        console.press("key-revoke", &[]).await.page().shows("was revoked");
        console.get(&path).await.page().is(404);
    }

    async fn several_accounts_that_may_be_meant_are_named(world: World) {
        world.account("anna", PASSWORD).await;
        world.account("annette", PASSWORD).await;
        let mut console = console(&world).await;
        console.get("/admin/keys?text=ann").await.page().shows("Several accounts").shows("anna").shows("annette");
        console.get("/admin/keys?text=nobody-like-it").await.page().is(200).shows("No account is like that");
        console.get(&format!("/admin/keys?account={}", world.account_named("anna").await.id)).await.page().shows("Keys of anna");
        console.get("/admin/keys?account=x").await.page().is(404);
    }

    async fn nobody_revokes_a_key_of_an_account_that_holds_more(world: World) {
        world.admin_key().await;
        let mut clerk = permitted(&world, "clerk", CLERK).await;
        clerk.get("/admin/keys").await.page().is(200).shows("everything");
        let path = page_of(&world, "everything").await;
        clerk.get(&path).await.page().is(200);
        clerk.press("key-revoke", &[]).await.page().is(422).shows("only others can revoke it");
        clerk.get(&path).await.page().is(200);
    }

    async fn who_may_not_read_app_passwords_sees_api_keys_alone(world: World) {
        world.admin_jmap().await.create("x:AppPassword/set", json!({ "description": "a secret thing" })).await;
        let mut clerk = permitted(&world, "clerk", CLERK).await;
        let page = clerk.get("/admin/keys").await.page();
        assert!(page.is(200).text.contains("everything") && !page.text.contains("a secret thing"));
        clerk.get(&page_of(&world, "a secret thing").await).await.page().is(403);
    }

    async fn within_a_tenant_there_are_only_its_keys(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        acme.create("x:ApiKey/set", json!({ "description": "ours" })).await;
        world.sql("UPDATE tenants SET permissions = 'replace|*|'", []).await;
        world.sql("UPDATE accounts SET permissions = 'replace|*|' WHERE name = 'admin-of-acme'", []).await;
        world.restart().await;
        let mut theirs = super::visit(&world, "/admin/keys", "admin-of-acme", PASSWORD).await;
        let page = theirs.get("/admin/keys").await.page();
        assert!(page.is(200).text.contains("ours") && !page.text.contains("everything"), "{}", page.text);
        theirs.get(&page_of(&world, "everything").await).await.page().is(404);
        theirs.get(&format!("/admin/keys?account={}", world.admin().await.id)).await.page().is(404);
    }

    async fn markup_in_a_description_is_text_and_a_foreign_form_does_nothing(world: World) {
        world.admin_jmap().await.create("x:ApiKey/set", json!({ "description": "<script>alert(1)</script>" })).await;
        let mut console = console(&world).await;
        let path = page_of(&world, "<script>alert(1)</script>").await;
        let admin = format!("/admin/accounts/{}", world.admin().await.id);
        for path in ["/admin/keys", &admin, &path] {
            let page = console.get(path).await.page();
            assert!(page.is(200).text.contains("<script>alert(1)</script>") && !page.html.contains("<script"), "{path}");
        }
        assert_eq!(console.submission("key-revoke", &[("csrf", "x")]).send().await.status, 403);
        console.get(&path).await.page().is(200);
    }

    async fn who_acts_for_nobody_sees_no_keys_here_not_even_their_own(world: World) {
        let mut alice = alice(&world).await;
        world.api_key(&world.account_named("alice").await, &[Permission::Authenticate]).await;
        alice.get("/admin/keys").await.page().is(403);
        alice.get(&page_of(&world, "a key of a test").await).await.page().is(403);
    }
}
