//! Names that a person takes for those of others: letters of another alphabet, an l for an I, a hyphen for a space. UTS #39 §4, §5.2.

use std::sync::LazyLock;

use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};

/// Applications that many people know, of which strangers borrow the name.
const WELL_KNOWN: &[&str] = &[
    "Apple Mail",
    "ChatGPT",
    "Claude",
    "Claude Code",
    "Cursor",
    "Discord",
    "Dropbox",
    "Figma",
    "GitHub",
    "GitHub Copilot",
    "Gmail",
    "Google",
    "Microsoft",
    "Mistral",
    "Notion",
    "OpenAI",
    "Outlook",
    "PayPal",
    "Perplexity",
    "Slack",
    "Thunderbird",
    "Visual Studio Code",
    "WhatsApp",
    "Windsurf",
    "Zoom",
];

/// What a person should be told of a name that nobody vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness<'a> {
    /// It is, or looks like, this name that belongs to somebody here.
    Taken(&'a str),
    /// It looks like this well-known name and is spelled otherwise.
    Disguised(&'a str),
    /// A word of it mixes alphabets whose letters look alike.
    Mixed,
}

/// A name and what it looks like, which takes some work to find out.
#[derive(Debug)]
pub struct Name {
    text: String,
    looks: Looks,
}

impl Name {
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { looks: Looks::of(&text), text }
    }
}

/// What `name` could be mistaken for: one of the names that belong to somebody here, or a well-known one.
pub fn of<'a>(name: &str, taken: impl IntoIterator<Item = &'a Name>) -> Option<Likeness<'a>> {
    static KNOWN: LazyLock<Vec<Name>> = LazyLock::new(|| WELL_KNOWN.iter().copied().map(Name::new).collect());
    let looks = Looks::of(name);
    let mut taken = taken.into_iter();
    if let Some(other) = taken.find(|other| looks.is_like(&other.looks)) {
        return Some(Likeness::Taken(&other.text));
    }
    // Whose application it is nobody here can know; who spells its name with other letters hides something.
    let known = KNOWN.iter().find(|known| looks.is_like(&known.looks));
    match known {
        Some(known) if letters(name) != letters(&known.text) => Some(Likeness::Disguised(&known.text)),
        Some(_) => None,
        None => has_a_mixed_word(name).then_some(Likeness::Mixed),
    }
}

/// What is left of a name when letters that look alike are one, whatever their case. The ways differ where a capital looks like
/// another letter: `I` like `l`, and `i` like neither.
#[derive(Debug, PartialEq, Eq)]
struct Looks {
    as_written: String,
    in_lower_case: String,
    in_capitals: String,
}

impl Looks {
    fn of(name: &str) -> Self {
        let of = |text: &str| letters(&skeleton(text).collect::<String>());
        Self {
            as_written: of(name),
            in_lower_case: of(&name.to_lowercase()),
            in_capitals: of(&name.to_uppercase()),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        let is_one = |one: &str, other: &str| !one.is_empty() && one == other;
        is_one(&self.as_written, &other.as_written)
            || is_one(&self.in_lower_case, &other.in_lower_case)
            || is_one(&self.as_written, &other.in_capitals)
    }
}

/// Letters and digits in lower case: spaces, hyphens and accents make no other name.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Latin beside Japanese, Chinese or Korean letters is as it should be; Latin beside Cyrillic or Greek in one word is not.
fn has_a_mixed_word(name: &str) -> bool {
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| word.detect_restriction_level() == RestrictionLevel::MinimallyRestrictive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_one_of_ours_is_told_with_it() {
        let taken = ["Other", "Acme Mail", "", "☃"].map(Name::new);
        for name in [
            "Acme Mail",
            "acme-mail",
            "ACME MAIL",
            "Αcme Mail",
            "Acme Mаil",
            "Acme Rnail",
            "Acme MaiI",
            "Ácme Mail",
        ] {
            assert_eq!(of(name, &taken), Some(Likeness::Taken("Acme Mail")), "{name}");
        }
        for name in ["Acme", "Acme Mail 2", "Mail Acme", "", "☃"] {
            assert_eq!(of(name, &taken), None, "{name}");
        }
    }

    #[test]
    fn a_well_known_name_may_be_itself_but_not_in_disguise() {
        for name in ["Claude", "claude", "Claude-Code", "Visual Studio Code"] {
            assert_eq!(of(name, &[]), None, "{name}");
        }
        for name in ["CIaude", "Clаude", "C1aude", "Сlaude"] {
            assert_eq!(of(name, &[]), Some(Likeness::Disguised("Claude")), "{name}");
        }
        assert_eq!(of("GlTHUB", &[]), Some(Likeness::Disguised("GitHub")), "a small l among capitals");
    }

    #[test]
    fn a_word_of_two_alphabets_is_told_and_two_words_of_two_are_not() {
        assert_eq!(of("Bаnk of somewhere", &[]), Some(Likeness::Mixed));
        for name in ["Почта GitHub", "メールapp", "Überblick", "Ελλάδα mail", "ไม่ใช่", "שלום", "Tiếng Việt"]
        {
            assert_eq!(of(name, &[]), None, "{name}");
        }
    }
}
