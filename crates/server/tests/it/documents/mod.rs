//! Clients whose id is the URL of the document that describes them. Client ID Metadata Document.

mod changes;
mod fetching;
mod keys;
mod people;
mod policies;
mod refused;
pub(crate) mod site;
mod switched;

use domain::time::Timestamp;
use server::clock;
use site::Site;
use std::time::Duration;

use crate::world::{Client, World};

/// The client that is described at `url`.
fn client_at(world: &World, url: &str) -> Client {
    world.unregistered_client(url)
}

/// How many clients of documents are stored.
async fn stored(world: &World) -> usize {
    world.rows("SELECT id FROM clients WHERE door = 'document'", []).await.len()
}

fn ago(past: Duration) -> Timestamp {
    clock::now().minus(past)
}

/// As if what the server knows of documents were this old. What it remembers of them is gone.
async fn grow_old(world: &World, age: Duration) {
    world.sql("UPDATE client_documents SET fetched_at = $1", [ago(age).into()]).await;
    site::reach(world).await;
}
