//! What happened: one journal, which is the audit trail of people and the change log of the management API.
//!
//! An event travels in the same batch as the change it tells of. Afterwards events are *sealed*: numbered without gaps, and chained by
//! hash within their tenant, so that an edited, removed or re-ordered one shows.

mod chain;
mod kind;
mod veil;

use std::net::IpAddr;

use serde_json::{Map, Value};

pub use self::chain::ChainHash;
pub use self::kind::{Change, CredentialKind, EventKind, ObjectKind};
pub use self::veil::veiled;
use crate::{client::ClientId, id::Id, time::Timestamp};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: Id,
    pub at: Timestamp,
    /// Whose business it is; none where it belongs to no tenant.
    pub tenant_id: Option<Id>,
    pub kind: EventKind,
    /// What it happened to, by its id on the wire of the management API.
    pub object: Option<(ObjectKind, String)>,
    pub actor: ActorRef,
    /// The address of the peer; none on the host itself.
    pub from: Option<IpAddr>,
    /// What changed, as it was. Never a secret.
    pub before: Option<Value>,
    /// What changed, as it is now. Never a secret.
    pub after: Option<Value>,
    pub note: Option<String>,
}

/// Whoever did it, as far as that is known. All of it unknown: nobody authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorRef {
    pub account_id: Option<Id>,
    pub credential_kind: Option<CredentialKind>,
    /// The row of the credential; it proves nothing.
    pub credential_id: Option<Id>,
    /// The application through which it was done.
    pub client_id: Option<ClientId>,
}

impl Event {
    /// An event of which nothing more is known yet.
    pub fn new(id: Id, at: Timestamp, kind: EventKind) -> Self {
        Self {
            id,
            at,
            tenant_id: None,
            kind,
            object: None,
            actor: ActorRef::default(),
            from: None,
            before: None,
            after: None,
            note: None,
        }
    }
}

/// An event with its place: what is sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    /// 1, 2, 3 … over all tenants.
    pub position: i64,
    pub hash: ChainHash,
    pub event: Event,
}

/// The members in which two objects differ, of each side those it has; `None` when there are none. What is no object is taken whole.
pub fn difference(before: Value, after: Value) -> Option<(Value, Value)> {
    match (before, after) {
        (before, after) if before == after => None,
        (Value::Object(before), Value::Object(after)) => {
            let side = |own: &Map<String, Value>, other: &Map<String, Value>| {
                let differs = |(name, value): &(&String, &Value)| other.get(*name) != Some(*value);
                Value::Object(
                    own.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())).collect(),
                )
            };
            Some((side(&before, &after), side(&after, &before)))
        }
        whole => Some(whole),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before = json!({ "a": 1, "b": [1], "gone": true });
        let after = json!({ "a": 1, "b": [1, 2], "new": null });
        let told = (json!({ "b": [1], "gone": true }), json!({ "b": [1, 2], "new": null }));
        assert_eq!(difference(before, after), Some(told));
    }

    #[test]
    fn where_nothing_differs_there_is_nothing_to_tell() {
        assert_eq!(difference(json!({ "a": 1 }), json!({ "a": 1 })), None);
    }
}
