//! Accounts: people, programs, and groups of them.

use crate::{id::Id, time::Timestamp};

use super::{
    effective::{Assignment, Permissions},
    permission::Permission,
    permission_set::PermissionSet,
    role::UserRoles,
    tenant::AccountQuotas,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Somebody, or a program, that can sign in.
    User,
    /// A name for several accounts, which never signs in.
    Group,
}

impl Kind {
    /// As stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Group].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An account with what it may do at this moment: what grants, sessions and tokens are read with.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: Id,
    pub kind: Kind,
    /// The login name, lower case.
    pub name: String,
    pub description: Option<String>,
    /// The first of its addresses.
    pub email: Option<String>,
    pub locale: Option<String>,
    pub member_tenant_id: Option<Id>,
    /// What it may do: own permissions, roles and tenant added up.
    pub permissions: PermissionSet,
    /// What it would do if its tenant set no bound to it.
    pub uncapped: PermissionSet,
    pub is_enabled: bool,
    pub created_at: Timestamp,
}

/// An account as it stands in the directory, with everything an administrator gave it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub account: Account,
    /// The first is the one that applications are told.
    pub emails: Vec<String>,
    /// The groups it belongs to.
    pub member_group_ids: Vec<Id>,
    pub roles: UserRoles,
    pub permissions: Permissions,
    pub quotas: AccountQuotas,
    pub time_zone: Option<String>,
    /// Grows by one with every change; guards concurrent ones.
    pub version: i64,
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
        self.is_enabled && self.kind == Kind::User && self.holds(Permission::Authenticate)
    }

    pub const fn holds(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }
}

impl Entry {
    /// What says what the account may do.
    pub const fn assignment(&self) -> Assignment<'_> {
        Assignment {
            kind: self.account.kind,
            member_tenant_id: self.account.member_tenant_id.as_ref(),
            roles: &self.roles,
            permissions: self.permissions,
        }
    }

    /// Whether it is one of those that nobody but another such account can hold anything back from: it may always repair what others
    /// break, so one of them must remain.
    pub fn is_full_administrator(&self) -> bool {
        self.account.is_usable()
            && self.account.member_tenant_id.is_none()
            && self.roles == UserRoles::Admin
            && self.permissions == Permissions::Inherit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_has_one_spelling() {
        assert_eq!(Account::canonical_name(" Alice "), Some("alice".to_owned()));
        assert_eq!(Account::canonical_name("a b"), None);
        assert_eq!(Account::canonical_name(""), None);
    }

    #[test]
    fn a_group_never_signs_in_whatever_it_holds() {
        let alice = crate::grant::fixtures::account();
        assert!(alice.is_usable());
        assert!(!Account { kind: Kind::Group, permissions: PermissionSet::ALL, ..alice }.is_usable());
    }
}
