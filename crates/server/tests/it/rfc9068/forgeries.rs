//! What passes for an access token only at a careless server. RFC 9068 §4, RFC 8725 §3.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::jose::Algorithm;
use serde_json::{Value, json};
use server::{app::App, clock, keys::SigningKey};

use crate::world::{Client, World, jwt};

/// A token of `client` with its claims; `other` replaces some, null takes one away. Signed by the server's own key.
fn forged(world: &World, token: &str, other: &Value, sign: impl Fn(&SigningKey, &Value) -> String) -> String {
    let mut claims = jwt::claims(token);
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in other.as_object().expect("an object") {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    let app: Arc<App> = world.app();
    let live = app.live();
    sign(live.keys.signer(Algorithm::Es256, clock::now()).expect("a key"), &claims)
}

fn as_access_token(key: &SigningKey, claims: &Value) -> String {
    key.access_token(claims).expect("a token")
}

async fn good(world: &World) -> (Client, String) {
    let client = world.public_client().await;
    let token = client.tokens(&mut world.alice().await).await.text("access_token");
    (client, token)
}

async fn is_refused(world: &World, token: &str) {
    world.userinfo(token).await.refuses("invalid_token");
    assert!(!world.is_active(token).await);
}

both! {
    async fn tk40_a_token_signed_by_our_own_key_is_good_as_it_is(world: World) {
        let (_, token) = good(&world).await;
        let again = forged(&world, &token, &json!({}), as_access_token);
        world.userinfo(&again).await.is(200);
    }

    async fn tk40_the_type_of_an_id_token_is_refused(world: World) {
        let (_, token) = good(&world).await;
        is_refused(&world, &forged(&world, &token, &json!({}), |key, claims| key.id_token(claims).expect("a token"))).await;
    }

    async fn tk40_another_issuer_is_refused(world: World) {
        let (_, token) = good(&world).await;
        for iss in [json!("https://evil.example"), json!(format!("{}/", world.issuer())), Value::Null, json!([world.issuer()])] {
            is_refused(&world, &forged(&world, &token, &json!({ "iss": iss }), as_access_token)).await;
        }
    }

    async fn tk40_an_audience_that_is_not_ours_is_refused_at_our_own_endpoints(world: World) {
        let (_, token) = good(&world).await;
        for aud in [json!("https://evil.example"), Value::Null, json!([]), json!(1), json!(format!("{}.evil.example", world.issuer()))] {
            let token = forged(&world, &token, &json!({ "aud": aud }), as_access_token);
            world.userinfo(&token).await.refuses("invalid_token");
        }
    }

    async fn tk40_an_expired_token_is_refused_to_the_second(world: World) {
        let (_, token) = good(&world).await;
        for exp in [json!(clock::now().seconds()), json!(0), json!("4102444800"), Value::Null, json!(-1), json!(true)] {
            is_refused(&world, &forged(&world, &token, &json!({ "exp": exp }), as_access_token)).await;
        }
    }

    async fn tk40_without_jti_client_or_a_live_grant_it_is_refused(world: World) {
        let (_, token) = good(&world).await;
        for claims in [json!({ "jti": null }), json!({ "client_id": null }), json!({ "grant_id": null, "client_id": "anything" }), json!({ "grant_id": "01arz3ndektsv4rrffq69g5fav" })] {
            is_refused(&world, &forged(&world, &token, &claims, as_access_token)).await;
        }
    }

    async fn tk40_no_signature_and_the_public_key_as_a_secret_are_refused(world: World) {
        let (_, token) = good(&world).await;
        let encode = |text: &[u8]| URL_SAFE_NO_PAD.encode(text);
        let payload = token.split('.').nth(1).expect("a payload");
        for alg in ["none", "None", ""] {
            let header = encode(json!({ "alg": alg, "typ": "at+jwt" }).to_string().as_bytes());
            is_refused(&world, &format!("{header}.{payload}.")).await;
        }
        let jwks = world.get("/jwks.json").send().await;
        let header = encode(json!({ "alg": "HS256", "typ": "at+jwt", "kid": jwt::header(&token)["kid"] }).to_string().as_bytes());
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &jwks.body), format!("{header}.{payload}").as_bytes());
        is_refused(&world, &format!("{header}.{payload}.{}", encode(mac.as_ref()))).await;
    }

    async fn tk40_every_flipped_bit_of_the_signature_is_refused(world: World) {
        let (_, token) = good(&world).await;
        let (input, signature) = token.rsplit_once('.').expect("a signature");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        for bit in 0..signature.len() * 8 {
            let mut wrong = signature.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            world.userinfo(&format!("{input}.{}", URL_SAFE_NO_PAD.encode(wrong))).await.refuses("invalid_token");
        }
    }

    async fn tk40_a_payload_under_the_signature_of_another_is_refused(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let (token, other) = (client.tokens(&mut alice).await.text("access_token"), client.tokens(&mut alice).await.text("access_token"));
        let (input, _) = token.rsplit_once('.').expect("a signature");
        let (_, signature) = other.rsplit_once('.').expect("a signature");
        is_refused(&world, &format!("{input}.{signature}")).await;
    }
}
