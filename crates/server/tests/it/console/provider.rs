//! The settings in the console: saved as one, in force at once, and never without a word shutting out the console itself.

use domain::journal::ObjectKind;
use serde_json::json;

use super::{alice, console, holder};
use crate::{
    journal,
    world::{Browser, World},
};

const REQUIRE: &[(&str, &str)] = &[("requireClientRegistration", "true")];

fn is_required(world: &World) -> bool {
    world.app().live().settings.require_client_registration
}

/// The settings' page, and a press on "Save" with these fields.
async fn saved(console: &mut Browser, fields: &[(&str, &str)]) -> crate::world::Page {
    console.get("/admin/provider").await.page().is(200);
    console.press("provider-save", fields).await.page()
}

both! {
    async fn every_setting_has_its_field_with_its_meaning_and_its_default(world: World) {
        let mut console = console(&world).await;
        let page = console.get("/admin/provider").await.page();
        for setting in server::admin::settings::SETTINGS {
            let name = setting.name.trim_start_matches("OidcProvider.");
            assert!(page.html.contains(&format!("name=\"{name}\"")), "{name}");
            page.shows(name);
        }
        page.shows("By default: 10 minutes.").shows("By default: 400 days.").shows("Off by default.");
    }

    async fn what_is_saved_is_in_force_at_once_and_told_as_one_change(world: World) {
        let mut console = console(&world).await;
        let fields = [("accessTokenExpiry", "5"), ("accessTokenExpiry-unit", "m"), ("scopes", "mail\r\ncalendar")];
        saved(&mut console, &fields).await.is(200).shows("It holds from now on");
        let settings = world.app().live().settings.clone();
        assert_eq!((settings.access_token_expiry.as_secs(), settings.scopes.to_string().as_str()), (300, "calendar mail"));
        let told = journal::to(&world, ObjectKind::OidcProvider).await;
        let after = journal::one(&told).event.after.clone();
        assert_eq!(after, Some(json!({ "accessTokenExpiry": 300_000, "scopes": ["calendar", "mail"] })));
    }

    async fn a_mistake_is_said_beside_its_field_in_the_language_of_the_page_and_nothing_is_saved(world: World) {
        let mut console = console(&world).await;
        console.languages = Some("de");
        let fields = [("authCodeMaxAttempts", "0"), ("allowedRedirectSchemes", "javascript"), ("pkce", "always")];
        let page = saved(&mut console, &fields).await;
        page.is(422).shows("Hierher gehört eine ganze Zahl von 1 bis 1000.").shows("Hierher gehören Schemata");
        assert!(page.html.contains(">javascript</textarea>"));
        assert!(world.rows("SELECT 1 FROM settings WHERE name LIKE 'OidcProvider.%'", []).await.is_empty());
    }

    async fn what_somebody_else_set_meanwhile_stays_where_the_form_does_not_touch_it(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/provider").await.page();
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        console.press("provider-save", &[("authCodeMaxAttempts", "9")]).await.page().is(200);
        let settings = world.app().live().settings.clone();
        assert!(settings.anonymous_client_registration && settings.auth_code_max_attempts == 9);
    }

    async fn requiring_registration_warns_first_and_registers_webadmin_in_the_same_step(world: World) {
        let mut console = console(&world).await;
        saved(&mut console, REQUIRE).await.is(200).shows("shut out the console itself").shows("/account/oauth/callback");
        assert!(!is_required(&world));
        console.press("webadmin-register", &[]).await.page().is(200).shows("It holds from now on");
        assert!(is_required(&world));
        let webadmin = world.client_named("webadmin").await.expect("a client");
        assert!(webadmin.is_first_party && webadmin.metadata.redirect_uris.len() == 2);
        // S11: whoever has no override gets in as before, and nobody is asked.
        let mut alice = world.alice().await;
        alice.get("/account").await.page().is(200).shows("alice");
    }

    async fn it_can_be_required_without_and_the_console_says_that_it_is_shut_out(world: World) {
        let mut console = console(&world).await;
        saved(&mut console, REQUIRE).await;
        console.press("webadmin-skip", &[]).await.page().is(200);
        assert!(is_required(&world));
        // The administrator holds the override (S12) and sees it; alice does not get in (S11).
        console.get("/admin/provider").await.page().is(200).shows("The console is shut out");
        world.alice().await.get("/account").await.page().is(400);
        console.press("webadmin-register", &[]).await.page().is(200);
        assert!(!console.get("/admin/provider").await.page().text.contains("shut out"));
        let mut bob = world.browser();
        world.account("bob", "password of bob").await;
        bob.sign_in("bob", "password of bob").await;
        bob.get("/account").await.page().is(200).shows("bob");
    }

    async fn where_webadmin_is_registered_nothing_is_asked_and_where_it_is_unfit_that_is_said(world: World) {
        let callbacks = ["admin", "account"].map(|part| format!("{}/{part}/oauth/callback", world.issuer()));
        let uris = json!({ &callbacks[0]: true, &callbacks[1]: true });
        world.admin_jmap().await.create("x:OAuthClient/set", json!({ "clientId": "webadmin", "redirectUris": uris })).await;
        let mut console = console(&world).await;
        saved(&mut console, REQUIRE).await.is(200).shows("It holds from now on");
        world.settings("OidcProvider.requireClientRegistration", json!(false)).await;
        console.get("/admin/provider").await.page();
        let one = json!({ &callbacks[0]: true });
        let id = world.client_named("webadmin").await.expect("a client").id.to_string();
        world.admin_jmap().await.update("x:OAuthClient/set", &id, json!({ "redirectUris": one })).await;
        let page = console.press("provider-save", REQUIRE).await.page();
        page.is(200).shows("not as it has to be");
        assert!(!page.has_button("webadmin-register"));
    }

    async fn who_may_not_create_clients_is_told_so_and_offered_no_registration(world: World) {
        let mut keeper = holder(&world, "keeper", &["oidc-provider-get", "oidc-provider-update"], "/admin/provider").await;
        let page = keeper.press("provider-save", REQUIRE).await.page();
        page.is(200).shows("Your account may not create this client");
        assert!(!page.has_button("webadmin-register"));
        let forged = keeper.submission("webadmin-skip", &[("webadmin", "register")]).send().await;
        assert_eq!(forged.status, 403);
        assert!(!is_required(&world) && world.client_named("webadmin").await.is_err());
    }

    async fn who_may_look_only_looks(world: World) {
        let viewer = holder(&world, "viewer", &["oidc-provider-get"], "/admin/provider").await;
        let page = viewer.page();
        assert!(page.is(200).html.contains("disabled") && !page.has_button("provider-save"));
        let mut alice = alice(&world).await;
        alice.get("/admin/provider").await.page().is(403);
    }

    async fn a_form_of_another_page_or_another_site_sets_nothing(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/provider").await.page();
        for (fields, site) in [(&[("csrf", "x"), ("pkce", "always")][..], "same-origin"), (&[("pkce", "always")], "cross-site")] {
            let answer = console.submission("provider-save", fields).header("sec-fetch-site", site).send().await;
            assert_eq!(answer.status, 403, "{site}");
        }
        assert!(world.rows("SELECT 1 FROM settings WHERE name = 'OidcProvider.pkce'", []).await.is_empty());
    }
}
