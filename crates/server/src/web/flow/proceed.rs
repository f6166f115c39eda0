//! From a checked request and whoever is in front of the browser to the next page, a code, or an error.

use std::time::Duration;

use domain::{
    authorize::{
        destination,
        request::AuthorizationRequest,
        response::AuthorizationResponse,
        step::{self, Consent, Person, Step},
    },
    client::{
        approval::Approval,
        management::{MANAGE, may_ask},
        standing::{Known, Standing, StandingRefusal},
    },
    directory::Session,
    error::Refusal,
    time::Timestamp,
};
use http::{HeaderMap, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Batch, clients, consents, interactions, interactions::Interaction};

use super::{
    consent::{self, Allowed},
    describe,
    interaction::Form,
    login,
};
use crate::{
    app::App,
    documents::{self, DocumentError, Moment},
    web::{
        page::{App as AppView, ChooseAccount, Foreign, Login, Problem, ReturnToApp, Waiting},
        respond::{self, PageError},
        session,
    },
    words,
};
use axum::response::Response;

/// For so long a person may take to decide.
pub const INTERACTION_LIFE: Duration = Duration::from_mins(30);

/// How often the page of somebody who waits for an administrator asks again.
const ASKS_AGAIN: Duration = Duration::from_secs(5);

/// What the seal of a login page's request is for.
const LOGIN_SEAL: &str = "login";

/// What goes on after somebody signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Onward {
    Authorization(Box<AuthorizationRequest>),
    /// To the page for the codes of devices, with one that is already known.
    Device {
        user_code: Option<String>,
    },
}

/// What goes on, on its way through the login page.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sealed {
    pub onward: Onward,
    pub expires_at: Timestamp,
}

/// What is known of the request's way so far.
#[derive(Debug)]
pub struct Progress<'a> {
    pub request: AuthorizationRequest,
    pub session: Option<Session>,
    /// The row that waits for the decision; none before anybody signed in.
    pub interaction: Option<Interaction>,
    pub headers: &'a HeaderMap,
}

/// In what standing the client of a request is, for whoever is signed in: one that may be allowed something.
pub async fn standing(
    app: &App,
    client_id: &domain::client::ClientId,
    whose: (Option<&Session>, Moment),
    now: Timestamp,
) -> Result<Standing, PageError> {
    let standing = standing_but_for_approval(app, client_id, whose, now).await?;
    let client_id = Foreign::from(client_id.as_str());
    match standing.approval() {
        None => Ok(standing),
        Some(Approval::Pending) => Err(Problem::WaitsForApproval { client_id }.into()),
        Some(Approval::Denied) => Err(Problem::BlockedClient { client_id }.into()),
    }
}

/// The same, also of a client that nobody approved yet: [`proceed`] has a page for those.
pub async fn standing_but_for_approval(
    app: &App,
    client_id: &domain::client::ClientId,
    (session, moment): (Option<&Session>, Moment),
    now: Timestamp,
) -> Result<Standing, PageError> {
    let known: Known = clients::known(&app.store, client_id).await?;
    let known = documents::resolve(app, client_id, known, moment, now).await;
    let known = known.map_err(|error| unusable(client_id, error))?;
    let account = session.map(|session| &session.account);
    let settings = &app.live().settings;
    Standing::decide_but_for_approval(client_id, known, settings, account, now).map_err(|refusal| {
        let client_id = Foreign::from(client_id.as_str());
        PageError(match refusal {
            StandingRefusal::Deleted | StandingRefusal::Expired => Problem::DeletedClient { client_id },
            StandingRefusal::Disabled | StandingRefusal::Unapproved(Approval::Denied) => {
                Problem::BlockedClient { client_id }
            }
            StandingRefusal::OtherTenant => Problem::OtherTenant { client_id },
            StandingRefusal::RegistrationRequired => Problem::RegistrationRequired { client_id },
            StandingRefusal::Unapproved(Approval::Pending) => Problem::WaitsForApproval { client_id },
        })
    })
}

/// The page about a document that is of no use.
fn unusable(client_id: &domain::client::ClientId, error: DocumentError) -> PageError {
    match error {
        DocumentError::Busy => Problem::TooManyRequests { retry_after: Duration::from_mins(1) }.into(),
        DocumentError::Store(_) => Problem::Unavailable.into(),
        error => Problem::DocumentNotUsable {
            client_id: Foreign::from(client_id.as_str()),
            detail: error.detail().into_owned(),
        }
        .into(),
    }
}

