//! Who may register. RFC 7591 §3, RFC 6750 §3.1.

use super::profile::{Mode, RegistrationPolicy, needs_approval};
use crate::{
    client::{Door, approval::Approval},
    error::{ErrorCode, Refusal, Violation},
    id::Id,
    settings::OidcProvider,
};

/// Who sends a registration, as far as its credential proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requester {
    /// Nobody: the document at a client id says what the client is.
    Document,
    /// No credential was sent. One that was sent and is bad never comes this far.
    Anonymous,
    /// `may_register`: whoever minted the token still holds `authenticate`, `oauth-client-registration` and `initial-access-token-create`.
    InitialAccessToken { minted_by: Option<Id>, may_register: bool },
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
    approval: Option<Approval>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdmissionRefusal {
    /// A credential is required and none was sent: 401 with a bare `WWW-Authenticate: Bearer` (RFC 6750 §3).
    AnonymousNotAllowed,
    /// The credential is good and does not suffice: 403 (RFC 6750 §3.1).
    Forbidden,
    /// The credential is good, and a policy shut the door that it opens.
    Shut { policy: String, door: Door },
}

/// Lets in whoever holds the permission, and strangers only when the operator opened that door. `policies` are those of the server and of the
/// requester's tenant: each of them can shut a door, none can open one.
///
/// A credential without the permission is refused even then: the requester meant it to count.
pub fn admit(
    requester: &Requester,
    settings: &OidcProvider,
    policies: &[RegistrationPolicy],
) -> Result<Admitted, AdmissionRefusal> {
    let (door, registered_by) = match requester {
        Requester::Document => (Door::Document, None),
        Requester::Anonymous => {
            let is_open = is_at(Door::Anonymous, policies).all(|policy| match policy.mode {
                Mode::Approval | Mode::Open => true,
                Mode::Off | Mode::Token => false,
            });
            if !settings.anonymous_client_registration || !is_open {
                return Err(AdmissionRefusal::AnonymousNotAllowed);
            }
            (Door::Anonymous, None)
        }
        Requester::InitialAccessToken { minted_by, may_register: true } => {
            unless_off(Door::Anonymous, policies)?;
            (Door::InitialAccessToken, minted_by.clone())
        }
        Requester::ApiKey { account, may_register: true } => (Door::ApiKey, Some(account.clone())),
        Requester::AccessToken { account, may_register: true } => (Door::AccessToken, Some(account.clone())),
        Requester::InitialAccessToken { .. } | Requester::ApiKey { .. } | Requester::AccessToken { .. } => {
            return Err(AdmissionRefusal::Forbidden);
        }
    };
    unless_off(door, policies)?;
    let approval = needs_approval(door, policies).then_some(Approval::Pending);
    Ok(Admitted { door, registered_by, approval })
}

fn is_at(door: Door, policies: &[RegistrationPolicy]) -> impl Iterator<Item = &RegistrationPolicy> {
    policies.iter().filter(move |policy| policy.door == door)
}

fn unless_off(door: Door, policies: &[RegistrationPolicy]) -> Result<(), AdmissionRefusal> {
    match is_at(door, policies).find(|policy| policy.mode == Mode::Off) {
        Some(policy) => Err(AdmissionRefusal::Shut { policy: policy.description.clone(), door }),
        None => Ok(()),
    }
}

impl Admitted {
    pub const fn door(&self) -> Door {
        self.door
    }

    pub const fn registered_by(&self) -> Option<&Id> {
        self.registered_by.as_ref()
    }

    /// Whether what is registered waits for an administrator.
    pub const fn approval(&self) -> Option<Approval> {
        self.approval
    }
}

impl AdmissionRefusal {
    /// Whether the challenge may name an error: not when no credential was sent at all (RFC 6750 §3.1, last paragraph).
    pub const fn credential_was_sent(&self) -> bool {
        match self {
            Self::AnonymousNotAllowed => false,
            Self::Forbidden | Self::Shut { .. } => true,
        }
    }
}

