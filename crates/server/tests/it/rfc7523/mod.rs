//! Clients that prove themselves by a signed assertion.

mod claims;
mod keys;
mod once;
mod signature;

use serde_json::{Map, Value, json};
use server::{chance, clock};

use crate::world::{Answer, Client, Form, World};
use keys::Key;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client with these keys and these members.
async fn client_with(world: &World, keys: &[&Key], members: &[(&str, &str)]) -> Client {
    let mut metadata = json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "client_credentials"],
        "jwks": { "keys": keys.iter().map(|key| key.public()).collect::<Vec<_>>() },
    });
    for (name, value) in members {
        metadata[*name] = json!(value);
    }
    world.client(metadata).await
}

/// The claims of an assertion that is right.
fn right(world: &World, client: &Client) -> Map<String, Value> {
    let now = clock::now().seconds();
    let jti = chance::bytes::<8>().map(|byte| format!("{byte:02x}")).concat();
    let claims = json!({ "iss": client.id, "sub": client.id, "aud": world.issuer(), "iat": now, "exp": now + 60, "jti": jti });
    claims.as_object().cloned().expect("an object")
}

/// Asks for a token with this assertion.
async fn present(world: &World, assertion: &str) -> Answer {
    present_at(world, "/token", assertion).await
}

/// Asks any endpoint with this assertion; what is not asked for there is passed over.
async fn present_at(world: &World, endpoint: &str, assertion: &str) -> Answer {
    let form = Form::of(&[
        ("grant_type", "client_credentials"),
        ("token", "x"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ]);
    world.post(endpoint).form(&form).send().await
}
