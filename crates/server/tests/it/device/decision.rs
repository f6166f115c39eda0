//! The page on which a person decides, and what follows from it. RFC 8628 §3.3, §5.4.

use domain::journal::{CredentialKind, EventKind};
use server::clock;

use super::{Device, television};
use crate::{
    journal::{of_kind, one},
    world::{Form, PASSWORD, World},
};

both! {
    async fn r8628_08_the_page_says_who_asks_from_where_since_when_and_for_what(world: World) {
        let client = world.client(television()).await;
        let asked = client.call("/device_authorization", Form::of(&[("scope", "openid email"), ("resource", "https://tv.example")]));
        let answer = asked.header("user-agent", "TV/1.0 <b>").send().await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        let page = alice.press("device-continue", &[("user_code", &answer.is(200).text("user_code"))]).await.page();
        page.is(200).shows("Unverified app").shows("“Living room” wants access to your account");
        page.shows("From the address 127.0.0.1").shows("The device calls itself TV/1.0 <b>");
        page.shows("Know who you are").shows("See your e-mail address").shows("To be used at https://tv.example");
        page.shows("Signed in as alice").shows("I did not start this").shows(&client.id);
        assert!(!page.html.contains("<b>"), "what the device says of itself is text");
    }

    async fn what_was_allowed_is_told_and_shown_among_the_apps(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.allowed_by(&mut alice).await.is(200).shows("Device connected");
        device.poll().await.is(200);
        let (given, redeemed) = (of_kind(&world, EventKind::ConsentGiven).await, of_kind(&world, EventKind::CodeRedeemed).await);
        let redeemed = &one(&redeemed).event;
        assert_eq!(redeemed.actor.credential_kind, Some(CredentialKind::DeviceCode));
        let grant = |after: &Option<serde_json::Value>| after.as_ref().expect("a grant")["grantId"].clone();
        assert_eq!(grant(&one(&given).event.after), grant(&redeemed.after));
        alice.get("/account/apps").await.page();
        alice.allow().await.page().shows("Living room");
    }

    async fn d05_who_says_no_gives_nothing_and_the_device_hears_of_it(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        alice.press("device-deny", &[]).await.page().is(200).shows("Nothing was shared");
        device.is_denied().await;
        device.is_denied().await;
        assert_eq!(of_kind(&world, EventKind::ConsentDenied).await.len(), 1);
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), 0);
    }

    async fn t12_i_did_not_start_this_voids_the_code_and_is_told_to_administrators(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        alice.press("device-report", &[]).await.page().is(200).shows("Thank you for telling");
        device.is_denied().await;
        let reported = of_kind(&world, EventKind::DeviceRequestReported).await;
        let event = &one(&reported).event;
        assert_eq!(event.actor.account_id, Some(world.account_named("alice").await.id));
        assert_eq!(event.after.as_ref().expect("where from")["askedFrom"], "127.0.0.1");
        assert_eq!(event.object.as_ref().map(|(_, id)| id.clone()), Some(world.client_named(&device.client.id).await.expect("a client").id.to_string()));
    }

    async fn d14_the_decision_counts_only_from_our_page_in_this_session_and_once(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        assert_eq!(alice.submission("device-allow", &[("csrf", "0.x")]).send().await.status, 403);
        assert_eq!(alice.submission("device-allow", &[]).header("sec-fetch-site", "cross-site").send().await.status, 403);
        world.account("bob", PASSWORD).await;
        let mut bob = world.browser();
        bob.sign_in("bob", PASSWORD).await;
        assert_eq!(bob.with_cookies(alice.submission("device-allow", &[])).send().await.status, 403);
        device.poll().await.refuses("authorization_pending");
        let (allow, deny) = (alice.submission("device-allow", &[]), alice.submission("device-deny", &[]));
        assert_eq!(deny.send().await.status, 200);
        assert_eq!(allow.send().await.status, 403);
        device.is_denied().await;
    }

    async fn d10_nobody_allows_what_is_not_for_their_account(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        let (acme, _) = world.managed_tenant("acme").await;
        let values = [acme.into(), device.client.id.as_str().into()];
        world.sql("UPDATE clients SET member_tenant_id = $1, version = version + 1 WHERE client_id = $2", values).await;
        alice.press("device-allow", &[]).await.page().is(400).shows("not for your account");
        device.shown_to(&mut alice).await.is(400).shows("not for your account");
        device.poll().await.refuses("authorization_pending");
    }

    async fn a_client_that_changed_since_the_page_was_shown_is_shown_again(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        device.client.replace(serde_json::json!({ "client_name": "Kitchen" })).await.is(200);
        alice.press("device-allow", &[]).await.page().is(200).shows("“Kitchen” wants access").shows(&device.user_code);
        device.poll().await.refuses("authorization_pending");
        alice.press("device-allow", &[]).await.page().shows("Device connected");
    }

    async fn a_client_that_was_disabled_or_may_ask_no_more_is_allowed_nothing(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        world.enable_client(&device.client.id, false).await;
        alice.press("device-allow", &[]).await.page().is(400);
        world.enable_client(&device.client.id, true).await;
        device.shown_to(&mut alice).await.is(200);
        world.sql("UPDATE clients SET door = 'anonymous', version = version + 1 WHERE client_id = $1", [device.client.id.as_str().into()]).await;
        alice.press("device-allow", &[]).await.page().is(400);
        device.poll().await.refuses("unauthorized_client");
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), 0);
    }

    async fn whoever_is_somebody_else_signs_in_and_comes_back_to_the_code(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        world.account("bob", PASSWORD).await;
        device.shown_to(&mut alice).await.is(200);
        assert!(alice.press("device-other-account", &[]).await.page().has_button("login-submit"));
        alice.sign_in("bob", PASSWORD).await.page();
        alice.press("device-continue", &[]).await.page().shows("Signed in as bob");
        alice.press("device-allow", &[]).await.page().shows("Device connected");
        let token = device.poll().await.is(200).text("access_token");
        let bob = world.account_named("bob").await.id.to_string();
        assert_eq!(crate::world::jwt::claims(&token)["sub"], bob);
    }

    async fn a_decision_after_the_end_is_none(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        world.sql("UPDATE device_requests SET expires_at = $1", [clock::now().into()]).await;
        alice.press("device-allow", &[]).await.page().is(403).shows("This page is no longer valid");
        device.poll().await.refuses("expired_token");
    }

    async fn the_pages_speak_german(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.languages = Some("de");
        alice.get("/device").await.page().shows("Ein Gerät verbinden");
        alice.press("device-continue", &[("user_code", &device.user_code)]).await.page().shows("„Living room“ möchte");
    }
}
