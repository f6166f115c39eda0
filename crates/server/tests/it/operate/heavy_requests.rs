//! One account that asks for as much as it may holds up nobody else.

use std::time::Duration;

use domain::{directory::FirstRole, id::Id, time::Timestamp};
use serde_json::{Value, json};
use server::admin::{
    Means,
    accounts::{self, Draft},
    actor::Actor,
};
use tokio::{task::JoinSet, time::Instant};

use crate::world::{PASSWORD, USING, World};

/// What others never wait longer for, on a machine that has other tests to run.
const PATIENCE: Duration = Duration::from_secs(3);

/// As many calls as a request may have, each about as many objects as a call may name, none of which is there.
fn destruction() -> Value {
    let id = |number| Id::new(Timestamp::from_millis(1), number, [7; 8]).to_string();
    let ids: Vec<_> = (0..500).map(id).collect();
    let call = json!(["x:ApiKey/set", { "destroy": ids }, "c"]);
    json!({ "using": USING, "methodCalls": vec![call; 16] })
}

/// As many conditions as a filter may have, each with as many words as count.
fn question() -> Value {
    let words = (0..16).map(|number| format!("word{number}")).collect::<Vec<_>>().join(" ");
    let filter = json!({ "operator": "OR", "conditions": vec![json!({ "text": words }); 250] });
    let call = json!(["x:Account/query", { "filter": filter }, "c"]);
    json!({ "using": USING, "methodCalls": vec![call; 16] })
}

/// The longest that a probe waited while `body` was answered four times at once.
async fn longest_wait(world: &World, key: &str, body: &Value) -> Duration {
    let mut heavy = JoinSet::new();
    for _ in 0..4 {
        heavy.spawn(world.post("/jmap").bearer(key).json(body).send());
    }
    let mut longest = Duration::ZERO;
    let mut probes = 0;
    while !heavy.is_empty() {
        let begun = Instant::now();
        world.get("/healthz/live").send().await.is(200);
        longest = longest.max(begun.elapsed());
        probes += 1;
        while let Some(answer) = heavy.try_join_next() {
            assert_ne!(answer.expect("an answer").status, 500);
        }
    }
    assert!(probes > 1, "nothing was asked beside it");
    longest
}

both! {
    async fn others_are_answered_while_one_account_deletes_thousands_that_are_not_there(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let key = world.api_key(&alice, &FirstRole::User.permissions().iter().collect::<Vec<_>>()).await;
        let waited = longest_wait(&world, &key, &destruction()).await;
        assert!(waited < PATIENCE, "{waited:?}");
    }

    async fn others_are_answered_while_one_account_asks_for_all_words_there_are(world: World) {
        let app = world.app();
        for number in 0..300 {
            let draft = Draft::named(&format!("person-{number}"));
            accounts::create(Means::of(&app), &Actor::host(), draft, None).await.expect("an account");
        }
        let key = world.admin_key().await;
        let waited = longest_wait(&world, &key, &question()).await;
        assert!(waited < PATIENCE, "{waited:?}");
    }
}
