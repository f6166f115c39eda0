//! `/account/sign-in-again`: whoever is signed in proves it once more and comes back. OpenID Connect Core §3.1.2.1, `prompt`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{RawQuery, Request, State},
    response::Response,
};
use domain::{error::Refusal, parameters::Parameters};

use super::{
    arrival::refused,
    departure::{Wish, depart},
    itself::{Itself, OnBehalf},
};
use crate::{
    app::App,
    clock,
    web::{frame::Place, respond::PageError},
};

/// Comes back to the place of the menu that `to` names; to no other address, whatever it says.
pub async fn sign_in_again(
    State(app): State<Arc<App>>,
    Extension(itself): Extension<Itself>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let to = asked.one("to").map_err(Refusal::from)?.unwrap_or_default();
    let back = Place::ALL.iter().find(|place| place.path() == to).unwrap_or(&Place::Security).path();
    let (parts, _) = request.into_parts();
    let caller = OnBehalf::of(&parts);
    let wish = Wish { back, is_fresh_login: true, is_again: false };
    depart(&app, &itself, (&parts.headers, &caller), wish, clock::now()).await.map_err(refused)
}
