//! Clients that wait until an administrator approves them.

mod administrators;
mod nothing_is_issued;
mod registering;
mod waiting_page;

use domain::client::approval::Decision;
use serde_json::{Value, json};
use server::admin::{Means, actor::Actor, clients, clients::ClientError};

use crate::{
    rfc7591::open,
    world::{Answer, Client, REDIRECT_URI, World},
};

const POLICY: &str = "x:RegistrationPolicy/set";
const SET: &str = "x:OAuthClient/set";
const GET: &str = "x:OAuthClient/get";
const QUERY: &str = "x:OAuthClient/query";

/// Whoever registers at this door waits from now on.
pub(crate) async fn ask_for_approval(world: &World, door: &str) {
    let policy = json!({ "description": "Looked at first", "door": door, "mode": "approval" });
    world.admin_jmap().await.create(POLICY, policy).await;
}

/// What a stranger registers.
fn mail() -> Value {
    json!({ "client_name": "Mail", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none" })
}

/// A client of a stranger that waits.
async fn waiting(world: &World) -> Client {
    open(world).await;
    ask_for_approval(world, "anonymous").await;
    world.client_of(&world.register(mail()).await)
}

/// What the command line does.
pub(crate) async fn decide(world: &World, client: &Client, decision: Decision) -> Result<(), ClientError> {
    let app = world.app();
    clients::decide(Means::of(&app), &Actor::host(), (&client.id, None), decision).await
}

/// The id of its row, which is that of its object.
async fn row(world: &World, client: &Client) -> String {
    world.client_named(&client.id).await.expect("a client").id.to_string()
}

#[track_caller]
fn is_told_to_wait(answer: &Answer) {
    answer.is(400).refuses("unauthorized_client");
    let why = answer.text("error_description");
    assert!(why.contains("administrator has to approve"), "{why}");
}
