//! Initial access tokens, and the ledger of what was registered with each. So many registrations and no more, which the row decides.

use domain::{
    client::Client,
    id::Id,
    registration::{
        bounds::Bounded,
        initial_access_token::{InitialAccessToken, TokenState},
    },
    secret::SecretHash,
    time::Timestamp,
};

use crate::{
    Guard, Query, Row, Statement, Store, StoreError,
    registration_policies::{read_bounds, write_bounds},
    search::{Comparison, Composer, Found, Search, SearchError, Source},
};

macro_rules! select {
    () => {
        "SELECT id, description, secret_hash, member_tenant_id, minted_by, minted_with, max_uses, uses, expires_at, revoked_at, bounds, created_at, version FROM initial_access_tokens"
    };
}

/// What tokens can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the description.
    Text(String),
    MemberTenantId(Option<Id>),
    MintedBy(Id),
    CreatedAt(Comparison, Timestamp),
    ExpiresAt(Comparison, Timestamp),
    /// At this moment.
    State(TokenState, Timestamp),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Grows with time.
    #[default]
    Id,
    Description,
}

/// A client that was registered with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub client_id: String,
    pub registered_at: Timestamp,
    /// The row that it had when it was registered: the ledger is in this order.
    pub registered_row: Id,
    /// The client's row, while there is one.
    pub client_row: Option<Id>,
}

pub async fn by_id(store: &Store, id: &Id) -> Result<Option<InitialAccessToken>, StoreError> {
    const SQL: &str = concat!(select!(), " WHERE id = $1");
    store.read_one(Query::new(SQL, [id.into()])).await?.as_ref().map(read).transpose()
}

/// Those of `ids` that exist; of one tenant only, if it is named.
pub async fn by_ids(
    store: &Store,
    ids: &[Id],
    tenant: Option<&Id>,
) -> Result<Vec<InitialAccessToken>, StoreError> {
    store.read(Composer::by_ids(select!(), ids, tenant)).await?.iter().map(read).collect()
}

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let mut composer = Composer::new(search.tenant.as_ref());
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Text(text) => out.words_in(text, &["description"]),
        Condition::MemberTenantId(tenant) => out.equals_or_null("member_tenant_id", tenant.as_ref()),
        Condition::MintedBy(id) => out.equals("minted_by", id.into()),
        Condition::CreatedAt(comparison, moment) => out.compares("created_at", *comparison, *moment),
        Condition::ExpiresAt(comparison, moment) => out.compares("expires_at", *comparison, *moment),
        Condition::State(state, now) => in_state(*state, *now, out),
    });
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::Description => "description",
    };
    composer.run(store, &Source { from: "initial_access_tokens", id: "id", key }, &search.page).await
}

fn in_state(state: TokenState, now: Timestamp, out: &mut Composer) {
    let ended = |out: &mut Composer, comparison: &'static str| {
        out.push(comparison);
        out.bind(now.into());
        out.push(")");
    };
    match state {
        TokenState::Revoked => out.push("revoked_at IS NOT NULL"),
        TokenState::Expired => {
            out.push("(revoked_at IS NULL AND ");
            ended(out, "expires_at <= ");
        }
        TokenState::Spent => {
            out.push("(revoked_at IS NULL AND uses >= max_uses AND (expires_at IS NULL OR ");
            ended(out, "expires_at > ");
            out.push(")");
        }
        TokenState::Active => {
            out.push("(revoked_at IS NULL AND uses < max_uses AND (expires_at IS NULL OR ");
            ended(out, "expires_at > ");
            out.push(")");
        }
    }
}

pub fn insert(token: &InitialAccessToken) -> Result<Statement, StoreError> {
    Ok(Statement::new(
        "INSERT INTO initial_access_tokens (id, description, secret_hash, member_tenant_id, minted_by, minted_with, max_uses, uses, expires_at,
                                            revoked_at, bounds, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [
            (&token.id).into(),
            token.description.as_str().into(),
            token.secret_hash.as_str().into(),
            token.member_tenant_id.as_ref().into(),
            token.minted_by.as_ref().into(),
            token.minted_with.as_ref().into(),
            token.max_uses.into(),
            token.uses.into(),
            token.expires_at.into(),
            token.revoked_at.into(),
            write_bounds(&token.bounds)?.into(),
            token.created_at.into(),
            token.version.into(),
        ],
    ))
}

