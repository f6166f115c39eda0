//! Registered clients and the tombstones of deleted ones.

use std::sync::Arc;

use domain::{
    client::{
        Client, ClientId, Door, StoredSecret, approval::Approval, metadata::ClientMetadata, standing::Known,
    },
    id::Id,
    secret::SecretHash,
    time::Timestamp,
};

use crate::{Guard, Memory, Query, Row, Statement, Store, StoreError, Value, client_words, search::Composer};

/// What lets the registrant manage its registration (RFC 7592), beside the client itself.
#[derive(Clone, Debug, Default)]
pub struct Management {
    /// The hash of the registration access token; absent where none was issued.
    pub token_hash: Option<SecretHash>,
    /// That of its predecessor, which still works while the current one was never used.
    pub token_hash_before: Option<SecretHash>,
    /// A digest of the replacement that the predecessor carried: the same request once more is a lost answer, not a race.
    pub request_before: Option<String>,
    /// The client secret, sealed under the registration access token.
    pub secret_sealed: Option<String>,
}

macro_rules! columns {
    () => {
        "c.id, c.client_id, c.door, c.registered_by, c.metadata, c.secret_hash, c.secret_expires_at, c.created_at, c.expires_at, c.is_enabled, c.is_verified, c.version, c.member_tenant_id, c.is_first_party, c.approval"
    };
}

/// How many columns [`read_client`] reads.
const COLUMNS: usize = 15;

/// What is known under `client_id`: a client, a tombstone, or nothing. What another process changed in the last half second may not
/// be seen yet.
pub async fn known(store: &Store, client_id: &ClientId) -> Result<Known, StoreError> {
    let epoch = match store.clients.recall(client_id) {
        Ok(client) => return Ok(Known::Client(client)),
        Err(epoch) => epoch,
    };
    let query = Query::new(
        concat!(
            "SELECT ",
            columns!(),
            ", t.deleted_at
         FROM (SELECT CAST($1 AS TEXT) AS client_id) AS asked
         LEFT JOIN clients c ON c.client_id = asked.client_id
         LEFT JOIN client_tombstones t ON t.client_id = asked.client_id"
        ),
        [client_id.as_str().into()],
    );
    let row = store.read_one(query).await?.ok_or_else(|| StoreError::corrupt("no answer"))?;
    if row.opt_text_ref(0)?.is_some() {
        let client = Arc::new(read_client(&row)?);
        store.clients.remember(client_id.clone(), &client, epoch);
        return Ok(Known::Client(client));
    }
    Ok(if row.opt_timestamp(COLUMNS)?.is_some() { Known::Tombstone } else { Known::Nothing })
}

/// The client as it is now.
pub async fn by_client_id(store: &Store, client_id: &ClientId) -> Result<Option<Client>, StoreError> {
    let query = Query::new(
        concat!("SELECT ", columns!(), " FROM clients c WHERE c.client_id = $1"),
        [client_id.as_str().into()],
    );
    store.read_one(query).await?.map(|row| read_client(&row)).transpose()
}

/// The client with what is needed to manage its registration.
pub async fn with_management(
    store: &Store,
    client_id: &ClientId,
) -> Result<Option<(Client, Management)>, StoreError> {
    let query = Query::new(
        concat!(
            "SELECT ",
            columns!(),
            ", c.management_hash, c.management_hash_before, c.management_request_before, c.secret_sealed
         FROM clients c WHERE c.client_id = $1"
        ),
        [client_id.as_str().into()],
    );
    let row = store.read_one(query).await?;
    row.map(|row| {
        let hash = |column| Ok::<_, StoreError>(row.opt_text(column)?.map(SecretHash::from_stored));
        let management = Management {
            token_hash: hash(COLUMNS)?,
            token_hash_before: hash(COLUMNS + 1)?,
            request_before: row.opt_text(COLUMNS + 2)?,
            secret_sealed: row.opt_text(COLUMNS + 3)?,
        };
        Ok((read_client(&row)?, management))
    })
    .transpose()
}

/// Those of `ids` that exist; of one tenant only, if it is named.
pub async fn by_ids(store: &Store, ids: &[Id], tenant: Option<&Id>) -> Result<Vec<Client>, StoreError> {
    let query = Composer::by_ids(concat!("SELECT ", columns!(), " FROM clients c"), ids, tenant);
    store.read(query).await?.iter().map(read_client).collect()
}

/// Up to `most` of those that an administrator checked, newest first.
pub async fn verified(store: &Store, most: u32) -> Result<Vec<Client>, StoreError> {
    let query = Query::new(
        concat!("SELECT ", columns!(), " FROM clients c WHERE c.is_verified ORDER BY c.id DESC LIMIT $1"),
        [i64::from(most).into()],
    );
    store.read(query).await?.iter().map(read_client).collect()
}

