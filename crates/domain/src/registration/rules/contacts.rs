//! People responsible for the client, usually e-mail addresses. RFC 7591 §2.

use super::names::visible_text;
use crate::{
    error::{ErrorCode, Refusal},
    registration::{request::RawRegistration, rules::refuse},
};

const MAX_CONTACTS: usize = 20;

pub(in crate::registration) fn read(raw: &RawRegistration) -> Result<Vec<String>, Refusal> {
    let texts = raw.list("contacts", ErrorCode::InvalidClientMetadata)?.unwrap_or_default();
    if texts.len() > MAX_CONTACTS {
        return Err(refuse(format!("contacts must hold at most {MAX_CONTACTS} entries")));
    }
    let mut contacts = Vec::with_capacity(texts.len());
    for text in texts {
        let contact = visible_text("an entry of contacts", text)?;
        if !contacts.contains(&contact) {
            contacts.push(contact);
        }
    }
    Ok(contacts)
}
