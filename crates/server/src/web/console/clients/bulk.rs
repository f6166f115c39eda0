//! `POST /admin/clients`: the same for several clients.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{error::Refusal, id::Id};

use crate::{
    admin::{Means, clients},
    app::App,
    web::{
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
    },
};

pub(super) const FORM: &str = "clients";

/// More are never on one page.
const MOST: usize = 100;

/// Disables, enables or deletes the clients that were chosen. Whoever was deleted meanwhile is left out.
pub async fn act(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let form = visitor.sent(&app, FORM, body).await?;
    let action = form.required("action").map_err(Refusal::from)?;
    let ids: Vec<Id> = form.all("client").filter_map(Id::parse).take(MOST).collect();
    let chosen = clients::get(&app.store, &visitor.actor, &ids).await?;
    let (means, actor) = (Means::of(&app), &visitor.actor);
    let mut done: u64 = 0;
    for client in &chosen {
        let client_id = client.client_id.as_str();
        let result = match action {
            "disable" => clients::set_enabled(means, actor, client_id, false).await,
            "enable" => clients::set_enabled(means, actor, client_id, true).await,
            "delete" => clients::destroy(means, actor, client_id).await,
            _ => return Err(Problem::BadRequest { detail: "there is no such action".to_owned() }.into()),
        };
        match result {
            Ok(()) => done = done.saturating_add(1),
            Err(clients::ClientError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(respond::see_other(&format!("{}/admin/clients?done={done}", app.config.issuer.path())))
}
