//! String literals, as Rust and askama write them.

/// The literal that begins at the start of `code`, and how many bytes it takes; nothing if there is none, or if it has an escape that
/// no text for people needs.
pub fn string(code: &str) -> Option<(String, usize)> {
    if let Some(hashes) = raw(code) {
        let start = hashes + 2;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = code.get(start..)?.find(&end)?;
        return Some((code.get(start..start + length)?.to_owned(), start + length + end.len()));
    }
    let mut text = String::new();
    let mut chars = code.char_indices().peekable();
    if chars.next()?.1 != '"' {
        return None;
    }
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, at + 1)),
            '\\' => match chars.next()?.1 {
                // A line that goes on in the next leaves nothing of its end.
                '\n' => while chars.next_if(|(_, c)| c.is_ascii_whitespace()).is_some() {},
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = chars.by_ref().map(|(_, c)| c).take_while(|c| *c != '}').collect();
                    let digits = digits.strip_prefix('{')?;
                    text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                }
                other @ ('"' | '\'' | '\\') => text.push(other),
                _ => return None,
            },
            other => text.push(other),
        }
    }
    None
}

/// How many `#` a raw literal at the start of `code` has.
fn raw(code: &str) -> Option<usize> {
    let rest = code.strip_prefix('r')?;
    let after = rest.trim_start_matches('#');
    after.starts_with('"').then_some(rest.len() - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_ends_at_its_quote_and_its_escapes_are_read() {
        for (code, text) in [
            (r#""a \"b\" \u{2026}" c"#, "a \"b\" …"),
            ("\"a \\\n      b\" c", "a b"),
            ("r#\"a \"b\"\"# c", "a \"b\""),
        ] {
            let (read, length) = string(code).unwrap();
            assert_eq!((read.as_str(), &code[length..]), (text, " c"));
        }
    }

    #[test]
    fn what_does_not_begin_or_end_as_a_literal_is_none() {
        for code in ["", "a\"b\"", "\"open", "\"\\x41\"", "'a'", "r#\"open\""] {
            assert_eq!(string(code), None, "{code}");
        }
    }
}
