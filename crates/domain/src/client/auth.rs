//! Client authentication: the proof that a request comes from the client it names. RFC 6749 §2.3.
//!
//! [`AuthenticatedClient`] can be made only here; whoever needs an authenticated client asks for one, not for a flag.

use std::sync::Arc;

use super::{
    Client, ClientId,
    approval::Approval,
    metadata::AuthMethod,
    standing::{Known, StandingRefusal},
};
use crate::{
    error::{ErrorCode, Refusal},
    secret::{HashKey, Secret},
    time::Timestamp,
};

/// What a request presents to prove its client.
#[derive(Debug)]
pub enum Presented {
    /// Only `client_id`.
    Nothing,
    /// `Authorization: Basic`.
    Basic(Secret),
    /// `client_secret` in the body.
    Post(Secret),
    /// A `client_assertion` whose signature and claims were verified against the client's keys (RFC 7523 §3).
    VerifiedAssertion,
}

/// A client that proved itself, or an unregistered one, which has nothing to prove with.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Party);

/// Who is talking.
#[derive(Clone, Debug)]
pub enum Party {
    Registered(Arc<Client>),
    /// Known only through the grants it holds; whether it may is for the grant's account to say.
    Unregistered(ClientId),
}

/// Why a client is not believed. The peer hears `invalid_client` for every one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFailure {
    Unknown,
    Standing(StandingRefusal),
    WrongMethod,
    WrongSecret,
    SecretExpired,
}

impl AuthenticatedClient {
    /// Holds what was presented against what is known. The method must be the registered one: a client registered for one cannot use another.
    pub fn authenticate(
        client_id: ClientId,
        known: Known,
        presented: &Presented,
        hash_key: &HashKey,
        now: Timestamp,
    ) -> Result<Self, AuthFailure> {
        let client = match known {
            Known::Client(client) => client,
            Known::Tombstone => return Err(AuthFailure::Standing(StandingRefusal::Deleted)),
            Known::Nothing => {
                return match presented {
                    Presented::Nothing => Ok(Self(Party::Unregistered(client_id))),
                    Presented::Basic(_) | Presented::Post(_) | Presented::VerifiedAssertion => {
                        Err(AuthFailure::Unknown)
                    }
                };
            }
        };
        if !client.is_enabled {
            return Err(AuthFailure::Standing(StandingRefusal::Disabled));
        }
        if client.has_ended(now) {
            return Err(AuthFailure::Standing(StandingRefusal::Expired));
        }
        match (client.metadata.token_endpoint_auth_method, presented) {
            (AuthMethod::None, Presented::Nothing)
            | (AuthMethod::PrivateKeyJwt, Presented::VerifiedAssertion) => {}
            (AuthMethod::None, Presented::VerifiedAssertion)
                if client.metadata.accepts(AuthMethod::PrivateKeyJwt) => {}
            (AuthMethod::ClientSecretBasic, Presented::Basic(secret))
            | (AuthMethod::ClientSecretPost, Presented::Post(secret)) => {
                check_secret(&client, secret, hash_key, now)?;
            }
            (
                AuthMethod::None
                | AuthMethod::ClientSecretBasic
                | AuthMethod::ClientSecretPost
                | AuthMethod::PrivateKeyJwt,
                _,
            ) => return Err(AuthFailure::WrongMethod),
        }
        // Said to the client itself only: whoever cannot prove to be it learns nothing.
        if let Some(approval) = client.approval {
            return Err(AuthFailure::Standing(StandingRefusal::Unapproved(approval)));
        }
        Ok(Self(Party::Registered(client)))
    }

    pub fn party(&self) -> &Party {
        &self.0
    }

    pub fn client_id(&self) -> &ClientId {
        match &self.0 {
            Party::Registered(client) => &client.client_id,
            Party::Unregistered(client_id) => client_id,
        }
    }

    pub fn registered(&self) -> Option<&Client> {
        match &self.0 {
            Party::Registered(client) => Some(client),
            Party::Unregistered(_) => None,
        }
    }

    pub fn is_confidential(&self) -> bool {
        self.registered().is_some_and(Client::is_confidential)
    }
}

fn check_secret(
    client: &Client,
    secret: &Secret,
    hash_key: &HashKey,
    now: Timestamp,
) -> Result<(), AuthFailure> {
    let stored = client.secret.as_ref().ok_or(AuthFailure::WrongSecret)?;
    if !hash_key.matches(secret.expose(), &stored.hash) {
        return Err(AuthFailure::WrongSecret);
    }
    if stored.expires_at.is_some_and(|end| end <= now) {
        return Err(AuthFailure::SecretExpired);
    }
    Ok(())
}

