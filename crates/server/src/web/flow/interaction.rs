//! `/interaction/{id}`: a request that waits for its person.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use domain::{
    client::standing::Standing, directory::Session, error::Refusal, id::Id, parameters::Parameters,
    time::Timestamp,
};
use http::{HeaderMap, Method, StatusCode};
use store::{Batch, interactions, interactions::Interaction};

use super::{
    consent::{self, Allowed},
    proceed::{self, Progress, is_unseen, standing_of},
};
use crate::{
    app::App,
    clock,
    journal::Occasion,
    web::{page::Problem, respond::PageError, session},
    wire::{
        answer,
        extract::{Peer, body as read_body},
    },
    words,
};

/// The forms of an interaction, each with a token of its own.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Asks about the client in this version of its registration: what the person read.
    Consent {
        client_version: i64,
    },
    Account,
}

/// The interaction of the path. One that is no text names none, which is an answer like any other.
type Named = Result<Path<String>, PathRejection>;

/// A form of a page of ours, come back from the browser of the person whom its interaction waits for.
struct Posted {
    fields: Parameters,
    form: Form,
    interaction: Interaction,
    session: Session,
    now: Timestamp,
}

/// Goes on where the request stands.
pub async fn show(
    State(app): State<Arc<App>>,
    path: Named,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if is_unseen(&method, &headers) {
        return Ok(answer::empty(StatusCode::NO_CONTENT));
    }
    let now = clock::now();
    let (interaction, session) = own(&app, path, &headers, now).await?;
    go_on(&app, interaction, session, &headers, now).await
}

/// Allow or deny. Whoever allowed a client that has changed since the page was made, or waits for an administrator, is shown the page again.
pub async fn decide(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let posted = posted(&app, path, &headers, body, Form::consent).await?;
    let Posted { fields, form, interaction, session, now } = posted;
    let standing = standing_of(&app, &interaction.request, Some(&session), now).await?;
    match one(&fields, "decision")? {
        Some("allow") if form.is_of(&standing) && standing.approval().is_none() => {
            allow(&app, &standing, (&interaction, form), &session, Occasion { from, now }).await
        }
        Some("allow") => go_on(&app, interaction, session, &headers, now).await,
        Some("deny") => consent::deny(&app, &standing, &interaction, &session, Occasion { from, now }).await,
        _ => Err(Problem::BadRequest { detail: "decision must be allow or deny".to_owned() }.into()),
    }
}

/// Yes. If somebody else allowed the same client something for the first time ever, at this moment, it is stored by now: then once more.
async fn allow(
    app: &App,
    standing: &Standing,
    (interaction, form): (&Interaction, Form),
    session: &Session,
    occasion: Occasion,
) -> Result<Response, PageError> {
    let Occasion { from, now } = occasion;
    let request = &interaction.request;
    let allowed =
        |standing| Allowed { standing, request, session, interaction: Some(interaction), from: Some(from) };
    let outcome = consent::issue(app, allowed(standing), now).await;
    let is_first = standing.registered().is_some_and(|client| !client.is_stored());
    if !is_first || !matches!(outcome, Err(PageError(Problem::InteractionExpired))) {
        return outcome;
    }
    let standing = standing_of(app, request, Some(session), now).await?;
    let may = form.is_of(&standing) && standing.approval().is_none();
    if may { consent::issue(app, allowed(&standing), now).await } else { outcome }
}

/// Go on as the one who is signed in, or sign in as another.
pub async fn account(
    State(app): State<Arc<App>>,
    path: Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let posted = posted(&app, path, &headers, body, |_| Ok(Form::Account)).await?;
    let Posted { fields, mut interaction, session, now, .. } = posted;
    if one(&fields, "account")? != Some("current") {
        let standing = standing_of(&app, &interaction.request, Some(&session), now).await?;
        return Ok(proceed::login_page(&app, &standing, interaction.request, &headers, now));
    }
    let mut batch = Batch::new();
    batch.push(interactions::choose_account(&interaction.id));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    interaction.is_account_chosen = true;
    go_on(&app, interaction, session, &headers, now).await
}

/// Reads a form, loads the interaction that it is about, and checks that it is the form that `which` takes it for.
async fn posted(
    app: &App,
    path: Named,
    headers: &HeaderMap,
    body: Body,
    which: impl FnOnce(&Parameters) -> Result<Form, PageError>,
) -> Result<Posted, PageError> {
    let now = clock::now();
    let fields = read_body::form(headers, body).await?;
    let (interaction, session) = own(app, path, headers, now).await?;
    let form = which(&fields)?;
    session::check_form(app, headers, one(&fields, "csrf")?, &form.csrf(app, &interaction, &session))?;
    Ok(Posted { fields, form, interaction, session, now })
}

async fn go_on(
    app: &App,
    interaction: Interaction,
    session: Session,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, PageError> {
    let standing = standing_of(app, &interaction.request, Some(&session), now).await?;
    let progress = Progress {
        request: interaction.request.clone(),
        session: Some(session),
        interaction: Some(interaction),
        headers,
    };
    proceed::proceed(app, &standing, progress, now).await
}

/// The interaction, if it waits for the person of this browser's session. Of anybody else's nothing is said.
async fn own(
    app: &App,
    path: Named,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(Interaction, Session), PageError> {
    let session = session::current(app, headers, now).await?.ok_or(Problem::InteractionExpired)?;
    let id = path.ok().and_then(|Path(text)| Id::parse(&text)).ok_or(Problem::InteractionExpired)?;
    let interaction = interactions::by_id(&app.store, &id).await?.ok_or(Problem::InteractionExpired)?;
    if interaction.session_id == session.id {
        words::prefer(interaction.request.locale);
    }
    let is_open = interaction.session_id == session.id
        && interaction.decided_at.is_none()
        && now < interaction.expires_at;
    if is_open { Ok((interaction, session)) } else { Err(Problem::InteractionExpired.into()) }
}

impl Form {
    /// The form of the consent page: its token begins with the version that the page showed, and is good for no other.
    fn consent(fields: &Parameters) -> Result<Self, PageError> {
        let version = one(fields, "csrf")?.and_then(|token| token.split_once('.')?.0.parse().ok());
        Ok(Self::Consent { client_version: version.ok_or(Problem::ForeignForm)? })
    }

    /// Whether the client is still what the form was about.
    fn is_of(self, standing: &Standing) -> bool {
        match self {
            Self::Consent { client_version } => client_version == standing.shown(),
            Self::Account => true,
        }
    }

    /// The token that this form of this interaction carries in the browser of this session, and nowhere else.
    pub fn csrf(self, app: &App, interaction: &Interaction, session: &Session) -> String {
        let token =
            |name: &str| session::csrf(app, &format!("{name} {}", interaction.id), session.id.as_str());
        match self {
            Self::Consent { client_version } => {
                format!("{client_version}.{}", token(&format!("consent {client_version}")))
            }
            Self::Account => token("account"),
        }
    }
}

pub(super) fn one<'f>(form: &'f Parameters, name: &'static str) -> Result<Option<&'f str>, PageError> {
    form.one(name).map_err(|error| Refusal::from(error).into())
}
