//! The grants of the token endpoint: each a pure decision over what was loaded.

pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod refresh_token;

use std::time::Duration;

use crate::{
    authorize::claims_request::ClaimsRequest,
    client::{ClientId, auth::AuthenticatedClient, metadata::GrantType},
    directory::{Account, permission::Permission},
    error::{ErrorCode, Refusal},
    id::Id,
    scope::Scope,
    settings::OidcProvider,
    time::Timestamp,
};

/// What a person allowed a client, as loaded with the account it belongs to. Everything that was ever issued from it dies with it.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: Id,
    pub account: Account,
    pub client_id: ClientId,
    pub scope: Scope,
    pub resources: Vec<String>,
    /// What the `claims` parameter of the authorization request asked for.
    pub claims: Option<ClaimsRequest>,
    pub authenticated_at: Timestamp,
    /// When the person allowed it.
    pub created_at: Timestamp,
    /// When a token was last asked for with it, to within [`USE_STRIDE`].
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// How much later a grant must be used for that to be noted: people see the day, and few refreshes write one row more.
pub const USE_STRIDE: Duration = Duration::from_hours(6);

/// Why a grant gives nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefusal {
    /// It belongs to another client; its owner must not notice.
    OtherClient,
    Revoked,
    Expired,
    /// The account was disabled.
    AccountUnusable,
    /// The client is bound to a tenant that the account does not belong to.
    OtherTenant,
    /// The client never registered, registration is required, and the account has no override.
    RegistrationRequired,
    /// The client is not registered for this grant type.
    GrantTypeNotRegistered,
}

impl Grant {
    /// Whether it is worth noting that the grant is used at `now`.
    pub fn is_use_news(&self, now: Timestamp) -> bool {
        self.last_used_at.plus(USE_STRIDE) <= now
    }

    /// The one question every redemption, refresh, introspection and userinfo asks: does this grant still stand at `now`?
    pub fn stands(&self, now: Timestamp) -> Result<(), GrantRefusal> {
        if self.revoked_at.is_some() {
            return Err(GrantRefusal::Revoked);
        }
        if self.expires_at <= now {
            return Err(GrantRefusal::Expired);
        }
        if !self.account.is_usable() {
            return Err(GrantRefusal::AccountUnusable);
        }
        Ok(())
    }

    /// Whether `client` may use this grant by `grant_type`: it is its own, and the client's standing allows it.
    fn is_for(
        &self,
        client: &AuthenticatedClient,
        grant_type: GrantType,
        settings: &OidcProvider,
    ) -> Result<(), GrantRefusal> {
        if self.client_id != *client.client_id() {
            return Err(GrantRefusal::OtherClient);
        }
        match client.registered() {
            Some(client) if !client.metadata.allows(grant_type) => Err(GrantRefusal::GrantTypeNotRegistered),
            Some(client) if !client.serves(&self.account) => Err(GrantRefusal::OtherTenant),
            Some(_) => Ok(()),
            None if !settings.require_client_registration => Ok(()),
            None if self.account.holds(Permission::OauthClientOverride) => Ok(()),
            None => Err(GrantRefusal::RegistrationRequired),
        }
    }
}

impl From<GrantRefusal> for Refusal {
    fn from(refusal: GrantRefusal) -> Self {
        match refusal {
            GrantRefusal::OtherClient => Self::new(ErrorCode::InvalidGrant, NOT_FOR_THIS_CLIENT),
            GrantRefusal::Revoked => Self::new(
                ErrorCode::InvalidGrant,
                "the authorization was revoked; start again at the authorization_endpoint",
            ),
            GrantRefusal::Expired => Self::new(
                ErrorCode::InvalidGrant,
                "the credential has expired; start again at the authorization_endpoint",
            ),
            GrantRefusal::AccountUnusable => {
                Self::new(ErrorCode::InvalidGrant, "the account is no longer available")
            }
            GrantRefusal::OtherTenant => {
                Self::new(ErrorCode::InvalidGrant, "the account does not belong to the client's tenant")
            }
            GrantRefusal::RegistrationRequired => Self::new(
                ErrorCode::InvalidClient,
                "this server serves only registered clients; register at the registration_endpoint",
            ),
            GrantRefusal::GrantTypeNotRegistered => {
                Self::new(ErrorCode::UnauthorizedClient, "this client is not registered for the grant type")
            }
        }
    }
}

