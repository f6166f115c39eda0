//! Tenants, their quotas, and how both are stored with accounts too: which roles, and which permissions of its own.

use domain::{
    directory::{Permissions, Quotas, Tenant, UserRoles},
    id::Id,
};

use crate::{
    Guard, Memory, Query, Row, Statement, Store, StoreError, Value,
    roles::{read_ids, read_set, write_ids},
    search::{Composer, Found, Search, SearchError, Source},
};

macro_rules! select {
    () => {
        "SELECT id, name, logo, roles, permissions, max_accounts, max_groups, max_roles, max_oauth_clients, created_at, version FROM tenants"
    };
}

/// What tenants can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the name.
    Text(String),
    Name(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Id,
    Name,
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Accounts,
    Groups,
    Roles,
    OauthClients,
}

pub(crate) async fn all(store: &Store) -> Result<Vec<Tenant>, StoreError> {
    store.read(Query::new(select!(), [])).await?.iter().map(read_tenant).collect()
}

/// Those of `ids` that exist.
pub async fn by_ids(store: &Store, ids: &[Id]) -> Result<Vec<Tenant>, StoreError> {
    store.read(Composer::by_ids(select!(), ids, None)).await?.iter().map(read_tenant).collect()
}

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let mut composer = Composer::new(None);
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["name"]),
        Condition::Name(name) => out.equals("name", name.as_str().into()),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Name => "name",
    };
    composer.run(store, &Source { from: "tenants", id: "id", key }, &search.page).await
}

/// What belongs to a tenant, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub accounts: u64,
    pub groups: u64,
    pub roles: u64,
    pub oauth_clients: u64,
}

/// How much belongs to the tenant. Nothing is counted beyond `most`.
pub async fn counts(store: &Store, id: &Id, most: u32) -> Result<Counts, StoreError> {
    const SQL: &str = "SELECT
        (SELECT COUNT(*) FROM (SELECT 1 FROM accounts WHERE member_tenant_id = $1 AND kind = 'user' LIMIT $2) a),
        (SELECT COUNT(*) FROM (SELECT 1 FROM accounts WHERE member_tenant_id = $1 AND kind = 'group' LIMIT $2) g),
        (SELECT COUNT(*) FROM (SELECT 1 FROM roles WHERE member_tenant_id = $1 LIMIT $2) r),
        (SELECT COUNT(*) FROM (SELECT 1 FROM clients WHERE member_tenant_id = $1 LIMIT $2) c)";
    let row = store.read_one(Query::new(SQL, [id.into(), most.into()])).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("no counts"))?;
    let count = |at| u64::try_from(row.int(at)?).map_err(|_| StoreError::corrupt("a count below zero"));
    Ok(Counts { accounts: count(0)?, groups: count(1)?, roles: count(2)?, oauth_clients: count(3)? })
}

/// A name that is taken is a conflict.
pub fn insert(tenant: &Tenant) -> Statement {
    let mut params: Vec<Value> = vec![
        (&tenant.id).into(),
        tenant.name.as_str().into(),
        tenant.logo.as_deref().into(),
        write_roles(&tenant.roles).into(),
        write_permissions(tenant.permissions).into(),
    ];
    params.extend(quotas(tenant.quotas));
    params.extend([tenant.created_at.into(), tenant.version.into()]);
    Statement::new(
        "INSERT INTO tenants (id, name, logo, roles, permissions, max_accounts, max_groups, max_roles, max_oauth_clients, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params,
    )
    .changing(Memory::Rolebook)
}

/// Writes all of the tenant, if nobody changed it since `tenant.version` was read.
pub fn update(tenant: &Tenant) -> Statement {
    let mut params: Vec<Value> = vec![
        tenant.name.as_str().into(),
        tenant.logo.as_deref().into(),
        write_roles(&tenant.roles).into(),
        write_permissions(tenant.permissions).into(),
    ];
    params.extend(quotas(tenant.quotas));
    params.extend([(&tenant.id).into(), tenant.version.into()]);
    Statement::new(
        "UPDATE tenants SET name = $1, logo = $2, roles = $3, permissions = $4, max_accounts = $5, max_groups = $6, max_roles = $7,
                max_oauth_clients = $8, version = version + 1
         WHERE id = $9 AND version = $10",
        params,
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::Rolebook)
}

/// Deletes the tenant; while anything belongs to it this is a conflict.
pub fn delete(id: &Id, version: i64) -> Statement {
    Statement::new("DELETE FROM tenants WHERE id = $1 AND version = $2", [id.into(), version.into()])
        .guarded(Guard::Exactly(1))
        .changing(Memory::Rolebook)
}

/// Goes before an insertion that a quota counts: of all that add to a tenant one does at a time, so that each counts what the others added.
pub fn take_turn(id: &Id) -> Statement {
    Statement::new("UPDATE tenants SET created_at = created_at WHERE id = $1", [id.into()])
        .guarded(Guard::Exactly(1))
}

