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
