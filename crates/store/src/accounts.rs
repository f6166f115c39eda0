//! Accounts and their password hashes.

use domain::{
    directory::{Account, Role},
    id::Id,
};

use crate::{Query, Row, Statement, Store, StoreError};

/// The columns of [`read_account`], for joins.
macro_rules! account_columns {
    () => {
        "accounts.id, accounts.name, accounts.description, accounts.email, accounts.locale, accounts.role, accounts.is_enabled, accounts.created_at"
    };
}
pub(crate) use account_columns;

/// How many columns [`read_account`] reads.
pub(crate) const ACCOUNT_COLUMNS: usize = 8;

/// The account named `name` (canonical spelling) with its password hash in PHC form, if it has one.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<(Account, Option<String>)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", accounts.password_hash FROM accounts WHERE accounts.name = $1"
    );
    let row = store.read_one(Query::new(SQL, [name.into()])).await?;
    row.map(|row| Ok((read_account(&row, 0)?, row.opt_text(ACCOUNT_COLUMNS)?))).transpose()
}

pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Account>, StoreError> {
    const SQL: &str = concat!("SELECT ", account_columns!(), " FROM accounts WHERE accounts.id = $1");
    store.read_one(Query::new(SQL, [id.into()])).await?.map(|row| read_account(&row, 0)).transpose()
}

/// All accounts in the order of their names.
pub async fn list(store: &Store) -> Result<Vec<Account>, StoreError> {
    const SQL: &str = concat!("SELECT ", account_columns!(), " FROM accounts ORDER BY accounts.name");
    store.read(Query::new(SQL, [])).await?.iter().map(|row| read_account(row, 0)).collect()
}

/// Whether there is any account at all.
pub async fn exist(store: &Store) -> Result<bool, StoreError> {
    Ok(store.read_one(Query::new("SELECT id FROM accounts LIMIT 1", [])).await?.is_some())
}

/// Refused with a conflict when the name is taken.
pub fn insert(account: &Account, password_hash: Option<&str>) -> Statement {
    Statement::new(
        "INSERT INTO accounts (id, name, description, email, locale, password_hash, role, is_enabled, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (&account.id).into(),
            account.name.as_str().into(),
            account.description.as_deref().into(),
            account.email.as_deref().into(),
            account.locale.as_deref().into(),
            password_hash.into(),
            role_name(account.role).into(),
            account.is_enabled.into(),
            account.created_at.into(),
        ],
    )
}

/// Replaces the password hash, when parameters changed or a new password was set.
pub fn set_password(id: &Id, password_hash: &str) -> Statement {
    Statement::new("UPDATE accounts SET password_hash = $1 WHERE id = $2", [password_hash.into(), id.into()])
}

pub fn set_enabled(id: &Id, is_enabled: bool) -> Statement {
    Statement::new("UPDATE accounts SET is_enabled = $1 WHERE id = $2", [is_enabled.into(), id.into()])
}

pub(crate) fn read_account(row: &Row, first: usize) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.id(first)?,
        name: row.text(first + 1)?,
        description: row.opt_text(first + 2)?,
        email: row.opt_text(first + 3)?,
        locale: row.opt_text(first + 4)?,
        role: role_from(row.text_ref(first + 5)?)?,
        is_enabled: row.bool(first + 6)?,
        created_at: row.timestamp(first + 7)?,
    })
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::SystemAdministrator => "system-administrator",
    }
}

fn role_from(name: &str) -> Result<Role, StoreError> {
    match name {
        "user" => Ok(Role::User),
        "system-administrator" => Ok(Role::SystemAdministrator),
        _ => Err(StoreError::corrupt("a role that does not exist")),
    }
}
