//! The device grant: a device that has no browser asks, and a person allows it on another one. RFC 8628.

pub mod request;
pub mod user_code;

use std::time::Duration;

use crate::{
    client::{Client, Door, auth::AuthenticatedClient, metadata::GrantType},
    directory::Session,
    error::{ErrorCode, Refusal},
    settings::{DeviceGrantPolicy, OidcProvider},
    time::Timestamp,
};

pub use request::{DeviceRequest, State};
pub use user_code::UserCode;

/// How long a device waits between two questions, to begin with. RFC 8628 §3.2.
pub const INTERVAL: Duration = Duration::from_secs(5);

/// So much longer it waits after each question that came too soon. RFC 8628 §3.5.
pub const SLOW_DOWN: Duration = Duration::from_secs(5);

/// A question may come this much earlier than the interval says: networks and clocks are not exact.
pub const SLACK: Duration = Duration::from_secs(1);

/// So many codes of a tenant may wait to be typed at the same time. With the bounds on wrong ones, guessing any of them succeeds
/// less than once in 800,000 times.
pub const MOST_OUTSTANDING: u32 = 1_000;

/// Wrong codes are counted over this time, in each session, account and source, and in all of a tenant.
pub const TRIES_WINDOW: Duration = Duration::from_mins(10);
pub const TRIES: u32 = 5;
pub const TRIES_OF_A_TENANT: u32 = 30;

/// Whoever allows a device must have signed in so recently, or since the device asked.
const RECENT: Duration = Duration::from_hours(1);

/// Whether a client may use the device grant. One that nobody vouches for in any way may only where the settings open it to
/// everybody: a code that a stranger sends to somebody is what phishing needs, and a registration that costs nothing gives it a name.
pub fn is_open_to(registered: Option<&Client>, settings: &OidcProvider) -> bool {
    let is_open = match settings.device_grant {
        DeviceGrantPolicy::Anybody => true,
        DeviceGrantPolicy::Registered => {
            registered.is_some_and(|client| client.is_verified || client.door != Door::Anonymous)
        }
    };
    is_open && registered.is_none_or(|client| client.metadata.allows(GrantType::DeviceCode))
}

/// Whether this client may ask, and what it hears if it may not.
fn may_ask(client: &AuthenticatedClient, settings: &OidcProvider) -> Result<(), Refusal> {
    match client.registered() {
        None if settings.require_client_registration || !is_open_to(None, settings) => Err(Refusal::new(
            ErrorCode::InvalidClient,
            "this client is not known, and here only registered clients may use the device grant; register with a credential",
        )),
        Some(known) if !known.metadata.allows(GrantType::DeviceCode) => Err(Refusal::new(
            ErrorCode::UnauthorizedClient,
            "this client is not registered for the grant type urn:ietf:params:oauth:grant-type:device_code",
        )),
        Some(known) if !is_open_to(Some(known), settings) => Err(Refusal::new(
            ErrorCode::UnauthorizedClient,
            "the device grant is for clients that were registered with a credential or verified by an administrator",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Whether the person of `session` signed in recently enough to allow anything to a device.
pub fn is_recent(session: &Session, now: Timestamp) -> bool {
    now.since(session.authenticated_at) <= RECENT
}

/// Whether that is recent enough also for `client`, and for this request: whoever signed in for it always did.
pub fn is_recent_for(
    session: &Session,
    client: Option<&Client>,
    request: &DeviceRequest,
    now: Timestamp,
) -> bool {
    let wanted = client.and_then(|client| client.metadata.default_max_age);
    let most = wanted.map_or(RECENT, |seconds| RECENT.min(Duration::from_secs(seconds.into())));
    session.authenticated_at >= request.created_at || now.since(session.authenticated_at) <= most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::metadata::AuthMethod,
        directory::SignInMethod,
        grant::fixtures::{NOW, account, authenticated, client, id, unregistered},
        secret::HashKey,
    };

    fn open() -> OidcProvider {
        OidcProvider { device_grant: DeviceGrantPolicy::Anybody, ..OidcProvider::default() }
    }

    fn asking(door: Door, is_verified: bool) -> Client {
        let mut asking = client("app", AuthMethod::None);
        asking.metadata.grant_types = vec![GrantType::DeviceCode];
        Client { door, is_verified, ..asking }
    }

    fn refused(client: Client, settings: &OidcProvider) -> Option<ErrorCode> {
        may_ask(&authenticated(client), settings).err().map(|refusal| refusal.code())
    }

    #[test]
    fn d01_a_client_that_nobody_vouches_for_may_ask_only_where_everybody_may() {
        let closed = OidcProvider::default();
        assert_eq!(refused(asking(Door::Anonymous, false), &closed), Some(ErrorCode::UnauthorizedClient));
        assert_eq!(refused(asking(Door::Anonymous, false), &open()), None);
        assert_eq!(refused(asking(Door::Anonymous, true), &closed), None);
        assert_eq!(refused(asking(Door::ApiKey, false), &closed), None);
    }

    #[test]
    fn d01_an_id_that_nobody_registered_may_ask_only_where_everybody_may_and_nobody_has_to_register() {
        let code =
            |settings: &OidcProvider| may_ask(&unregistered(), settings).err().map(|refusal| refusal.code());
        assert_eq!(code(&OidcProvider::default()), Some(ErrorCode::InvalidClient));
        assert_eq!(code(&open()), None);
        let required = OidcProvider { require_client_registration: true, ..open() };
        assert_eq!(code(&required), Some(ErrorCode::InvalidClient));
    }

    #[test]
    fn r8628_11_a_client_that_is_not_registered_for_the_grant_may_not_ask_even_where_everybody_may() {
        let other = Client { door: Door::Administrator, ..client("app", AuthMethod::None) };
        assert_eq!(refused(other, &open()), Some(ErrorCode::UnauthorizedClient));
    }

    #[test]
    fn whoever_signed_in_for_the_request_or_within_the_hour_may_allow_it() {
        let session = |ago: u64| Session {
            id: id(5),
            secret_hash: HashKey::new(&[1; 32]).hash("x"),
            account: account(),
            method: SignInMethod::Password,
            authenticated_at: NOW.minus(Duration::from_secs(ago)),
            expires_at: NOW.plus(RECENT),
            last_seen_at: None,
        };
        let asked = |ago: u64| DeviceRequest {
            created_at: NOW.minus(Duration::from_secs(ago)),
            ..request::tests::pending()
        };
        let mut hasty = asking(Door::ApiKey, false);
        hasty.metadata.default_max_age = Some(60);
        assert!(is_recent_for(&session(3_600), None, &asked(10), NOW));
        assert!(!is_recent_for(&session(3_601), None, &asked(10), NOW));
        assert!(!is_recent_for(&session(61), Some(&hasty), &asked(10), NOW));
        assert!(
            is_recent_for(&session(61), Some(&hasty), &asked(100), NOW),
            "signed in for this very request"
        );
        assert!(is_recent(&session(3_600), NOW) && !is_recent(&session(3_601), NOW));
    }
}
