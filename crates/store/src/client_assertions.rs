//! Client assertions that were used: each counts once. RFC 7523 §3.

use domain::{client::ClientId, time::Timestamp};

use crate::{Guard, Statement};

/// Remembers a `jti` until `until`; refused when it was used before.
pub fn use_once(client_id: &ClientId, jti: &str, until: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO client_assertions (client_id, jti, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (client_id, jti) DO NOTHING",
        [client_id.as_str().into(), jti.into(), until.into()],
    )
    .guarded(Guard::Exactly(1))
}
