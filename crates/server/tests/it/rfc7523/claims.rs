//! What an assertion says: who, to whom, for how long. RFC 7523 §3.

use serde_json::{Value, json};
use server::clock;

use super::{ASSERTION_TYPE, client_with, keys::Key, present, present_at, right};
use crate::world::{Client, Form, World};

/// A token whose claims are right but for these; null takes one away.
fn signed(world: &World, client: &Client, key: &Key, other: &Value) -> String {
    let mut claims = right(world, client);
    for (name, value) in other.as_object().expect("an object") {
        claims.insert(name.clone(), value.clone());
    }
    claims.retain(|_, value| !value.is_null());
    key.sign(&claims)
}

both! {
    async fn the_audience_is_the_issuer_or_the_token_endpoint(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let (issuer, endpoint) = (world.issuer(), format!("{}/token", world.issuer()));
        for aud in [json!(issuer), json!(endpoint), json!([issuer]), json!([endpoint, issuer])] {
            present(&world, &signed(&world, &client, &key, &json!({ "aud": aud }))).await.is(200);
        }
    }

    async fn the_address_of_an_endpoint_is_an_audience_at_that_endpoint_and_at_no_other(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let endpoints = ["/token", "/introspect", "/revoke", "/device_authorization"];
        for (named, called) in endpoints.iter().flat_map(|named| endpoints.map(|called| (*named, called))) {
            let aud = json!({ "aud": format!("{}{named}", world.issuer()) });
            let answer = present_at(&world, called, &signed(&world, &client, &key, &aud)).await;
            let is_believed = answer.status != 401;
            assert_eq!(is_believed, named == called || named == "/token", "{named} at {called}: {}", answer.json);
        }
    }

    async fn an_endpoint_has_one_address_as_an_audience(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let issuer = world.issuer();
        for aud in [format!("{issuer}/auth/introspect"), format!("{issuer}/introspect/"), format!("{issuer}//introspect"), "/introspect".to_owned(),
            format!("{issuer}/introspect?a=b"), "https://evil.example/introspect".to_owned()] {
            let assertion = signed(&world, &client, &key, &json!({ "aud": aud }));
            present_at(&world, "/introspect", &assertion).await.refuses("invalid_client");
        }
        let both = json!({ "aud": [format!("{issuer}/introspect"), "https://evil.example"] });
        present_at(&world, "/introspect", &signed(&world, &client, &key, &both)).await.refuses("invalid_client");
    }

    async fn tk09_another_audience_is_refused_even_beside_ours(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let issuer = world.issuer();
        let wrong = [json!("https://evil.example"), json!([issuer, "https://evil.example"]), json!([]), json!(""), Value::Null, json!(1), json!([1]),
            json!(format!("{issuer}/")), json!(format!("{issuer}/introspect")), json!(issuer.to_uppercase()), json!({ "a": issuer })];
        for aud in wrong {
            let answer = present(&world, &signed(&world, &client, &key, &json!({ "aud": aud }))).await;
            assert_eq!(answer.status, 401, "{aud}");
        }
    }

    async fn tk09_issuer_and_subject_are_the_client(world: World) {
        let key = Key::es256("a");
        let (client, other) = (client_with(&world, &[&key], &[]).await, client_with(&world, &[&Key::es256("a")], &[]).await);
        let wrong = [json!({ "sub": other.id }), json!({ "sub": null }), json!({ "iss": null }), json!({ "iss": other.id }), json!({ "iss": other.id, "sub": other.id }),
            json!({ "iss": [client.id] }), json!({ "sub": 1 }), json!({ "sub": "" })];
        for claims in wrong {
            let answer = present(&world, &signed(&world, &client, &key, &claims)).await;
            assert_eq!(answer.status, 401, "{claims}");
        }
    }

    async fn tk09_the_life_is_short_and_not_over(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let now = clock::now().seconds();
        let wrong = [Value::Null, json!("soon"), json!((now + 60).to_string()), json!(now - 61), json!(0), json!(-1), json!(now + 6 * 60 + 5), json!(1e300), json!(true)];
        for exp in wrong {
            let answer = present(&world, &signed(&world, &client, &key, &json!({ "exp": exp }))).await;
            assert_eq!(answer.status, 401, "{exp}");
        }
        for exp in [now + 5 * 60, now - 30] {
            present(&world, &signed(&world, &client, &key, &json!({ "exp": exp }))).await.is(200);
        }
    }

    async fn tk09_an_assertion_of_the_future_is_refused(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let now = clock::now().seconds();
        for claims in [json!({ "iat": now + 70 }), json!({ "nbf": now + 70 }), json!({ "iat": "now" }), json!({ "nbf": [] })] {
            let answer = present(&world, &signed(&world, &client, &key, &claims)).await;
            assert_eq!(answer.status, 401, "{claims}");
        }
        present(&world, &signed(&world, &client, &key, &json!({ "iat": null, "nbf": now + 30 }))).await.is(200);
    }

    async fn tk09_the_jti_must_be_there(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        for jti in [Value::Null, json!(""), json!(1), json!("x".repeat(513))] {
            let answer = present(&world, &signed(&world, &client, &key, &json!({ "jti": jti }))).await;
            assert_eq!(answer.status, 401, "{jti}");
        }
    }

    async fn the_type_is_required_and_a_client_id_beside_it_must_agree(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let form = || Form::of(&[("grant_type", "client_credentials"), ("client_assertion", &key.sign(&right(&world, &client)))]);
        let send = async |form: Form| world.post("/token").form(&form).send().await;
        send(form()).await.refuses("invalid_request");
        send(form().with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")).await.refuses("invalid_request");
        let typed = || form().with("client_assertion_type", ASSERTION_TYPE);
        send(typed().with("client_id", "another")).await.refuses("invalid_client");
        send(typed().with("client_secret", "x")).await.refuses("invalid_request");
        send(typed().with("client_id", &client.id)).await.is(200);
    }
}
