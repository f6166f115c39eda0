//! `wayleave local audit …`

use domain::journal::{Event, Sealed};
use server::admin::accounts;
use store::journal::{self, Break, Chain, Filter, Flaw, ObjectFilter, Page, Verdict};

use super::{Host, date};
use crate::{
    args::{Audit, AuditFilter},
    failure::Failure,
    terminal,
};

pub(super) async fn run(command: Audit, host: &Host) -> Result<(), Failure> {
    journal::seal(&host.store).await?;
    match command {
        Audit::List(asked) => list(asked, host).await,
        Audit::Verify => verify(host).await,
    }
}

async fn list(asked: AuditFilter, host: &Host) -> Result<(), Failure> {
    let AuditFilter { limit, object, id, kind, account } = asked;
    let account_id = match account {
        Some(name) => {
            Some(accounts::find(&host.store, &server::admin::actor::Actor::host(), &name).await?.id)
        }
        None => None,
    };
    let object = object.map(|kind| match id {
        Some(id) => ObjectFilter::One(kind, id),
        None => ObjectFilter::ChangesOf(kind),
    });
    let filter = Filter { object, account_id, kind, ..Filter::default() };
    let page = Page { after: None, offset: 0, limit: limit.saturating_add(1) };
    let mut found = journal::query(&host.store, &filter, page).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > shown;
    found.truncate(shown);
    let rows: Vec<_> = found.iter().map(row).collect();
    terminal::say_table(["POSITION", "TIME", "EVENT", "OBJECT", "ACTOR", "FROM", "WHAT"], &rows)?;
    if has_more {
        terminal::note(&format!("--limit: these are the newest {limit}; ask for more to see more"));
    }
    Ok(())
}

fn row(sealed: &Sealed) -> [String; 7] {
    let event = &sealed.event;
    [
        sealed.position.to_string(),
        date(event.at),
        event.kind.as_str().to_owned(),
        event.object.as_ref().map(|(kind, id)| format!("{} {id}", kind.as_str())).unwrap_or_default(),
        actor(event),
        event.from.map(|address| address.to_string()).unwrap_or_default(),
        what(event),
    ]
}

fn actor(event: &Event) -> String {
    let actor = &event.actor;
    let kind = actor.credential_kind.map(|kind| kind.as_str().to_owned());
    let account = actor.account_id.as_ref().map(ToString::to_string);
    let client = actor.client_id.as_ref().map(|client_id| client_id.as_str().to_owned());
    [kind, account, client].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn what(event: &Event) -> String {
    let (before, after) = (event.before.as_ref(), event.after.as_ref());
    let change = match (before, after) {
        (Some(before), Some(after)) => Some(format!("{before} -> {after}")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_string()),
        (None, None) => None,
    };
    change.into_iter().chain(event.note.clone()).collect::<Vec<_>>().join("; ")
}

async fn verify(host: &Host) -> Result<(), Failure> {
    for id in journal::unreadable(&host.store).await? {
        terminal::note(&format!(
            "the event {id} waits to be sealed and cannot be read; a newer program may have written it"
        ));
    }
    match journal::verify(&host.store).await? {
        Verdict::Holds { events, chains } => {
            terminal::say(&format!(
                "the journal holds: {events} events, none edited, removed, added or moved"
            ))?;
            let rows: Vec<_> = chains.iter().map(link).collect();
            terminal::say_table(["TENANT", "POSITION", "HASH"], &rows)
        }
        Verdict::Broken(found) => Err(Failure::refused("audit", told(&found))),
    }
}

fn link(chain: &Chain) -> [String; 3] {
    [
        chain.tenant_id.clone().unwrap_or_else(|| "-".to_owned()),
        chain.position.to_string(),
        chain.hash.clone(),
    ]
}

fn told(found: &Break) -> String {
    let id = found.id.as_ref().map(|id| format!(" (id {id})")).unwrap_or_default();
    let flaw = match found.flaw {
        Flaw::Missing => "is missing",
        Flaw::Altered => "is not what was sealed",
        Flaw::Added => "was never sealed",
    };
    let position = found.position;
    format!(
        "the journal does not hold: the event at position {position}{id} {flaw}; what comes before it holds"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bad_event_is_named() {
        let found = Break { position: 17, id: None, flaw: Flaw::Missing };
        assert!(told(&found).contains("the event at position 17 is missing"));
    }
}
