//! API keys and app passwords, found by the id that the key itself carries, and only as the kind they are.

use domain::{
    directory::{Account, Key, KeyKind, Rolebook, access::KeyPermissions},
    id::Id,
    secret::SecretHash,
    time::Timestamp,
};

use crate::{
    Guard, Query, Row, Statement, Store, StoreError, Value,
    accounts::{ACCOUNT_COLUMNS, account_columns, read_account},
    roles::read_set,
    search::{Comparison, Composer, Found, Search, SearchError, Source},
};

/// The columns of [`read_key`].
macro_rules! key_columns {
    () => {
        "k.id, k.kind, k.description, k.secret_hash, k.permission_mode, k.permissions, k.allowed_ips, k.created_at, k.expires_at, k.version"
    };
}

/// What keys can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the description.
    Text(String),
    CreatedAt(Comparison, Timestamp),
    ExpiresAt(Comparison, Timestamp),
}

/// Which of an account's keys.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    Ids(&'a [Id]),
    /// So many, oldest first.
    First(u32),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Grows with time.
    #[default]
    Id,
    Description,
    CreatedAt,
}

/// The key `id`, if it is of this kind, with the account it acts for.
pub async fn by_id(store: &Store, kind: KeyKind, id: &Id) -> Result<Option<(Key, Account)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM account_keys k JOIN accounts ON accounts.id = k.account_id WHERE k.id = $1 AND k.kind = $2"
    );
    let book = store.rolebook().await?;
    let row = store.read_one(Query::new(SQL, [id.into(), kind.as_str().into()])).await?;
    row.map(|row| read(&row, &book)).transpose()
}

/// Every key of this kind with the account it acts for, oldest first; those of one account only, if it is named.
pub async fn list(
    store: &Store,
    kind: KeyKind,
    account_id: Option<&Id>,
) -> Result<Vec<(Key, Account)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM account_keys k JOIN accounts ON accounts.id = k.account_id
         WHERE (CAST($1 AS TEXT) IS NULL OR k.account_id = $1) AND k.kind = $2 ORDER BY k.id"
    );
    let book = store.rolebook().await?;
    let params = [account_id.into(), kind.as_str().into()];
    store.read(Query::new(SQL, params)).await?.iter().map(|row| read(row, &book)).collect()
}

/// Which keys of several accounts are meant, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Newest<'a> {
    /// Of these kinds.
    pub kinds: &'a [KeyKind],
    /// Of the accounts of this tenant only, if it is named.
    pub tenant: Option<&'a Id>,
    /// Those that are older than this key, if it is named.
    pub before: Option<&'a Id>,
    /// So many at most.
    pub limit: u32,
}

/// The newest keys with the accounts they act for.
pub async fn newest(store: &Store, wanted: Newest<'_>) -> Result<Vec<(Key, Account)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM account_keys k JOIN accounts ON accounts.id = k.account_id
         WHERE k.kind IN ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR k.id < $3) ORDER BY k.id DESC LIMIT $4"
    );
    const OF_TENANT: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        key_columns!(),
        " FROM account_keys k JOIN accounts ON accounts.id = k.account_id
         WHERE k.kind IN ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR k.id < $3) AND accounts.member_tenant_id = $4
         ORDER BY k.id DESC LIMIT $5"
    );
    let Some(first) = wanted.kinds.first() else {
        return Ok(Vec::new());
    };
    let second = wanted.kinds.get(1).unwrap_or(first);
    let book = store.rolebook().await?;
    let mut params: Vec<Value> = vec![first.as_str().into(), second.as_str().into(), wanted.before.into()];
    params.extend(wanted.tenant.map(Value::from));
    params.push(wanted.limit.into());
    let sql = if wanted.tenant.is_some() { OF_TENANT } else { SQL };
    store.read(Query::new(sql, params)).await?.iter().map(|row| read(row, &book)).collect()
}

/// Of the keys of one kind and one account those that are meant, oldest first. What else the account has is not looked at.
pub async fn of_account(
    store: &Store,
    kind: KeyKind,
    account_id: &Id,
    which: Which<'_>,
) -> Result<Vec<Key>, StoreError> {
    const SELECT: &str = concat!("SELECT ", key_columns!(), " FROM account_keys k");
    const FIRST: &str = concat!(
        "SELECT ",
        key_columns!(),
        " FROM account_keys k WHERE k.account_id = $1 AND k.kind = $2 ORDER BY k.id LIMIT $3"
    );
    let query = match which {
        Which::Ids([]) => return Ok(Vec::new()),
        Which::Ids(ids) => {
            let mut composer = Composer::starting_with("TRUE");
            composer.push(" AND ");
            composer.one_of("k.id", ids);
            composer.push(" AND ");
            composer.equals("k.account_id", account_id.into());
            composer.push(" AND ");
            composer.equals("k.kind", kind.as_str().into());
            composer.select(SELECT)
        }
        Which::First(most) => Query::new(FIRST, [account_id.into(), kind.as_str().into(), most.into()]),
    };
    let rows = store.read(query).await?;
    let mut keys: Vec<_> =
        rows.iter().map(|row| read_key(row, 0, account_id.clone())).collect::<Result<_, _>>()?;
    keys.sort_by(|one: &Key, other| one.id.cmp(&other.id));
    Ok(keys)
}

