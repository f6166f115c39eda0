//! Registrations, sign-ins, consents and first tokens: each told once, in the batch of what it tells.

use domain::{
    client::{ClientId, metadata::AuthMethod},
    journal::{Change, CredentialKind, Event, EventKind, ObjectKind},
};
use http::Method;
use serde_json::json;
use store::journal;

use super::{all, kinds, of_kind, one, to};
use crate::{
    rfc7592::{Owner, replacement},
    world::World,
};

both! {
    async fn a_registration_tells_who_registered_what_from_where(world: World) {
        let client = world.public_client().await;
        let found = to(&world, ObjectKind::OAuthClient).await;
        let event = &one(&found).event;
        assert_eq!((event.kind, event.actor.credential_kind), (EventKind::Created, Some(CredentialKind::ApiKey)));
        assert_eq!(event.actor.account_id, Some(world.admin().await.id));
        assert_eq!(event.from, Some([127, 0, 0, 1].into()));
        let after = event.after.clone().expect("what it is");
        assert_eq!((&after["clientId"], &after["door"]), (&json!(client.id), &json!("api-key")));
    }

    async fn an_anonymous_registration_is_told_once_however_often_it_is_repeated(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let app = json!({ "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
        for _ in 0..3 {
            world.register(app.clone()).await.is(201);
        }
        let found = to(&world, ObjectKind::OAuthClient).await;
        assert_eq!(one(&found).event.actor.credential_kind, None);
    }

    async fn of_many_identical_registrations_at_once_one_is_told(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let app = json!({ "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (world, app) = (world.clone(), app.clone());
            all.spawn(async move { world.register(app).await.status });
        }
        assert!(all.join_all().await.iter().all(|status| *status == 201));
        let found = to(&world, ObjectKind::OAuthClient).await;
        let id = world.rows("SELECT id FROM clients", []).await[0].text(0).expect("an id");
        assert_eq!(one(&found).event.object, Some((ObjectKind::OAuthClient, id)));
    }

    async fn what_an_owner_does_to_its_registration_is_told_and_seen_as_a_change(world: World) {
        let client = world.public_client().await;
        let mut owner = Owner::of(&world, &client.registration);
        let mut renamed = replacement(&client.registration);
        renamed["client_name"] = json!("Another name");
        owner.put(&renamed).await.is(200);
        owner.call(Method::DELETE).send().await.is(204);
        let found = to(&world, ObjectKind::OAuthClient).await;
        assert_eq!(kinds(&found), [EventKind::Created, EventKind::Updated, EventKind::Destroyed]);
        assert_eq!(found[1].event.after.as_ref().expect("a change")["metadata"]["client_name"], "Another name");
        assert_eq!(found[1].event.actor.credential_kind, Some(CredentialKind::RegistrationAccessToken));
        let changes = journal::changes(&world.app().store, ObjectKind::OAuthClient, None, 0, 9).await;
        let log: Vec<_> = changes.expect("an answer").expect("changes").log.into_iter().map(|(_, change)| change).collect();
        assert_eq!(log, [Change::Created, Change::Updated, Change::Destroyed]);
    }

    async fn from_the_sign_in_to_the_first_tokens_every_step_is_told_once(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        client.client_credentials("").await.is(200);
        let told = kinds(&all(&world).await);
        let flow = [EventKind::SignedIn, EventKind::ConsentGiven, EventKind::CodeRedeemed];
        assert_eq!(told[told.len() - 3..], flow);
        let given = of_kind(&world, EventKind::ConsentGiven).await;
        let redeemed = of_kind(&world, EventKind::CodeRedeemed).await;
        let grant = |event: &Event| event.after.as_ref().expect("a grant")["grantId"].clone();
        assert_eq!(grant(&one(&given).event), grant(&one(&redeemed).event));
        assert_eq!(one(&redeemed).event.actor.client_id.as_ref().map(ClientId::as_str), Some(client.id.as_str()));
    }

    async fn a_no_is_told_and_grants_nothing(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        alice.deny().await;
        let found = of_kind(&world, EventKind::ConsentDenied).await;
        assert_eq!(one(&found).event.after.as_ref().expect("a request")["grantId"], json!(null));
        assert!(of_kind(&world, EventKind::ConsentGiven).await.is_empty());
    }

    async fn where_nobody_was_asked_no_consent_is_told(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
        assert_eq!(of_kind(&world, EventKind::ConsentGiven).await.len(), 1);
    }

    async fn what_happened_before_a_restart_is_sealed_after_it(world: World) {
        world.public_client().await;
        world.restart().await;
        assert!(world.rows("SELECT id FROM journal_unsealed", []).await.is_empty());
        assert_eq!(to(&world, ObjectKind::OAuthClient).await.len(), 1);
    }
}
