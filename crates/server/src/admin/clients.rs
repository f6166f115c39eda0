//! What administrators do to registered clients.

use domain::{
    client::{Client, ClientId},
    time::Timestamp,
};
use store::{Batch, Outcome, Statement, Store, StoreError, clients, consents, grants};

#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("client_id: there is no such client")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The statements that delete a client: its grants die, people will be asked again, and a tombstone says what happened.
pub fn deletion(client: &Client, now: Timestamp) -> Batch {
    let mut batch = Batch::new();
    batch.push(clients::delete(&client.id));
    batch.push(clients::bury(&client.client_id, now));
    batch.push(consents::void_of_client(&client.client_id));
    batch.push(grants::revoke_of_client(&client.client_id, now));
    batch
}

pub async fn delete(store: &Store, client_id: &str, now: Timestamp) -> Result<(), ClientError> {
    let client = find(store, client_id).await?;
    match store.commit(deletion(&client, now)).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ClientError::Unknown),
    }
}

/// Vouches for a client, or takes that back.
pub async fn set_verified(store: &Store, client_id: &str, is_verified: bool) -> Result<(), ClientError> {
    let client = find(store, client_id).await?;
    change(store, clients::set_verified(&client.id, is_verified)).await
}

/// A disabled client keeps its registration and may do nothing.
pub async fn set_enabled(store: &Store, client_id: &str, is_enabled: bool) -> Result<(), ClientError> {
    let client = find(store, client_id).await?;
    change(store, clients::set_enabled(&client.id, is_enabled)).await
}

pub async fn find(store: &Store, client_id: &str) -> Result<Client, ClientError> {
    let client_id = ClientId::parse(client_id).ok_or(ClientError::Unknown)?;
    clients::by_client_id(store, &client_id).await?.ok_or(ClientError::Unknown)
}

async fn change(store: &Store, statement: Statement) -> Result<(), ClientError> {
    let mut batch = Batch::new();
    batch.push(statement);
    match store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ClientError::Unknown),
    }
}
