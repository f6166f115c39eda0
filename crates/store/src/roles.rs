//! Roles, and the number that says when what they add up to must be read again.

use domain::{
    directory::{PermissionSet, Role},
    id::Id,
};

use crate::{
    Guard, Memory, Query, Row, Statement, Store, StoreError,
    search::{Composer, Found, Search, SearchError, Source},
};

const SELECT: &str =
    "SELECT id, description, member_tenant_id, role_ids, enabled, disabled, version FROM roles";

/// What roles can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the description.
    Text(String),
    MemberTenantId(Option<Id>),
}

/// What roles can be sorted by; their ids grow with time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Id,
    Description,
}

pub(crate) async fn all(store: &Store) -> Result<Vec<Role>, StoreError> {
    let query = Query::new(
        "SELECT id, description, member_tenant_id, role_ids, enabled, disabled, version FROM roles",
        [],
    );
    store.read(query).await?.iter().map(read_role).collect()
}

/// Those of `ids` that exist; of one tenant only, if it is named.
pub async fn by_ids(store: &Store, ids: &[Id], tenant: Option<&Id>) -> Result<Vec<Role>, StoreError> {
    let query = Composer::by_ids(SELECT, ids, tenant);
    store.read(query).await?.iter().map(read_role).collect()
}

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let mut composer = Composer::new(search.tenant.as_ref());
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["description"]),
        Condition::MemberTenantId(tenant) => out.equals_or_null("member_tenant_id", tenant.as_ref()),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Description => "description",
    };
    composer.run(store, &Source { from: "roles", id: "id", key }, &search.page).await
}

/// A tenant may be deleted, and with it a role be refused, at the same moment: then this is a conflict.
pub fn insert(role: &Role) -> Statement {
    Statement::new(
        "INSERT INTO roles (id, description, member_tenant_id, role_ids, enabled, disabled, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (&role.id).into(),
            role.description.as_str().into(),
            role.member_tenant_id.as_ref().into(),
            write_ids(&role.role_ids).into(),
            role.enabled.names().into(),
            role.disabled.names().into(),
            role.version.into(),
        ],
    )
    .changing(Memory::Rolebook)
}

/// Writes all of the role, if nobody changed it since `role.version` was read.
pub fn update(role: &Role) -> Statement {
    Statement::new(
        "UPDATE roles SET description = $1, role_ids = $2, enabled = $3, disabled = $4, member_tenant_id = $5, version = version + 1
         WHERE id = $6 AND version = $7",
        [
            role.description.as_str().into(),
            write_ids(&role.role_ids).into(),
            role.enabled.names().into(),
            role.disabled.names().into(),
            role.member_tenant_id.as_ref().into(),
            (&role.id).into(),
            role.version.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::Rolebook)
}

pub fn delete(id: &Id, version: i64) -> Statement {
    Statement::new("DELETE FROM roles WHERE id = $1 AND version = $2", [id.into(), version.into()])
        .guarded(Guard::Exactly(1))
        .changing(Memory::Rolebook)
}

/// All roles, and the page of the book on which they stand: [`turn_page_from`] refuses a batch that was made for an older one.
pub async fn all_at_page(store: &Store) -> Result<(i64, Vec<Role>), StoreError> {
    // The number first: what changes before the roles are read has another one.
    let row = store.read_one(Query::new("SELECT version FROM rolebook", [])).await?;
    let page = row.ok_or_else(|| StoreError::corrupt("no version of the roles"))?.int(0)?;
    Ok((page, all(store).await?))
}

/// [`turn_page`], refused when any role or tenant changed since `page`.
pub fn turn_page_from(page: i64) -> Statement {
    Statement::new("UPDATE rolebook SET version = version + 1 WHERE version = $1", [page.into()])
        .guarded(Guard::Exactly(1))
        .changing(Memory::Rolebook)
}

/// Goes first in every batch that changes roles or tenants: such batches come one after the other, and every node reads the roles again.
pub fn turn_page() -> Statement {
    Statement::new("UPDATE rolebook SET version = version + 1", [])
        .guarded(Guard::Exactly(1))
        .changing(Memory::Rolebook)
}

/// Up to `limit` ids of accounts, tenants and roles that have this role.
pub async fn linked_to(store: &Store, id: &Id, limit: i64) -> Result<Vec<Id>, StoreError> {
    let query = Query::new(
        "SELECT id FROM accounts WHERE roles LIKE '%' || CAST($1 AS TEXT) || '%'
         UNION ALL SELECT id FROM tenants WHERE roles LIKE '%' || $1 || '%'
         UNION ALL SELECT id FROM roles WHERE role_ids LIKE '%' || $1 || '%' LIMIT $2",
        [id.into(), limit.into()],
    );
    store.read(query).await?.iter().map(|row| row.id(0)).collect()
}

/// Refuses the batch while anybody has this role.
pub fn is_linked_to_nothing(id: &Id) -> Statement {
    Statement::new(
        "UPDATE rolebook SET version = version
         WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE roles LIKE '%' || CAST($1 AS TEXT) || '%')
           AND NOT EXISTS (SELECT 1 FROM tenants WHERE roles LIKE '%' || $1 || '%')
           AND NOT EXISTS (SELECT 1 FROM roles WHERE role_ids LIKE '%' || $1 || '%')",
        [id.into()],
    )
    .guarded(Guard::Exactly(1))
}

fn read_role(row: &Row) -> Result<Role, StoreError> {
    Ok(Role {
        id: row.id(0)?,
        description: row.text(1)?,
        member_tenant_id: row.opt_id(2)?,
        role_ids: read_ids(row.text_ref(3)?)?,
        enabled: read_set(row.text_ref(4)?)?,
        disabled: read_set(row.text_ref(5)?)?,
        version: row.int(6)?,
    })
}

pub(crate) fn write_ids(ids: &[Id]) -> String {
    ids.iter().map(Id::as_str).collect::<Vec<_>>().join(" ")
}

pub(crate) fn read_ids(text: &str) -> Result<Vec<Id>, StoreError> {
    text.split_whitespace()
        .map(|id| Id::parse(id).ok_or_else(|| StoreError::corrupt("a list of ids")))
        .collect()
}

pub(crate) fn read_set(text: &str) -> Result<PermissionSet, StoreError> {
    PermissionSet::parse_names(text).ok_or_else(|| StoreError::corrupt("a permission that does not exist"))
}
