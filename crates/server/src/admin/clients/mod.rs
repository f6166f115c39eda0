//! What administrators do to clients. One that registered itself is the same object: what is changed here it reads back.

mod approval;
mod draft;

use std::collections::HashMap;

use domain::{
    client::{Client, ClientId, Door, approval::Decided, management},
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    journal::ObjectKind,
    registration::{Policy, administration::is_another_to_a_user},
    secret::Secret,
    time::Timestamp,
};
use store::{
    Batch, Outcome, Statement, Store, StoreError, client_search, client_uses, clients, consents, grants,
    search::{Found, Search},
    tenants::{self, Counted},
};

pub use approval::decide;
pub use draft::{Draft, SecretWish};

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    journal::{self, Subject},
};
use crate::registration;

#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("client_id: there is no such client")]
    Unknown,
    #[error("clientId: must be 1 to 2048 printable ASCII characters")]
    BadClientId,
    #[error("clientId: may neither be a URL nor look like an id that this server makes")]
    ReservedClientId,
    #[error("clientId: is one of this server's own; only an administrator of no tenant registers it")]
    OwnClientId,
    #[error("clientId: is taken")]
    ClientIdTaken,
    #[error("redirectUris: {}", .0.description())]
    BadRedirectUris(Refusal),
    #[error("description: {}", .0.description())]
    BadDescription(Refusal),
    #[error("contacts: {}", .0.description())]
    BadContacts(Refusal),
    #[error("logo: {}", .0.description())]
    BadLogo(Refusal),
    #[error("scope: {}", .0.description())]
    BadScope(Refusal),
    #[error("secret: {}", .0.description())]
    BadMethod(Refusal),
    #[error("expiresAt: must not be later than {0}: so long a client may live at most, by policy")]
    BadEnd(String),
    #[error("scope: the right to manage this server is given only by an administrator of no tenant")]
    RightToManage,
    #[error("secret: must be 16 to 256 visible ASCII characters")]
    BadSecret,
    #[error("secret: this client proves itself with a key")]
    SecretNotUsed,
    #[error(
        "id: everybody who registers the same metadata shares this client; only its state, expiry and tenant can be changed"
    )]
    Shared,
    #[error(
        "id: a document describes this client, and what it says counts; only its state, expiry and tenant can be changed"
    )]
    Described,
    #[error("approval: {0}")]
    Decided(#[from] Decided),
    #[error("memberTenantId: there is no such tenant")]
    UnknownTenant,
    #[error("memberTenantId: is never set by an administrator of a tenant")]
    TenantFixed,
    #[error("the tenant has as many clients as it may have")]
    OverQuota,
    #[error("the client was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A client as it is now, with its secret if that was just made: it is shown this once.
#[derive(Debug)]
pub struct Written {
    pub client: Client,
    pub secret: Option<Secret>,
}

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<Client>, ClientError> {
    actor.require(Permission::OauthClientGet)?;
    Ok(clients::by_ids(store, ids, actor.tenant()).await?)
}

/// When those of `clients` were last served that ever were, by the ids of their rows.
pub async fn last_uses(store: &Store, clients: &[Client]) -> Result<HashMap<Id, Timestamp>, StoreError> {
    let ids: Vec<_> = clients.iter().map(|client| client.id.clone()).collect();
    client_uses::of(store, &ids).await
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: Search<client_search::Condition, client_search::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::OauthClientQuery)?;
    Ok(client_search::search(store, &actor.within_sight(search)).await?)
}

