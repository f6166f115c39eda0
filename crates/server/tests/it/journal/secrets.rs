//! The journal tells of credentials and never holds one. P18.

use domain::client::metadata::AuthMethod;
use http::Method;
use serde_json::{Value, json};

use super::all;
use crate::{
    rfc7592::{Owner, replacement},
    world::World,
};

/// Lets people and clients do everything that the journal tells of. Answers every credential that this took.
async fn everything_presented(world: &World) -> Vec<String> {
    let key = world.registration_key().await;
    let mut alice = world.alice().await;
    world.browser().sign_in("alice", "a wrong password").await;
    let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
    let code = alice.consented(&client).await.code();
    let tokens = client.exchange(&code).await;
    client.exchange(&code).await.refuses("invalid_grant");
    let mut owner = Owner::of(world, &client.registration);
    let first = owner.token.clone();
    let renamed = owner.put(&replacement(&client.registration)).await.json.clone();
    owner.with(&first).call(Method::PUT).json(&json!({})).send().await;
    world.settings("OidcProvider.scopes", json!(["read"])).await;
    owner.delete().await.is(204);
    let mut all =
        vec![key, code, first, owner.token, "a wrong password".to_owned(), "password of alice".to_owned()];
    all.extend(client.secret.clone());
    all.extend(alice.cookies.into_values().filter(|value| value.len() > 20));
    for value in [&tokens.json, &renamed] {
        let secret = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        all.extend(
            ["access_token", "refresh_token", "id_token", "client_secret"].into_iter().filter_map(secret),
        );
    }
    all
}

both! {
    async fn p18_no_credential_that_was_issued_or_presented_is_in_the_journal(world: World) {
        let presented = everything_presented(&world).await;
        assert!(presented.len() > 9, "{}", presented.len());
        let told = format!("{:?}", all(&world).await);
        assert!(told.contains("app.example"), "nothing was looked at");
        for secret in presented {
            let (_, chance) = secret.split_at(secret.len() - 43.min(secret.len()));
            assert!(!told.contains(&secret) && !told.contains(chance), "{secret}");
        }
        for hash in world.rows("SELECT secret_hash FROM account_keys UNION SELECT secret_hash FROM authorization_codes", []).await {
            assert!(!told.contains(&hash.text(0).expect("a hash")));
        }
    }
}
