//! Roles: permissions under a name, given to many.

use crate::id::Id;

use super::{permission::Permission, permission_set::PermissionSet};

/// A bundle of permissions that administrators give to accounts, tenants and other roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub id: Id,
    pub description: String,
    /// Only accounts of this tenant may have it; `None`: those that belong to no tenant.
    pub member_tenant_id: Option<Id>,
    /// Whatever these hold, this one holds too.
    pub role_ids: Vec<Id>,
    pub enabled: PermissionSet,
    /// Taken away from whoever has the role, whatever else gives it.
    pub disabled: PermissionSet,
    /// Grows by one with every change; guards concurrent ones.
    pub version: i64,
}

impl Role {
    /// The longest description, in characters.
    pub const MAX_DESCRIPTION: usize = 256;
}

/// The roles that the first start makes. What they hold is in their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRole {
    User,
    Group,
    TenantAdministrator,
    SystemAdministrator,
}

impl FirstRole {
    pub const ALL: [Self; 4] =
        [Self::User, Self::Group, Self::TenantAdministrator, Self::SystemAdministrator];

    /// The id of its row, the same in every database.
    pub fn id(self) -> Id {
        Id::from_static(self.row())
    }

    /// What it is made with; administrators may change that, except of *System Administrator*.
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::User => OF_USERS.into(),
            Self::Group => PermissionSet::EMPTY,
            Self::TenantAdministrator => PermissionSet::from(OF_USERS) | OF_TENANT_ADMINISTRATORS.into(),
            Self::SystemAdministrator => PermissionSet::ALL,
        }
    }

    /// The first role whose row this is.
    pub fn of(id: &Id) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.row() == id.as_str())
    }

    const fn row(self) -> &'static str {
        match self {
            Self::User => "00000000000000000000000001",
            Self::Group => "00000000000000000000000002",
            Self::TenantAdministrator => "00000000000000000000000003",
            Self::SystemAdministrator => "00000000000000000000000004",
        }
    }
}

/// Signing in, and what is one's own: keys, password, settings.
const OF_USERS: [Permission; 15] = [
    Permission::Authenticate,
    Permission::ApiKeyGet,
    Permission::ApiKeyQuery,
    Permission::ApiKeyCreate,
    Permission::ApiKeyUpdate,
    Permission::ApiKeyDestroy,
    Permission::AppPasswordGet,
    Permission::AppPasswordQuery,
    Permission::AppPasswordCreate,
    Permission::AppPasswordUpdate,
    Permission::AppPasswordDestroy,
    Permission::AccountPasswordGet,
    Permission::AccountPasswordUpdate,
    Permission::AccountSettingsGet,
    Permission::AccountSettingsUpdate,
];

/// Beside that: the accounts, roles and clients of the tenant, how clients register there, and what happened to them.
const OF_TENANT_ADMINISTRATORS: [Permission; 28] = [
    Permission::OauthClientRegistration,
    Permission::OauthClientGet,
    Permission::OauthClientQuery,
    Permission::OauthClientCreate,
    Permission::OauthClientUpdate,
    Permission::OauthClientDestroy,
    Permission::AccountGet,
    Permission::AccountQuery,
    Permission::AccountCreate,
    Permission::AccountUpdate,
    Permission::AccountDestroy,
    Permission::RoleGet,
    Permission::RoleQuery,
    Permission::RoleCreate,
    Permission::RoleUpdate,
    Permission::RoleDestroy,
    Permission::AuditEventGet,
    Permission::AuditEventQuery,
    Permission::RegistrationPolicyGet,
    Permission::RegistrationPolicyQuery,
    Permission::RegistrationPolicyCreate,
    Permission::RegistrationPolicyUpdate,
    Permission::RegistrationPolicyDestroy,
    Permission::InitialAccessTokenGet,
    Permission::InitialAccessTokenQuery,
    Permission::InitialAccessTokenCreate,
    Permission::InitialAccessTokenUpdate,
    Permission::InitialAccessTokenDestroy,
];

/// Which roles an account or a tenant has.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum UserRoles {
    /// What everybody has: the role *User*; a group has the role *Group*.
    #[default]
    User,
    /// *System Administrator*, or *Tenant Administrator* within a tenant.
    Admin,
    Custom(Vec<Id>),
}

impl UserRoles {
    /// The roles that are named; empty for those that follow from where the account is.
    pub fn named(&self) -> &[Id] {
        match self {
            Self::User | Self::Admin => &[],
            Self::Custom(role_ids) => role_ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_role_is_known_by_its_row() {
        for role in FirstRole::ALL {
            assert_eq!(FirstRole::of(&role.id()), Some(role));
            assert!(Id::parse(role.id().as_str()).is_some());
        }
    }

    #[test]
    fn only_system_administrators_override_the_registration_requirement() {
        for role in [FirstRole::User, FirstRole::Group, FirstRole::TenantAdministrator] {
            assert!(!role.permissions().contains(Permission::OauthClientOverride));
        }
        assert!(!FirstRole::User.permissions().contains(Permission::OauthClientRegistration));
    }
}
