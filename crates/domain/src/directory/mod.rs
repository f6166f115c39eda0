//! The directory: accounts, the roles and tenants that say what they may do, and the keys that act for them.

pub mod access;
pub mod account;
pub mod effective;
pub mod permission;
pub mod permission_set;
pub mod recovery_code;
pub mod role;
pub mod second_factor;
pub mod shift;
pub mod sign_in;
pub mod tenant;
pub mod totp;

pub use access::{Key, KeyKind};
pub use account::{Account, Entry, Kind};
pub use effective::{Assignment, Permissions, Rolebook};
pub use permission_set::PermissionSet;
pub use role::{FirstRole, Role, UserRoles};
pub use second_factor::{Factors, Passkey};
pub use shift::Shift;
pub use sign_in::SignInMethod;
pub use tenant::{AccountQuotas, Quotas, Tenant};

use crate::{id::Id, secret::SecretHash, time::Timestamp};

/// Somebody signed in, in one browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: Id,
    pub secret_hash: SecretHash,
    pub account: Account,
    /// What it was begun with.
    pub method: SignInMethod,
    pub authenticated_at: Timestamp,
    pub expires_at: Timestamp,
    /// When the console or the portal was last used in it.
    pub last_seen_at: Option<Timestamp>,
}

impl Session {
    pub fn is_usable(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.account.is_usable()
    }
}
