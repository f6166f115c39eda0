//! The device asks whether somebody allowed it: every few seconds, and once with success. RFC 8628 §3.4, §3.5.

use std::time::Duration;

use super::{GrantRefusal, NOT_FOR_THIS_CLIENT, unknown_credential};
use crate::{
    client::{auth::AuthenticatedClient, metadata::GrantType},
    device::{self, DeviceRequest, SLACK, SLOW_DOWN, State, request::Allowed},
    error::{ErrorCode, Refusal},
    resource,
    settings::OidcProvider,
    time::Timestamp,
};

/// Why there are no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollRefusal {
    /// It was given to another client; its owner must not notice.
    OtherClient,
    /// The client may use the grant no more, or never might.
    NotOpen,
    Expired,
    Denied,
    /// The tokens were given out before, or whoever allowed it is gone.
    Over,
    /// Nobody decided yet: ask again after the interval.
    Pending,
    /// Asked again too soon: from now on the interval is this.
    TooSoon(Duration),
    Grant(GrantRefusal),
    Resource(Refusal),
}

impl PollRefusal {
    /// What must be written of a question that is answered so: the interval from now on. `None`: nothing.
    pub fn interval(&self, request: &DeviceRequest) -> Option<Duration> {
        match self {
            Self::Pending => Some(request.interval),
            Self::TooSoon(interval) => Some(*interval),
            Self::OtherClient
            | Self::NotOpen
            | Self::Expired
            | Self::Denied
            | Self::Over
            | Self::Grant(_)
            | Self::Resource(_) => None,
        }
    }
}

/// Decides what a device hears; with success, what was allowed and the audience of the tokens. Who is first is decided by the row.
///
/// The pace matters only as long as nobody decided: a device that asks too often still hears of the decision.
pub fn decide<'r>(
    request: &'r DeviceRequest,
    client: &AuthenticatedClient,
    resources: Vec<String>,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<(&'r Allowed, Vec<String>), PollRefusal> {
    if request.client_id != *client.client_id() {
        return Err(PollRefusal::OtherClient);
    }
    if !device::is_open_to(client.registered(), settings) {
        return Err(PollRefusal::NotOpen);
    }
    let allowed = match &request.state {
        State::Denied => return Err(PollRefusal::Denied),
        State::Over => return Err(PollRefusal::Over),
        State::Pending | State::Allowed(_) if request.expires_at <= now => return Err(PollRefusal::Expired),
        State::Pending => return Err(pace(request, now)),
        State::Allowed(allowed) => allowed,
    };
    allowed.grant.is_for(client, GrantType::DeviceCode, settings).map_err(PollRefusal::Grant)?;
    allowed.grant.stands(now).map_err(PollRefusal::Grant)?;
    let audience = resource::narrow(resources, &allowed.grant.resources).map_err(PollRefusal::Resource)?;
    Ok((allowed, audience))
}

/// The interval grows with every question that comes too soon, and never shrinks again.
fn pace(request: &DeviceRequest, now: Timestamp) -> PollRefusal {
    let is_too_soon =
        request.polled_at.is_some_and(|before| now.since(before) < request.interval.saturating_sub(SLACK));
    if is_too_soon {
        PollRefusal::TooSoon(request.interval.saturating_add(SLOW_DOWN))
    } else {
        PollRefusal::Pending
    }
}

/// The answer for a device code that is in no row.
pub fn unknown(client: &AuthenticatedClient) -> Refusal {
    unknown_credential(client, "device_code")
}