/// The standing of the client of a request that went through a page, as it is now. Where the answer goes was checked when the request
/// came; a registration that was replaced since no longer vouches for it, nor for a right to manage this server.
pub async fn standing_of(
    app: &App,
    request: &AuthorizationRequest,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Standing, PageError> {
    let whose = (session, Moment::Decision);
    let standing = standing_but_for_approval(app, &request.client_id, whose, now).await?;
    let presented = request.redirect_uri.as_str();
    let issuer = app.config.issuer.url();
    match destination::permitted(presented, &standing, issuer) {
        Ok(uri) if request.scope.contains(MANAGE) && !may_ask(&standing, &uri, issuer) => {
            Err(Problem::InteractionExpired.into())
        }
        Ok(_) => Ok(standing),
        Err(_) => Err(Problem::RedirectUriNotRegistered {
            client_id: Foreign::from(request.client_id.as_str()),
            presented: Foreign::from(presented),
        }
        .into()),
    }
}

/// Whether nobody is looking: a `HEAD` request, or a browser that fetches ahead. Then nothing may happen.
pub fn is_unseen(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::HEAD
        || headers.get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"))
}

/// Takes the next step.
pub async fn proceed(
    app: &App,
    standing: &Standing,
    progress: Progress<'_>,
    now: Timestamp,
) -> Result<Response, PageError> {
    let Progress { request, session, interaction, headers } = progress;
    let consent = known_consent(app, standing, &request, session.as_ref()).await?;
    let person = session.as_ref().map(|session| Person {
        account_id: &session.account.id,
        authenticated_at: session.authenticated_at,
        method: session.method,
        is_fresh_login: interaction.as_ref().is_some_and(|interaction| interaction.is_fresh_login),
        is_account_chosen: interaction.as_ref().is_some_and(|interaction| interaction.is_account_chosen),
        consent,
    });
    let has_acted =
        interaction.as_ref().is_some_and(|waiting| waiting.is_fresh_login || waiting.is_account_chosen);
    let step = step::next(&request, standing, person.as_ref(), now);
    match (step, session) {
        (Step::Refuse(refusal), _) => Ok(refuse(app, standing, &request, &refusal, has_acted)),
        (Step::Login, _) | (_, None) => Ok(login_page(app, standing, request, headers, now)),
        (Step::ChooseAccount, Some(session)) => {
            let interaction = waiting(app, request, &session, interaction, now).await?;
            Ok(choose_page(app, standing, &interaction, &session))
        }
        (Step::Wait, Some(session)) => {
            let interaction = waiting(app, request, &session, interaction, now).await?;
            Ok(waiting_page(app, standing, &interaction, &session))
        }
        (Step::Consent, Some(session)) => {
            let interaction = waiting(app, request, &session, interaction, now).await?;
            consent::page(app, standing, &interaction, &session, now).await
        }
        (Step::Issue, Some(session)) => {
            let (request, interaction) = (&request, interaction.as_ref());
            let allowed = Allowed { standing, request, session: &session, interaction, from: None };
            consent::issue(app, allowed, now).await
        }
    }
}

async fn known_consent(
    app: &App,
    standing: &Standing,
    request: &AuthorizationRequest,
    session: Option<&Session>,
) -> Result<Consent, PageError> {
    if standing.is_allowed_for_everybody(&request.redirect_uri, app.config.issuer.url()) {
        return Ok(Consent::ForEverybody);
    }
    let Some(session) = session.filter(|_| standing.may_be_remembered(&request.redirect_uri)) else {
        return Ok(Consent::None);
    };
    let is_covered = consents::covers(&app.store, &session.account.id, request).await?;
    Ok(if is_covered { Consent::Before } else { Consent::None })
}

/// Answers the client with an error: unseen when the client asked for silence, is verified, or a person has acted; else by a page
/// that names where it leads. RFC 9700 §4.11.2.
pub fn refuse(
    app: &App,
    standing: &Standing,
    request: &AuthorizationRequest,
    refusal: &Refusal,
    has_acted: bool,
) -> Response {
    let response = AuthorizationResponse::error(request.reply_to(), refusal, app.issuer());
    if standing.is_verified() || request.prompt.is_silent() || has_acted {
        respond::answer(&response)
    } else {
        interstitial(app, standing, refusal, &response)
    }
}

/// The stop before an error goes to a client that nobody vouches for.
pub fn interstitial(
    app: &App,
    standing: &Standing,
    refusal: &Refusal,
    response: &AuthorizationResponse,
) -> Response {
    let page = ReturnToApp {
        app: describe::app(app, standing, &response.redirect_uri),
        refusal: refusal.clone(),
        href: response.location(),
    };
    respond::page(StatusCode::BAD_REQUEST, &page)
}

/// The login page that goes on with `request` afterwards.
pub fn login_page(
    app: &App,
    standing: &Standing,
    request: AuthorizationRequest,
    headers: &HeaderMap,
    now: Timestamp,
) -> Response {
    let view = describe::app(app, standing, &request.redirect_uri);
    let username = Foreign::from(request.login_hint.as_deref().unwrap_or_default());
    sign_in(app, Onward::Authorization(Box::new(request)), (Some(view), username), headers, now)
}

/// The login page that goes on with `onward` afterwards, for the application that asks and the name that stands in the field.
pub fn sign_in(
    app: &App,
    onward: Onward,
    (view, username): (Option<AppView>, Foreign),
    headers: &HeaderMap,
    now: Timestamp,
) -> Response {
    let sealed = seal(app, &Sealed { onward, expires_at: now.plus(INTERACTION_LIFE) });
    let (browser, cookie) = session::browser(app, headers);
    let page =
        Login { interaction: Some(sealed), app: view, username, ..login::form(app, browser.expose(), now) };
    let mut response = respond::sign_in_page(StatusCode::OK, &page);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn choose_page(app: &App, standing: &Standing, interaction: &Interaction, session: &Session) -> Response {
    let page = ChooseAccount {
        interaction: interaction.id.to_string(),
        csrf: Form::Account.csrf(app, interaction, session),
        app: describe::app(app, standing, &interaction.request.redirect_uri),
        account: Foreign::from(session.account.name.as_str()),
    };
    respond::page_towards_client(StatusCode::OK, &page)
}

/// The page of a client that waits for an administrator: it asks again by itself, until somebody decided or its time is over.
fn waiting_page(app: &App, standing: &Standing, interaction: &Interaction, session: &Session) -> Response {
    let page = Waiting {
        interaction: interaction.id.to_string(),
        csrf: Form::Consent { client_version: standing.shown() }.csrf(app, interaction, session),
        app: describe::app(app, standing, &interaction.request.redirect_uri),
        until: interaction.expires_at,
    };
    let again = format!("{}/interaction/{}", app.config.issuer.path(), interaction.id);
    respond::page_that_asks_again(&page, (ASKS_AGAIN, &again))
}

/// The row that waits for the decision, made now if there is none yet.
async fn waiting(
    app: &App,
    request: AuthorizationRequest,
    session: &Session,
    interaction: Option<Interaction>,
    now: Timestamp,
) -> Result<Interaction, PageError> {
    if let Some(interaction) = interaction {
        return Ok(interaction);
    }
    let interaction = new_interaction(app, request, session, false, now);
    let mut batch = Batch::new();
    batch.push(interactions::insert(&interaction, now)?);
    batch.push(interactions::keep_newest(&session.id));
    let _ = app.store.commit(batch).await?;
    Ok(interaction)
}

pub fn new_interaction(
    app: &App,
    request: AuthorizationRequest,
    session: &Session,
    is_fresh_login: bool,
    now: Timestamp,
) -> Interaction {
    Interaction {
        id: app.chance.id(now),
        session_id: session.id.clone(),
        request,
        is_fresh_login,
        is_account_chosen: false,
        expires_at: now.plus(INTERACTION_LIFE),
        decided_at: None,
    }
}

pub fn seal(app: &App, sealed: &Sealed) -> String {
    app.browser_sealer.seal(LOGIN_SEAL, &serde_json::to_vec(sealed).unwrap_or_default())
}

/// What goes on behind a seal, unless it was altered or is too old.
pub fn unseal(app: &App, text: &str, now: Timestamp) -> Result<Onward, PageError> {
    let plain = app.browser_sealer.open(LOGIN_SEAL, text).ok_or(Problem::InteractionExpired)?;
    let sealed: Sealed = serde_json::from_slice(&plain).map_err(|_| Problem::InteractionExpired)?;
    words::prefer(sealed.onward.request().and_then(|request| request.locale));
    if sealed.expires_at <= now { Err(Problem::InteractionExpired.into()) } else { Ok(sealed.onward) }
}

impl Onward {
    /// The request of an application, if one waits.
    pub fn request(&self) -> Option<&AuthorizationRequest> {
        match self {
            Self::Authorization(request) => Some(request),
            Self::Device { .. } => None,
        }
    }
}
