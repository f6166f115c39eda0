//! In what standing a client id is served: registered, tolerated, overridden or not at all.
//!
//! A registered client is held to its registration always, whatever the requirement says. An id that nobody registered is tolerated by
//! default; when registration is required only an account with `oauth-client-override` may use one.

use std::sync::Arc;

use url::Url;

use super::{Client, ClientId, Door, approval::Approval, management};
use crate::{
    directory::{Account, permission::Permission},
    redirect_uri::RedirectUri,
    registration::digest::Digest,
    settings::OidcProvider,
    time::Timestamp,
};

/// What the store knows under a client id.
#[derive(Clone, Debug)]
pub enum Known {
    Client(Arc<Client>),
    /// It existed and was deleted.
    Tombstone,
    Nothing,
}

impl Known {
    /// The client, if there is one.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Tombstone | Self::Nothing => None,
        }
    }
}

/// A client that may be served, and why.
#[derive(Clone, Debug)]
pub enum Standing {
    Registered(Arc<Client>),
    /// Nobody registered it and nobody has to.
    Tolerated(ClientId),
    /// Registration is required, but the account may use any client id.
    Overridden(ClientId),
}

/// Why a client id is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingRefusal {
    /// It was deleted; registering again brings it back.
    Deleted,
    Disabled,
    Expired,
    /// It is bound to a tenant that the account does not belong to.
    OtherTenant,
    /// It is not registered and registration is required.
    RegistrationRequired,
    /// An administrator has to approve it first, or said no.
    Unapproved(Approval),
}

impl Standing {
    /// Decides the standing of `client_id` at `now`, for the account at hand if there is one.
    pub fn decide(
        client_id: &ClientId,
        known: Known,
        settings: &OidcProvider,
        account: Option<&Account>,
        now: Timestamp,
    ) -> Result<Self, StandingRefusal> {
        let standing = Self::decide_but_for_approval(client_id, known, settings, account, now)?;
        standing.approval().map_or(Ok(standing), |approval| Err(StandingRefusal::Unapproved(approval)))
    }

    /// The same, but a client that nobody approved has a standing, too: for pages, which say so, and where the answer to it goes. Nothing may
    /// be issued on the word of this.
    pub fn decide_but_for_approval(
        client_id: &ClientId,
        known: Known,
        settings: &OidcProvider,
        account: Option<&Account>,
        now: Timestamp,
    ) -> Result<Self, StandingRefusal> {
        match known {
            Known::Client(client) if !client.is_enabled => Err(StandingRefusal::Disabled),
            Known::Client(client) if client.has_ended(now) => Err(StandingRefusal::Expired),
            Known::Client(client) if account.is_some_and(|account| !client.serves(account)) => {
                Err(StandingRefusal::OtherTenant)
            }
            Known::Client(client) => Ok(Self::Registered(client)),
            Known::Tombstone => Err(StandingRefusal::Deleted),
            Known::Nothing if !settings.require_client_registration => Ok(Self::Tolerated(client_id.clone())),
            Known::Nothing
                if account.is_some_and(|account| account.holds(Permission::OauthClientOverride)) =>
            {
                Ok(Self::Overridden(client_id.clone()))
            }
            Known::Nothing => Err(StandingRefusal::RegistrationRequired),
        }
    }

    pub fn client_id(&self) -> &ClientId {
        match self {
            Self::Registered(client) => &client.client_id,
            Self::Tolerated(client_id) | Self::Overridden(client_id) => client_id,
        }
    }

    pub fn registered(&self) -> Option<&Client> {
        match self {
            Self::Registered(client) => Some(client),
            Self::Tolerated(_) | Self::Overridden(_) => None,
        }
    }

    /// What stands between the client and its first token.
    pub fn approval(&self) -> Option<Approval> {
        self.registered()?.approval
    }

    /// Which version of a registration this is: another one once anything about the client changed. 0 where nobody registered.
    pub fn version(&self) -> i64 {
        self.registered().map_or(0, |client| client.version)
    }

