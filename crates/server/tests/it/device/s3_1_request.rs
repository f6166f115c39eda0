//! The device authorization request and its answer. RFC 8628 §3.1, §3.2.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use super::{DEVICE_CODE, Device, television};
use crate::world::{Form, World};

both! {
    async fn r8628_01_the_metadata_name_the_endpoint_and_the_grant(world: World) {
        let metadata = world.get("/.well-known/oauth-authorization-server").send().await.is(200).json.clone();
        assert_eq!(metadata["device_authorization_endpoint"], format!("{}/device_authorization", world.issuer()));
        assert!(metadata["grant_types_supported"].as_array().expect("a list").contains(&json!(DEVICE_CODE)));
    }

    async fn r8628_02_the_answer_says_where_to_go_what_to_type_how_long_and_how_often_and_nobody_keeps_it(world: World) {
        let client = world.client(television()).await;
        for path in ["/device_authorization", "/auth/device"] {
            let answer = client.post(path, Form::of(&[("scope", "openid")])).await;
            assert_eq!(answer.is(200).header("cache-control"), Some("no-store"));
            let (page, code) = (format!("{}/device", world.issuer()), answer.text("user_code"));
            assert_eq!(answer.text("verification_uri"), page);
            assert_eq!(answer.text("verification_uri_complete"), format!("{page}?user_code={code}"));
            assert_eq!((&answer.json["expires_in"], &answer.json["interval"]), (&json!(600), &json!(5)));
            assert!(answer.text("device_code").starts_with("wld_") && answer.text("device_code").len() == 73);
        }
    }

    async fn r8628_06_no_two_codes_are_alike_and_none_has_a_vowel_or_a_digit(world: World) {
        let client = world.client(television()).await;
        let mut codes = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let code = Device::of(&client, Form::default()).await.user_code;
            assert!(code.len() == 9 && code.bytes().all(|byte| b"BCDFGHJKLMNPQRSTVWXZ-".contains(&byte)), "{code}");
            codes.insert(code);
        }
        assert_eq!(codes.len(), 20);
    }

    async fn r8628_05_neither_code_can_be_read_in_the_database(world: World) {
        let device = Device::asking(&world).await;
        let row = &world.rows("SELECT secret_hash, user_code_hash, id FROM device_requests", []).await[0];
        let (secret, user, id) = (row.text(0).expect("a hash"), row.text(1).expect("a hash"), row.text(2).expect("an id"));
        assert!(!device.code.contains(&secret) && device.code.starts_with(&format!("wld_{id}")));
        assert!(secret.len() == 43 && user.len() == 43 && user != secret);
    }

    async fn d01_whoever_does_not_say_who_asks_is_not_answered(world: World) {
        world.post("/device_authorization").form(&Form::of(&[("scope", "openid")])).send().await.refuses("invalid_request");
        world.unregistered_client("nobody").post("/device_authorization", Form::default()).await.refuses("invalid_client");
    }

    async fn d01_r8628_11_a_client_that_is_not_registered_for_the_grant_may_not_ask(world: World) {
        let client = world.public_client().await;
        client.post("/device_authorization", Form::default()).await.refuses("unauthorized_client");
        client.token(Form::of(&[("grant_type", DEVICE_CODE), ("device_code", "wld_x")])).await.refuses("invalid_grant");
    }

    async fn d01_a_stranger_registers_for_it_only_where_everybody_may(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        world.register(television()).await.refuses("invalid_client_metadata");
        let both = json!({ "redirect_uris": ["http://127.0.0.1/"], "grant_types": ["authorization_code", DEVICE_CODE], "token_endpoint_auth_method": "none" });
        assert_eq!(world.register(both.clone()).await.is(201).json["grant_types"], json!(["authorization_code"]));
        world.settings("OidcProvider.deviceGrant", json!("anybody")).await;
        let client = world.client_of(&world.register(television()).await);
        Device::of(&client, Form::default()).await;
        world.settings("OidcProvider.deviceGrant", json!("registered")).await;
        client.post("/device_authorization", Form::default()).await.refuses("unauthorized_client");
        world.verify_client(&client.id, true).await;
        Device::of(&client, Form::default()).await;
    }

    async fn d02_a_confidential_client_proves_itself_at_both_endpoints(world: World) {
        for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt] {
            let client = world.client(json!({ "token_endpoint_auth_method": method, "grant_types": [DEVICE_CODE], "redirect_uris": [] })).await;
            let device = Device::of(&client, Form::default()).await;
            device.poll().await.refuses("authorization_pending");
            let named = Form::of(&[("client_id", &client.id)]);
            world.post("/device_authorization").form(&named).send().await.refuses("invalid_client");
            world.post("/token").form(&device.form().with("client_id", &client.id)).send().await.refuses("invalid_client");
        }
    }

    async fn d15_scope_and_resource_are_held_to_the_rules_of_an_authorization_request(world: World) {
        let mut metadata = television();
        metadata["scope"] = json!("openid email");
        let client = world.client(metadata).await;
        let ask = async |form: &[(&str, &str)]| client.post("/device_authorization", Form::of(form)).await;
        ask(&[("scope", "profile")]).await.refuses("invalid_scope");
        ask(&[("scope", "urn:wayleave:scope:manage")]).await.refuses("invalid_scope");
        ask(&[("scope", "a\"b")]).await.refuses("invalid_scope");
        ask(&[("resource", "no-uri")]).await.refuses("invalid_target");
        ask(&[("scope", "openid"), ("resource", "https://a.example"), ("resource", "https://b.example")]).await.is(200);
    }

    async fn parameters_belong_in_the_body_and_stand_there_once(world: World) {
        let client = world.client(television()).await;
        client.post("/device_authorization?scope=openid", Form::default()).await.refuses("invalid_request");
        let twice = Form::of(&[("scope", "openid"), ("scope", "email")]);
        client.post("/device_authorization", twice).await.refuses("invalid_request");
    }

    async fn a_verified_client_has_as_long_as_the_settings_say_and_others_ten_minutes_at_most(world: World) {
        let client = world.client(television()).await;
        let life = async || client.post("/device_authorization", Form::default()).await.is(200).json["expires_in"].clone();
        assert_eq!(life().await, 600);
        world.verify_client(&client.id, true).await;
        assert_eq!(life().await, 1800);
        world.settings("OidcProvider.userCodeExpiry", json!(120_000)).await;
        assert_eq!(life().await, 120);
    }

    async fn d16_of_more_than_a_thousand_that_wait_the_next_is_put_off_and_the_others_go_on(world: World) {
        let device = Device::asking(&world).await;
        let copy = "INSERT INTO device_requests (id, secret_hash, user_code_hash, client_id, tenant_id, scope, resources, from_address, created_at, expires_at, poll_interval, polled_at, wants_auth_time)
            SELECT CAST($1 AS TEXT), secret_hash, CAST($1 AS TEXT), client_id, tenant_id, scope, resources, from_address, created_at, expires_at, poll_interval, polled_at, wants_auth_time
            FROM device_requests WHERE user_code_hash NOT LIKE 'copy%'";
        for number in 0..999 {
            world.sql(copy, [format!("copy{number}").into()]).await;
        }
        let refused = device.client.post("/device_authorization", Form::default()).await;
        assert_eq!((refused.is(429).text("error").as_str(), refused.header("retry-after")), ("slow_down", Some("60")));
        device.poll().await.refuses("authorization_pending");
        device.allowed_by(&mut world.alice().await).await.shows("Device connected");
        Device::of(&device.client, Form::default()).await;
    }
}
