//! Tenants: only whoever belongs to none of them reads or touches them.

use domain::{
    directory::{PermissionSet, Permissions, Quotas, Tenant, UserRoles, permission::Permission},
    id::Id,
    journal::ObjectKind,
};
use store::{
    Batch, Outcome, Store, StoreError, roles as stored_roles,
    search::{Found, Search},
    tenants,
};

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
    roles,
    text::{is_data_image, is_https, is_line},
};

/// What can be said about a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub logo: Option<String>,
    pub roles: UserRoles,
    pub permissions: Permissions,
    pub quotas: Quotas,
}

#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("id: there is no such tenant")]
    Unknown,
    #[error("name: must be 1 to 256 characters on one line")]
    BadName,
    #[error("name: is taken")]
    NameTaken,
    #[error("logo: must be an https URL, or a PNG, JPEG, GIF or WebP image as a data URL of at most 64 KiB")]
    BadLogo,
    #[error("roles: there is no role {0} that a tenant can have")]
    UnknownRole(Id),
    #[error("permissions: {0} cannot be given by somebody who does not hold it")]
    NotHeld(Permission),
    #[error("id: something still belongs to the tenant")]
    Linked(Vec<Id>),
    #[error("the tenant was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<Tenant>, TenantError> {
    actor.require(Permission::TenantGet)?;
    Ok(if actor.tenant().is_some() { Vec::new() } else { tenants::by_ids(store, ids).await? })
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: &Search<tenants::Condition, tenants::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::TenantQuery)?;
    if actor.tenant().is_some() {
        let total = search.page.wants_total.then_some(0);
        return Ok(Found { ids: Vec::new(), position: 0, total });
    }
    Ok(tenants::search(store, search).await?)
}

pub async fn create(means: Means<'_>, actor: &Actor, draft: Draft) -> Result<Tenant, TenantError> {
    require(actor, Permission::TenantCreate)?;
    let tenant = Tenant {
        id: means.chance.id(means.now),
        name: draft.name,
        logo: draft.logo,
        roles: draft.roles,
        permissions: draft.permissions,
        quotas: draft.quotas,
        created_at: means.now,
        version: 1,
    };
    check(means.store, actor, &tenant, PermissionSet::EMPTY).await?;
    let mut batch = Batch::new();
    batch.push(stored_roles::turn_page());
    batch.push(tenants::insert(&tenant));
    batch.push(means.created(actor, subject(&tenant.id), described::tenant(&tenant)));
    match means.store.commit(batch).await {
        Ok(_) => Ok(tenant),
        Err(StoreError::Conflict) => Err(TenantError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Replaces what can be said about the tenant, if it is still at `version`. What it may no longer do its accounts may no longer do.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    version: i64,
    draft: Draft,
) -> Result<Tenant, TenantError> {
    require(actor, Permission::TenantUpdate)?;
    let before = find(means.store, id).await?;
    if before.version != version {
        return Err(TenantError::Stale);
    }
    let described_before = described::tenant(&before);
    let held = means.store.rolebook().await?.of_tenant(&before);
    let tenant = Tenant {
        name: draft.name,
        logo: draft.logo,
        roles: draft.roles,
        permissions: draft.permissions,
        quotas: draft.quotas,
        ..before
    };
    check(means.store, actor, &tenant, held).await?;
    let mut batch = Batch::new();
    batch.push(stored_roles::turn_page());
    batch.push(tenants::update(&tenant));
    let sides = (described_before, described::tenant(&tenant));
    batch.push(means.updated(actor, subject(&tenant.id), sides));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(Tenant { version: version + 1, ..tenant }),
        Ok(Outcome::Refused { .. }) => Err(TenantError::Stale),
        Err(StoreError::Conflict) => Err(TenantError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Deletes a tenant that nothing belongs to any more.
pub async fn destroy(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), TenantError> {
    require(actor, Permission::TenantDestroy)?;
    let tenant = find(means.store, id).await?;
    let mut batch = Batch::new();
    batch.push(stored_roles::turn_page());
    batch.push(tenants::delete(id, tenant.version));
    batch.push(means.destroyed(actor, subject(id), described::tenant(&tenant)));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(()),
        Ok(Outcome::Refused { .. }) => Err(TenantError::Stale),
        Err(StoreError::Conflict) => {
            Err(TenantError::Linked(tenants::linked_to(means.store, id, 100).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// The permission alone is not enough: to an actor of a tenant there are no tenants.
fn require(actor: &Actor, permission: Permission) -> Result<(), TenantError> {
    actor.require(permission)?;
    if actor.tenant().is_some() { Err(TenantError::Unknown) } else { Ok(()) }
}

/// Tenants are the business of those above them.
fn subject(id: &Id) -> Subject<'_> {
    Subject { kind: ObjectKind::Tenant, id: id.as_str(), tenant_id: None }
}

async fn find(store: &Store, id: &Id) -> Result<Tenant, TenantError> {
    let found = tenants::by_ids(store, std::slice::from_ref(id)).await?;
    found.into_iter().next().ok_or(TenantError::Unknown)
}

async fn check(
    store: &Store,
    actor: &Actor,
    tenant: &Tenant,
    held: PermissionSet,
) -> Result<(), TenantError> {
    if !is_line(&tenant.name, Tenant::MAX_NAME) {
        return Err(TenantError::BadName);
    }
    let is_logo = |logo: &str| is_https(logo) || (logo.len() <= Tenant::MAX_LOGO && is_data_image(logo));
    if tenant.logo.as_deref().is_some_and(|logo| !is_logo(logo)) {
        return Err(TenantError::BadLogo);
    }
    if let Some(missing) = roles::unknown(store, tenant.roles.named(), None).await? {
        return Err(TenantError::UnknownRole(missing));
    }
    let granted = store.rolebook().await?.of_tenant(tenant) - held;
    actor.lacks(granted).map_or(Ok(()), |lacking| Err(TenantError::NotHeld(lacking)))
}