    /// What a person is shown of it, as a number: another one once the page would say something else. Of a client that a document describes
    /// it follows from the document, whether it is stored or not.
    pub fn shown(&self) -> i64 {
        match self.registered() {
            Some(client) if client.door == Door::Document => {
                let start =
                    Digest::of(&client.metadata).as_bytes().first_chunk().copied().unwrap_or_default();
                (i64::from_be_bytes(start) & (i64::MAX - 1)) | i64::from(client.is_verified)
            }
            Some(_) | None => self.version(),
        }
    }

    /// Whether whoever allowed an answer at `redirect_uri` before need not be asked again: an administrator vouched for the client, and
    /// no other program can pass for it, because it proves itself or because the address is its own. RFC 8252 §8.6.
    pub fn may_be_remembered(&self, redirect_uri: &RedirectUri) -> bool {
        self.is_verified() && (self.is_confidential() || redirect_uri.has_an_owner())
    }

    /// Whether nobody need be asked at all: an administrator allowed the client for everybody, and no other program can pass for it.
    pub fn is_allowed_for_everybody(&self, redirect_uri: &RedirectUri, issuer: &Url) -> bool {
        let is_first_party = self.registered().is_some_and(|client| client.is_first_party);
        let has_no_double = self.is_confidential()
            || redirect_uri.has_an_owner()
            || management::is_console_callback(self.client_id(), redirect_uri, issuer);
        is_first_party && has_no_double
    }

    /// An administrator vouched for the client.
    pub fn is_verified(&self) -> bool {
        self.registered().is_some_and(|client| client.is_verified)
    }

    pub fn is_confidential(&self) -> bool {
        self.registered().is_some_and(Client::is_confidential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::{
        client::metadata::AuthMethod,
        grant::fixtures::{NOW, account, client, id as row},
    };

    fn id() -> ClientId {
        ClientId::parse("anything").unwrap()
    }

    fn decide(known: Known, required: bool, has_override: bool) -> Result<Standing, StandingRefusal> {
        let settings = OidcProvider { require_client_registration: required, ..OidcProvider::default() };
        let mut account = account();
        if has_override {
            account.permissions.insert(Permission::OauthClientOverride);
        }
        Standing::decide(&id(), known, &settings, Some(&account), NOW)
    }

    #[test]
    fn an_unregistered_id_is_tolerated_by_default() {
        assert!(matches!(decide(Known::Nothing, false, false), Ok(Standing::Tolerated(_))));
    }

    #[test]
    fn when_registration_is_required_only_the_override_lets_an_unregistered_id_in() {
        assert!(matches!(decide(Known::Nothing, true, false), Err(StandingRefusal::RegistrationRequired)));
        assert!(matches!(decide(Known::Nothing, true, true), Ok(Standing::Overridden(_))));
    }

    #[test]
    fn s13_a_client_of_a_tenant_serves_only_accounts_of_that_tenant() {
        let bound = Client { member_tenant_id: Some(row(7)), ..client("app", AuthMethod::None) };
        let standing = |tenant: Option<Id>| {
            let account = Account { member_tenant_id: tenant, ..account() };
            let known = Known::Client(Arc::new(bound.clone()));
            Standing::decide(&id(), known, &OidcProvider::default(), Some(&account), NOW)
        };
        assert!(matches!(standing(Some(row(7))), Ok(Standing::Registered(_))));
        for other in [None, Some(row(8))] {
            assert!(matches!(standing(other), Err(StandingRefusal::OtherTenant)));
        }
    }

    #[test]
    fn what_nobody_approved_has_a_standing_for_pages_only() {
        for approval in Approval::ALL {
            let waits = || {
                Known::Client(Arc::new(Client {
                    approval: Some(approval),
                    ..client("app", AuthMethod::None)
                }))
            };
            let refused = decide(waits(), false, true).map(|standing| standing.approval());
            assert_eq!(refused, Err(StandingRefusal::Unapproved(approval)));
            let settings = OidcProvider::default();
            let shown = Standing::decide_but_for_approval(&id(), waits(), &settings, None, NOW);
            assert_eq!(shown.map(|standing| standing.approval()), Ok(Some(approval)));
        }
    }

    #[test]
    fn a_deleted_client_is_not_tolerated_back_in() {
        assert!(matches!(decide(Known::Tombstone, false, true), Err(StandingRefusal::Deleted)));
    }
}
