//! What a device asked for, and how far that has come.

use std::{net::IpAddr, time::Duration};

use super::may_ask;
use crate::{
    authorize::checks,
    client::{ClientId, auth::AuthenticatedClient},
    directory::SignInMethod,
    error::Refusal,
    grant::Grant,
    id::Id,
    parameters::Parameters,
    resource,
    scope::Scope,
    settings::OidcProvider,
    time::Timestamp,
};

/// A request of a device, as it waits for a person and then for the device.
#[derive(Clone, Debug)]
pub struct DeviceRequest {
    pub id: Id,
    pub client_id: ClientId,
    pub scope: Scope,
    pub resources: Vec<String>,
    /// From where it was asked.
    pub from: IpAddr,
    /// What the device called itself, if it did.
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// So long the device has to wait between two questions now.
    pub interval: Duration,
    /// When it asked last.
    pub polled_at: Option<Timestamp>,
    pub state: State,
}

/// How far it has come.
#[derive(Clone, Debug)]
pub enum State {
    /// Nobody decided yet.
    Pending,
    Denied,
    /// Somebody allowed it, and the device has not heard of that yet.
    Allowed(Box<Allowed>),
    /// The tokens were given out, or what was allowed is gone together with whoever allowed it.
    Over,
}

/// What somebody allowed.
#[derive(Clone, Debug)]
pub struct Allowed {
    pub grant: Grant,
    /// What the person signed in with.
    pub method: SignInMethod,
    /// The class of that sign-in, where the client wants to hear of it.
    pub acr: Option<String>,
    pub wants_auth_time: bool,
}

/// What a device may ask for, of all that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub scope: Scope,
    pub resources: Vec<String>,
}

/// Checks the parameters of a device authorization request. Scope and resources are held to the rules of an authorization request;
/// the right to manage this server is never given to a device: nobody knows where that is. RFC 8628 §3.1.
pub fn check(
    parameters: &Parameters,
    client: &AuthenticatedClient,
    settings: &OidcProvider,
) -> Result<Asked, Refusal> {
    may_ask(client, settings)?;
    let scope = checks::scope(parameters, client.registered(), settings, false)?;
    let resources = resource::parse_all(parameters.all("resource"))?;
    Ok(Asked { scope, resources })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        client::{
            Client, Door,
            management::MANAGE,
            metadata::{AuthMethod, GrantType},
        },
        device::INTERVAL,
        error::ErrorCode,
        grant::fixtures::{NOW, authenticated, client, id},
    };

    /// A request of `app` that was made a moment ago.
    pub(crate) fn pending() -> DeviceRequest {
        DeviceRequest {
            id: id(6),
            client_id: ClientId::parse("app").unwrap(),
            scope: Scope::of(&["openid", "email"]),
            resources: vec!["https://a.example".into()],
            from: [192, 0, 2, 1].into(),
            user_agent: None,
            created_at: NOW,
            expires_at: NOW.plus(Duration::from_mins(10)),
            interval: INTERVAL,
            polled_at: None,
            state: State::Pending,
        }
    }

    fn asked(text: &str, scope: Option<&[&str]>) -> Result<Asked, ErrorCode> {
        let mut asking = client("app", AuthMethod::None);
        asking.metadata.grant_types = vec![GrantType::DeviceCode];
        asking.metadata.scope = scope.map(Scope::of);
        let asking = authenticated(Client { door: Door::Administrator, is_verified: true, ..asking });
        let parameters = Parameters::parse(text.as_bytes()).unwrap();
        check(&parameters, &asking, &OidcProvider::default()).map_err(|refusal| refusal.code())
    }

    #[test]
    fn d15_what_is_not_the_clients_is_not_asked_for() {
        let mine: Option<&[&str]> = Some(&["openid", "email"]);
        assert_eq!(asked("scope=profile", mine), Err(ErrorCode::InvalidScope));
        assert_eq!(asked("scope=profile+email", mine).unwrap().scope, Scope::of(&["email"]));
        assert_eq!(asked("", mine).unwrap().scope, Scope::of(&["openid", "email"]));
    }

    #[test]
    fn no_device_manages_this_server_whoever_vouches_for_it() {
        let mine: Option<&[&str]> = Some(&["openid", MANAGE]);
        assert_eq!(asked(&format!("scope={MANAGE}"), mine), Err(ErrorCode::InvalidScope));
        assert_eq!(asked(&format!("scope=openid+{MANAGE}"), mine).unwrap().scope, Scope::of(&["openid"]));
        assert_eq!(asked("", mine).unwrap().scope, Scope::of(&["openid"]));
    }

    #[test]
    fn a_resource_is_an_absolute_uri() {
        assert_eq!(asked("resource=api", None), Err(ErrorCode::InvalidTarget));
        assert_eq!(asked("resource=https://a.example", None).unwrap().resources, ["https://a.example"]);
    }
}
