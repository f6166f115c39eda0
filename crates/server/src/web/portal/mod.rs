//! The self-service portal of everybody with an account, below `/account`: a file per page, over the acts of `admin/`.

pub mod activity;
pub mod apps;
mod device;
pub mod keys;
pub mod profile;
pub mod security;
pub mod sessions;

use crate::{
    web::console::Wrong,
    words::{self, Said},
};

/// What is wrong with `field`, in the language of the page.
fn wrong(field: &'static str, why: Said) -> Wrong {
    Wrong::of(field, why.in_locale(words::current()))
}