impl From<AdmissionRefusal> for Refusal {
    fn from(refusal: AdmissionRefusal) -> Self {
        match refusal {
            AdmissionRefusal::AnonymousNotAllowed => Self::new(
                ErrorCode::InvalidToken,
                "registration needs a credential: send an initial access token, or an API key with the permissions authenticate and \
                 oauth-client-registration, as a bearer token",
            ),
            AdmissionRefusal::Forbidden => Self::new(
                ErrorCode::InsufficientScope,
                "the credential lacks the permission authenticate or oauth-client-registration",
            ),
            AdmissionRefusal::Shut { policy, door } => Self::of_violations(
                ErrorCode::AccessDenied,
                vec![Violation {
                    policy,
                    field: "door",
                    value: door.as_str().to_owned(),
                    rule: "nobody registers this way".to_owned(),
                    remedy: "ask an administrator to make the client, or to open this way".to_owned(),
                }],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{registration::bounds::Bounds, time::Timestamp};

    fn account() -> Id {
        Id::new(Timestamp::from_millis(1), 0, [0; 8])
    }

    fn open() -> OidcProvider {
        OidcProvider { anonymous_client_registration: true, ..OidcProvider::default() }
    }

    #[test]
    fn a_stranger_is_let_in_only_when_the_door_was_opened() {
        let refusal = admit(&Requester::Anonymous, &OidcProvider::default(), &[]).unwrap_err();
        assert!(!refusal.credential_was_sent());
        assert_eq!(Refusal::from(refusal).code().status(), 401);

        let admitted = admit(&Requester::Anonymous, &open(), &[]).unwrap();
        assert_eq!((admitted.door(), admitted.registered_by()), (Door::Anonymous, None));
    }

    #[test]
    fn whoever_holds_the_permission_owns_what_it_registers() {
        let key = Requester::ApiKey { account: account(), may_register: true };
        let admitted = admit(&key, &OidcProvider::default(), &[]).unwrap();
        assert_eq!((admitted.door(), admitted.registered_by()), (Door::ApiKey, Some(&account())));
    }

    #[test]
    fn r70_a_credential_without_the_permission_is_forbidden_even_where_strangers_may_register() {
        let token = Requester::AccessToken { account: account(), may_register: false };
        for settings in [OidcProvider::default(), open()] {
            let refusal = admit(&token, &settings, &[]).unwrap_err();
            assert_eq!(Refusal::from(refusal).code(), ErrorCode::InsufficientScope);
        }
    }

    fn policy(door: Door, mode: Mode) -> RegistrationPolicy {
        RegistrationPolicy {
            id: account(),
            description: "house rules".to_owned(),
            member_tenant_id: None,
            door,
            mode,
            bounds: Bounds::default(),
            created_at: Timestamp::from_millis(1),
            version: 1,
        }
    }

    fn token() -> Requester {
        Requester::InitialAccessToken { minted_by: Some(account()), may_register: true }
    }

    #[test]
    fn a_policy_shuts_the_door_of_strangers_and_never_opens_it() {
        for mode in [Mode::Off, Mode::Token] {
            let shut = admit(&Requester::Anonymous, &open(), &[policy(Door::Anonymous, mode)]);
            assert_eq!(shut, Err(AdmissionRefusal::AnonymousNotAllowed));
        }
        let policies = [policy(Door::Anonymous, Mode::Open)];
        assert!(admit(&Requester::Anonymous, &open(), &policies).is_ok());
        assert!(admit(&Requester::Anonymous, &OidcProvider::default(), &policies).is_err());
    }

    #[test]
    fn an_initial_access_token_opens_the_door_unless_strangers_or_tokens_are_turned_away() {
        let settings = OidcProvider::default();
        for policies in
            [vec![], vec![policy(Door::Anonymous, Mode::Token)], vec![policy(Door::ApiKey, Mode::Off)]]
        {
            let admitted = admit(&token(), &settings, &policies).unwrap();
            assert_eq!(admitted.door(), Door::InitialAccessToken);
        }
        for door in [Door::Anonymous, Door::InitialAccessToken] {
            let refusal = Refusal::from(admit(&token(), &settings, &[policy(door, Mode::Off)]).unwrap_err());
            assert_eq!(refusal.code().status(), 403);
            assert_eq!(refusal.violations()[0].policy, "house rules");
        }
    }

    #[test]
    fn one_policy_that_asks_for_approval_is_enough_and_another_door_is_not_concerned() {
        let key = Requester::ApiKey { account: account(), may_register: true };
        let of = |modes: &[(Door, Mode)]| {
            let policies: Vec<_> = modes.iter().map(|(door, mode)| policy(*door, *mode)).collect();
            admit(&key, &open(), &policies).map(|admitted| admitted.approval())
        };
        for modes in [[Mode::Open, Mode::Approval], [Mode::Approval, Mode::Open]] {
            assert_eq!(of(&modes.map(|mode| (Door::ApiKey, mode))), Ok(Some(Approval::Pending)));
        }
        assert_eq!(of(&[(Door::Anonymous, Mode::Approval)]), Ok(None));
        assert!(of(&[(Door::ApiKey, Mode::Approval), (Door::ApiKey, Mode::Off)]).is_err());
    }

    #[test]
    fn a_stranger_waits_where_the_door_is_for_approval_and_whoever_brings_a_token_does_not() {
        let policies = [policy(Door::Anonymous, Mode::Approval)];
        let stranger = admit(&Requester::Anonymous, &open(), &policies).unwrap();
        assert_eq!(stranger.approval(), Some(Approval::Pending));
        assert!(admit(&Requester::Anonymous, &OidcProvider::default(), &policies).is_err());
        assert_eq!(admit(&token(), &open(), &policies).unwrap().approval(), None);
    }

    #[test]
    fn a_policy_shuts_the_door_that_it_names_and_no_other() {
        let key = Requester::ApiKey { account: account(), may_register: true };
        let policies = [policy(Door::ApiKey, Mode::Off)];
        assert!(admit(&key, &open(), &policies).is_err());
        let token = Requester::AccessToken { account: account(), may_register: true };
        assert!(admit(&token, &open(), &policies).is_ok());
    }
}
