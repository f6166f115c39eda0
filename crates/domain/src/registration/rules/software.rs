//! Which software the client is an instance of, in its own words. RFC 7591 §2, §2.3.

use super::names::visible_text;
use crate::{
    client::Door,
    error::{ErrorCode, Refusal},
    registration::request::RawRegistration,
};

/// `software_id` or `software_version`.
pub(in crate::registration) fn read(raw: &RawRegistration, member: &str) -> Result<Option<String>, Refusal> {
    raw.text(member)?.map(|text| visible_text(member, text)).transpose()
}

/// What may be used once only is no statement for a document, which is read again and again.
pub(in crate::registration) fn refuse_one_use(raw: &RawRegistration, door: Door) -> Result<(), Refusal> {
    if door == Door::Document && raw.one_use().is_some() {
        return Err(Refusal::new(
            ErrorCode::InvalidSoftwareStatement,
            "a document cannot carry a software_statement whose issuer lets each register one client only",
        ));
    }
    Ok(())
}
