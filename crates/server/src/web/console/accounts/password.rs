//! `/admin/accounts/{id}/password`: a new password for somebody, typed or made.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{
    directory::{Entry, Kind, permission::Permission},
    id::Id,
};
use http::StatusCode;

use super::{Folk, fields};
use crate::{
    admin::{Means, accounts, first_start::generate_password},
    app::App,
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "set password";

const FOLK: Folk = Folk(Kind::User);

#[derive(Debug, Template)]
#[template(path = "console/accounts/password.html")]
struct Form {
    frame: Frame,
    csrf: String,
    id: Id,
    name: Foreign,
    wrong: Option<Wrong>,
}

/// A password that was just made: it is shown this once.
#[derive(Debug, Template)]
#[template(path = "console/accounts/password_made.html")]
struct Made {
    frame: Frame,
    id: Id,
    name: Foreign,
    password: String,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AccountUpdate)?;
    let entry = FOLK.load(&app, &visitor, &id).await?;
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, &entry, None)))
}

pub async fn set(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let entry = FOLK.load(&app, &visitor, &id).await?;
    let typed = fields::password(&sent)?;
    let password = typed.clone().unwrap_or_else(generate_password);
    match accounts::set_password(Means::of(&app), &visitor.actor, &entry.account.id, &password).await {
        Ok(()) if typed.is_none() => {
            let page = Made {
                frame: Frame::of(&app, &visitor, Place::Accounts),
                name: Foreign::from(entry.account.name),
                id: entry.account.id,
                password: password.expose().to_owned(),
            };
            Ok(respond::page(StatusCode::OK, &page))
        }
        Ok(()) => {
            let path = app.config.issuer.path();
            Ok(respond::see_other(&format!("{path}/admin/accounts/{}?done=1", entry.account.id)))
        }
        Err(error) => {
            let wrong = Wrong::with_account(error)?;
            Ok(respond::page(Wrong::STATUS, &form(&app, &visitor, &entry, Some(wrong))))
        }
    }
}

fn form(app: &App, visitor: &Visitor, entry: &Entry, wrong: Option<Wrong>) -> Form {
    Form {
        frame: Frame::of(app, visitor, Place::Accounts),
        csrf: visitor.csrf(app, FORM),
        id: entry.account.id.clone(),
        name: Foreign::from(entry.account.name.as_str()),
        wrong,
    }
}
