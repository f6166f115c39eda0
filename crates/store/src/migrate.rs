//! The schema's history: which migrations there are, and which of them a database still lacks.

use aws_lc_rs::digest::{SHA256, digest};

use crate::error::StoreError;

/// One step of the schema's history. Once released it never changes.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    name: &'static str,
    sql: &'static str,
}

impl Migration {
    /// `name` is the file's name without `.sql`, `sql` its text: statements that both databases understand.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn sql(&self) -> &'static str {
        self.sql
    }

    /// SHA-256 of the text in hexadecimal, the same whether lines end in LF or CR LF.
    pub(crate) fn checksum(&self) -> String {
        let text = self.sql.replace("\r\n", "\n");
        let sum = digest(&SHA256, text.as_bytes());
        sum.as_ref().iter().fold(String::new(), |mut hex, byte| {
            for nibble in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(nibble), 16));
            }
            hex
        })
    }
}

/// Every migration, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0001_directory", include_str!("../../../migrations/0001_directory.sql")),
    Migration::new("0002_clients", include_str!("../../../migrations/0002_clients.sql")),
    Migration::new("0003_grants", include_str!("../../../migrations/0003_grants.sql")),
    Migration::new("0004_keys_and_settings", include_str!("../../../migrations/0004_keys_and_settings.sql")),
    Migration::new("0005_one_key_at_a_time", include_str!("../../../migrations/0005_one_key_at_a_time.sql")),
    Migration::new("0006_journal", include_str!("../../../migrations/0006_journal.sql")),
    Migration::new("0007_tenants_and_roles", include_str!("../../../migrations/0007_tenants_and_roles.sql")),
    Migration::new("0008_lean_tokens", include_str!("../../../migrations/0008_lean_tokens.sql")),
    Migration::new("0009_second_factors", include_str!("../../../migrations/0009_second_factors.sql")),
    Migration::new("0010_webui", include_str!("../../../migrations/0010_webui.sql")),
    Migration::new(
        "0011_tombstones_of_tenants",
        include_str!("../../../migrations/0011_tombstones_of_tenants.sql"),
    ),
    Migration::new("0012_key_versions", include_str!("../../../migrations/0012_key_versions.sql")),
    Migration::new("0013_client_uses", include_str!("../../../migrations/0013_client_uses.sql")),
    Migration::new("0014_tallies", include_str!("../../../migrations/0014_tallies.sql")),
    Migration::new("0015_devices", include_str!("../../../migrations/0015_devices.sql")),
    Migration::new("0016_client_documents", include_str!("../../../migrations/0016_client_documents.sql")),
    Migration::new(
        "0017_registration_policies",
        include_str!("../../../migrations/0017_registration_policies.sql"),
    ),
    Migration::new("0018_lists", include_str!("../../../migrations/0018_lists.sql")),
    Migration::new(
        "0019_software_statements",
        include_str!("../../../migrations/0019_software_statements.sql"),
    ),
    Migration::new("0020_approval", include_str!("../../../migrations/0020_approval.sql")),
];

/// The table in which a database notes what it has been through.
pub(crate) const HISTORY: &str = "schema_migrations";
pub(crate) const CREATE_HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
     (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)";
pub(crate) const READ_HISTORY: &str = "SELECT name, checksum FROM schema_migrations ORDER BY name";
pub(crate) const NOTE_APPLIED: &str = "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)";

/// A migration that a database says it has been through.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// What `known` has and the database lacks.
///
/// [`StoreError::Configuration`] when the database knows a migration that we do not, or knows it otherwise, or
/// lacks one that is older than another it has.
pub(crate) fn pending<'a>(
    applied: &[Applied],
    known: &'a [Migration],
) -> Result<&'a [Migration], StoreError> {
    if let Some(newer) = applied.iter().find(|past| known.iter().all(|migration| migration.name != past.name))
    {
        return Err(StoreError::Configuration(format!(
            "the database is newer than this program (it has migration {}); run the newer program",
            newer.name
        )));
    }
    for (past, migration) in applied.iter().zip(known) {
        if past.name != migration.name {
            return Err(StoreError::Configuration(format!(
                "the database lacks migration {} although it has later ones; restore it from a backup",
                migration.name
            )));
        }
        if past.checksum != migration.checksum() {
            return Err(StoreError::Configuration(format!(
                "migration {} was applied with another text than this program has; run the program that made \
                 this database",
                past.name
            )));
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] = &[
        Migration::new("0001_a", "CREATE TABLE a (x TEXT);\n"),
        Migration::new("0002_b", "CREATE TABLE b (x TEXT);\n"),
    ];

    fn applied(migrations: &[Migration]) -> Vec<Applied> {
        migrations
            .iter()
            .map(|migration| Applied { name: migration.name.to_owned(), checksum: migration.checksum() })
            .collect()
    }

    #[test]
    fn what_was_applied_is_not_pending() -> Result<(), StoreError> {
        assert_eq!(pending(&[], KNOWN)?.len(), 2);
        assert_eq!(pending(&applied(&KNOWN[..1]), KNOWN)?.len(), 1);
        assert_eq!(pending(&applied(KNOWN), KNOWN)?.len(), 0);
        Ok(())
    }

    #[test]
    fn a_database_with_a_hole_in_its_history_is_refused() {
        assert!(pending(&applied(&KNOWN[1..]), KNOWN).is_err());
    }

    #[test]
    fn line_endings_do_not_change_a_checksum() {
        let with_cr = Migration::new("0001_a", "CREATE TABLE a (x TEXT);\r\n");
        assert_eq!(with_cr.checksum(), KNOWN[0].checksum());
    }

    #[test]
    fn migrations_are_listed_in_the_order_of_their_names() {
        assert!(MIGRATIONS.is_sorted_by(|earlier, later| earlier.name < later.name));
    }
}
