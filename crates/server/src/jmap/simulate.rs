//! `POST /api/simulate/registration`: what a registration would get, and why. Nothing is registered.
//!
//! The body is what a client would send. The query says who would send it: `door`, and with it `tenant` or `token`, by their ids.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{client::Door, error::Refusal, id::Id, parameters::Parameters};
use http::{HeaderMap, StatusCode};
use jmap::json::Object;
use serde_json::{Value, json};
use store::StoreError;

use crate::{
    admin::{
        actor::Actor,
        journal::moment,
        simulation::{self, As, Simulation, SimulationError},
    },
    app::App,
    clock,
    wire::{answer, error::violations, extract::body as read_body, problem},
};

/// Whoever may read registration policies may ask.
pub async fn simulate_registration(
    State(app): State<Arc<App>>,
    actor: Actor,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let wanted = match read(&query.unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(why) => return problem::of_status(StatusCode::BAD_REQUEST, &why),
    };
    let bytes = match read_body::json(&headers, body).await {
        Ok(bytes) => bytes,
        Err(failure) => return failure.into_response(),
    };
    match simulation::simulate(&app, &actor, wanted, &bytes, clock::now()).await {
        Ok(simulation) => answer::json(StatusCode::OK, &told(&simulation)),
        Err(SimulationError::Forbidden(forbidden)) => {
            problem::of_status(StatusCode::FORBIDDEN, &forbidden.to_string())
        }
        Err(SimulationError::Store(StoreError::Unavailable(_))) => problem::unavailable(),
        Err(SimulationError::Store(error)) => {
            tracing::error!(%error, "the store failed");
            problem::internal()
        }
        Err(
            error @ (SimulationError::UnknownTenant
            | SimulationError::UnknownToken
            | SimulationError::TokenElsewhere),
        ) => problem::of_status(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn read(query: &str) -> Result<As, String> {
    let asked =
        Parameters::parse(query.as_bytes()).map_err(|error| Refusal::from(error).description().to_owned())?;
    let one = |name| asked.one(name).map_err(|error| Refusal::from(error).description().to_owned());
    let id = |name: &'static str| match one(name)? {
        Some(text) => Id::parse(text).map(Some).ok_or_else(|| format!("{name}: must be an id")),
        None => Ok(None),
    };
    let token = id("token")?;
    let usual = if token.is_some() { Door::InitialAccessToken } else { Door::Anonymous };
    let door = match one("door")? {
        Some(name) => Door::parse(name).ok_or_else(|| {
            let names: Vec<_> = Door::ALL.iter().map(|door| door.as_str()).collect();
            format!("door: must be one of {}", names.join(", "))
        })?,
        None => usual,
    };
    Ok(As { door, tenant: id("tenant")?, token })
}

/// As the wire has it.
fn told(simulation: &Simulation) -> Object {
    let mut members = Object::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("door", simulation.door.as_str().into());
    put("heldAgainst", json!(simulation.held_against));
    put("isAccepted", simulation.verdict.is_ok().into());
    match &simulation.verdict {
        Ok(outcome) => {
            put("metadata", Value::Object(outcome.metadata.members()));
            put("getsSecret", outcome.gets_secret.into());
            if let Some(client_id) = &outcome.shared_client_id {
                put("sharedClientId", client_id.as_str().into());
            }
            put("waitsForApproval", outcome.approval.is_some().into());
            if let Some(end) = outcome.expires_at {
                put("expiresAt", moment(end).into());
            }
        }
        Err(refusal) => {
            put("status", refusal.code().status().into());
            put("error", refusal.code().as_str().into());
            put("error_description", refusal.description().into());
            if !refusal.violations().is_empty() {
                put("violations", violations(refusal));
            }
        }
    }
    members
}
