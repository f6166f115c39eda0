//! Accounts, their password hashes and the groups they belong to.

use std::collections::BTreeMap;

use domain::{
    directory::{Account, AccountQuotas, Assignment, Entry, Kind, Rolebook},
    id::Id,
    time::Timestamp,
};

use crate::{
    Guard, Query, Row, Statement, Store, StoreError, Value,
    search::{Comparison, Composer, Found, Search, SearchError, Source},
    tenants::{read_permissions, read_quota, read_roles, write_permissions, write_roles},
};

/// The columns of [`read_account`], for joins.
macro_rules! account_columns {
    () => {
        "accounts.id, accounts.name, accounts.description, accounts.emails, accounts.locale, accounts.kind, accounts.roles, accounts.permissions, accounts.member_tenant_id, accounts.is_enabled, accounts.created_at"
    };
}
pub(crate) use account_columns;

/// How many columns [`read_account`] reads.
pub(crate) const ACCOUNT_COLUMNS: usize = 11;

macro_rules! entry_columns {
    () => {
        concat!(
            account_columns!(),
            ", accounts.time_zone, accounts.max_api_keys, accounts.max_app_passwords, accounts.version"
        )
    };
}

/// What accounts can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the name, the description or the addresses.
    Text(String),
    Name(String),
    Kind(Kind),
    IsEnabled(bool),
    MemberTenantId(Option<Id>),
    MemberGroupId(Id),
    CreatedAt(Comparison, Timestamp),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Grows with time.
    #[default]
    Id,
    Name,
    CreatedAt,
}

/// The account named `name` (canonical spelling) with its password hash in PHC form, if it has one.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<(Account, Option<String>)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", accounts.password_hash FROM accounts WHERE accounts.name = $1"
    );
    let book = store.rolebook().await?;
    let row = store.read_one(Query::new(SQL, [name.into()])).await?;
    row.map(|row| Ok((read_account(&row, 0, &book)?, row.opt_text(ACCOUNT_COLUMNS)?))).transpose()
}

pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Account>, StoreError> {
    const SQL: &str = concat!("SELECT ", account_columns!(), " FROM accounts WHERE accounts.id = $1");
    let book = store.rolebook().await?;
    store.read_one(Query::new(SQL, [id.into()])).await?.map(|row| read_account(&row, 0, &book)).transpose()
}

/// The password hash of an account in PHC form, if it has one.
pub async fn password_hash(store: &Store, id: &Id) -> Result<Option<String>, StoreError> {
    let query = Query::new("SELECT password_hash FROM accounts WHERE id = $1", [id.into()]);
    store.read_one(query).await?.map_or(Ok(None), |row| row.opt_text(0))
}

/// Those of `ids` that exist, with everything that the directory holds of them; of one tenant only, if it is named.
pub async fn entries(store: &Store, ids: &[Id], tenant: Option<&Id>) -> Result<Vec<Entry>, StoreError> {
    const SQL: &str = concat!("SELECT ", entry_columns!(), " FROM accounts");
    let book = store.rolebook().await?;
    let rows = store.read(Composer::by_ids(SQL, ids, tenant)).await?;
    let mut groups = groups(store, ids).await?;
    rows.iter().map(|row| read_entry(row, &book, &mut groups)).collect()
}

