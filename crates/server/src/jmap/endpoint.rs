//! `POST /jmap`: the calls of a request, one after the other. RFC 8620 §3.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::directory::Account;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jmap::{
    error::{MethodError, MethodErrorType},
    exchange::{self, Exchange, Step},
    method::MethodName,
    problem::{Limit, Problem},
    request::Request,
    response,
};

use super::{
    CAPABILITY, LIMITS, deadline::Deadline, is_known_capability, method::Call, objects, places::Full, session,
};
use crate::{
    admin::actor::Actor,
    app::App,
    clock,
    wire::{
        Failure, answer,
        extract::{
            Peer,
            actor::{NoActor, actor},
            body,
        },
        problem,
    },
};

/// Why a request as a whole is not answered.
enum Refused {
    NoActor(NoActor),
    Problem(Problem),
    /// A body that was not read to its end.
    Unread(Problem),
    Busy,
    Internal,
}

pub async fn post(State(app): State<Arc<App>>, Peer(from): Peer, headers: HeaderMap, body: Body) -> Response {
    match respond(&app, from, &headers, body).await {
        Ok(response) => answer::json(StatusCode::OK, &response.into_json()),
        Err(refused) => refused.into_response(),
    }
}

async fn respond(
    app: &App,
    from: IpAddr,
    headers: &HeaderMap,
    body: Body,
) -> Result<response::Response, Refused> {
    let deadline = Deadline::start();
    let actor = actor(app, headers, from, clock::now()).await.map_err(Refused::NoActor)?;
    let account = actor.account().ok_or(Refused::Internal)?;
    let too_many = || Problem::Limit { limit: Limit::MaxConcurrentRequests };
    let _body_place = app.places.for_body(&actor).map_err(|full| match full {
        Full::Account => Refused::Unread(too_many()),
        Full::Everybody => Refused::Busy,
    })?;
    let bytes = read(headers, body).await?;
    // Only now: who sends slowly keeps nobody waiting.
    let _place = app.places.for_request(&actor).map_err(|full| match full {
        Full::Account => Refused::Problem(too_many()),
        Full::Everybody => Refused::Busy,
    })?;
    let request = Request::parse(&bytes, &LIMITS, is_known_capability).map_err(Refused::Problem)?;
    drop(bytes);
    let mut exchange = Exchange::begin(request, &LIMITS);
    let answered = loop {
        exchange = match exchange.next_step() {
            Step::Done(answered) => break answered,
            Step::Call(call) => make(call, app, &actor, account, deadline).await,
        };
    };
    let session = session::of(app, account).ok_or(Refused::Internal)?;
    Ok(answered.into_response(session.state()))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Refused> {
    if !body::is_json(headers) {
        let reason = "the Content-Type is not application/json".to_owned();
        return Err(Refused::Unread(Problem::NotJson { reason }));
    }
    body::read(headers, body, LIMITS.max_size_request).await.map_err(|failure| match failure {
        Failure::TooLarge => Refused::Unread(Problem::Limit { limit: Limit::MaxSizeRequest }),
        _ => Refused::Unread(Problem::NotJson { reason: "the body was not received whole".to_owned() }),
    })
}

/// Makes one call. A method that does not exist, or whose capability is not used, is unknown.
async fn make(
    mut call: exchange::Call,
    app: &App,
    actor: &Actor,
    account: &Account,
    deadline: Deadline,
) -> Exchange {
    if !call.uses(CAPABILITY) {
        return call.refuse_as_unknown();
    }
    // Calls of others come in between; and what would not be answered any more is not begun.
    tokio::task::yield_now().await;
    if deadline.is_over() {
        let why = "the request took too long; send the rest again";
        return call.answer(Err(MethodError::new(MethodErrorType::ServerUnavailable, why)));
    }
    let name = call.name().to_owned();
    let Some(method) = MethodName::parse(&name) else { return call.refuse_as_unknown() };
    let Some(object) = objects::find(method.data_type) else { return call.refuse_as_unknown() };
    let arguments = call.take_arguments();
    // A new time for each call, so that what one made is there for the next.
    let made_with = Call { app, actor, account, now: clock::now(), created: call.created_ids(), deadline };
    let result = object.answer(method.verb, arguments, made_with).await;
    if let Err(error) = &result {
        tracing::debug!(method = name, error = error.kind().as_str(), "a call was refused");
    }
    call.answer(result)
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NoActor(no_actor) => no_actor.into_response(),
            Self::Problem(problem) => problem::details(StatusCode::BAD_REQUEST, &problem.to_json()),
            Self::Unread(problem) => {
                let mut response = problem::details(StatusCode::BAD_REQUEST, &problem.to_json());
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
            Self::Busy => problem::unavailable(),
            Self::Internal => problem::internal(),
        }
    }
}
