//! Who signed: only a key that the client registered, by an algorithm that the key is for. RFC 7523 §3, RFC 8725 §3.1.

use serde_json::{Value, json};

use super::{
    client_with,
    keys::{Key, unsigned},
    present, right,
};
use crate::world::World;

both! {
    async fn keys_of_each_kind_are_believed(world: World) {
        for key in [Key::es256("a"), Key::rs256("a"), Key::eddsa("a")] {
            let client = client_with(&world, &[&key], &[]).await;
            present(&world, &key.sign(&right(&world, &client))).await.is(200);
            let mut changed = key.sign(&right(&world, &client));
            let at = changed.rfind('.').expect("a signature") + 2;
            let other = if &changed[at..=at] == "A" { "B" } else { "A" };
            changed.replace_range(at..=at, other);
            present(&world, &changed).await.refuses("invalid_client");
        }
    }

    async fn tk08_a_token_without_a_signature_is_refused(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        for alg in ["none", "None", "NONE", ""] {
            let input = unsigned(&json!({ "alg": alg, "kid": "a" }), &right(&world, &client));
            present(&world, &format!("{input}.")).await.refuses("invalid_client");
            present(&world, &input).await.refuses("invalid_client");
        }
    }

    async fn tk08_the_public_key_is_no_shared_secret(world: World) {
        for key in [Key::es256("a"), Key::rs256("a")] {
            let client = client_with(&world, &[&key], &[]).await;
            present(&world, &key.mac_with_public_key(&right(&world, &client))).await.refuses("invalid_client");
        }
    }

    async fn tk08_a_kid_of_no_key_of_the_client_is_refused(world: World) {
        let (key, other) = (Key::es256("a"), Key::es256("a"));
        let client = client_with(&world, &[&key], &[]).await;
        present(&world, &key.sign_under(&json!({ "alg": "ES256", "kid": "b" }), &right(&world, &client))).await.refuses("invalid_client");
        present(&world, &other.sign(&right(&world, &client))).await.refuses("invalid_client");
        present(&world, &key.sign_under(&json!({ "alg": "ES256" }), &right(&world, &client))).await.is(200);
    }

    async fn tk08_a_key_that_the_token_brings_along_is_not_used(world: World) {
        let (key, own) = (Key::es256("a"), Key::es256("b"));
        let client = client_with(&world, &[&key], &[]).await;
        let brought = [
            json!({ "alg": "ES256", "jwk": own.public() }),
            json!({ "alg": "ES256", "kid": "b", "jwk": own.public() }),
            json!({ "alg": "ES256", "kid": "b", "jku": "https://evil.example/jwks.json" }),
            json!({ "alg": "ES256", "kid": "b", "x5u": "https://evil.example/cert", "x5c": ["MIIB"] }),
            json!({ "alg": "ES256", "kid": "../../dev/null" }),
            json!({ "alg": "ES256", "kid": "a", "crit": ["exp"] }),
        ];
        for header in brought {
            present(&world, &own.sign_under(&header, &right(&world, &client))).await.refuses("invalid_client");
        }
    }

    async fn tk08_an_algorithm_that_the_key_is_not_for_is_refused(world: World) {
        let key = Key::rs256("a");
        let client = client_with(&world, &[&key], &[]).await;
        for alg in ["RS384", "PS256", "ES256", "EdDSA", "rs256"] {
            let header = json!({ "alg": alg, "kid": "a" });
            present(&world, &key.sign_under(&header, &right(&world, &client))).await.refuses("invalid_client");
        }
    }

    async fn only_the_registered_algorithm_counts_where_one_was_registered(world: World) {
        let (ec, rsa) = (Key::es256("ec"), Key::rs256("rsa"));
        let client = client_with(&world, &[&ec, &rsa], &[("token_endpoint_auth_signing_alg", "RS256")]).await;
        present(&world, &ec.sign(&right(&world, &client))).await.refuses("invalid_client");
        present(&world, &rsa.sign(&right(&world, &client))).await.is(200);
    }

    async fn an_assertion_that_is_no_token_is_refused(world: World) {
        for assertion in ["x", "a.b.c", "..", "e30.e30.", "e30.e30.AA", &"a".repeat(9000), &".".repeat(9000)] {
            present(&world, assertion).await.refuses("invalid_client");
        }
    }

    async fn a_client_without_keys_cannot_assert(world: World) {
        let key = Key::es256("a");
        for client in [world.public_client().await, world.client(json!({})).await, world.unregistered_client("x")] {
            let claims = right(&world, &client);
            assert_eq!(claims["iss"], Value::from(client.id.as_str()));
            present(&world, &key.sign(&claims)).await.refuses("invalid_client");
        }
    }
}
