//! Sets of permissions, small enough to be copied: one is computed for every account that is read.

use std::{fmt, ops};

use super::permission::Permission;

/// A set of permissions, a bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(u128);

const _: () = assert!(Permission::ALL.len() <= 128, "a set has a bit for each permission");

impl PermissionSet {
    pub const EMPTY: Self = Self(0);

    /// Every permission there is.
    pub const ALL: Self =
        Self(if Permission::ALL.len() == 128 { u128::MAX } else { (1 << Permission::ALL.len()) - 1 });

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn is_subset(self, of: Self) -> bool {
        self.0 & !of.0 == 0
    }

    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= bit(permission);
    }

    pub const fn remove(&mut self, permission: Permission) {
        self.0 &= !bit(permission);
    }

    /// In the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    /// The names, separated by spaces: as it is stored.
    pub fn names(self) -> String {
        self.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Reads [`PermissionSet::names`], and `*` as every permission there is; `None` when a name is none.
    pub fn parse_names(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::ALL) } else { text.split_whitespace().map(Permission::parse).collect() }
    }
}

const fn bit(permission: Permission) -> u128 {
    1 << permission.index()
}

impl ops::BitOr for PermissionSet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl ops::BitOrAssign for PermissionSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl ops::BitAnd for PermissionSet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What is in the first and not in the second.
impl ops::Sub for PermissionSet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | bit(permission)))
    }
}

impl<const N: usize> From<[Permission; N]> for PermissionSet {
    fn from(permissions: [Permission; N]) -> Self {
        permissions.into_iter().collect()
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter().map(Permission::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{ApiKeyGet, Authenticate, RoleGet};

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set = PermissionSet::from([Authenticate, RoleGet]);
        assert!(set.contains(Authenticate) && set.contains(RoleGet) && !set.contains(ApiKeyGet));
        assert_eq!(set.iter().count(), 2);
        assert_eq!(set - PermissionSet::from([RoleGet, ApiKeyGet]), PermissionSet::from([Authenticate]));
        assert!(set.is_subset(PermissionSet::ALL) && !PermissionSet::ALL.is_subset(set));
    }

    #[test]
    fn all_is_every_permission_there_is() {
        assert_eq!(PermissionSet::ALL, Permission::ALL.iter().copied().collect());
    }

    #[test]
    fn a_set_reads_back_as_it_was_stored() {
        for set in [PermissionSet::EMPTY, PermissionSet::ALL, PermissionSet::from([ApiKeyGet])] {
            assert_eq!(PermissionSet::parse_names(&set.names()), Some(set));
        }
        assert_eq!(PermissionSet::parse_names("*"), Some(PermissionSet::ALL));
        assert_eq!(PermissionSet::parse_names("api-key-get fly"), None);
    }
}
