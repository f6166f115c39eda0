//! Registration policies: one for each door of the server, and one for each door of a tenant.

use std::sync::Arc;

use domain::{
    client::Door,
    id::Id,
    registration::{
        bounds::Bounds,
        profile::{Mode, RegistrationPolicy},
    },
};

use crate::{
    Guard, Memory, Query, Row, Statement, Store, StoreError,
    search::{Composer, Found, Search, SearchError, Source},
};

macro_rules! select {
    () => {
        "SELECT id, description, member_tenant_id, door, mode, bounds, created_at, version FROM registration_policies"
    };
}

/// What policies can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the description.
    Text(String),
    MemberTenantId(Option<Id>),
    Door(Door),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Id,
    Description,
}

/// Those that hold for a registration of this tenant, or of none: the server's own, and the tenant's. What another process changed in the
/// last half second may not be seen yet.
pub async fn in_force(store: &Store, tenant: Option<&Id>) -> Result<Arc<[RegistrationPolicy]>, StoreError> {
    const SQL: &str = concat!(select!(), " WHERE owner = '' OR owner = $1");
    let owner = tenant.map_or("", Id::as_str);
    let epoch = match store.registration_policies.recall(owner) {
        Ok(policies) => return Ok(policies),
        Err(epoch) => epoch,
    };
    let rows = store.read(Query::new(SQL, [owner.into()])).await?;
    let policies: Arc<[_]> = rows.iter().map(read).collect::<Result<_, _>>()?;
    store.registration_policies.remember(owner.to_owned(), &policies, epoch);
    Ok(policies)
}

/// Those of `ids` that exist; of one tenant only, if it is named.
pub async fn by_ids(
    store: &Store,
    ids: &[Id],
    tenant: Option<&Id>,
) -> Result<Vec<RegistrationPolicy>, StoreError> {
    store.read(Composer::by_ids(select!(), ids, tenant)).await?.iter().map(read).collect()
}

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let mut composer = Composer::new(search.tenant.as_ref());
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["description"]),
        Condition::MemberTenantId(tenant) => out.equals_or_null("member_tenant_id", tenant.as_ref()),
        Condition::Door(door) => out.equals("door", door.as_str().into()),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Description => "description",
    };
    composer.run(store, &Source { from: "registration_policies", id: "id", key }, &search.page).await
}

/// A second one for the same door is a conflict.
pub fn insert(policy: &RegistrationPolicy) -> Result<Statement, StoreError> {
    Ok(Statement::new(
        "INSERT INTO registration_policies (id, owner, member_tenant_id, door, description, mode, bounds, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (&policy.id).into(),
            policy.member_tenant_id.as_ref().map_or("", Id::as_str).into(),
            policy.member_tenant_id.as_ref().into(),
            policy.door.as_str().into(),
            policy.description.as_str().into(),
            policy.mode.as_str().into(),
            write_bounds(&policy.bounds)?.into(),
            policy.created_at.into(),
            policy.version.into(),
        ],
    )
    .changing(Memory::RegistrationPolicies))
}

/// Writes what can be changed of a policy, if nobody changed it since `policy.version` was read.
pub fn update(policy: &RegistrationPolicy) -> Result<Statement, StoreError> {
    let statement = Statement::new(
        "UPDATE registration_policies SET description = $1, mode = $2, bounds = $3, version = version + 1
         WHERE id = $4 AND version = $5",
        [
            policy.description.as_str().into(),
            policy.mode.as_str().into(),
            write_bounds(&policy.bounds)?.into(),
            (&policy.id).into(),
            policy.version.into(),
        ],
    );
    Ok(statement.guarded(Guard::Exactly(1)).changing(Memory::RegistrationPolicies))
}

pub fn delete(id: &Id, version: i64) -> Statement {
    Statement::new(
        "DELETE FROM registration_policies WHERE id = $1 AND version = $2",
        [id.into(), version.into()],
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::RegistrationPolicies)
}

fn read(row: &Row) -> Result<RegistrationPolicy, StoreError> {
    Ok(RegistrationPolicy {
        id: row.id(0)?,
        description: row.text(1)?,
        member_tenant_id: row.opt_id(2)?,
        door: Door::parse(row.text_ref(3)?).ok_or_else(|| StoreError::corrupt("the door of a policy"))?,
        mode: Mode::parse(row.text_ref(4)?).ok_or_else(|| StoreError::corrupt("the mode of a policy"))?,
        bounds: read_bounds(row.text_ref(5)?)?,
        created_at: row.timestamp(6)?,
        version: row.int(7)?,
    })
}

pub(crate) fn read_bounds(text: &str) -> Result<Bounds, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("bounds of registrations"))
}

pub(crate) fn write_bounds(bounds: &Bounds) -> Result<String, StoreError> {
    serde_json::to_string(bounds).map_err(|_| StoreError::corrupt("bounds of registrations"))
}
