//! Keys that act for an account: API keys and app passwords. They hold never more than their account.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Account, permission_set::PermissionSet};
use crate::{
    id::Id,
    secret::{SecretHash, TokenKind},
    time::Timestamp,
};

/// What a key is presented as, and touched as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// `Authorization: Bearer`.
    ApiKey,
    /// In place of the account's password.
    AppPassword,
}

impl KeyKind {
    /// As stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::AppPassword => "app-password",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::ApiKey, Self::AppPassword].into_iter().find(|kind| kind.as_str() == text)
    }

    /// How its secret begins.
    pub const fn token(self) -> TokenKind {
        match self {
            Self::ApiKey => TokenKind::ApiKey,
            Self::AppPassword => TokenKind::AppPassword,
        }
    }
}

/// The permissions of a key relative to its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPermissions {
    /// Those of the account.
    Inherit,
    /// Those of the account without these.
    Disable(PermissionSet),
    /// These, as far as the account holds them.
    Replace(PermissionSet),
}

impl KeyPermissions {
    /// The permissions that remain of `account`.
    pub fn within(self, account: PermissionSet) -> PermissionSet {
        match self {
            Self::Inherit => account,
            Self::Disable(without) => account - without,
            Self::Replace(only) => account & only,
        }
    }

    /// What a key that had `before` gains by having these: nothing where a list of the same kind only becomes narrower, whatever the
    /// account lost meanwhile. A new key, and one whose list becomes one of another kind, gains all it has.
    pub fn gained(self, before: Option<Self>, account: PermissionSet) -> PermissionSet {
        let held = match (before, self) {
            (Some(before @ Self::Inherit), Self::Inherit)
            | (Some(before @ Self::Disable(_)), Self::Disable(_))
            | (Some(before @ Self::Replace(_)), Self::Replace(_)) => before.within(account),
            (Some(_) | None, _) => PermissionSet::EMPTY,
        };
        self.within(account) - held
    }

    /// What the list names that neither the account holds nor the list `before` named.
    pub fn beyond(self, before: Option<Self>, account: PermissionSet) -> PermissionSet {
        let named = match before {
            Some(Self::Replace(only)) => only,
            Some(Self::Inherit | Self::Disable(_)) | None => PermissionSet::EMPTY,
        };
        match self {
            Self::Replace(only) => only - account - named,
            Self::Inherit | Self::Disable(_) => PermissionSet::EMPTY,
        }
    }
}

/// A key that acts for an account, with no more than the account's permissions.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: Id,
    pub kind: KeyKind,
    pub account_id: Id,
    pub description: String,
    pub secret_hash: SecretHash,
    pub permissions: KeyPermissions,
    /// Empty: from anywhere.
    pub allowed_ips: Vec<IpNet>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: i64,
}

impl Key {
    /// How many keys of one kind an account may have for which nothing else is said.
    pub const USUAL_QUOTA: u32 = 100;

    /// The longest description, in characters.
    pub const MAX_DESCRIPTION: usize = 256;

    /// Whether the key may be used at `now` by a peer at `from`.
    pub fn is_usable(&self, now: Timestamp, from: IpAddr) -> bool {
        let from = from.to_canonical();
        self.expires_at.is_none_or(|end| now < end)
            && (self.allowed_ips.is_empty() || self.allowed_ips.iter().any(|net| net.contains(&from)))
    }

    /// What the key may do on behalf of `account`.
    pub fn effective_permissions(&self, account: &Account) -> PermissionSet {
        self.permissions.within(account.permissions)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            effective::tests::any_set,
            permission::Permission::{ApiKeyGet, Authenticate, OauthClientRegistration},
        },
        *,
    };

    fn key(allowed_ips: &[&str], expires_at: Option<i64>) -> Key {
        Key {
            id: Id::new(Timestamp::from_millis(1), 0, [0; 8]),
            kind: KeyKind::ApiKey,
            account_id: Id::new(Timestamp::from_millis(1), 1, [0; 8]),
            description: "a fleet".to_owned(),
            secret_hash: SecretHash::from_stored(String::new()),
            permissions: KeyPermissions::Inherit,
            allowed_ips: allowed_ips.iter().map(|net| net.parse().unwrap()).collect(),
            created_at: Timestamp::from_millis(0),
            version: 1,
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
    fn a_key_holds_of_its_list_what_the_account_holds() {
        let account = PermissionSet::from([Authenticate, ApiKeyGet]);
        let only = KeyPermissions::Replace([Authenticate, OauthClientRegistration].into());
        assert_eq!(only.within(account), [Authenticate].into());
        assert_eq!(KeyPermissions::Disable([ApiKeyGet].into()).within(account), [Authenticate].into());
        assert_eq!(KeyPermissions::Inherit.within(account), account);
    }

    #[test]
    fn a_key_becomes_narrower_also_when_its_account_lost_what_it_names() {
        let account = PermissionSet::from([Authenticate]);
        let before = KeyPermissions::Replace([Authenticate, OauthClientRegistration].into());
        for after in [before, KeyPermissions::Replace([OauthClientRegistration].into())] {
            assert!(
                after.beyond(Some(before), account).is_empty()
                    && after.gained(Some(before), account).is_empty()
            );
        }
        let more = KeyPermissions::Replace([Authenticate, OauthClientRegistration, ApiKeyGet].into());
        assert_eq!(more.beyond(Some(before), account), [ApiKeyGet].into());
        assert_eq!(more.beyond(None, account), [ApiKeyGet, OauthClientRegistration].into());
    }

    #[test]
    fn a_key_gains_what_a_longer_list_or_one_of_another_kind_gives() {
        let account = PermissionSet::from([Authenticate, ApiKeyGet]);
        let before = KeyPermissions::Replace([Authenticate].into());
        assert_eq!(KeyPermissions::Replace(account).gained(Some(before), account), [ApiKeyGet].into());
        assert_eq!(KeyPermissions::Inherit.gained(Some(before), account), account);
        let without = KeyPermissions::Disable(account);
        assert_eq!(
            KeyPermissions::Disable([Authenticate].into()).gained(Some(without), account),
            [ApiKeyGet].into()
        );
        assert_eq!(before.gained(None, account), [Authenticate].into());
    }

    proptest! {
        #[test]
        fn a_key_never_holds_more_than_its_account(account in any_set(), list in any_set()) {
            for permissions in
                [KeyPermissions::Inherit, KeyPermissions::Disable(list), KeyPermissions::Replace(list)]
            {
                prop_assert!(permissions.within(account).is_subset(account));
            }
        }
    }
}