/// Makes a client under the id that the actor chose. Ids are there once for all tenants: whoever belongs to one takes none that
/// was another's, or that others use as it is without a registration.
pub async fn create(
    means: Means<'_>,
    actor: &Actor,
    policy: &Policy<'_>,
    client_id: &str,
    draft: Draft,
) -> Result<Written, ClientError> {
    actor.require(Permission::OauthClientCreate)?;
    let client_id = chosen(client_id)?;
    if actor.tenant().is_some() && management::is_own(&client_id) {
        return Err(ClientError::OwnClientId);
    }
    let tenant = actor.tenant().or(draft.member_tenant_id.as_ref());
    let bounds = if management::is_own(&client_id) {
        // Without its own clients nobody could mend a policy.
        Vec::new()
    } else {
        registration::bounds_of(means.store, Door::Administrator, tenant).await?
    };
    let policy = Policy { bounds: &bounds, ..*policy };
    let written = draft.new_client(means, actor, &policy, client_id)?;
    let client = &written.client;
    let mut batch = Batch::new();
    let tenant = client.member_tenant_id.as_ref();
    let turn = tenant.map(|tenant| batch.push(tenants::take_turn(tenant)));
    let free =
        actor.tenant().map(|tenant| batch.push(clients::is_free_for(tenant, &client.client_id, means.now)));
    batch.extend(clients::insert(client, &clients::Management::default())?);
    batch.push(clients::exhume(&client.client_id));
    batch.push(means.created(actor, subject(client), journal::client(client)));
    let counted = tenant.map(|tenant| batch.push(tenants::within_quota(tenant, Counted::OauthClients)));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(written),
        Ok(Outcome::Refused { step }) if Some(step) == counted => Err(ClientError::OverQuota),
        Ok(Outcome::Refused { step }) if Some(step) == turn => Err(ClientError::UnknownTenant),
        Ok(Outcome::Refused { step }) if Some(step) == free => Err(ClientError::ClientIdTaken),
        Ok(Outcome::Refused { .. }) => Err(ClientError::Stale),
        Err(StoreError::Conflict) => Err(ClientError::ClientIdTaken),
        Err(error) => Err(error.into()),
    }
}

/// Replaces what can be said about the client, if it is still at `version`. Where people would now see or trust something else, they are
/// asked again.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    policy: &Policy<'_>,
    (id, version): (&Id, i64),
    draft: Draft,
) -> Result<Written, ClientError> {
    actor.require(Permission::OauthClientUpdate)?;
    let found = clients::by_ids(means.store, std::slice::from_ref(id), actor.tenant()).await?;
    let before = found.into_iter().next().ok_or(ClientError::Unknown)?;
    if before.version != version {
        return Err(ClientError::Stale);
    }
    let bounds = if management::is_own(&before.client_id) {
        Vec::new()
    } else {
        registration::bounds_of_client(means.store, &before, draft.member_tenant_id.as_ref()).await?
    };
    let policy = Policy { bounds: &bounds, ..*policy };
    let mut written = draft.changed_client(means, actor, &policy, &before)?;
    let client = &mut written.client;
    let moves = client.member_tenant_id != before.member_tenant_id;
    let mut batch = Batch::new();
    let tenant = client.member_tenant_id.as_ref().filter(|_| moves);
    let turn = tenant.map(|tenant| batch.push(tenants::take_turn(tenant)));
    batch.extend(clients::update(client, &before)?);
    let sides = (journal::client(&before), journal::client(client));
    let note = (client.secret != before.secret).then_some(journal::SECRET_CHANGED);
    let note = note.or(approval::note(&before, client));
    batch.extend(approval::time_to_come_back(&before, client, means.now));
    if moves {
        batch.extend(means.moved(actor, before.member_tenant_id.as_ref(), subject(client), sides.1));
    } else {
        batch.push(means.updated_and(actor, subject(client), sides, note));
    }
    let counted = tenant.map(|tenant| batch.push(tenants::within_quota(tenant, Counted::OauthClients)));
    if is_another_to_a_user(&before.metadata, &client.metadata) {
        batch.push(consents::void_of_client(&client.client_id));
    }
    match means.store.commit(batch).await? {
        Outcome::Committed => {
            client.version = version + 1;
            Ok(written)
        }
        Outcome::Refused { step } if Some(step) == counted => Err(ClientError::OverQuota),
        Outcome::Refused { step } if Some(step) == turn => Err(ClientError::UnknownTenant),
        Outcome::Refused { .. } => Err(ClientError::Stale),
    }
}

