//! `/admin/clients/new` and `/admin/clients/{id}/edit`: what an administrator says about a client.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{
    client::{Client, Door},
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    parameters::Parameters,
    registration::Policy,
    time::Timestamp,
};
use http::StatusCode;

use super::show::load;
use crate::{
    admin::{
        Means,
        clients::{self, Draft, SecretWish, Written},
        journal::moment,
    },
    app::{App, Live},
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::{Wrong, wrong},
    },
    words::{Said, filters, said},
};

const FORM: &str = "client";

/// What stands in the fields.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a box to tick each")]
struct Fields {
    client_id: String,
    description: String,
    /// One to a line.
    redirect_uris: String,
    contacts: String,
    expires_at: String,
    wants_secret: bool,
    is_enabled: bool,
    is_verified: bool,
    is_first_party: bool,
}

#[derive(Debug, Template)]
#[template(path = "console/clients/edit.html")]
struct Edit {
    frame: Frame,
    csrf: String,
    /// None: a new one.
    id: Option<Id>,
    /// That of the client that the fields were filled from.
    version: i64,
    /// The client as it is, for the headline.
    client_id: Foreign,
    /// Why only its state and its end can be changed, if so.
    fixed: Option<Said>,
    has_secret: bool,
    fields: Fields,
    wrong: Option<Wrong>,
}

/// A secret that was just made: it is shown this once.
#[derive(Debug, Template)]
#[template(path = "console/clients/secret.html")]
struct NewSecret {
    frame: Frame,
    id: Id,
    client_id: String,
    secret: String,
    token_endpoint: String,
}

impl Edit {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub async fn new(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::OauthClientCreate)?;
    let fields = Fields { is_enabled: true, is_verified: true, ..Fields::default() };
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, None, fields, None)))
}

pub async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    let draft = match fields.draft(None) {
        Ok(draft) => draft,
        Err(wrong) => return Ok(again(&app, &visitor, None, fields, wrong)),
    };
    let live = app.live();
    let (means, policy) = (Means::of(&app), policy(&app, &live));
    match clients::create(means, &visitor.actor, &policy, &fields.client_id, draft).await {
        Ok(written) => Ok(written_page(&app, &visitor, written)),
        Err(error) => Ok(again(&app, &visitor, None, fields, Wrong::with_client(error)?)),
    }
}

pub async fn edit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OauthClientUpdate)?;
    let client = load(&app, &visitor, &id).await?;
    let fields = Fields::of(&client);
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, Some(&client), fields, None)))
}

pub async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let client = load(&app, &visitor, &id).await?;
    let fields = Fields::read(&sent)?;
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let draft = match fields.draft(Some(&client)) {
        Ok(draft) => draft,
        Err(wrong) => return Ok(again(&app, &visitor, Some(&client), fields, wrong)),
    };
    let live = app.live();
    let (means, policy) = (Means::of(&app), policy(&app, &live));
    match clients::update(means, &visitor.actor, &policy, (&client.id, version), draft).await {
        Ok(written) => Ok(written_page(&app, &visitor, written)),
        Err(error) => Ok(again(&app, &visitor, Some(&client), fields, Wrong::with_client(error)?)),
    }
}

fn policy<'a>(app: &'a App, live: &'a Live) -> Policy<'a> {
    Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds: &[] }
}

/// To the page of the client, or first to the one that shows its secret.
fn written_page(app: &App, visitor: &Visitor, written: Written) -> Response {
    let Written { client, secret } = written;
    let Some(secret) = secret else {
        return respond::see_other(&format!(
            "{}/admin/clients/{}?done=1",
            app.config.issuer.path(),
            client.id
        ));
    };
    let page = NewSecret {
        frame: Frame::of(app, visitor, Place::OauthClients),
        client_id: client.client_id.as_str().to_owned(),
        secret: secret.expose().to_owned(),
        token_endpoint: format!("{}/token", app.issuer()),
        id: client.id,
    };
    respond::page(StatusCode::OK, &page)
}

fn again(app: &App, visitor: &Visitor, client: Option<&Client>, fields: Fields, wrong: Wrong) -> Response {
    respond::page(Wrong::STATUS, &form(app, visitor, client, fields, Some(wrong)))
}

fn form(app: &App, visitor: &Visitor, client: Option<&Client>, fields: Fields, wrong: Option<Wrong>) -> Edit {
    Edit {
        frame: Frame::of(app, visitor, Place::OauthClients),
        csrf: visitor.csrf(app, FORM),
        id: client.map(|client| client.id.clone()),
        version: client.map_or(0, |client| client.version),
        client_id: client.map(|client| Foreign::from(client.client_id.as_str())).unwrap_or_default(),
        fixed: client.and_then(fixed),
        has_secret: client.is_some_and(|client| client.secret.is_some()),
        fields,
        wrong,
    }
}

fn fixed(client: &Client) -> Option<Said> {
    if client.is_shared() {
        Some(said(
            "Everybody who registers the same metadata shares this client. Only its state and its end can be changed.",
        ))
    } else if client.door == Door::Document {
        Some(said(
            "A document describes this client, and what it says counts. Only its state and its end can be changed.",
        ))
    } else {
        None
    }
}

impl Fields {
    fn of(client: &Client) -> Self {
        let draft = Draft::of(client);
        Self {
            client_id: client.client_id.as_str().to_owned(),
            description: draft.description.unwrap_or_default(),
            redirect_uris: draft.redirect_uris.join("\n"),
            contacts: draft.contacts.join("\n"),
            expires_at: draft.expires_at.map(moment).unwrap_or_default(),
            wants_secret: false,
            is_enabled: draft.is_enabled,
            is_verified: draft.is_verified,
            is_first_party: draft.is_first_party,
        }
    }

    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        let is_checked = |name| Ok::<_, Refusal>(sent.one(name)?.is_some());
        Ok(Self {
            client_id: text("clientId")?,
            description: text("description")?,
            redirect_uris: text("redirectUris")?,
            contacts: text("contacts")?,
            expires_at: text("expiresAt")?,
            wants_secret: is_checked("secret")?,
            is_enabled: is_checked("isEnabled")?,
            is_verified: is_checked("isVerified")?,
            is_first_party: is_checked("isFirstParty")?,
        })
    }

    /// What the fields say of `client`, or of a new one.
    fn draft(&self, client: Option<&Client>) -> Result<Draft, Wrong> {
        let base = client.map_or_else(|| Draft::to(Vec::new()), Draft::of);
        let expires_at = match self.expires_at.as_str() {
            "" => None,
            text => Some(read_moment(text).ok_or_else(|| {
                wrong(
                    "expiresAt",
                    said("must be a day such as 2031-12-31, or a moment such as 2031-12-31T18:00:00Z"),
                )
            })?),
        };
        Ok(Draft {
            description: (!self.description.is_empty()).then(|| self.description.clone()),
            redirect_uris: lines(&self.redirect_uris),
            contacts: lines(&self.contacts),
            secret: if self.wants_secret { SecretWish::Generate } else { SecretWish::Keep },
            expires_at,
            is_enabled: self.is_enabled,
            is_verified: self.is_verified,
            is_first_party: self.is_first_party,
            ..base
        })
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A day means its beginning in UTC.
pub(in crate::web::console) fn read_moment(text: &str) -> Option<Timestamp> {
    let text = if text.len() == "2031-12-31".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let moment: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(moment.as_millisecond()))
}
