//! Who administers, and how far that goes.

use std::net::IpAddr;

use domain::{
    client::ClientId,
    directory::{Account, FirstRole, Key, KeyKind, PermissionSet, permission::Permission},
    id::Id,
    time::Timestamp,
};
use store::search::Search;

/// Whoever asks for an administrative act, already authenticated.
#[derive(Clone, Debug)]
pub struct Actor {
    pub who: Who,
    /// What the credential holds: never more than its account.
    pub permissions: PermissionSet,
    /// The address of the peer; none on the host itself.
    pub from: Option<IpAddr>,
    /// When the person signed in; none where nobody did, because a key acts.
    pub signed_in_at: Option<Timestamp>,
}

/// Behind an act there is the operator of the host, or an account with the credential it presented.
#[derive(Clone, Debug)]
pub enum Who {
    Host,
    Account { account: Box<Account>, credential: Credential },
}

/// What an account presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Password,
    ApiKey(Id),
    AppPassword(Id),
    AccessToken { client_id: ClientId, grant_id: Id },
}

/// The actor lacks this permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this needs the permission {0}")]
pub struct Forbidden(pub Permission);

impl Actor {
    /// The operator of the host may do everything.
    pub fn host() -> Self {
        Self { who: Who::Host, permissions: PermissionSet::ALL, from: None, signed_in_at: None }
    }

    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.permissions.contains(permission) { Ok(()) } else { Err(Forbidden(permission)) }
    }

    /// Somebody who proved to know the password of `account`.
    pub fn by_password(account: Account, from: IpAddr, now: Timestamp) -> Self {
        let permissions = account.permissions;
        Self {
            who: Who::Account { account: Box::new(account), credential: Credential::Password },
            permissions,
            from: Some(from),
            signed_in_at: Some(now),
        }
    }

    /// Somebody who presented `key` of `account`.
    pub fn by_key(key: &Key, account: Account, from: IpAddr) -> Self {
        let permissions = key.effective_permissions(&account);
        let credential = match key.kind {
            KeyKind::ApiKey => Credential::ApiKey(key.id.clone()),
            KeyKind::AppPassword => Credential::AppPassword(key.id.clone()),
        };
        let who = Who::Account { account: Box::new(account), credential };
        Self { who, permissions, from: Some(from), signed_in_at: None }
    }

    /// The tenant that the actor cannot see beyond.
    pub fn tenant(&self) -> Option<&Id> {
        self.account().and_then(|account| account.member_tenant_id.as_ref())
    }

    /// Whether what belongs to this tenant is there at all for the actor.
    pub fn sees(&self, tenant: Option<&Id>) -> bool {
        self.tenant().is_none_or(|own| Some(own) == tenant)
    }

    /// The search, among what is there for the actor.
    pub fn within_sight<C, S>(&self, search: Search<C, S>) -> Search<C, S> {
        let tenant = self.tenant().cloned().or(search.tenant);
        Search { tenant, ..search }
    }

    /// Nobody gives what they do not hold: the first permission of `granted` that the actor lacks.
    pub fn lacks(&self, granted: PermissionSet) -> Option<Permission> {
        (granted - self.permissions).iter().next()
    }

    /// Nobody gives either what they would not hold themselves if their tenant might hold more: the first permission of `granted` that
    /// the actor would lack then. A credential that holds less than its account counts for what it holds, and for what everybody has.
    pub fn lacks_uncapped(&self, granted: PermissionSet) -> Option<Permission> {
        let asleep = self.account().map_or(PermissionSet::EMPTY, |account| {
            let asleep = account.uncapped - account.permissions;
            let is_whole = account.permissions == self.permissions;
            if is_whole { asleep } else { asleep & FirstRole::User.permissions() }
        });
        (granted - self.permissions - asleep).iter().next()
    }

    /// Nobody touches an account that holds more than they do, now or once its tenant may hold more: the first such permission.
    pub fn is_outranked_by(&self, account: &Account) -> Option<Permission> {
        self.lacks(account.permissions).or_else(|| self.lacks_uncapped(account.uncapped))
    }

    pub const fn is_host(&self) -> bool {
        matches!(self.who, Who::Host)
    }

    /// The account that acts, unless it is the host.
    pub const fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Host => None,
            Who::Account { account, .. } => Some(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::directory::Kind;

    use super::*;
    use Permission::{AccountCreate, ApiKeyCreate, Authenticate, Impersonate};

    /// An account of a tenant that may hold no more than `permissions`.
    fn account(permissions: PermissionSet, uncapped: PermissionSet) -> Account {
        let id = Id::new(Timestamp::from_millis(1), 0, [0; 8]);
        Account {
            kind: Kind::User,
            name: "ann".to_owned(),
            description: None,
            email: None,
            locale: None,
            member_tenant_id: Some(id.clone()),
            id,
            permissions,
            uncapped,
            is_enabled: true,
            created_at: Timestamp::from_millis(1),
        }
    }

    #[test]
    fn v103_what_sleeps_under_the_bound_of_a_tenant_is_given_by_nobody_in_whom_it_does_not_sleep() {
        let (held, all) =
            ([Authenticate, AccountCreate].into(), [Authenticate, AccountCreate, ApiKeyCreate].into());
        let mut ann =
            Actor::by_password(account(held, all), IpAddr::from([127, 0, 0, 1]), Timestamp::from_millis(1));
        assert_eq!(ann.lacks_uncapped(all), None);
        assert_eq!(ann.lacks_uncapped([Impersonate].into()), Some(Impersonate));
        assert_eq!(
            ann.is_outranked_by(&account(held, PermissionSet::ALL)),
            (PermissionSet::ALL - all).iter().next()
        );
        ann.permissions = [AccountCreate].into();
        assert_eq!(ann.lacks_uncapped(all), Some(Authenticate), "a key of hers holds less");
        assert_eq!(ann.lacks_uncapped([ApiKeyCreate].into()), None, "which everybody has");
    }
}
