//! `/admin/provider`: the settings, every one with its meaning and its default, in force at once.

mod field;
mod form;
mod table;
mod webadmin;

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{directory::permission::Permission, error::Refusal, parameters::Parameters};
use http::StatusCode;
use serde_json::Value;

use self::{
    field::{Kind, Part, Told, UNITS},
    form::{Line, lines, read},
    webadmin::Webadmin,
};
use crate::{
    admin::settings::{self, SettingsError},
    app::App,
    web::{
        frame::{Frame, Place},
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "provider";

const REQUIRED: &str = "requireClientRegistration";

#[derive(Debug, Template)]
#[template(path = "console/provider/page.html")]
struct Page {
    frame: Frame,
    csrf: String,
    lines: Vec<Line>,
    is_done: bool,
    may_update: bool,
    may_create_clients: bool,
    /// The requirement holds, and the console does not meet it.
    locks_out: Option<Webadmin>,
}

/// Asks before the requirement shuts the console itself out.
#[derive(Debug, Template)]
#[template(path = "console/provider/warning.html")]
struct Warning {
    frame: Frame,
    csrf: String,
    webadmin: Webadmin,
    callbacks: [String; 2],
    /// Everything that was sent, to be sent once more with the answer.
    sent: Vec<(String, String)>,
    may_create_clients: bool,
    wrong: Option<Wrong>,
}

impl Page {
    fn of(&self, part: Part) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.field.part == part)
    }

    fn is_wrong(&self) -> bool {
        self.lines.iter().any(|line| line.wrong.is_some())
    }
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OidcProviderGet)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let current = settings::load(&app.store).await?;
    let is_done = parameters.one("done").map_err(Refusal::from)?.is_some();
    let page = page(&app, &visitor, (lines(&current), is_done), current.require_client_registration).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

/// Saves what was changed, all of it or nothing.
pub async fn save(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    visitor.require(Permission::OidcProviderUpdate)?;
    let current = settings::load(&app.store).await?;
    let read = read(&sent, &current)?;
    if read.iter().any(|line| line.wrong.is_some()) {
        let page = page(&app, &visitor, (read, false), current.require_client_registration).await?;
        return Ok(respond::page(Wrong::STATUS, &page));
    }
    let changes: Vec<(&str, Value)> =
        read.iter().filter_map(|line| Some((line.field.name, line.change.clone()?))).collect();
    let turns_on = changes.iter().any(|(name, value)| *name == REQUIRED && value == &Value::Bool(true));
    match sent.one("webadmin").map_err(Refusal::from)? {
        Some("register") => {
            if let Err(error) = webadmin::register(&app, &visitor).await {
                let wrong = Wrong::with_client(error)?;
                return warning(&app, &visitor, &sent, Some(wrong)).await;
            }
        }
        None if turns_on && Webadmin::now(&app, visitor.now).await? != Webadmin::Ready => {
            return warning(&app, &visitor, &sent, None).await;
        }
        Some(_) | None => {}
    }
    if !changes.is_empty() {
        let (sealer, actor) = (&app.key_sealer, &visitor.actor);
        settings::set(&app.store, sealer, &changes, actor, &app.chance, crate::clock::now()).await?;
    }
    // Other nodes, and this one if it fails here, see it within a second.
    if let Err(error) = app.refresh().await {
        tracing::warn!(%error, "new settings are not in force yet");
    }
    Ok(respond::see_other(&format!("{}/admin/provider?done=1", app.config.issuer.path())))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    (lines, is_done): (Vec<Line>, bool),
    is_required: bool,
) -> Result<Page, PageError> {
    let webadmin = if is_required { Webadmin::now(app, visitor.now).await? } else { Webadmin::Ready };
    let may = |permission| visitor.actor.permissions.contains(permission);
    Ok(Page {
        frame: Frame::of(app, visitor, Place::Provider),
        csrf: visitor.csrf(app, FORM),
        lines,
        is_done,
        may_update: may(Permission::OidcProviderUpdate),
        may_create_clients: webadmin::may_register(visitor),
        locks_out: Some(webadmin).filter(|webadmin| *webadmin != Webadmin::Ready),
    })
}

async fn warning(
    app: &App,
    visitor: &Visitor,
    sent: &Parameters,
    wrong: Option<Wrong>,
) -> Result<Response, PageError> {
    let status = if wrong.is_some() { Wrong::STATUS } else { StatusCode::OK };
    let kept = sent.iter().filter(|(name, _)| !["csrf", "webadmin"].contains(name));
    let page = Warning {
        frame: Frame::of(app, visitor, Place::Provider),
        csrf: visitor.csrf(app, FORM),
        webadmin: Webadmin::now(app, visitor.now).await?,
        callbacks: webadmin::callbacks(app),
        sent: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        may_create_clients: webadmin::may_register(visitor),
        wrong,
    };
    Ok(respond::page(status, &page))
}

impl From<SettingsError> for PageError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Forbidden(_) => Problem::NotPermitted.into(),
            SettingsError::Store(error) => error.into(),
            SettingsError::Setting(error) => Problem::BadRequest { detail: error.to_string() }.into(),
            SettingsError::Keys(error) => error.into(),
        }
    }
}
