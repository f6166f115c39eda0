//! What an act said no to, beside what was typed.

use http::StatusCode;

use super::page::Foreign;
use crate::words::{self, Said};

/// Why a form was not accepted: shown above it, with everything that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The property the sentence is about, in the spelling of the wire; empty where it is about all of it.
    pub field: &'static str,
    pub why: Foreign,
}

impl Wrong {
    /// The status of the page that shows it.
    pub const STATUS: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

    /// What a rule said, in the language of the page.
    pub fn by_rule(field: &'static str, why: &str) -> Self {
        Self::of(field, words::of_rule(why, words::current()))
    }

    fn of(field: &'static str, why: impl Into<Foreign>) -> Self {
        Self { field, why: why.into() }
    }
}

/// `why`, beside `field`, in the language of the page.
pub fn wrong(field: &'static str, why: Said) -> Wrong {
    Wrong::of(field, why.in_locale(words::current()))
}

/// The same with `what` in the place of `{0}`.
pub fn wrong_about(field: &'static str, why: Said, what: &str) -> Wrong {
    let what = Foreign::from(what).shortened(80);
    Wrong::of(field, why.in_locale(words::current()).replacen("{0}", what.as_str(), 1))
}
