use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    directory::{permission::Permission, tenant::Quotas},
    time::Timestamp,
};

pub(in crate::directory) fn id(number: u8) -> Id {
    Id::new(Timestamp::from_millis(1), number.into(), [0; 8])
}

/// Any set of permissions.
pub(in crate::directory) fn any_set() -> impl Strategy<Value = PermissionSet> {
    vec(prop::sample::select(Permission::ALL), 0..40)
        .prop_map(|permissions| permissions.into_iter().collect())
}

pub(in crate::directory) fn any_permissions() -> impl Strategy<Value = Permissions> {
    (0..3, any_set(), any_set()).prop_map(|(mode, enabled, disabled)| match mode {
        0 => Permissions::Inherit,
        1 => Permissions::Merge { enabled, disabled },
        _ => Permissions::Replace { enabled, disabled },
    })
}

pub(in crate::directory) fn role(
    number: u8,
    refers_to: &[u8],
    enabled: PermissionSet,
    disabled: PermissionSet,
) -> Role {
    Role {
        id: id(number),
        description: String::new(),
        member_tenant_id: None,
        role_ids: refers_to.iter().copied().map(id).collect(),
        enabled,
        disabled,
        version: 1,
    }
}

fn tenant(permissions: Permissions) -> Tenant {
    Tenant {
        id: id(100),
        name: String::new(),
        logo: None,
        roles: UserRoles::Custom(vec![id(0)]),
        permissions,
        quotas: Quotas::default(),
        created_at: Timestamp::from_millis(0),
        version: 1,
    }
}

prop_compose! {
    /// Roles that refer to one another in every way, to themselves and to roles that do not exist.
    pub(in crate::directory) fn any_roles()(roles in vec((vec(0_u8..8, 0..4), any_set(), any_set()), 1..6)) -> Vec<Role> {
        (0..).zip(roles).map(|(number, (refers_to, enabled, disabled))| role(number, &refers_to, enabled, disabled)).collect()
    }
}

fn account<'a>(roles: &'a UserRoles, permissions: Permissions, tenant: Option<&'a Id>) -> Assignment<'a> {
    Assignment { kind: Kind::User, member_tenant_id: tenant, roles, permissions }
}

proptest! {
    #[test]
    fn an_account_never_holds_more_than_its_tenant(
        roles in any_roles(), own in any_permissions(), tenants in any_permissions()
    ) {
        let tenant = tenant(tenants);
        let book = Rolebook::new(&roles, std::slice::from_ref(&tenant));
        let custom = UserRoles::Custom(vec![id(0), id(1)]);
        let held = book.effective(&account(&custom, own, Some(&tenant.id)));
        prop_assert!(held.is_subset(book.of_tenant(&tenant)));
        prop_assert!(held.is_subset(book.effective(&account(&custom, own, None))));
        prop_assert_eq!(book.uncapped(&account(&custom, own, Some(&tenant.id))), book.effective(&account(&custom, own, None)));
    }

    #[test]
    fn what_is_disabled_anywhere_is_not_held(roles in any_roles(), enabled in any_set(), disabled in any_set()) {
        let book = Rolebook::new(&roles, &[]);
        let custom = UserRoles::Custom(vec![id(0)]);
        let merged = book.effective(&account(&custom, Permissions::Merge { enabled, disabled }, None));
        let taken = book.bundle(&[id(0)]).disabled | disabled;
        prop_assert!((merged & taken).is_empty());
        prop_assert!(roles[0].disabled.is_subset(taken));
        let replaced = book.effective(&account(&custom, Permissions::Replace { enabled, disabled }, None));
        prop_assert_eq!(replaced, enabled - disabled);
    }

    #[test]
    fn a_role_gives_what_those_it_refers_to_give(roles in any_roles()) {
        let book = Rolebook::new(&roles, &[]);
        for role in &roles {
            let bundle = book.bundle(std::slice::from_ref(&role.id));
            prop_assert!(role.enabled.is_subset(bundle.enabled));
            prop_assert!(book.bundle(&role.role_ids).enabled.is_subset(bundle.enabled));
        }
    }
}

#[test]
fn roles_in_a_circle_all_give_the_same() {
    let [a, b, c] = [Permission::RoleGet, Permission::RoleQuery, Permission::RoleCreate]
        .map(|permission| PermissionSet::from([permission]));
    let none = PermissionSet::EMPTY;
    let book = Rolebook::new(&[role(0, &[1], a, none), role(1, &[2], b, none), role(2, &[0], c, none)], &[]);
    for number in 0..3 {
        assert_eq!(book.bundle(&[id(number)]).enabled, a | b | c);
    }
}

#[test]
fn an_account_of_a_tenant_that_is_not_known_may_do_nothing() {
    let book = Rolebook::default();
    let own = Permissions::Replace { enabled: PermissionSet::ALL, disabled: PermissionSet::EMPTY };
    assert_eq!(book.effective(&account(&UserRoles::User, own, Some(&id(9)))), PermissionSet::EMPTY);
    assert_eq!(book.effective(&account(&UserRoles::User, own, None)), PermissionSet::ALL);
}

#[test]
fn an_administrator_of_a_tenant_is_no_system_administrator() {
    let of = |first: FirstRole, permission| Role {
        id: first.id(),
        ..role(0, &[], PermissionSet::from([permission]), PermissionSet::EMPTY)
    };
    let roles = [
        of(FirstRole::TenantAdministrator, Permission::RoleGet),
        of(FirstRole::SystemAdministrator, Permission::TenantGet),
        of(FirstRole::User, Permission::Authenticate),
        of(FirstRole::Group, Permission::MetricsGet),
    ];
    let tenant = tenant(Permissions::Replace { enabled: PermissionSet::ALL, disabled: PermissionSet::EMPTY });
    let book = Rolebook::new(&roles, std::slice::from_ref(&tenant));
    let held = |roles, tenant, kind| {
        book.effective(&Assignment { kind, ..account(roles, Permissions::Inherit, tenant) })
    };
    assert_eq!(held(&UserRoles::Admin, Some(&tenant.id), Kind::User), [Permission::RoleGet].into());
    assert_eq!(held(&UserRoles::Admin, None, Kind::User), [Permission::TenantGet].into());
    assert_eq!(held(&UserRoles::User, None, Kind::User), [Permission::Authenticate].into());
    assert_eq!(held(&UserRoles::User, None, Kind::Group), [Permission::MetricsGet].into());
}
