//! API keys and app passwords: made, used, revoked.

use serde_json::{Value, json};

use super::{admin, alice, an_hour_passes, inside, visit};
use crate::world::{PASSWORD, World};

/// What the server says a key may do.
async fn permissions(world: &World, key: &str) -> Value {
    world.get("/api/account").bearer(key).send().await.is(200).json["permissions"].clone()
}

both! {
    async fn the_key_with_the_preset_registers_a_client_and_does_nothing_else(world: World) {
        let mut admin = admin(&world).await;
        admin.get("/account/api-keys").await.page();
        let page = admin.press("key-preset", &[]).await.page();
        page.is(200).shows("shown this once").shows("/register");
        let key = inside(&page, "secret");
        world.register_with(key, json!({ "redirect_uris": ["https://app.example/cb"] })).await.is(201);
        assert_eq!(permissions(&world, key).await, json!(["authenticate", "oAuthClientRegistration"]));
        for method in ["x:OAuthClient/get", "x:Account/get", "x:ApiKey/get", "x:OidcProvider/get"] {
            assert_eq!(world.jmap(key).error(method, json!({})).await, "forbidden", "{method}");
        }
        admin.get("/account/api-keys").await.page().shows("Registers clients").shows("May only register clients");
    }

    async fn a_secret_is_shown_once(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/api-keys/new").await.page();
        let page = alice.press("key-create", &[("description", "a script")]).await.page();
        let key = inside(&page, "secret").to_owned();
        assert!(key.starts_with("wlk_") && page.html.contains(&format!("Bearer {key}")));
        let list = alice.get("/account/api-keys").await.page();
        assert!(!list.shows("a script").html.contains(&key));
    }

    async fn a_key_does_what_was_chosen_and_a_revoked_one_nothing(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/api-keys/new").await.page();
        let chosen = [("description", "reads"), ("reach", "chosen"), ("permission", "api-key-get")];
        let page = alice.press("key-create", &chosen).await.page();
        let key = inside(&page, "secret").to_owned();
        assert_eq!(permissions(&world, &key).await, json!(["authenticate", "sysApiKeyGet"]));
        let list = alice.get("/account/api-keys").await.page();
        let id = list.html.split("id=\"revoke-").nth(1).expect("a button").chars().take(26).collect::<String>();
        alice.press(&format!("revoke-{id}"), &[]).await.page().is(200).shows("Revoked").shows("You have no API keys");
        world.get("/api/account").bearer(&key).send().await.is(401);
    }

    async fn who_may_not_register_gets_no_key_that_may(world: World) {
        let mut alice = alice(&world).await;
        assert!(!alice.get("/account/api-keys").await.page().has_button("key-preset"));
        let page = alice.get("/account/api-keys/new").await.page();
        assert!(!page.html.contains("value=\"register\"") && !page.html.contains("oauth-client-registration"));
        let wish = [("description", "more"), ("reach", "register")];
        alice.press("key-create", &wish).await.page().is(422).shows("cannot do what you may not");
        let wish = [("description", "more"), ("reach", "chosen"), ("permission", "account-create")];
        alice.press("key-create", &wish).await.page().is(422).shows("cannot do what you may not");
        assert!(world.rows("SELECT id FROM account_keys", []).await.is_empty());
    }

    async fn a_key_is_bound_to_its_addresses_and_its_last_day(world: World) {
        let mut alice = alice(&world).await;
        for (field, value, why) in [
            ("allowedIps", "everywhere", "Addresses are written like"),
            ("expiresAt", "2001-01-01", "must be one to come"),
            ("expiresAt", "soon", "must be one to come"),
            ("description", " ", "Say what it is for"),
        ] {
            alice.get("/account/api-keys/new").await.page();
            let page = alice.press("key-create", &[("description", "bound"), (field, value)]).await.page();
            page.is(422).shows(why);
        }
        alice.get("/account/api-keys/new").await.page();
        let bound = [("description", "bound"), ("allowedIps", "203.0.113.0/24\r\n198.51.100.7"), ("expiresAt", "2100-01-01")];
        let page = alice.press("key-create", &bound).await.page();
        world.get("/api/account").bearer(inside(&page, "secret")).send().await.is(401);
        alice.get("/account/api-keys").await.page().shows("198.51.100.7/32").shows("until 1 January 2100");
    }

    async fn an_app_password_takes_the_place_of_the_password(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/app-passwords/new").await.page();
        let page = alice.press("key-create", &[("description", "mail on the phone")]).await.page();
        let secret = inside(&page, "secret").to_owned();
        assert!(page.html.contains(&format!("alice:{secret}")));
        world.jmap_of("alice", &secret).get_from("/api/account").await.is(200);
        let list = alice.get("/account/app-passwords").await.page();
        list.shows("mail on the phone");
        let id = list.html.split("id=\"revoke-").nth(1).expect("a button").chars().take(26).collect::<String>();
        alice.press(&format!("revoke-{id}"), &[]).await.page().shows("Revoked");
        world.jmap_of("alice", &secret).get_from("/api/account").await.is(401);
    }

    async fn whoever_finds_a_browser_open_makes_no_key(world: World) {
        let mut admin = admin(&world).await;
        admin.get("/account/api-keys").await.page();
        let late = admin.submission("key-preset", &[]);
        an_hour_passes(&world).await;
        admin.follow(late).await.page().is(403).shows("First, is it you?");
        assert!(!admin.get("/account/api-keys").await.page().has_button("key-preset"));
        assert!(!admin.get("/account/app-passwords/new").await.page().has_button("key-create"));
        assert!(world.rows("SELECT id FROM account_keys", []).await.is_empty());
    }

    async fn nobody_revokes_the_key_of_another_here(world: World) {
        let mut admin = admin(&world).await;
        admin.get("/account/api-keys").await.page();
        admin.press("key-preset", &[]).await.page();
        let id = world.rows("SELECT id FROM account_keys", []).await[0].text(0).expect("an id");
        let mut alice = alice(&world).await;
        alice.get("/account/api-keys/new").await.page();
        alice.press("key-create", &[("description", "mine")]).await.page();
        let list = alice.get("/account/api-keys").await.page();
        let form = &list.forms.iter().find(|form| form.action.ends_with("/revoke")).expect("a form").fields;
        let call = world.post(&format!("/account/api-keys/{id}/revoke")).form(form).header("sec-fetch-site", "same-origin");
        assert_eq!(alice.with_cookies(call).send().await.status, 404);
        assert_eq!(world.rows("SELECT id FROM account_keys", []).await.len(), 2);
    }

    async fn a_forged_form_makes_and_revokes_nothing(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/api-keys/new").await.page();
        let typed = [("description", "forged")];
        let forged = alice.submission("key-create", &[("description", "forged"), ("csrf", "x")]).send().await;
        let elsewhere = alice.submission("key-create", &typed).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!([forged.status, elsewhere.status], [403, 403]);
        // The token of another session.
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/api-keys/new", "bob", PASSWORD).await;
        let token = bob.get("/account/api-keys/new").await.page().button("key-create").0.fields.get("csrf").expect("a token").to_owned();
        let stolen = alice.submission("key-create", &[("description", "forged"), ("csrf", &token)]).send().await;
        assert_eq!(stolen.status, 403);
        assert!(world.rows("SELECT id FROM account_keys", []).await.is_empty());
    }

    async fn a_hostile_description_is_text(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/api-keys/new").await.page();
        let page = alice.press("key-create", &[("description", "<script>alert(1)</script>")]).await.page();
        let list = alice.get("/account/api-keys").await.page();
        for page in [page, list] {
            assert!(!page.shows("<script>alert(1)</script>").html.contains("<script"), "{}", page.html);
        }
    }
}
