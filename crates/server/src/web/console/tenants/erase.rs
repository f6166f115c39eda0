//! `/admin/tenants/{id}/delete`: asks, and deletes a tenant that nothing belongs to.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::directory::{Tenant, permission::Permission};

use super::load;
use crate::{
    admin::{Means, tenants},
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

const FORM: &str = "delete tenant";

pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::TenantDestroy)?;
    let tenant = load(&app, &visitor, &id).await?;
    Ok(question(&app, &visitor, &tenant).respond())
}

pub async fn erase(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let tenant = load(&app, &visitor, &id).await?;
    match tenants::destroy(Means::of(&app), &visitor.actor, &tenant.id).await {
        Ok(()) => Ok(respond::see_other(&format!("{}/admin/tenants?done=1", app.config.issuer.path()))),
        Err(error) => {
            let wrong = Some(Wrong::with_tenant(error)?);
            Ok(Question { wrong, ..question(&app, &visitor, &tenant) }.respond())
        }
    }
}

fn question(app: &App, visitor: &Visitor, tenant: &Tenant) -> Question {
    Question::before_deletion(
        Frame::of(app, visitor, Place::Tenants),
        visitor.csrf(app, FORM),
        &tenant.name,
        said("Only a tenant that nothing belongs to any more can be deleted. This cannot be undone."),
        format!("{}/{}", Place::Tenants.path(), tenant.id),
    )
}
