//! X08, X09, X10: registrations that meet.

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    rfc7591::s3_initial_access_tokens::mint,
    rfc7592::{Owner, replacement},
    world::{Answer, World},
};

const CONTENDERS: usize = 64;

both! {
    async fn x08_identical_registrations_at_once_are_one_client_and_one_row(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let answers = at_once(|at| {
            let (world, uri) = (world.clone(), format!("http://127.0.0.1:{}/cb", 50_000 + at));
            async move { world.register(json!({ "redirect_uris": [uri] })).await }
        })
        .await;
        let first = answers[0].is(201).text("client_id");
        assert!(answers.iter().all(|answer| answer.is(201).text("client_id") == first));
        assert_eq!(world.rows("SELECT id FROM clients", []).await.len(), 1);
    }

    async fn x08_a_deleted_client_that_many_register_again_is_one_row_without_a_tombstone(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let metadata = json!({ "redirect_uris": ["http://127.0.0.1/cb"] });
        let id = world.register(metadata.clone()).await.is(201).text("client_id");
        world.delete_client(&id).await;
        let answers = at_once(|_| {
            let (world, metadata) = (world.clone(), metadata.clone());
            async move { world.register(metadata).await }
        })
        .await;
        assert!(answers.iter().all(|answer| answer.is(201).text("client_id") == id));
        assert_eq!(world.rows("SELECT id FROM clients", []).await.len(), 1);
        assert!(world.rows("SELECT client_id FROM client_tombstones", []).await.is_empty());
    }

    async fn x09_an_initial_access_token_for_one_client_registers_one_of_64(world: World) {
        let admin = world.admin_jmap().await;
        let (id, token) = mint(&admin, json!({})).await;
        let answers = at_once(|at| {
            let (world, token) = (world.clone(), token.clone());
            let metadata = json!({ "redirect_uris": [format!("https://app-{at}.example/cb")] });
            async move { world.register_with(&token, metadata).await }
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!((won.len(), lost.len()), (1, CONTENDERS - 1));
        are_refused(&lost);
        assert_eq!(world.rows("SELECT id FROM clients", []).await.len(), 1);
        assert_eq!(admin.get("x:InitialAccessToken/get", &id).await["uses"], 1);
    }

    async fn of_64_registrations_at_once_as_many_succeed_as_the_token_is_for(world: World) {
        let (_, token) = mint(&world.admin_jmap().await, json!({ "maxUses": 20 })).await;
        let answers = at_once(|at| {
            let (world, token) = (world.clone(), token.clone());
            let metadata = json!({ "redirect_uris": [format!("https://app-{at}.example/cb")] });
            async move { world.register_with(&token, metadata).await }
        })
        .await;
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 20);
        assert_eq!(world.rows("SELECT client_row FROM initial_access_token_uses", []).await.len(), 20);
    }

    async fn x10_of_different_replacements_with_one_token_exactly_one_succeeds(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let answers = replace_at_once(&world, &client.registration, |at| format!("App {at}")).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, CONTENDERS - 1));
        are_refused(&lost);
        let winner = Owner::of(&world, &won[0].json);
        assert_eq!(winner.get().await.is(200).json, won[0].json);
        assert_eq!(won[0].text("client_secret"), client.secret.expect("a secret"));
    }

    async fn x10_the_same_replacement_sent_many_times_answers_one_token_or_401(world: World) {
        let client = world.public_client().await;
        let answers = replace_at_once(&world, &client.registration, |_| "One app".to_owned()).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert!(won.iter().all(|answer| answer.json == won[0].json), "two tokens for one replacement");
        are_refused(&lost);
        let mut retry = Owner::of(&world, &client.registration);
        let body = named(&client.registration, "One app");
        assert_eq!(retry.put(&body).await.is(200).json, won[0].json);
    }

    async fn of_many_deletions_exactly_one_succeeds(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let answers = at_once(|_| { let owner = owner.clone(); async move { owner.delete().await } }).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 204);
        assert_eq!((won.len(), lost.len()), (1, CONTENDERS - 1));
        are_refused(&lost);
    }
}

/// Whoever came too late has a token that is no longer good.
fn are_refused(late: &[&Answer]) {
    for answer in late {
        answer.is(401).refuses("invalid_token");
    }
}

/// Sends a replacement per contender, each with the same token and the name that `name` gives it.
async fn replace_at_once(world: &World, registration: &Value, name: impl Fn(usize) -> String) -> Vec<Answer> {
    at_once(|at| {
        let (mut owner, body) = (Owner::of(world, registration), named(registration, &name(at)));
        async move { owner.put(&body).await }
    })
    .await
}

fn named(registration: &Value, name: &str) -> Value {
    let mut body = replacement(registration);
    body["client_name"] = name.into();
    body
}

/// Starts a request per contender and waits for all answers.
async fn at_once<F: Future<Output = Answer> + Send + 'static>(request: impl Fn(usize) -> F) -> Vec<Answer> {
    (0..CONTENDERS).map(request).collect::<JoinSet<_>>().join_all().await
}