/// The groups of each of these accounts, in the order of their ids.
async fn groups(store: &Store, ids: &[Id]) -> Result<BTreeMap<Id, Vec<Id>>, StoreError> {
    let mut composer = Composer::starting_with("TRUE AND ");
    composer.one_of("account_id", ids);
    let rows = store.read(composer.select("SELECT account_id, group_id FROM memberships")).await?;
    let mut groups: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for row in &rows {
        groups.entry(row.id(0)?).or_default().push(row.id(1)?);
    }
    for ids in groups.values_mut() {
        ids.sort_unstable();
    }
    Ok(groups)
}

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let mut composer = Composer::new(search.tenant.as_ref());
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["name", "description", "emails"]),
        Condition::Name(name) => out.equals("name", name.as_str().into()),
        Condition::Kind(kind) => out.equals("kind", kind.as_str().into()),
        Condition::IsEnabled(is_enabled) => out.equals("is_enabled", (*is_enabled).into()),
        Condition::MemberTenantId(tenant) => out.equals_or_null("member_tenant_id", tenant.as_ref()),
        Condition::MemberGroupId(group) => {
            out.push("id IN (SELECT account_id FROM memberships WHERE ");
            out.equals("group_id", group.into());
            out.push(")");
        }
        Condition::CreatedAt(comparison, moment) => out.compares("created_at", *comparison, *moment),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Name => "name",
        SortBy::CreatedAt => "created_at",
    };
    composer.run(store, &Source { from: "accounts", id: "id", key }, &search.page).await
}

/// All accounts in the order of their names.
pub async fn list(store: &Store) -> Result<Vec<Entry>, StoreError> {
    const SQL: &str = concat!("SELECT ", entry_columns!(), " FROM accounts ORDER BY accounts.name");
    let book = store.rolebook().await?;
    let rows = store.read(Query::new(SQL, [])).await?;
    rows.iter().map(|row| read_entry(row, &book, &mut BTreeMap::new())).collect()
}

/// Whether there is any account at all.
pub async fn exist(store: &Store) -> Result<bool, StoreError> {
    Ok(store.read_one(Query::new("SELECT id FROM accounts LIMIT 1", [])).await?.is_some())
}

/// Refused with a conflict when the name is taken. The groups are not yet in it: [`join`] puts them there.
pub fn insert(entry: &Entry, password_hash: Option<&str>) -> Statement {
    let account = &entry.account;
    let mut params: Vec<Value> = vec![
        (&account.id).into(),
        account.kind.as_str().into(),
        password_hash.into(),
        account.created_at.into(),
        entry.version.into(),
    ];
    params.extend(changeable(entry));
    Statement::new(
        "INSERT INTO accounts (id, kind, password_hash, created_at, version, name, description, emails, locale, time_zone, roles,
                               permissions, member_tenant_id, is_enabled, max_api_keys, max_app_passwords)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params,
    )
}

/// Writes all of the entry but its kind, its groups and its password, if nobody changed it since `entry.version` was read.
pub fn update(entry: &Entry) -> Statement {
    let mut params = Vec::from(changeable(entry));
    params.extend([(&entry.account.id).into(), entry.version.into()]);
    Statement::new(
        "UPDATE accounts SET name = $1, description = $2, emails = $3, locale = $4, time_zone = $5, roles = $6, permissions = $7,
                member_tenant_id = $8, is_enabled = $9, max_api_keys = $10, max_app_passwords = $11, version = version + 1
         WHERE id = $12 AND version = $13",
        params,
    )
    .guarded(Guard::Exactly(1))
}

fn changeable(entry: &Entry) -> [Value; 11] {
    let account = &entry.account;
    let emails = Some(entry.emails.join(" ")).filter(|emails| !emails.is_empty());
    [
        account.name.as_str().into(),
        account.description.as_deref().into(),
        emails.into(),
        account.locale.as_deref().into(),
        entry.time_zone.as_deref().into(),
        write_roles(&entry.roles).into(),
        write_permissions(entry.permissions).into(),
        account.member_tenant_id.as_ref().into(),
        account.is_enabled.into(),
        entry.quotas.max_api_keys.into(),
        entry.quotas.max_app_passwords.into(),
    ]
}

/// Deletes the account with everything that is its own: sessions, grants, keys, memberships.
pub fn delete(id: &Id, version: i64) -> Statement {
    Statement::new("DELETE FROM accounts WHERE id = $1 AND version = $2", [id.into(), version.into()])
        .guarded(Guard::Exactly(1))
}

/// Replaces the password hash, when parameters changed or a new password was set.
pub fn set_password(id: &Id, password_hash: &str) -> Statement {
    Statement::new("UPDATE accounts SET password_hash = $1 WHERE id = $2", [password_hash.into(), id.into()])
}

