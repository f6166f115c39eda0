//! What the server said, and what it must not have said.

use bytes::Bytes;
use domain::error::ErrorCode;
use http::HeaderMap;
use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Null when the body is not JSON.
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self { status, headers, body, json }
    }

    /// The answer has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// A refusal in JSON: the code with its status, a description in the characters of RFC 6749 §5.2, nothing else, and nobody may
    /// keep it; 401 comes with a challenge.
    #[track_caller]
    pub(crate) fn refuses(&self, code: &str) -> &Self {
        assert_eq!(self.json["error"], code, "{} {}", self.status, String::from_utf8_lossy(&self.body));
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code).expect("a code of the table");
        self.is(known.status());
        let description = self.json["error_description"].as_str().expect("a description");
        assert!(description.bytes().all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'));
        // What a policy has against it stands beside that.
        let members = if self.has("violations") { 3 } else { 2 };
        assert_eq!(self.json.as_object().map(serde_json::Map::len), Some(members), "{}", self.json);
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert!(self.status != 401 || self.header("www-authenticate").is_some(), "401 without a challenge");
        self
    }

    /// The one value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().expect("a text"));
        assert!(values.next().is_none(), "{name} is there more than once");
        value
    }

    /// A member that is a text.
    #[track_caller]
    pub(crate) fn text(&self, member: &str) -> String {
        match self.json[member].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("no {member} in {} {}", self.status, String::from_utf8_lossy(&self.body)),
        }
    }

    /// Whether the JSON object has this member.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.json.get(member).is_some()
    }
}
