//! A client in one row.

use domain::{
    client::{Client, Door, approval::Approval},
    id::Id,
    time::Timestamp,
};
use store::client_search::State;

use crate::{
    web::page::Foreign,
    words::{Said, said},
};

/// What has become of a client, as the management API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    Active,
    Verified,
    /// It waits for an administrator.
    Pending,
    Denied,
    Expired,
    Disabled,
}

/// What a row of the list shows.
#[derive(Clone, Debug)]
pub struct Summary {
    pub id: Id,
    pub client_id: Foreign,
    pub name: Option<Foreign>,
    pub state: ClientState,
    pub door: Said,
    /// Where answers go.
    pub places: Vec<Foreign>,
    pub created_at: Timestamp,
}

impl ClientState {
    pub const ALL: [Self; 6] =
        [Self::Active, Self::Verified, Self::Pending, Self::Denied, Self::Expired, Self::Disabled];

    pub fn of(client: &Client, now: Timestamp) -> Self {
        match (client.is_enabled, client.has_ended(now), client.approval) {
            (false, _, _) => Self::Disabled,
            (true, true, _) => Self::Expired,
            (true, false, Some(Approval::Pending)) => Self::Pending,
            (true, false, Some(Approval::Denied)) => Self::Denied,
            (true, false, None) if client.is_verified => Self::Verified,
            (true, false, None) => Self::Active,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Verified => "verified",
            Self::Pending => "pending",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }

    pub const fn label(self) -> Said {
        match self {
            Self::Active => said("Active"),
            Self::Verified => said("Verified"),
            Self::Pending => said("Waits for approval"),
            Self::Denied => said("Not approved"),
            Self::Expired => said("Expired"),
            Self::Disabled => said("Disabled"),
        }
    }

    /// The class of its pill.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Active => "",
            Self::Verified => " is-good",
            Self::Pending | Self::Expired => " is-warn",
            Self::Denied | Self::Disabled => " is-bad",
        }
    }

    pub(super) const fn condition(self, now: Timestamp) -> State {
        match self {
            Self::Active => State::Active(now),
            Self::Verified => State::Verified(now),
            Self::Pending => State::Pending(now),
            Self::Denied => State::Denied(now),
            Self::Expired => State::Expired(now),
            Self::Disabled => State::Disabled,
        }
    }
}

/// How a client came in, in words.
pub const fn door(door: Door) -> Said {
    match door {
        Door::Anonymous => said("Registered itself, without a credential"),
        Door::InitialAccessToken => said("Registered itself with an initial access token"),
        Door::ApiKey => said("Registered itself with an API key"),
        Door::AccessToken => said("Registered itself with an access token"),
        Door::Administrator => said("Made by an administrator"),
        Door::Document => said("Described by a document at its client id"),
    }
}

impl Summary {
    pub fn of(client: &Client, now: Timestamp) -> Self {
        let places = client.metadata.redirect_uris.iter();
        Self {
            id: client.id.clone(),
            client_id: Foreign::from(client.client_id.as_str()).shortened(48),
            name: client.metadata.client_name.as_deref().map(|name| Foreign::from(name).shortened(80)),
            state: ClientState::of(client, now),
            door: door(client.door),
            places: places.map(|uri| Foreign::from(uri.as_str()).shortened(64)).collect(),
            created_at: client.created_at,
        }
    }
}
