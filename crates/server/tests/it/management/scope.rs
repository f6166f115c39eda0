//! Who is given the right to manage, through the real pages: our own clients where only they are answered, and nobody who calls himself so.

use domain::client::management::{COMMAND_LINE, MANAGE, WEBADMIN};
use serde_json::json;

use crate::world::{ADMIN_PASSWORD, Answer, Browser, Client, Form, Redirect, World, jwt};

const LOOPBACK: &str = "http://127.0.0.1:49152/callback";

impl World {
    /// A client under one of our own names, answered at `redirect_uri`.
    fn under_our_name(&self, name: &str, redirect_uri: &str) -> Client {
        Client { redirect_uri: redirect_uri.to_owned(), ..self.unregistered_client(name) }
    }

    /// The administrator in front of a browser.
    async fn signed_in_admin(&self) -> Browser {
        let mut browser = self.browser();
        browser.sign_in("admin", ADMIN_PASSWORD).await;
        browser
    }

    async fn session_with(&self, token: &str) -> Answer {
        self.get("/jmap/session").bearer(token).send().await
    }
}

/// The tokens that `person` allows when `client` asks for `scope`.
async fn tokens(client: &Client, person: &mut Browser, scope: &str) -> Answer {
    let code = person.consented(client.request().with("scope", scope)).await.code();
    client.exchange(&code).await
}

both! {
    async fn the_command_line_manages_as_the_person_who_allowed_it(world: World) {
        let client = world.under_our_name(COMMAND_LINE, LOOPBACK);
        let mut admin = world.signed_in_admin().await;
        admin.authorize(client.request().with("scope", MANAGE)).await.page().is(200).shows("Manage this server as you");
        let tokens = tokens(&client, &mut admin, &format!("{MANAGE} offline_access")).await;
        let token = tokens.is(200).text("access_token");
        assert_eq!(jwt::claims(&token)["aud"], json!(world.issuer()));
        assert_eq!(world.session_with(&token).await.is(200).text("username"), "admin");
        let next = client.refresh(&tokens.text("refresh_token")).await;
        world.session_with(&next.is(200).text("access_token")).await.is(200);
    }

    async fn a_stranger_under_our_names_gets_no_right_to_manage(world: World) {
        let mut admin = world.signed_in_admin().await;
        for name in [WEBADMIN, COMMAND_LINE, "somebody"] {
            for uri in ["https://evil.example/admin/oauth/callback", "http://localhost:1/callback", "com.evil.app:/callback"] {
                let client = world.under_our_name(name, uri);
                let token = tokens(&client, &mut admin, &format!("openid {MANAGE}")).await.is(200).text("access_token");
                world.session_with(&token).await.is(403);
                let refused = admin.authorize(client.request().with("scope", MANAGE)).await;
                refused.page().is(400).shows("invalid_scope");
            }
        }
    }

    async fn nobody_but_the_console_is_answered_at_its_callback(world: World) {
        let callback = format!("{}/admin/oauth/callback", world.issuer());
        let mut admin = world.signed_in_admin().await;
        for name in [COMMAND_LINE, "somebody"] {
            admin.authorize(world.under_our_name(name, &callback).request()).await.page().is(400);
        }
        let console = world.under_our_name(WEBADMIN, &callback);
        admin.authorize(console.request().with("scope", MANAGE)).await.page().is(200).shows("Manage this server as you");
        let answer = admin.submission("consent-allow", &[]).send().await;
        let location = answer.header("location").expect("a redirect").to_owned();
        let code = Redirect::to(answer.headers, &location).param("code").to_owned();
        world.session_with(&console.exchange(&code).await.is(200).text("access_token")).await.is(200);
    }

    async fn a_client_that_registers_the_right_to_manage_is_registered_without_it(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "scope": format!("openid {MANAGE}") })).await;
        assert_eq!(client.registration["scope"], "openid");
        let token = tokens(&client, &mut world.signed_in_admin().await, &format!("openid {MANAGE}")).await.is(200).text("access_token");
        world.session_with(&token).await.is(403);
        client.replace(json!({ "scope": MANAGE })).await.is(400);
        world.verify_client(&client.id, true).await;
        let token = tokens(&client, &mut world.signed_in_admin().await, &format!("openid {MANAGE}")).await.is(200).text("access_token");
        world.session_with(&token).await.is(403);
    }

    async fn a_refresh_gains_no_right_to_manage(world: World) {
        let client = world.under_our_name(COMMAND_LINE, LOOPBACK);
        let tokens = tokens(&client, &mut world.signed_in_admin().await, "openid").await;
        let form = Form::refresh(&tokens.is(200).text("refresh_token")).with("scope", &format!("openid {MANAGE}"));
        client.token(form).await.refuses("invalid_scope");
    }

    async fn a_token_that_manages_is_for_no_other_server(world: World) {
        let client = world.under_our_name(COMMAND_LINE, LOOPBACK);
        let request = client.request().with("scope", MANAGE).with("resource", "https://api.example");
        world.signed_in_admin().await.authorize(request).await.page().is(400).shows("invalid_target");
    }

    async fn where_registration_is_required_the_command_line_manages_once_it_is_registered(world: World) {
        let mut alice = world.alice().await;
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let client = world.under_our_name(COMMAND_LINE, LOOPBACK);
        let request = || client.request().with("scope", MANAGE);
        alice.authorize(request()).await.page().is(400).shows("wayleave create OAuthClient --field clientId=wayleave-cli");
        let registration = json!({ "clientId": COMMAND_LINE, "redirectUris": ["http://127.0.0.1/callback"] });
        world.admin_jmap().await.create("x:OAuthClient/set", registration).await;
        let code = alice.consented(request()).await.code();
        world.session_with(&client.exchange(&code).await.is(200).text("access_token")).await.is(200);
    }
}