impl From<PollRefusal> for Refusal {
    fn from(refusal: PollRefusal) -> Self {
        match refusal {
            PollRefusal::OtherClient => Self::new(ErrorCode::InvalidGrant, NOT_FOR_THIS_CLIENT),
            PollRefusal::NotOpen => {
                Self::new(ErrorCode::UnauthorizedClient, "this client may not use the device grant")
            }
            PollRefusal::Expired => Self::new(
                ErrorCode::ExpiredToken,
                "device_code has expired; start again at the device_authorization_endpoint",
            ),
            PollRefusal::Denied => Self::new(ErrorCode::AccessDenied, "the person did not allow it"),
            PollRefusal::Over => Self::new(
                ErrorCode::InvalidGrant,
                "device_code was used before; start again at the device_authorization_endpoint",
            ),
            PollRefusal::Pending => Self::new(
                ErrorCode::AuthorizationPending,
                "nobody has decided yet; ask again after the interval",
            ),
            PollRefusal::TooSoon(interval) => Self::new(
                ErrorCode::SlowDown,
                format!("asked too soon; from now on wait {} seconds between requests", interval.as_secs()),
            ),
            PollRefusal::Grant(refusal) => refusal.into(),
            PollRefusal::Resource(refusal) => refusal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::{
        client::{Client, ClientId, Door, metadata::AuthMethod},
        device::request::tests::pending,
        directory::{Account, SignInMethod},
        grant::Grant,
        settings::DeviceGrantPolicy,
    };
    use proptest::prelude::*;

    fn tv() -> Client {
        let mut tv = client("app", AuthMethod::None);
        tv.metadata.grant_types = vec![GrantType::DeviceCode];
        Client { door: Door::ApiKey, ..tv }
    }

    fn allowed(grant: Grant) -> DeviceRequest {
        let allowed = Allowed { grant, method: SignInMethod::Password, acr: None, wants_auth_time: false };
        DeviceRequest { state: State::Allowed(Box::new(allowed)), ..pending() }
    }

    fn refusal_at(request: &DeviceRequest, client: Client, now: Timestamp) -> Option<PollRefusal> {
        let settings = OidcProvider::default();
        decide(request, &authenticated(client), Vec::new(), &settings, now).map(drop).err()
    }

    fn refusal(request: &DeviceRequest) -> Option<PollRefusal> {
        refusal_at(request, tv(), NOW)
    }

    fn code(refusal: PollRefusal) -> &'static str {
        Refusal::from(refusal).code().as_str()
    }

    #[test]
    fn d03_d05_d06_a_device_hears_how_far_its_request_has_come() {
        assert_eq!(refusal(&pending()).map(code), Some("authorization_pending"));
        let denied = DeviceRequest { state: State::Denied, ..pending() };
        assert_eq!(refusal(&denied).map(code), Some("access_denied"));
        let end = pending().expires_at;
        for request in [pending(), allowed(grant())] {
            assert_eq!(refusal_at(&request, tv(), end).map(code), Some("expired_token"));
        }
        assert_eq!(refusal(&allowed(grant())), None);
    }

    #[test]
    fn d04_each_question_that_comes_too_soon_makes_the_interval_five_seconds_longer() {
        let seconds = Duration::from_secs;
        let asked = |interval: u64, ago: u64| {
            let polled_at = Some(NOW.minus(Duration::from_millis(ago)));
            refusal(&DeviceRequest { interval: seconds(interval), polled_at, ..pending() })
        };
        assert_eq!(asked(5, 3_999), Some(PollRefusal::TooSoon(seconds(10))));
        assert_eq!(asked(10, 8_999), Some(PollRefusal::TooSoon(seconds(15))));
        assert_eq!(asked(10, 9_000), Some(PollRefusal::Pending));
        assert_eq!(PollRefusal::Pending.interval(&pending()), Some(pending().interval), "and it stays so");
        assert_eq!(code(PollRefusal::TooSoon(seconds(10))), "slow_down");
    }

    #[test]
    fn a_device_that_asks_too_often_still_hears_of_the_decision() {
        let request = DeviceRequest { polled_at: Some(NOW), ..allowed(grant()) };
        assert_eq!(refusal(&request), None);
    }

    #[test]
    fn d07_d08_anothers_code_and_a_used_one_are_no_grant() {
        let other = Client { client_id: ClientId::parse("other").unwrap(), ..tv() };
        for request in [pending(), allowed(grant())] {
            assert_eq!(refusal_at(&request, other.clone(), NOW).map(code), Some("invalid_grant"));
        }
        let over = DeviceRequest { state: State::Over, ..pending() };
        assert_eq!(refusal(&over).map(code), Some("invalid_grant"));
        assert_eq!(unknown(&authenticated(tv())).code(), ErrorCode::InvalidGrant);
    }

    #[test]
    fn d09_d10_what_was_allowed_is_worth_what_its_account_and_its_client_are_worth_now() {
        let disabled = Account { is_enabled: false, ..account() };
        let request = allowed(Grant { account: disabled, ..grant() });
        assert_eq!(refusal(&request).map(code), Some("invalid_grant"));
        let bound = Client { member_tenant_id: Some(id(7)), ..tv() };
        assert_eq!(refusal_at(&allowed(grant()), bound, NOW).map(code), Some("invalid_grant"));
        let client = Client { door: Door::Anonymous, ..tv() };
        assert_eq!(refusal_at(&allowed(grant()), client, NOW), Some(PollRefusal::NotOpen));
    }

    #[test]
    fn an_id_that_nobody_registered_gets_its_tokens_while_everybody_may() {
        let open = OidcProvider { device_grant: DeviceGrantPolicy::Anybody, ..OidcProvider::default() };
        let request = allowed(grant());
        let decided = |settings: &OidcProvider| {
            decide(&request, &unregistered(), Vec::new(), settings, NOW).map(drop).err()
        };
        assert_eq!(decided(&open), None);
        assert_eq!(decided(&OidcProvider::default()), Some(PollRefusal::NotOpen));
        let required = OidcProvider { require_client_registration: true, ..open.clone() };
        assert_eq!(decided(&required), Some(PollRefusal::Grant(GrantRefusal::RegistrationRequired)));
    }

    #[test]
    fn the_audience_is_what_was_allowed_or_less() {
        let audience = |resource: &[&str]| {
            let resources = resource.iter().map(|text| (*text).to_owned()).collect();
            let request = allowed(grant());
            let decided = decide(&request, &authenticated(tv()), resources, &OidcProvider::default(), NOW);
            decided.map(|(_, audience)| audience)
        };
        assert_eq!(audience(&[]).unwrap().len(), 2);
        assert_eq!(audience(&["https://a.example"]).unwrap(), ["https://a.example"]);
        assert!(matches!(audience(&["https://c.example"]), Err(PollRefusal::Resource(_))));
    }

    proptest! {
        /// P44: however often a device asks, it gets nothing that nobody allowed, and its interval never shrinks.
        #[test]
        fn p44_without_a_person_there_are_no_tokens_and_the_interval_never_shrinks(pauses in prop::collection::vec(0_u64..20_000, 1..40)) {
            let (mut request, mut now) = (pending(), NOW);
            for pause in pauses {
                now = now.plus(Duration::from_millis(pause));
                let refusal = refusal_at(&request, tv(), now).expect("nobody allowed it");
                if let Some(interval) = refusal.interval(&request) {
                    prop_assert!(interval >= request.interval);
                    request = DeviceRequest { interval, polled_at: Some(now), ..request };
                }
            }
        }
    }
}
