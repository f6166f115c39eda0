//! The one function that validates a redirect URI and the one that compares two.

use serde::{Deserialize, Serialize};

/// A redirect URI that passed every check, byte for byte as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

impl RedirectUri {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
