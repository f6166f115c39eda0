//! Clients that prove themselves with keys at an address of their own. RFC 7523, RFC 7591 §2 `jwks_uri`.

use std::{sync::Arc, time::Duration};

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use super::{
    Site, client_at, grow_old,
    site::{self, Page},
};
use crate::world::{Client, Form, World, key::Key};

fn publish(site: &Site, keys: &[&Key]) {
    let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
    site.put("/jwks", Page::json(&json!({ "keys": keys }).to_string()));
}

/// A client whose document says `methods` and where its keys are.
fn signing(world: &World, site: &Site, key: &Arc<Key>, methods: &Value) -> Client {
    publish(site, &[key]);
    let mut members = methods.clone();
    members["jwks_uri"] = json!(site.url("/jwks"));
    let url = site.document("/client", &members);
    Client { method: AuthMethod::PrivateKeyJwt, key: Some(Arc::clone(key)), ..client_at(world, &url) }
}

fn only() -> Value {
    json!({ "token_endpoint_auth_method": "private_key_jwt" })
}

both! {
    async fn cimd_09_a_client_of_a_document_proves_itself_with_keys_at_jwks_uri(world: World) {
        let (site, key) = (Site::beside(&world).await, Arc::new(Key::new()));
        let client = signing(&world, &site, &key, &only());
        let tokens = client.tokens(&mut world.alice().await).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        assert_eq!(site.visits("/jwks"), 1, "they are believed for a while");
        let bare = Client { method: AuthMethod::None, ..client.clone() };
        bare.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        let other = Client { key: Some(Arc::new(Key::new())), ..client.clone() };
        other.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
    }

    async fn cimd_09_of_several_methods_the_client_uses_whichever_it_likes(world: World) {
        let (site, key) = (Site::beside(&world).await, Arc::new(Key::new()));
        let several = json!({ "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"] });
        let client = signing(&world, &site, &key, &several);
        let mut alice = world.alice().await;
        client.tokens(&mut alice).await;
        let bare = Client { method: AuthMethod::None, ..client.clone() };
        bare.tokens(&mut alice).await;
        let secret = Client { method: AuthMethod::ClientSecretPost, secret: Some("a secret of nobody".to_owned()), ..client.clone() };
        let code = alice.consented(&client).await.code();
        secret.exchange(&code).await.refuses("invalid_client");
    }

    async fn a_key_that_is_new_is_looked_for_once_a_minute(world: World) {
        let (site, old) = (Site::beside(&world).await, Arc::new(Key::new()));
        let client = signing(&world, &site, &old, &only());
        let mut alice = world.alice().await;
        client.tokens(&mut alice).await;
        let new = Arc::new(Key::new());
        publish(&site, &[&new]);
        let turned = Client { key: Some(new), ..client.clone() };
        let code = alice.consented(&client).await.code();
        turned.exchange(&code).await.refuses("invalid_client");
        assert_eq!(site.visits("/jwks"), 1, "nobody makes this server ask with every request");
        site::reach(&world).await;
        turned.exchange(&code).await.is(200);
    }

    async fn v002_keys_of_a_registered_client_are_fetched_through_the_same_gate(world: World) {
        let (site, key) = (Site::start().await, Arc::new(Key::new()));
        publish(&site, &[&key]);
        let metadata = json!({
            "redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["authorization_code", "client_credentials"], "jwks_uri": site.url("/jwks"),
        });
        let answer = world.register_with(&world.registration_key().await, metadata).await;
        assert_eq!((answer.is(201).text("jwks_uri"), site.visits("/jwks")), (site.url("/jwks"), 0), "nothing is fetched at registration");
        let client = Client { key: Some(Arc::clone(&key)), ..world.client_of(&answer) };
        client.client_credentials("").await.refuses("invalid_client");
        assert_eq!(site.visits("/jwks"), 0, "this computer is not asked");
        site::reach(&world).await;
        client.token(Form::of(&[("grant_type", "client_credentials")])).await.is(200);
        assert_eq!(site.visits("/jwks"), 1);
    }

    async fn v001_p20_nothing_that_a_registration_names_is_fetched(world: World) {
        let site = Site::beside(&world).await;
        let metadata = json!({
            "redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": site.url("/jwks"),
        });
        world.register_with(&world.registration_key().await, metadata).await.is(201);
        assert_eq!(site.visits("/jwks"), 0);
    }

    async fn a_set_that_is_wrong_or_gone_proves_nothing(world: World) {
        let (site, key) = (Site::beside(&world).await, Arc::new(Key::new()));
        let client = signing(&world, &site, &key, &only());
        let code = world.alice().await.consented(&client).await.code();
        let private = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0", "kid": "a" }] }).to_string();
        for page in [Page::json("[]"), Page::json(&private), Page { status: 302, headers: format!("location: {}\r\n", site.url("/jwks")), ..Page::json("") }] {
            site.put("/jwks", page);
            site::reach(&world).await;
            client.exchange(&code).await.refuses("invalid_client");
        }
        publish(&site, &[&key]);
        site::reach(&world).await;
        client.exchange(&code).await.is(200);
    }

    async fn c12_a_client_with_other_keys_altogether_loses_what_it_holds(world: World) {
        let (site, key) = (Site::beside(&world).await, Arc::new(Key::new()));
        let client = signing(&world, &site, &key, &only());
        let tokens = client.tokens(&mut world.alice().await).await;
        site.put("/moved", Page::json(&json!({ "keys": [key.public()] }).to_string()));
        let mut moved = only();
        moved["jwks_uri"] = json!(site.url("/moved"));
        site.document("/client", &moved);
        grow_old(&world, Duration::from_hours(25)).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
    }
}
