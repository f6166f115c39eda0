//! What is put into a sentence: escaped, whoever chose it.

use std::fmt::{self, Display, Write};

use askama::filters::{Html, escape};

/// Something that stands in the place of a `{0}`.
pub trait Part {
    /// Writes it as HTML.
    fn write(&self, out: &mut String) -> fmt::Result;
}

/// A text: escaped as askama escapes everything.
impl<T: Display> Part for T {
    fn write(&self, out: &mut String) -> fmt::Result {
        let Ok(escaped) = escape(self, Html);
        write!(out, "{escaped}")
    }
}

/// A text within elements of ours, such as `<bdi>`. It is no [`Display`]: it goes into a sentence and nowhere else.
#[derive(Clone, Debug)]
pub struct Markup(String);

impl Markup {
    /// `text`, escaped, between two tags that we wrote.
    pub fn between(open: &'static str, text: impl Display, close: &'static str) -> Self {
        let mut html = String::from(open);
        // A string takes all that is written to it.
        let _ = text.write(&mut html);
        html.push_str(close);
        Self(html)
    }

    /// A sentence of parts, each escaped or markup already; the sentence itself is ours.
    pub fn sentence(pattern: &str, parts: &[&dyn Part]) -> Self {
        let mut html = String::with_capacity(pattern.len() + 32);
        let mut escaped = String::with_capacity(pattern.len());
        let _ = pattern.write(&mut escaped);
        let _ =
            super::fill(&mut html, &escaped, |out, at| parts.get(at).map_or(Ok(()), |part| part.write(out)));
        Self(html)
    }

    pub(super) fn into_html(self) -> String {
        self.0
    }
}

impl Part for Markup {
    fn write(&self, out: &mut String) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Part for &Markup {
    fn write(&self, out: &mut String) -> fmt::Result {
        out.write_str(&self.0)
    }
}
