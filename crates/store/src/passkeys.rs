//! Keys on people's devices.

use domain::{directory::Passkey, id::Id, time::Timestamp};

use crate::{Guard, Query, Row, Statement, Store, StoreError};

macro_rules! columns {
    () => {
        "id, account_id, credential_id, name, credential, sign_count, created_at, last_used_at"
    };
}

/// Those of an account, oldest first.
pub async fn of_account(store: &Store, account_id: &Id) -> Result<Vec<Passkey>, StoreError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM passkeys WHERE account_id = $1 ORDER BY id");
    store.read(Query::new(SQL, [account_id.into()])).await?.iter().map(read).collect()
}

/// The one that its device calls `credential_id`.
pub async fn by_credential_id(store: &Store, credential_id: &str) -> Result<Option<Passkey>, StoreError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM passkeys WHERE credential_id = $1");
    store.read_one(Query::new(SQL, [credential_id.into()])).await?.as_ref().map(read).transpose()
}

/// Refused with a conflict when somebody has it already.
pub fn insert(passkey: &Passkey) -> Statement {
    Statement::new(
        "INSERT INTO passkeys (id, account_id, credential_id, name, credential, sign_count, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (&passkey.id).into(),
            (&passkey.account_id).into(),
            passkey.credential_id.as_str().into(),
            passkey.name.as_str().into(),
            passkey.credential.as_str().into(),
            i64::from(passkey.sign_count).into(),
            passkey.created_at.into(),
        ],
    )
}

/// It was used and is `after` now, if nobody used it since `before` was read.
pub fn use_once(before: &Passkey, after: &Passkey, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE passkeys SET credential = $1, sign_count = $2, last_used_at = $3 WHERE id = $4 AND sign_count = $5",
        [
            after.credential.as_str().into(),
            i64::from(after.sign_count).into(),
            now.into(),
            (&before.id).into(),
            i64::from(before.sign_count).into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

pub fn rename(id: &Id, account_id: &Id, name: &str) -> Statement {
    Statement::new(
        "UPDATE passkeys SET name = $1 WHERE id = $2 AND account_id = $3",
        [name.into(), id.into(), account_id.into()],
    )
    .guarded(Guard::Exactly(1))
}

pub fn delete(id: &Id, account_id: &Id) -> Statement {
    Statement::new("DELETE FROM passkeys WHERE id = $1 AND account_id = $2", [id.into(), account_id.into()])
        .guarded(Guard::Exactly(1))
}

pub fn delete_of_account(account_id: &Id) -> Statement {
    Statement::new("DELETE FROM passkeys WHERE account_id = $1", [account_id.into()])
}

/// Refuses the batch when nothing would be left that the account signs in with.
pub fn leaves_a_way_in(account_id: &Id) -> Statement {
    Statement::new(
        "UPDATE accounts SET name = name WHERE id = $1
           AND (password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.account_id = accounts.id))",
        [account_id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// Waits for others that change what the account signs in with. It goes before [`leaves_a_way_in`] and before a count.
pub fn take_turn(account_id: &Id) -> Statement {
    Statement::new("UPDATE accounts SET name = name WHERE id = $1", [account_id.into()])
        .guarded(Guard::Exactly(1))
}

/// Refuses the batch when the account has more than `most`.
pub fn within_bound(account_id: &Id, most: usize) -> Statement {
    Statement::new(
        "UPDATE accounts SET name = name WHERE id = $1
           AND (SELECT COUNT(*) FROM passkeys WHERE passkeys.account_id = accounts.id) <= $2",
        [account_id.into(), i64::try_from(most).unwrap_or(i64::MAX).into()],
    )
    .guarded(Guard::Exactly(1))
}

fn read(row: &Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: row.id(0)?,
        account_id: row.id(1)?,
        credential_id: row.text(2)?,
        name: row.text(3)?,
        credential: row.text(4)?,
        sign_count: u32::try_from(row.int(5)?).map_err(|_| StoreError::corrupt("the count of a passkey"))?,
        created_at: row.timestamp(6)?,
        last_used_at: row.opt_timestamp(7)?,
    })
}
