//! `/admin/accounts/{id}/delete` and the same for groups: asks, and deletes.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::directory::{Entry, permission::Permission};

use super::Folk;
use crate::{
    admin::{Means, accounts},
    app::App,
    web::{
        console::Question,
        frame::Frame,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::said,
};

const FORM: &str = "delete account";

pub async fn ask(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AccountDestroy)?;
    let entry = folk.load(&app, &visitor, &id).await?;
    Ok(question(&app, &visitor, folk, &entry).respond())
}

pub async fn erase(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let entry = folk.load(&app, &visitor, &id).await?;
    match accounts::destroy(Means::of(&app), &visitor.actor, &entry.account.id).await {
        Ok(()) => Ok(respond::see_other(&format!("{}{}?done=1", app.config.issuer.path(), folk.path()))),
        Err(error) => {
            let wrong = Some(Wrong::with_account(error)?);
            Ok(Question { wrong, ..question(&app, &visitor, folk, &entry) }.respond())
        }
    }
}

fn question(app: &App, visitor: &Visitor, folk: Folk, entry: &Entry) -> Question {
    let then = if folk.is_group() {
        said("Its members stay, and are in one group less. This cannot be undone.")
    } else {
        said(
            "Everything of this account ends at once: its sessions, its keys, and what it allowed to apps. This cannot be undone; to stop it for a while, disable it.",
        )
    };
    Question::before_deletion(
        Frame::of(app, visitor, folk.place()),
        visitor.csrf(app, FORM),
        &entry.account.name,
        then,
        format!("{}/{}", folk.path(), entry.account.id),
    )
}
