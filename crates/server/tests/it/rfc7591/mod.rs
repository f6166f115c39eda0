//! A client registers itself: RFC 7591 and OpenID Connect Registration, as far as only HTTP can show it. The rules themselves are
//! tested where they are, in `domain/src/registration/tests`.

pub(crate) mod any_bytes;
mod browsers_of_other_sites;
mod limits_of_a_body;
mod mail_apps;
mod recorded_clients;
mod s2_3_software_statements;
mod s2_shared_clients;
mod s3_1_media_types_and_methods;
mod s3_1_who_may_register;
mod s3_2_1_response;
mod s3_2_2_errors;
mod s3_2_2_policies;
pub(crate) mod s3_initial_access_tokens;
mod s5_nothing_secret_is_kept;

use serde_json::{Value, json};

use crate::world::{Answer, World};

/// Lets anybody register.
pub(crate) async fn open(world: &World) {
    world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
}

/// A public web client: what the vectors begin with.
pub(crate) fn base() -> Value {
    json!({ "redirect_uris": ["https://c.example/cb"], "token_endpoint_auth_method": "none" })
}

/// [`base`] with `members` added or replaced.
fn with(members: &Value) -> Value {
    let mut body = base();
    for (name, value) in members.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// Sends bytes as JSON, without a credential.
async fn register_bytes(world: &World, body: &[u8]) -> Answer {
    world.post("/register").body("application/json", body.to_vec()).send().await
}

async fn clients(world: &World) -> usize {
    world.rows("SELECT id FROM clients", []).await.len()
}
