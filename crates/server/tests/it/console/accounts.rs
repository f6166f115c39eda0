//! Accounts: found, shown, made, changed, disabled and deleted in the console.

use server::admin::accounts::Draft;

use super::{alice, console, id_on, permitted, visit};
use crate::world::{PASSWORD, World};

both! {
    async fn an_account_is_found_by_its_name_its_address_and_its_state(world: World) {
        let emails = vec!["rosa@singular.example".to_owned()];
        world.account_of(Draft { emails, description: Some("Rosa L.".to_owned()), ..Draft::named("rosa") }, PASSWORD).await;
        let mut console = console(&world).await;
        console.get("/admin/accounts").await.page().is(200).shows("rosa").shows("admin").shows("2 accounts");
        for text in ["rosa", "singular", "Rosa+L."] {
            console.get(&format!("/admin/accounts?text={text}")).await.page().shows("rosa@singular.example").shows("1 account ");
        }
        console.get("/admin/accounts?state=disabled").await.page().is(200).shows("Nobody is like that");
        world.enable_account("rosa", false).await;
        console.get("/admin/accounts?state=disabled").await.page().shows("rosa");
    }

    async fn fifty_accounts_are_on_a_page_and_the_rest_on_the_next(world: World) {
        world.sql(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 151)
             INSERT INTO accounts (id, name, roles, is_enabled, created_at)
             SELECT '0000000000000000000001' || CAST(i AS TEXT) || 'a', 'number-' || CAST(i AS TEXT), 'user', TRUE, 1 FROM n",
            [],
        ).await;
        let mut console = console(&world).await;
        console.get("/admin/accounts").await.page().shows("53 accounts").shows("1 to 50").shows("number-148");
        console.get("/admin/accounts?at=50").await.page().shows("51 to 53").shows("number-151");
        console.get("/admin/accounts?sort=newest").await.page().is(200).shows("1 to 50");
        console.get("/admin/accounts?at=99999999999999999999").await.page().is(200);
    }

    async fn one_that_is_made_in_the_console_signs_in_and_has_its_trail(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/accounts/new").await.page().is(200);
        let fields = [("name", "Rosa"), ("password", PASSWORD), ("emails", "rosa@example.org")];
        let page = console.press("account-save", &fields).await.page();
        page.is(200).shows("Saved").shows("rosa@example.org").shows("Created").shows("admin").shows("Sign in, or use a key at all");
        world.browser().sign_in("rosa", PASSWORD).await.page().is(200).shows("Sign-in server");
    }

    async fn what_is_changed_reads_back_and_what_was_not_touched_stays(world: World) {
        world.account("rosa", PASSWORD).await;
        let mut console = console(&world).await;
        let path = format!("/admin/accounts/{}", world.account_named("rosa").await.id);
        console.get(&format!("{path}/edit")).await.page().is(200);
        let fields = [("description", "Rosa L."), ("emails", "a@example.org\r\nb@example.org"), ("locale", "de"), ("timeZone", "Europe/Berlin")];
        console.press("account-save", &fields).await.page().is(200).shows("Saved").shows("Rosa L.").shows("b@example.org").shows("Europe/Berlin");
        console.get(&format!("{path}/edit")).await.page();
        console.press("account-save", &[("description", "Rosa")]).await.page().is(200).shows("b@example.org").shows("As everybody").shows("Enabled");
        world.browser().sign_in("rosa", PASSWORD).await.page().is(200).shows("Sign-in server");
    }

    async fn what_the_rules_refuse_is_said_above_what_was_typed(world: World) {
        let mut console = console(&world).await;
        for (field, value, said) in [
            ("name", "two words", "1 to 128 characters and no spaces"),
            ("name", "admin", "This name is taken"),
            ("password", "short", "at least 8 characters"),
            ("emails", "no address", "no is no e-mail address"),
            ("timeZone", "Mars", "time zone"),
        ] {
            console.get("/admin/accounts/new").await.page();
            let page = console.press("account-save", &[("name", "rosa"), ("description", "Keep me"), (field, value)]).await.page();
            page.is(422).shows("Nothing was changed").shows(said);
            assert!(page.html.contains("value=\"Keep me\"") && !page.html.contains("short"), "{field}");
        }
        console.get("/admin/accounts").await.page().shows("1 account ");
    }

    async fn a_disabled_accounts_session_ends_at_once(world: World) {
        let mut alice = alice(&world).await;
        let mut console = console(&world).await;
        console.get(&format!("/admin/accounts/{}", world.account_named("alice").await.id)).await.page().shows("Sessions In 1 browser");
        console.press("account-disable", &[]).await.page().is(200).shows("Disabled").shows("Sessions In 0 browsers");
        let page = alice.get("/account").await.page();
        assert!(page.has_button("login-submit"), "{}", page.text);
        assert!(world.browser().sign_in("alice", PASSWORD).await.page().has_button("login-submit"));
        console.press("account-enable", &[]).await.page().shows("Saved");
        assert!(alice.get("/account").await.page().has_button("login-submit"), "it does not come back");
    }

    async fn a_password_that_is_made_is_shown_once_and_ends_what_the_old_one_began(world: World) {
        let mut alice = alice(&world).await;
        let mut console = console(&world).await;
        let path = format!("/admin/accounts/{}", world.account_named("alice").await.id);
        console.get(&format!("{path}/password")).await.page().is(200);
        console.press("password-save", &[("password", "short")]).await.page().is(422).shows("at least 8 characters");
        let page = console.press("password-save", &[]).await.page();
        let made = page.is(200).html.split("translate=\"no\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a password");
        assert!(alice.get("/account").await.page().has_button("login-submit"));
        assert!(world.browser().sign_in("alice", PASSWORD).await.page().has_button("login-submit"));
        world.browser().sign_in("alice", made).await.page().shows("Sign-in server");
        assert!(!console.get(&path).await.page().html.contains(made));
    }

    async fn the_last_administrator_can_be_neither_deleted_nor_disabled_nor_made_less(world: World) {
        let mut console = console(&world).await;
        let path = format!("/admin/accounts/{}", world.admin().await.id);
        console.get(&format!("{path}/delete")).await.page().shows("cannot be undone");
        console.press("confirm", &[]).await.page().is(422).shows("last account that can administer everything");
        console.get(&path).await.page();
        console.press("account-disable", &[]).await.page().is(422).shows("last account that can administer everything");
        console.get(&format!("{path}/edit")).await.page();
        console.press("account-save", &[("roles", "user")]).await.page().is(422).shows("last account that can administer everything");
        console.get(&path).await.page().is(200).shows("Administrator").shows("Enabled");
    }

    async fn deleting_asks_first_and_ends_all_that_was_its_own(world: World) {
        let mut alice = alice(&world).await;
        let mut console = console(&world).await;
        let path = format!("/admin/accounts/{}", world.account_named("alice").await.id);
        console.get(&path).await.page().shows("webadmin");
        console.get(&format!("{path}/delete")).await.page().shows("Delete alice?");
        alice.get("/account").await.page().shows("Profile");
        console.press("confirm", &[]).await.page().is(200).shows("It was deleted").shows("1 account ");
        assert!(alice.get("/account").await.page().has_button("login-submit"));
        console.get(&path).await.page().is(404);
    }

    async fn second_factors_are_taken_away_after_a_question_and_a_recent_sign_in(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        world.device_of(&alice).await;
        let mut console = console(&world).await;
        let path = format!("/admin/accounts/{}", alice.id);
        console.get(&path).await.page().shows("Passkeys 1");
        console.get(&format!("{path}/second-factors")).await.page().shows("Take the second factors of alice away?");
        world.sql("UPDATE grants SET authenticated_at = 1", []).await;
        console.press("confirm", &[]).await.page().is(422).shows("sign-in of the last ten minutes");
        world.sql("UPDATE grants SET authenticated_at = created_at", []).await;
        console.press("confirm", &[]).await.page().is(200).shows("Saved").shows("Passkeys 0");
    }

    async fn who_changes_an_account_that_was_changed_meanwhile_is_told_so(world: World) {
        world.account("alice", PASSWORD).await;
        let mut console = console(&world).await;
        console.get(&format!("/admin/accounts/{}/edit", world.account_named("alice").await.id)).await.page();
        world.enable_account("alice", false).await;
        console.press("account-save", &[("description", "x")]).await.page().is(422).shows("Somebody changed it meanwhile");
    }

    async fn nobody_is_offered_to_give_what_they_do_not_hold_and_a_forged_form_does_not_either(world: World) {
        let names = ["account-get", "account-query", "account-create", "account-update", "role-get", "role-query"];
        let mut clerk = permitted(&world, "clerk", &names).await;
        let page = clerk.get("/admin/accounts/new").await.page();
        assert!(page.html.contains("value=\"account-get\"") && !page.html.contains("value=\"tenant-get\""));
        assert!(!page.html.contains("name=\"roles\" value=\"admin\"") && !page.text.contains("System Administrator"));
        let forged = [("name", "rosa"), ("roles", "custom"), ("permissions", "replace"), ("enabled", "tenant-get")];
        clerk.press("account-save", &forged).await.page().is(422).shows("cannot give it: Tenants: Read");
        clerk.get("/admin/accounts/new").await.page();
        clerk.press("account-save", &[("name", "rosa"), ("roles", "admin")]).await.page().is(422).shows("cannot give it");
        clerk.get("/admin/accounts").await.page().shows("2 accounts");
        clerk.get("/admin/accounts/new").await.page();
        let held = [("name", "rosa"), ("roles", "custom"), ("permissions", "replace"), ("enabled", "account-get")];
        clerk.press("account-save", &held).await.page().is(200).shows("Accounts and groups");
    }

    async fn nobody_changes_an_account_that_holds_more_than_they_do(world: World) {
        let names = ["account-get", "account-query", "account-update", "account-destroy"];
        let mut clerk = permitted(&world, "clerk", &names).await;
        let path = format!("/admin/accounts/{}", world.admin().await.id);
        let page = clerk.get(&path).await.page();
        page.is(200).shows("only others can change it");
        assert!(!page.html.contains("account-edit") && !page.html.contains("account-delete"));
        for (page, button) in [("edit", "account-save"), ("password", "password-save"), ("delete", "confirm"), ("second-factors", "confirm")] {
            clerk.get(&format!("{path}/{page}")).await.page().is(200);
            clerk.press(button, &[("description", "x")]).await.page().is(422).shows("only others can change it");
        }
    }

    async fn an_administrator_of_a_tenant_sees_nobody_of_elsewhere(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        world.managed_tenant("other").await;
        acme.create("x:Account/set", serde_json::json!({ "name": "eve" })).await;
        let mut console = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        let page = console.get("/admin/accounts").await.page();
        page.is(200).shows("eve").shows("admin-of-acme").shows("2 accounts");
        assert!(!page.text.contains("admin-of-other"));
        let other = world.account_named("admin-of-other").await.id;
        for page in ["", "/edit", "/delete", "/password", "/second-factors"] {
            console.get(&format!("/admin/accounts/{other}{page}")).await.page().is(404);
        }
        console.get("/admin/accounts/new").await.page().is(200);
        let tenant = world.account_named("admin-of-other").await.member_tenant_id.expect("a tenant");
        let forged = [("name", "mallory"), ("tenant", tenant.as_str())];
        console.press("account-save", &forged).await.page().is(422).shows("You cannot choose the tenant");
        console.press("account-save", &[("name", "ann"), ("tenant", "")]).await.page().is(200).shows("ann");
        assert_eq!(world.account_named("ann").await.member_tenant_id, world.account_named("eve").await.member_tenant_id);
    }

    async fn an_administrator_of_everything_chooses_the_tenant_first(world: World) {
        let (tenant, _) = world.managed_tenant("acme").await;
        let mut console = console(&world).await;
        console.get("/admin/accounts/new").await.page().shows("Belongs to").shows("acme");
        console.get(&format!("/admin/accounts/new?tenant={tenant}")).await.page().is(200);
        console.press("account-save", &[("name", "ann")]).await.page().is(200).shows("Tenant acme");
        console.get(&format!("/admin/accounts?tenant={tenant}")).await.page().shows("2 accounts").shows("Only those of one tenant");
    }

    async fn markup_in_names_is_text_on_every_page(world: World) {
        let draft = Draft { description: Some("<img src=x onerror=alert(1)>\u{202e}".to_owned()), ..Draft::named("\"><script>alert(1)</script>") };
        let id = world.account_of(draft, PASSWORD).await.id;
        let mut console = console(&world).await;
        for page in ["", "/edit", "/delete", "/password", "/second-factors"] {
            let page = console.get(&format!("/admin/accounts/{id}{page}")).await.page();
            page.is(200).shows("<script>alert(1)</script>");
            assert!(!page.html.contains("<script") && !page.html.contains("<img"), "{}", page.html);
        }
        let page = console.get("/admin/accounts?text=%22%3E%3Cscript%3E").await.page();
        assert!(page.is(200).text.contains("<img src=x") && !page.html.contains("<script") && !page.html.contains('\u{202e}'));
    }

    async fn who_may_not_sees_neither_page_nor_effect(world: World) {
        let mut alice = alice(&world).await;
        let id = world.admin().await.id;
        for path in ["/admin/accounts", "/admin/accounts/new", "/admin/groups", &format!("/admin/accounts/{id}"), &format!("/admin/accounts/{id}/password")] {
            alice.get(path).await.page().is(403).shows("Your account may not do this");
        }
    }

    async fn a_form_of_another_page_or_another_site_does_nothing(world: World) {
        let alice = world.account("alice", PASSWORD).await.id;
        let mut console = console(&world).await;
        for (page, button) in [("", "account-disable"), ("/edit", "account-save"), ("/password", "password-save"), ("/delete", "confirm"), ("/second-factors", "confirm")] {
            console.get(&format!("/admin/accounts/{alice}{page}")).await.page().is(200);
            assert_eq!(console.submission(button, &[("csrf", "x")]).send().await.status, 403, "{page}");
            assert_eq!(console.submission(button, &[]).header("sec-fetch-site", "cross-site").send().await.status, 403, "{page}");
        }
        world.browser().sign_in("alice", PASSWORD).await.page().shows("Sign-in server");
    }

    async fn it_is_all_said_in_german_too(world: World) {
        world.sql("UPDATE accounts SET locale = 'de' WHERE name = 'admin'", []).await;
        let mut console = super::german(&world).await;
        console.get("/admin/accounts").await.page().shows("1 Konto").shows("Nach Namen");
        console.get("/admin/accounts/new").await.page().shows("Berechtigungen, die es nie hat");
        console.press("account-save", &[("name", "a b")]).await.page().is(422).shows("Der Name muss 1 bis 128 Zeichen haben");
        let page = console.press("account-save", &[("name", "rosa")]).await.page();
        page.shows("Gespeichert").shows("Sich anmelden oder überhaupt einen Schlüssel benutzen");
        let id = id_on(&page, "/admin/accounts/");
        console.get(&format!("/admin/accounts/{id}/delete")).await.page().shows("rosa löschen?");
    }
}
