//! Searching among clients, of which there may be millions: by words, driven by the rarest one.

use domain::{
    client::{ClientId, Door, approval::Approval},
    id::Id,
    time::Timestamp,
};

use crate::{
    Store, client_words,
    search::{Comparison, Composer, Filter, Found, Search, SearchError, Source, words},
};

/// What clients can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All its words are in the names, the contacts or an id that somebody chose; or it is the whole of any id.
    Text(String),
    ClientId(String),
    MemberTenantId(Option<Id>),
    Door(Door),
    State(State),
    /// What an administrator has yet to say, or said against it; `None`: nothing.
    Approval(Option<Approval>),
    CreatedAt(Comparison, Timestamp),
    ExpiresAt(Comparison, Timestamp),
    /// When it was last served; one that never was is neither before nor after anything.
    LastUsedAt(Comparison, Timestamp),
    /// Made before that moment, and not served after it.
    UnusedSince(Timestamp),
}

/// What has become of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It may be served at this moment.
    Active(Timestamp),
    /// It may be served, and an administrator vouched for it.
    Verified(Timestamp),
    /// An administrator has to approve it first.
    Pending(Timestamp),
    /// An administrator said no.
    Denied(Timestamp),
    Expired(Timestamp),
    Disabled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Grows with the moment of creation, so that this is also the order in which clients were made.
    #[default]
    Id,
    ClientId,
}

/// A word that finds more clients than this is common.
const COMMON: i64 = 2000;

pub async fn search(store: &Store, search: &Search<Condition, SortBy>) -> Result<Found, SearchError> {
    let (required, others) = required_words(search.filter.as_ref());
    let Some((driver, is_common)) = rarest(store, &required).await? else {
        let composer = conditions(Composer::new(search.tenant.as_ref()), search.filter.as_ref());
        let key = match search.sort {
            SortBy::Id => "id",
            SortBy::ClientId => "client_id",
        };
        return composer.run(store, &Source { from: "clients", id: "id", key }, &search.page).await;
    };
    let is_only_word = required.len() == 1 && !others && search.tenant.is_none();
    if is_only_word && search.sort == SortBy::Id {
        let mut composer = Composer::starting_with("");
        composer.equals("word", driver.as_str().into());
        let source = Source { from: "client_words", id: "client", key: "client" };
        return composer.run(store, &source, &search.page).await;
    }
    // Few are looked at one by one. Many are walked in the order that is wanted, until the page is full.
    let from = if is_common { "clients" } else { "client_words CROSS JOIN clients" };
    let mut composer = Composer::new(search.tenant.as_ref());
    if !is_common {
        composer.push(" AND id = client AND ");
        composer.equals("word", driver.as_str().into());
    }
    let composer = conditions(composer, search.filter.as_ref());
    let key = match search.sort {
        SortBy::Id => "id",
        SortBy::ClientId => "client_id",
    };
    composer.run(store, &Source { from, id: "id", key }, &search.page).await
}

/// The words that every client must have which is found, and whether anything else is asked of it.
fn required_words(filter: Option<&Filter<Condition>>) -> (Vec<String>, bool) {
    let mut required = Vec::new();
    let mut others = false;
    let mut ahead: Vec<_> = filter.into_iter().collect();
    while let Some(filter) = ahead.pop() {
        match filter {
            Filter::And(all) => ahead.extend(all),
            Filter::Condition(Condition::Text(text)) if of_ours(text).is_none() => {
                let words = words(text);
                others |= words.is_empty();
                required.extend(words);
            }
            Filter::Condition(_) | Filter::Or(_) | Filter::Not(_) => others = true,
        }
    }
    required.sort_unstable();
    required.dedup();
    (required, others)
}

/// The word that finds the fewest clients, and whether that is common.
async fn rarest(store: &Store, words: &[String]) -> Result<Option<(String, bool)>, SearchError> {
    let mut rarest: Option<(&String, i64)> = None;
    for word in words {
        let count = client_words::count(store, word, COMMON + 1).await?;
        if rarest.is_none_or(|(_, least)| count < least) {
            rarest = Some((word, count));
        }
    }
    Ok(rarest.map(|(word, count)| (word.clone(), count > COMMON)))
}

fn conditions(mut composer: Composer, filter: Option<&Filter<Condition>>) -> Composer {
    composer.filter(filter, &write);
    composer
}

