//! A client: who it says it is, how it came in, and whether it may be served.

pub mod approval;
pub mod auth;
pub mod document_url;
pub mod life;
pub mod likeness;
pub mod management;
pub mod metadata;
pub mod standing;

use serde::{Deserialize, Serialize};

use crate::{directory::Account, id::Id, secret::SecretHash, time::Timestamp};
use approval::Approval;
use metadata::ClientMetadata;

/// A `client_id` as a peer presents it: one of ours, one an administrator chose, or one nobody registered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    pub const MAX_LEN: usize = 2048;

    /// Printable ASCII of 1 to 2048 characters (RFC 6749 Appendix A.1); anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = !text.is_empty()
            && text.len() <= Self::MAX_LEN
            && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// As read from the store, which only holds what was parsed once.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Whether it has the form of one that this server makes: nobody may choose such an id.
    pub fn is_of_ours(&self) -> bool {
        self.0.starts_with(OWN) || self.0.starts_with(SHARED)
    }

    /// The id of a client of its own, whose row is `id`.
    pub fn own(id: &Id) -> Self {
        Self(format!("{OWN}{id}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The version of a client that no row is of.
pub const UNSTORED: i64 = 0;

/// How the ids begin that follow from a row, and those that follow from metadata.
const OWN: &str = "wla_";
pub(crate) const SHARED: &str = "wlp_";

/// The way a registration came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// Nobody authenticated; identical metadata share one client id.
    Anonymous,
    /// An initial access token that somebody with an account gave out.
    InitialAccessToken,
    /// An API key with `oauth-client-registration`.
    ApiKey,
    /// An access token of an account with `oauth-client-registration`.
    AccessToken,
    /// An administrator, over JMAP, in the console or on the host.
    Administrator,
    /// Its id is the URL of the document that describes it.
    Document,
}

impl Door {
    pub const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::InitialAccessToken,
        Self::ApiKey,
        Self::AccessToken,
        Self::Administrator,
        Self::Document,
    ];

    /// As stored, logged and counted.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::InitialAccessToken => "initial-access-token",
            Self::ApiKey => "api-key",
            Self::AccessToken => "access-token",
            Self::Administrator => "administrator",
            Self::Document => "document",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.as_str() == text)
    }
}

/// A client secret as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecret {
    pub hash: SecretHash,
    /// `None`: never (`client_secret_expires_at` 0).
    pub expires_at: Option<Timestamp>,
}

/// A registered client as loaded from the store.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: Id,
    pub client_id: ClientId,
    pub door: Door,
    /// The account that authenticated to register it.
    pub registered_by: Option<Id>,
    /// Only accounts of this tenant get tokens through it; `None`: all accounts.
    pub member_tenant_id: Option<Id>,
    pub metadata: ClientMetadata,
    pub secret: Option<StoredSecret>,
    pub created_at: Timestamp,
    /// The client stops working at this moment.
    pub expires_at: Option<Timestamp>,
    pub is_enabled: bool,
    /// An administrator vouched for it: only then may a page be skipped or an error be redirected unseen.
    pub is_verified: bool,
    /// It belongs to whoever runs this server: an administrator allowed it for everybody, so that nobody is asked.
    pub is_first_party: bool,
    /// What an administrator has yet to say, or has said against it; `None`: nothing.
    pub approval: Option<Approval>,
    /// Grows by one with every change; guards concurrent replacements.
    pub version: i64,
}

impl Client {
    /// Whether the client holds a secret or a key of its own (RFC 6749 §2.1).
    pub fn is_confidential(&self) -> bool {
        self.metadata.token_endpoint_auth_method != metadata::AuthMethod::None
    }

    /// Whether it may hold tokens for this account: one of its own tenant, if it is bound to one.
    pub fn serves(&self, account: &Account) -> bool {
        self.member_tenant_id.is_none() || self.member_tenant_id == account.member_tenant_id
    }

    /// Whether the account that registered it may still read, replace and delete it with the registration access token: while the account
    /// is there and usable, and is not of another tenant. A client that nobody authenticated for has no such account.
    pub fn obeys(&self, registrant: Option<&Account>) -> bool {
        self.registered_by.is_none()
            || registrant.is_some_and(|account| {
                let is_near =
                    account.member_tenant_id.is_none() || account.member_tenant_id == self.member_tenant_id;
                account.is_usable() && is_near
            })
    }

    /// When its secret stops working: at its own end or at that of the client, whichever comes first. RFC 7591 §3.2.1.
    pub fn secret_expires_at(&self) -> Option<Timestamp> {
        let own = self.secret.as_ref().and_then(|secret| secret.expires_at);
        own.into_iter().chain(self.expires_at).min()
    }

    /// Whether there is a row of it. What a document describes has none until somebody allows it something.
    pub const fn is_stored(&self) -> bool {
        self.version > UNSTORED
    }

    /// Whether its id follows from its metadata, and everybody who registers the same shares it.
    pub fn is_shared(&self) -> bool {
        self.client_id.as_str().starts_with(SHARED)
    }

    /// Whether its time is over at `now`.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it may be served at `now`: enabled, not expired, and waiting for nobody.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.is_enabled && !self.has_ended(now) && self.approval.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::fixtures::{account, client, id};

    #[test]
    fn a_client_obeys_the_account_that_registered_it_while_that_account_is_usable() {
        let registered = Client { registered_by: Some(id(1)), ..client("app", metadata::AuthMethod::None) };
        assert!(registered.obeys(Some(&account())));
        assert!(!registered.obeys(Some(&Account { is_enabled: false, ..account() })));
        assert!(!registered.obeys(None), "it was deleted");
        assert!(Client { registered_by: None, ..registered }.obeys(None), "nobody authenticated");
    }

    #[test]
    fn v104_a_client_does_not_obey_an_account_that_went_to_another_tenant() {
        let registered = |tenant| Client {
            registered_by: Some(id(1)),
            member_tenant_id: tenant,
            ..client("app", metadata::AuthMethod::None)
        };
        let of = |tenant| Account { member_tenant_id: tenant, ..account() };
        assert!(registered(Some(id(7))).obeys(Some(&of(Some(id(7))))));
        assert!(registered(Some(id(7))).obeys(Some(&of(None))), "whoever is of no tenant sees all of them");
        for tenant in [None, Some(id(7))] {
            assert!(!registered(tenant).obeys(Some(&of(Some(id(8))))));
        }
    }
}
