//! Tenants: found, shown, made, changed and deleted in the console.

use super::{console, id_on, visit};
use crate::world::{PASSWORD, World};

both! {
    async fn a_tenant_is_made_with_quotas_that_hold(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/tenants/new").await.page().is(200);
        let page = console.press("tenant-save", &[("name", "acme"), ("maxAccounts", "1")]).await.page();
        page.is(200).shows("Saved").shows("Accounts 0 of 1 at most").shows("Groups 0 no bound").shows("OAuth clients");
        let id = id_on(&page, "/admin/tenants/");
        for (name, status) in [("ann", 200), ("ben", 422)] {
            console.get(&format!("/admin/accounts/new?tenant={id}")).await.page();
            console.press("account-save", &[("name", name)]).await.page().is(status);
        }
        console.page().shows("as many accounts or groups as it may have");
        console.get(&format!("/admin/tenants/{id}")).await.page().shows("Accounts 1 of 1 at most");
    }

    async fn a_mistake_is_said_above_what_was_typed(world: World) {
        let mut console = console(&world).await;
        for (field, value, said) in [
            ("maxRoles", "many", "whole number"),
            ("maxRoles", "-1", "whole number"),
            ("logo", "javascript:alert(1)", "https address"),
            ("name", "\u{20}", "1 to 256 characters"),
        ] {
            console.get("/admin/tenants/new").await.page();
            let page = console.press("tenant-save", &[("name", "acme"), ("maxAccounts", "7"), (field, value)]).await.page();
            page.is(422).shows(said);
            assert!(page.html.contains("value=\"7\""), "{field}");
        }
        world.managed_tenant("acme").await;
        console.get("/admin/tenants/new").await.page();
        console.press("tenant-save", &[("name", "acme")]).await.page().is(422).shows("This name is taken");
        console.get("/admin/tenants").await.page().shows("1 tenant ");
    }

    async fn what_a_tenant_may_no_longer_do_its_accounts_may_no_longer_do(world: World) {
        let (tenant, _) = world.managed_tenant("acme").await;
        let mut theirs = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        theirs.get("/admin/accounts").await.page().is(200);
        let mut console = console(&world).await;
        console.get(&format!("/admin/tenants/{tenant}/edit")).await.page();
        console.press("tenant-save", &[("roles", "user"), ("name", "Acme")]).await.page().is(200).shows("Acme");
        theirs.get("/admin/accounts").await.page().is(403);
    }

    async fn a_tenant_that_something_belongs_to_is_not_deleted_and_an_empty_one_is(world: World) {
        let (tenant, _) = world.managed_tenant("acme").await;
        let mut console = console(&world).await;
        console.get(&format!("/admin/tenants/{tenant}/delete")).await.page().shows("Delete acme?");
        console.press("confirm", &[]).await.page().is(422).shows("still belong to it");
        console.get(&format!("/admin/accounts/{}/delete", world.account_named("admin-of-acme").await.id)).await.page();
        console.press("confirm", &[]).await.page().is(200);
        console.get(&format!("/admin/tenants/{tenant}/delete")).await.page();
        console.press("confirm", &[]).await.page().is(200).shows("It was deleted").shows("0 tenants");
    }

    async fn to_an_administrator_of_a_tenant_there_are_no_tenants(world: World) {
        let (tenant, _) = world.managed_tenant("acme").await;
        world.sql("UPDATE tenants SET roles = 'user', permissions = 'replace|*|'", []).await;
        world.sql("UPDATE accounts SET permissions = 'replace|*|' WHERE name = 'admin-of-acme'", []).await;
        world.restart().await;
        let mut console = visit(&world, "/admin/accounts", "admin-of-acme", PASSWORD).await;
        for path in ["/admin/tenants", "/admin/tenants/new", &format!("/admin/tenants/{tenant}"), &format!("/admin/tenants/{tenant}/edit")] {
            console.get(path).await.page().is(403);
        }
        console.get("/admin/roles").await.page().is(200);
    }

    async fn a_tenant_named_in_markup_is_text_and_a_foreign_form_does_nothing(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/tenants/new").await.page();
        let page = console.press("tenant-save", &[("name", "\"><script>alert(1)</script>")]).await.page();
        let path = format!("/admin/tenants/{}", id_on(&page, "/admin/tenants/"));
        for path in ["/admin/tenants", &path, &format!("{path}/edit"), &format!("{path}/delete"), "/admin/accounts/new", "/admin/roles/new"] {
            let page = console.get(path).await.page();
            assert!(page.is(200).text.contains("<script>alert(1)") && !page.html.contains("<script"), "{path}");
        }
        for (page, button) in [("edit", "tenant-save"), ("delete", "confirm")] {
            console.get(&format!("{path}/{page}")).await.page();
            assert_eq!(console.submission(button, &[("csrf", "x"), ("name", "x")]).send().await.status, 403);
        }
        console.get("/admin/tenants").await.page().shows("1 tenant ");
    }
}
