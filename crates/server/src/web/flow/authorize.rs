//! `/authorize`, by `GET` and `POST`: an application asks for access on behalf of a person. RFC 6749 §3.1, OpenID Connect Core §3.1.2.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    authorize::{
        checks,
        destination::{self, DestinationError},
        request::{AuthorizationRequest, RefusedRequest},
        response::AuthorizationResponse,
    },
    client::standing::Standing,
    discovery::path,
    error::{ErrorCode, Refusal},
    jose,
    parameters::Parameters,
};
use http::{HeaderMap, Method, StatusCode};

use crate::{
    app::App,
    clock,
    documents::Moment,
    pace::Line,
    web::{
        flow::{
            foreign_post, id_token_hint,
            proceed::{self, Progress, interstitial, is_unseen, proceed},
        },
        page::{Foreign, Problem},
        respond::{self, PageError},
        session,
    },
    wire::{
        answer,
        extract::{Peer, body as read_body},
    },
    words::{self, Locale},
};

pub async fn get(
    State(app): State<Arc<App>>,
    method: Method,
    Peer(from): Peer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    app.pace.take(Line::Authorize, from, clock::now())?;
    if is_unseen(&method, &headers) {
        return Ok(answer::empty(StatusCode::NO_CONTENT));
    }
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    authorize(&app, &parameters, &headers).await
}

pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    app.pace.take(Line::Authorize, from, clock::now())?;
    let form = read_body::form(&headers, body).await?;
    if let Some(response) = foreign_post::by_get(&app, &headers, path::AUTHORIZE, &form) {
        return Ok(response);
    }
    authorize(&app, &form, &headers).await
}

/// Client and redirect URI first; only then may anything be answered to the client.
async fn authorize(app: &App, parameters: &Parameters, headers: &HeaderMap) -> Result<Response, PageError> {
    let now = clock::now();
    // Already for the page that says what is wrong with the rest.
    words::prefer(parameters.all("ui_locales").next().and_then(Locale::first_of));
    let client_id = destination::client_id(parameters).map_err(|error| explain(&error, parameters))?;
    let session = session::current(app, headers, now).await?;
    let whose = (session.as_ref(), Moment::Request);
    let standing = proceed::standing_but_for_approval(app, &client_id, whose, now).await?;
    let redirect_uri = destination::redirect_uri(parameters, &standing, app.config.issuer.url())
        .map_err(|error| explain(&error, parameters))?;
    let checked =
        checks::check(parameters, &standing, redirect_uri, &app.live().settings, app.config.issuer.url());
    match checked.and_then(|request| with_hint(app, parameters, request)) {
        Ok(request) => {
            proceed(app, &standing, Progress { request, session, interaction: None, headers }, now).await
        }
        Err(refused) => Ok(refuse(app, &standing, refused)),
    }
}

/// The person that `id_token_hint` names. A hint that is not ours makes the request invalid. OpenID Connect Core §3.1.2.1.
fn with_hint(
    app: &App,
    parameters: &Parameters,
    mut request: AuthorizationRequest,
) -> Result<AuthorizationRequest, RefusedRequest> {
    let Some(hint) = parameters.all("id_token_hint").next() else {
        return Ok(request);
    };
    let claims = id_token_hint::verify(app, hint);
    let subject = claims.as_ref().and_then(|claims| jose::claims::text(claims, "sub").ok());
    match subject {
        Some(subject) => {
            request.hinted_subject = Some(subject.to_owned());
            Ok(request)
        }
        None => Err(RefusedRequest {
            reply_to: request.reply_to(),
            refusal: Refusal::new(
                ErrorCode::InvalidRequest,
                "id_token_hint is not an ID token of this server",
            ),
            is_silent: request.prompt.is_silent(),
        }),
    }
}

/// An error for the client: by redirect if it is verified or asked for silence, else by a page that says where it leads.
fn refuse(app: &App, standing: &Standing, refused: RefusedRequest) -> Response {
    let response = AuthorizationResponse::error(refused.reply_to, &refused.refusal, app.issuer());
    if standing.is_verified() || refused.is_silent {
        respond::answer(&response)
    } else {
        interstitial(app, standing, &refused.refusal, &response)
    }
}

fn explain(error: &DestinationError, parameters: &Parameters) -> PageError {
    let shown = |name: &str| Foreign::from(parameters.all(name).next().unwrap_or_default());
    PageError(match error {
        DestinationError::Parameter(error) => Problem::BadRequest { detail: error.to_string() },
        DestinationError::MalformedClientId => Problem::UnknownClient { client_id: shown("client_id") },
        DestinationError::NotRegistered => Problem::RedirectUriNotRegistered {
            client_id: shown("client_id"),
            presented: shown("redirect_uri"),
        },
        DestinationError::NotTolerated => Problem::RedirectUriNotTolerated {
            client_id: shown("client_id"),
            presented: shown("redirect_uri"),
        },
    })
}
