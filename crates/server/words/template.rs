//! Texts in a template: the literals before one of our filters.

use super::{Fault, Found, line_of, literal};

/// The filters that take a text in place.
const FILTERS: [&str; 5] = ["t", "t1", "t2", "n", "n1"];

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// What is sent as it stands.
    Html(&'t str),
    /// Between `{{` and `}}`.
    Output(&'t str),
    /// Between `{%` and `%}`.
    Block(&'t str),
    Comment,
}

/// Every text for people in `template`. A literal that is shown without one of our filters is a fault.
pub fn in_template(template: &str) -> (Vec<Found>, Vec<Fault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (at, piece) in pieces(template) {
        let (Piece::Output(code) | Piece::Block(code)) = piece else { continue };
        let first = code.len() - code.trim_start_matches(['-', '~', '+', ' ', '\n', '\t']).len();
        for (start, text, after) in literals(code) {
            let line = line_of(template, at + start);
            if is_said(after) {
                found.push(Found { text, line });
            } else if start == first && matches!(piece, Piece::Output(_)) && after.split('|').nth(1).is_none()
            {
                faults.push(Fault::new(line, format!("{text:?} is shown without |t")));
            }
        }
    }
    (found, faults)
}

/// The template taken apart, each piece with where its text begins.
pub fn pieces(template: &str) -> Vec<(usize, Piece<'_>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = template.get(at..).filter(|rest| !rest.is_empty()) {
        let start = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min().unwrap_or(rest.len());
        let (html, code) = rest.split_at(start);
        if !html.is_empty() {
            pieces.push((at, Piece::Html(html)));
        }
        at += start;
        if code.is_empty() {
            break;
        }
        let inside = at + 2;
        let text = template.get(inside..).unwrap_or_default();
        let (length, piece) = match code.get(..2) {
            Some("{#") => (text.find("#}").unwrap_or(text.len()), Piece::Comment),
            Some("{%") => until(text, "%}", Piece::Block),
            _ => until(text, "}}", Piece::Output),
        };
        pieces.push((inside, piece));
        at = (inside + length + 2).min(template.len());
    }
    pieces
}

fn until<'t>(text: &'t str, end: &str, piece: fn(&'t str) -> Piece<'t>) -> (usize, Piece<'t>) {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty() && !rest.starts_with(end)) {
        at += literal::string(rest)
            .map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |(_, length)| length);
    }
    (at, piece(text.get(..at).unwrap_or_default()))
}

/// The literals of a piece of code: where each begins, its text, and what stands after it.
fn literals(code: &str) -> Vec<(usize, String, &str)> {
    let mut literals = Vec::new();
    let mut at = 0;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((text, length)) = literal::string(rest) {
            literals.push((at, text, rest.get(length..).unwrap_or_default()));
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    literals
}

/// Whether what stands after a literal is one of our filters.
fn is_said(after: &str) -> bool {
    let Some(name) = after.trim_start().strip_prefix('|').filter(|rest| !rest.starts_with('|')) else {
        return false;
    };
    let name: String =
        name.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    FILTERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(template: &str) -> Vec<String> {
        in_template(template).0.into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn every_literal_before_a_filter_of_ours_is_found_with_its_line() {
        let (found, faults) =
            in_template("<p>\n{{ \"One\" | t }}\n{%- let x = \"Two {0}\"|t1(\"Three\"|t) %}");
        let lines: Vec<_> = found.iter().map(|found| (found.line, found.text.as_str())).collect();
        assert_eq!(lines, [(2, "One"), (3, "Two {0}"), (3, "Three")]);
        assert_eq!(faults, []);
    }

    #[test]
    fn all_our_filters_are_known_and_no_others() {
        let template =
            "{{ \"a\"|t }}{{ \"b\"|t1(x) }}{{ \"c\"|t2(x, y) }}{{ \"d\"|n(x) }}{{ \"e\"|n1(x, y) }}";
        assert_eq!(texts(template), ["a", "b", "c", "d", "e"]);
        assert_eq!(texts("{{ \"a\"|trim }}{{ \"en\"|lang }}{% if x == \"b\" || t %}"), [""; 0]);
    }

    #[test]
    fn comments_and_what_is_sent_as_it_stands_hold_no_texts() {
        assert_eq!(texts("{# \"a\"|t #}<p>\"b\"|t</p>{{ \"}} c\"|t }}"), ["}} c"]);
    }

    #[test]
    fn a_literal_that_is_shown_as_it_is_is_a_fault() {
        let faults = in_template("\n{{ \"Sign in\" }}{{- \"x\" -}}").1;
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(in_template("{{ \"en\"|lang }}{{ f(\"x\") }}").1, []);
    }

    #[test]
    fn a_template_that_ends_in_the_middle_is_read_to_its_end() {
        for template in ["{{", "{{ \"a", "{% if", "{#", "a{"] {
            assert_eq!(texts(template), [""; 0], "{template}");
        }
    }
}
