//! The one way a page leaves this server: with the headers that keep it from being framed, sniffed, cached or scripted. RFC 9700 §4.16.

use std::time::Duration;

use askama::Template;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{authorize::response::AuthorizationResponse, error::Refusal};
use http::{HeaderValue, StatusCode, header};
use store::StoreError;

use super::page::{ErrorPage, FormPost, Login, Problem};
use crate::{
    pace::TooOften,
    password::Busy,
    telemetry::request,
    web::flow::describe,
    wire::{Failure, error},
    words::{self, filters::Speaking},
};

/// Why a person is shown an error page.
#[derive(Debug)]
pub struct PageError(pub Problem);

/// A page whose forms post only to this server.
pub fn page(status: StatusCode, page: &impl Template) -> Response {
    render(status, page, FormAction::Here, Script::None)
}

/// The same with a script of ours, which may ask this server and nobody else.
pub fn page_with_script(status: StatusCode, page: &impl Template) -> Response {
    render(status, page, FormAction::Here, Script::Asking)
}

/// A page whose forms may lead, at the end of their redirects, to a client. Browsers hold the whole chain of redirects against
/// `form-action`, also what the client does afterwards, and no list of sources can name an IPv6 literal: so it has none. Its forms go to
/// this server by themselves, and carry a token that only its own pages have.
pub fn page_towards_client(status: StatusCode, page: &impl Template) -> Response {
    render(status, page, FormAction::Anywhere, Script::None)
}

/// The same for a page that waits: the browser asks for the path of this server, with or without scripts, after that time.
pub fn page_that_asks_again(page: &impl Template, (after, path): (Duration, &str)) -> Response {
    let mut response = page_towards_client(StatusCode::OK, page);
    if let Ok(again) = HeaderValue::try_from(format!("{}; url={path}", after.as_secs())) {
        response.headers_mut().insert(header::REFRESH, again);
    }
    response
}

/// The login page. Only where a device can be asked it has a script.
pub fn sign_in_page(status: StatusCode, page: &Login) -> Response {
    let form_action = if page.app.is_some() { FormAction::Anywhere } else { FormAction::Here };
    let script = if page.passkey.is_some() { Script::Own } else { Script::None };
    render(status, page, form_action, script)
}

/// Sends an authorization response to the client: 303, so that a form is never sent on, or the form that posts it. RFC 9700 §4.12.
pub fn answer(response: &AuthorizationResponse) -> Response {
    use domain::authorize::request::ResponseMode;
    match response.response_mode {
        ResponseMode::Query | ResponseMode::Fragment => see_other(&response.location()),
        ResponseMode::FormPost => {
            let form = FormPost {
                action: response.redirect_uri.as_str().to_owned(),
                destination: describe::destination(&response.redirect_uri),
                fields: response.parameters.clone(),
            };
            let mut page = render(StatusCode::OK, &form, FormAction::Anywhere, Script::Own);
            // The client sees where the form came from, and nothing more.
            page.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
            page
        }
    }
}

/// 303 to a place that is already known to be right: a path of this server or a validated URI.
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        return error::internal();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Where the forms of a page may lead.
#[derive(Clone, Copy)]
enum FormAction {
    Here,
    Anywhere,
}

/// What scripts a page has.
#[derive(Clone, Copy)]
enum Script {
    None,
    Own,
    /// One that asks this server something.
    Asking,
}

fn render(status: StatusCode, page: &impl Template, form_action: FormAction, script: Script) -> Response {
    let locale = words::current();
    let Ok(html) = page.render_with_values(&Speaking(locale)) else {
        return error::internal();
    };
    let script = match script {
        Script::None => "",
        Script::Own => "script-src 'self'; ",
        Script::Asking => "script-src 'self'; connect-src 'self'; ",
    };
    let form_action = match form_action {
        FormAction::Here => "form-action 'self'; ",
        FormAction::Anywhere => "",
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; {script}{form_action}frame-ancestors 'none'; base-uri 'none'"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, locale.tag()),
        (header::VARY, "accept-language"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Forms of these pages carry their origin, other sites learn nothing.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::BAD_REQUEST);
        tracing::info!(status = status.as_u16(), problem = ?self.0, "error page");
        let retry_after = self.0.retry_after();
        let mut response = page(status, &ErrorPage { problem: self.0, request_id: request::current_id() });
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<TooOften> for PageError {
    fn from(TooOften { retry_after }: TooOften) -> Self {
        Self(Problem::TooManyRequests { retry_after })
    }
}

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Everybody => Self::Unavailable,
            Busy::Source => Self::TooManyRequests { retry_after: Duration::from_secs(1) },
            Busy::TooOften(TooOften { retry_after }) => Self::TooManyRequests { retry_after },
        }
    }
}

impl From<Problem> for PageError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the store gave no answer");
        match error {
            StoreError::Unavailable(_) => Self(Problem::Unavailable),
            StoreError::Nul => {
                Self(Problem::BadRequest { detail: "the request holds a NUL character".to_owned() })
            }
            _ => Self(Problem::Internal),
        }
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self(Problem::BadRequest { detail: refusal.description().to_owned() })
    }
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) | Failure::At(_, refusal) | Failure::Unauthenticated(refusal) => {
                refusal.into()
            }
            Failure::TooLarge => Self(Problem::TooLarge),
            Failure::UnsupportedMediaType(_) => {
                Self(Problem::BadRequest { detail: "the body is not a form".to_owned() })
            }
            Failure::Store(error) => error.into(),
            Failure::Key(_) => Self(Problem::Internal),
            Failure::Busy => Self(Problem::Unavailable),
            Failure::TooOften(too_often) => too_often.into(),
        }
    }
}
