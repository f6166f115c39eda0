//! `/admin/accounts/{id}` and `/admin/groups/{id}`: everything about one of them, and the switch.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{directory::Entry, error::Refusal, id::Id, parameters::Parameters};
use http::StatusCode;

use super::{
    Folk, Named,
    whole::{self, Show},
};
use crate::{
    admin::{Means, accounts},
    app::App,
    web::{
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
};

pub(super) const FORM: &str = "account switch";

pub async fn show(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let entry = folk.load(&app, &visitor, &id).await?;
    let page = whole::page(&app, &visitor, folk, &entry).await?;
    let is_done = parameters.one("done").map_err(Refusal::from)?.is_some();
    Ok(respond::page(StatusCode::OK, &Show { is_done, ..page }))
}

/// Enables or disables it.
pub async fn switch(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let entry = folk.load(&app, &visitor, &id).await?;
    let is_enabled = match sent.required("action").map_err(Refusal::from)? {
        "enable" => true,
        "disable" => false,
        _ => return Err(Problem::BadRequest { detail: "there is no such action".to_owned() }.into()),
    };
    match accounts::set_enabled(Means::of(&app), &visitor.actor, &entry.account.id, is_enabled).await {
        Ok(_) => {
            let path = app.config.issuer.path();
            Ok(respond::see_other(&format!("{path}{}/{}?done=1", folk.path(), entry.account.id)))
        }
        Err(error) => {
            let wrong = Wrong::with_account(error)?;
            let page = whole::page(&app, &visitor, folk, &entry).await?;
            Ok(respond::page(Wrong::STATUS, &Show { wrong: Some(wrong), ..page }))
        }
    }
}

/// Those of `ids` that the visitor can see, by name.
pub(in crate::web::console) async fn names(
    app: &App,
    visitor: &Visitor,
    ids: &[Id],
) -> Result<Vec<Named>, PageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let entries = accounts::get(&app.store, &visitor.actor, ids).await?;
    let mut named: Vec<_> = entries.into_iter().map(named).collect();
    named.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
    Ok(named)
}

fn named(entry: Entry) -> Named {
    let name = Foreign::from(entry.account.name).shortened(48);
    Named { id: entry.account.id, name }
}
