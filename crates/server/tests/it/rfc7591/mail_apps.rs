//! Mail programs of anybody, as open public clients: draft-ietf-mailmaint-oauth-public-06.

use std::time::Duration;

use domain::time::Timestamp;
use serde_json::{Value, json};
use server::clock;

use super::open;
use crate::{
    console::{console, visit},
    world::{Client, PASSWORD, World, jwt},
};

const SCOPES: &str =
    "email offline_access openid urn:ietf:params:oauth:scope:calendars urn:ietf:params:oauth:scope:mail";

/// A server whose lives are too short for mail programs, with the preset.
async fn world_of_mail(world: &World) {
    open(world).await;
    for (name, short) in [("authCodeExpiry", "1m"), ("accessTokenExpiry", "5m"), ("refreshTokenExpiry", "1d")]
    {
        world.settings(&format!("OidcProvider.{name}"), json!(short)).await;
    }
    let mut console = console(world).await;
    console.get("/admin/registration").await.page();
    console.press("preset-mail-apps", &[]).await.page().is(200).shows("in force now");
    world.app().refresh().await.expect("the settings in force");
}

/// What such a program registers.
fn mail_app(redirect_uri: &str) -> Value {
    json!({
        "client_name": "Mail on the desktop", "client_uri": "https://mail.example/", "redirect_uris": [redirect_uri],
        "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "scope": SCOPES, "software_id": "a1b2", "software_version": "1.0",
    })
}

async fn registered(world: &World, redirect_uri: &str) -> Client {
    world.client_of(&world.register(mail_app(redirect_uri)).await)
}

both! {
    async fn mm02_mm03_mm19_the_metadata_say_all_that_a_mail_program_looks_for(world: World) {
        world_of_mail(&world).await;
        let metadata = world.get("/.well-known/oauth-authorization-server").send().await.is(200).json.clone();
        for (member, value) in [
            ("scopes_supported", "urn:ietf:params:oauth:scope:mail"), ("scopes_supported", "urn:ietf:params:oauth:scope:contacts"),
            ("scopes_supported", "urn:ietf:params:oauth:scope:calendars"), ("scopes_supported", "offline_access"),
            ("response_types_supported", "code"), ("grant_types_supported", "authorization_code"),
            ("grant_types_supported", "refresh_token"), ("token_endpoint_auth_methods_supported", "none"),
            ("code_challenge_methods_supported", "S256"), ("revocation_endpoint_auth_methods_supported", "none"),
        ] {
            assert!(metadata[member].as_array().is_some_and(|all| all.contains(&json!(value))), "{member}: {value}");
        }
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        assert!(metadata["registration_endpoint"].is_string());
    }

    async fn mm05_mm06_mm07_programs_on_a_device_register_and_others_do_not(world: World) {
        world_of_mail(&world).await;
        for uri in ["http://127.0.0.1/cb?of=mail", "http://[::1]/", "com.example.mail:/cb"] {
            let answer = world.register(mail_app(uri)).await;
            assert_eq!(answer.is(201).text("scope"), SCOPES, "{uri}");
        }
        for uri in ["https://mail.example/cb", "http://127.0.0.1/a/../b", "http://127.0.0.1/#", "mail:/cb", "http://127.0.0.2/"] {
            world.register(mail_app(uri)).await.refuses("invalid_redirect_uri");
        }
        let mut confidential = mail_app("http://127.0.0.1/");
        confidential["token_endpoint_auth_method"] = json!("client_secret_basic");
        world.register(confidential).await.refuses("invalid_client_metadata");
    }

    async fn mm08_mm09_the_same_program_is_the_same_client_however_often_it_registers(world: World) {
        world_of_mail(&world).await;
        let first = registered(&world, "http://127.0.0.1:41001/").await;
        assert_eq!(registered(&world, "http://127.0.0.1:41002/").await.id, first.id);
        let mut newer = mail_app("http://127.0.0.1/");
        newer["software_version"] = json!("2.0");
        assert_eq!(world.register(newer).await.is(201).text("client_id"), first.id);
    }

    async fn mm10_mm16_a_program_listens_where_it_can_and_hears_what_it_got(world: World) {
        world_of_mail(&world).await;
        let mut client = registered(&world, "http://127.0.0.1/").await;
        "http://127.0.0.1:50123/".clone_into(&mut client.redirect_uri);
        let mut alice = world.alice().await;
        let request = client.request().with("scope", SCOPES).with("resource", "https://imap.mail.example/");
        let tokens = client.exchange(&alice.consented(request).await.code()).await;
        assert_eq!(tokens.is(200).text("scope"), SCOPES);
        let claims = jwt::claims(&tokens.text("access_token"));
        assert_eq!(claims["aud"], "https://imap.mail.example/");
    }

    async fn mm11_mm13_lives_that_were_too_short_are_long_enough(world: World) {
        world_of_mail(&world).await;
        let client = registered(&world, "com.example.mail:/cb").await;
        let (mut alice, before) = (world.alice().await, clock::now());
        let code = alice.consented(client.request().with("scope", SCOPES)).await.code();
        assert!(end(&world, "SELECT expires_at FROM authorization_codes ORDER BY id DESC LIMIT 1").await >= before.plus(Duration::from_mins(10)));
        assert_eq!(client.exchange(&code).await.is(200).json["expires_in"], 3600);
        assert!(end(&world, "SELECT expires_at FROM refresh_tokens ORDER BY id DESC LIMIT 1").await >= before.plus(Duration::from_hours(30 * 24)));
    }

    async fn mm14_each_refresh_gives_a_new_token_and_takes_the_old(world: World) {
        world_of_mail(&world).await;
        let client = registered(&world, "http://127.0.0.1/").await;
        let first = client.tokens(&mut world.alice().await).await.is(200).text("refresh_token");
        let second = client.refresh(&first).await.is(200).text("refresh_token");
        assert_ne!(first, second);
        client.refresh(&second).await.is(200);
        client.refresh(&first).await.refuses("invalid_grant");
    }

    async fn a_tenant_that_takes_the_preset_leaves_the_settings_of_the_server_alone(world: World) {
        world.settings("OidcProvider.authCodeExpiry", json!("1m")).await;
        world.managed_tenant("north").await;
        let mut console = visit(&world, "/admin", "admin-of-north", PASSWORD).await;
        console.get("/admin/registration").await.page();
        console.press("preset-mail-apps", &[]).await.page().is(200).shows("in force now");
        world.app().refresh().await.expect("the settings in force");
        let settings = &world.app().live().settings;
        assert_eq!((settings.auth_code_expiry, settings.scopes.is_empty()), (Duration::from_mins(1), true));
    }
}

/// The end of the row that was made last.
async fn end(world: &World, sql: &'static str) -> Timestamp {
    match world.rows(sql, []).await.as_slice() {
        [row] => row.timestamp(0).expect("an end"),
        rows => panic!("{} rows", rows.len()),
    }
}
