//! Who may register. RFC 7591 §3, RFC 6750 §3.1.

use crate::{
    client::Door,
    error::{ErrorCode, Refusal},
    id::Id,
    settings::OidcProvider,
};

/// Who sends a registration, as far as its `Authorization` header proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requester {
    /// No credential was sent. One that was sent and is bad never comes this far.
    Anonymous,
    /// `may_register`: the key holds `authenticate` and `oauth-client-registration`.
    ApiKey { account: Id, may_register: bool },
    /// `may_register`: the account holds `authenticate` and `oauth-client-registration`.
    AccessToken { account: Id, may_register: bool },
}

/// Proof that a registration may go on, made only by [`admit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    door: Door,
    registered_by: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdmissionRefusal {
    /// A credential is required and none was sent: 401 with a bare `WWW-Authenticate: Bearer` (RFC 6750 §3).
    AnonymousNotAllowed,
    /// The credential is good and does not suffice: 403 (RFC 6750 §3.1).
    Forbidden,
}

/// Lets in whoever holds the permission, and strangers only when the operator opened that door.
///
/// A credential without the permission is refused even then: the requester meant it to count.
pub fn admit(requester: &Requester, settings: &OidcProvider) -> Result<Admitted, AdmissionRefusal> {
    let (door, registered_by) = match requester {
        Requester::Anonymous if settings.anonymous_client_registration => (Door::Anonymous, None),
        Requester::Anonymous => return Err(AdmissionRefusal::AnonymousNotAllowed),
        Requester::ApiKey { account, may_register: true } => (Door::ApiKey, Some(account.clone())),
        Requester::AccessToken { account, may_register: true } => (Door::AccessToken, Some(account.clone())),
        Requester::ApiKey { .. } | Requester::AccessToken { .. } => return Err(AdmissionRefusal::Forbidden),
    };
    Ok(Admitted { door, registered_by })
}

impl Admitted {
    pub const fn door(&self) -> Door {
        self.door
    }

    pub const fn registered_by(&self) -> Option<&Id> {
        self.registered_by.as_ref()
    }
}

impl AdmissionRefusal {
    /// Whether the challenge may name an error: not when no credential was sent at all (RFC 6750 §3.1, last paragraph).
    pub const fn credential_was_sent(self) -> bool {
        match self {
            Self::AnonymousNotAllowed => false,
            Self::Forbidden => true,
        }
    }
}

impl From<AdmissionRefusal> for Refusal {
    fn from(refusal: AdmissionRefusal) -> Self {
        match refusal {
            AdmissionRefusal::AnonymousNotAllowed => Self::new(
                ErrorCode::InvalidToken,
                "registration needs a credential: send an API key with the permissions authenticate and \
                 oauth-client-registration as a bearer token",
            ),
            AdmissionRefusal::Forbidden => Self::new(
                ErrorCode::InsufficientScope,
                "the credential lacks the permission authenticate or oauth-client-registration",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn account() -> Id {
        Id::new(Timestamp::from_millis(1), 0, [0; 8])
    }

    fn open() -> OidcProvider {
        OidcProvider { anonymous_client_registration: true, ..OidcProvider::default() }
    }

    #[test]
    fn a_stranger_is_let_in_only_when_the_door_was_opened() {
        let refusal = admit(&Requester::Anonymous, &OidcProvider::default()).unwrap_err();
        assert_eq!(Refusal::from(refusal).code().status(), 401);
        assert!(!refusal.credential_was_sent());
        let admitted = admit(&Requester::Anonymous, &open()).unwrap();
        assert_eq!((admitted.door(), admitted.registered_by()), (Door::Anonymous, None));
    }

    #[test]
    fn whoever_holds_the_permission_owns_what_it_registers() {
        let key = Requester::ApiKey { account: account(), may_register: true };
        let admitted = admit(&key, &OidcProvider::default()).unwrap();
        assert_eq!((admitted.door(), admitted.registered_by()), (Door::ApiKey, Some(&account())));
    }

    #[test]
    fn r70_a_credential_without_the_permission_is_forbidden_even_where_strangers_may_register() {
        let token = Requester::AccessToken { account: account(), may_register: false };
        for settings in [OidcProvider::default(), open()] {
            let refusal = admit(&token, &settings).unwrap_err();
            assert_eq!(Refusal::from(refusal).code(), ErrorCode::InsufficientScope);
        }
    }
}
