//! How many clients there are, of which kind: counted part by part, so that nobody waits for a reader that looks at a million rows.

use domain::{client::Door, id::Id, time::Timestamp};

use crate::{Query, Store, StoreError};

/// Clients that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    pub tenant_id: Option<Id>,
    pub door: Door,
    pub standing: Standing,
    /// Whether they end before the moment that was asked for, and have not ended yet.
    pub ends_soon: bool,
    pub count: u64,
}

/// What has become of a client, each in one of these only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    Active,
    Verified,
    /// An administrator has to approve it first.
    Pending,
    Denied,
    Expired,
    Disabled,
}

/// A part of all clients, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub alike: Vec<Alike>,
    /// The last one that was counted; none when there was nothing left.
    pub last: Option<Id>,
    /// How many were counted.
    pub count: u64,
}

impl Standing {
    pub const ALL: [Self; 6] =
        [Self::Active, Self::Verified, Self::Pending, Self::Denied, Self::Expired, Self::Disabled];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Verified => "verified",
            Self::Pending => "pending",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

/// Counts up to `most` clients after `after`, as they stand at `now`; those that end before `soon` apart.
pub async fn part(
    store: &Store,
    after: Option<&Id>,
    (now, soon): (Timestamp, Timestamp),
    most: u32,
) -> Result<Part, StoreError> {
    let query = Query::new(
        "SELECT member_tenant_id, door, standing, ends_soon, COUNT(*), MAX(id) FROM (
           SELECT id, member_tenant_id, door,
                  CASE WHEN NOT is_enabled THEN 'disabled' WHEN expires_at <= $1 THEN 'expired'
                       WHEN approval IS NOT NULL THEN approval WHEN is_verified THEN 'verified' ELSE 'active' END AS standing,
                  CAST(CASE WHEN is_enabled AND expires_at > $1 AND expires_at <= $2 THEN 1 ELSE 0 END AS BIGINT) AS ends_soon
           FROM clients WHERE id > $3 ORDER BY id LIMIT $4) AS part
         GROUP BY member_tenant_id, door, standing, ends_soon",
        [now.into(), soon.into(), after.map_or("", Id::as_str).into(), i64::from(most).into()],
    );
    let mut part = Part { alike: Vec::new(), last: None, count: 0 };
    for row in store.read(query.long()).await? {
        let count = u64::try_from(row.int(4)?).unwrap_or(0);
        let standing = row.text_ref(2)?;
        let standing = Standing::ALL.into_iter().find(|known| known.as_str() == standing);
        let door =
            Door::parse(row.text_ref(1)?).ok_or_else(|| StoreError::corrupt("the door of a client"))?;
        part.alike.push(Alike {
            tenant_id: row.opt_id(0)?,
            door,
            standing: standing.ok_or_else(|| StoreError::corrupt("the standing of a client"))?,
            ends_soon: row.int(3)? == 1,
            count,
        });
        part.last = part.last.max(Some(row.id(5)?));
        part.count = part.count.saturating_add(count);
    }
    Ok(part)
}

/// Those that end next, after `now` and up to `until`; of one tenant only, if it is named.
pub async fn ending(
    store: &Store,
    tenant: Option<&Id>,
    (now, until): (Timestamp, Timestamp),
    most: u32,
) -> Result<Vec<Id>, StoreError> {
    const OF_ALL: &str = "SELECT id FROM clients
         WHERE expires_at IS NOT NULL AND expires_at > $1 AND expires_at <= $2 AND is_enabled ORDER BY expires_at LIMIT $3";
    const OF_TENANT: &str = "SELECT id FROM clients
         WHERE member_tenant_id = $1 AND expires_at IS NOT NULL AND expires_at > $2 AND expires_at <= $3 AND is_enabled
         ORDER BY expires_at LIMIT $4";
    let most = i64::from(most);
    let query = match tenant {
        None => Query::new(OF_ALL, [now.into(), until.into(), most.into()]),
        Some(tenant) => Query::new(OF_TENANT, [tenant.into(), now.into(), until.into(), most.into()]),
    };
    store.read(query).await?.iter().map(|row| row.id(0)).collect()
}
