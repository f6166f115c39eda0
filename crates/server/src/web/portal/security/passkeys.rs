//! `/account/security/passkeys`: added, renamed and removed.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{error::Refusal, id::Id};

use super::{PASSKEYS, done_page, refused::refused};
use crate::{
    admin::{Means, second_factors},
    app::App,
    web::{page::Problem, respond::PageError, webadmin::Visitor},
};

pub async fn add(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, PASSKEYS, body).await?;
    let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default());
    let answer = (text("passkey")?, text("credential")?);
    let (means, factors) = (Means::of(&app), &app.second_factors);
    match second_factors::add_passkey(means, factors, &visitor.actor, answer, text("name")?).await {
        Ok(_) => Ok(done_page(&app, "added")),
        Err(error) => refused(&app, &visitor, error).await,
    }
}

/// Renames or removes one.
pub async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, PASSKEYS, body).await?;
    let id = Id::parse(&id).ok_or(Problem::NotFound)?;
    let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default());
    let (means, actor) = (Means::of(&app), &visitor.actor);
    let (changed, word) = match text("action")? {
        "rename" => {
            let renamed = second_factors::rename_passkey(means, actor, &id, text("name")?).await;
            (renamed.map(drop), "renamed")
        }
        "remove" => (second_factors::remove_passkey(means, actor, &id).await, "removed"),
        _ => return Err(Problem::BadRequest { detail: "there is no such action".to_owned() }.into()),
    };
    match changed {
        Ok(()) => Ok(done_page(&app, word)),
        Err(error) => refused(&app, &visitor, error).await,
    }
}
