//! Searching: filters, one order, and a window of what was found. All text of a query comes from the program, all values are parameters.

mod compose;
mod remembered;
mod words;

use domain::id::Id;

pub(crate) use compose::{Composer, Source};
pub(crate) use remembered::RememberedCounts;
pub(crate) use words::words;

use crate::StoreError;

/// Conditions of one kind of object, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter<C> {
    Condition(C),
    /// All match.
    And(Vec<Self>),
    /// At least one matches.
    Or(Vec<Self>),
    /// None matches.
    Not(Vec<Self>),
}

/// How a moment is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// What is looked for: `C` are the conditions of a kind of object, `S` what it can be sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search<C, S> {
    /// Only what belongs to this tenant; `None`: everything.
    pub tenant: Option<Id>,
    pub filter: Option<Filter<C>>,
    pub sort: S,
    pub page: Page,
}

/// Which part of what is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Equal ones are told apart by their ids, in the same direction.
    pub is_ascending: bool,
    pub start: Start,
    pub limit: u32,
    pub wants_total: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the beginning; from the end, if it is below zero.
    Position(i64),
    /// From where this object is, and so many places on.
    Anchor { id: Id, offset: i64 },
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub ids: Vec<Id>,
    /// Of the first of `ids`, counted from 0.
    pub position: u64,
    /// How many there are, if it was asked for; where there are more than ten thousand, how many there were in the last ten seconds.
    pub total: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The anchor is not among what is found.
    #[error("anchor: there is no such object among those that were found")]
    AnchorNotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Default for Page {
    /// The newest 500.
    fn default() -> Self {
        Self { is_ascending: false, start: Start::Position(0), limit: 500, wants_total: false }
    }
}

impl Comparison {
    const fn operator(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}
