//! `/admin/audit`: what happened, newest first, found by object, actor, kind and time.

pub mod event;
mod wanted;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    journal::{EventKind, ObjectKind, Sealed},
    parameters::Parameters,
};
use http::StatusCode;
use store::journal::Page;

use self::wanted::{Cursor, Wanted};
use crate::{
    admin::{self, audit},
    app::App,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{Said, filters, said},
};

/// So many rows are on a page.
const ROWS: u32 = 50;

#[derive(Debug, Template)]
#[template(path = "console/audit/list.html")]
struct List {
    frame: Frame,
    wanted: Wanted,
    events: Vec<Line>,
    /// Why the fields find nothing, if one of them is at fault.
    wrong: Option<(&'static str, Said)>,
    newer: Option<String>,
    older: Option<String>,
}

impl List {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.is_some_and(|(name, _)| name == field)
    }
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AuditEventGet)?;
    visitor.require(Permission::AuditEventQuery)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let wanted = Wanted::read(&parameters)?;
    let found = match wanted.filter(&app, &visitor).await? {
        Ok(filter) => {
            admin::journal::seal_some_now(&app).await?;
            Ok(find(&app, &visitor, &wanted, &filter).await?)
        }
        Err(wrong) => Err(wrong),
    };
    let (found, wrong) = match found {
        Ok(found) => (found, None),
        Err(wrong) => (Found::default(), Some(wrong)),
    };
    let end = |event: Option<&Sealed>| event.map(|sealed| sealed.event.id.clone());
    let (first, last) = (end(found.events.first()), end(found.events.last()));
    let address = |is_there: bool, id: Option<Id>, cursor: fn(Id) -> Cursor| {
        id.filter(|_| is_there).map(|id| wanted.address(&cursor(id)))
    };
    let page = List {
        frame: Frame::of(&app, &visitor, Place::Audit),
        events: events::lines(&app.store, &found.events, visitor.actor.tenant()).await?,
        wrong,
        newer: address(found.has_newer, first, Cursor::Newer),
        older: address(found.has_older, last, Cursor::Older),
        wanted,
    };
    let status = if page.wrong.is_some() { Wrong::STATUS } else { StatusCode::OK };
    Ok(respond::page(status, &page))
}

#[derive(Debug, Default)]
struct Found {
    events: Vec<Sealed>,
    has_newer: bool,
    has_older: bool,
}

/// A page of what the filter finds, and whether there is more on either side.
async fn find(
    app: &App,
    visitor: &Visitor,
    wanted: &Wanted,
    filter: &store::journal::Filter,
) -> Result<Found, PageError> {
    let (store, actor) = (&app.store, &visitor.actor);
    // One more than is shown tells that there is more.
    let one_more = ROWS + 1;
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let mut found = Found::default();
    // A mark that is forgotten meanwhile, or was never there, is the beginning.
    let mark = match wanted.cursor.id() {
        Some(id) => {
            audit::get(store, actor, std::slice::from_ref(id)).await?.first().map(|sealed| sealed.position)
        }
        None => None,
    };
    match (&wanted.cursor, mark) {
        (Cursor::Newer(_), Some(position)) => {
            found.events = audit::newer(store, actor, filter, (position, one_more)).await?;
            found.has_newer = found.events.len() > rows;
            if found.has_newer {
                found.events.remove(0);
            }
            found.has_older = true;
        }
        (Cursor::Older(_) | Cursor::Newest | Cursor::Newer(_), after) => {
            let page = Page { after, offset: 0, limit: one_more };
            found.events = audit::query(store, actor, filter, page).await?;
            found.has_older = found.events.len() > rows;
            found.events.truncate(rows);
            found.has_newer = after.is_some();
        }
    }
    Ok(found)
}

/// A kind of object in words.
pub(super) const fn object(kind: ObjectKind) -> Said {
    match kind {
        ObjectKind::OAuthClient => said("OAuth client"),
        ObjectKind::OidcProvider => said("OIDC provider"),
        ObjectKind::ApiKey => said("API key"),
        ObjectKind::AppPassword => said("App password"),
        ObjectKind::Account => said("Account"),
        ObjectKind::AccountPassword => said("Password of an account"),
        ObjectKind::Passkey => said("Passkey"),
        ObjectKind::AccountSettings => said("Settings of an account"),
        ObjectKind::Role => said("Role"),
        ObjectKind::Tenant => said("Tenant"),
        ObjectKind::SigningKey => said("Signing key"),
        ObjectKind::RegistrationPolicy => said("Registration policy"),
        ObjectKind::InitialAccessToken => said("Initial access token"),
    }
}
