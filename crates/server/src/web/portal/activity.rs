//! `/account/activity`: what the account did and what happened to it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::{
        Client, ClientId,
        management::{COMMAND_LINE, WEBADMIN},
    },
    error::Refusal,
    id::Id,
    journal::{CredentialKind, Event, EventKind, ObjectKind, Sealed},
    parameters::Parameters,
};
use http::StatusCode;
use serde_json::Value;
use store::clients;

use crate::{
    admin::{self, own_account},
    app::App,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

/// So many are on a page.
const ROWS: usize = 30;

#[derive(Debug, Template)]
#[template(path = "portal/activity.html")]
struct Activity {
    frame: Frame,
    rows: Vec<Row>,
    is_first: bool,
    /// The position before which the next page begins.
    older: Option<i64>,
}

/// An event as its owner reads it.
#[derive(Debug)]
struct Row {
    line: Line,
    object: Option<Said>,
    name: Option<Foreign>,
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let before = asked.one("before").map_err(Refusal::from)?.and_then(|before| before.parse().ok());
    // What was done a moment ago, on another page, is looked for here.
    admin::journal::seal_now(&app).await?;
    let one_more = u32::try_from(ROWS).unwrap_or(u32::MAX).saturating_add(1);
    let mut found = own_account::activity(&app.store, &visitor.actor, before, one_more).await?;
    let has_more = found.len() > ROWS;
    found.truncate(ROWS);
    let lines = events::lines(&app.store, &found, visitor.actor.tenant()).await?;
    let apps = apps(&app, &found).await?;
    let own = &visitor.account().id;
    let page = Activity {
        frame: Frame::of(&app, &visitor, Place::Activity),
        rows: found.iter().zip(lines).map(|(sealed, line)| Row::of(sealed, line, own, &apps)).collect(),
        is_first: before.is_none(),
        older: found.last().filter(|_| has_more).map(|sealed| sealed.position),
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// The clients that the person decided about and that are still there. Their names were shown then, whatever tenant they are of.
async fn apps(app: &App, found: &[Sealed]) -> Result<Vec<Client>, PageError> {
    let decided = |sealed: &&Sealed| {
        use EventKind::{CodeRedeemed, ConsentDenied, ConsentGiven, ConsentWithdrawn};
        matches!(sealed.event.kind, ConsentGiven | ConsentDenied | ConsentWithdrawn | CodeRedeemed)
    };
    let client = |sealed: &Sealed| match &sealed.event.object {
        Some((ObjectKind::OAuthClient, id)) => Id::parse(id),
        Some(_) | None => None,
    };
    let mut ids: Vec<Id> = found.iter().filter(decided).filter_map(client).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(clients::by_ids(&app.store, &ids, None).await?)
}

impl Row {
    fn of(Sealed { event, .. }: &Sealed, mut line: Line, own: &Id, apps: &[Client]) -> Self {
        // Where an administrator sits is nobody else's business; that it was one is.
        match &event.actor.account_id {
            Some(actor) if actor == own => line.who = None,
            Some(_) => line.from = None,
            None => {}
        }
        let through = event.actor.client_id.as_ref().map(ClientId::as_str);
        line.by = match (event.actor.credential_kind, through) {
            (Some(CredentialKind::AccessToken), Some(WEBADMIN)) => Some(said("on these pages")),
            (Some(CredentialKind::AccessToken), Some(COMMAND_LINE)) => Some(said("on the command line")),
            _ => line.by,
        };
        let object = event.object.as_ref();
        let app = object.and_then(|(_, id)| apps.iter().find(|app| app.id.as_str() == id));
        let app = app.and_then(|app| app.metadata.client_name.as_deref());
        let app = app.map(Foreign::from).filter(|app| !app.is_blank());
        Self {
            line,
            object: object.and_then(|(kind, id)| what(*kind, id == own.as_str(), event.kind)),
            name: app.or_else(|| name(event)).map(|name| name.shortened(80)),
        }
    }
}

/// What it happened to, where that is said at all: signing in happens to nothing but the account.
const fn what(kind: ObjectKind, is_own: bool, event: EventKind) -> Option<Said> {
    Some(match kind {
        ObjectKind::Account | ObjectKind::AccountSettings if event.change().is_none() => return None,
        ObjectKind::Account | ObjectKind::AccountSettings if is_own => said("Your account"),
        ObjectKind::Account | ObjectKind::AccountSettings => said("Account"),
        ObjectKind::OAuthClient => said("App"),
        ObjectKind::OidcProvider => said("Settings"),
        ObjectKind::ApiKey => said("API key"),
        ObjectKind::AppPassword => said("App password"),
        ObjectKind::AccountPassword => said("Password and codes"),
        ObjectKind::Passkey => said("Passkey"),
        ObjectKind::Role => said("Role"),
        ObjectKind::Tenant => said("Tenant"),
        ObjectKind::SigningKey => said("Signing key"),
        ObjectKind::RegistrationPolicy => said("Registration policy"),
        ObjectKind::InitialAccessToken => said("Initial access token"),
    })
}

/// What it is called, as far as the event tells.
fn name(event: &Event) -> Option<Foreign> {
    let sides = [&event.after, &event.before];
    let told = |member: &str| {
        sides.into_iter().flatten().find_map(|side| side.get(member)?.as_str().map(Foreign::from))
    };
    match event.kind {
        EventKind::ConsentGiven
        | EventKind::ConsentDenied
        | EventKind::CodeRedeemed
        | EventKind::CodeReplayed
        | EventKind::CodeVerifierRefused
        | EventKind::RefreshTokenReused
        | EventKind::DeviceRequestReported => {
            event.actor.client_id.as_ref().map(|client_id| Foreign::from(client_id.as_str()))
        }
        EventKind::ConsentWithdrawn => told("clientId"),
        EventKind::Created | EventKind::Updated | EventKind::Destroyed => {
            let metadata = sides.into_iter().flatten().find_map(|side| side.get("metadata"));
            let client_name =
                metadata.and_then(|metadata| metadata.get("client_name")).and_then(Value::as_str);
            client_name.map(Foreign::from).or_else(|| told("description")).or_else(|| told("name"))
        }
        EventKind::SignedIn
        | EventKind::SignInRefused
        | EventKind::SecondFactorRefused
        | EventKind::PasskeyRefused
        | EventKind::PasskeyCounterRegressed
        | EventKind::SessionsEnded
        | EventKind::ClientSecretRefused
        | EventKind::ClientAssertionReplayed
        | EventKind::ApiKeyRefused
        | EventKind::RegistrationTokenRefused
        | EventKind::InitialAccessTokenRefused
        | EventKind::UserCodeRefused
        | EventKind::Forbidden => None,
    }
    .filter(|name| name.as_str() != WEBADMIN)
}
