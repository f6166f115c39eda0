//! A registration in place of an older one: validated in full, never merged. RFC 7592 §2.2.

use serde_json::{Map, Value};

use super::{
    json,
    request::{Policy, RawRegistration, Registration, holds_secret, parse},
    rules::refuse,
};
use crate::{
    client::{Client, management::MANAGE, metadata::ClientMetadata},
    error::Refusal,
    scope::Scope,
    secret::Secret,
};

/// What the server issues and a client may read but not send.
const SERVER_ISSUED: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// The body of a replacement: metadata, and what must agree with what was issued.
#[derive(Debug)]
pub struct RawReplacement {
    client_id: Option<Value>,
    /// Empty when it was no text.
    client_secret: Option<Secret>,
    server_issued: Option<&'static str>,
    metadata: RawRegistration,
}

/// A replacement that passed every rule, and what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    registration: Registration,
    voids_consents: bool,
    secret: SecretChange,
}

/// What becomes of the client's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretChange {
    /// As it was, be it one or none.
    Keep,
    /// The new method needs a secret and there is none yet.
    Issue,
    /// The new method has no use for the secret: forget it.
    Drop,
}

impl RawReplacement {
    /// Reads a body as strictly as that of a registration. The caller bounds its size.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        json::object(bytes).map(Self::from_members).map_err(|error| refuse(error.to_string()))
    }

    /// The metadata in it.
    pub const fn metadata(&self) -> &RawRegistration {
        &self.metadata
    }

    /// The same with other metadata: those in which a software statement was heeded.
    #[must_use]
    pub fn with_metadata(self, metadata: RawRegistration) -> Self {
        Self { metadata, ..self }
    }

    fn from_members(mut members: Map<String, Value>) -> Self {
        let mut take = |member: &str| members.remove(member).filter(|value| !value.is_null());
        Self {
            server_issued: SERVER_ISSUED.into_iter().find(|member| take(member).is_some()),
            client_id: take("client_id"),
            client_secret: take("client_secret").map(|value| Secret::new(value.as_str().unwrap_or_default())),
            metadata: RawRegistration::from_members(members),
        }
    }
}

/// Holds the body against `current`, then against every rule of a registration through the same door.
///
/// `is_secret` says whether a text is the secret of the client; it is asked at most once.
pub fn replace(
    raw: &RawReplacement,
    current: &Client,
    is_secret: impl FnOnce(&str) -> bool,
    policy: &Policy<'_>,
) -> Result<Replacement, Refusal> {
    if let Some(member) = raw.server_issued {
        return Err(refuse(format!("{member} must not be sent; the server issues it")));
    }
    if raw.client_id.as_ref().and_then(Value::as_str) != Some(current.client_id.as_str()) {
        return Err(refuse("client_id must be the one that was issued to this client"));
    }
    if let Some(presented) = &raw.client_secret
        && (presented.expose().is_empty() || !is_secret(presented.expose()))
    {
        return Err(refuse(
            "client_secret must be the current one or be left out; a client cannot choose its secret",
        ));
    }
    let registration = read(&raw.metadata, current, policy)?;
    if manages(registration.metadata()) && !manages(&current.metadata) {
        return Err(refuse(format!("{MANAGE} can be given to this client by an administrator only")));
    }
    Ok(Replacement {
        voids_consents: differs_to_a_user(&current.metadata, registration.metadata()),
        secret: secret_change(&registration, current),
        registration,
    })
}

impl Replacement {
    pub const fn metadata(&self) -> &ClientMetadata {
        self.registration.metadata()
    }

    /// The replacement as the registration it is.
    pub const fn registration(&self) -> &Registration {
        &self.registration
    }

    pub fn into_metadata(self) -> ClientMetadata {
        self.registration.into_metadata()
    }

    /// Whether somebody who consented would now see, or trust, something else: name, logo, links, redirect URIs, keys or scope. What an
    /// administrator vouched for is void then, too.
    pub const fn voids_consents(&self) -> bool {
        self.voids_consents
    }

    pub const fn secret(&self) -> SecretChange {
        self.secret
    }
}

/// Reads the metadata as those of a registration, but for what only an administrator could give: a client that was told of it may send it back.
fn read(raw: &RawRegistration, current: &Client, policy: &Policy<'_>) -> Result<Registration, Refusal> {
    let (logo, beside) = (kept_image(raw, current), kept_right(raw, current));
    let mut rest = raw.clone();
    if logo.is_some() {
        rest = rest.without("logo_uri");
    }
    if let Some(scope) = &beside {
        rest = rest.without("scope").with("scope", Value::from(scope.to_string()));
    }
    let mut registration = parse(&rest, policy, current.door)?;
    if let Some(logo) = logo {
        registration = registration.with_logo(logo);
    }
    if beside.is_some() {
        registration = registration.with_scope_value(MANAGE);
    }
    Ok(registration)
}

/// The image in place of the address of a logo, if the body has it as it is.
fn kept_image<'a>(raw: &RawRegistration, current: &'a Client) -> Option<&'a str> {
    let logo = current.metadata.logo_uri.as_deref().filter(|logo| logo.starts_with("data:"))?;
    let is_it = raw.text("logo_uri").is_ok_and(|sent| sent == Some(logo));
    is_it.then_some(logo)
}

/// What the body names beside the right to manage, if it names that and the client has it.
fn kept_right(raw: &RawRegistration, current: &Client) -> Option<Scope> {
    let asked = raw.text("scope").ok()?.and_then(|text| Scope::parse(text).ok())?;
    let keeps = manages(&current.metadata) && asked.contains(MANAGE);
    keeps.then(|| asked.filter(|token| token != MANAGE))
}

fn secret_change(registration: &Registration, current: &Client) -> SecretChange {
    let had_one = current.secret.is_some() && holds_secret(current.metadata.token_endpoint_auth_method);
    match (registration.needs_secret(), had_one) {
        (true, false) => SecretChange::Issue,
        (false, _) if current.secret.is_some() => SecretChange::Drop,
        (true, true) | (false, _) => SecretChange::Keep,
    }
}

fn manages(metadata: &ClientMetadata) -> bool {
    metadata.scope.as_ref().is_some_and(|scope| scope.contains(MANAGE))
}

/// Everything counts but what neither a person sees nor anybody relies on.
pub(super) fn differs_to_a_user(old: &ClientMetadata, new: &ClientMetadata) -> bool {
    let telling = |metadata: &ClientMetadata| {
        let mut metadata = metadata.clone();
        metadata.redirect_uris.sort_unstable();
        ClientMetadata {
            contacts: Vec::new(),
            software_version: None,
            software_statement: metadata.vouched_for_by(),
            default_max_age: None,
            require_auth_time: None,
            default_acr_values: Vec::new(),
            id_token_signed_response_alg: None,
            ..metadata
        }
    };
    telling(old) != telling(new)
}
