//! Who may ask. RFC 7662 §2.1, §4.

use std::time::Duration;

use domain::{
    client::metadata::AuthMethod,
    directory::{access::KeyPermissions, permission::Permission},
};
use http::Method;
use serde_json::json;
use server::{admin::account_keys::Draft as NewKey, clock};

use crate::world::{Form, PASSWORD, World};

/// What introspection says of a token that is not active, and not one byte more.
const INACTIVE: &[u8] = br#"{"active":false}"#;

both! {
    async fn i01_nobody_asks_without_being_known(world: World) {
        let form = Form::of(&[("token", "x")]);
        let confidential = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let anonymous = world.post("/introspect").form(&form).send().await;
        let wrong = world.post("/introspect").form(&form).basic(&confidential.id, "wrong").send().await;
        let public = world.public_client().await.introspect("x").await;
        let unregistered = world.unregistered_client("anything").introspect("x").await;
        for answer in [anonymous, wrong, public, unregistered] {
            let challenge = answer.refuses("invalid_client").header("www-authenticate");
            assert!(challenge.is_some_and(|text| text.starts_with("Basic")), "{challenge:?}");
        }
    }

    async fn i01_a_public_client_hears_nothing_even_of_its_own_token(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        client.introspect(&tokens.text("access_token")).await.refuses("invalid_client");
    }

    async fn i01_a_key_needs_the_permission_and_must_be_good(world: World) {
        let form = Form::of(&[("token", "x")]);
        let ask = async |key: &str| world.post("/introspect").bearer(key).form(&form).send().await;
        let lacking = world.registration_key().await;
        ask(&lacking).await.refuses("insufficient_scope");
        ask("wlk_unknown").await.refuses("invalid_token");
        let mut expired = NewKey { description: "old".into(), permissions: KeyPermissions::Inherit, allowed_ips: Vec::new(), expires_at: Some(clock::now()) };
        ask(&world.api_key_with(&world.admin().await, expired.clone()).await).await.refuses("invalid_token");
        expired.expires_at = Some(clock::now().plus(Duration::from_mins(1)));
        ask(&world.api_key_with(&world.admin().await, expired.clone()).await).await.is(200);
        expired.allowed_ips = vec!["192.0.2.0/24".parse().expect("a network")];
        ask(&world.api_key_with(&world.admin().await, expired).await).await.refuses("invalid_token");
    }

    async fn a_confidential_client_of_each_method_sees_its_own_tokens_only(world: World) {
        let mut alice = world.alice().await;
        let foreign = world.public_client().await.tokens(&mut alice).await;
        for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt] {
            let client = world.confidential_client(method).await;
            let own = client.tokens(&mut alice).await;
            for kind in ["access_token", "refresh_token"] {
                assert_eq!(client.introspect(&own.text(kind)).await.is(200).json["active"], true);
                assert_eq!(client.introspect(&foreign.text(kind)).await.is(200).body, INACTIVE);
            }
        }
    }

    async fn a_resource_server_sees_the_access_tokens_that_are_meant_for_it(world: World) {
        let (server, mut alice) = (world.confidential_client(AuthMethod::ClientSecretBasic).await, world.alice().await);
        world.sql("UPDATE clients SET client_id = $1", ["https://api.example".into()]).await;
        let app = world.public_client().await;
        let code = alice.consented(app.request().with("resource", "https://api.example")).await.code();
        let tokens = app.exchange(&code).await;
        let ask = async |token: &str| {
            let call = world.post("/introspect").basic("https://api.example", server.secret.as_deref().expect("a secret"));
            call.form(&Form::of(&[("token", token)])).send().await
        };
        assert_eq!(ask(&tokens.text("access_token")).await.is(200).json["client_id"], app.id);
        assert_eq!(ask(&tokens.text("refresh_token")).await.is(200).body, INACTIVE);
    }

    async fn no_application_may_ask_in_the_name_of_its_person_not_even_an_administrators(world: World) {
        let client = world.public_client().await;
        let hers = client.tokens(&mut world.alice().await).await.text("access_token");
        let mut admin = world.browser();
        admin.sign_in("admin", crate::world::ADMIN_PASSWORD).await;
        let theirs = client.tokens(&mut admin).await.text("access_token");
        let form = Form::of(&[("token", &hers)]);
        let ask = async |token: &str| world.post("/introspect").bearer(token).form(&form).send().await;
        ask(&theirs).await.refuses("insufficient_scope");
        ask(&hers).await.refuses("insufficient_scope");
    }

    async fn i02_the_token_must_be_there_once(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::TokenIntrospect]).await;
        for body in ["", "token=", "token=a&token=b", "token=%00", "token_type_hint=access_token"] {
            let call = world.post("/introspect").bearer(&key).body("application/x-www-form-urlencoded", body);
            call.send().await.refuses("invalid_request");
        }
        world.post("/introspect").bearer(&key).json(&json!({ "token": "x" })).send().await.refuses("invalid_request");
    }

    async fn i05_get_is_405_and_no_other_site_may_ask(world: World) {
        assert_eq!(world.get("/introspect?token=x").send().await.is(405).header("cache-control"), Some("no-store"));
        let preflight = world.call(Method::OPTIONS, "/introspect").header("origin", "https://app.example").send().await;
        assert_eq!(preflight.header("access-control-allow-origin"), None);
    }

    async fn v104_a_key_of_a_tenant_sees_no_token_of_others(world: World) {
        let (tenant, boss) = world.managed_tenant("acme").await;
        let admin = world.admin_jmap().await;
        let more = json!({ "@type": "Merge", "enabledPermissions": ["token-introspect"] });
        admin.update("x:Tenant/set", &tenant, json!({ "permissions": more })).await;
        let asker = world.account_named("admin-of-acme").await.id.to_string();
        admin.update("x:Account/set", &asker, json!({ "permissions": more })).await;
        let new = json!({ "description": "asker", "permissions": { "@type": "Replace", "permissions": ["authenticate", "token-introspect"] } });
        let key = world.jmap_of("admin-of-acme", PASSWORD).create("x:ApiKey/set", new).await["secret"].as_str().expect("a secret").to_owned();
        let is_active = async |token: &str| world.post("/introspect").bearer(&key).form(&Form::of(&[("token", token)])).send().await.is(200).json["active"] == true;
        boss.create("x:Account/set", json!({ "name": "ann", "secret": PASSWORD })).await;
        let (client, machine) = (world.public_client().await, world.confidential_client(AuthMethod::ClientSecretBasic).await);
        let (mut ann, alice) = (world.browser(), client.tokens(&mut world.alice().await).await);
        ann.sign_in("ann", PASSWORD).await;
        let own = client.tokens(&mut ann).await;
        for kind in ["access_token", "refresh_token"] {
            assert_eq!((is_active(&own.text(kind)).await, is_active(&alice.text(kind)).await), (true, false), "{kind}");
        }
        let token = machine.client_credentials("").await.is(200).text("access_token");
        assert!(!is_active(&token).await);
        world.sql("UPDATE clients SET member_tenant_id = $1, version = version + 1 WHERE client_id = $2", [tenant.into(), machine.id.as_str().into()]).await;
        assert!(is_active(&token).await);
    }
}
