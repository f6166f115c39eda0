//! `/account/security`: what the account signs in with.

pub mod passkeys;
pub mod password;
mod refused;
pub mod strength;
pub mod totp;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Factors, Passkey, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;

use self::strength::Strength;
use crate::{
    admin::{
        Means,
        second_factors::{self, FactorError},
    },
    app::App,
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{Said, filters, said},
};

/// The forms of the page, each with a token of its own.
const PASSKEYS: &str = "passkeys";
const CODES: &str = "codes";

#[derive(Debug, Template)]
#[template(path = "portal/security/page.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
struct Security {
    frame: Frame,
    has_password: bool,
    totp_since: Option<Timestamp>,
    recovery_codes: u32,
    passkeys: Vec<Row>,
    offer: Option<Offer>,
    can_have_passkeys: bool,
    may_update: bool,
    is_stale: bool,
    password_csrf: String,
    strength_csrf: String,
    passkeys_csrf: String,
    codes_csrf: String,
    account: String,
    told: Told,
    now: Timestamp,
}

/// A passkey in the list.
#[derive(Debug)]
struct Row {
    id: Id,
    name: Foreign,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

/// What a device is asked that makes a passkey.
#[derive(Debug)]
struct Offer {
    options: String,
    sealed: String,
}

/// What came of the last form.
#[derive(Debug, Default)]
struct Told {
    done: Option<Said>,
    wrong: Option<Wrong>,
    /// How good the new password was that was not taken.
    strength: Option<Strength>,
}

impl Security {
    fn is_wrong(&self, field: &str) -> bool {
        self.told.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let done = asked.one("done").map_err(Refusal::from)?.and_then(done);
    page(&app, &visitor, Told { done, ..Told::default() }).await
}

async fn page(app: &App, visitor: &Visitor, told: Told) -> Result<Response, PageError> {
    let actor = &visitor.actor;
    let Factors { has_password, totp_since, recovery_codes, passkeys } =
        second_factors::own(&app.store, actor).await?;
    let may_update = actor.permissions.contains(Permission::AccountPasswordUpdate);
    let is_stale = !visitor.is_recent();
    let offered = if may_update && !is_stale {
        let means = Means::at(app, visitor.now);
        match second_factors::offer_passkey(means, &app.second_factors, actor).await {
            Ok(offer) => Some(Offer { options: offer.options.to_string(), sealed: offer.sealed }),
            Err(FactorError::NoPasskeysHere | FactorError::TooManyPasskeys) => None,
            Err(error) => return Err(error.into()),
        }
    } else {
        None
    };
    let status = if told.wrong.is_some() { Wrong::STATUS } else { StatusCode::OK };
    let page = Security {
        frame: Frame::of(app, visitor, Place::Security),
        has_password,
        totp_since,
        recovery_codes,
        passkeys: passkeys.iter().map(Row::of).collect(),
        offer: offered,
        can_have_passkeys: app.second_factors.relying_party.is_some(),
        may_update,
        is_stale,
        password_csrf: visitor.csrf(app, password::FORM),
        strength_csrf: visitor.csrf(app, strength::FORM),
        passkeys_csrf: visitor.csrf(app, PASSKEYS),
        codes_csrf: visitor.csrf(app, CODES),
        account: visitor.account().name.clone(),
        told,
        now: visitor.now,
    };
    Ok(respond::page_with_script(status, &page))
}

/// Back to the page, which says what was done: by a word of this list.
fn done_page(app: &App, word: &'static str) -> Response {
    respond::see_other(&format!("{}{}?done={word}", app.config.issuer.path(), Place::Security.path()))
}

fn done(word: &str) -> Option<Said> {
    match word {
        "added" => Some(said("The passkey is there. You can sign in with it from now on.")),
        "renamed" => Some(said("The passkey has its new name.")),
        "removed" => Some(said("The passkey is gone. Delete it on the device too.")),
        "no-codes" => Some(said("No codes are asked for any more.")),
        _ => None,
    }
}

impl Row {
    fn of(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.clone(),
            name: Foreign::from(passkey.name.as_str()),
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
        }
    }
}
