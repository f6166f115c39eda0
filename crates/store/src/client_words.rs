//! The words under which clients are found. They are kept beside the clients, because looking into a million of them takes seconds.

use domain::{
    client::{Client, ClientId, metadata::ClientMetadata},
    id::Id,
};

use crate::{Query, Statement, Store, StoreError, Value, search::words};

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
