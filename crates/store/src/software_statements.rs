//! Software statements that are good for one client only, and were used. RFC 7519 §4.1.7.

use domain::registration::statement::OneUse;

use crate::{Guard, Statement};

/// Remembers the statement for as long as it holds; refused when it was used before.
pub fn use_once(one_use: &OneUse) -> Statement {
    Statement::new(
        "INSERT INTO software_statements (issuer, jti, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (issuer, jti) DO NOTHING",
        [one_use.issuer.as_str().into(), one_use.jti.as_str().into(), one_use.until.into()],
    )
    .guarded(Guard::Exactly(1))
}
