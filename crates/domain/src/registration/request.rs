//! From bytes to effective metadata. RFC 7591 §2, §3.1; OpenID Connect Registration §2.

use serde_json::{Map, Value};
use url::Url;

use super::{
    bounds::{self, Bounded},
    digest::Digest,
    json, rules,
    statement::{self, OneUse, Vouched},
};
use crate::{
    client::{
        Door,
        metadata::{AuthMethod, ClientMetadata},
    },
    error::{ErrorCode, Refusal},
    scope::Scope,
    settings::OidcProvider,
};

/// The members that some rule looks at. All others are dropped unread (RFC 7591 §2: unknown metadata is ignored).
const UNDERSTOOD: &[&str] = &[
    "application_type",
    "client_name",
    "client_uri",
    "contacts",
    "default_acr_values",
    "default_max_age",
    "grant_types",
    "id_token_signed_response_alg",
    "initiate_login_uri",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "post_logout_redirect_uris",
    "redirect_uris",
    "require_auth_time",
    "response_types",
    "scope",
    "software_id",
    "software_statement",
    "software_version",
    "subject_type",
    "token_endpoint_auth_method",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg",
    "tos_uri",
];

/// A registration as it came: members by name, those that say nothing left out.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRegistration {
    members: Map<String, Value>,
    /// The software statement whose claims stand among the members.
    vouched: Option<Vouched>,
}

/// What the rules measure a registration by.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    pub settings: &'a OidcProvider,
    /// The public URL of this server, whose own origin is no redirect target of a client.
    pub issuer: &'a Url,
    /// What policies and tokens add to the rules; [`super::profile::bounds_at`] the door says which.
    pub bounds: &'a [Bounded],
}

/// Effective metadata that passed every rule, defaults applied. Born only in [`parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    metadata: ClientMetadata,
    door: Door,
    one_use: Option<OneUse>,
}

/// Applies every rule to what came through `door`; the first that is broken answers. What passes them all is held against the bounds.
///
/// What a software statement says must stand among the members by now: see [`statement::Signed::believe`].
pub fn parse(raw: &RawRegistration, policy: &Policy<'_>, door: Door) -> Result<Registration, Refusal> {
    statement::refuse_unheeded(raw, policy.settings)?;
    rules::software::refuse_one_use(raw, door)?;
    rules::unsupported::refuse_any(raw)?;
    let redirect_uris = rules::redirect_uris::read(raw, policy, door)?;
    let application_type = rules::application_type::read(raw, &redirect_uris)?;
    let (grant_types, response_types) = rules::grant_and_response_types::read(raw, policy, door)?;
    rules::redirect_uris::require(&redirect_uris, &grant_types)?;
    let auth_methods = rules::auth_method::read(raw, &redirect_uris, door)?;
    let token_endpoint_auth_method = auth_methods.weakest;
    rules::grant_and_response_types::check_client_credentials(
        &grant_types,
        token_endpoint_auth_method,
        door,
    )?;
    let (jwks, jwks_uri) = rules::jwks::read(raw, token_endpoint_auth_method)?;
    let metadata = ClientMetadata {
        jwks,
        jwks_uri,
        post_logout_redirect_uris: rules::post_logout::read(raw, policy, door, &redirect_uris)?,
        redirect_uris,
        token_endpoint_auth_method,
        token_endpoint_auth_methods_supported: auth_methods.all,
        grant_types,
        response_types,
        application_type,
        client_name: rules::names::client_name(raw)?,
        client_uri: rules::uris::read(raw, "client_uri")?,
        logo_uri: rules::uris::read(raw, "logo_uri")?,
        tos_uri: rules::uris::read(raw, "tos_uri")?,
        policy_uri: rules::uris::read(raw, "policy_uri")?,
        initiate_login_uri: rules::uris::read_reachable(raw, "initiate_login_uri")?,
        scope: rules::scope::read(raw, policy, door)?,
        contacts: rules::contacts::read(raw)?,
        software_id: rules::software::read(raw, "software_id")?,
        software_version: rules::software::read(raw, "software_version")?,
        software_statement: raw.vouched.as_ref().map(|vouched| vouched.text.clone()),
        subject_type: rules::openid::subject_type(raw)?,
        id_token_signed_response_alg: rules::algorithms::read(raw, "id_token_signed_response_alg")?,
        token_endpoint_auth_signing_alg: rules::algorithms::read(raw, "token_endpoint_auth_signing_alg")?,
        default_max_age: rules::openid::default_max_age(raw)?,
        require_auth_time: raw.flag("require_auth_time")?,
        default_acr_values: rules::openid::default_acr_values(raw)?,
        localized: rules::localized::read(raw)?,
    };
    let metadata = bounds::apply(policy.bounds, metadata, &policy.settings.known_scopes(), door)?;
    Ok(Registration { metadata, door, one_use: raw.one_use().cloned() })
}

impl Registration {
    pub const fn metadata(&self) -> &ClientMetadata {
        &self.metadata
    }

    pub fn into_metadata(self) -> ClientMetadata {
        self.metadata
    }

