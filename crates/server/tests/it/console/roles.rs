//! Roles: found, shown, made, changed and deleted in the console.

use serde_json::json;

use super::{alice, console, id_on, permitted, visit};
use crate::world::{PASSWORD, World};

const SYSTEM_ADMINISTRATOR: &str = "/admin/roles/00000000000000000000000004";

both! {
    async fn a_role_is_made_of_what_is_ticked_and_given_to_an_account(world: World) {
        let alice = world.account("alice", PASSWORD).await.id;
        let mut console = console(&world).await;
        console.get("/admin/roles/new").await.page().is(200).shows("Accounts and groups");
        let page = console.press("role-save", &[("description", "Reader"), ("enabled", "account-get")]).await.page();
        page.is(200).shows("Saved").shows("Accounts and groups Read").shows("Created");
        let role = id_on(&page, "/admin/roles/");
        console.get("/admin/roles?text=reader").await.page().shows("Reader").shows("1 permission").shows("1 role ");
        console.get(&format!("/admin/accounts/{alice}/edit")).await.page().shows("Reader");
        let page = console.press("account-save", &[("roles", "custom"), ("role", role.as_str())]).await.page();
        page.is(200).shows("Roles Reader").shows("Accounts and groups Read");
    }

    async fn what_is_changed_of_a_role_holds_for_whoever_has_it(world: World) {
        let mut clerk = permitted(&world, "clerk", &["account-get", "account-query"]).await;
        clerk.get("/admin/accounts").await.page().is(200);
        let mut console = console(&world).await;
        let page = console.get("/admin/roles?text=clerk").await.page();
        console.get(&format!("/admin/roles/{}/edit", id_on(&page, "/admin/roles/"))).await.page();
        console.press("role-save", &[("enabled", "authenticate")]).await.page().is(200).shows("Saved");
        clerk.get("/admin/accounts").await.page().is(403);
    }

    async fn a_role_that_somebody_has_is_not_deleted_and_one_that_nobody_has_is(world: World) {
        permitted(&world, "clerk", &["account-get"]).await;
        let mut console = console(&world).await;
        let id = id_on(&console.get("/admin/roles?text=clerk").await.page(), "/admin/roles/");
        console.get(&format!("/admin/roles/{id}/delete")).await.page().shows("Delete clerk?");
        console.press("confirm", &[]).await.page().is(422).shows("Take it away from them first");
        world.sql("UPDATE accounts SET roles = 'user' WHERE name = 'clerk'", []).await;
        console.press("confirm", &[]).await.page().is(200).shows("It was deleted");
        console.get(&format!("/admin/roles/{id}")).await.page().is(404);
    }

    async fn the_built_in_roles_are_shown_as_such_and_kept(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/roles").await.page().shows("Built in").shows("4 roles").shows("Everything");
        let page = console.get(SYSTEM_ADMINISTRATOR).await.page();
        page.is(200).shows("It cannot be changed");
        assert!(!page.html.contains("role-edit") && !page.html.contains("role-delete"));
        console.get(&format!("{SYSTEM_ADMINISTRATOR}/edit")).await.page();
        console.press("role-save", &[("enabled", "authenticate")]).await.page().is(422).shows("cannot be changed");
        console.get(&format!("{SYSTEM_ADMINISTRATOR}/delete")).await.page();
        console.press("confirm", &[]).await.page().is(422).shows("no built-in role can be deleted");
    }

    async fn nobody_puts_into_a_role_what_they_do_not_hold(world: World) {
        let mut clerk = permitted(&world, "clerk", &["role-get", "role-query", "role-create", "role-update"]).await;
        let page = clerk.get("/admin/roles/new").await.page();
        assert!(page.is(200).html.contains("value=\"role-get\"") && !page.html.contains("value=\"tenant-get\""));
        let forged = [("description", "More"), ("enabled", "tenant-get")];
        clerk.press("role-save", &forged).await.page().is(422).shows("cannot give it: Tenants: Read");
        clerk.get("/admin/roles?text=more").await.page().shows("No role is like that");
    }

    async fn an_administrator_of_a_tenant_sees_the_roles_of_the_tenant(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        acme.create("x:Role/set", json!({ "description": "Ours" })).await;
        let theirs = other.create("x:Role/set", json!({ "description": "Theirs" })).await;
        let theirs = theirs["id"].as_str().expect("an id").to_owned();
        let mut console = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        let page = console.get("/admin/roles").await.page();
        page.is(200).shows("Ours").shows("1 role ");
        assert!(!page.text.contains("Theirs"));
        for path in [format!("/admin/roles/{theirs}"), format!("/admin/roles/{theirs}/edit"), SYSTEM_ADMINISTRATOR.to_owned()] {
            console.get(&path).await.page().is(404);
        }
        let page = console.get("/admin/accounts/new").await.page();
        page.shows("Ours").shows("Administrator of a tenant");
        assert!(!page.text.contains("Theirs") && !page.text.contains("Administrator of everything"));
    }

    async fn a_role_named_in_markup_is_text_and_a_mistake_is_said(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/roles/new").await.page();
        console.press("role-save", &[("description", "")]).await.page().is(422).shows("1 to 256 characters");
        let page = console.press("role-save", &[("description", "</title><script>alert(1)</script>")]).await.page();
        let path = format!("/admin/roles/{}", id_on(&page, "/admin/roles/"));
        for path in ["/admin/roles", &path, &format!("{path}/edit"), &format!("{path}/delete"), "/admin/accounts/new"] {
            let page = console.get(path).await.page();
            assert!(page.is(200).text.contains("<script>alert(1)") && !page.html.contains("<script"), "{path}");
        }
    }

    async fn who_may_not_sees_no_role_and_a_foreign_form_does_nothing(world: World) {
        let mut alice = alice(&world).await;
        for path in ["/admin/roles", "/admin/roles/new", SYSTEM_ADMINISTRATOR] {
            alice.get(path).await.page().is(403);
        }
        permitted(&world, "clerk", &["account-get"]).await;
        let mut console = console(&world).await;
        let id = id_on(&console.get("/admin/roles?text=clerk").await.page(), "/admin/roles/");
        for (page, button) in [("edit", "role-save"), ("delete", "confirm")] {
            console.get(&format!("/admin/roles/{id}/{page}")).await.page();
            assert_eq!(console.submission(button, &[("csrf", "x"), ("description", "x")]).send().await.status, 403);
        }
        console.get(&format!("/admin/roles/{id}")).await.page().is(200).shows("clerk");
    }
}
