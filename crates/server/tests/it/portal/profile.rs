//! What people say of themselves.

use serde_json::json;

use super::{alice, visit};
use crate::world::{PASSWORD, World};

both! {
    async fn name_language_and_time_zone_hold_at_once(world: World) {
        let mut alice = alice(&world).await;
        let typed = [("description", "Alice Liddell"), ("locale", "de"), ("timeZone", "Europe/Berlin")];
        let page = alice.press("profile-save", &typed).await.page();
        page.is(200).shows("Profil").shows("Zeitzone");
        assert!(page.html.contains("value=\"Alice Liddell\"") && page.html.contains("value=\"Europe/Berlin\""));
        let row = &world.rows("SELECT description, locale, time_zone FROM accounts WHERE name = 'alice'", []).await[0];
        assert_eq!([0, 1, 2].map(|at| row.text(at).expect("a text")), ["Alice Liddell", "de", "Europe/Berlin"]);
        alice.press("profile-save", &[("locale", ""), ("description", ""), ("timeZone", "")]).await.page().shows("Profile");
    }

    async fn what_is_no_name_or_no_place_is_refused_with_what_was_typed(world: World) {
        let mut alice = alice(&world).await;
        for (field, value, why) in [
            ("timeZone", "Mars/Phobos", "There is no such time zone"),
            ("locale", "d e", "There is no such language"),
            ("description", &"x".repeat(257), "A name is 1 to 256 characters"),
        ] {
            let page = alice.press("profile-save", &[(field, value)]).await.page();
            page.is(422).shows(why);
            assert!(page.html.contains(&format!("value=\"{value}\"")));
        }
    }

    async fn a_change_that_was_made_meanwhile_is_not_written_over(world: World) {
        let mut alice = alice(&world).await;
        let late = alice.submission("profile-save", &[("description", "late")]);
        alice.press("profile-save", &[("description", "early")]).await.page().is(200);
        alice.follow(late).await.page().is(422).shows("changed meanwhile");
        let rows = world.rows("SELECT description FROM accounts WHERE name = 'alice'", []).await;
        assert_eq!(rows[0].text(0).expect("a text"), "early");
    }

    async fn who_may_not_change_their_settings_sees_no_form(world: World) {
        let everything = world.admin_jmap().await;
        let role = everything.create("x:Role/set", json!({ "description": "Guest", "enabledPermissions": ["authenticate"] })).await;
        let roles = json!({ "@type": "Custom", "roleIds": { role["id"].as_str().expect("an id"): true } });
        everything.create("x:Account/set", json!({ "name": "guest", "secret": PASSWORD, "roles": roles })).await;
        let mut guest = visit(&world, "/account", "guest", PASSWORD).await;
        assert!(!guest.get("/account").await.page().is(200).shows("guest").has_button("profile-save"));
        for path in ["/account/security", "/account/api-keys", "/account/api-keys/new", "/account/app-passwords", "/account/security/totp"] {
            guest.get(path).await.page().is(403).shows("Your account may not do this");
        }
        for path in ["/account/sessions", "/account/apps", "/account/activity"] {
            guest.get(path).await.page().is(200);
        }
    }

    async fn a_hostile_name_is_text_and_a_forged_form_changes_nothing(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.press("profile-save", &[("description", "\"><script>alert(1)</script>")]).await.page();
        assert!(!page.is(200).html.contains("<script"));
        let forged = alice.submission("profile-save", &[("description", "forged"), ("csrf", "x")]).send().await;
        let elsewhere = alice.submission("profile-save", &[("description", "forged")]).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!([forged.status, elsewhere.status], [403, 403]);
        assert!(world.rows("SELECT id FROM accounts WHERE description = 'forged'", []).await.is_empty());
    }
}
