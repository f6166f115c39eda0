//! When the documents that describe clients were last read and good.

use domain::{id::Id, time::Timestamp};

use crate::{Query, Statement, Store, StoreError};

/// When the document of the client with this row was last read; `None` if it has none.
pub async fn fetched_at(store: &Store, client: &Id) -> Result<Option<Timestamp>, StoreError> {
    let query = Query::new("SELECT fetched_at FROM client_documents WHERE client = $1", [client.into()]);
    store.read_one(query).await?.map(|row| row.timestamp(0)).transpose()
}

/// Notes that it was read then; nothing happens where something later is noted, or the client is gone.
pub fn note(client: &Id, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO client_documents (client, fetched_at)
         SELECT c.id, CAST($1 AS BIGINT) FROM clients c WHERE c.id = $2
         ON CONFLICT (client) DO UPDATE SET fetched_at = excluded.fetched_at
         WHERE client_documents.fetched_at < excluded.fetched_at",
        [at.into(), client.into()],
    )
}

/// The document is wrong or gone: what was read of it counts no more.
pub fn void(client: &Id) -> Statement {
    Statement::new("UPDATE client_documents SET fetched_at = 0 WHERE client = $1", [client.into()])
}
