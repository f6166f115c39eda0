//! That the world is what the tests take it for.

use domain::{client::metadata::AuthMethod, directory::permission::Permission};
use http::Method;
use serde_json::json;
use server::admin::{account_keys::Draft as NewKey, first_start::ADMIN};

use super::{ADMIN_PASSWORD, World, jwt};

const METHODS: [AuthMethod; 4] = [
    AuthMethod::None,
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::PrivateKeyJwt,
];

both! {
    async fn every_test_finds_the_server_as_after_its_first_start(world: World) {
        world.account("alice", "password of alice").await;
        let accounts = world.rows("SELECT name FROM accounts WHERE roles = $1", ["user".into()]).await;
        assert_eq!(accounts.len(), 1);
        assert!(world.rows("SELECT id FROM clients", []).await.is_empty());
        assert_eq!(world.rows("SELECT id FROM signing_keys", []).await.len(), 2);
    }

    async fn another_test_does_not_see_it_either(world: World) {
        world.public_client().await;
        world.alice().await;
        assert_eq!(world.rows("SELECT id FROM clients", []).await.len(), 1);
        assert_eq!(world.rows("SELECT id FROM accounts", []).await.len(), 2);
    }

    async fn a_restart_keeps_address_data_and_sessions(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let issuer = world.issuer();
        world.restart().await;
        assert_eq!(world.issuer(), issuer);
        client.tokens(&mut alice).await;
    }

    async fn the_issuer_names_the_port_the_server_listens_on(world: World) {
        let metadata = world.call(Method::GET, "/.well-known/openid-configuration").send().await;
        assert_eq!(metadata.is(200).text("issuer"), world.issuer());
    }

    async fn admin_signs_in_with_the_password_of_the_first_start(world: World) {
        let client = world.public_client().await;
        let mut browser = world.browser();
        browser.authorize(&client).await.page();
        browser.sign_in(ADMIN, ADMIN_PASSWORD).await.page();
        assert!(browser.page().has_button("consent-allow"));
    }

    async fn a_client_of_any_method_gets_through(world: World) {
        let mut alice = world.alice().await;
        for method in METHODS {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            client.refresh(&tokens.text("refresh_token")).await.is(200);
        }
    }

    async fn a_confidential_client_acts_for_itself(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        let client = world.confidential_client(AuthMethod::PrivateKeyJwt).await;
        let token = client.client_credentials("read").await.is(200).text("access_token");
        assert_eq!(jwt::header(&token)["typ"], "at+jwt");
        assert_eq!(jwt::claims(&token)["client_id"], client.id);
        assert_eq!(client.introspect(&token).await.is(200).json["active"], true);
    }

    async fn a_verified_client_is_asked_about_once(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
    }

    async fn a_person_may_deny(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(client.request().with("response_mode", "fragment")).await.page();
        let redirect = alice.deny().await.redirect();
        assert_eq!((redirect.uri.as_str(), redirect.param("error")), (client.redirect_uri.as_str(), "access_denied"));
        assert_eq!(redirect.headers["location"].to_str().ok().map(|to| to.contains('#')), Some(true));
    }

    async fn what_a_client_gives_back_is_dead(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        client.revoke(&tokens.text("refresh_token")).await.is(200);
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn time_passes_by_statement(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        world.sql("UPDATE authorization_codes SET expires_at = $1", [1_i64.into()]).await;
        client.exchange(&code).await.refuses("invalid_grant");
    }

    async fn a_key_may_be_anything_a_key_can_be(world: World) {
        let admin = world.admin().await;
        let permissions = domain::directory::access::KeyPermissions::Disable([Permission::OauthClientRegistration].into());
        let new = NewKey { description: "a key".to_owned(), permissions, allowed_ips: Vec::new(), expires_at: None };
        let key = world.api_key_with(&admin, new).await;
        world.register_with(&key, json!({})).await.refuses("insufficient_scope");
    }

    async fn a_header_may_be_there_twice(world: World) {
        let call = world.post("/register").bearer("a").also_header("authorization", "Bearer b");
        call.json(&json!({})).send().await.refuses("invalid_request");
    }

    async fn a_page_is_read_with_its_headers_and_its_source(world: World) {
        let page = world.browser().get("/login").await.page();
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert!(page.html.contains("<form method=\"post\" action=\"/login\">"));
        assert!(!page.text.contains('<') && page.text.contains("User name"));
    }

    async fn bytes_are_sent_as_they_are(world: World) {
        let answer = world.raw(b"GET /token HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 421 "), "{answer}");
    }
}
