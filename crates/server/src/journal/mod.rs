//! What flows tell the journal: registrations, people who sign in and consent, codes that are redeemed, and whatever smells of attack.

mod clients;
mod people;
mod refusals;

use std::net::IpAddr;

use domain::{
    client::Client,
    journal::{Event, EventKind, ObjectKind},
    tally::Tally,
    time::Timestamp,
};
use store::{Batch, StoreError, journal};

pub use self::clients::{
    deleted, document_changed, forbidden, forbidden_to_register, left, registered, replaced, wrong_api_key,
    wrong_client_secret, wrong_initial_access_token, wrong_registration_token,
};
pub use self::people::{
    Decided, code_redeemed, code_refused, consented, device_reported, passkey_refused, refresh_token_reused,
    second_factor_refused, sign_in_refused, signed_in, user_code_refused,
};
pub use self::refusals::Refusals;
use crate::{app::App, tallies};

/// From where and when something was asked.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    pub from: IpAddr,
    pub now: Timestamp,
}

/// A refusal that goes with no write. It waits in memory for the next sealing, which is a matter of seconds: whoever is refused waits
/// for nothing and can tell nothing from the time it takes.
pub fn refused(app: &App, event: Event) {
    count(app, &event);
    app.refusals.wait(event);
}

/// A refusal that makes a write necessary. `None`: many like it came just before, and this one is counted with them.
fn refused_with_a_write(app: &App, event: Event) -> Option<store::Statement> {
    count(app, &event);
    app.refusals.admit(event).as_ref().map(journal::insert)
}

fn count(app: &App, event: &Event) {
    app.metrics.refusal(event.kind.as_str());
    app.tallies.count(event.tenant_id.as_ref(), Tally::Refused(event.kind), event.at);
}

/// Writes the refusals that wait, and seals everything that was written by now.
pub async fn seal(app: &App, now: Timestamp) -> Result<(), StoreError> {
    seal_some(app, u64::MAX, now).await
}

/// As [`seal`], but leaves the rest for later when there is much: under load sealing steps back behind those who wait for an answer.
pub async fn seal_some(app: &App, enough: u64, now: Timestamp) -> Result<(), StoreError> {
    write(app, app.refusals.due(now)).await?;
    app.metrics.sealed(journal::seal_some(&app.store, enough).await?);
    Ok(())
}

/// What is still being counted is told at the end.
pub async fn close(app: &App) -> Result<(), StoreError> {
    write(app, app.refusals.all()).await?;
    tallies::write(app).await?;
    journal::seal(&app.store).await.map(drop)
}

async fn write(app: &App, events: Vec<Event>) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    for event in &events {
        batch.push(journal::insert(event));
    }
    let written = app.store.commit(batch).await;
    if written.is_err() {
        app.refusals.put_back(events);
    }
    written.map(drop)
}

fn event(app: &App, kind: EventKind, occasion: Occasion) -> Event {
    let Occasion { from, now } = occasion;
    Event { from: Some(from), ..Event::new(app.chance.id(now), now, kind) }
}

/// The object that a registered client is.
fn object(client: &Client) -> (ObjectKind, String) {
    (ObjectKind::OAuthClient, client.id.to_string())
}
