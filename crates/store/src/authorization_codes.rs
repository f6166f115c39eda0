//! Authorization codes: redeemed once, which the row decides.

use domain::{
    authorize::pkce::CodeChallenge, directory::SignInMethod, grant::authorization_code::AuthorizationCode,
    id::Id, secret::SecretHash, time::Timestamp,
};

use crate::{
    Guard, Query, Statement, Store, StoreError,
    grants::{GRANT_COLUMNS, grant_columns, read_grant},
};

/// The code `id` and the hash that its whole text must match.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<(AuthorizationCode, SecretHash)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        ", c.id, c.secret_hash, c.redirect_uri, c.code_challenge, c.nonce, c.acr, c.wants_auth_time, c.expires_at,
           c.failures, c.used_at, c.method
         FROM authorization_codes c JOIN grants g ON g.id = c.grant_id JOIN accounts ON accounts.id = g.account_id
         WHERE c.id = $1"
    );
    const FIRST: usize = GRANT_COLUMNS;
    let book = store.rolebook().await?;
    let row = store.read_one(Query::new(SQL, [id.into()])).await?;
    row.map(|row| {
        let challenge = row.opt_text(FIRST + 3)?;
        let code = AuthorizationCode {
            grant: read_grant(&row, &book)?,
            id: row.id(FIRST)?,
            redirect_uri: row.text(FIRST + 2)?,
            code_challenge: challenge
                .map(|text| {
                    CodeChallenge::parse(&text).ok_or_else(|| StoreError::corrupt("a code challenge"))
                })
                .transpose()?,
            nonce: row.opt_text(FIRST + 4)?,
            acr: row.opt_text(FIRST + 5)?,
            method: SignInMethod::parse(row.text_ref(FIRST + 10)?)
                .ok_or_else(|| StoreError::corrupt("the method of a code"))?,
            wants_auth_time: row.bool(FIRST + 6)?,
            expires_at: row.timestamp(FIRST + 7)?,
            failures: u32::try_from(row.int(FIRST + 8)?).unwrap_or(u32::MAX),
            used_at: row.opt_timestamp(FIRST + 9)?,
        };
        Ok((code, SecretHash::from_stored(row.text(FIRST + 1)?)))
    })
    .transpose()
}

pub fn insert(code: &AuthorizationCode, secret_hash: &SecretHash) -> Statement {
    Statement::new(
        "INSERT INTO authorization_codes (id, secret_hash, grant_id, redirect_uri, code_challenge, nonce, acr,
                                          wants_auth_time, expires_at, failures, method)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            (&code.id).into(),
            secret_hash.as_str().into(),
            (&code.grant.id).into(),
            code.redirect_uri.as_str().into(),
            code.code_challenge.as_ref().map(CodeChallenge::as_str).into(),
            code.nonce.as_deref().into(),
            code.acr.as_deref().into(),
            code.wants_auth_time.into(),
            code.expires_at.into(),
            0_i64.into(),
            code.method.as_str().into(),
        ],
    )
}

/// Spends the code: exactly one of all that try succeeds, and only while the grant stands and the attempts are not used up.
pub fn burn(id: &Id, max_failures: u32, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE authorization_codes SET used_at = $1
         WHERE id = $2 AND used_at IS NULL AND failures < $3
           AND EXISTS (SELECT 1 FROM grants WHERE grants.id = authorization_codes.grant_id AND grants.revoked_at IS NULL)",
        [now.into(), id.into(), max_failures.into()],
    )
    .guarded(Guard::Exactly(1))
}

pub fn count_failure(id: &Id) -> Statement {
    Statement::new("UPDATE authorization_codes SET failures = failures + 1 WHERE id = $1", [id.into()])
}
