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
        page::Foreign,
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
    let back = format!("{}/{}", Place::Roles.path(), role.id);
    Question {
        frame: Frame::of(app, visitor, Place::Roles),
        csrf: visitor.csrf(app, FORM),
        asks: said("Delete {0}?"),
        name: Foreign::from(role.description.as_str()),
        then: said("Only a role that nobody has can be deleted. This cannot be undone."),
        does: said("Delete for good"),
        action: format!("{back}/delete"),
        back,
        wrong: None,
    }
}