/// Up to `limit` clients, newest first, from before `before` on.
pub async fn list(store: &Store, before: Option<&Id>, limit: i64) -> Result<Vec<Client>, StoreError> {
    let query = Query::new(
        concat!("SELECT ", columns!(), " FROM clients c WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2"),
        [before.map_or("~", Id::as_str).into(), limit.into()],
    );
    store.read(query).await?.iter().map(read_client).collect()
}

macro_rules! insert {
    ($on_conflict:literal) => {
        concat!(
            "INSERT INTO clients (id, client_id, door, registered_by, metadata, secret_hash, secret_expires_at, created_at,
                              expires_at, is_enabled, is_verified, version, member_tenant_id, management_hash, secret_sealed, is_first_party, approval)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            $on_conflict
        )
    };
}

/// Stores a new client and its words; a client id that exists is a conflict.
pub fn insert(client: &Client, management: &Management) -> Result<Vec<Statement>, StoreError> {
    let mut statements = vec![Statement::new(insert!(""), insert_values(client, management)?)];
    statements.extend(client_words::note(client));
    Ok(statements)
}

/// Stores a client whose id follows from its metadata, and its words; refused when it is there already.
pub fn insert_shared(client: &Client) -> Result<Vec<Statement>, StoreError> {
    let values = insert_values(client, &Management::default())?;
    let insert = Statement::new(insert!(" ON CONFLICT (client_id) DO NOTHING"), values);
    let mut statements = vec![insert.guarded(Guard::Exactly(1))];
    statements.extend(client_words::note(client));
    Ok(statements)
}

fn insert_values(client: &Client, management: &Management) -> Result<[Value; 17], StoreError> {
    let secret = client.secret.as_ref();
    Ok([
        (&client.id).into(),
        client.client_id.as_str().into(),
        client.door.as_str().into(),
        client.registered_by.as_ref().into(),
        write_metadata(&client.metadata)?.into(),
        secret.map(|secret| secret.hash.as_str()).into(),
        secret.and_then(|secret| secret.expires_at).into(),
        client.created_at.into(),
        client.expires_at.into(),
        client.is_enabled.into(),
        client.is_verified.into(),
        client.version.into(),
        client.member_tenant_id.as_ref().into(),
        management.token_hash.as_ref().map(SecretHash::as_str).into(),
        management.secret_sealed.as_deref().into(),
        client.is_first_party.into(),
        client.approval.map(Approval::as_str).into(),
    ])
}

/// What is stored of a client when its registration is replaced by its owner or changed by an administrator, if nobody changed it since
/// `client.version` was read. The first statement is the one that may be refused. `before` is what it was.
pub fn replace(
    client: &Client,
    before: &ClientMetadata,
    management: &Management,
) -> Result<Vec<Statement>, StoreError> {
    let secret = client.secret.as_ref();
    let statement = Statement::new(
        "UPDATE clients SET metadata = $1, secret_hash = $2, secret_expires_at = $3, is_verified = $4,
                management_hash = $5, management_hash_before = $6, management_request_before = $7, secret_sealed = $8,
                is_first_party = $9, approval = $10, version = version + 1
         WHERE id = $11 AND version = $12 AND is_enabled",
        [
            write_metadata(&client.metadata)?.into(),
            secret.map(|secret| secret.hash.as_str()).into(),
            secret.and_then(|secret| secret.expires_at).into(),
            client.is_verified.into(),
            management.token_hash.as_ref().map(SecretHash::as_str).into(),
            management.token_hash_before.as_ref().map(SecretHash::as_str).into(),
            management.request_before.as_deref().into(),
            management.secret_sealed.as_deref().into(),
            client.is_first_party.into(),
            client.approval.map(Approval::as_str).into(),
            (&client.id).into(),
            client.version.into(),
        ],
    );
    let mut statements = vec![statement.guarded(Guard::Exactly(1)).changing(Memory::Clients)];
    statements.extend(client_words::change(client, before));
    Ok(statements)
}

/// Writes everything that an administrator may change, if nobody changed the client since `client.version` was read. What lets its owner
/// manage it stays, but a `secret_sealed` is forgotten together with the secret it is of.
pub fn update(client: &Client, before: &Client) -> Result<Vec<Statement>, StoreError> {
    let secret = client.secret.as_ref();
    let statement = Statement::new(
        "UPDATE clients SET metadata = $1, secret_sealed = CASE WHEN secret_hash = CAST($2 AS TEXT) THEN secret_sealed END,
                secret_hash = $2, secret_expires_at = $3, is_verified = $4, is_enabled = $5, expires_at = $6,
                member_tenant_id = $7, is_first_party = $8, approval = $9, version = version + 1
         WHERE id = $10 AND version = $11",
        [
            write_metadata(&client.metadata)?.into(),
            secret.map(|secret| secret.hash.as_str()).into(),
            secret.and_then(|secret| secret.expires_at).into(),
            client.is_verified.into(),
            client.is_enabled.into(),
            client.expires_at.into(),
            client.member_tenant_id.as_ref().into(),
            client.is_first_party.into(),
            client.approval.map(Approval::as_str).into(),
            (&client.id).into(),
            client.version.into(),
        ],
    );
    let mut statements = vec![statement.guarded(Guard::Exactly(1)).changing(Memory::Clients)];
    statements.extend(client_words::change(client, &before.metadata));
    Ok(statements)
}

