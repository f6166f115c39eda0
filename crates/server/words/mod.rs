//! Finds the texts for people in templates and in Rust, and lays their translations beside them. Used by `build.rs`; a part of the
//! crate only for its tests.

pub mod bare;
pub mod check;
pub mod entries;
mod literal;
pub mod rust;
pub mod template;

/// A text that stands in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub text: String,
    /// From 1.
    pub line: usize,
}

/// Something that is wrong in a file, at a line from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub what: String,
}

impl Fault {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// The line, from 1, in which the byte at `at` stands.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
