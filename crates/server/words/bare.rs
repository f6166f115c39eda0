//! Text that stands in a template by itself, where nothing can translate it.

use super::{
    Fault, line_of,
    template::{Piece, pieces},
};

/// What is called the same in every language.
const NAMES: [&str; 1] = ["Wayleave"];

/// Attributes that people read or hear.
const READ: [&str; 5] = ["alt", "aria-description", "aria-label", "placeholder", "title"];

/// Every text of `template` that is there in English only: between tags, or in an attribute that people read. What stands in an
/// element with `translate="no"` is for machines, and right as it is.
pub fn bare(template: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut page = Page::default();
    for (at, piece) in pieces(template) {
        let Piece::Html(html) = piece else {
            page.saw_code();
            continue;
        };
        for (offset, c) in html.char_indices() {
            if let Some(text) = page.see(c) {
                faults.push(fault(template, at + offset, &text));
            }
        }
        if let Some(text) = page.text_so_far() {
            faults.push(fault(template, at + html.len(), &text));
        }
    }
    faults
}

fn fault(template: &str, at: usize, text: &str) -> Fault {
    Fault::new(line_of(template, at), format!("{text:?} stands there without |t"))
}

/// Where in the page the reading is.
#[derive(Debug, Default)]
struct Page {
    /// The tag that is being read, from its name on; `None` between tags.
    tag: Option<String>,
    /// The quote around the attribute's value that is being read, and the value.
    value: Option<(char, String)>,
    text: String,
    /// The element whose content is for machines, and how many of its name are open within.
    machine: Option<(String, usize)>,
}

impl Page {
    /// Takes one character; gives the text that ends with it, if somebody should have translated it.
    fn see(&mut self, c: char) -> Option<String> {
        if let Some((quote, value)) = &mut self.value {
            if *quote != c {
                value.push(c);
                return None;
            }
            return self.end_value();
        }
        let Some(tag) = &mut self.tag else {
            if c == '<' {
                self.tag = Some(String::new());
                return self.text_so_far();
            }
            self.text.push(c);
            return None;
        };
        match c {
            '"' | '\'' => self.value = Some((c, String::new())),
            '>' => self.end_tag(),
            c => tag.push(c),
        }
        None
    }

    /// A value computed in the middle of text or of an attribute.
    fn saw_code(&mut self) {
        if let Some((_, value)) = &mut self.value {
            value.push('\0');
        }
    }

    fn end_value(&mut self) -> Option<String> {
        let (_, value) = self.value.take()?;
        let tag = self.tag.as_mut()?;
        let name = tag.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or_default().to_owned();
        tag.push_str(&value);
        (READ.contains(&name.as_str()) && has_words(&value)).then_some(value)
    }

    fn end_tag(&mut self) {
        let tag = self.tag.take().unwrap_or_default();
        let name = |tag: &str| {
            tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase()
        };
        match &mut self.machine {
            None if tag.contains("translate=no") => self.machine = Some((name(&tag), 1)),
            Some((element, depth)) => {
                if tag.strip_prefix('/').is_some_and(|tag| name(tag) == *element) {
                    *depth -= 1;
                } else if name(&tag) == *element {
                    *depth += 1;
                }
                if *depth == 0 {
                    self.machine = None;
                }
            }
            None => {}
        }
    }

    /// The text since the last tag, if it has words that nobody translated.
    fn text_so_far(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        let is_read = self.machine.is_none() && has_words(&text);
        is_read.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Whether there are letters in `text`, apart from names and `&…;`.
fn has_words(text: &str) -> bool {
    let mut text = NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
    while let Some(start) = text.find('&') {
        let length = text.get(start..).and_then(|rest| rest.find(';')).map_or(1, |end| end + 1);
        text.replace_range(start..start + length, "");
    }
    text.chars().any(char::is_alphabetic)
}
