//! A client that nobody approved gets nothing, whichever way it asks.

use domain::client::{approval::Decision, metadata::AuthMethod};
use serde_json::json;

use super::{ask_for_approval, decide, is_told_to_wait};
use crate::{
    device::{DEVICE_CODE, television},
    rfc7592::{Owner, replacement},
    world::{Client, Form, World},
};

/// A confidential client that may act for itself, and waits.
async fn machine(world: &World) -> Client {
    ask_for_approval(world, "api-key").await;
    world.confidential_client(AuthMethod::ClientSecretBasic).await
}

both! {
    async fn no_grant_of_the_token_endpoint_serves_it(world: World) {
        let client = machine(&world).await;
        let code = client.code_form("wlc_invented");
        let device = Form::of(&[("grant_type", DEVICE_CODE), ("device_code", "wld_invented")]);
        for form in [Form::of(&[("grant_type", "client_credentials")]), Form::refresh("wlr_invented"), code, device] {
            is_told_to_wait(&client.token(form).await);
        }
        decide(&world, &client, Decision::Deny).await.expect("denied");
        let denied = client.client_credentials("").await;
        assert!(denied.is(400).refuses("unauthorized_client").text("error_description").contains("did not approve"));
        decide(&world, &client, Decision::Approve).await.expect("approved");
        client.client_credentials("").await.is(200);
    }

    async fn whoever_cannot_prove_to_be_it_learns_nothing(world: World) {
        let client = machine(&world).await;
        let form = Form::of(&[("grant_type", "client_credentials")]);
        let answer = world.post("/token").basic(&client.id, "wls_guessed").form(&form).send().await;
        answer.is(401).refuses("invalid_client");
    }

    async fn introspection_revocation_and_the_request_of_a_device_say_the_same(world: World) {
        let client = machine(&world).await;
        is_told_to_wait(&client.introspect("anything").await);
        is_told_to_wait(&client.revoke("anything").await);
        let television = world.client(television()).await;
        is_told_to_wait(&television.post("/device_authorization", Form::of(&[("scope", "openid")])).await);
    }

    async fn it_reads_and_deletes_its_registration_meanwhile(world: World) {
        let client = machine(&world).await;
        let owner = Owner::of(&world, &client.registration);
        owner.get().await.is(200);
        owner.delete().await.is(204);
        assert!(world.client_named(&client.id).await.is_err());
    }

    async fn a_replacement_that_people_would_notice_waits_again_and_rests_what_it_holds(world: World) {
        let client = machine(&world).await;
        decide(&world, &client, Decision::Approve).await.expect("approved");
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
        let mut owner = Owner::of(&world, &client.registration);
        let mut body = replacement(&client.registration);
        body["contacts"] = json!(["ops@app.example"]);
        owner.put(&body).await.is(200);
        assert!(world.is_active(&access).await, "nobody sees the contacts");
        body["redirect_uris"] = json!([client.redirect_uri, "https://elsewhere.example/cb"]);
        owner.put(&body).await.is(200);
        is_told_to_wait(&client.refresh(&refresh).await);
        assert!(!world.is_active(&access).await);
        world.userinfo(&access).await.is(401);
        decide(&world, &client, Decision::Approve).await.expect("approved");
        client.refresh(&refresh).await.is(200);
    }

    async fn a_yes_to_a_page_from_before_the_replacement_gives_nothing(world: World) {
        let client = machine(&world).await;
        decide(&world, &client, Decision::Approve).await.expect("approved");
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().shows("wants access");
        client.replace(json!({ "client_name": "Another name" })).await.is(200);
        alice.allow().await.page().is(200).shows("waits for an administrator");
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn who_was_denied_cannot_replace_its_way_back(world: World) {
        let client = machine(&world).await;
        decide(&world, &client, Decision::Deny).await.expect("denied");
        client.replace(json!({ "client_name": "Another name" })).await.is(200);
        client.client_credentials("").await.refuses("unauthorized_client");
        assert_eq!(world.rows("SELECT id FROM clients WHERE approval = 'denied'", []).await.len(), 1);
    }
}