/// One text for what there is not and for what somebody else holds: nobody learns that it is worth something.
const NOT_FOR_THIS_CLIENT: &str = "the credential is not valid, or was issued to another client";

/// An id that nobody registered is known only by a grant it holds; without one it is unknown. RFC 6749 §5.2.
fn unknown_credential(client: &AuthenticatedClient, credential: &'static str) -> Refusal {
    match client.registered() {
        Some(_) => Refusal::new(ErrorCode::InvalidGrant, NOT_FOR_THIS_CLIENT),
        None => Refusal::new(
            ErrorCode::InvalidClient,
            format!("this client is not known and {credential} is not valid; register again"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{fixtures::*, *};
    use crate::client::{Client, metadata::AuthMethod};

    fn required() -> OidcProvider {
        OidcProvider { require_client_registration: true, ..OidcProvider::default() }
    }

    #[test]
    fn a_use_is_news_when_the_last_one_noted_is_hours_old() {
        let after = |span| NOW.plus(span);
        let almost = USE_STRIDE.saturating_sub(Duration::from_millis(1));
        assert!(!grant().is_use_news(after(almost)));
        assert!(grant().is_use_news(after(USE_STRIDE)));
    }

    #[test]
    fn a_grant_stands_until_it_is_revoked_expired_or_its_account_disabled() {
        assert_eq!(grant().stands(NOW), Ok(()));
        let revoked = Grant { revoked_at: Some(NOW), ..grant() };
        assert_eq!(revoked.stands(NOW), Err(GrantRefusal::Revoked));
        let expired = Grant { expires_at: NOW, ..grant() };
        assert_eq!(expired.stands(NOW), Err(GrantRefusal::Expired));
        let disabled = Grant { account: Account { is_enabled: false, ..account() }, ..grant() };
        assert_eq!(disabled.stands(NOW), Err(GrantRefusal::AccountUnusable));
    }

    #[test]
    fn when_registration_is_required_an_unregistered_client_needs_an_account_with_the_override() {
        let use_of = |grant: Grant| grant.is_for(&unregistered(), GrantType::AuthorizationCode, &required());
        assert_eq!(use_of(grant()), Err(GrantRefusal::RegistrationRequired));
        let permissions = crate::directory::PermissionSet::ALL;
        assert_eq!(use_of(Grant { account: Account { permissions, ..account() }, ..grant() }), Ok(()));
    }

    #[test]
    fn s13_a_grant_is_worth_nothing_once_its_client_is_bound_to_another_tenant() {
        let bound =
            authenticated(Client { member_tenant_id: Some(id(7)), ..client("app", AuthMethod::None) });
        let use_of = |tenant: Option<Id>| {
            let account = Account { member_tenant_id: tenant, ..account() };
            let grant = Grant { account, ..grant() };
            grant.is_for(&bound, GrantType::RefreshToken, &OidcProvider::default())
        };
        assert_eq!(use_of(Some(id(7))), Ok(()));
        assert_eq!([use_of(None), use_of(Some(id(8)))], [Err(GrantRefusal::OtherTenant); 2]);
    }

    #[test]
    fn an_unregistered_client_without_a_good_credential_is_unknown() {
        assert_eq!(unknown_credential(&unregistered(), "code").code(), ErrorCode::InvalidClient);
        assert_eq!(unknown_credential(&public(), "code").code(), ErrorCode::InvalidGrant);
    }
}
