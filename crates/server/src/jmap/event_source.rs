//! `GET /jmap/eventsource`: telling whoever listens that the state of a type is another. RFC 8620 §7.3.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use domain::{directory::Account, parameters::Parameters};
use http::{HeaderMap, StatusCode, header};
use hyper::body::Frame;
use jmap::{
    id::Id,
    push::{
        StateChange,
        event_source::{CloseAfter, EventSourceParameters, ping_event, state_event},
    },
    state::State as ObjectState,
};
use store::accounts;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{
    head,
    object::Scene,
    objects,
    places::{Full, Place},
};
use crate::{
    admin::actor::{Actor, Credential, Who},
    app::App,
    clock,
    wire::{
        extract::{
            Peer,
            actor::{NoActor, actor},
        },
        problem,
    },
};

/// How long a credential is taken for good before it is looked at again; to look at a password is work.
const TRUST: Duration = Duration::from_mins(1);
const TRUST_IN_A_PASSWORD: Duration = Duration::from_mins(10);

/// Events that a listener has not taken yet.
const WAITING: usize = 4;

/// Who listens, and to what.
struct Listener {
    app: Arc<App>,
    headers: HeaderMap,
    from: IpAddr,
    actor: Actor,
    account: Account,
    wishes: EventSourceParameters,
    _place: Place,
}

/// The states of the types that are listened to, by their names.
type States = BTreeMap<String, ObjectState>;

/// The events as they come.
struct Events(mpsc::Receiver<Bytes>);

pub async fn get(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, NoActor> {
    let actor = actor(&app, &headers, from, clock::now()).await?;
    let Some(account) = actor.account().cloned() else { return Ok(problem::internal()) };
    let wishes = match wishes(query.as_deref().unwrap_or_default()) {
        Ok(wishes) => wishes,
        Err(why) => return Ok(problem::of_status(StatusCode::BAD_REQUEST, &why)),
    };
    let place = match app.places.for_stream(&actor) {
        Ok(place) => place,
        Err(Full::Account) => return Ok(problem::too_many("this account has too many event sources open")),
        Err(Full::Everybody) => return Ok(problem::unavailable()),
    };
    let (events, receiver) = mpsc::channel(WAITING);
    let moved = app.journal_end.subscribe();
    let listener = Listener { app, headers, from, actor, account, wishes, _place: place };
    // Before the answer: whoever has it misses nothing from then on.
    let Some(states) = listener.states().await else { return Ok(problem::unavailable()) };
    tokio::spawn(listener.attend(states, moved, events));
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::new(Events(receiver))).into_response())
}

fn wishes(query: &str) -> Result<EventSourceParameters, String> {
    let parameters = Parameters::parse(query.as_bytes()).map_err(|_| "the query is malformed".to_owned())?;
    let one = |name| match parameters.one(name) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(format!("the variable {name} is missing")),
        Err(_) => Err(format!("the variable {name} is there more than once")),
    };
    EventSourceParameters::parse(one("types")?, one("closeafter")?, one("ping")?)
        .map_err(|error| error.to_string())
}

impl Listener {
    /// Tells what changes until the listener goes, the server ends or the credential does.
    async fn attend(
        mut self,
        mut told: States,
        mut moved: watch::Receiver<i64>,
        events: mpsc::Sender<Bytes>,
    ) {
        let mut stopping = self.app.stopping.subscribe();
        // A listener that was away hears of everything if anything is other than when it went.
        let missed =
            self.headers.get("last-event-id").is_some_and(|id| id.as_bytes() != event_id(&told).as_bytes());
        if missed && !self.tell(&told, &told, &events).await {
            return;
        }
        let ping = Duration::from_secs(self.wishes.ping().unwrap_or(u64::from(u32::MAX)));
        let trust = match &self.actor.who {
            Who::Account { credential: Credential::Password, .. } => TRUST_IN_A_PASSWORD,
            Who::Account { .. } | Who::Host => TRUST,
        };
        let ticks = |every| {
            let mut ticks = interval_at(Instant::now() + every, every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        };
        let (mut pings, mut checks) = (ticks(ping), ticks(trust));
        loop {
            tokio::select! {
                () = asked_to_stop(&mut stopping) => return,
                () = events.closed() => return,
                _ = checks.tick() => {
                    if self.look_again().await.is_none() {
                        return;
                    }
                }
                _ = pings.tick() => {
                    let event = ping_event(ping.as_secs());
                    if events.send(event.into()).await.is_err() {
                        return;
                    }
                }
                Ok(()) = moved.changed() => {
                    if self.look_at_the_account().await.is_none() {
                        return;
                    }
                    let Some(states) = self.states().await else { continue };
                    let changed: States =
                        states.iter().filter(|(name, state)| told.get(*name) != Some(state)).map(|(name, state)| (name.clone(), state.clone())).collect();
                    told = states;
                    if changed.is_empty() {
                        continue;
                    }
                    if !self.tell(&changed, &told, &events).await {
                        return;
                    }
                    pings.reset();
                }
            }
        }
    }

    /// Nothing if the credential is not good any more.
    async fn look_again(&mut self) -> Option<()> {
        self.actor = actor(&self.app, &self.headers, self.from, clock::now()).await.ok()?;
        self.account = self.actor.account()?.clone();
        Some(())
    }

    /// [`Listener::look_again`] before each event, without the work that a password is: then only the account is looked at. Nothing if it
    /// may not listen any more; where the store gives no answer, nobody is told anything.
    async fn look_at_the_account(&mut self) -> Option<()> {
        let Who::Account { credential: Credential::Password, .. } = &self.actor.who else {
            return self.look_again().await;
        };
        let account = accounts::by_id(&self.app.store, &self.account.id).await.ok()??;
        if !account.is_usable() {
            return None;
        }
        let now = Actor::by_password(account.clone(), self.from, clock::now());
        self.actor = Actor { signed_in_at: self.actor.signed_in_at, ..now };
        self.account = account;
        Some(())
    }

    /// The states of what is listened to and may be read. Nothing if the store did not answer.
    async fn states(&self) -> Option<States> {
        let scene = Scene {
            app: &self.app,
            store: &self.app.store,
            actor: &self.actor,
            account: &self.account,
            now: clock::now(),
        };
        let mut states = States::new();
        for description in objects::all() {
            let name = format!("x:{}", description.name);
            if self.wishes.wants(&name) && self.actor.require(description.permissions.get).is_ok() {
                let state = head::of_objects(scene, description).await.ok()?;
                states.insert(name, state);
            }
        }
        Some(states)
    }

    /// Sends one event. Answers whether there is more to come.
    async fn tell(&self, changed: &States, all: &States, events: &mpsc::Sender<Bytes>) -> bool {
        let Ok(account_id) = Id::parse(self.account.id.as_str()) else { return false };
        let mut change = StateChange::default();
        for (name, state) in changed {
            change.add(account_id.clone(), name.as_str(), state.clone());
        }
        let is_sent = events.send(state_event(&change, &event_id(all)).into()).await.is_ok();
        is_sent && self.wishes.close_after() == CloseAfter::No
    }
}

async fn asked_to_stop(stopping: &mut watch::Receiver<bool>) {
    // Without a sender there is no server any more either.
    drop(stopping.wait_for(|is_stopping| *is_stopping).await);
}

/// Stands for all these states together.
fn event_id(states: &States) -> String {
    let text: Vec<_> = states.iter().map(|(name, state)| format!("{name}={state}")).collect();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.join("\n").as_bytes()))
}

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}
