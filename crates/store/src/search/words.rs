//! Words: what people type when they look for something, and what is kept of texts so that they find it.

/// More words say nothing more about what is looked for.
const MOST: usize = 16;

/// Longer words are kept by their beginning.
const MAX_CHARS: usize = 32;

/// The words of a text in lower case, each once: runs of letters and digits.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word: String = word.chars().take(MAX_CHARS).flat_map(char::to_lowercase).collect();
        if !words.contains(&word) {
            words.push(word);
        }
        if words.len() == MOST {
            break;
        }
    }
    words
}

/// What stands for itself in a LIKE pattern with the escape character `\`.
pub(super) fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits_in_lower_case_each_once() {
        assert_eq!(words("The Mail-App of ÉCOLE, the app"), ["the", "mail", "app", "of", "école"]);
        assert_eq!(words("' OR 1=1 -- %_\\"), ["or", "1"]);
        assert!(words(" .%_\\ ").is_empty());
    }

    #[test]
    fn a_flood_of_words_is_bounded() {
        let flood = (0..1000).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&flood).len(), MOST);
        assert_eq!(words(&"a".repeat(65_536))[0].len(), MAX_CHARS);
    }

    #[test]
    fn patterns_match_only_what_was_typed() {
        assert_eq!(literal(r"50%_\"), r"50\%\_\\");
    }
}
