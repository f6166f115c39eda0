//! `/interaction/{id}`: a request that waits for its person.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{directory::Session, error::Refusal, id::Id, parameters::Parameters, time::Timestamp};
use http::{HeaderMap, Method, StatusCode};
use store::{Batch, interactions, interactions::Interaction};

use super::{
    consent,
    proceed::{self, Progress, is_unseen, standing_of},
};
use crate::{
    app::App,
    clock,
    web::{page::Problem, respond::PageError, session},
    wire::{answer, extract::body as read_body},
};

/// The forms of an interaction, each with a token of its own.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    Consent,
    Account,
}

/// Goes on where the request stands.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if is_unseen(&method, &headers) {
        return Ok(answer::empty(StatusCode::NO_CONTENT));
    }
    let now = clock::now();
    let (interaction, session) = own(&app, &id, &headers, now).await?;
    go_on(&app, interaction, session, &headers, now).await
}

/// Allow or deny.
pub async fn decide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let (interaction, session) = own(&app, &id, &headers, now).await?;
    Form::Consent.check(&app, &headers, &form, &interaction, &session)?;
    let standing = standing_of(&app, &interaction.request, Some(&session), now).await?;
    match one(&form, "decision")? {
        Some("allow") => {
            consent::issue(&app, &standing, &interaction.request, &session, Some(&interaction), now).await
        }
        Some("deny") => consent::deny(&app, &interaction, now).await,
        _ => Err(Problem::BadRequest { detail: "decision must be allow or deny".to_owned() }.into()),
    }
}

/// Go on as the one who is signed in, or sign in as another.
pub async fn account(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let (mut interaction, session) = own(&app, &id, &headers, now).await?;
    Form::Account.check(&app, &headers, &form, &interaction, &session)?;
    if one(&form, "account")? != Some("current") {
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
    id: &str,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(Interaction, Session), PageError> {
    let session = session::current(app, headers, now).await?.ok_or(Problem::InteractionExpired)?;
    let id = Id::parse(id).ok_or(Problem::InteractionExpired)?;
    let interaction = interactions::by_id(&app.store, &id).await?.ok_or(Problem::InteractionExpired)?;
    let is_open = interaction.session_id == session.id
        && interaction.decided_at.is_none()
        && now < interaction.expires_at;
    if is_open { Ok((interaction, session)) } else { Err(Problem::InteractionExpired.into()) }
}

impl Form {
    /// The token that this form of this interaction carries in the browser of this session, and nowhere else.
    pub fn csrf(self, app: &App, interaction: &Interaction, session: &Session) -> String {
        let name = match self {
            Self::Consent => "consent",
            Self::Account => "account",
        };
        session::csrf(app, &format!("{name} {}", interaction.id), session.id.as_str())
    }

    fn check(
        self,
        app: &App,
        headers: &HeaderMap,
        form: &Parameters,
        interaction: &Interaction,
        session: &Session,
    ) -> Result<(), PageError> {
        session::check_form(app, headers, one(form, "csrf")?, &self.csrf(app, interaction, session))
    }
}

pub(super) fn one<'f>(form: &'f Parameters, name: &'static str) -> Result<Option<&'f str>, PageError> {
    form.one(name).map_err(|error| Refusal::from(error).into())
}
