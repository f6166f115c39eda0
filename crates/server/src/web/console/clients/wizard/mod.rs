//! `/admin/clients/wizard`: from what somebody has to the registration of it: the request to send, or the client itself.

mod app;
mod snippets;

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::Door,
    directory::permission::Permission,
    error::{ErrorCode, Refusal},
    id::Id,
    parameters::Parameters,
    registration::{Policy, RawRegistration, bounds::Bounded, parse},
};
use http::StatusCode;
use serde_json::Value;

use self::{
    app::{App as Kind, Fields},
    snippets::{Known, Snippet, curl, environment, tools},
};
use crate::{
    admin::{
        Means,
        clients::{self, Draft, SecretWish},
    },
    app::App,
    registration,
    web::{
        frame::{Frame, Place},
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "client wizard";

#[derive(Debug, Template)]
#[template(path = "console/clients/wizard/choose.html")]
struct Choose {
    frame: Frame,
}

#[derive(Debug, Template)]
#[template(path = "console/clients/wizard/form.html")]
struct Form {
    frame: Frame,
    csrf: String,
    kind: Kind,
    fields: Fields,
    wrong: Option<Wrong>,
}

/// A client that was just made.
#[derive(Debug)]
struct Made {
    id: Id,
    secret: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "console/clients/wizard/result.html")]
struct Outcome {
    frame: Frame,
    csrf: String,
    kind: Kind,
    fields: Fields,
    client_id: String,
    made: Option<Made>,
    request: String,
    curl: String,
    environment: String,
    tools: Vec<Snippet>,
}

impl Form {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub async fn ask(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OauthClientCreate)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let Some(kind) = parameters.one("kind").map_err(Refusal::from)?.and_then(Kind::parse) else {
        let frame = Frame::of(&app, &visitor, Place::OauthClients);
        return Ok(respond::page(StatusCode::OK, &Choose { frame }));
    };
    let fields = Fields { redirect_uris: kind.redirect_uris().to_owned(), ..Fields::default() };
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, kind, fields, None)))
}

/// Shows what there is to send and to copy, or makes the client.
pub async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    visitor.require(Permission::OauthClientCreate)?;
    let one = |name| sent.one(name).map_err(Refusal::from);
    let text = |name| Ok::<_, PageError>(one(name)?.unwrap_or_default().trim().to_owned());
    let kind = one("kind")?.and_then(Kind::parse).ok_or(Problem::NotFound)?;
    let fields =
        Fields { name: text("name")?, client_id: text("clientId")?, redirect_uris: text("redirectUris")? };
    let again =
        |fields, wrong| Ok(respond::page(Wrong::STATUS, &form(&app, &visitor, kind, fields, Some(wrong))));
    let request = kind.request(&fields);
    let bounds = registration::bounds_of(&app.store, Door::ApiKey, visitor.actor.tenant()).await?;
    if let Err(wrong) = check(&app, &bounds, &request) {
        return again(fields, wrong);
    }
    let mut made = None;
    let mut client_id = fields.id();
    if one("action")? == Some("create") {
        let live = app.live();
        let policy = Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds: &[] };
        let draft = draft(kind, &fields);
        match clients::create(Means::of(&app), &visitor.actor, &policy, &client_id, draft).await {
            Ok(written) => {
                let secret = written.secret.map(|secret| secret.expose().to_owned());
                written.client.client_id.as_str().clone_into(&mut client_id);
                made = Some(Made { id: written.client.id, secret });
            }
            Err(error) => return again(fields, Wrong::with_client(error)?),
        }
    }
    let (csrf, issuer) = (visitor.csrf(&app, FORM), app.issuer());
    // Whoever sends the request hears its id and its secret from the answer.
    let name = if made.is_some() { client_id.as_str() } else { "CLIENT_ID" };
    let secret = made.as_ref().and_then(|made| made.secret.as_deref());
    let known = Known { issuer, client_id: name, secret };
    let page = Outcome {
        frame: Frame::of(&app, &visitor, Place::OauthClients),
        csrf,
        kind,
        request: serde_json::to_string_pretty(&request).unwrap_or_default(),
        curl: curl(issuer, &request),
        environment: environment(kind, &fields, known),
        tools: tools(kind, &fields, known),
        fields,
        client_id,
        made,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Whether the request would pass, by the rules that it will be judged by.
fn check(app: &App, bounds: &[Bounded], request: &Value) -> Result<(), Wrong> {
    let live = app.live();
    let policy = registration::policy(app, &live, bounds);
    let outcome = RawRegistration::read(request.to_string().as_bytes())
        .and_then(|raw| parse(&raw, &policy, Door::ApiKey));
    outcome.map(drop).map_err(|refusal| {
        let field = if refusal.code() == ErrorCode::InvalidRedirectUri { "redirectUris" } else { "name" };
        Wrong::by_rule(field, refusal.description())
    })
}

fn draft(kind: Kind, fields: &Fields) -> Draft {
    let uris = if kind.has_people() { fields.uris() } else { Vec::new() };
    Draft {
        description: Some(fields.name.clone()).filter(|name| !name.is_empty()),
        secret: if kind.has_secret() { SecretWish::Generate } else { SecretWish::Keep },
        is_verified: true,
        ..Draft::to(uris)
    }
}

fn form(app: &App, visitor: &Visitor, kind: Kind, fields: Fields, wrong: Option<Wrong>) -> Form {
    Form {
        frame: Frame::of(app, visitor, Place::OauthClients),
        csrf: visitor.csrf(app, FORM),
        kind,
        fields,
        wrong,
    }
}
