//! What a client hears about itself: everything that was registered, and its credentials. RFC 7591 §3.2.1, RFC 7592 §3.

use serde_json::{Map, Value};

use crate::{
    client::{ClientId, metadata::ClientMetadata},
    secret::Secret,
    time::Timestamp,
};

/// The facts of the answer 201 to a registration and 200 to a read or a replacement.
#[derive(Debug)]
pub struct Registered<'a> {
    pub client_id: &'a ClientId,
    pub issued_at: Timestamp,
    pub metadata: &'a ClientMetadata,
    /// Present when the secret is known, which is when it was just made.
    pub secret: Option<IssuedSecret<'a>>,
    /// Absent for a shared client, which nobody manages.
    pub management: Option<Management<'a>>,
}

#[derive(Debug)]
pub struct IssuedSecret<'a> {
    pub client_secret: &'a Secret,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// The way to read, change and delete the registration (RFC 7592 §2): address and token, always together.
#[derive(Debug)]
pub struct Management<'a> {
    pub registration_client_uri: &'a str,
    pub registration_access_token: &'a Secret,
}

/// The JSON object of the answer. It carries secrets: send it with `Cache-Control: no-store` and log nothing of it.
pub fn body(registered: &Registered<'_>) -> Map<String, Value> {
    let mut body = registered.metadata.members();
    let mut put = |member: &str, value: Value| body.insert(member.to_owned(), value);
    put("client_id", registered.client_id.as_str().into());
    put("client_id_issued_at", registered.issued_at.seconds().into());
    if let Some(secret) = &registered.secret {
        put("client_secret", secret.client_secret.expose().into());
        put("client_secret_expires_at", secret.expires_at.map_or(0, Timestamp::seconds).into());
    }
    if let Some(management) = &registered.management {
        put("registration_client_uri", management.registration_client_uri.into());
        put("registration_access_token", management.registration_access_token.expose().into());
    }
    body
}
