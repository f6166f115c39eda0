//! Roles: read, made, changed and deleted. Nobody puts into a role what they do not hold, or takes it away from those who have the role.

use domain::{
    directory::{FirstRole, PermissionSet, Role, Shift, permission::Permission},
    id::Id,
    journal::ObjectKind,
};
use store::{
    Batch, Outcome, Store, StoreError, roles,
    search::{Found, Search},
    tenants::{self, Counted},
};

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
    text::is_line,
};

/// What can be said about a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub description: String,
    /// An actor of a tenant cannot say it: it is that tenant.
    pub member_tenant_id: Option<Id>,
    pub role_ids: Vec<Id>,
    pub enabled: PermissionSet,
    pub disabled: PermissionSet,
}

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("id: there is no such role")]
    Unknown,
    #[error("description: must be 1 to 256 characters on one line")]
    BadDescription,
    #[error("roleIds: there is no role {0} that this one can refer to")]
    UnknownRole(Id),
    #[error("memberTenantId: there is no such tenant")]
    UnknownTenant,
    #[error("memberTenantId: is set when the role is made, and never by an administrator of a tenant")]
    TenantFixed,
    #[error("enabledPermissions: {0} can be neither given nor taken by somebody who does not hold it")]
    NotHeld(Permission),
    #[error(
        "id: everybody has this role without being given it; only who holds everything changes it, also {0}"
    )]
    Everybodys(Permission),
    #[error(
        "id: what System Administrator holds cannot be changed, and the four first roles cannot be deleted"
    )]
    FirstRole,
    #[error("id: the role is in use")]
    Linked(Vec<Id>),
    #[error("the tenant has as many roles as it may have")]
    OverQuota,
    #[error("the role was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<Role>, RoleError> {
    actor.require(Permission::RoleGet)?;
    Ok(roles::by_ids(store, ids, actor.tenant()).await?)
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: Search<roles::Condition, roles::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::RoleQuery)?;
    Ok(roles::search(store, &actor.within_sight(search)).await?)
}

pub async fn create(means: Means<'_>, actor: &Actor, draft: Draft) -> Result<Role, RoleError> {
    actor.require(Permission::RoleCreate)?;
    if actor.tenant().is_some() && draft.member_tenant_id.is_some() {
        return Err(RoleError::TenantFixed);
    }
    let role = Role {
        id: means.chance.id(means.now),
        description: draft.description,
        member_tenant_id: actor.tenant().cloned().or(draft.member_tenant_id),
        role_ids: draft.role_ids,
        enabled: draft.enabled,
        disabled: draft.disabled,
        version: 1,
    };
    check(means.store, actor, &role).await?;
    let book = means.store.rolebook().await?;
    if let Some(lacking) = actor.lacks(role.enabled | book.bundle(&role.role_ids).enabled) {
        return Err(RoleError::NotHeld(lacking));
    }
    let mut batch = Batch::new();
    batch.push(roles::turn_page());
    batch.push(means.created(actor, subject(&role), described::role(&role)));
    let mut counted = None;
    if let Some(tenant) = &role.member_tenant_id {
        batch.push(tenants::take_turn(tenant));
        batch.push(roles::insert(&role));
        counted = Some(batch.push(tenants::within_quota(tenant, Counted::Roles)));
    } else {
        batch.push(roles::insert(&role));
    }
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(role),
        Outcome::Refused { step } if Some(step) == counted => Err(RoleError::OverQuota),
        Outcome::Refused { .. } => Err(RoleError::UnknownTenant),
    }
}

/// Replaces what can be said about the role, if it is still at `version`.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    version: i64,
    draft: Draft,
) -> Result<Role, RoleError> {
    actor.require(Permission::RoleUpdate)?;
    let before = find(means.store, actor, id).await?;
    if before.version != version {
        return Err(RoleError::Stale);
    }
    if FirstRole::of(id) == Some(FirstRole::SystemAdministrator) {
        return Err(RoleError::FirstRole);
    }
    if let (Some(_), Some(lacking)) = (FirstRole::of(id), actor.lacks(PermissionSet::ALL)) {
        return Err(RoleError::Everybodys(lacking));
    }
    if draft.member_tenant_id != before.member_tenant_id {
        return Err(RoleError::TenantFixed);
    }
    let role = Role {
        description: draft.description,
        role_ids: draft.role_ids,
        enabled: draft.enabled,
        disabled: draft.disabled,
        ..before.clone()
    };
    check(means.store, actor, &role).await?;
    let (page, all) = roles::all_at_page(means.store).await?;
    if let Some(lacking) = actor.lacks(Shift::of(&all, &role).all()) {
        return Err(RoleError::NotHeld(lacking));
    }
    let mut batch = Batch::new();
    batch.push(roles::turn_page_from(page));
    batch.push(roles::update(&role));
    let sides = (described::role(&before), described::role(&role));
    batch.push(means.updated(actor, subject(&role), sides));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(Role { version: version + 1, ..role }),
        Outcome::Refused { .. } => Err(RoleError::Stale),
    }
}

/// Deletes a role that nobody has.
pub async fn destroy(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), RoleError> {
    actor.require(Permission::RoleDestroy)?;
    let role = find(means.store, actor, id).await?;
    if FirstRole::of(id).is_some() {
        return Err(RoleError::FirstRole);
    }
    let mut batch = Batch::new();
    batch.push(roles::turn_page());
    batch.push(roles::delete(id, role.version));
    batch.push(means.destroyed(actor, subject(&role), described::role(&role)));
    let linked = batch.push(roles::is_linked_to_nothing(id));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { step } if step == linked => {
            Err(RoleError::Linked(roles::linked_to(means.store, id, 100).await?))
        }
        Outcome::Refused { .. } => Err(RoleError::Stale),
    }
}

fn subject(role: &Role) -> Subject<'_> {
    Subject { kind: ObjectKind::Role, id: role.id.as_str(), tenant_id: role.member_tenant_id.as_ref() }
}

async fn find(store: &Store, actor: &Actor, id: &Id) -> Result<Role, RoleError> {
    let found = roles::by_ids(store, std::slice::from_ref(id), actor.tenant()).await?;
    found.into_iter().next().ok_or(RoleError::Unknown)
}

/// Checks what a role says and refers to.
async fn check(store: &Store, actor: &Actor, role: &Role) -> Result<(), RoleError> {
    if !is_line(&role.description, Role::MAX_DESCRIPTION) {
        return Err(RoleError::BadDescription);
    }
    if let Some(tenant) = &role.member_tenant_id
        && !actor.sees(Some(tenant))
    {
        return Err(RoleError::UnknownTenant);
    }
    if let Some(missing) = unknown(store, &role.role_ids, role.member_tenant_id.as_ref()).await? {
        return Err(RoleError::UnknownRole(missing));
    }
    Ok(())
}

/// The first of `ids` that accounts, roles and tenants of this tenant cannot refer to: they can to the tenant's own roles and to the
/// first four.
pub(super) async fn unknown(
    store: &Store,
    ids: &[Id],
    tenant: Option<&Id>,
) -> Result<Option<Id>, StoreError> {
    if ids.is_empty() {
        return Ok(None);
    }
    let found = roles::by_ids(store, ids, None).await?;
    let can_refer = |id: &Id| {
        found.iter().any(|role| {
            role.id == *id && (role.member_tenant_id.as_ref() == tenant || FirstRole::of(id).is_some())
        })
    };
    Ok(ids.iter().find(|id| !can_refer(id)).cloned())
}
