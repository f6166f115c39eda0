//! Whoever is at a page of the console or the portal, and what they may do there: what the access token of their visit may.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use domain::{
    directory::{Account, Session, permission::Permission, second_factor::is_recent},
    parameters::Parameters,
    secret::TokenKind,
    time::Timestamp,
};
use http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use store::{
    Batch, StoreError, sessions,
    visits::{self, Visit},
};

use super::{
    Part,
    arrival::refused,
    departure::{Wish, depart},
    itself::{Itself, OnBehalf},
    tokens::{access_token, refresh, refresh_token},
};
use crate::{
    admin::actor::Actor,
    app::App,
    clock,
    web::{page::Problem, respond::PageError, session},
    wire::{
        cookie,
        extract::{
            Peer,
            actor::{self, NoActor},
            body as read_body, user_agent,
        },
    },
    words,
};

/// A session is noted as in use at most this often.
const SEEN_EVERY: Duration = Duration::from_mins(5);

/// Somebody with a visit that is good.
#[derive(Debug)]
pub struct Visitor {
    pub actor: Actor,
    /// The session of the browser, in which the visit began.
    pub session: Session,
    pub from: IpAddr,
    pub now: Timestamp,
    visit: Visit,
    headers: HeaderMap,
}

/// Where a visitor came from, to be sent away and back again.
#[derive(Debug)]
struct Approach {
    itself: Itself,
    caller: OnBehalf,
    headers: HeaderMap,
    from: IpAddr,
    back: String,
    is_get: bool,
}

impl Visitor {
    /// The account that is signed in.
    pub fn account(&self) -> &Account {
        &self.session.account
    }

    /// The token that the form called `form` must carry.
    pub fn csrf(&self, app: &App, form: &str) -> String {
        session::csrf(app, form, self.visit.id.as_str())
    }

    /// What a form says that is the one called `form` of a page shown to this visitor; any other is refused.
    pub async fn sent(&self, app: &App, form: &str, body: Body) -> Result<Parameters, PageError> {
        let sent = read_body::page_form(&self.headers, body).await?;
        self.check(app, form, &sent)?;
        Ok(sent)
    }

    /// Refuses a form that is not the one called `form` of a page shown to this visitor.
    fn check(&self, app: &App, form: &str, sent: &Parameters) -> Result<(), PageError> {
        let presented = sent.one("csrf").map_err(domain::error::Refusal::from)?;
        session::check_form(app, &self.headers, presented, &self.csrf(app, form))
    }

    /// A page for which the visitor lacks `permission` is not shown.
    pub fn require(&self, permission: Permission) -> Result<(), PageError> {
        self.actor.require(permission).map_err(|_| Problem::NotPermitted.into())
    }

    /// Whether the person proved who they are so lately that nobody else can have taken the seat: what opens the house to others needs that.
    pub fn is_recent(&self) -> bool {
        is_recent(self.actor.signed_in_at, self.now)
    }
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Ok(Peer(from)) = Peer::from_request_parts(parts, app).await;
        let Some(itself) = parts.extensions.get::<Itself>().cloned() else {
            return Err(PageError(Problem::Internal).into_response());
        };
        let approach = Approach {
            itself,
            caller: OnBehalf::of(parts),
            headers: parts.headers.clone(),
            from,
            back: back(parts),
            is_get: parts.method == Method::GET,
        };
        match visitor(app, approach).await {
            Ok(outcome) => outcome,
            Err(error) => Err(error.into_response()),
        }
    }
}

/// The path of the request with its query. Below the path of an issuer the router has taken that away already.
fn back(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned()
}

