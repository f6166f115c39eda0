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
        let name =
            tag.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or_default().to_owned();
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
        let is_read = self.machine.is_none() && has_words(&text) && !is_attribute(text.trim());
        is_read.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// `class="is-wide"`, which a block puts into a tag of the layout.
fn is_attribute(text: &str) -> bool {
    let Some((name, value)) = text.split_once("=\"") else { return false };
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_name && !READ.contains(&name) && value.find('"') == value.len().checked_sub(1)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(template: &str) -> Vec<String> {
        bare(template).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn text_between_tags_is_found_with_its_line() {
        let faults = bare("<p>\n{{ x|t }}</p>\n<b>Sign in</b>");
        assert_eq!(faults, [Fault::new(3, "\"Sign in\" stands there without |t")]);
    }

    #[test]
    fn fragments_around_a_value_are_found_too() {
        assert_eq!(found("<p>{{ count }} clients</p>").len(), 1);
        assert_eq!(found("{% if x %}Yes{% else %}{{ y }}{% endif %}").len(), 1);
    }

    #[test]
    fn attributes_that_people_read_are_text() {
        for name in READ {
            assert_eq!(found(&format!("<a {name}=\"Close {{{{ x }}}}\">")).len(), 1, "{name}");
            assert_eq!(
                found(&format!("<a {name}=\"{{{{ \"Close\"|t }}}}\" class='x y'>")),
                [""; 0],
                "{name}"
            );
        }
        assert_eq!(found("<input name=\"title\" value=\"all\" data-title=\"x\">"), [""; 0]);
    }

    #[test]
    fn an_attribute_in_a_block_of_its_own_is_no_text() {
        assert_eq!(found("{% block main_class %} class=\"is-wide\"{% endblock %}"), [""; 0]);
        assert_eq!(found("{% block main_title %} title=\"Wide\"{% endblock %}").len(), 1);
        assert_eq!(found("{% block x %}class=\"a\" and more{% endblock %}").len(), 1);
    }

    #[test]
    fn what_is_for_machines_says_so_and_ends_with_its_element() {
        assert_eq!(
            found(
                "<pre translate=\"no\">curl <b>-d</b></pre> · 404 &nbsp;<dt translate=\"no\">client_id</dt>"
            ),
            [""; 0]
        );
        assert_eq!(found("<div translate=\"no\"><div>a</div>b</div><p>c</p>").len(), 1);
    }

    #[test]
    fn the_name_of_the_product_is_the_same_everywhere() {
        assert_eq!(
            found("<!doctype html>\n<title>{% block title %}{% endblock %} · Wayleave</title>"),
            [""; 0]
        );
        assert_eq!(found("<p>About Wayleave</p>").len(), 1);
    }
}