/// The account belongs to no group any more.
pub fn leave_all(id: &Id) -> Statement {
    Statement::new("DELETE FROM memberships WHERE account_id = $1", [id.into()])
}

/// Nobody belongs to the group any more.
pub fn disband(group_id: &Id) -> Statement {
    Statement::new("DELETE FROM memberships WHERE group_id = $1", [group_id.into()])
}

/// The accounts that belong to the group.
pub async fn members_of(store: &Store, group_id: &Id) -> Result<Vec<Id>, StoreError> {
    const SQL: &str = "SELECT account_id FROM memberships WHERE group_id = $1 ORDER BY account_id";
    store.read(Query::new(SQL, [group_id.into()])).await?.iter().map(|row| row.id(0)).collect()
}

/// The account belongs to the group, which must be one of the same tenant; else the batch is refused.
pub fn join(id: &Id, group_id: &Id) -> Statement {
    Statement::new(
        "INSERT INTO memberships (account_id, group_id)
         SELECT member.id, team.id FROM accounts member, accounts team
         WHERE member.id = $1 AND team.id = $2 AND team.kind = 'group'
           AND COALESCE(member.member_tenant_id, '') = COALESCE(team.member_tenant_id, '')",
        [id.into(), group_id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// Refuses the batch when no account would be left that may repair everything: enabled, of no tenant, and administrator without exception.
pub fn is_administered() -> Statement {
    Statement::new(
        "UPDATE rolebook SET version = version WHERE EXISTS (
           SELECT 1 FROM accounts WHERE is_enabled AND kind = 'user' AND roles = 'admin' AND permissions = 'inherit'
             AND member_tenant_id IS NULL)",
        [],
    )
    .guarded(Guard::Exactly(1))
}

pub(crate) fn read_account(row: &Row, first: usize, book: &Rolebook) -> Result<Account, StoreError> {
    let kind = Kind::parse(row.text_ref(first + 5)?)
        .ok_or_else(|| StoreError::corrupt("a kind of account that does not exist"))?;
    let member_tenant_id = row.opt_id(first + 8)?;
    let assignment = Assignment {
        kind,
        member_tenant_id: member_tenant_id.as_ref(),
        roles: &read_roles(row.text_ref(first + 6)?)?,
        permissions: read_permissions(row.text_ref(first + 7)?)?,
    };
    let (permissions, uncapped) = (book.effective(&assignment), book.uncapped(&assignment));
    Ok(Account {
        id: row.id(first)?,
        kind,
        name: row.text(first + 1)?,
        description: row.opt_text(first + 2)?,
        email: row.opt_text_ref(first + 3)?.and_then(|emails| emails.split(' ').next()).map(str::to_owned),
        locale: row.opt_text(first + 4)?,
        member_tenant_id,
        permissions,
        uncapped,
        is_enabled: row.bool(first + 9)?,
        created_at: row.timestamp(first + 10)?,
    })
}

fn read_entry(row: &Row, book: &Rolebook, groups: &mut BTreeMap<Id, Vec<Id>>) -> Result<Entry, StoreError> {
    const FIRST: usize = ACCOUNT_COLUMNS;
    let account = read_account(row, 0, book)?;
    let emails = row.opt_text_ref(3)?.unwrap_or_default();
    Ok(Entry {
        emails: emails.split_whitespace().map(str::to_owned).collect(),
        member_group_ids: groups.remove(&account.id).unwrap_or_default(),
        roles: read_roles(row.text_ref(6)?)?,
        permissions: read_permissions(row.text_ref(7)?)?,
        quotas: AccountQuotas {
            max_api_keys: read_quota(row, FIRST + 1)?,
            max_app_passwords: read_quota(row, FIRST + 2)?,
        },
        time_zone: row.opt_text(FIRST)?,
        version: row.int(FIRST + 3)?,
        account,
    })
}
