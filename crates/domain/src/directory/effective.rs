//! What somebody may do in the end: the one place where roles, own permissions and the tenant are added up.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::Id;

use super::{
    account::Kind,
    permission_set::PermissionSet,
    role::{FirstRole, Role, UserRoles},
    tenant::Tenant,
};

/// The permissions that an account or a tenant has beside its roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permissions {
    /// Those of the roles.
    #[default]
    Inherit,
    /// Those of the roles and these, without those.
    Merge { enabled: PermissionSet, disabled: PermissionSet },
    /// These without those, whatever the roles say.
    Replace { enabled: PermissionSet, disabled: PermissionSet },
}

/// Everything about an account that says what it may do.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    pub kind: Kind,
    pub member_tenant_id: Option<&'a Id>,
    pub roles: &'a UserRoles,
    pub permissions: Permissions,
}

/// What roles give and take, all that they refer to included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    pub enabled: PermissionSet,
    pub disabled: PermissionSet,
}

/// All roles added up, and the most that the accounts of each tenant may hold.
#[derive(Clone, Debug, Default)]
pub struct Rolebook {
    roles: BTreeMap<Id, Bundle>,
    tenants: BTreeMap<Id, PermissionSet>,
}

impl Rolebook {
    /// Adds up `roles` and `tenants`. A role that refers to itself, directly or not, gives what it gives once.
    pub fn new(roles: &[Role], tenants: &[Tenant]) -> Self {
        let by_id: BTreeMap<_, _> = roles.iter().map(|role| (&role.id, role)).collect();
        let added_up = by_id.keys().map(|id| ((*id).clone(), add_up(id, &by_id))).collect();
        let mut book = Self { roles: added_up, tenants: BTreeMap::new() };
        book.tenants = tenants.iter().map(|tenant| (tenant.id.clone(), book.of_tenant(tenant))).collect();
        book
    }

    /// What an account may do: own and its roles' permissions, without every disabled one, and never more than its tenant. An account
    /// of a tenant that is not known may do nothing; a role that is not known gives nothing.
    pub fn effective(&self, account: &Assignment<'_>) -> PermissionSet {
        self.capped(account, self.uncapped(account))
    }

    /// What an account would hold if its tenant set no bound. What is beyond the bound sleeps: it wakes when the tenant may hold more.
    pub fn uncapped(&self, account: &Assignment<'_>) -> PermissionSet {
        let first = match (account.roles, account.kind, account.member_tenant_id) {
            (UserRoles::User, Kind::User, _) => FirstRole::User,
            (UserRoles::User, Kind::Group, _) => FirstRole::Group,
            (UserRoles::Admin, _, None) => FirstRole::SystemAdministrator,
            (UserRoles::Admin, _, Some(_)) => FirstRole::TenantAdministrator,
            (UserRoles::Custom(role_ids), _, _) => {
                return self.bundle(role_ids).and(account.permissions);
            }
        };
        self.bundle(&[first.id()]).and(account.permissions)
    }

    /// The most that an account of this tenant may hold: with `Admin` what *Tenant Administrator* gives, with `User` only what everybody
    /// has, so that nobody in it administers anything.
    pub fn of_tenant(&self, tenant: &Tenant) -> PermissionSet {
        let first = match &tenant.roles {
            UserRoles::User => FirstRole::User,
            UserRoles::Admin => FirstRole::TenantAdministrator,
            UserRoles::Custom(role_ids) => return self.bundle(role_ids).and(tenant.permissions),
        };
        self.bundle(&[first.id()]).and(tenant.permissions)
    }

    /// What these roles give and take together.
    pub fn bundle(&self, role_ids: &[Id]) -> Bundle {
        role_ids.iter().filter_map(|id| self.roles.get(id)).fold(Bundle::default(), |sum, role| Bundle {
            enabled: sum.enabled | role.enabled,
            disabled: sum.disabled | role.disabled,
        })
    }

    fn capped(&self, account: &Assignment<'_>, permissions: PermissionSet) -> PermissionSet {
        match account.member_tenant_id {
            None => permissions,
            Some(id) => self.tenants.get(id).map_or(PermissionSet::EMPTY, |most| permissions & *most),
        }
    }
}

impl Bundle {
    fn and(self, own: Permissions) -> PermissionSet {
        match own {
            Permissions::Inherit => self.enabled - self.disabled,
            Permissions::Merge { enabled, disabled } => (self.enabled | enabled) - (self.disabled | disabled),
            Permissions::Replace { enabled, disabled } => enabled - disabled,
        }
    }
}

/// Walks from role to role; each counts once.
fn add_up(id: &Id, roles: &BTreeMap<&Id, &Role>) -> Bundle {
    let mut sum = Bundle::default();
    let mut seen = BTreeSet::new();
    let mut ahead = vec![id];
    while let Some(id) = ahead.pop() {
        if let Some(role) = roles.get(id)
            && seen.insert(id)
        {
            sum.enabled |= role.enabled;
            sum.disabled |= role.disabled;
            ahead.extend(&role.role_ids);
        }
    }
    sum
}

#[cfg(test)]
pub(super) mod tests;