impl From<AuthFailure> for Refusal {
    /// One text whatever failed, except where the client itself is gone, or is not let in yet, and must know it: RFC 6749 §5.2.
    fn from(failure: AuthFailure) -> Self {
        if let AuthFailure::Standing(StandingRefusal::Unapproved(approval)) = failure {
            let description = match approval {
                Approval::Pending => {
                    "an administrator has to approve this client first; keep the client_id and try again later"
                }
                Approval::Denied => "an administrator did not approve this client",
            };
            return Self::new(ErrorCode::UnauthorizedClient, description);
        }
        let description = match failure {
            AuthFailure::Standing(StandingRefusal::Deleted) => "this client was deleted; register again",
            AuthFailure::Standing(StandingRefusal::Expired) => "this client has expired; register again",
            AuthFailure::Standing(StandingRefusal::RegistrationRequired) => {
                "this server serves only registered clients; register at the registration_endpoint"
            }
            AuthFailure::Unknown
            | AuthFailure::Standing(
                StandingRefusal::Disabled | StandingRefusal::OtherTenant | StandingRefusal::Unapproved(_),
            )
            | AuthFailure::WrongMethod
            | AuthFailure::WrongSecret
            | AuthFailure::SecretExpired => {
                "client authentication failed; use the client_id, the secret or key and the token_endpoint_auth_method of the registration"
            }
        };
        Self::new(ErrorCode::InvalidClient, description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::fixtures::{NOW, client};

    fn try_with(client: Client, presented: &Presented) -> Result<(), AuthFailure> {
        let client_id = client.client_id.clone();
        let key = HashKey::new(&[1; 32]);
        AuthenticatedClient::authenticate(client_id, Known::Client(Arc::new(client)), presented, &key, NOW)
            .map(drop)
    }

    fn basic(secret: &str) -> Presented {
        Presented::Basic(Secret::new(secret))
    }

    #[test]
    fn a_secret_counts_only_whole_and_by_the_registered_method() {
        let confidential = || client("app", AuthMethod::ClientSecretBasic);
        assert_eq!(try_with(confidential(), &basic("secret")), Ok(()));
        assert_eq!(try_with(confidential(), &basic("secre")), Err(AuthFailure::WrongSecret));
        assert_eq!(try_with(confidential(), &basic("")), Err(AuthFailure::WrongSecret));
        let post = Presented::Post(Secret::new("secret"));
        assert_eq!(try_with(confidential(), &post), Err(AuthFailure::WrongMethod));
        assert_eq!(try_with(confidential(), &Presented::Nothing), Err(AuthFailure::WrongMethod));
    }

    #[test]
    fn a_public_client_that_sends_a_secret_is_not_believed() {
        assert_eq!(
            try_with(client("app", AuthMethod::None), &basic("secret")),
            Err(AuthFailure::WrongMethod)
        );
    }

    #[test]
    fn tk37_an_expired_secret_is_no_secret() {
        let mut client = client("app", AuthMethod::ClientSecretBasic);
        client.secret.as_mut().unwrap().expires_at = Some(NOW);
        assert_eq!(try_with(client, &basic("secret")), Err(AuthFailure::SecretExpired));
    }

    #[test]
    fn a_disabled_or_expired_client_is_refused_before_its_secret_is_looked_at() {
        let disabled = Client { is_enabled: false, ..client("app", AuthMethod::ClientSecretBasic) };
        for approval in Approval::ALL {
            let waits = Client { approval: Some(approval), ..client("app", AuthMethod::ClientSecretBasic) };
            let unapproved = AuthFailure::Standing(StandingRefusal::Unapproved(approval));
            assert_eq!(try_with(waits.clone(), &basic("x")), Err(AuthFailure::WrongSecret), "a stranger");
            assert_eq!(try_with(waits, &basic("secret")), Err(unapproved));
            assert_eq!(Refusal::from(unapproved).code(), ErrorCode::UnauthorizedClient);
        }
        assert_eq!(try_with(disabled, &basic("x")), Err(AuthFailure::Standing(StandingRefusal::Disabled)));
        let expired = Client { expires_at: Some(NOW), ..client("app", AuthMethod::None) };
        assert_eq!(
            try_with(expired, &Presented::Nothing),
            Err(AuthFailure::Standing(StandingRefusal::Expired))
        );
    }

    #[test]
    fn an_unregistered_client_has_nothing_to_prove_with() {
        let key = HashKey::new(&[1; 32]);
        let authenticate = |presented| {
            let client_id = ClientId::parse("anything").unwrap();
            AuthenticatedClient::authenticate(client_id, Known::Nothing, &presented, &key, NOW).map(drop)
        };
        assert_eq!(authenticate(Presented::Nothing), Ok(()));
        assert_eq!(authenticate(basic("x")), Err(AuthFailure::Unknown));
    }
}
