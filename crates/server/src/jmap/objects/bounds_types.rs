//! What may be registered, in JSON: the properties that registration policies and initial access tokens share.

use domain::{
    client::metadata::{AuthMethod, GrantType},
    registration::bounds::{Bounds, BoundsError},
    scope::Scope,
};
use jmap::set_error::SetError;
use serde_json::{Value, json};

use crate::jmap::object::{
    Choice, Element, Number, Property, Record, TextFormat, Type, fault::invalid, property::MAX_INT,
    value::set,
};

static GRANT_TYPE: Choice = Choice {
    name: "GrantType",
    names: || {
        vec![
            ("authorization_code", "A person allows it in a browser"),
            ("refresh_token", "It goes on without that person"),
            ("client_credentials", "It acts for itself"),
        ]
    },
    parse: |text| GrantType::parse(text).map(GrantType::as_str),
};

static AUTH_METHOD: Choice = Choice {
    name: "AuthMethod",
    names: || {
        vec![
            ("none", "Not at all: it is public"),
            ("client_secret_basic", "With a secret in a header"),
            ("client_secret_post", "With a secret in the body"),
            ("private_key_jwt", "With a key of its own"),
        ]
    },
    parse: |text| AuthMethod::parse(text).map(AuthMethod::as_str),
};

pub const HOSTS: Property = Property::new(
    "redirectHosts",
    Type::texts(TextFormat::Plain),
    "Hosts that https redirect URIs may be on, *.example.com for all below it; empty: any",
)
.or_empty();

pub const SCHEMES: Property = Property::new(
    "redirectSchemes",
    Type::texts(TextFormat::Plain),
    "Schemes that redirect URIs may have: https, http (loopback), private-use or one of those by name; empty: any",
)
.or_empty();

pub const GRANTS: Property = Property::new(
    "grantTypes",
    Type::Set(Element::Choice(&GRANT_TYPE)),
    "Grants that may be registered; empty: any",
)
.or_empty();

pub const SCOPES: Property = Property::new(
    "scopes",
    Type::texts(TextFormat::Plain),
    "Scope values that may be registered, others are taken away; empty: any",
)
.or_empty();

pub const METHODS: Property = Property::new(
    "authMethods",
    Type::Set(Element::Choice(&AUTH_METHOD)),
    "How clients may authenticate at the token endpoint; empty: any",
)
.or_empty();

pub const LIFE: Property = Property::new(
    "maxClientLife",
    Type::Number { format: Number::Duration, min: 60_000, max: MAX_INT },
    "So long a client of its own lives at most; the shared ones of strangers have no end",
)
.optional();

/// As the wire has them.
pub fn json(bounds: &Bounds) -> [(&'static str, Value); 6] {
    [
        ("redirectHosts", set(&bounds.redirect_hosts)),
        ("redirectSchemes", set(&bounds.redirect_schemes)),
        ("grantTypes", set(bounds.grant_types.iter().map(|grant_type| grant_type.as_str()))),
        ("scopes", set(bounds.scopes.iter())),
        ("authMethods", set(bounds.auth_methods.iter().map(|method| method.as_str()))),
        ("maxClientLife", json!(bounds.max_client_life)),
    ]
}

pub fn read(record: &Record) -> Result<Bounds, SetError> {
    let scopes = record.elements("scopes");
    let malformed = || invalid("scopes", "must be scope values (RFC 6749 section 3.3)");
    if scopes.iter().any(|value| value.contains(' ')) {
        return Err(malformed());
    }
    Ok(Bounds {
        redirect_hosts: record.elements("redirectHosts").into_iter().collect(),
        redirect_schemes: record.elements("redirectSchemes").into_iter().collect(),
        grant_types: record.elements("grantTypes").iter().filter_map(|name| GrantType::parse(name)).collect(),
        scopes: Scope::parse(&scopes.join(" ")).map_err(|_| malformed())?,
        auth_methods: record
            .elements("authMethods")
            .iter()
            .filter_map(|name| AuthMethod::parse(name))
            .collect(),
        max_client_life: record.value("maxClientLife").as_u64(),
    })
}

pub fn refused(error: BoundsError) -> SetError {
    let property = match error {
        BoundsError::Hosts => "redirectHosts",
        BoundsError::Schemes => "redirectSchemes",
        BoundsError::Scopes => "scopes",
        BoundsError::Life => "maxClientLife",
    };
    let why = error.to_string();
    invalid(property, why.split_once(' ').map_or(why.as_str(), |(_, rest)| rest))
}
