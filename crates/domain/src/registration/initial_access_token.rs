//! Initial access tokens: what an administrator gives out so that others may register so many clients within bounds. RFC 7591 §1.2, §3.

use super::bounds::Bounds;
use crate::{
    directory::{Account, Key, permission::Permission},
    id::Id,
    secret::SecretHash,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialAccessToken {
    pub id: Id,
    /// What it is for.
    pub description: String,
    pub secret_hash: SecretHash,
    /// The tenant that its clients will belong to.
    pub member_tenant_id: Option<Id>,
    /// The account that minted it; `None`: the operator of the host.
    pub minted_by: Option<Id>,
    /// The API key that it was minted with, if it was.
    pub minted_with: Option<Id>,
    /// So many clients may be registered with it.
    pub max_uses: u32,
    pub uses: u32,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub bounds: Bounds,
    pub created_at: Timestamp,
    /// Grows by one with every change but a use.
    pub version: i64,
}

/// What has become of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    Active,
    /// As many clients as it is for were registered with it.
    Spent,
    Expired,
    Revoked,
}

impl TokenState {
    pub const ALL: [Self; 4] = [Self::Active, Self::Spent, Self::Expired, Self::Revoked];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Spent => "spent",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl InitialAccessToken {
    pub const MAX_DESCRIPTION: usize = 256;
    pub const MAX_USES: u32 = 1_000_000;

    pub fn state(&self, now: Timestamp) -> TokenState {
        if self.revoked_at.is_some() {
            TokenState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            TokenState::Expired
        } else if self.uses >= self.max_uses {
            TokenState::Spent
        } else {
            TokenState::Active
        }
    }

    /// Whether whoever minted it still stands behind it: the account is usable and not of another tenant, and the key that was used, too.
    /// `minter` and `key` are what there is of them now.
    pub fn is_backed(&self, minter: Option<&Account>, key: Option<&Key>, now: Timestamp) -> bool {
        let Some(by) = &self.minted_by else { return true };
        let Some(account) = minter.filter(|account| account.id == *by && account.is_usable()) else {
            return false;
        };
        let is_near = account.member_tenant_id.is_none() || account.member_tenant_id == self.member_tenant_id;
        let has_key = match &self.minted_with {
            None => true,
            Some(id) => key.is_some_and(|key| {
                key.id == *id && key.account_id == *by && key.expires_at.is_none_or(|end| end > now)
            }),
        };
        is_near && has_key
    }

    /// Whether whoever minted it may still let others register: nobody gives what they do not hold any more.
    pub fn may_register(minter: Option<&Account>, key: Option<&Key>) -> bool {
        let Some(account) = minter else { return true };
        let held = key.map_or(account.permissions, |key| key.effective_permissions(account));
        [Permission::Authenticate, Permission::OauthClientRegistration, Permission::InitialAccessTokenCreate]
            .iter()
            .all(|permission| held.contains(*permission))
    }
}