/// The statements that delete a client: its grants die, people will be asked again, and a tombstone says what happened.
pub fn deletion(client: &Client, now: Timestamp) -> Batch {
    let mut batch = Batch::new();
    batch.extend(clients::delete(client));
    batch.push(clients::bury(client, now));
    batch.push(consents::void_of_client(&client.client_id));
    batch.push(grants::revoke_of_client(&client.client_id, now));
    batch
}

pub async fn destroy(means: Means<'_>, actor: &Actor, client_id: &str) -> Result<(), ClientError> {
    actor.require(Permission::OauthClientDestroy)?;
    let client = visible(means.store, actor, client_id).await?;
    let mut batch = deletion(&client, means.now);
    batch.push(means.destroyed(actor, subject(&client), journal::client(&client)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ClientError::Unknown),
    }
}

/// Vouches for a client, or takes that back.
pub async fn set_verified(
    means: Means<'_>,
    actor: &Actor,
    client_id: &str,
    is_verified: bool,
) -> Result<(), ClientError> {
    actor.require(Permission::OauthClientUpdate)?;
    let client = visible(means.store, actor, client_id).await?;
    let after = Client { is_verified, ..client.clone() };
    change(means, actor, (&client, &after), clients::set_verified(&client.id, is_verified)).await
}

/// A disabled client keeps its registration and may do nothing, whatever its owner is changing at this moment.
pub async fn set_enabled(
    means: Means<'_>,
    actor: &Actor,
    client_id: &str,
    is_enabled: bool,
) -> Result<(), ClientError> {
    actor.require(Permission::OauthClientUpdate)?;
    let client = visible(means.store, actor, client_id).await?;
    let after = Client { is_enabled, ..client.clone() };
    change(means, actor, (&client, &after), clients::set_enabled(&client.id, is_enabled)).await
}

/// The client of this id, if the actor can see it.
pub async fn find(store: &Store, actor: &Actor, client_id: &str) -> Result<Client, ClientError> {
    actor.require(Permission::OauthClientGet)?;
    visible(store, actor, client_id).await
}

async fn visible(store: &Store, actor: &Actor, client_id: &str) -> Result<Client, ClientError> {
    let client_id = ClientId::parse(client_id).ok_or(ClientError::Unknown)?;
    let found = clients::by_client_id(store, &client_id).await?;
    found.filter(|client| actor.sees(client.member_tenant_id.as_ref())).ok_or(ClientError::Unknown)
}

fn subject(client: &Client) -> Subject<'_> {
    Subject {
        kind: ObjectKind::OAuthClient,
        id: client.id.as_str(),
        tenant_id: client.member_tenant_id.as_ref(),
    }
}

/// An id that an administrator may give: no URL, which would be a metadata document, and nothing that could be taken for an id of ours.
fn chosen(text: &str) -> Result<ClientId, ClientError> {
    let client_id = ClientId::parse(text.trim()).ok_or(ClientError::BadClientId)?;
    let text = client_id.as_str();
    let is_url = ["https:", "http:"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)));
    if is_url || client_id.is_of_ours() || Id::parse(text).is_some() {
        return Err(ClientError::ReservedClientId);
    }
    Ok(client_id)
}

async fn change(
    means: Means<'_>,
    actor: &Actor,
    (before, after): (&Client, &Client),
    statement: Statement,
) -> Result<(), ClientError> {
    let mut batch = Batch::new();
    batch.push(statement);
    let sides = (journal::client(before), journal::client(after));
    batch.push(means.updated(actor, subject(after), sides));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ClientError::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_looks_like_one_of_ours_or_like_a_url_cannot_be_chosen() {
        assert!(chosen(" webadmin ").is_ok_and(|id| id.as_str() == "webadmin"));
        for reserved in ["wla_x", "wlp_x", "https://app.example/", "HTTPS://a", "00000000000000000000000001"]
        {
            assert!(matches!(chosen(reserved), Err(ClientError::ReservedClientId)), "{reserved}");
        }
        assert!(matches!(chosen(" "), Err(ClientError::BadClientId)));
    }
}
