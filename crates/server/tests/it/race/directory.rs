//! X02, X05, X11: what is taken away while it is being used.

use domain::client::metadata::AuthMethod;
use tokio::task::JoinSet;

use crate::{
    rfc7592::{Owner, replacement},
    world::{Answer, Client, Form, World},
};

const CONTENDERS: usize = 64;

/// What takes away what the client got.
#[derive(Clone, Copy, Debug)]
enum End {
    AccountDisabled,
    GrantRevoked,
    ClientDisabled,
    ClientDeleted,
}

async fn end(world: &World, client: &Client, end: End) {
    match end {
        End::AccountDisabled => world.enable_account("alice", false).await,
        End::GrantRevoked => {
            let id = world.account_named("alice").await.id;
            let mut batch = store::Batch::new();
            batch.push(store::grants::revoke_of_account(&id, server::clock::now()));
            assert!(world.app().store.commit(batch).await.expect("revoked").is_committed());
        }
        End::ClientDisabled => world.enable_client(&client.id, false).await,
        End::ClientDeleted => world.delete_client(&client.id).await,
    }
}

/// Redeems every code at once, and in the midst of it takes away what they are worth.
async fn redeemed_while(world: &World, client: &Client, codes: Vec<String>, how: End) -> Vec<Answer> {
    let mut all = JoinSet::new();
    for (at, code) in codes.into_iter().enumerate() {
        let (world, client) = (world.clone(), client.clone());
        all.spawn(async move {
            if at == 8 {
                end(&world, &client, how).await;
            }
            client.exchange(&code).await
        });
    }
    all.join_all().await
}

async fn nothing_is_active(world: &World, answers: &[Answer]) {
    for answer in answers.iter().filter(|answer| answer.status == 200 && answer.has("access_token")) {
        assert!(!world.is_active(&answer.text("access_token")).await);
        assert!(!world.is_active(&answer.text("refresh_token")).await);
    }
}

async fn codes(world: &World, client: &Client) -> Vec<String> {
    let mut alice = world.alice().await;
    let mut codes = Vec::new();
    for _ in 0..16 {
        codes.push(alice.consented(client).await.code());
    }
    codes
}

async fn nothing_survives(world: World, how: End) {
    let client = world.public_client().await;
    let codes = codes(&world, &client).await;
    let answers = redeemed_while(&world, &client, codes, how).await;
    nothing_is_active(&world, &answers).await;
}

both! {
    async fn x02_codes_redeemed_while_the_account_is_disabled_leave_nothing_active(world: World) {
        nothing_survives(world, End::AccountDisabled).await;
    }

    async fn x02_codes_redeemed_while_the_consent_is_revoked_leave_nothing_active(world: World) {
        nothing_survives(world, End::GrantRevoked).await;
    }

    async fn x02_codes_redeemed_while_the_client_is_blocked_leave_nothing_active(world: World) {
        nothing_survives(world, End::ClientDisabled).await;
    }

    async fn x02_codes_redeemed_while_the_client_is_deleted_leave_nothing_active(world: World) {
        nothing_survives(world, End::ClientDeleted).await;
    }

    async fn x05_of_64_refreshes_around_a_new_password_nothing_is_active_afterwards(world: World) {
        let client = world.client_with(AuthMethod::ClientSecretBasic).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let mut all = JoinSet::new();
        for at in 0..CONTENDERS {
            let (world, client, token) = (world.clone(), client.clone(), tokens.text("refresh_token"));
            all.spawn(async move {
                if at == CONTENDERS / 2 {
                    world.set_password("alice", "a new password").await;
                }
                client.post("/token", Form::refresh(&token)).await
            });
        }
        let mut answers = all.join_all().await;
        answers.push(tokens);
        nothing_is_active(&world, &answers).await;
    }

    async fn x11_of_replacements_a_deletion_and_a_block_at_once_no_active_client_comes_out(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let mut all = JoinSet::new();
        for at in 0..CONTENDERS {
            let (world, mut owner, id) = (world.clone(), Owner::of(&world, &client.registration), client.id.clone());
            let body = replacement(&client.registration);
            all.spawn(async move {
                match at {
                    20 => world.try_disable_client(&id).await,
                    40 => drop(owner.delete().await),
                    _ => drop(owner.put(&body).await),
                }
            });
        }
        all.join_all().await;
        let left = world.rows("SELECT id FROM clients WHERE is_enabled", []).await;
        assert!(left.is_empty(), "a client is active");
        nothing_is_active(&world, &[tokens]).await;
    }
}
