//! Clients that nobody misses: found part by part, so that nobody waits for a reader that looks at a million rows, and deleted only while
//! nobody uses them.

use domain::{
    client::{Client, life::Traces},
    id::Id,
    time::Timestamp,
};

use crate::{Guard, Memory, Query, Statement, Store, StoreError, client_words, clients};

/// Of a client `c`: whether it may ever leave by itself. [`domain::client::life`] has the last word on when.
macro_rules! may_leave {
    () => {
        "c.door IN ('anonymous', 'document') AND c.is_enabled AND NOT c.is_verified AND NOT c.is_first_party
           AND c.member_tenant_id IS NULL AND (c.approval IS NULL OR c.approval = 'pending')"
    };
}
pub(crate) use may_leave;

/// Of a client `c`: whether anybody ever allowed it anything.
macro_rules! was_allowed {
    () => {
        "(EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.client_id)
            OR EXISTS (SELECT 1 FROM consents s WHERE s.client_id = c.client_id))"
    };
}
pub(crate) use was_allowed;

/// Some of all clients, in the order of their ids.
#[derive(Debug)]
pub struct Part {
    /// Those that came without a credential, that nobody verified, disabled or denied, and to which no grant belongs that stands.
    pub unneeded: Vec<(Client, Traces)>,
    /// The last one that was looked at; none when there was nothing left.
    pub last: Option<Id>,
}

/// Looks at up to `most` clients after `after` that are older than `born_before`.
pub async fn part(
    store: &Store,
    after: Option<&Id>,
    (born_before, now): (Timestamp, Timestamp),
    most: u32,
) -> Result<Part, StoreError> {
    let after = after.map_or("", Id::as_str);
    // Ids grow with the moment of creation.
    let born_before = Id::new(born_before, 0, [0; 8]);
    let query = Query::new(
        "SELECT MAX(id) FROM (SELECT id FROM clients WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3) AS part",
        [after.into(), (&born_before).into(), i64::from(most).into()],
    );
    let row = store.read_one(query.long()).await?.ok_or_else(|| StoreError::corrupt("no answer"))?;
    let Some(last) = row.opt_id(0)? else {
        return Ok(Part { unneeded: Vec::new(), last: None });
    };
    let query = Query::new(
        concat!(
            "SELECT c.id, u.last_used_at, CAST(CASE WHEN ",
            was_allowed!(),
            " THEN 1 ELSE 0 END AS BIGINT)
         FROM clients c LEFT JOIN client_uses u ON u.client = c.id
         WHERE c.id > $1 AND c.id <= $2 AND ",
            may_leave!(),
            "
           AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.client_id AND g.revoked_at IS NULL AND g.expires_at > $3)
         ORDER BY c.id"
        ),
        [after.into(), (&last).into(), now.into()],
    );
    let mut traces = Vec::new();
    for row in store.read(query.long()).await? {
        let found = Traces { last_used_at: row.opt_timestamp(1)?, was_allowed: row.int(2)? == 1 };
        traces.push((row.id(0)?, found));
    }
    Ok(Part { unneeded: with_clients(store, traces).await?, last: Some(last) })
}

async fn with_clients(store: &Store, traces: Vec<(Id, Traces)>) -> Result<Vec<(Client, Traces)>, StoreError> {
    let mut all = Vec::with_capacity(traces.len());
    for some in traces.chunks(100) {
        let ids: Vec<_> = some.iter().map(|(id, _)| id.clone()).collect();
        for client in clients::by_ids(store, &ids, None).await? {
            let found = some.iter().find(|(id, _)| *id == client.id);
            all.extend(found.map(|(_, traces)| (client, *traces)));
        }
    }
    Ok(all)
}

/// Deletes the client, unless it was changed, a grant for it stands by now, or it was used after `traces` were read.
pub fn delete_unneeded(client: &Client, traces: Traces, now: Timestamp) -> Vec<Statement> {
    let delete = Statement::new(
        "DELETE FROM clients WHERE id = $1 AND version = $2
           AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.client_id = $3 AND g.revoked_at IS NULL AND g.expires_at > $4)
           AND NOT EXISTS (SELECT 1 FROM client_uses u WHERE u.client = $1 AND u.last_used_at > $5)",
        [
            (&client.id).into(),
            client.version.into(),
            client.client_id.as_str().into(),
            now.into(),
            traces.last_used_at.unwrap_or(client.created_at).into(),
        ],
    );
    let delete = delete.guarded(Guard::Exactly(1)).changing(Memory::Clients);
    std::iter::once(delete).chain(client_words::forget(client)).collect()
}
