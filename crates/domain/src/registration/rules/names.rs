//! Text that is shown to people: short, visible, and unable to rearrange what stands around it. RFC 7591 §2, §5.
//!
//! Whose name it is cannot be judged here; pages show it as a claim of the client.

use crate::{
    error::Refusal,
    registration::{request::RawRegistration, rules::refuse},
};

const MAX_BYTES: usize = 256;
/// No script stacks more marks on one letter; what does is meant to spill over its neighbours.
const MAX_MARKS: usize = 4;

pub(in crate::registration) fn client_name(raw: &RawRegistration) -> Result<Option<String>, Refusal> {
    raw.text("client_name")?.map(|text| visible_text("client_name", text)).transpose()
}

/// The text unchanged, when every character of it can be seen and stays in its place.
pub(super) fn visible_text(member: &str, text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_BYTES {
        return Err(refuse(format!("{member} must be at most {MAX_BYTES} bytes long")));
    }
    if text.trim().is_empty() {
        return Err(refuse(format!("{member} must not consist of spaces")));
    }
    if text.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(refuse(format!(
            "{member} must not contain control, bidirectional or zero-width characters"
        )));
    }
    let mut marks = 0;
    for c in text.chars() {
        marks = if is_combining(c) { marks + 1 } else { 0 };
        if marks > MAX_MARKS {
            return Err(refuse(format!("{member} must not stack more than {MAX_MARKS} combining marks")));
        }
    }
    Ok(text.to_owned())
}

/// Characters that take no room or turn the direction of others: format characters, fillers, separators of lines, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The blocks of combining marks that belong to no single script, and those of scripts whose marks stack.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{6d6}'..='\u{6dc}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}'
        | '\u{ec8}'..='\u{ecd}' | '\u{f71}'..='\u{f84}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{302a}'..='\u{302f}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_world_are_kept_as_they_are() {
        for name in [
            "Claude Code (plugin)",
            "ไม่ใช่",
            "Tiếng Việt",
            "日本語",
            "שָׁלוֹם",
            "e\u{301}\u{323}",
            "📬 Mail ❤\u{fe0f}",
        ] {
            assert_eq!(visible_text("client_name", name).as_deref(), Ok(name));
        }
    }

    #[test]
    fn what_cannot_be_seen_or_leaves_its_place_is_refused() {
        for name in [
            "   ",
            "\u{3000}",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{200b}b",
            "a\u{feff}",
            "a\u{e0041}",
            "\u{3164}",
            "a\u{301}\u{301}\u{301}\u{301}\u{301}",
        ] {
            assert!(visible_text("client_name", name).is_err(), "{name:?}");
        }
    }
}