/// Goes after such an insertion: refuses the batch when the tenant now has more than it may have.
pub fn within_quota(id: &Id, counted: Counted) -> Statement {
    let sql = match counted {
        Counted::Accounts => {
            "UPDATE tenants SET created_at = created_at WHERE id = $1 AND (max_accounts IS NULL OR
               (SELECT COUNT(*) FROM accounts WHERE accounts.member_tenant_id = $1 AND accounts.kind = 'user') <= max_accounts)"
        }
        Counted::Groups => {
            "UPDATE tenants SET created_at = created_at WHERE id = $1 AND (max_groups IS NULL OR
               (SELECT COUNT(*) FROM accounts WHERE accounts.member_tenant_id = $1 AND accounts.kind = 'group') <= max_groups)"
        }
        Counted::Roles => {
            "UPDATE tenants SET created_at = created_at WHERE id = $1 AND (max_roles IS NULL OR
               (SELECT COUNT(*) FROM roles WHERE roles.member_tenant_id = $1) <= max_roles)"
        }
        Counted::OauthClients => {
            "UPDATE tenants SET created_at = created_at WHERE id = $1 AND (max_oauth_clients IS NULL OR
               (SELECT COUNT(*) FROM clients WHERE clients.member_tenant_id = $1) <= max_oauth_clients)"
        }
    };
    Statement::new(sql, [id.into()]).guarded(Guard::Exactly(1))
}

/// Up to `limit` ids of what belongs to the tenant.
pub async fn linked_to(store: &Store, id: &Id, limit: i64) -> Result<Vec<Id>, StoreError> {
    let query = Query::new(
        "SELECT id FROM accounts WHERE member_tenant_id = $1
         UNION ALL SELECT id FROM roles WHERE member_tenant_id = $1
         UNION ALL SELECT id FROM clients WHERE member_tenant_id = $1
         UNION ALL SELECT id FROM registration_policies WHERE member_tenant_id = $1
         UNION ALL SELECT id FROM initial_access_tokens WHERE member_tenant_id = $1 LIMIT $2",
        [id.into(), limit.into()],
    );
    store.read(query).await?.iter().map(|row| row.id(0)).collect()
}

fn quotas(quotas: Quotas) -> [Value; 4] {
    [quotas.max_accounts, quotas.max_groups, quotas.max_roles, quotas.max_oauth_clients].map(Into::into)
}

fn read_tenant(row: &Row) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        id: row.id(0)?,
        name: row.text(1)?,
        logo: row.opt_text(2)?,
        roles: read_roles(row.text_ref(3)?)?,
        permissions: read_permissions(row.text_ref(4)?)?,
        quotas: Quotas {
            max_accounts: read_quota(row, 5)?,
            max_groups: read_quota(row, 6)?,
            max_roles: read_quota(row, 7)?,
            max_oauth_clients: read_quota(row, 8)?,
        },
        created_at: row.timestamp(9)?,
        version: row.int(10)?,
    })
}

pub(crate) fn read_quota(row: &Row, column: usize) -> Result<Option<u32>, StoreError> {
    let quota = row.opt_int(column)?.map(u32::try_from).transpose();
    quota.map_err(|_| StoreError::corrupt("a quota below zero"))
}

/// `user`, `admin`, or `custom` and the ids.
pub(crate) fn write_roles(roles: &UserRoles) -> String {
    match roles {
        UserRoles::User => "user".to_owned(),
        UserRoles::Admin => "admin".to_owned(),
        UserRoles::Custom(ids) => format!("custom {}", write_ids(ids)),
    }
}

pub(crate) fn read_roles(text: &str) -> Result<UserRoles, StoreError> {
    match text {
        "user" => Ok(UserRoles::User),
        "admin" => Ok(UserRoles::Admin),
        _ => {
            let ids = text.strip_prefix("custom ").ok_or_else(|| StoreError::corrupt("roles of no kind"))?;
            Ok(UserRoles::Custom(read_ids(ids)?))
        }
    }
}

/// `inherit`; or `merge` or `replace`, what is enabled, and what is disabled, separated by `|`.
pub(crate) fn write_permissions(permissions: Permissions) -> String {
    match permissions {
        Permissions::Inherit => "inherit".to_owned(),
        Permissions::Merge { enabled, disabled } => format!("merge|{}|{}", enabled.names(), disabled.names()),
        Permissions::Replace { enabled, disabled } => {
            format!("replace|{}|{}", enabled.names(), disabled.names())
        }
    }
}

pub(crate) fn read_permissions(text: &str) -> Result<Permissions, StoreError> {
    if text == "inherit" {
        return Ok(Permissions::Inherit);
    }
    let mut parts = text.split('|');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("merge"), Some(enabled), Some(disabled), None) => {
            Ok(Permissions::Merge { enabled: read_set(enabled)?, disabled: read_set(disabled)? })
        }
        (Some("replace"), Some(enabled), Some(disabled), None) => {
            Ok(Permissions::Replace { enabled: read_set(enabled)?, disabled: read_set(disabled)? })
        }
        _ => Err(StoreError::corrupt("permissions of no kind")),
    }
}

#[cfg(test)]
mod tests {
    use domain::directory::{FirstRole, PermissionSet};

    use super::*;

    #[test]
    fn roles_and_permissions_read_back_as_they_were_written() {
        let ids = vec![FirstRole::User.id(), FirstRole::Group.id()];
        for roles in [UserRoles::User, UserRoles::Admin, UserRoles::Custom(vec![]), UserRoles::Custom(ids)] {
            assert_eq!(read_roles(&write_roles(&roles)), Ok(roles));
        }
        let (enabled, disabled) = (PermissionSet::ALL, PermissionSet::EMPTY);
        for permissions in [
            Permissions::Inherit,
            Permissions::Merge { enabled, disabled },
            Permissions::Replace { enabled: disabled, disabled: enabled },
        ] {
            assert_eq!(read_permissions(&write_permissions(permissions)), Ok(permissions));
        }
    }
}
