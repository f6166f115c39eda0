//! Refusals of acts as sentences in the language of whoever reads them.

use super::Wrong;
use crate::{
    web::page::Foreign,
    words::{self, Said},
};

/// `why`, beside `field`.
pub fn wrong(field: &'static str, why: Said) -> Wrong {
    Wrong::of(field, why.in_locale(words::current()))
}

/// The same with `what` in the place of `{0}`.
pub fn wrong_about(field: &'static str, why: Said, what: &str) -> Wrong {
    let what = Foreign::from(what).shortened(80);
    Wrong::of(field, why.in_locale(words::current()).replacen("{0}", what.as_str(), 1))
}
