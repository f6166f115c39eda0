//! The forms of signing in: nobody has a session yet, and a cookie of the browser stands for it.

use axum::body::Body;
use domain::parameters::Parameters;
use http::HeaderMap;

use super::interaction::one;
use crate::{
    app::App,
    web::{page::Problem, respond::PageError, session},
    wire::{cookie, extract::body as read_body},
};

/// What the form called `name` says, and the cookie of the browser that sent it: the one that the page with the form was given to.
pub(super) async fn sent_form<'h>(
    app: &App,
    headers: &'h HeaderMap,
    body: Body,
    name: &str,
) -> Result<(Parameters, &'h str), PageError> {
    let form = read_body::form(headers, body).await?;
    let browser = cookie::read(headers, &app.config.issuer, cookie::BROWSER).ok_or(Problem::ForeignForm)?;
    session::check_form(app, headers, one(&form, "csrf")?, &session::csrf(app, name, browser))?;
    Ok((form, browser))
}
