//! Registration policies: for a tenant, or for the whole server, and a door of it, whether anybody comes in there and what they may register.
//!
//! A door without a policy is as open as its own rules leave it. The policy of the server and that of a tenant both hold: no tenant allows
//! what the server does not.

use super::{
    bounds::{Bounded, Bounds, BoundsError},
    mail_apps,
};
use crate::{client::Door, id::Id, settings::OidcProvider, time::Timestamp};

/// Whether anybody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody. At the door of strangers: neither strangers nor whoever brings an initial access token.
    Off,
    /// At the door of strangers only: whoever brings an initial access token.
    Token,
    /// Whoever may by the rules of the door, and what they register waits until an administrator approves it.
    Approval,
    /// Whoever may by the rules of the door. Strangers need the setting `anonymousClientRegistration`, too.
    Open,
}

/// What holds at one door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationPolicy {
    pub id: Id,
    /// What it is for, in the words of whoever made it; refusals name it.
    pub description: String,
    /// `None`: the whole server.
    pub member_tenant_id: Option<Id>,
    pub door: Door,
    pub mode: Mode,
    pub bounds: Bounds,
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// Why a policy cannot be as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error(
        "mode: token is for the door anonymous: there an initial access token is what one may bring instead"
    )]
    TokenElsewhere,
    #[error("mode: administrators write policies, so their door is never off")]
    AdministratorsOff,
    #[error(
        "mode: administrators are those who approve, so nothing at their own door waits for that; leave it open"
    )]
    ApprovalOfAdministrators,
    #[error(
        "mode: what a document describes is stored only once somebody allows it something, so nothing is there that could wait; limit redirectHosts, or set off and make these clients yourself"
    )]
    ApprovalOfDocuments,
    #[error(transparent)]
    Bounds(#[from] BoundsError),
}

/// Policies that belong together, to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Only administrators make clients.
    Closed,
    /// Programs register with a credential: an initial access token, an API key, or an access token.
    Token,
    /// Any mail application may register, as the profile for open public clients has it.
    MailApps,
    /// Any MCP client may register.
    PublicMcp,
}

impl Mode {
    /// From the strictest on.
    pub const ALL: [Self; 4] = [Self::Off, Self::Token, Self::Approval, Self::Open];

    /// As stored and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Token => "token",
            Self::Approval => "approval",
            Self::Open => "open",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

impl RegistrationPolicy {
    pub const MAX_DESCRIPTION: usize = 256;

    /// Whether it can be kept at all.
    pub fn check(&self) -> Result<(), PolicyError> {
        match (self.door, self.mode) {
            (Door::Anonymous, _)
            | (_, Mode::Open)
            | (Door::InitialAccessToken | Door::ApiKey | Door::AccessToken, Mode::Off | Mode::Approval)
            | (Door::Document, Mode::Off) => {}
            (Door::Administrator, Mode::Approval) => return Err(PolicyError::ApprovalOfAdministrators),
            (Door::Document, Mode::Approval) => return Err(PolicyError::ApprovalOfDocuments),
            (_, Mode::Token) => return Err(PolicyError::TokenElsewhere),
            (Door::Administrator, Mode::Off) => return Err(PolicyError::AdministratorsOff),
        }
        Ok(self.bounds.check()?)
    }
}

/// Whether what comes in at this door has to be approved: one policy that says so is enough.
pub fn needs_approval(door: Door, policies: &[RegistrationPolicy]) -> bool {
    policies.iter().any(|policy| policy.door == door && policy.mode == Mode::Approval)
}

/// The bounds of those policies that stand at this door, that of the server first.
pub fn bounds_at(door: Door, policies: &[RegistrationPolicy]) -> Vec<Bounded> {
    let mut at: Vec<_> = policies.iter().filter(|policy| policy.door == door).collect();
    at.sort_by_key(|policy| policy.member_tenant_id.is_some());
    at.into_iter()
        .map(|policy| Bounded { name: policy.description.clone(), bounds: policy.bounds.clone() })
        .collect()
}

impl Preset {
    pub const ALL: [Self; 4] = [Self::Closed, Self::Token, Self::MailApps, Self::PublicMcp];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Token => "token",
            Self::MailApps => "mail-apps",
            Self::PublicMcp => "public-mcp",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }

    /// The settings that its policies count on, where `current` are those in force.
    pub fn settings(self, current: &OidcProvider) -> OidcProvider {
        match self {
            Self::MailApps => mail_apps::settings(current),
            Self::Closed | Self::Token | Self::PublicMcp => current.clone(),
        }
    }

    /// Door, mode and bounds of the policies that it stands for. Doors that it does not name have no policy.
    pub fn policies(self) -> Vec<(Door, Mode, Bounds)> {
        use crate::client::metadata::GrantType::{AuthorizationCode, RefreshToken};
        let to_people = Bounds { grant_types: [AuthorizationCode, RefreshToken].into(), ..Bounds::default() };
        match self {
            Self::Closed => Door::ALL
                .into_iter()
                .filter(|door| *door != Door::Administrator)
                .map(|door| (door, Mode::Off, Bounds::default()))
                .collect(),
            Self::Token => vec![(Door::Anonymous, Mode::Token, Bounds::default())],
            Self::MailApps => vec![(Door::Anonymous, Mode::Open, mail_apps::bounds())],
            Self::PublicMcp => vec![(Door::Anonymous, Mode::Open, to_people)],
        }
    }
}
