//! Accounts, what they may do, and the keys that act for them.

pub mod access;
pub mod permission;

use std::{collections::BTreeSet, net::IpAddr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{id::Id, secret::SecretHash, time::Timestamp};
use access::KeyPermissions;
use permission::Permission;

/// The roles of the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    User,
    SystemAdministrator,
}

impl Role {
    /// What the role holds.
    pub fn permissions(self) -> BTreeSet<Permission> {
        match self {
            Self::User => permission::OF_USERS.iter().copied().collect(),
            Self::SystemAdministrator => Permission::ALL.iter().copied().collect(),
        }
    }
}

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: Id,
    /// The login name, lower case.
    pub name: String,
    pub description: Option<String>,
    pub email: Option<String>,
    pub locale: Option<String>,
    pub role: Role,
    pub is_enabled: bool,
    pub created_at: Timestamp,
}

impl Account {
    pub const MAX_NAME: usize = 128;

    /// A login name in the one spelling under which it is stored and looked up; `None` when it cannot be one: empty, over 128
    /// bytes, or with control characters or spaces.
    pub fn canonical_name(text: &str) -> Option<String> {
        let name = text.trim().to_lowercase();
        let well_formed = !name.is_empty()
            && name.len() <= Self::MAX_NAME
            && !name.chars().any(|c| c.is_control() || c.is_whitespace());
        well_formed.then_some(name)
    }

    /// The one question every grant, session and token asks of its account.
    pub fn is_usable(&self) -> bool {
        self.is_enabled && self.holds(Permission::Authenticate)
    }

    pub fn holds(&self, permission: Permission) -> bool {
        self.role.permissions().contains(&permission)
    }
}

/// A key that acts for an account, with no more than the account's permissions.
#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: Id,
    pub account_id: Id,
    pub description: String,
    pub secret_hash: SecretHash,
    pub permissions: KeyPermissions,
    /// Empty: from anywhere.
    pub allowed_ips: Vec<IpNet>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether the key may be used at `now` by a peer at `from`.
    pub fn is_usable(&self, now: Timestamp, from: IpAddr) -> bool {
        let from = from.to_canonical();
        self.expires_at.is_none_or(|end| now < end)
            && (self.allowed_ips.is_empty() || self.allowed_ips.iter().any(|net| net.contains(&from)))
    }

    /// What the key may do on behalf of `account`.
    pub fn effective_permissions(&self, account: &Account) -> BTreeSet<Permission> {
        self.permissions.within(&account.role.permissions())
    }
}

/// Somebody signed in, in one browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: Id,
    pub secret_hash: SecretHash,
    pub account: Account,
    pub authenticated_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Session {
    pub fn is_usable(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.account.is_usable()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(allowed_ips: &[&str], expires_at: Option<i64>) -> ApiKey {
        ApiKey {
            id: Id::new(Timestamp::from_millis(1), 0, [0; 8]),
            account_id: Id::new(Timestamp::from_millis(1), 1, [0; 8]),
            description: "a fleet".to_owned(),
            secret_hash: SecretHash::from_stored(String::new()),
            permissions: KeyPermissions::Inherit,
            allowed_ips: allowed_ips.iter().map(|net| net.parse().unwrap()).collect(),
            created_at: Timestamp::from_millis(0),
            expires_at: expires_at.map(Timestamp::from_millis),
        }
    }

    #[test]
    fn a_key_stops_at_its_expiry_to_the_millisecond() {
        let home = "127.0.0.1".parse().unwrap();
        assert!(key(&[], Some(10)).is_usable(Timestamp::from_millis(9), home));
        assert!(!key(&[], Some(10)).is_usable(Timestamp::from_millis(10), home));
    }

    #[test]
    fn a_key_works_only_from_its_networks_also_in_ipv4_mapped_form() {
        let key = key(&["203.0.113.0/24"], None);
        let now = Timestamp::from_millis(0);
        assert!(key.is_usable(now, "203.0.113.9".parse().unwrap()));
        assert!(key.is_usable(now, "::ffff:203.0.113.9".parse().unwrap()));
        assert!(!key.is_usable(now, "198.51.100.9".parse().unwrap()));
    }

    #[test]
    fn a_login_name_has_one_spelling() {
        assert_eq!(Account::canonical_name(" Alice "), Some("alice".to_owned()));
        assert_eq!(Account::canonical_name("a b"), None);
        assert_eq!(Account::canonical_name(""), None);
    }
}
