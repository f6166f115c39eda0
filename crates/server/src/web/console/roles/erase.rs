//! `/admin/roles/{id}/delete`: asks, and deletes a role that nobody has.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::directory::{Role, permission::Permission};

use super::load;
use crate::{
    admin::{Means, roles},
    app::App,
    web::{
        console::Question,
        frame::{Frame, Place},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::said,
};

const FORM: &str = "delete role";

pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RoleDestroy)?;
    let role = load(&app, &visitor, &id).await?;
    Ok(question(&app, &visitor, &role).respond())
}

pub async fn erase(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let role = load(&app, &visitor, &id).await?;
    match roles::destroy(Means::of(&app), &visitor.actor, &role.id).await {
        Ok(()) => Ok(respond::see_other(&format!("{}/admin/roles?done=1", app.config.issuer.path()))),
        Err(error) => {
            let wrong = Some(Wrong::with_role(error)?);
            Ok(Question { wrong, ..question(&app, &visitor, &role) }.respond())
        }
    }
}

fn question(app: &App, visitor: &Visitor, role: &Role) -> Question {
    Question::before_deletion(
        Frame::of(app, visitor, Place::Roles),
        visitor.csrf(app, FORM),
        &role.description,
        said("Only a role that nobody has can be deleted. This cannot be undone."),
        format!("{}/{}", Place::Roles.path(), role.id),
    )
}
