//! Only the registration access token of this very client opens its registration, and only from the header. RFC 7592 §2, RFC 6750 §3.

use domain::directory::permission::Permission;
use http::Method;
use serde_json::json;

use super::{Owner, replacement};
use crate::{
    rfc7591,
    world::{Answer, World},
};

const METHODS: [Method; 3] = [Method::GET, Method::PUT, Method::DELETE];

both! {
    async fn m01_no_token_is_401_with_a_bare_challenge(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        for method in METHODS {
            let answer = world.call(method, &owner.uri).json(&replacement(&client.registration)).send().await;
            answer.is(401).refuses("invalid_token");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wayleave\""));
        }
        owner.get().await.is(200);
    }

    async fn m01_a_malformed_token_is_401(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let cut = &owner.token[..owner.token.len() - 1];
        for header in ["Bearer", "Bearer ", "Basic YTpi", &format!("Bearer {cut}"), &format!("Bearer {}A", owner.token), &owner.token] {
            for method in METHODS {
                is_bad_token(&owner.call(method).header("authorization", header).send().await);
            }
        }
        owner.get().await.is(200);
    }

    async fn m02_the_token_of_another_client_and_a_client_that_does_not_exist_are_one_answer(world: World) {
        let (one, other) = (world.public_client().await, world.public_client().await);
        let (owner, stranger) = (Owner::of(&world, &one.registration), Owner::of(&world, &other.registration));
        for method in METHODS {
            let wrong = owner.with(&stranger.token).call(method.clone()).json(&replacement(&one.registration)).send().await;
            is_bad_token(&wrong);
            for id in ["nobody", "wla_00000000000000000000000000", "%00", "%ff", "a%2fb", "%20"] {
                let unknown = world.call(method.clone(), &format!("/register/{id}")).bearer(&owner.token).send().await;
                assert_eq!((is_bad_token(&unknown), &unknown.body), ((), &wrong.body), "{id}");
            }
        }
        owner.get().await.is(200);
    }

    async fn neither_an_api_key_nor_an_access_token_manages_a_client(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let access_token = client.tokens(&mut world.alice().await).await.text("access_token");
        for token in [world.registration_key().await, access_token] {
            is_bad_token(&owner.with(&token).get().await);
        }
    }

    async fn the_token_of_a_registration_is_good_for_nothing_else(world: World) {
        let client = world.public_client().await;
        let token = Owner::of(&world, &client.registration).token;
        world.userinfo(&token).await.is(401);
        is_bad_token(&world.register_with(&token, replacement(&client.registration)).await);
        assert!(!world.is_active(&token).await);
    }

    async fn m13_a_token_in_the_query_or_the_body_is_no_token(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        for method in METHODS {
            for parameter in ["access_token", "registration_access_token"] {
                let parameter = format!("{parameter}={}", owner.token);
                let in_query = world.call(method.clone(), &format!("{}?{parameter}", owner.uri)).send().await;
                in_query.is(401).refuses("invalid_token");
                let in_body = world.call(method.clone(), &owner.uri).body("application/x-www-form-urlencoded", parameter);
                in_body.send().await.is(401).refuses("invalid_token");
            }
        }
        owner.get().await.is(200);
    }

    async fn other_methods_are_405_and_hear_which_there_are(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        for method in [Method::POST, Method::PATCH] {
            let answer = owner.call(method).json(&replacement(&client.registration)).send().await;
            let allowed = answer.is(405).header("allow").expect("an Allow header").to_owned();
            assert!(["GET", "PUT", "DELETE"].iter().all(|method| allowed.contains(method)), "{allowed}");
        }
    }

    async fn the_registration_outlives_the_key_that_made_it_and_rests_with_its_account(world: World) {
        world.account("robot", "password of robot").await;
        world.sql("UPDATE accounts SET roles = 'admin' WHERE name = 'robot'", []).await;
        let robot = world.account_named("robot").await;
        let key = world.api_key(&robot, &[Permission::Authenticate, Permission::OauthClientRegistration]).await;
        let registration = world.register_with(&key, rfc7591::base()).await.is(201).json.clone();
        world.sql("UPDATE account_keys SET expires_at = $1", [1_i64.into()]).await;
        world.register_with(&key, rfc7591::base()).await.refuses("invalid_token");
        let mut owner = Owner::of(&world, &registration);
        owner.get().await.is(200);
        world.enable_account("robot", false).await;
        for method in METHODS {
            owner.call(method).json(&replacement(&registration)).send().await.is(403).refuses("insufficient_scope");
        }
        world.enable_account("robot", true).await;
        owner.put(&replacement(&registration)).await.is(200);
        owner.delete().await.is(204);
    }

    async fn v104_whoever_deletes_an_account_leaves_its_clients_to_administrators(world: World) {
        let admin = world.admin_jmap().await;
        let robot = json!({ "name": "robot", "secret": "password of robot", "roles": { "@type": "Admin" } });
        let robot = admin.create("x:Account/set", robot).await["id"].as_str().expect("an id").to_owned();
        let key = world.api_key(&world.account_named("robot").await, &[Permission::Authenticate, Permission::OauthClientRegistration]).await;
        let registration = world.register_with(&key, rfc7591::base()).await.is(201).json.clone();
        let owner = Owner::of(&world, &registration);
        assert_eq!(admin.call("x:Account/set", json!({ "destroy": [robot] })).await["destroyed"], json!([robot]));
        for method in METHODS {
            let answer = owner.call(method).json(&replacement(&registration)).send().await;
            assert!(!String::from_utf8_lossy(&answer.is(403).body).contains("client_secret"));
        }
        is_bad_token(&owner.with("wlm_unknown").get().await);
        assert_eq!(admin.find("x:OAuthClient/query", json!({ "clientId": registration["client_id"] })).await.len(), 1);
    }

    async fn a_shared_client_has_no_owner(world: World) {
        rfc7591::open(&world).await;
        let shared = world.register(rfc7591::base()).await.is(201).text("client_id");
        let own = Owner::of(&world, &world.public_client().await.registration);
        for method in METHODS {
            let call = world.call(method, &format!("/register/{shared}")).bearer(&own.token);
            is_bad_token(&call.send().await);
        }
    }
}

/// 401 `invalid_token` with a challenge that says so.
#[track_caller]
fn is_bad_token(answer: &Answer) {
    answer.is(401).refuses("invalid_token");
    let challenge = answer.header("www-authenticate").expect("a challenge");
    assert!(challenge.starts_with("Bearer realm=\"wayleave\", error=\"invalid_token\", "), "{challenge}");
}
