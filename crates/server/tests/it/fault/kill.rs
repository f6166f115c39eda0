//! `kill -9` under load: what was acknowledged is there afterwards, and its secret works.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    both_places,
    program::{Line, Program, local},
};
use crate::world::Place;

const CYCLES: usize = 50;
const CONTENDERS: usize = 64;

both_places! {
    async fn every_acknowledged_registration_survives_fifty_kills_and_its_secret_works(place: Place) {
        let key = local(&place, &[
            "api-key", "create", "--account", "admin",
            "--permission", "authenticate", "--permission", "oauth-client-registration",
        ]);
        for cycle in 0..CYCLES {
            let acknowledged = load_and_kill(&place, &key, 8 + cycle * 3 % 120).await;
            let program = Program::start(&place, None).await;
            check_all(&program, acknowledged).await;
        }
        place.end();
    }
}

/// Registers from many sides until `enough` were acknowledged, kills the program in the midst of it, and answers all that were.
async fn load_and_kill(place: &Place, key: &str, enough: usize) -> Vec<Value> {
    let program = Program::start(place, None).await;
    let count = Arc::new(AtomicUsize::new(0));
    let mut contenders = JoinSet::new();
    for number in 0..CONTENDERS {
        let line = program.line().await.expect("a line");
        contenders.spawn(register_until_it_breaks(line, key.to_owned(), number, Arc::clone(&count)));
    }
    while count.load(Ordering::Relaxed) < enough {
        tokio::task::yield_now().await;
    }
    program.kill();
    contenders.join_all().await.into_iter().flatten().collect()
}

async fn register_until_it_breaks(
    mut line: Line,
    key: String,
    number: usize,
    count: Arc<AtomicUsize>,
) -> Vec<Value> {
    let metadata = json!({
        "client_name": format!("contender {number}"),
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic",
    });
    let mut acknowledged = Vec::new();
    while let Some(reply) = line.post_json("/register", &key, &metadata).await {
        assert_eq!(reply.status, 201, "{}", reply.text());
        acknowledged.push(reply.json());
        count.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

/// Each registration reads back as it was answered, and its secret gets a token.
async fn check_all(program: &Program, acknowledged: Vec<Value>) {
    let mut line = program.line().await.expect("a line");
    for registered in acknowledged {
        let text = |member: &str| registered[member].as_str().expect("text").to_owned();
        let path = format!("/register/{}", text("client_id"));
        let bearer = format!("Bearer {}", text("registration_access_token"));
        let read = line.send("GET", &path, &[("authorization", &bearer)], "").await.expect("an answer");
        let mut read = read.json();
        // The issuer follows the port, and each start takes another.
        read["registration_client_uri"] = registered["registration_client_uri"].clone();
        assert_eq!(read, registered);
        let basic = STANDARD.encode(format!("{}:{}", text("client_id"), text("client_secret")));
        let basic = format!("Basic {basic}");
        let fields = [("grant_type", "client_credentials")];
        let token = line.post_form("/token", &[("authorization", &basic)], &fields).await.expect("an answer");
        assert_eq!(token.status, 200, "{}", token.text());
    }
}
