//! `/admin/signing-keys`: what tokens are signed with, the change to new keys, and the end of one that leaked.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{directory::permission::Permission, error::Refusal, parameters::Parameters, time::Timestamp};
use http::StatusCode;
use store::signing_keys::SigningKeyRow;

use crate::{
    admin::signing_keys::{self, PUBLISHED_BEFORE, RotationError},
    app::App,
    clock,
    web::{
        frame::{Frame, Place},
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

const ROTATE: &str = "rotate signing keys";
const REVOKE: &str = "revoke signing key";

/// What a key is good for at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyState {
    /// Everybody can read it, and nothing is signed with it yet.
    Published,
    Signing,
    /// What it signed is still checked with it.
    Retired,
}

#[derive(Debug)]
struct Line {
    kid: String,
    algorithm: String,
    state: KeyState,
    created_at: Timestamp,
    signs_from: Timestamp,
    retired_at: Option<Timestamp>,
    /// When it is taken out of the key set.
    leaves_at: Option<Timestamp>,
}

#[derive(Debug, Template)]
#[template(path = "console/signing_keys/list.html")]
struct List {
    frame: Frame,
    csrf: String,
    lines: Vec<Line>,
    /// For so long new keys are published before they sign.
    ahead: Duration,
    /// What is in force since the act before.
    done: Option<Said>,
    may_update: bool,
}

#[derive(Debug, Template)]
#[template(path = "console/signing_keys/revoke.html")]
struct Revoke {
    frame: Frame,
    csrf: String,
    line: Line,
}

impl KeyState {
    fn of(key: &SigningKeyRow, now: Timestamp) -> Self {
        if key.retired_at.is_some_and(|end| end <= now) {
            Self::Retired
        } else if key.signs_from > now {
            Self::Published
        } else {
            Self::Signing
        }
    }

    const fn label(self) -> Said {
        match self {
            Self::Published => said("Published, signs soon"),
            Self::Signing => said("Signs"),
            Self::Retired => said("Retired"),
        }
    }

    /// The class of its pill.
    const fn tone(self) -> &'static str {
        match self {
            Self::Published => " is-warn",
            Self::Signing => " is-good",
            Self::Retired => "",
        }
    }
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let keys = signing_keys::list(&app.store, &visitor.actor).await?;
    let done = match parameters.one("done").map_err(Refusal::from)? {
        Some("rotated") => Some(said("New keys are published. They sign from the moment shown below.")),
        Some("revoked") => Some(said("The key is gone. Nothing that it signed is good any more.")),
        Some(_) | None => None,
    };
    let page = List {
        frame: Frame::of(&app, &visitor, Place::SigningKeys),
        csrf: visitor.csrf(&app, ROTATE),
        // The newest first.
        lines: keys.iter().rev().map(|key| line(&app, key, visitor.now)).collect(),
        ahead: PUBLISHED_BEFORE,
        done,
        may_update: visitor.actor.permissions.contains(Permission::OidcProviderUpdate),
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Gives every signing key a successor.
pub async fn rotate(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, ROTATE, body).await?;
    let (store, sealer, actor) = (&app.store, &app.key_sealer, &visitor.actor);
    signing_keys::rotate(store, sealer, false, actor, &app.chance, clock::now()).await?;
    Ok(done(&app, "rotated").await)
}

/// Asks whether the key is to go.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path(kid): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OidcProviderUpdate)?;
    let keys = signing_keys::list(&app.store, &visitor.actor).await?;
    let key = keys.iter().find(|key| key.id == kid).ok_or(Problem::NotFound)?;
    let page = Revoke {
        frame: Frame::of(&app, &visitor, Place::SigningKeys),
        csrf: visitor.csrf(&app, REVOKE),
        line: line(&app, key, visitor.now),
    };
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn revoke(
    State(app): State<Arc<App>>,
    Path(kid): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, REVOKE, body).await?;
    let (store, sealer, actor) = (&app.store, &app.key_sealer, &visitor.actor);
    signing_keys::revoke(store, sealer, &kid, actor, &app.chance, clock::now()).await?;
    Ok(done(&app, "revoked").await)
}

/// Back to the list, with the keys in force here. Other nodes see them within a second.
async fn done(app: &App, what: &str) -> Response {
    if let Err(error) = app.refresh().await {
        tracing::warn!(%error, "new signing keys are not in force yet");
    }
    respond::see_other(&format!("{}/admin/signing-keys?done={what}", app.config.issuer.path()))
}

fn line(app: &App, key: &SigningKeyRow, now: Timestamp) -> Line {
    let kept = now.since(signing_keys::forgotten_before(&app.live().settings, now));
    Line {
        kid: key.id.clone(),
        algorithm: key.algorithm.clone(),
        state: KeyState::of(key, now),
        created_at: key.created_at,
        signs_from: key.signs_from,
        retired_at: key.retired_at,
        leaves_at: key.retired_at.map(|end| end.plus(kept)),
    }
}

impl From<RotationError> for PageError {
    fn from(error: RotationError) -> Self {
        match error {
            RotationError::Forbidden(_) => Problem::NotPermitted.into(),
            RotationError::Unknown => Problem::NotFound.into(),
            RotationError::Store(error) => error.into(),
            RotationError::Collided => Problem::BadRequest { detail: error.to_string() }.into(),
            RotationError::Key(error) => {
                tracing::warn!(%error, "a signing key is not usable");
                Problem::Internal.into()
            }
        }
    }
}
