//! Registration policies: read, written, put in force together, and deleted. They hold from the next registration on, on every node.

use domain::{
    client::Door,
    directory::permission::Permission,
    id::Id,
    journal::ObjectKind,
    registration::{
        bounds::{Bounds, BoundsError},
        profile::{Mode, PolicyError, Preset, RegistrationPolicy},
    },
};
use store::{
    Batch, Outcome, Store, StoreError, registration_policies,
    search::{Found, Search},
    tenants,
};

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
    text::is_line,
};

/// What can be said about a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub description: String,
    /// `None`: the whole server. An actor of a tenant cannot say it: it is that tenant.
    pub member_tenant_id: Option<Id>,
    /// Said when it is made, and never again.
    pub door: Door,
    pub mode: Mode,
    pub bounds: Bounds,
}

#[derive(Debug, thiserror::Error)]
pub enum RegistrationPolicyError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("id: there is no such policy")]
    Unknown,
    #[error("description: must be 1 to 256 characters on one line")]
    BadDescription,
    #[error("{0}")]
    BadMode(PolicyError),
    #[error("{0}")]
    BadBounds(BoundsError),
    #[error("door: there is a policy for it already; change that one")]
    DoorTaken,
    #[error("memberTenantId: there is no such tenant")]
    UnknownTenant,
    #[error("memberTenantId: is set when the policy is made, and never by an administrator of a tenant")]
    TenantFixed,
    #[error("the policy was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PolicyError> for RegistrationPolicyError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Bounds(error) => Self::BadBounds(error),
            error @ (PolicyError::TokenElsewhere
            | PolicyError::AdministratorsOff
            | PolicyError::ApprovalOfAdministrators
            | PolicyError::ApprovalOfDocuments) => Self::BadMode(error),
        }
    }
}

/// Those of `ids` that exist for the actor.
pub async fn get(
    store: &Store,
    actor: &Actor,
    ids: &[Id],
) -> Result<Vec<RegistrationPolicy>, RegistrationPolicyError> {
    actor.require(Permission::RegistrationPolicyGet)?;
    Ok(registration_policies::by_ids(store, ids, actor.tenant()).await?)
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: Search<registration_policies::Condition, registration_policies::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::RegistrationPolicyQuery)?;
    Ok(registration_policies::search(store, &actor.within_sight(search)).await?)
}

pub async fn create(
    means: Means<'_>,
    actor: &Actor,
    draft: Draft,
) -> Result<RegistrationPolicy, RegistrationPolicyError> {
    actor.require(Permission::RegistrationPolicyCreate)?;
    let policy = new(means, actor, draft)?;
    let mut batch = Batch::new();
    if let Some(tenant) = &policy.member_tenant_id {
        batch.push(tenants::take_turn(tenant));
    }
    batch.push(registration_policies::insert(&policy)?);
    batch.push(means.created(actor, subject(&policy), described::registration_policy(&policy)));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(policy),
        Ok(Outcome::Refused { .. }) => Err(RegistrationPolicyError::UnknownTenant),
        Err(StoreError::Conflict) => Err(RegistrationPolicyError::DoorTaken),
        Err(error) => Err(error.into()),
    }
}

/// Replaces what can be said about the policy, if it is still at `version`.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    (id, version): (&Id, i64),
    draft: Draft,
) -> Result<RegistrationPolicy, RegistrationPolicyError> {
    actor.require(Permission::RegistrationPolicyUpdate)?;
    let before = find(means.store, actor, id).await?;
    if before.version != version {
        return Err(RegistrationPolicyError::Stale);
    }
    if draft.member_tenant_id != before.member_tenant_id {
        return Err(RegistrationPolicyError::TenantFixed);
    }
    let policy = RegistrationPolicy {
        description: draft.description,
        mode: draft.mode,
        bounds: draft.bounds,
        ..before.clone()
    };
    check(&policy)?;
    let mut batch = Batch::new();
    batch.push(registration_policies::update(&policy)?);
    let sides = (described::registration_policy(&before), described::registration_policy(&policy));
    batch.push(means.updated(actor, subject(&policy), sides));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(RegistrationPolicy { version: version + 1, ..policy }),
        Outcome::Refused { .. } => Err(RegistrationPolicyError::Stale),
    }
}

/// From then on the door is as open as its own rules leave it.
pub async fn destroy(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), RegistrationPolicyError> {
    actor.require(Permission::RegistrationPolicyDestroy)?;
    let policy = find(means.store, actor, id).await?;
    let mut batch = Batch::new();
    batch.push(registration_policies::delete(&policy.id, policy.version));
    batch.push(means.destroyed(actor, subject(&policy), described::registration_policy(&policy)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(RegistrationPolicyError::Stale),
    }
}

/// Puts the policies of `preset` in the place of all that the actor's tenant has, or the server where the actor belongs to none.
/// `description` is what they will be called.
pub(super) async fn apply_preset(
    means: Means<'_>,
    actor: &Actor,
    preset: Preset,
    description: &str,
) -> Result<(), RegistrationPolicyError> {
    actor.require(Permission::RegistrationPolicyCreate)?;
    actor.require(Permission::RegistrationPolicyDestroy)?;
    let in_force = registration_policies::in_force(means.store, actor.tenant()).await?;
    let mut batch = Batch::new();
    for policy in in_force.iter().filter(|policy| policy.member_tenant_id.as_ref() == actor.tenant()) {
        batch.push(registration_policies::delete(&policy.id, policy.version));
        batch.push(means.destroyed(actor, subject(policy), described::registration_policy(policy)));
    }
    for (door, mode, bounds) in preset.policies() {
        let description = description.to_owned();
        let policy = new(means, actor, Draft { description, member_tenant_id: None, door, mode, bounds })?;
        batch.push(registration_policies::insert(&policy)?);
        batch.push(means.created(actor, subject(&policy), described::registration_policy(&policy)));
    }
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(()),
        Ok(Outcome::Refused { .. }) | Err(StoreError::Conflict) => Err(RegistrationPolicyError::Stale),
        Err(error) => Err(error.into()),
    }
}

fn new(means: Means<'_>, actor: &Actor, draft: Draft) -> Result<RegistrationPolicy, RegistrationPolicyError> {
    if actor.tenant().is_some() && draft.member_tenant_id.is_some() {
        return Err(RegistrationPolicyError::TenantFixed);
    }
    let policy = RegistrationPolicy {
        id: means.chance.id(means.now),
        description: draft.description,
        member_tenant_id: actor.tenant().cloned().or(draft.member_tenant_id),
        door: draft.door,
        mode: draft.mode,
        bounds: draft.bounds,
        created_at: means.now,
        version: 1,
    };
    check(&policy)?;
    Ok(policy)
}

fn check(policy: &RegistrationPolicy) -> Result<(), RegistrationPolicyError> {
    if !is_line(&policy.description, RegistrationPolicy::MAX_DESCRIPTION) {
        return Err(RegistrationPolicyError::BadDescription);
    }
    Ok(policy.check()?)
}

async fn find(store: &Store, actor: &Actor, id: &Id) -> Result<RegistrationPolicy, RegistrationPolicyError> {
    let found = registration_policies::by_ids(store, std::slice::from_ref(id), actor.tenant()).await?;
    found.into_iter().next().ok_or(RegistrationPolicyError::Unknown)
}

fn subject(policy: &RegistrationPolicy) -> Subject<'_> {
    Subject {
        kind: ObjectKind::RegistrationPolicy,
        id: policy.id.as_str(),
        tenant_id: policy.member_tenant_id.as_ref(),
    }
}
