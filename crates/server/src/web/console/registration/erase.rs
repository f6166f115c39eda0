//! `/admin/registration/{id}/delete`: asks, and deletes a policy.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{directory::permission::Permission, registration::profile::RegistrationPolicy};

use super::{done, load};
use crate::{
    admin::{Means, registration_policies},
    app::App,
    web::{
        console::Question,
        frame::{Frame, Place},
        respond::PageError,
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::said,
};

const FORM: &str = "delete registration policy";

pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RegistrationPolicyDestroy)?;
    let policy = load(&app, &visitor, &id).await?;
    Ok(question(&app, &visitor, &policy).respond())
}

pub async fn erase(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let policy = load(&app, &visitor, &id).await?;
    match registration_policies::destroy(Means::of(&app), &visitor.actor, &policy.id).await {
        Ok(()) => Ok(done(&app, "deleted")),
        Err(error) => {
            let wrong = Some(Wrong::with_policy(error)?);
            Ok(Question { wrong, ..question(&app, &visitor, &policy) }.respond())
        }
    }
}

fn question(app: &App, visitor: &Visitor, policy: &RegistrationPolicy) -> Question {
    Question::before_deletion(
        Frame::of(app, visitor, Place::Registration),
        visitor.csrf(app, FORM),
        &policy.description,
        said("From then on the door is as open as its own rules leave it."),
        format!("{}/{}", Place::Registration.path(), policy.id),
    )
}
