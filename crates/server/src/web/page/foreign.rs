//! Text that somebody else chose and a person is going to read.

use std::fmt;

/// More than any host name needs, little enough to leave the page its shape.
const MAX_CHARS: usize = 300;

/// Two suffice for every language that writes its letters with marks; a tower of them covers the lines around it.
const MAX_MARKS: usize = 2;

/// A stranger's text made fit to be read: no control characters, nothing that reverses or hides the characters around it, at
/// most 300 characters. It is made safe for the eye only; the template escapes it for the browser.
///
/// Never use it for what a machine compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign(String);

impl Foreign {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first `max` characters, with an ellipsis if there are more.
    #[must_use]
    pub fn shortened(&self, max: usize) -> Self {
        match self.0.chars().nth(max) {
            Some(_) => Self(self.0.chars().take(max).chain(['…']).collect()),
            None => self.clone(),
        }
    }

    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        let mut kept = String::with_capacity(text.len().min(4 * MAX_CHARS));
        let (mut length, mut marks) = (0, 0);
        for c in text.chars().map(blank_to_space).filter(|c| !is_hidden(*c)) {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            if marks > MAX_MARKS {
                continue;
            }
            if length == MAX_CHARS {
                kept.push('…');
                break;
            }
            kept.push(c);
            length += 1;
        }
        Self(kept)
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that take room and show nothing become a space, so that a name made of them is seen to be blank.
fn blank_to_space(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{115f}' | '\u{1160}' | '\u{3164}'
        | '\u{ffa0}' | '\u{2800}' => ' ',
        other => other,
    }
}

/// Controls, direction marks and overrides (Unicode Standard Annex 9), and characters without width. The joiners U+200C and
/// U+200D stay: Persian and emoji are misspelled without them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_override_is_taken_out() {
        assert_eq!(Foreign::from("moc.live\u{202e}.good").as_str(), "moc.live.good");
    }

    #[test]
    fn controls_and_characters_without_width_are_taken_out() {
        assert_eq!(Foreign::from("C\0l\u{7f}a\u{200b}u\u{feff}d\u{e0041}e").as_str(), "Claude");
    }

    #[test]
    fn lines_become_one_line() {
        assert_eq!(Foreign::from("a\r\nb\u{2028}c").as_str(), "a  b c");
    }

    #[test]
    fn a_name_of_fillers_is_blank() {
        assert!(Foreign::from("\u{3164}\u{2800}\u{200b}").is_blank());
        assert!(!Foreign::from("x").is_blank());
    }

    #[test]
    fn a_tower_of_marks_is_cut_to_two() {
        assert_eq!(Foreign::from(format!("e{}", "\u{301}".repeat(50))).as_str(), "e\u{301}\u{301}");
    }

    #[test]
    fn the_joiners_that_persian_and_emoji_need_stay() {
        let text = "می\u{200c}خواهم 👩\u{200d}💻";
        assert_eq!(Foreign::from(text).as_str(), text);
    }

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        let shown = Foreign::from("é".repeat(5_000));
        assert_eq!(shown.as_str().chars().count(), MAX_CHARS + 1);
        assert!(shown.as_str().ends_with('…'));
    }
}
