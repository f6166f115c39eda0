//! Codes and refresh tokens under 64 hands.

use std::collections::BTreeSet;

use domain::client::metadata::AuthMethod;
use tokio::task::JoinSet;

use crate::world::{Answer, Client, Form, World};

const CONTENDERS: usize = 64;

/// Sends each form with the client's authentication, all at once.
async fn at_once(client: &Client, forms: Vec<(&'static str, Form)>) -> Vec<Answer> {
    let mut all = JoinSet::new();
    for (path, form) in forms {
        let client = client.clone();
        all.spawn(async move { client.post(path, form).await });
    }
    all.join_all().await
}

async fn is_all_dead(world: &World, answers: &[Answer]) {
    for answer in answers.iter().filter(|answer| answer.status == 200 && answer.has("access_token")) {
        world.userinfo(&answer.text("access_token")).await.refuses("invalid_token");
        assert!(!world.is_active(&answer.text("access_token")).await);
        assert!(!world.is_active(&answer.text("refresh_token")).await);
    }
}

both! {
    async fn x01_of_64_that_redeem_a_code_one_succeeds_and_the_replay_takes_back_what_it_got(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let answers = at_once(&client, vec![("/token", client.code_form(&code)); CONTENDERS]).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, CONTENDERS - 1));
        for answer in lost {
            answer.refuses("invalid_grant");
        }
        is_all_dead(&world, &won).await;
        client.refresh(&won[0].text("refresh_token")).await.refuses("invalid_grant");
        assert_eq!(world.rows("SELECT id FROM refresh_tokens", []).await.len(), 1);
    }

    async fn x01_of_64_of_which_63_do_not_know_the_verifier_the_owner_alone_succeeds_and_keeps_it(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", serde_json::json!(1000)).await;
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let wrong = client.code_form(&code).with("code_verifier", &"a".repeat(43));
        let mut forms = vec![("/token", wrong); CONTENDERS - 1];
        forms.insert(CONTENDERS / 2, ("/token", client.code_form(&code)));
        let answers = at_once(&client, forms).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        client.refresh(&won[0].text("refresh_token")).await.is(200);
    }

    async fn x03_of_64_refreshes_of_one_token_exactly_one_successor_comes_out(world: World) {
        let client = world.public_client().await;
        let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        let answers = at_once(&client, vec![("/token", Form::refresh(&token)); CONTENDERS]).await;
        let successors: BTreeSet<_> = answers.iter().map(|answer| answer.is(200).text("refresh_token")).collect();
        assert_eq!(successors.len(), 1);
        assert_eq!(world.rows("SELECT id FROM refresh_tokens WHERE successor_id = id", []).await.len(), 1);
        client.refresh(successors.first().expect("a successor")).await.is(200);
    }

    async fn x03_a_confidential_clients_64_refreshes_all_succeed_and_the_token_stays(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        let answers = at_once(&client, vec![("/token", Form::refresh(&token)); CONTENDERS]).await;
        assert!(answers.iter().all(|answer| answer.is(200).text("refresh_token") == token));
    }

    async fn x04_after_a_revocation_among_64_refreshes_nothing_is_active(world: World) {
        let mut alice = world.alice().await;
        for method in [AuthMethod::None, AuthMethod::ClientSecretBasic] {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            let token = tokens.text("refresh_token");
            let mut forms = vec![("/token", Form::refresh(&token)); CONTENDERS];
            forms.insert(CONTENDERS / 2, ("/revoke", Form::of(&[("token", &token)])));
            let mut answers = at_once(&client, forms).await;
            assert_eq!(answers.iter().filter(|answer| answer.body.is_empty()).count(), 1);
            answers.push(tokens);
            is_all_dead(&world, &answers).await;
            client.refresh(&token).await.refuses("invalid_grant");
        }
    }

    async fn x04_a_chain_of_refreshes_ends_with_the_revocation_of_its_first_token(world: World) {
        let client = world.public_client().await;
        let first = client.tokens(&mut world.alice().await).await.text("refresh_token");
        let chain = tokio::spawn(walk(client.clone(), first.clone()));
        client.revoke(&first).await.is(200);
        is_all_dead(&world, &chain.await.expect("a chain")).await;
    }
}

/// Refreshes until refused, or a hundred times.
async fn walk(client: Client, mut token: String) -> Vec<Answer> {
    let mut answers = Vec::new();
    for _ in 0..100 {
        let answer = client.refresh(&token).await;
        if answer.status != 200 {
            break;
        }
        token = answer.text("refresh_token");
        answers.push(answer);
    }
    answers
}
