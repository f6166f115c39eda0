//! Header and claims. RFC 9068 §2.

use std::collections::BTreeSet;

use domain::{
    client::metadata::AuthMethod,
    jose::{self, Algorithm, Expected, JwkSet},
};
use serde_json::{Map, Value, json};
use server::clock;

use crate::world::{World, jwt};

/// The claims, if a published key signed them by `algorithm`, as a resource server checks it. RFC 9068 §4.
async fn verified(world: &World, token: &str, algorithm: Algorithm) -> Map<String, Value> {
    let keys = JwkSet::parse(&world.get("/jwks.json").send().await.is(200).json).expect("keys");
    jose::verify(token, &keys, &Expected { algorithms: &[algorithm], typ: Some("at+jwt") })
        .expect("a good signature")
}

both! {
    async fn the_header_says_at_jwt_and_names_a_published_key(world: World) {
        let client = world.public_client().await;
        let token = client.tokens(&mut world.alice().await).await.text("access_token");
        let header = jwt::header(&token);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
        assert_eq!(header.as_object().map(Map::len), Some(3), "{header}");
        let keys = world.get("/jwks.json").send().await.json;
        assert!(keys["keys"].as_array().expect("keys").iter().any(|key| key["kid"] == header["kid"]));
    }

    async fn the_claims_are_those_of_the_specification(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let claims = verified(&world, &tokens.text("access_token"), Algorithm::Es256).await;
        assert_eq!((&claims["iss"], &claims["client_id"]), (&json!(world.issuer()), &json!(client.id)));
        assert_eq!((&claims["aud"], &claims["scope"]), (&json!(world.issuer()), &json!("openid")));
        let (issued, end) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert_eq!(Some(end - issued), tokens.json["expires_in"].as_i64());
        assert!((clock::now().seconds() - issued).abs() <= 5);
        assert!(claims["jti"].is_string() && claims["sub"].is_string() && claims["grant_id"].is_string());
        assert!(!claims.values().any(Value::is_null));
    }

    async fn nothing_personal_is_in_it(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(client.request().with("scope", "openid profile email")).await.code();
        let claims = jwt::claims(&client.exchange(&code).await.is(200).text("access_token"));
        let names: BTreeSet<_> = claims.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope", "grant_id"]));
        assert!(!claims.to_string().contains("alice"));
    }

    async fn every_token_has_a_jti_of_its_own(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut seen = BTreeSet::new();
        for _ in 0..20 {
            let token = client.client_credentials("").await.is(200).text("access_token");
            assert!(seen.insert(jwt::claims(&token)["jti"].to_string()));
        }
    }

    async fn the_setting_decides_what_it_is_signed_with(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let before = client.client_credentials("").await.is(200).text("access_token");
        for algorithm in [Algorithm::Rs256, Algorithm::Es384, Algorithm::EdDsa, Algorithm::Ps256] {
            world.settings("OidcProvider.signatureAlgorithm", json!(algorithm.setting_name())).await;
            let token = client.client_credentials("").await.is(200).text("access_token");
            verified(&world, &token, algorithm).await;
            assert!(world.is_active(&token).await && world.is_active(&before).await);
        }
    }

    async fn the_setting_decides_how_long_it_lives(world: World) {
        world.settings("OidcProvider.accessTokenExpiry", json!("5m")).await;
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let tokens = client.client_credentials("").await;
        assert_eq!(tokens.is(200).json["expires_in"], 300);
        let claims = jwt::claims(&tokens.text("access_token"));
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(end, start)| end - start), Some(300));
    }
}
