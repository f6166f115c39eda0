//! Anonymous registrations of one application are one client, which nobody manages and which is never dead for good.
//! RFC 7591 §2, Appendix A.5.2.

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use super::{base, clients, open, with};
use crate::world::World;

both! {
    async fn r72_identical_anonymous_registrations_share_an_id_whatever_their_loopback_port(world: World) {
        open(&world).await;
        let first = world.register(listening_on(1)).await.is(201).text("client_id");
        for port in [2, 8080, 65_535] {
            let answer = world.register(listening_on(port)).await;
            assert_eq!(answer.is(201).text("client_id"), first);
            assert_eq!(answer.json["redirect_uris"], listening_on(port)["redirect_uris"], "each hears its own port");
        }
        assert_eq!(clients(&world).await, 1);
    }

    async fn a_shared_client_works_on_any_port_for_whoever_registered_it_last_or_first(world: World) {
        open(&world).await;
        let one = world.client_of(&world.register(listening_on(50_001)).await);
        let other = world.client_of(&world.register(listening_on(50_002)).await);
        assert_eq!(one.id, other.id);
        let mut alice = world.alice().await;
        one.tokens(&mut alice).await;
        other.tokens(&mut alice).await;
    }

    async fn a_shared_client_comes_without_credentials(world: World) {
        open(&world).await;
        for _ in 0..2 {
            let answer = world.register(listening_on(1)).await;
            let members = answer.is(201).json.as_object().expect("an object").clone();
            let is_credential = |name: &String| name.contains("secret") || name.starts_with("registration_");
            assert!(!members.keys().any(is_credential), "{members:?}");
        }
    }

    async fn an_anonymous_confidential_client_is_one_of_its_own_with_credentials(world: World) {
        open(&world).await;
        let web = with(&json!({ "token_endpoint_auth_method": "client_secret_basic" }));
        let (one, other) = (world.register(web.clone()).await, world.register(web).await);
        assert_ne!(one.is(201).text("client_id"), other.is(201).text("client_id"));
        assert!(one.has("client_secret") && one.has("registration_access_token"));
        assert_eq!(world.client_of(&one).method, AuthMethod::ClientSecretBasic);
    }

    async fn r72_whoever_authenticates_gets_a_client_of_its_own_with_the_means_to_manage_it(world: World) {
        open(&world).await;
        let key = world.registration_key().await;
        let shared = world.register(base()).await.is(201).text("client_id");
        let (one, other) = (world.register_with(&key, base()).await, world.register_with(&key, base()).await);
        let ids = [shared, one.is(201).text("client_id"), other.is(201).text("client_id")];
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
        assert_ne!(one.text("registration_access_token"), other.text("registration_access_token"));
        assert_eq!(one.text("registration_client_uri"), format!("{}/register/{}", world.issuer(), ids[1]));
    }

    async fn a_deleted_shared_client_comes_back_under_its_id_by_the_same_registration(world: World) {
        open(&world).await;
        let id = world.register(base()).await.text("client_id");
        world.delete_client(&id).await;
        assert_eq!(tombstones(&world).await, [id.as_str()]);
        let again = world.register(base()).await;
        assert_eq!(again.is(201).text("client_id"), id);
        assert!(!again.has("registration_access_token") && !again.has("registration_client_uri"));
        assert!(tombstones(&world).await.is_empty());
        world.client_of(&again).tokens(&mut world.alice().await).await;
    }

    async fn a_deleted_shared_client_explains_itself_until_it_registers_again(world: World) {
        open(&world).await;
        let client = world.client_of(&world.register(base()).await);
        let mut alice = world.alice().await;
        let refresh_token = client.tokens(&mut alice).await.text("refresh_token");
        world.delete_client(&client.id).await;
        alice.authorize(&client).await.page().is(400).shows("This app must register again");
        client.refresh(&refresh_token).await.refuses("invalid_client");
        world.register(base()).await.is(201);
        client.refresh(&refresh_token).await.refuses("invalid_grant");
        alice.authorize(&client).await.page().is(200).shows("c.example");
    }

    async fn a_blocked_shared_client_cannot_be_registered_again(world: World) {
        open(&world).await;
        let id = world.register(base()).await.text("client_id");
        world.enable_client(&id, false).await;
        world.register(base()).await.is(403).refuses("access_denied");
        let rows = world.rows("SELECT is_enabled FROM clients", []).await;
        assert_eq!(rows.iter().map(|row| row.bool(0).ok()).collect::<Vec<_>>(), [Some(false)]);
        world.enable_client(&id, true).await;
        assert_eq!(world.register(base()).await.is(201).text("client_id"), id);
    }
}

/// A native application, as it registers when it happens to listen on this port.
fn listening_on(port: u16) -> Value {
    json!({ "redirect_uris": [format!("http://127.0.0.1:{port}/cb")], "client_name": "An app of the command line" })
}

async fn tombstones(world: &World) -> Vec<String> {
    let rows = world.rows("SELECT client_id FROM client_tombstones", []).await;
    rows.iter().map(|row| row.text(0).expect("a text")).collect()
}
