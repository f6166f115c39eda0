//! The words under which clients are found. They are kept beside the clients, because looking into a million of them takes seconds.

use domain::{
    client::{Client, ClientId, metadata::ClientMetadata},
    id::Id,
};

use crate::{Batch, Query, Statement, Store, StoreError, Value, clients, search::words, settings};

/// More words of one client are not kept: what a registration costs is bounded.
const MOST: usize = 32;

macro_rules! insert {
    ($($more:literal)*) => {
        concat!(
            "INSERT INTO client_words (word, client) VALUES ($1, $2)",
            $(", ($", $more, ", $2)",)*
            " ON CONFLICT (word, client) DO NOTHING"
        )
    };
}

/// By the number of words, from one on.
const INSERTS: [&str; 4] = [insert!(), insert!(3), insert!(3 4), insert!(3 4 5)];

/// Keeps the words of a new client.
pub(crate) fn note(client: &Client) -> Vec<Statement> {
    insert(&client.id, &of(&client.client_id, &client.metadata))
}

/// Keeps the words of a client that was `before` until now.
pub(crate) fn change(client: &Client, before: &ClientMetadata) -> Vec<Statement> {
    let (old, new) = (of(&client.client_id, before), of(&client.client_id, &client.metadata));
    let gone: Vec<_> = old.iter().filter(|word| !new.contains(word)).collect();
    let come: Vec<_> = new.iter().filter(|word| !old.contains(word)).cloned().collect();
    let mut statements: Vec<_> = gone.into_iter().map(|word| delete(word, &client.id)).collect();
    statements.extend(insert(&client.id, &come));
    statements
}

pub(crate) fn forget(client: &Client) -> Vec<Statement> {
    of(&client.client_id, &client.metadata).iter().map(|word| delete(word, &client.id)).collect()
}

/// How many clients a word finds, counted no further than `most`.
pub(crate) async fn count(store: &Store, word: &str, most: i64) -> Result<i64, StoreError> {
    let query = Query::new(
        "SELECT COUNT(*) FROM (SELECT 1 FROM client_words WHERE word = $1 LIMIT $2) AS found",
        [word.into(), most.into()],
    );
    store.read_one(query).await?.ok_or_else(|| StoreError::corrupt("no count"))?.int(0)
}

/// Keeps the words of clients that were stored before words were kept, a bounded number at a time. Answers whether there may be more.
///
/// How far it came is a setting, so that every node goes on where another one stopped.
pub async fn catch_up(store: &Store) -> Result<bool, StoreError> {
    const PLACE: &str = "clientWordsKeptUpTo";
    const DONE: &str = "done";
    let row =
        store.read_one(Query::new("SELECT value FROM settings WHERE name = $1", [PLACE.into()])).await?;
    let place = row.map_or(Ok(String::new()), |row| row.text(0))?;
    if place == DONE {
        return Ok(false);
    }
    let query = Query::new(
        "SELECT client_id FROM clients WHERE id > $1 ORDER BY id LIMIT 200",
        [place.as_str().into()],
    );
    let mut batch = Batch::new();
    let mut last = DONE.to_owned();
    for row in store.read(query).await? {
        if let Some(client) = clients::by_client_id(store, &ClientId::from_stored(row.text(0)?)).await? {
            batch.extend(note(&client));
            last = client.id.into();
        }
    }
    let has_more = last != DONE;
    batch.push(settings::set(PLACE, &last));
    let _ = store.commit(batch).await?;
    Ok(has_more)
}

/// Of the names, the contacts, and an id that somebody chose.
fn of(client_id: &ClientId, metadata: &ClientMetadata) -> Vec<String> {
    let chosen = Some(client_id).filter(|id| !id.is_of_ours()).map(ClientId::as_str);
    let localized = metadata.localized.iter().filter(|(name, _)| name.starts_with("client_name#"));
    let mut all: Vec<String> = Vec::new();
    for text in chosen
        .into_iter()
        .chain(metadata.client_name.as_deref())
        .chain(metadata.contacts.iter().map(String::as_str))
        .chain(localized.map(|(_, text)| text.as_str()))
    {
        all.extend(words(text).into_iter().filter(|word| !all.contains(word)).collect::<Vec<_>>());
    }
    all.truncate(MOST);
    all
}

fn insert(client: &Id, words: &[String]) -> Vec<Statement> {
    words
        .chunks(INSERTS.len())
        .filter_map(|chunk| {
            let (first, more) = chunk.split_first()?;
            let mut params: Vec<Value> = vec![first.into(), client.into()];
            params.extend(more.iter().map(Value::from));
            Some(Statement::new(INSERTS.get(more.len())?, params))
        })
        .collect()
}

fn delete(word: &str, client: &Id) -> Statement {
    Statement::new("DELETE FROM client_words WHERE word = $1 AND client = $2", [word.into(), client.into()])
}
