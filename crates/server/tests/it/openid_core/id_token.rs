//! What the ID token says, and who signed it. OpenID Connect Core §2, §3.1.3.

use domain::jose::{self, Algorithm, Expected, JwkSet};
use serde_json::{Map, Value, json};
use server::clock;

use crate::world::{World, jwt};

/// The claims, if a published key signed them by `algorithm`.
async fn verified(world: &World, token: &str, algorithm: Algorithm) -> Map<String, Value> {
    let keys = JwkSet::parse(&world.get("/jwks.json").send().await.is(200).json).expect("keys");
    jose::verify(token, &keys, &Expected { algorithms: &[algorithm], typ: Some("JWT") })
        .expect("a good signature")
}

both! {
    async fn it_says_who_for_whom_and_until_when(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let claims = verified(&world, &tokens.text("id_token"), Algorithm::Rs256).await;
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(world.issuer()), &json!(client.id)));
        assert_eq!(claims["sub"], jwt::claims(&tokens.text("access_token"))["sub"]);
        assert_eq!(claims["nonce"], "nonce of a test");
        let (issued, end) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert_eq!(end - issued, 15 * 60);
        assert!((clock::now().seconds() - issued).abs() <= 5);
        assert!(!claims.values().any(Value::is_null), "{claims:?}");
    }

    async fn at_hash_binds_the_access_token(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let claims = jwt::claims(&tokens.text("id_token"));
        assert_eq!(claims["at_hash"], jose::at_hash(Algorithm::Rs256, &tokens.text("access_token")));
        assert_ne!(claims["at_hash"], jose::at_hash(Algorithm::Rs256, &tokens.text("id_token")));
    }

    async fn it_is_signed_as_registered(world: World) {
        let mut alice = world.alice().await;
        for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
            let metadata = json!({ "token_endpoint_auth_method": "none", "id_token_signed_response_alg": algorithm.as_str() });
            let tokens = world.client(metadata).await.tokens(&mut alice).await;
            let claims = verified(&world, &tokens.text("id_token"), algorithm).await;
            assert_eq!(claims["at_hash"], jose::at_hash(algorithm, &tokens.text("access_token")));
        }
    }

    async fn an_algorithm_there_is_no_key_for_cannot_be_registered(world: World) {
        let key = world.registration_key().await;
        for algorithm in ["EdDSA", "PS256", "none", "HS256"] {
            let metadata = json!({ "redirect_uris": ["https://app.example/"], "id_token_signed_response_alg": algorithm });
            world.register_with(&key, metadata).await.refuses("invalid_client_metadata");
        }
    }

    async fn auth_time_is_there_when_asked_for_and_is_that_of_the_sign_in(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let plain = client.tokens(&mut alice).await;
        assert!(jwt::claims(&plain.text("id_token")).get("auth_time").is_none());
        world.sql("UPDATE sessions SET authenticated_at = authenticated_at - $1", [60_000_i64.into()]).await;
        let code = alice.consented(client.request().with("max_age", "3600")).await.code();
        let claims = jwt::claims(&client.exchange(&code).await.is(200).text("id_token"));
        let ago = clock::now().seconds() - claims["auth_time"].as_i64().expect("auth_time");
        assert!((59..90).contains(&ago), "{ago}");
    }

    async fn a_registration_may_require_auth_time_always(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "require_auth_time": true })).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        assert!(jwt::claims(&tokens.text("id_token"))["auth_time"].is_i64());
    }

    async fn acr_says_how_the_person_signed_in_when_asked(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let acr = "urn:wayleave:acr:password";
        let code = alice.consented(client.request().with("acr_values", acr)).await.code();
        assert_eq!(jwt::claims(&client.exchange(&code).await.is(200).text("id_token"))["acr"], acr);
    }

    async fn a_claim_asked_for_by_name_is_in_it(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let code = alice.consented(client.request().with("claims", r#"{"id_token":{"preferred_username":null}}"#)).await.code();
        let claims = jwt::claims(&client.exchange(&code).await.is(200).text("id_token"));
        assert_eq!(claims["preferred_username"], "alice");
    }

    async fn a_refreshed_one_names_the_same_person_and_no_nonce(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let tokens = client.tokens(&mut alice).await;
        let refreshed = client.refresh(&tokens.text("refresh_token")).await;
        let (first, second) = (jwt::claims(&tokens.text("id_token")), verified(&world, &refreshed.text("id_token"), Algorithm::Rs256).await);
        for name in ["iss", "sub", "aud"] {
            assert_eq!(first[name], second[name]);
        }
        assert!(second.get("nonce").is_none());
        assert_eq!(second["at_hash"], jose::at_hash(Algorithm::Rs256, &refreshed.text("access_token")));
    }

    async fn without_openid_there_is_none(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let code = alice.consented(client.request().with("scope", "profile").without("nonce")).await.code();
        assert!(!client.exchange(&code).await.is(200).has("id_token"));
    }

    async fn the_sub_of_a_client_is_never_that_of_a_person(world: World) {
        let client = world.client(json!({ "grant_types": ["client_credentials", "authorization_code"] })).await;
        let own = client.client_credentials("").await.is(200).text("access_token");
        let hers = client.tokens(&mut world.alice().await).await.text("access_token");
        let sub = |token: &str| jwt::claims(token)["sub"].as_str().map(str::to_owned).expect("a sub");
        assert!(sub(&own).starts_with("wla_") && !sub(&hers).starts_with("wla_"));
        assert!(sub(&hers).len() <= 255 && sub(&hers).is_ascii());
    }
}
