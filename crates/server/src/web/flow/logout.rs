//! `/logout`: ending the session, asked for by the person or by an application. OpenID Connect RP-Initiated Logout 1.0.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{client::ClientId, discovery::path, parameters::Parameters, redirect_uri::RedirectUri};
use http::{HeaderMap, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Batch, clients, sessions, visits};

use super::{foreign_post, id_token_hint, interaction::one};
use crate::{
    app::App,
    clock,
    web::{
        page::{Back, Foreign, LogoutConfirm, Problem, SignedOut},
        respond::{self, PageError},
        session,
    },
    wire::{cookie, extract::body as read_body},
    words::{self, Locale},
};

const SEAL: &str = "logout";

/// Where the browser goes afterwards: a URI that the client registered, and its `state`.
#[derive(Debug, Serialize, Deserialize)]
struct Return {
    uri: String,
    state: Option<String>,
    app: Option<String>,
    is_verified: bool,
}

impl Return {
    /// The registered URI with the `state` of the request. §3.
    fn location(&self) -> String {
        let Some(state) = &self.state else { return self.uri.clone() };
        let state = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
        let separator = if self.uri.contains('?') { '&' } else { '?' };
        format!("{}{separator}{state}", self.uri)
    }
}

/// `GET` asks, and so does a `POST` without our token: leaving is always the person's own decision. §2, §6.
pub async fn handle(
    State(app): State<Arc<App>>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let form = if method == Method::POST {
        let form = read_body::form(&headers, body).await?;
        if let Some(response) = foreign_post::by_get(&app, &headers, path::LOGOUT, &form) {
            return Ok(response);
        }
        form
    } else {
        Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(domain::error::Refusal::from)?
    };
    words::prefer(form.all("ui_locales").next().and_then(Locale::first_of));
    let session = session::current(&app, &headers, now).await?;
    let Some(session) = session else {
        let request = requested(&app, &form).await?;
        return Ok(match request {
            Some(request) if request.is_verified => respond::see_other(&request.location()),
            request => signed_out(request.as_ref()),
        });
    };
    let csrf = session::csrf(&app, "logout", session.id.as_str());
    if let (Some(_), true) = (one(&form, "csrf")?, method == Method::POST) {
        session::check_form(&app, &headers, one(&form, "csrf")?, &csrf)?;
        let mut batch = Batch::new();
        batch.push(visits::revoke_grants_of_session(&session.id, now));
        batch.push(sessions::delete(&session.id));
        let _ = app.store.commit(batch).await?;
        tracing::info!(account = session.account.name, "signed out");
        let request = one(&form, "request")?.and_then(|sealed| unseal(&app, sealed));
        let mut response =
            request.map_or_else(|| signed_out(None), |request| respond::see_other(&request.location()));
        for name in [cookie::SESSION, cookie::VISIT] {
            if let Some(cookie) = cookie::clear(&app.config.issuer, name) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        return Ok(response);
    }
    let request = requested(&app, &form).await?;
    let destination = request.as_ref().and_then(|request| url::Url::parse(&request.uri).ok());
    let page = LogoutConfirm {
        csrf,
        account: Foreign::from(session.account.name.as_str()),
        app: request.as_ref().and_then(|request| request.app.as_deref()).map(Foreign::from),
        destination: destination.as_ref().map(host),
        request: request.as_ref().map(|request| seal(&app, request)),
        cancel: format!("{}/", app.config.issuer.path()),
    };
    Ok(respond::page_towards_client(StatusCode::OK, &page))
}

/// Where the request wants to go afterwards, if a client of ours registered that: exactly, but for the port of a loopback address, of
/// which a shared registration remembers only one installation's. Anything else is not followed. §3, RFC 8252 §7.3.
async fn requested(app: &App, form: &Parameters) -> Result<Option<Return>, PageError> {
    let hint = one(form, "id_token_hint")?
        .map(|hint| id_token_hint::verify(app, hint).ok_or(bad_hint()))
        .transpose()?;
    let Some(uri) = one(form, "post_logout_redirect_uri")? else {
        return Ok(None);
    };
    let hinted = hint.as_ref().and_then(|claims| claims.get("aud")).and_then(Value::as_str);
    let named = one(form, "client_id")?;
    if let (Some(hinted), Some(named)) = (hinted, named)
        && hinted != named
    {
        return Err(bad_hint());
    }
    let Some(client_id) = hinted.or(named).and_then(ClientId::parse) else {
        return Ok(None);
    };
    let client = clients::by_client_id(&app.store, &client_id).await?;
    let destination = client.filter(|client| client.is_usable(clock::now())).and_then(|client| {
        RedirectUri::select(&client.metadata.post_logout_redirect_uris, uri).map(|uri| (client, uri))
    });
    match destination {
        Some((client, uri)) => Ok(Some(Return {
            uri: uri.as_str().to_owned(),
            state: one(form, "state")?.map(str::to_owned),
            app: client.metadata.client_name,
            is_verified: client.is_verified,
        })),
        None => Err(Problem::BadRequest {
            detail: "post_logout_redirect_uri is not registered for this client; nobody was signed out"
                .to_owned(),
        }
        .into()),
    }
}

fn bad_hint() -> PageError {
    Problem::BadRequest {
        detail: "id_token_hint is not an ID token of this server for this client".to_owned(),
    }
    .into()
}

/// Nobody is signed in any more. An application that nobody vouches for gets a link instead of a redirect: nobody has acted, and anybody
/// could send people to its address by this server's good name. RFC 9700 §4.11.2.
fn signed_out(request: Option<&Return>) -> Response {
    let back = request.and_then(|request| {
        let host = host(&url::Url::parse(&request.uri).ok()?);
        Some(Back { href: request.location(), host })
    });
    respond::page(StatusCode::OK, &SignedOut { back })
}

fn host(url: &url::Url) -> Foreign {
    Foreign::from(url.host_str().unwrap_or(url.scheme()))
}

fn seal(app: &App, request: &Return) -> String {
    app.browser_sealer.seal(SEAL, &serde_json::to_vec(request).unwrap_or_default())
}

fn unseal(app: &App, sealed: &str) -> Option<Return> {
    serde_json::from_slice(&app.browser_sealer.open(SEAL, sealed)?).ok()
}
