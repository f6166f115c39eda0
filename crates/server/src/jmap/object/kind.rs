//! What an object does: the seam between the methods of JMAP, which are the same for all, and the acts of `admin`.

use domain::{directory::Account, secret::Secret, time::Timestamp};
use jmap::{
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    set_error::{SetError, SetErrorKind},
};
use store::{Store, StoreError};

use super::{Description, Record};
use crate::{
    admin::actor::{Actor, Forbidden},
    app::App,
    jmap::query::{self, Found, Question},
};

/// Who acts where and when.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub app: &'a App,
    /// That of the server; while a state is held on to, one that changes nothing in any other.
    pub store: &'a Store,
    pub actor: &'a Actor,
    /// Whose own things are meant.
    pub account: &'a Account,
    pub now: Timestamp,
}

/// Which records to load.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    Ids(&'a [Id]),
    /// All, or the first so many: more than these are too many for whoever asks.
    All {
        most: usize,
    },
}

/// A record that was created.
pub struct Made {
    pub id: String,
    /// Shown this once.
    pub secret: Option<Secret>,
}

/// Why an act did not happen.
#[derive(Debug)]
pub enum ActError {
    /// The record, or what was asked of it, is at fault.
    Refused(SetError),
    /// Somebody else changed the record after it was loaded.
    Stale,
    Store(StoreError),
}

/// One kind of object.
pub trait Kind: Sized + Send + Sync + 'static {
    /// A record as it was loaded.
    type Row: Send + Sync;

    const DESCRIPTION: &'static Description;

    /// All properties of a record, its `id`, and `null` for what it does not have; an unset secret is left out.
    fn json(row: &Self::Row) -> Object;

    /// Those that the actor may know of, in any order. What it may not is as if it were not there.
    fn load(
        scene: Scene<'_>,
        wanted: Wanted<'_>,
    ) -> impl Future<Output = Result<Vec<Self::Row>, ActError>> + Send;

    fn create(_scene: Scene<'_>, _record: Record) -> impl Future<Output = Result<Made, ActError>> + Send {
        async { Err(SetErrorKind::Singleton.into()) }
    }

    /// Changes `row` to what `record` says; answers a secret that was made.
    fn update(
        scene: Scene<'_>,
        row: Self::Row,
        record: Record,
    ) -> impl Future<Output = Result<Option<Secret>, ActError>> + Send;

    fn destroy(_scene: Scene<'_>, _row: Self::Row) -> impl Future<Output = Result<(), ActError>> + Send {
        async { Err(SetErrorKind::Singleton.into()) }
    }

    /// Unless the store can do it, all records are loaded and looked at.
    fn query(
        scene: Scene<'_>,
        question: &Question<'_>,
    ) -> impl Future<Output = Result<Found, MethodError>> + Send {
        query::among_all::<Self>(scene, question)
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        match error {
            // Nobody's fault but that of the text that was sent.
            StoreError::Nul => Self::Refused(
                SetErrorKind::InvalidProperties { properties: Vec::new() }
                    .describe("a text holds a NUL character"),
            ),
            StoreError::Unexpected => Self::Stale,
            other => Self::Store(other),
        }
    }
}

impl From<SetError> for ActError {
    fn from(error: SetError) -> Self {
        Self::Refused(error)
    }
}

impl From<SetErrorKind> for ActError {
    fn from(kind: SetErrorKind) -> Self {
        Self::Refused(kind.into())
    }
}

impl From<Forbidden> for ActError {
    fn from(forbidden: Forbidden) -> Self {
        Self::Refused(SetErrorKind::Forbidden.describe(forbidden.to_string()))
    }
}

/// What a call answers when records could not be loaded.
pub fn load_failed(error: &ActError) -> MethodError {
    match error {
        ActError::Refused(_) => MethodErrorType::Forbidden.into(),
        ActError::Stale => MethodErrorType::ServerUnavailable.into(),
        ActError::Store(error) => store_failed(error),
    }
}

/// What a call answers when the store did not.
pub fn store_failed(error: &StoreError) -> MethodError {
    match error {
        StoreError::Unavailable(_) => {
            tracing::warn!(%error, "the store gave no answer");
            MethodErrorType::ServerUnavailable.into()
        }
        StoreError::Nul => MethodError::invalid_arguments("a text holds a NUL character"),
        error => {
            tracing::error!(%error, "the store failed");
            MethodErrorType::ServerFail.into()
        }
    }
}
