//! When clients last gave a sign of life: a token was issued to them, one was introspected for them, or the same was registered again.

use std::collections::HashMap;

use domain::{id::Id, time::Timestamp};

use crate::{Statement, Store, StoreError, search::Composer};

/// Notes that the client with this row was served then; nothing happens where something later is noted, or the client is gone.
pub fn note(client: &Id, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO client_uses (client, last_used_at)
         SELECT c.id, CAST($1 AS BIGINT) FROM clients c WHERE c.id = $2
         ON CONFLICT (client) DO UPDATE SET last_used_at = excluded.last_used_at
         WHERE client_uses.last_used_at < excluded.last_used_at",
        [at.into(), client.into()],
    )
}

/// When those of `clients` were last served that ever were.
pub async fn of(store: &Store, clients: &[Id]) -> Result<HashMap<Id, Timestamp>, StoreError> {
    let mut composer = Composer::starting_with("TRUE AND ");
    composer.one_of("client", clients);
    let query = composer.select("SELECT client, last_used_at FROM client_uses");
    store.read(query).await?.iter().map(|row| Ok((row.id(0)?, row.timestamp(1)?))).collect()
}
