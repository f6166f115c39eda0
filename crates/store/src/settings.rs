//! What administrators changed from the defaults: names and JSON values.

use crate::{Query, Statement, Store, StoreError};

/// All settings that differ from their default, as (name, JSON text).
pub async fn all(store: &Store) -> Result<Vec<(String, String)>, StoreError> {
    let rows = store.read(Query::new("SELECT name, value FROM settings ORDER BY name", [])).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

pub fn set(name: &str, value: &str) -> Statement {
    Statement::new(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
        [name.into(), value.into()],
    )
}

/// Sets only what was never set: for secrets that all nodes must share and the first one makes.
pub fn set_once(name: &str, value: &str) -> Statement {
    Statement::new(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        [name.into(), value.into()],
    )
}
