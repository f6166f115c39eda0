//! What happened: one journal, which is the audit trail of people and the change log of the management API.
//!
//! An event travels in the same batch as the change it tells of. Afterwards events are *sealed*: numbered without gaps, and chained by
//! hash within their tenant, so that an edited, removed or re-ordered one shows.

mod brief;
mod chain;
mod difference;
mod kind;
mod veil;

use std::net::IpAddr;

use serde_json::Value;

pub use self::brief::brief;
pub use self::chain::ChainHash;
pub use self::difference::difference;
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
