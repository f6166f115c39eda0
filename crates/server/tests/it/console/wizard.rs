//! The way to a registration: what to send, or the client itself.

use serde_json::Value;

use super::{alice, console};
use crate::world::{Browser, Form, Page, World};

const WEB: &[(&str, &str)] = &[("name", "Mail's app"), ("redirectUris", "https://mail.example/callback")];

async fn asked(console: &mut Browser, kind: &str, fields: &[(&str, &str)], button: &str) -> Page {
    console.get(&format!("/admin/clients/wizard?kind={kind}")).await.page().is(200);
    console.press(button, fields).await.page()
}

/// The text of the element with this id.
fn text_of(page: &Page, id: &str) -> String {
    let html = scraper::Html::parse_document(&page.html);
    let selector = scraper::Selector::parse(&format!("#{id}")).expect("a selector");
    html.select(&selector).next().expect(id).text().collect()
}

both! {
    async fn it_ends_in_the_exact_request_which_registers(world: World) {
        let mut console = console(&world).await;
        let kinds = ["web", "browser", "native", "command-line", "mcp", "machine"];
        let choices = console.get("/admin/clients/wizard").await.page();
        for kind in kinds {
            assert!(choices.html.contains(&format!("id=\"kind-{kind}\"")));
            let page = asked(&mut console, kind, &[("name", "An app")], "wizard-show").await;
            let request: Value = serde_json::from_str(&text_of(page.is(200), "wizard-json")).expect("JSON");
            let key = world.registration_key().await;
            let made = world.register_with(&key, request).await;
            assert_eq!(made.is(201).json["client_name"], "An app", "{kind}");
        }
        assert_eq!(world.rows("SELECT 1 FROM clients", []).await.len(), kinds.len());
    }

    async fn the_line_for_a_shell_and_the_environment_hold_what_was_typed_and_no_more(world: World) {
        let mut console = console(&world).await;
        let page = asked(&mut console, "web", WEB, "wizard-show").await;
        let curl = text_of(page.is(200), "wizard-curl");
        assert!(curl.starts_with(&format!("curl {}/register", world.issuer())) && curl.contains("$WAYLEAVE_API_KEY"), "{curl}");
        assert!(curl.contains("Mail'\\''s app"), "{curl}");
        let environment = text_of(&page, "wizard-environment");
        assert!(environment.contains(&format!("OIDC_ISSUER={}\n", world.issuer())), "{environment}");
        assert!(environment.contains("OIDC_CLIENT_SECRET=CLIENT_SECRET"), "{environment}");
        assert!(world.rows("SELECT 1 FROM clients", []).await.is_empty());
    }

    async fn made_here_it_works_with_the_secret_that_is_shown_once(world: World) {
        let mut console = console(&world).await;
        asked(&mut console, "machine", &[("name", "Night job")], "wizard-show").await.is(200);
        let page = console.press("wizard-create", &[]).await.page();
        let (id, secret) = (text_of(page.is(200), "client-id"), text_of(&page, "secret"));
        assert_eq!(id, "night-job");
        let form = Form::of(&[("grant_type", "client_credentials")]);
        world.post("/token").basic(&id, &secret).form(&form).send().await.is(200);
        let row = world.client_named(&id).await.expect("a client").id;
        assert!(!console.get(&format!("/admin/clients/{row}")).await.page().is(200).html.contains(&secret));
    }

    async fn what_would_be_refused_is_said_at_once(world: World) {
        let mut console = console(&world).await;
        let wrong = [("name", "Mail"), ("redirectUris", "http://mail.example/cb")];
        for button in ["wizard-show", "wizard-create"] {
            let page = asked(&mut console, "web", &wrong, button).await;
            assert!(page.is(422).shows("This would be refused").html.contains("http://mail.example/cb"));
        }
        asked(&mut console, "web", WEB, "wizard-create").await.is(200);
        asked(&mut console, "web", WEB, "wizard-create").await.is(422).shows("is taken");
    }

    async fn who_may_create_no_clients_sees_no_way_to_one(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/admin/clients/wizard").await.page().is(403);
        let mut console = console(&world).await;
        console.get("/admin/clients/wizard?kind=web").await.page();
        let forged = console.submission("wizard-create", &[("csrf", "x"), ("name", "x")]).send().await;
        assert!(forged.status == 403 && world.rows("SELECT 1 FROM clients", []).await.is_empty());
    }
}
