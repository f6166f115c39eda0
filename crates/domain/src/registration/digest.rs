//! The content address of a shared registration: the same public metadata, the same `client_id`, however often it is sent.
//! RFC 7591 Appendix A.5.2 (stateless identifiers), RFC 8252 §7.3.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use crate::{
    client::{ClientId, metadata::ClientMetadata},
    redirect_uri::RedirectUri,
};

/// Changes when what is hashed changes, so that an old id is never taken for a new one.
const LABEL: &str = "wayleave registration 1\0";
const PREFIX: &str = crate::client::SHARED;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// SHA-256 of what identifies an application: its effective metadata without loopback ports, without `software_version`, with whoever vouched
/// for it in the place of the statement, and with every list whose order says nothing sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(metadata: &ClientMetadata) -> Self {
        let mut canonical = reduced(metadata).members();
        canonical.insert("redirect_uris".to_owned(), redirect_uris(metadata).into());
        let mut text = LABEL.to_owned();
        write_object(&canonical, &mut text);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `wlp_` and all 256 bits in base32hex: 56 characters. Nobody can make two registrations meet in one id, and none looks like a URL.
    pub fn client_id(&self) -> ClientId {
        let mut text = String::with_capacity(PREFIX.len() + 52);
        text.push_str(PREFIX);
        let (mut pending, mut bits) = (0_u32, 0_u32);
        for byte in self.0 {
            pending = (pending << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                text.push(letter(pending >> bits));
            }
            pending &= (1 << bits) - 1;
        }
        text.push(letter(pending << (5 - bits)));
        ClientId::from_stored(text)
    }
}

fn letter(group: u32) -> char {
    let index = usize::try_from(group & 31).unwrap_or(0);
    ALPHABET.get(index).map_or('0', |byte| char::from(*byte))
}

fn reduced(metadata: &ClientMetadata) -> ClientMetadata {
    let mut reduced = metadata.clone();
    reduced.software_version = None;
    // A statement that was signed anew says the same of the same software.
    reduced.software_statement = metadata.vouched_for_by();
    reduced.grant_types.sort_unstable();
    reduced.response_types.sort_unstable();
    reduced.contacts.sort_unstable();
    for uri in &mut reduced.post_logout_redirect_uris {
        if let Ok(parsed) = RedirectUri::parse_tolerated(uri) {
            *uri = parsed.without_loopback_port();
        }
    }
    reduced.post_logout_redirect_uris.sort_unstable();
    reduced.post_logout_redirect_uris.dedup();
    reduced
}

fn redirect_uris(metadata: &ClientMetadata) -> Vec<String> {
    let mut uris: Vec<_> = metadata.redirect_uris.iter().map(RedirectUri::without_loopback_port).collect();
    uris.sort_unstable();
    uris.dedup();
    uris
}

/// JSON with its members in alphabetical order, whatever order the map keeps: the id must outlive a change of libraries.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => write_object(members, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::String(string) => write_string(string, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => text.push_str(&value.to_string()),
    }
}

fn write_object(members: &Map<String, Value>, text: &mut String) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in members {
        write_string(name, text);
        text.push(':');
        write(value, text);
        text.push(',');
    }
    text.push('}');
}

/// A string between quotes in which quotes and backslashes are escaped: no two strings are written alike.
fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        if matches!(character, '"' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
}