    /// What is used up with it: a software statement that is good for one client only.
    pub const fn one_use(&self) -> Option<&OneUse> {
        self.one_use.as_ref()
    }

    /// The same with a logo that an administrator gave it.
    pub(super) fn with_logo(self, logo: &str) -> Self {
        Self { metadata: ClientMetadata { logo_uri: Some(logo.to_owned()), ..self.metadata }, ..self }
    }

    /// The same that may ask for one value more.
    pub(super) fn with_scope_value(self, token: &str) -> Self {
        let scope = self.metadata.scope.unwrap_or_default().union(&Scope::of(&[token]));
        Self { metadata: ClientMetadata { scope: Some(scope), ..self.metadata }, ..self }
    }

    /// Whether a `client_secret` goes with it (RFC 7591 §3.2.1).
    pub const fn needs_secret(&self) -> bool {
        holds_secret(self.metadata.token_endpoint_auth_method)
    }

    /// The address under which this registration is shared with every identical one: only that of a public client which nobody
    /// authenticated for. Anything else becomes a client of its own.
    pub fn content_address(&self) -> Option<Digest> {
        let is_shared =
            self.door == Door::Anonymous && self.metadata.token_endpoint_auth_method == AuthMethod::None;
        is_shared.then(|| Digest::of(&self.metadata))
    }
}

/// Whether a client of this method proves itself with a secret that the server issued.
pub(super) const fn holds_secret(method: AuthMethod) -> bool {
    match method {
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => true,
        AuthMethod::None | AuthMethod::PrivateKeyJwt => false,
    }
}

impl RawRegistration {
    /// Reads a body: one JSON object in UTF-8, no member twice, at most 127 levels deep. The caller bounds its size.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        json::object(bytes).map(Self::from_members).map_err(|error| rules::refuse(error.to_string()))
    }

    /// Keeps what some rule understands and drops what says nothing: null, empty text, empty arrays and objects.
    ///
    /// One empty array does speak: `response_types` of a client that never uses the authorization endpoint.
    pub fn from_members(members: Map<String, Value>) -> Self {
        let members = members.into_iter().filter(|(name, value)| {
            is_understood(name) && (!is_empty(value) || is_no_response_type(name, value))
        });
        Self { members: members.collect(), vouched: None }
    }

    /// The same without one member.
    pub(super) fn without(&self, member: &str) -> Self {
        self.only(|name| name != member)
    }

    /// The same with those members whose names `keep` lets stay.
    pub(super) fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = self.members.iter().filter(|(name, _)| keep(name));
        Self {
            members: kept.map(|(name, value)| (name.clone(), value.clone())).collect(),
            vouched: self.vouched.clone(),
        }
    }

    /// The same with the members of `other` in the place of its own.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.members.extend(other.members);
        self
    }

    pub(super) fn vouched_by(self, vouched: Vouched) -> Self {
        Self { vouched: Some(vouched), ..self }
    }

    pub(super) fn one_use(&self) -> Option<&OneUse> {
        self.vouched.as_ref()?.one_use.as_ref()
    }

    /// The same with this member, unless it says nothing.
    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        if !is_empty(&value) {
            self.members.insert(member.to_owned(), value);
        }
        self
    }

    pub(super) fn value(&self, member: &str) -> Option<&Value> {
        self.members.get(member)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    pub(super) fn text(&self, member: &str) -> Result<Option<&str>, Refusal> {
        self.value(member)
            .map(|value| value.as_str().ok_or_else(|| rules::refuse(format!("{member} must be a string"))))
            .transpose()
    }

    pub(super) fn flag(&self, member: &str) -> Result<Option<bool>, Refusal> {
        self.value(member)
            .map(|value| {
                value.as_bool().ok_or_else(|| rules::refuse(format!("{member} must be true or false")))
            })
            .transpose()
    }

    /// An array of strings; `code` is what a value of any other shape is refused with.
    pub(super) fn list(&self, member: &str, code: ErrorCode) -> Result<Option<Vec<&str>>, Refusal> {
        let shape = || Refusal::new(code, format!("{member} must be an array of non-empty strings"));
        self.value(member)
            .map(|value| {
                let items = value.as_array().ok_or_else(shape)?;
                items
                    .iter()
                    .map(|item| item.as_str().filter(|text| !text.is_empty()).ok_or_else(shape))
                    .collect()
            })
            .transpose()
    }

    /// The members with a language tag: full name, name before the `#`, tag, value (RFC 7591 §2.2).
    pub(super) fn tagged(&self) -> impl Iterator<Item = (&str, &str, &str, &Value)> {
        self.members.iter().filter_map(|(name, value)| {
            let (member, tag) = name.split_once('#')?;
            Some((name.as_str(), member, tag, value))
        })
    }
}

fn is_understood(name: &str) -> bool {
    let member = name.split('#').next().unwrap_or(name);
    UNDERSTOOD.contains(&member) || rules::unsupported::contains(member)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_no_response_type(name: &str, value: &Value) -> bool {
    name == "response_types" && value.is_array()
}
