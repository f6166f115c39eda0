//! What can go wrong with the memory, told apart by what the caller can do about it.

use thiserror::Error;

/// Why a read or a commit gave no answer. No message carries a password, a parameter or a stored value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The database cannot be reached, is busy or full. Trying again later may help; whether a commit took
    /// effect is unknown only when the connection was lost after it was sent.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A constraint was violated (a key that exists, a reference to nothing); nothing of the batch was stored.
    #[error("a constraint of the database was violated")]
    Conflict,
    /// Something else changed than what a store of [`crate::Store::expecting`] allows; nothing of the batch was stored.
    #[error("the state is not the expected one any more")]
    Unexpected,
    /// A text holds a NUL, which PostgreSQL cannot store and SQLite therefore does not; nothing of the batch was stored.
    #[error("text with a NUL character cannot be stored")]
    Nul,
    /// The database holds something that this program never writes.
    #[error("the database holds what this program cannot read: {what}")]
    Corrupt { what: String },
    /// Nothing will work until the operator changes something; the message says what.
    #[error("{0}")]
    Configuration(String),
    /// The database does not understand a statement: a defect of this program, or a missing migration.
    #[error("the database refused a statement: {0}")]
    Statement(String),
}

impl StoreError {
    pub(crate) fn closed() -> Self {
        Self::Unavailable("the store is closed".to_owned())
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}