/// The current registration access token was used: its predecessor is dead from now on.
pub fn settle_management(id: &Id, token_hash: &SecretHash) -> Statement {
    Statement::new(
        "UPDATE clients SET management_hash_before = NULL, management_request_before = NULL
         WHERE id = $1 AND management_hash = $2",
        [id.into(), token_hash.as_str().into()],
    )
}

/// Deletes the client if it is there.
pub fn delete(client: &Client) -> Vec<Statement> {
    let delete = Statement::new("DELETE FROM clients WHERE id = $1", [(&client.id).into()])
        .guarded(Guard::Exactly(1))
        .changing(Memory::Clients);
    std::iter::once(delete).chain(client_words::forget(client)).collect()
}

pub fn set_verified(id: &Id, is_verified: bool) -> Statement {
    Statement::new(
        "UPDATE clients SET is_verified = $1, version = version + 1 WHERE id = $2",
        [is_verified.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::Clients)
}

pub fn set_enabled(id: &Id, is_enabled: bool) -> Statement {
    Statement::new(
        "UPDATE clients SET is_enabled = $1, version = version + 1 WHERE id = $2",
        [is_enabled.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::Clients)
}

/// What an administrator decided over a client that waits, or was denied: refused when it changed since `client.version` was read, which is
/// what they saw, or when somebody else decided first.
pub fn decide_approval(client: &Client, approval: Option<Approval>) -> Statement {
    Statement::new(
        "UPDATE clients SET approval = $1, version = version + 1 WHERE id = $2 AND version = $3 AND approval IS NOT NULL",
        [approval.map(Approval::as_str).into(), (&client.id).into(), client.version.into()],
    )
    .guarded(Guard::Exactly(1))
    .changing(Memory::Clients)
}

/// Leaves a tombstone, so that the next request of the client can be answered with a reason, and that no other tenant takes its place.
pub fn bury(client: &Client, deleted_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO client_tombstones (client_id, member_tenant_id, deleted_at) VALUES ($1, $2, $3)
         ON CONFLICT (client_id) DO UPDATE SET member_tenant_id = EXCLUDED.member_tenant_id, deleted_at = EXCLUDED.deleted_at",
        [client.client_id.as_str().into(), client.member_tenant_id.as_ref().into(), deleted_at.into()],
    )
}

/// Refuses the batch when the id is not free for a client of this tenant: it was that of a client which did not belong to the tenant, or
/// somebody who does not holds a grant for it that stands at `now`, which would be worth nothing then.
pub fn is_free_for(tenant: &Id, client_id: &ClientId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE tenants SET created_at = created_at WHERE id = $1
           AND NOT EXISTS (SELECT 1 FROM client_tombstones t
                           WHERE t.client_id = $2 AND (t.member_tenant_id IS NULL OR t.member_tenant_id <> $1))
           AND NOT EXISTS (SELECT 1 FROM grants g JOIN accounts a ON a.id = g.account_id
                           WHERE g.client_id = $2 AND g.revoked_at IS NULL AND g.expires_at > $3
                             AND (a.member_tenant_id IS NULL OR a.member_tenant_id <> $1))",
        [tenant.into(), client_id.as_str().into(), now.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// A client id that is registered again has no tombstone any more.
pub fn exhume(client_id: &ClientId) -> Statement {
    Statement::new("DELETE FROM client_tombstones WHERE client_id = $1", [client_id.as_str().into()])
}

fn read_client(row: &Row) -> Result<Client, StoreError> {
    let hash = row.opt_text(5)?.map(SecretHash::from_stored);
    let expires_at = row.opt_timestamp(6)?;
    let approval = row.opt_text_ref(14)?.map(|text| Approval::parse(text).ok_or(text));
    let approval = approval.transpose().map_err(|_| StoreError::corrupt("the approval of a client"))?;
    Ok(Client {
        id: row.id(0)?,
        client_id: ClientId::from_stored(row.text(1)?),
        door: Door::parse(row.text_ref(2)?)
            .ok_or_else(|| StoreError::corrupt("a door that does not exist"))?,
        registered_by: row.opt_id(3)?,
        metadata: serde_json::from_str(row.text_ref(4)?)
            .map_err(|_| StoreError::corrupt("client metadata"))?,
        secret: hash.map(|hash| StoredSecret { hash, expires_at }),
        created_at: row.timestamp(7)?,
        expires_at: row.opt_timestamp(8)?,
        is_enabled: row.bool(9)?,
        is_verified: row.bool(10)?,
        version: row.int(11)?,
        member_tenant_id: row.opt_id(12)?,
        is_first_party: row.bool(13)?,
        approval,
    })
}

fn write_metadata(metadata: &ClientMetadata) -> Result<String, StoreError> {
    serde_json::to_string(metadata).map_err(|_| StoreError::corrupt("client metadata"))
}
