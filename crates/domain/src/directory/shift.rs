//! What the change of one role does to everybody who has it, directly or through other roles.

use crate::id::Id;

use super::{
    effective::{Bundle, Rolebook},
    permission_set::PermissionSet,
    role::Role,
};

/// The permissions that a change moves, in whichever role they show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Somebody may hold these afterwards who did not before.
    pub given: PermissionSet,
    /// Somebody may have held these before who does not any more.
    pub taken: PermissionSet,
}

impl Shift {
    /// What happens when the role with the id of `after` becomes `after`, where `roles` are all there are, itself as it was among them.
    ///
    /// Every role is added up before and after: what refers to the changed one, to itself or around in a circle gives what it gives
    /// after the change, not before.
    pub fn of(roles: &[Role], after: &Role) -> Self {
        let changed: Vec<_> =
            roles.iter().map(|role| if role.id == after.id { after.clone() } else { role.clone() }).collect();
        let (book, book_after) = (Rolebook::new(roles, &[]), Rolebook::new(&changed, &[]));
        let sums = |id: &Id| {
            let ids = std::slice::from_ref(id);
            (book.bundle(ids), book_after.bundle(ids))
        };
        roles.iter().map(|role| sums(&role.id)).fold(Self::default(), |all, (before, after)| Self {
            given: all.given | moved(before, after),
            taken: all.taken | moved(after, before),
        })
    }

    pub fn all(self) -> PermissionSet {
        self.given | self.taken
    }
}

/// What `after` enables and `before` did not, and what `before` held back and `after` does not.
fn moved(before: Bundle, after: Bundle) -> PermissionSet {
    (after.enabled - before.enabled) | (before.disabled - after.disabled)
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index};

    use super::{
        super::{
            effective::{
                Assignment,
                tests::{any_permissions, any_roles, id, role},
            },
            permission::Permission::{OauthClientDestroy, RoleGet, RoleUpdate},
            role::UserRoles,
        },
        *,
    };
    use crate::directory::Kind;

    const NONE: PermissionSet = PermissionSet::EMPTY;

    #[test]
    fn v103_what_a_role_takes_is_given_back_also_by_a_role_that_refers_to_itself() {
        let before = role(0, &[], NONE, [OauthClientDestroy].into());
        for refers_to in [&[][..], &[0], &[1], &[1, 0]] {
            let roles = [before.clone(), role(1, &[0], [RoleGet].into(), NONE)];
            let shift = Shift::of(&roles, &role(0, refers_to, NONE, NONE));
            assert!(shift.given.contains(OauthClientDestroy), "{refers_to:?}");
        }
    }

    #[test]
    fn what_a_role_gave_is_taken_from_those_that_refer_to_it_too() {
        let roles = [role(0, &[], [RoleUpdate].into(), NONE), role(1, &[0], NONE, NONE)];
        let shift = Shift::of(&roles, &role(0, &[], NONE, [RoleGet].into()));
        assert_eq!((shift.given, shift.taken), (NONE, [RoleUpdate, RoleGet].into()));
    }

    proptest! {
        #[test]
        fn v103_nobody_holds_more_or_less_by_a_change_than_it_says(
            roles in any_roles(), changed in any_roles(), at in any::<Index>(), has in any::<Index>(), own in any_permissions()
        ) {
            let at = at.index(roles.len());
            let after = Role { id: roles[at].id.clone(), ..changed[0].clone() };
            let mut all_after = roles.clone();
            all_after[at] = after.clone();
            let account = UserRoles::Custom(vec![id(0), roles[has.index(roles.len())].id.clone()]);
            let assignment = Assignment { kind: Kind::User, member_tenant_id: None, roles: &account, permissions: own };
            let held = |roles: &[Role]| Rolebook::new(roles, &[]).effective(&assignment);
            let (before, now, shift) = (held(&roles), held(&all_after), Shift::of(&roles, &after));
            prop_assert!((now - before).is_subset(shift.given));
            prop_assert!((before - now).is_subset(shift.taken));
        }
    }
}