/// Writes what can be changed of a token; refused when it is gone, or no longer at its version. Nothing makes a revoked one good again.
pub fn update(token: &InitialAccessToken) -> Statement {
    Statement::new(
        "UPDATE initial_access_tokens SET description = $1, max_uses = $2, expires_at = $3, revoked_at = COALESCE(revoked_at, $4),
                version = version + 1
         WHERE id = $5 AND version = $6",
        [
            token.description.as_str().into(),
            token.max_uses.into(),
            token.expires_at.into(),
            token.revoked_at.into(),
            (&token.id).into(),
            token.version.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// Forgets the token and its ledger; refused while a client is there that was registered with it: its bounds still hold for that one.
pub fn delete(id: &Id) -> Statement {
    Statement::new(
        "DELETE FROM initial_access_tokens WHERE id = $1
           AND NOT EXISTS (SELECT 1 FROM initial_access_token_uses u JOIN clients c ON c.id = u.client_row WHERE u.token_id = $1)",
        [id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// Uses the token once: of all that try exactly as many succeed as it is for, and only while it and whoever minted it stand.
pub fn spend(id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE initial_access_tokens SET uses = uses + 1
         WHERE id = $1 AND uses < max_uses AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
           AND (minted_by IS NULL OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = initial_access_tokens.minted_by AND a.is_enabled))
           AND (minted_with IS NULL OR EXISTS (SELECT 1 FROM account_keys k WHERE k.id = initial_access_tokens.minted_with
                                                 AND (k.expires_at IS NULL OR k.expires_at > $2)))",
        [id.into(), now.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// Writes into the ledger that `client` was registered with the token.
pub fn note_use(id: &Id, client: &Client) -> Statement {
    Statement::new(
        "INSERT INTO initial_access_token_uses (client_row, token_id, client_id, registered_at) VALUES ($1, $2, $3, $4)",
        [(&client.id).into(), id.into(), client.client_id.as_str().into(), client.created_at.into()],
    )
}

/// What was registered with the token, newest first: so many at most, and older than `before`.
pub async fn ledger(store: &Store, id: &Id, before: Option<&Id>, limit: u32) -> Result<Vec<Use>, StoreError> {
    const SQL: &str = "SELECT u.client_id, u.registered_at, u.client_row, c.id FROM initial_access_token_uses u LEFT JOIN clients c ON c.id = u.client_row
         WHERE u.token_id = $1 AND u.client_row < $2 ORDER BY u.client_row DESC LIMIT $3";
    // Every id is less than this, in whatever order letters and digits are.
    let before = before.map_or("zz", Id::as_str);
    let rows = store.read(Query::new(SQL, [id.into(), before.into(), limit.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(Use {
                client_id: row.text(0)?,
                registered_at: row.timestamp(1)?,
                registered_row: row.id(2)?,
                client_row: row.opt_id(3)?,
            })
        })
        .collect()
}

/// Up to `limit` clients that are there and were registered with the token.
pub async fn linked_to(store: &Store, id: &Id, limit: u32) -> Result<Vec<Id>, StoreError> {
    const SQL: &str = "SELECT c.id FROM initial_access_token_uses u JOIN clients c ON c.id = u.client_row WHERE u.token_id = $1 LIMIT $2";
    let rows = store.read(Query::new(SQL, [id.into(), limit.into()])).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The bounds of the token that the client with this row was registered with.
pub async fn bounds_of_client(store: &Store, client_row: &Id) -> Result<Option<Bounded>, StoreError> {
    const SQL: &str = "SELECT t.description, t.bounds FROM initial_access_token_uses u
         JOIN initial_access_tokens t ON t.id = u.token_id WHERE u.client_row = $1";
    let row = store.read_one(Query::new(SQL, [client_row.into()])).await?;
    row.map(|row| Ok(Bounded { name: row.text(0)?, bounds: read_bounds(row.text_ref(1)?)? })).transpose()
}

fn read(row: &Row) -> Result<InitialAccessToken, StoreError> {
    let count = |at| u32::try_from(row.int(at)?).map_err(|_| StoreError::corrupt("the uses of a token"));
    Ok(InitialAccessToken {
        id: row.id(0)?,
        description: row.text(1)?,
        secret_hash: SecretHash::from_stored(row.text(2)?),
        member_tenant_id: row.opt_id(3)?,
        minted_by: row.opt_id(4)?,
        minted_with: row.opt_id(5)?,
        max_uses: count(6)?,
        uses: count(7)?,
        expires_at: row.opt_timestamp(8)?,
        revoked_at: row.opt_timestamp(9)?,
        bounds: read_bounds(row.text_ref(10)?)?,
        created_at: row.timestamp(11)?,
        version: row.int(12)?,
    })
}