fn write(condition: &Condition, out: &mut Composer) {
    match condition {
        Condition::Text(text) => match of_ours(text) {
            Some(id) => out.equals("client_id", id.into()),
            None => has_words(&words(text), out),
        },
        Condition::ClientId(id) => out.equals("client_id", id.as_str().into()),
        Condition::MemberTenantId(tenant) => out.equals_or_null("member_tenant_id", tenant.as_ref()),
        Condition::Door(door) => out.equals("door", door.as_str().into()),
        Condition::State(state) => is_in(*state, out),
        Condition::Approval(approval) => out.push(of_approval(*approval)),
        Condition::CreatedAt(comparison, moment) => out.compares("created_at", *comparison, *moment),
        Condition::ExpiresAt(comparison, moment) => out.compares("expires_at", *comparison, *moment),
        Condition::LastUsedAt(comparison, moment) => {
            out.push("clients.id IN (SELECT u.client FROM client_uses u WHERE ");
            out.compares("u.last_used_at", *comparison, *moment);
            out.push(")");
        }
        Condition::UnusedSince(moment) => {
            // Ids grow with the moment of creation.
            out.push("(clients.id < ");
            out.bind((&Id::new(*moment, 0, [0; 8])).into());
            out.push(" AND NOT EXISTS (SELECT 1 FROM client_uses u WHERE u.client = clients.id AND u.last_used_at > ");
            out.bind((*moment).into());
            out.push("))");
        }
    }
}

/// Spelled out, so that the few are found by their index.
const fn of_approval(approval: Option<Approval>) -> &'static str {
    match approval {
        None => "approval IS NULL",
        Some(Approval::Pending) => "approval = 'pending'",
        Some(Approval::Denied) => "approval = 'denied'",
    }
}

fn has_words(words: &[String], out: &mut Composer) {
    out.push(if words.is_empty() { "(FALSE" } else { "(TRUE" });
    for word in words {
        out.push(" AND EXISTS (SELECT 1 FROM client_words w WHERE w.client = clients.id AND ");
        out.equals("w.word", word.into());
        out.push(")");
    }
    out.push(")");
}

fn is_in(state: State, out: &mut Composer) {
    let (begin, now) = match state {
        State::Disabled => return out.push("NOT is_enabled"),
        State::Active(now) => ("(is_enabled AND approval IS NULL AND NOT COALESCE(expires_at <= ", now),
        State::Verified(now) => {
            ("(is_enabled AND is_verified AND approval IS NULL AND NOT COALESCE(expires_at <= ", now)
        }
        State::Pending(now) => ("(is_enabled AND approval = 'pending' AND NOT COALESCE(expires_at <= ", now),
        State::Denied(now) => ("(is_enabled AND approval = 'denied' AND NOT COALESCE(expires_at <= ", now),
        State::Expired(now) => {
            out.push("(is_enabled AND ");
            out.compares("expires_at", Comparison::LessOrEqual, now);
            return out.push(")");
        }
    };
    out.push(begin);
    out.bind(now.into());
    out.push(", FALSE))");
}

/// The text as an id that this server made, which no words are kept of.
fn of_ours(text: &str) -> Option<&str> {
    let text = text.trim();
    ClientId::parse(text).filter(ClientId::is_of_ours).map(|_| text)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::migrate::MIGRATIONS;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    /// How SQLite goes about finding those, newest first.
    fn plan(condition: Condition) -> String {
        let connection = Connection::open_in_memory().unwrap();
        for migration in MIGRATIONS {
            connection.execute_batch(migration.sql()).unwrap();
        }
        let filter = Filter::Condition(condition);
        let composer = conditions(Composer::new(None), Some(&filter));
        let sql =
            format!("EXPLAIN QUERY PLAN SELECT id FROM clients WHERE {} ORDER BY id DESC", composer.text());
        let mut statement = connection.prepare(&sql).unwrap();
        let texts = vec!["text"; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(texts), |row| row.get::<_, String>(3));
        steps.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn the_few_among_many_are_found_without_looking_at_all() {
        for (condition, index) in [
            (Condition::State(State::Disabled), "clients_disabled"),
            (Condition::State(State::Verified(NOW)), "clients_verified"),
            (Condition::State(State::Pending(NOW)), "clients_unapproved (approval=?)"),
            (Condition::Approval(Some(Approval::Denied)), "clients_unapproved (approval=?)"),
            (Condition::State(State::Expired(NOW)), "clients_that_end (expires_at>? AND expires_at<?)"),
            (Condition::UnusedSince(NOW), "(id<?)"),
        ] {
            let plan = plan(condition);
            assert!(plan.contains(index), "{plan}");
        }
    }
}
