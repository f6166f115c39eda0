//! API keys, found by the id that the key itself carries.

use std::collections::BTreeSet;

use domain::{
    directory::{Account, ApiKey, access::KeyPermissions, permission::Permission},
    id::Id,
    secret::SecretHash,
};

use crate::{
    Guard, Query, Row, Statement, Store, StoreError,
    accounts::{ACCOUNT_COLUMNS, account_columns, read_account},
};

/// The columns of [`read_key`].
macro_rules! key_columns {
    () => {
        "k.id, k.description, k.secret_hash, k.permission_mode, k.permissions, k.allowed_ips, k.created_at, k.expires_at"
    };
}

/// The key `id` with the account it acts for.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<(ApiKey, Account)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM api_keys k JOIN accounts ON accounts.id = k.account_id WHERE k.id = $1"
    );
    store.read_one(Query::new(SQL, [id.into()])).await?.as_ref().map(read).transpose()
}

/// Every key with the account it acts for, oldest first; those of one account only, if it is named.
pub async fn list(store: &Store, account_id: Option<&Id>) -> Result<Vec<(ApiKey, Account)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM api_keys k JOIN accounts ON accounts.id = k.account_id
         WHERE CAST($1 AS TEXT) IS NULL OR k.account_id = $1 ORDER BY k.id"
    );
    store.read(Query::new(SQL, [account_id.into()])).await?.iter().map(read).collect()
}

/// Forgets the key; refused when there is none.
pub fn delete(id: &Id) -> Statement {
    Statement::new("DELETE FROM api_keys WHERE id = $1", [id.into()]).guarded(Guard::Exactly(1))
}

pub fn insert(key: &ApiKey) -> Statement {
    let (mode, permissions) = match &key.permissions {
        KeyPermissions::Inherit => ("inherit", String::new()),
        KeyPermissions::Disable(permissions) => ("disable", names(permissions)),
        KeyPermissions::Replace(permissions) => ("replace", names(permissions)),
    };
    let allowed_ips = key.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    Statement::new(
        "INSERT INTO api_keys (id, account_id, description, secret_hash, permission_mode, permissions, allowed_ips, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (&key.id).into(),
            (&key.account_id).into(),
            key.description.as_str().into(),
            key.secret_hash.as_str().into(),
            mode.into(),
            permissions.into(),
            allowed_ips.into(),
            key.created_at.into(),
            key.expires_at.into(),
        ],
    )
}

fn names(permissions: &BTreeSet<Permission>) -> String {
    permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}

fn read(row: &Row) -> Result<(ApiKey, Account), StoreError> {
    let account = read_account(row, 0)?;
    Ok((read_key(row, ACCOUNT_COLUMNS, account.id.clone())?, account))
}

fn read_key(row: &Row, first: usize, account_id: Id) -> Result<ApiKey, StoreError> {
    let permissions = read_list(row.text_ref(first + 4)?, Permission::parse)?.into_iter().collect();
    Ok(ApiKey {
        id: row.id(first)?,
        account_id,
        description: row.text(first + 1)?,
        secret_hash: SecretHash::from_stored(row.text(first + 2)?),
        permissions: match row.text_ref(first + 3)? {
            "inherit" => KeyPermissions::Inherit,
            "disable" => KeyPermissions::Disable(permissions),
            "replace" => KeyPermissions::Replace(permissions),
            _ => return Err(StoreError::corrupt("a permission mode that does not exist")),
        },
        allowed_ips: read_list(row.text_ref(first + 5)?, |net| net.parse().ok())?,
        created_at: row.timestamp(first + 6)?,
        expires_at: row.opt_timestamp(first + 7)?,
    })
}

fn read_list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, StoreError> {
    text.split_whitespace()
        .map(|item| {
            parse(item).ok_or_else(|| StoreError::corrupt("an item of an API key that cannot be read"))
        })
        .collect()
}
