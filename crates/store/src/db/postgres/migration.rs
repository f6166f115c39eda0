//! Migrations on PostgreSQL: all pending ones in one transaction, behind a lock that other nodes wait for.

use tokio_postgres::{Client, Error, GenericClient};

use super::failure::describe;
use super::target::{Purpose, Target};
use crate::error::StoreError;
use crate::migrate::{Applied, CREATE_HISTORY, HISTORY, Migration, NOTE_APPLIED, READ_HISTORY, pending};

/// Names the lock: any number that no other program is likely to use.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8608480567731124087)";

pub(super) async fn migrate(target: &Target, known: &[Migration]) -> Result<Vec<String>, StoreError> {
    let (mut client, mut driver) = target.connect(Purpose::Migrate).await?;
    tokio::select! {
        migrated = run(&mut client, known) => migrated,
        _ = &mut driver => Err(StoreError::Unavailable("the connection was lost during a migration".to_owned())),
    }
}

async fn run(client: &mut Client, known: &[Migration]) -> Result<Vec<String>, StoreError> {
    let lost = |error: Error| StoreError::Unavailable(describe(&error));
    // Almost always there is nothing to do, and to see that takes no lock.
    let is_there = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&HISTORY]).await.map_err(lost)?;
    if is_there.try_get(0).map_err(lost)? {
        let applied = history(client).await.map_err(lost)?;
        if pending(&applied, known)?.is_empty() {
            return Ok(Vec::new());
        }
    }
    let transaction = client.transaction().await.map_err(lost)?;
    transaction.batch_execute(LOCK).await.map_err(lost)?;
    let denied = |error: Error| {
        StoreError::Configuration(format!("the schema cannot be changed: {}", describe(&error)))
    };
    transaction.batch_execute(CREATE_HISTORY).await.map_err(denied)?;
    let applied = history(&transaction).await.map_err(denied)?;
    let pending = pending(&applied, known)?;
    for migration in pending {
        let failed = |error: Error| {
            StoreError::Configuration(format!(
                "migration {} failed and nothing was changed: {}",
                migration.name(),
                describe(&error)
            ))
        };
        transaction.batch_execute(migration.sql()).await.map_err(failed)?;
        transaction
            .execute(NOTE_APPLIED, &[&migration.name(), &migration.checksum()])
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(lost)?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

async fn history(client: &impl GenericClient) -> Result<Vec<Applied>, Error> {
    let rows = client.query(READ_HISTORY, &[]).await?;
    rows.iter().map(|row| Ok(Applied { name: row.try_get(0)?, checksum: row.try_get(1)? })).collect()
}
