//! What a key may do: never more than its account.

use std::collections::BTreeSet;

use super::permission::Permission;

/// The permissions of a key relative to its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPermissions {
    /// Those of the account.
    Inherit,
    /// Those of the account without these.
    Disable(BTreeSet<Permission>),
    /// These, as far as the account holds them.
    Replace(BTreeSet<Permission>),
}

impl KeyPermissions {
    /// The permissions that remain of `account`.
    pub fn within(&self, account: &BTreeSet<Permission>) -> BTreeSet<Permission> {
        match self {
            Self::Inherit => account.clone(),
            Self::Disable(without) => account.difference(without).copied().collect(),
            Self::Replace(only) => account.intersection(only).copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{ApiKeyGet, Authenticate, OauthClientRegistration};

    fn account() -> BTreeSet<Permission> {
        [Authenticate, ApiKeyGet].into()
    }

    #[test]
    fn a_key_never_holds_what_its_account_does_not() {
        let key = KeyPermissions::Replace([Authenticate, OauthClientRegistration].into());
        assert_eq!(key.within(&account()), [Authenticate].into());
    }

    #[test]
    fn disable_takes_away_and_inherit_does_not() {
        assert_eq!(KeyPermissions::Disable([ApiKeyGet].into()).within(&account()), [Authenticate].into());
        assert_eq!(KeyPermissions::Inherit.within(&account()), account());
    }
}
