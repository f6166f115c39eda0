//! What was issued cannot be found again: not in a table, not in a file. RFC 7591 §5; P17.

use domain::client::metadata::AuthMethod;
use serde_json::Value;

use crate::{
    rfc7592::{Owner, replacement},
    world::World,
};

both! {
    async fn p17_no_secret_token_or_code_is_in_a_table_or_in_a_file(world: World) {
        let issued = everything_issued(&world).await;
        let stored = everything_stored(&world).await;
        assert!(stored.contains("https://app.example/callback"), "nothing was looked at");
        for (name, secret) in issued {
            let (_, chance) = secret.split_at(secret.len() - 43.min(secret.len()));
            assert!(!stored.contains(&secret) && !stored.contains(chance), "{name} is stored");
        }
    }
}

/// Lets a client and a person do what brings them credentials. Answers those by name.
async fn everything_issued(world: &World) -> Vec<(&'static str, String)> {
    let mut alice = world.alice().await;
    let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
    let mut owner = Owner::of(world, &client.registration);
    let first_token = owner.token.clone();
    owner.put(&replacement(&client.registration)).await.is(200);
    let used = alice.consented(&client).await.code();
    let tokens = client.exchange(&used).await;
    let refreshed = client.refresh(&tokens.text("refresh_token")).await;
    let mut issued = vec![
        ("password", "password of alice".to_owned()),
        ("API key", world.registration_key().await),
        ("client secret", client.secret.clone().expect("a secret")),
        ("first registration access token", first_token),
        ("registration access token", owner.token),
        ("used code", used),
        ("unused code", alice.consented(&client).await.code()),
    ];
    for name in ["access_token", "refresh_token", "id_token"] {
        issued.push((name, tokens.text(name)));
        issued.extend(refreshed.json.get(name).and_then(Value::as_str).map(|token| (name, token.to_owned())));
    }
    issued
        .extend(alice.cookies.into_values().filter(|value| value.len() > 20).map(|value| ("cookie", value)));
    assert!(issued.iter().any(|(name, _)| *name == "cookie"));
    issued
}

/// Every text of every table, and every file of the data directory.
async fn everything_stored(world: &World) -> String {
    let mut stored = String::new();
    for table in tables() {
        for row in world.rows(format!("SELECT * FROM {table}").leak(), []).await {
            for text in (0..32).filter_map(|column| row.text(column).ok()) {
                stored.push_str(&text);
                stored.push('\n');
            }
        }
    }
    for file in std::fs::read_dir(&world.app().config.data).expect("a directory") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("a file");
        stored.push_str(&String::from_utf8_lossy(&bytes));
    }
    stored
}

fn tables() -> Vec<String> {
    let migrations = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations"));
    let (mut names, mut renamed) = (Vec::new(), Vec::new());
    for file in migrations.expect("migrations") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        let created = text.split("CREATE TABLE ").skip(1).filter_map(|rest| rest.split_whitespace().next());
        names.extend(created.map(str::to_owned));
        for change in text.split("ALTER TABLE ").skip(1) {
            if let [old, "RENAME", "TO", new, ..] = change.split([' ', ';', '\n']).collect::<Vec<_>>()[..] {
                // What only makes room for a successor of its name is gone at the end.
                if !text.contains(&format!("DROP TABLE {new}")) {
                    renamed.push((old.to_owned(), new.to_owned()));
                }
            }
        }
    }
    for (old, new) in renamed {
        names.iter_mut().filter(|name| **name == old).for_each(|name| name.clone_from(&new));
    }
    assert!(names.len() > 10, "{names:?}");
    names
}
