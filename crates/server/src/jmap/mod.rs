//! The management API: JMAP (RFC 8620) over the acts of `admin`. Which objects there are is said in `objects`; everything else here
//! serves all of them.

mod about;
mod deadline;
mod endpoint;
mod event_source;
mod head;
mod method;
mod object;
mod objects;
mod places;
mod query;
mod schema;
mod session;
mod simulate;
mod state;

use std::sync::LazyLock;

use jmap::capability::{CORE, CoreCapability};

pub use self::{
    about::{account, schema, schema_document},
    endpoint::post,
    event_source::get as event_source,
    places::Places,
    session::{get as session, well_known},
    simulate::simulate_registration,
};

/// The capability of our objects, in the spelling that existing tools send.
pub const CAPABILITY: &str = "urn:stalwart:jmap";

/// What tools for mail and calendars send with every request. Nothing is offered under these names here; they do no harm.
const TOLERATED: &[&str] = &[
    "urn:ietf:params:jmap:blob",
    "urn:ietf:params:jmap:calendars",
    "urn:ietf:params:jmap:contacts",
    "urn:ietf:params:jmap:mail",
    "urn:ietf:params:jmap:mdn",
    "urn:ietf:params:jmap:principals",
    "urn:ietf:params:jmap:quota",
    "urn:ietf:params:jmap:sieve",
    "urn:ietf:params:jmap:submission",
    "urn:ietf:params:jmap:vacationresponse",
    "urn:ietf:params:jmap:websocket",
];

/// What one request may be. There is nothing to upload.
static LIMITS: LazyLock<CoreCapability> = LazyLock::new(|| CoreCapability {
    max_size_upload: 0,
    max_concurrent_upload: 0,
    max_size_request: 2_000_000,
    max_concurrent_requests: 8,
    ..CoreCapability::default()
});

fn is_known_capability(name: &str) -> bool {
    name == CORE || name == CAPABILITY || TOLERATED.contains(&name)
}
