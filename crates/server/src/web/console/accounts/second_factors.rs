//! `/admin/accounts/{id}/second-factors`: asks, and takes them away from somebody who lost the phone.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::directory::{Entry, Kind, permission::Permission};

use super::Folk;
use crate::{
    admin::{Means, second_factors},
    app::App,
    web::{
        console::Question,
        frame::Frame,
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::said,
};

const FORM: &str = "reset second factors";

const FOLK: Folk = Folk(Kind::User);

pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AccountUpdate)?;
    let entry = FOLK.load(&app, &visitor, &id).await?;
    Ok(question(&app, &visitor, &entry).respond())
}

pub async fn reset(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let entry = FOLK.load(&app, &visitor, &id).await?;
    match second_factors::reset(Means::of(&app), &visitor.actor, &entry.account.id).await {
        Ok(_) => {
            let path = app.config.issuer.path();
            Ok(respond::see_other(&format!("{path}/admin/accounts/{}?done=1", entry.account.id)))
        }
        Err(error) => {
            let wrong = Some(Wrong::with_factors(error)?);
            Ok(Question { wrong, ..question(&app, &visitor, &entry) }.respond())
        }
    }
}

fn question(app: &App, visitor: &Visitor, entry: &Entry) -> Question {
    let back = format!("{}/{}", FOLK.path(), entry.account.id);
    Question {
        frame: Frame::of(app, visitor, FOLK.place()),
        csrf: visitor.csrf(app, FORM),
        asks: said("Take the second factors of {0} away?"),
        name: Foreign::from(entry.account.name.as_str()),
        then: said(
            "Codes of an app, recovery codes and passkeys are forgotten: the password alone signs in, until the person sets up new ones. Do this only for somebody whom you know to have lost them.",
        ),
        does: said("Take them away"),
        action: format!("{back}/second-factors"),
        back,
        wrong: None,
    }
}
