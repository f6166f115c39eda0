//! Tenants: parts of the directory with administrators of their own.

use crate::{id::Id, time::Timestamp};

use super::{effective::Permissions, role::UserRoles};

/// Accounts, roles and clients that are kept apart from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: Id,
    pub name: String,
    /// A URL, or an image as a `data:` URL.
    pub logo: Option<String>,
    /// With `permissions`: the most that any account of the tenant may hold.
    pub roles: UserRoles,
    pub permissions: Permissions,
    pub quotas: Quotas,
    pub created_at: Timestamp,
    /// Grows by one with every change; guards concurrent ones.
    pub version: i64,
}

impl Tenant {
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 256;
    /// The longest logo, in bytes.
    pub const MAX_LOGO: usize = 64 * 1024;
}

/// How many objects of each kind a tenant may have; `None`: any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    pub max_accounts: Option<u32>,
    pub max_groups: Option<u32>,
    pub max_roles: Option<u32>,
    pub max_oauth_clients: Option<u32>,
}

/// How many credentials an account may have beside its password; `None`: any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountQuotas {
    pub max_api_keys: Option<u32>,
    pub max_app_passwords: Option<u32>,
}
