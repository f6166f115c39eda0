//! The core capability: the limits that every answer keeps to and the session tells. RFC 8620 §2.

use serde_json::{Value, json};

/// The capability that stands for RFC 8620 itself.
pub const CORE: &str = "urn:ietf:params:jmap:core";

/// What `urn:ietf:params:jmap:core` says in the session. Sizes are octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreCapability {
    pub max_size_upload: usize,
    pub max_concurrent_upload: usize,
    pub max_size_request: usize,
    pub max_concurrent_requests: usize,
    pub max_calls_in_request: usize,
    pub max_objects_in_get: usize,
    pub max_objects_in_set: usize,
    /// Names of the collation registry (RFC 4790); a comparator that names another is refused as `unsupportedSort`.
    pub collation_algorithms: Vec<String>,
}

impl Default for CoreCapability {
    /// The minima that the standard suggests.
    fn default() -> Self {
        Self {
            max_size_upload: 50_000_000,
            max_concurrent_upload: 4,
            max_size_request: 10_000_000,
            max_concurrent_requests: 4,
            max_calls_in_request: 16,
            max_objects_in_get: 500,
            max_objects_in_set: 500,
            collation_algorithms: Vec::new(),
        }
    }
}

impl CoreCapability {
    pub fn to_json(&self) -> Value {
        json!({
            "maxSizeUpload": self.max_size_upload,
            "maxConcurrentUpload": self.max_concurrent_upload,
            "maxSizeRequest": self.max_size_request,
            "maxConcurrentRequests": self.max_concurrent_requests,
            "maxCallsInRequest": self.max_calls_in_request,
            "maxObjectsInGet": self.max_objects_in_get,
            "maxObjectsInSet": self.max_objects_in_set,
            "collationAlgorithms": self.collation_algorithms,
        })
    }
}
