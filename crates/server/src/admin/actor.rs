//! Who administers, and how far that goes.

use std::{collections::BTreeSet, net::IpAddr};

use domain::{
    client::ClientId,
    directory::{Account, permission::Permission},
    id::Id,
};

/// Whoever asks for an administrative act, already authenticated.
#[derive(Clone, Debug)]
pub struct Actor {
    pub who: Who,
    /// What the credential holds: never more than its account.
    pub permissions: BTreeSet<Permission>,
    /// The address of the peer; none on the host itself.
    pub from: Option<IpAddr>,
}

/// Behind an act there is the operator of the host, or an account with the credential it presented.
#[derive(Clone, Debug)]
pub enum Who {
    Host,
    Account { account: Account, credential: Credential },
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
        Self { who: Who::Host, permissions: Permission::ALL.iter().copied().collect(), from: None }
    }

    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.permissions.contains(&permission) { Ok(()) } else { Err(Forbidden(permission)) }
    }

    /// The account that acts, unless it is the host.
    pub const fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Host => None,
            Who::Account { account, .. } => Some(account),
        }
    }
}
