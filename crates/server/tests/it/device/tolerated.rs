//! Ids that nobody registered: only where the device grant is open to everybody and nobody has to register.

use serde_json::json;

use super::{DEVICE_CODE, Device};
use crate::world::{Form, World};

both! {
    async fn s04_where_it_is_open_an_unregistered_id_is_served_like_in_the_other_flows(world: World) {
        world.settings("OidcProvider.deviceGrant", json!("anybody")).await;
        let device = Device::of(&world.unregistered_client("some-tv"), Form::of(&[("scope", "openid")])).await;
        device.poll().await.refuses("authorization_pending");
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.shows("It was never registered here.").shows("A device wants access to your account").shows("some-tv");
        alice.press("device-allow", &[]).await.page().shows("Device connected");
        let tokens = device.poll().await;
        device.client.refresh(&tokens.is(200).text("refresh_token")).await.is(200);
    }

    async fn an_unregistered_id_without_a_good_code_is_unknown(world: World) {
        world.settings("OidcProvider.deviceGrant", json!("anybody")).await;
        let device = Device::of(&world.unregistered_client("some-tv"), Form::default()).await;
        let form = Form::of(&[("grant_type", DEVICE_CODE), ("device_code", "wld_x")]);
        device.client.token(form).await.refuses("invalid_client");
        world.unregistered_client("another-tv").token(device.form()).await.refuses("invalid_grant");
    }

    async fn s05_when_registration_is_required_it_neither_asks_nor_gets_what_was_allowed(world: World) {
        world.settings("OidcProvider.deviceGrant", json!("anybody")).await;
        let device = Device::of(&world.unregistered_client("some-tv"), Form::default()).await;
        let mut alice = world.alice().await;
        device.allowed_by(&mut alice).await.shows("Device connected");
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        device.poll().await.refuses("invalid_client");
        device.client.post("/device_authorization", Form::default()).await.refuses("invalid_client");
        world.settings("OidcProvider.requireClientRegistration", json!(false)).await;
        device.poll().await.is(200);
    }

    async fn a_deleted_client_is_not_tolerated_back_in(world: World) {
        world.settings("OidcProvider.deviceGrant", json!("anybody")).await;
        let device = Device::asking(&world).await;
        let uri = device.client.registration["registration_client_uri"].as_str().expect("a URI").to_owned();
        let token = device.client.registration["registration_access_token"].as_str().expect("a token").to_owned();
        world.call(http::Method::DELETE, &uri).bearer(&token).send().await.is(204);
        device.poll().await.refuses("invalid_client");
        device.shown_to(&mut world.alice().await).await.is(400).shows("This app must register again");
    }
}