async fn visitor(app: &App, approach: Approach) -> Result<Result<Visitor, Response>, PageError> {
    let now = clock::now();
    let Some((visit, session)) = visit(app, &approach.headers, now).await? else {
        return away(app, &approach, now).await.map(Err);
    };
    let Some((visit, token)) = usable(app, &approach, visit, now).await? else {
        return away(app, &approach, now).await.map(Err);
    };
    let actor = match actor(app, &token, approach.from, now).await {
        Ok(actor) => actor,
        Err(NoActor::Store(error)) => return Err(error.into()),
        // The token was taken back, or what stood behind it: the account, the client, the right to manage.
        Err(_) => {
            end(app, &visit).await?;
            return away(app, &approach, now).await.map(Err);
        }
    };
    words::prefer_of_account(&session.account);
    note_seen(app, &session, &approach, now).await?;
    let Approach { headers, from, .. } = approach;
    Ok(Ok(Visitor { actor, session, from, now, visit, headers }))
}

/// The visit that the cookie names, with the session it belongs to, if both are good and of this browser.
async fn visit(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<(Visit, Session)>, StoreError> {
    let Some(text) = cookie::read(headers, &app.config.issuer, cookie::VISIT) else {
        return Ok(None);
    };
    let Some(id) = TokenKind::Visit.row(text) else {
        return Ok(None);
    };
    let found = visits::by_id(&app.store, &id).await?;
    let Some(visit) = found.filter(|visit| app.hash_key.matches(text, &visit.secret_hash)) else {
        return Ok(None);
    };
    let session = sessions::by_id(&app.store, &visit.session_id).await?;
    Ok(session.filter(|session| session.is_usable(now)).map(|session| (visit, session)))
}

/// The visit with an access token that still lives, refreshed if need be; nothing when it cannot be.
async fn usable(
    app: &App,
    approach: &Approach,
    visit: Visit,
    now: Timestamp,
) -> Result<Option<(Visit, String)>, StoreError> {
    if let Some(token) = access_token(app, &visit.id, &visit.tokens, now) {
        return Ok(Some((visit, token)));
    }
    let Some(old) = refresh_token(app, &visit.id, &visit.tokens) else {
        return Ok(None);
    };
    let Ok(fresh) = refresh(app, &approach.itself, &old, (&approach.caller, now)).await else {
        return Ok(None);
    };
    let tokens = fresh.sealed(app, &visit.id);
    let mut batch = Batch::new();
    batch.push(visits::renew(&visit, &tokens));
    // Whoever was faster stored the same successor: the answer to a refresh token that was just used is repeated.
    let _ = app.store.commit(batch).await?;
    let token = access_token(app, &visit.id, &tokens, now);
    Ok(token.map(|token| (visit, token)))
}

/// By the same door as every other client: the access token as a bearer. RFC 6750 §2.1.
pub(super) async fn actor(app: &App, token: &str, from: IpAddr, now: Timestamp) -> Result<Actor, NoActor> {
    let value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| NoActor::Malformed("the access token is no header value"))?;
    actor::actor(app, &HeaderMap::from_iter([(header::AUTHORIZATION, value)]), from, now).await
}

async fn end(app: &App, visit: &Visit) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.push(visits::delete(&visit.id));
    app.store.commit(batch).await.map(drop)
}

/// To the authorization endpoint, and back here. A form that was sent is lost then: that is said and not hidden.
async fn away(app: &App, approach: &Approach, now: Timestamp) -> Result<Response, PageError> {
    if !approach.is_get {
        return Err(Problem::SignedOutMeanwhile { home: Part::of(&approach.back).home() }.into());
    }
    let wish = Wish { back: &approach.back, is_fresh_login: false, is_again: false };
    depart(app, &approach.itself, (&approach.headers, &approach.caller), wish, now).await.map_err(refused)
}

async fn note_seen(
    app: &App,
    session: &Session,
    approach: &Approach,
    now: Timestamp,
) -> Result<(), StoreError> {
    if session.last_seen_at.is_some_and(|seen| now.since(seen) < SEEN_EVERY) {
        return Ok(());
    }
    let mut batch = Batch::new();
    let device = user_agent(&approach.headers);
    batch.push(sessions::seen(&session.id, approach.from, device.as_deref(), now));
    app.store.commit(batch).await.map(drop)
}
