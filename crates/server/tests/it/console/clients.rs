//! OAuth clients: found, shown, made, changed, disabled and deleted in the console.

use domain::{client::metadata::AuthMethod, id::Id, time::Timestamp};
use serde_json::json;

use super::{alice, console};
use crate::world::{Browser, Form, World};

const NEW: &[(&str, &str)] = &[
    ("clientId", "mail-app"),
    ("description", "Mail"),
    ("redirectUris", "https://mail.example/callback\r\nhttp://127.0.0.1/cb"),
];

/// Makes a client by the form, and stands on its page.
async fn made(console: &mut Browser) -> String {
    console.get("/admin/clients/new").await.page();
    console.press("client-save", NEW).await.page().is(200).shows("Saved").shows("mail-app");
    console.page().html.split("/admin/clients/").nth(2).expect("a link").chars().take(26).collect()
}

both! {
    async fn a_client_that_registered_itself_is_found_by_a_word_of_its_name(world: World) {
        let client = world.client(json!({ "client_name": "Singular Calendar", "redirect_uris": ["https://a.example/cb"] })).await;
        world.public_client().await;
        let mut console = console(&world).await;
        console.get("/admin/clients?text=singular").await.page().is(200).shows("Singular Calendar").shows("1 client ");
        console.get(&format!("/admin/clients?text={}", client.id)).await.page().shows("Singular Calendar");
        console.get("/admin/clients?text=nothing-like-it").await.page().is(200).shows("No client is like that");
        console.get("/admin/clients?state=disabled").await.page().is(200).shows("No client is like that");
    }

    async fn one_that_nobody_used_for_long_is_found(world: World) {
        let client = world.client(json!({ "client_name": "Dusty", "redirect_uris": ["https://a.example/cb"] })).await;
        let mut console = console(&world).await;
        console.get("/admin/clients?unused=30").await.page().is(200).shows("No client is like that");
        let old = Id::new(Timestamp::from_millis(1), 0, [0; 8]).to_string();
        world.sql("UPDATE clients SET created_at = 1, id = $1", [old.as_str().into()]).await;
        console.get("/admin/clients?unused=30").await.page().shows("Dusty");
        client.tokens(&mut world.alice().await).await;
        world.tell_uses().await;
        console.get("/admin/clients?unused=30").await.page().shows("No client is like that");
        let row = world.client_named(&client.id).await.expect("a client");
        console.get(&format!("/admin/clients/{}", row.id)).await.page().shows("Last used");
    }

    async fn one_that_is_made_in_the_console_gets_through_and_has_its_trail(world: World) {
        let mut console = console(&world).await;
        let id = made(&mut console).await;
        console.get(&format!("/admin/clients/{id}")).await.page().shows("Created").shows("admin");
        let client = world.unregistered_client("mail-app");
        let request = client.request().with("redirect_uri", "https://mail.example/callback");
        console.authorize(request).await.page().is(200).shows("Mail wants access");
    }

    async fn what_the_rules_refuse_is_said_in_the_language_of_the_page(world: World) {
        let mut console = console(&world).await;
        console.languages = Some("de");
        console.get("/admin/clients/new").await.page();
        let wrong = [("clientId", "mail-app"), ("redirectUris", "http://mail.example/cb")];
        let page = console.press("client-save", &wrong).await.page();
        page.is(422).shows("ein Eintrag von redirect_uris muss https benutzen");
    }

    async fn what_the_rules_refuse_is_said_beside_what_was_typed(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/clients/new").await.page();
        let wrong = [("clientId", "mail-app"), ("redirectUris", "http://mail.example/cb"), ("description", "Keep me")];
        let page = console.press("client-save", &wrong).await.page();
        page.is(422).shows("Nothing was saved").shows("redirectUris");
        assert!(page.html.contains("value=\"Keep me\"") && page.html.contains("http://mail.example/cb"));
        assert!(world.rows("SELECT 1 FROM clients", []).await.is_empty());
    }

    async fn a_new_secret_is_shown_once_and_works(world: World) {
        let mut console = console(&world).await;
        let id = made(&mut console).await;
        console.get(&format!("/admin/clients/{id}/edit")).await.page();
        let uris = [("redirectUris", "https://mail.example/callback"), ("secret", "true")];
        let page = console.press("client-save", &uris).await.page();
        page.is(200).shows("shown this once");
        let secret = page.html.split("wls_").nth(1).expect("a secret").split('<').next().expect("its end");
        let secret = format!("wls_{secret}");
        let form = Form::of(&[("grant_type", "authorization_code"), ("code", "invented"), ("code_verifier", "v")])
            .with("redirect_uri", "https://mail.example/callback");
        let by = async |secret: &str| world.post("/token").basic("mail-app", secret).form(&form).send().await;
        by(&secret).await.refuses("invalid_grant");
        by("wls_another").await.refuses("invalid_client");
        assert!(!console.get(&format!("/admin/clients/{id}")).await.page().html.contains(&secret));
    }

    async fn disabling_holds_at_once_and_can_be_taken_back(world: World) {
        let mut console = console(&world).await;
        let client = world.client_with(AuthMethod::None).await;
        let row = world.client_named(&client.id).await.expect("a client");
        let path = format!("/admin/clients/{}", row.id);
        console.get(&path).await.page();
        console.press("client-disable", &[]).await.page().shows("1 client was changed");
        world.browser().authorize(&client).await.page().is(400).shows("blocked");
        console.get(&path).await.page().shows("Disabled");
        console.press("client-enable", &[]).await.page();
        world.browser().authorize(&client).await.page().is(200);
    }

    async fn deleting_asks_first_and_ends_what_people_allowed(world: World) {
        let mut console = console(&world).await;
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let row = world.client_named(&client.id).await.expect("a client");
        console.get(&format!("/admin/clients/{}", row.id)).await.page().shows("alice");
        console.get(&format!("/admin/clients/{}/delete", row.id)).await.page().shows("cannot be undone");
        assert!(world.is_active(&tokens.text("access_token")).await);
        console.press("delete-confirm", &[]).await.page().shows("1 client was changed");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        console.get(&format!("/admin/clients/{}", row.id)).await.page().is(404);
    }

    async fn who_changes_what_was_changed_meanwhile_is_told_so(world: World) {
        let mut console = console(&world).await;
        let id = made(&mut console).await;
        console.get(&format!("/admin/clients/{id}/edit")).await.page();
        world.verify_client("mail-app", false).await;
        let uris = [("redirectUris", "https://mail.example/callback")];
        console.press("client-save", &uris).await.page().is(422).shows("changed meanwhile");
    }

    async fn who_may_not_sees_neither_page_nor_effect(world: World) {
        let client = world.public_client().await;
        let row = world.client_named(&client.id).await.expect("a client");
        let mut alice = alice(&world).await;
        for path in ["/admin/clients", "/admin/clients/new", &format!("/admin/clients/{}", row.id)] {
            alice.get(path).await.page().is(403).shows("Your account may not do this");
        }
    }

    async fn a_form_of_another_page_or_another_site_does_nothing(world: World) {
        let client = world.public_client().await;
        let row = world.client_named(&client.id).await.expect("a client");
        let mut console = console(&world).await;
        console.get(&format!("/admin/clients/{}/delete", row.id)).await.page();
        let forged = console.submission("delete-confirm", &[("csrf", "x")]).send().await;
        assert_eq!(forged.status, 403);
        let elsewhere = console.submission("delete-confirm", &[]).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!(elsewhere.status, 403);
        console.get(&format!("/admin/clients/{}", row.id)).await.page().is(200);
    }

    async fn fifty_are_on_a_page_and_the_rest_on_the_next(world: World) {
        let mut console = console(&world).await;
        for number in 0..53 {
            world.client(json!({ "client_name": format!("Number {number}"), "redirect_uris": [format!("https://a{number}.example/cb")] })).await;
        }
        console.get("/admin/clients").await.page().shows("53 clients").shows("1 to 50").shows("Number 52");
        console.get("/admin/clients?at=50").await.page().shows("51 to 53").shows("Number 0");
        console.get("/admin/clients?at=99999999999999999999").await.page().is(200);
    }
}