/// Which of the keys of one kind and one account match; `search.tenant` says nothing here.
pub async fn search(
    store: &Store,
    kind: KeyKind,
    account_id: &Id,
    search: &Search<Condition, SortBy>,
) -> Result<Found, SearchError> {
    let mut composer = Composer::starting_with("");
    composer.equals("account_id", account_id.into());
    composer.push(" AND ");
    composer.equals("kind", kind.as_str().into());
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["description"]),
        Condition::CreatedAt(comparison, moment) => out.compares("created_at", *comparison, *moment),
        Condition::ExpiresAt(comparison, moment) => out.compares("expires_at", *comparison, *moment),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Description => "description",
        SortBy::CreatedAt => "created_at",
    };
    composer.run(store, &Source { from: "account_keys", id: "id", key }, &search.page).await
}

/// Forgets the key; refused when there is none of this kind.
pub fn delete(kind: KeyKind, id: &Id) -> Statement {
    Statement::new("DELETE FROM account_keys WHERE id = $1 AND kind = $2", [id.into(), kind.as_str().into()])
        .guarded(Guard::Exactly(1))
}

pub fn insert(key: &Key) -> Statement {
    let mut params: Vec<Value> = vec![
        (&key.id).into(),
        key.kind.as_str().into(),
        (&key.account_id).into(),
        key.secret_hash.as_str().into(),
        key.created_at.into(),
    ];
    params.extend(changeable(key));
    Statement::new(
        "INSERT INTO account_keys (id, kind, account_id, secret_hash, created_at, description, permission_mode, permissions, allowed_ips,
                                   expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params,
    )
}

/// Writes what can be changed of a key; refused when it is gone, or no longer at its version.
pub fn update(key: &Key) -> Statement {
    let mut params = Vec::from(changeable(key));
    params.extend([(&key.id).into(), key.kind.as_str().into(), key.version.into()]);
    Statement::new(
        "UPDATE account_keys SET description = $1, permission_mode = $2, permissions = $3, allowed_ips = $4, expires_at = $5,
                version = version + 1
         WHERE id = $6 AND kind = $7 AND version = $8",
        params,
    )
    .guarded(Guard::Exactly(1))
}

/// Goes before an insertion that a quota counts, as with tenants.
pub fn take_turn(account_id: &Id) -> Statement {
    Statement::new("UPDATE accounts SET version = version WHERE id = $1", [account_id.into()])
        .guarded(Guard::Exactly(1))
}

/// Goes after such an insertion: refuses the batch when the account now has more keys of this kind than it may have.
pub fn within_quota(kind: KeyKind, account_id: &Id) -> Statement {
    let sql = match kind {
        KeyKind::ApiKey => {
            "UPDATE accounts SET version = version WHERE id = $1 AND
               (SELECT COUNT(*) FROM account_keys WHERE account_keys.account_id = $1 AND account_keys.kind = 'api-key')
               <= COALESCE(max_api_keys, $2)"
        }
        KeyKind::AppPassword => {
            "UPDATE accounts SET version = version WHERE id = $1 AND
               (SELECT COUNT(*) FROM account_keys WHERE account_keys.account_id = $1 AND account_keys.kind = 'app-password')
               <= COALESCE(max_app_passwords, $2)"
        }
    };
    Statement::new(sql, [account_id.into(), Key::USUAL_QUOTA.into()]).guarded(Guard::Exactly(1))
}

fn changeable(key: &Key) -> [Value; 5] {
    let (mode, permissions) = match &key.permissions {
        KeyPermissions::Inherit => ("inherit", String::new()),
        KeyPermissions::Disable(permissions) => ("disable", permissions.names()),
        KeyPermissions::Replace(permissions) => ("replace", permissions.names()),
    };
    let allowed_ips = key.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    [
        key.description.as_str().into(),
        mode.into(),
        permissions.into(),
        allowed_ips.into(),
        key.expires_at.into(),
    ]
}

fn read(row: &Row, book: &Rolebook) -> Result<(Key, Account), StoreError> {
    let account = read_account(row, 0, book)?;
    Ok((read_key(row, ACCOUNT_COLUMNS, account.id.clone())?, account))
}

fn read_key(row: &Row, first: usize, account_id: Id) -> Result<Key, StoreError> {
    let permissions = read_set(row.text_ref(first + 5)?)?;
    let networks = row.text_ref(first + 6)?.split_whitespace().map(str::parse);
    Ok(Key {
        id: row.id(first)?,
        kind: KeyKind::parse(row.text_ref(first + 1)?)
            .ok_or_else(|| StoreError::corrupt("a kind of key that does not exist"))?,
        account_id,
        description: row.text(first + 2)?,
        secret_hash: SecretHash::from_stored(row.text(first + 3)?),
        permissions: match row.text_ref(first + 4)? {
            "inherit" => KeyPermissions::Inherit,
            "disable" => KeyPermissions::Disable(permissions),
            "replace" => KeyPermissions::Replace(permissions),
            _ => return Err(StoreError::corrupt("a permission mode that does not exist")),
        },
        allowed_ips: networks
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::corrupt("a network that cannot be read"))?,
        created_at: row.timestamp(first + 7)?,
        expires_at: row.opt_timestamp(first + 8)?,
        version: row.int(first + 9)?,
    })
}
