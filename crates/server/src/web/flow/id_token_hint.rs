//! `id_token_hint`: an ID token of ours as a hint who is meant. OpenID Connect Core §3.1.2.1, RP-Initiated Logout 1.0 §2.

use domain::jose::{self, Expected};
use serde_json::{Map, Value};

use crate::{app::App, keys::ring::ID_TOKEN_TYPE};

/// The claims of an ID token that this server signed, expired or not. OpenID Connect Core §3.1.2.1.
pub fn verify(app: &App, hint: &str) -> Option<Map<String, Value>> {
    let live = app.live();
    let algorithms = live.keys.algorithms();
    let expected = Expected { algorithms: &algorithms, typ: Some(ID_TOKEN_TYPE) };
    let claims = jose::verify_prepared(hint, live.keys.verifying_keys(), &expected).ok()?;
    jose::claims::text(&claims, "iss").is_ok_and(|issuer| issuer == app.issuer()).then_some(claims)
}
