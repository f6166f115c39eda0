//! Names and pages in other languages: `client_name#ja`, kept under their full names. RFC 7591 §2.2, RFC 5646 §2.1.

use std::collections::BTreeMap;

use super::{names, uris};
use crate::{
    error::Refusal,
    registration::{request::RawRegistration, rules::refuse},
};

const MAX_VARIANTS: usize = 32;
const MAX_TAG: usize = 35;

pub(in crate::registration) fn read(raw: &RawRegistration) -> Result<BTreeMap<String, String>, Refusal> {
    let mut variants = BTreeMap::new();
    for (name, member, tag, value) in raw.tagged() {
        if !is_language_tag(tag) {
            return Err(refuse("a member name with a number sign must end in a language tag"));
        }
        let text = value.as_str().ok_or_else(|| refuse("a member with a language tag must be a string"))?;
        let text = match member {
            "client_name" => names::visible_text(member, text)?,
            "client_uri" | "logo_uri" | "tos_uri" | "policy_uri" => uris::metadata_uri(member, text)?,
            _ => {
                return Err(refuse(
                    "only client_name, client_uri, logo_uri, tos_uri and policy_uri may have a language tag",
                ));
            }
        };
        variants.insert(name.to_owned(), text);
        if variants.len() > MAX_VARIANTS {
            return Err(refuse(format!("at most {MAX_VARIANTS} members may have a language tag")));
        }
    }
    Ok(variants)
}

/// Letters first, then letters and digits, in groups of one to eight.
fn is_language_tag(tag: &str) -> bool {
    let is_subtag =
        |text: &str| (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = tag.split('-').next().unwrap_or_default();
    tag.len() <= MAX_TAG
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && tag.split('-').all(is_subtag)
}
