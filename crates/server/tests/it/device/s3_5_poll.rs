//! The device asks whether somebody decided. RFC 8628 §3.4, §3.5.

use std::time::Duration;

use serde_json::json;
use server::clock;

use super::{Device, television};
use crate::world::{Form, World, jwt};

/// The interval of the one device, in milliseconds.
async fn interval(world: &World) -> i64 {
    world.rows("SELECT poll_interval FROM device_requests", []).await[0].int(0).expect("a number")
}

/// As if the device had waited so long since it asked last.
async fn wait(world: &World, seconds: u64) {
    let before = clock::now().minus(Duration::from_secs(seconds));
    world.sql("UPDATE device_requests SET polled_at = $1", [before.into()]).await;
}

both! {
    async fn d03_before_anybody_decides_it_is_pending(world: World) {
        let device = Device::asking(&world).await;
        device.poll().await.refuses("authorization_pending");
        device.shown_to(&mut world.alice().await).await.is(200);
        wait(&world, 5).await;
        device.poll().await.refuses("authorization_pending");
    }

    async fn d04_r8628_04_asking_too_soon_makes_the_interval_longer_for_good_and_the_server_keeps_it(world: World) {
        let device = Device::asking(&world).await;
        device.poll().await.refuses("authorization_pending");
        device.poll().await.refuses("slow_down");
        device.poll().await.refuses("slow_down");
        assert_eq!(interval(&world).await, 15_000);
        wait(&world, 6).await;
        device.poll().await.refuses("slow_down");
        wait(&world, 20).await;
        device.poll().await.refuses("authorization_pending");
        world.restart().await;
        device.poll().await.refuses("slow_down");
        assert_eq!(interval(&world).await, 25_000);
    }

    async fn r8628_03_what_was_allowed_is_given_out_with_everything_that_a_code_brings(world: World) {
        let client = world.client(television()).await;
        let form = Form::of(&[("scope", "openid email"), ("resource", "https://a.example"), ("resource", "https://b.example")]);
        let device = Device::of(&client, form).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        let tokens = client.token(device.form().with("resource", "https://a.example")).await;
        let access = jwt::claims(&tokens.is(200).text("access_token"));
        let alice = world.account_named("alice").await.id.to_string();
        assert_eq!((&access["sub"], &access["aud"], &access["scope"]), (&json!(alice), &json!("https://a.example"), &json!("email openid")));
        let id_token = jwt::claims(&tokens.text("id_token"));
        assert_eq!((&id_token["sub"], &id_token["aud"], &id_token["amr"]), (&json!(alice), &json!(client.id), &json!(["pwd"])));
        let refreshed = client.refresh(&tokens.text("refresh_token")).await;
        assert!(world.is_active(&refreshed.is(200).text("access_token")).await);
    }

    async fn a_resource_that_nobody_allowed_is_refused_and_the_code_stays_good(world: World) {
        let client = world.client(television()).await;
        let device = Device::of(&client, Form::of(&[("resource", "https://a.example")])).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        client.token(device.form().with("resource", "https://c.example")).await.refuses("invalid_target");
        device.poll().await.is(200);
    }

    async fn a_client_that_is_not_registered_for_refresh_tokens_gets_none(world: World) {
        let mut metadata = television();
        metadata["grant_types"] = json!([super::DEVICE_CODE]);
        let device = Device::of(&world.client(metadata).await, Form::default()).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        assert!(!device.poll().await.is(200).has("refresh_token"));
    }

    async fn a_client_that_wants_to_know_how_and_when_somebody_signed_in_hears_it(world: World) {
        let mut metadata = television();
        metadata["require_auth_time"] = json!(true);
        metadata["default_acr_values"] = json!(["urn:wayleave:acr:password"]);
        let device = Device::of(&world.client(metadata).await, Form::of(&[("scope", "openid")])).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        let claims = jwt::claims(&device.poll().await.is(200).text("id_token"));
        assert!(claims["auth_time"].is_i64() && claims["acr"] == "urn:wayleave:acr:password", "{claims}");
    }

    async fn d06_after_its_end_the_code_has_expired_also_when_somebody_allowed_it(world: World) {
        let (first, second) = (Device::asking(&world).await, Device::asking(&world).await);
        second.allowed_by(&mut world.alice().await).await.is(200);
        world.sql("UPDATE device_requests SET expires_at = $1", [clock::now().into()]).await;
        first.poll().await.refuses("expired_token");
        second.poll().await.refuses("expired_token");
        store::sweep::expired(&world.app().store, clock::now().plus(Duration::from_hours(1))).await.expect("a sweep");
        first.poll().await.refuses("expired_token");
        store::sweep::expired(&world.app().store, clock::now().plus(Duration::from_hours(25))).await.expect("a sweep");
        first.poll().await.refuses("invalid_grant");
    }

    async fn d07_what_is_no_device_code_of_this_client_is_no_grant(world: World) {
        let device = Device::asking(&world).await;
        let other = world.client(television()).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        other.token(device.form()).await.refuses("invalid_grant");
        let cut = &device.code[..72];
        for text in [device.user_code.clone(), "x".to_owned(), cut.to_owned(), format!("{cut}{}", if device.code.ends_with('A') { 'B' } else { 'A' })] {
            device.client.token(device.form().with("device_code", &text)).await.refuses("invalid_grant");
        }
        device.client.token(device.form().without("device_code")).await.refuses("invalid_request");
        device.poll().await.is(200);
    }

    async fn d08_the_second_redemption_gets_nothing_and_takes_nothing_back(world: World) {
        let device = Device::asking(&world).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        let token = device.poll().await.is(200).text("access_token");
        device.poll().await.refuses("invalid_grant");
        assert!(world.is_active(&token).await);
    }

    async fn d09_who_is_disabled_after_allowing_it_gives_nothing(world: World) {
        let device = Device::asking(&world).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        world.enable_account("alice", false).await;
        device.poll().await.refuses("invalid_grant");
    }

    async fn what_was_taken_back_before_the_device_came_is_gone(world: World) {
        let device = Device::asking(&world).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        world.sql("UPDATE grants SET revoked_at = $1", [clock::now().into()]).await;
        device.poll().await.refuses("invalid_grant");
    }

    async fn a_device_that_asked_too_often_still_hears_of_the_decision_at_once(world: World) {
        let device = Device::asking(&world).await;
        for _ in 0..3 {
            device.poll().await;
        }
        device.allowed_by(&mut world.alice().await).await.is(200);
        device.poll().await.is(200);
    }

    async fn a_disabled_client_hears_nothing(world: World) {
        let device = Device::asking(&world).await;
        device.allowed_by(&mut world.alice().await).await.is(200);
        world.enable_client(&device.client.id, false).await;
        device.poll().await.refuses("invalid_client");
    }
}
