//! What people read, in their language. English stands in place, in the template or in Rust; the other languages stand in
//! `crates/server/words/`, and the build fails where a text has no translation.
//!
//! In a template a literal goes through a filter of [`filters`]: `{{ "Sign in"|t }}`. In Rust it is a [`Said`], made by [`said`] of a
//! literal: `build.rs` looks for both.

use std::fmt::{self, Write};

pub use domain::locale::Locale;

pub mod filters;
#[cfg(test)]
#[path = "../../words/mod.rs"]
mod looked_up;
mod part;
mod rules;
mod spoken;
#[cfg(test)]
mod tests;
mod time;

pub use part::{Markup, Part};
pub use rules::of_rule;
pub use spoken::{Spoken, current, prefer, prefer_of_account};

mod table {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// A text for people, in English. It cannot be shown as it is: `|t` or [`Said::in_locale`] says it in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said(&'static str);

/// A text for people. Only ever called with a literal, which the build looks up in the translations.
pub const fn said(english: &'static str) -> Said {
    Said(english)
}

impl Said {
    pub fn in_locale(self, locale: Locale) -> &'static str {
        in_locale(self.0, locale)
    }

    /// The form for `count` of a text that has two, `{0} client|{0} clients`, with `count` as `{0}`.
    pub fn count(self, locale: Locale, count: u64) -> String {
        let count = Grouped(count, locale);
        let mut text = String::new();
        // A string takes all that is written to it.
        let _ = fill(&mut text, counted(self.in_locale(locale), count.0), |out, at| match at {
            0 => write!(out, "{count}"),
            _ => Ok(()),
        });
        text
    }
}

/// A text that stands in place: a literal in a template, or a [`Said`].
pub trait Words {
    fn english(&self) -> &'static str;
}

/// Only what askama hands over by value, as it does with literals; a variable comes by reference, and must be a [`Said`].
impl Words for &'static str {
    fn english(&self) -> &'static str {
        self
    }
}

impl Words for Said {
    fn english(&self) -> &'static str {
        self.0
    }
}

impl<W: Words> Words for &W {
    fn english(&self) -> &'static str {
        (*self).english()
    }
}

/// The translation. The build has seen to it that there is one; what slipped past it is shown in English, and stops a test.
fn in_locale(english: &'static str, locale: Locale) -> &'static str {
    let table = match locale {
        Locale::English => return english,
        Locale::German => table::GERMAN,
    };
    let found = table.binary_search_by_key(&english, |(key, _)| key).ok().and_then(|at| table.get(at));
    debug_assert!(found.is_some(), "no build has seen the text {english:?}");
    found.map_or(english, |(_, translation)| translation)
}

/// The form of a text for `count`: both languages have one for 1 and one for everything else.
fn counted(forms: &'static str, count: u64) -> &'static str {
    let (one, other) = forms.split_once('|').unwrap_or((forms, forms));
    if count == 1 { one } else { other }
}

/// Writes `pattern`, with what `part` writes in the places of `{0}`, `{1}` ….
fn fill<W: Write>(out: &mut W, pattern: &str, part: impl Fn(&mut W, usize) -> fmt::Result) -> fmt::Result {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let digit = after.chars().next().and_then(|c| c.to_digit(10));
        let after_place = after.get(1..).and_then(|after| after.strip_prefix('}'));
        if let (Some(digit), Some(after_place)) = (digit, after_place) {
            out.write_str(before)?;
            part(out, digit as usize)?;
            rest = after_place;
        } else {
            write!(out, "{before}{{")?;
            rest = after;
        }
    }
    out.write_str(rest)
}

/// A number with its thousands set apart, as its readers do: `1,234,567` or `1.234.567`.
#[derive(Clone, Copy, Debug)]
pub struct Grouped(pub u64, pub Locale);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.1 {
            Locale::English => ',',
            Locale::German => '.',
        };
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_char(separator)?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}
