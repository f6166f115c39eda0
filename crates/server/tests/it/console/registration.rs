//! Registration policies and initial access tokens in the console, and trying a registration out.

use serde_json::json;

use super::{console, permitted, visit};
use crate::{
    rfc7591::{base, open},
    world::{PASSWORD, Page, World},
};

/// What a page shows once in an element with this id.
fn output(page: &Page, id: &str) -> String {
    let after = page.html.split(&format!("id=\"{id}\"")).nth(1).expect("such an element");
    after.split('>').nth(1).and_then(|text| text.split('<').next()).expect("a text").trim().to_owned()
}

both! {
    async fn a_policy_is_written_holds_at_once_and_is_deleted(world: World) {
        let (key, mut console) = (world.registration_key().await, console(&world).await);
        console.get("/admin/registration").await.page().is(200).shows("There is no policy yet");
        console.get("/admin/registration/new").await.page();
        let fields = [("description", "House rules"), ("door", "api-key"), ("mode", "open"), ("redirectHosts", "app.example")];
        console.press("policy-save", &fields).await.page().is(200).shows("Saved").shows("House rules").shows("app.example");
        assert_eq!(world.register_with(&key, base()).await.is(400).json["violations"][0]["policy"], "House rules");
        let page = console.page().clone();
        let id = page.html.split("/admin/registration/").filter_map(|after| after.split('"').next()).find(|id| id.len() == 26);
        console.get(&format!("/admin/registration/{}/delete", id.expect("an id"))).await.page().shows("Delete House rules?");
        console.press("confirm", &[]).await.page().is(200).shows("It was deleted");
        world.register_with(&key, base()).await.is(201);
    }

    async fn a_policy_that_cannot_be_is_refused_beside_what_was_typed(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/registration/new").await.page();
        for (name, value, why) in [
            ("redirectHosts", "https://app.example", "Hosts must be names in lower case"),
            ("redirectSchemes", "javascript", "Schemes must be"),
            ("maxClientLife", "soon", "must look like 12h"),
            ("mode", "token", "Only the door of strangers"),
        ] {
            let page = console.press("policy-save", &[("description", "Typed"), ("door", "api-key"), ("mode", "open"), (name, value)]).await.page();
            page.is(422).shows(why);
            assert!(page.html.contains("value=\"Typed\""));
            console.get("/admin/registration/new").await.page();
        }
    }

    async fn presets_put_their_policies_in_the_place_of_what_there_was(world: World) {
        let mut console = console(&world).await;
        open(&world).await;
        let key = world.registration_key().await;
        for (preset, by_key, web, native) in [
            ("closed", 403, 401, 401), ("token", 201, 401, 401), ("mail-apps", 201, 400, 201), ("public-mcp", 201, 201, 201),
        ] {
            console.get("/admin/registration").await.page();
            console.press(&format!("preset-{preset}"), &[]).await.page().is(200).shows("in force now");
            world.register_with(&key, base()).await.is(by_key);
            world.register(base()).await.is(web);
            let app = json!({ "redirect_uris": ["com.example.mail:/cb"], "token_endpoint_auth_method": "none" });
            world.register(app).await.is(native);
        }
    }

    async fn a_token_is_minted_shown_once_used_at_its_address_and_revoked(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/initial-access-tokens/new").await.page().is(200);
        let page = console.press("token-create", &[("description", "Build jobs"), ("maxUses", "2")]).await.page();
        page.is(200).shows("shown this once");
        let token = output(&page, "secret");
        let address = output(&page, "registration-url");
        assert_eq!(address, format!("{}/register/i/{token}", world.issuer()));
        let client_id = world.register_with(&token, base()).await.is(201).text("client_id");
        let list = console.get("/admin/initial-access-tokens").await.page();
        list.is(200).shows("Build jobs").shows("1 of 2").shows("Valid");
        assert!(!list.html.contains(&token));
        let id = list.html.split("/admin/initial-access-tokens/").filter_map(|after| after.split('"').next()).find(|id| id.len() == 26).expect("an id").to_owned();
        console.get(&format!("/admin/initial-access-tokens/{id}")).await.page().is(200).shows(&client_id);
        console.press("token-revoke", &[]).await.page().is(200).shows("Nothing is registered with it any more");
        world.register_with(&token, base()).await.is(401);
        console.press("token-delete", &[]).await.page().is(422).shows("Revoke it instead");
    }

    async fn whoever_found_a_browser_open_mints_no_token(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/initial-access-tokens/new").await.page().is(200);
        let submission = console.submission("token-create", &[("description", "x")]);
        world.sql("UPDATE sessions SET authenticated_at = authenticated_at - 86400000", []).await;
        world.sql("UPDATE grants SET authenticated_at = authenticated_at - 86400000", []).await;
        console.follow(submission).await.page().is(403);
        assert!(world.rows("SELECT id FROM initial_access_tokens", []).await.is_empty());
    }

    async fn trying_a_registration_says_what_it_would_get_and_registers_nothing(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/registration/try").await.page().is(200);
        console.press("try", &[]).await.page().is(200).shows("It would be refused").shows("401 invalid_token");
        open(&world).await;
        console.press("try", &[]).await.page().is(200).shows("It would be registered").shows("shares this client id");
        let rules = json!({ "description": "House rules", "door": "api-key", "redirectHosts": ["app.example"] });
        world.admin_jmap().await.create("x:RegistrationPolicy/set", rules).await;
        let page = console.press("try", &[("door", "api-key"), ("metadata", &base().to_string())]).await.page();
        page.is(200).shows("It would be refused").shows("House rules").shows("https://c.example/cb");
        assert!(world.rows("SELECT id FROM clients WHERE door <> 'administrator'", []).await.is_empty());
    }

    async fn a_refusal_is_told_in_german_to_whoever_reads_german(world: World) {
        let rules = json!({ "description": "Hausordnung", "door": "api-key", "redirectHosts": ["app.example"] });
        world.admin_jmap().await.create("x:RegistrationPolicy/set", rules).await;
        let mut console = console(&world).await;
        console.languages = Some("de");
        console.get("/admin/registration/try").await.page();
        let page = console.press("try", &[("door", "api-key"), ("metadata", &base().to_string())]).await.page();
        page.is(200).shows("eine Redirect-URI mit https muss auf einem dieser Hosts liegen: app.example");
    }

    async fn whoever_may_only_read_is_offered_nothing_else(world: World) {
        let may = ["registration-policy-get", "registration-policy-query", "initial-access-token-get", "initial-access-token-query"];
        let mut clerk = permitted(&world, "clerk", &may).await;
        let page = clerk.get("/admin/registration").await.page();
        assert!(!page.is(200).html.contains("policy-new") && !page.html.contains("preset-closed"));
        assert!(!clerk.get("/admin/initial-access-tokens").await.page().is(200).html.contains("token-new"));
        clerk.get("/admin/initial-access-tokens/new").await.page().is(403);
    }

    async fn within_a_tenant_there_are_only_its_policies_and_tokens(world: World) {
        let admin = world.admin_jmap().await;
        admin.create("x:RegistrationPolicy/set", json!({ "description": "Of the server", "door": "api-key" })).await;
        admin.create("x:InitialAccessToken/set", json!({ "description": "Of the server" })).await;
        let (_, administrator) = world.managed_tenant("acme").await;
        administrator.create("x:RegistrationPolicy/set", json!({ "description": "Of acme", "door": "api-key" })).await;
        let mut console = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        let page = console.get("/admin/registration").await.page();
        assert!(!page.is(200).shows("Of acme").text.contains("Of the server"));
        assert!(!console.get("/admin/initial-access-tokens").await.page().is(200).text.contains("Of the server"));
    }
}
