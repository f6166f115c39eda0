//! Texts in Rust: the literals that `said` is called with.

use super::{Fault, Found, line_of, literal};

/// Every text for people in `source`. A call of `said` with anything but a literal is a fault.
pub fn in_rust(source: &str) -> (Vec<Found>, Vec<Fault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut before = "";
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let length = token(rest);
        let word = rest.get(..length).unwrap_or_default();
        at += length;
        if word == "said" && before != "fn" {
            let after = source.get(at..).unwrap_or_default();
            if let Some(argument) = after.trim_start().strip_prefix('(') {
                let line = line_of(source, at);
                match literal::string(argument.trim_start()) {
                    Some((text, _)) => found.push(Found { text, line }),
                    None => {
                        faults.push(Fault::new(line, "said() takes a literal, so that the build can see it"));
                    }
                }
            }
        }
        if !word.trim().is_empty() {
            before = word;
        }
    }
    (found, faults)
}

/// The length of what `rest` begins with: a comment, a literal, a word, or one character.
fn token(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    // `r"…"` begins like a word.
    let is_raw = rest.starts_with("r\"") || rest.starts_with("r#\"") || rest.starts_with("r##\"");
    if word > 0 && !is_raw {
        return word;
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    // A literal with an escape that no text for people needs still has an end.
    literal::string(rest).map(|(_, length)| length).or_else(|| quoted(rest)).unwrap_or_else(|| one(rest))
}

fn quoted(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in rest.strip_prefix('"')?.char_indices() {
        match c {
            '"' if !is_escaped => return Some(at + 2),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

/// `'x'` or `'\''`; of a lifetime only its mark.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let first = chars.next().map(|(_, c)| c);
    if first == Some('\\') {
        return rest.get(3..).and_then(|rest| rest.find('\'')).map_or(1, |end| end + 4);
    }
    chars.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1)
}

fn one(rest: &str) -> usize {
    rest.chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        in_rust(source).0.into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn every_literal_that_said_is_called_with_is_found_with_its_line() {
        let (found, faults) =
            in_rust("const A: Said = said(\"One\");\nwords::said(\n  \"Two \\\n   lines\",\n)");
        let lines: Vec<_> = found.iter().map(|found| (found.line, found.text.as_str())).collect();
        assert_eq!(lines, [(1, "One"), (2, "Two lines")]);
        assert_eq!(faults, []);
    }

    #[test]
    fn comments_literals_and_other_names_hold_no_texts() {
        let source = "// said(\"a\")\n/* said(\"b\") */ \"said(\\\"c\\\")\" unsaid(\"d\") r\"said(\" '\"' '\\'' &'a str said_of(\"e\")";
        assert_eq!(texts(source), [""; 0]);
        assert_eq!(
            texts("match c { '\"' => said(\"a\"), '\\'' => said(\"b\"), _ => f::<'a>(said(\"c\")) }"),
            ["a", "b", "c"]
        );
        assert_eq!(texts("\"\\x41 said(\" ; said(\"a\")"), ["a"]);
    }

    #[test]
    fn said_of_something_else_than_a_literal_is_a_fault() {
        assert_eq!(in_rust("\nsaid(name)").1.first().map(|fault| fault.line), Some(2));
        assert_eq!(in_rust("pub const fn said(english: &'static str) -> Said").1, []);
        assert_eq!(in_rust("use crate::words::{Said, said};").1, []);
    }
}
