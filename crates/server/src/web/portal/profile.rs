//! `/account`: who you are here.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Entry, permission::Permission},
    error::Refusal,
    parameters::Parameters,
};
use http::StatusCode;

use crate::{
    admin::{
        Means,
        accounts::AccountError,
        own_account::{self, OwnDraft, OwnError},
    },
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::{Wrong, wrong},
    },
    words::{Locale, filters, said},
};

const FORM: &str = "profile";

/// What stands in the fields.
#[derive(Clone, Debug, Default)]
struct Fields {
    description: String,
    locale: String,
    time_zone: String,
}

#[derive(Debug, Template)]
#[template(path = "portal/profile.html")]
struct Profile {
    frame: Frame,
    csrf: String,
    version: i64,
    name: Foreign,
    emails: Vec<Foreign>,
    fields: Fields,
    /// Tags with what those who speak the language call it.
    languages: Vec<(String, String)>,
    may_update: bool,
    is_done: bool,
    wrong: Option<Wrong>,
}

impl Profile {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let is_done = asked.one("done").map_err(Refusal::from)?.is_some();
    let may_read = visitor.actor.permissions.contains(Permission::AccountSettingsGet);
    let own = if may_read { Some(own_account::own(&app.store, &visitor.actor).await?) } else { None };
    let fields = own.as_ref().map_or_else(|| Fields::unread(&visitor), Fields::of);
    let page = Profile { is_done, ..page(&app, &visitor, own.as_ref(), fields) };
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn save(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let saved = own_account::update_own(Means::of(&app), &visitor.actor, version, fields.draft()).await;
    match saved {
        Ok(_) => {
            Ok(respond::see_other(&format!("{}{}?done=1", app.config.issuer.path(), Place::Profile.path())))
        }
        Err(error) => {
            let wrong = with_own(error)?;
            let own = own_account::own(&app.store, &visitor.actor).await?;
            let page = Profile { version, wrong: Some(wrong), ..page(&app, &visitor, Some(&own), fields) };
            Ok(respond::page(Wrong::STATUS, &page))
        }
    }
}

fn page(app: &App, visitor: &Visitor, own: Option<&Entry>, fields: Fields) -> Profile {
    let account = visitor.account();
    let emails = own.map_or_else(|| account.email.iter().cloned().collect(), |own| own.emails.clone());
    Profile {
        frame: Frame::of(app, visitor, Place::Profile),
        csrf: visitor.csrf(app, FORM),
        version: own.map_or(0, |own| own.version),
        name: Foreign::from(account.name.as_str()),
        emails: emails.into_iter().map(Foreign::from).collect(),
        languages: languages(&fields.locale),
        fields,
        may_update: own.is_some() && visitor.actor.permissions.contains(Permission::AccountSettingsUpdate),
        is_done: false,
        wrong: None,
    }
}

/// Those of the pages; and the one that the account has, if it is another: a country makes one, or a language that only apps speak.
fn languages(of_account: &str) -> Vec<(String, String)> {
    let called = |locale: &Locale| match locale {
        Locale::English => "English",
        Locale::German => "Deutsch",
    };
    let ours = Locale::ALL.iter().map(|locale| (locale.tag().to_owned(), called(locale).to_owned()));
    let mut languages: Vec<_> = ours.collect();
    if !of_account.is_empty() && languages.iter().all(|(tag, _)| tag != of_account) {
        languages.push((of_account.to_owned(), of_account.to_owned()));
    }
    languages
}

impl Fields {
    fn of(own: &Entry) -> Self {
        Self {
            description: own.account.description.clone().unwrap_or_default(),
            locale: own.account.locale.clone().unwrap_or_default(),
            time_zone: own.time_zone.clone().unwrap_or_default(),
        }
    }

    /// What every page knows of whom it is for.
    fn unread(visitor: &Visitor) -> Self {
        Self { description: visitor.account().description.clone().unwrap_or_default(), ..Self::default() }
    }

    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        Ok(Self { description: text("description")?, locale: text("locale")?, time_zone: text("timeZone")? })
    }

    fn draft(&self) -> OwnDraft {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        OwnDraft {
            description: given(&self.description),
            locale: given(&self.locale),
            time_zone: given(&self.time_zone),
        }
    }
}

/// Something that the form can mend, or else a page of its own.
fn with_own(error: OwnError) -> Result<Wrong, PageError> {
    match error {
        OwnError::Account(AccountError::BadDescription) => {
            Ok(wrong("description", said("A name is 1 to 256 characters on one line.")))
        }
        OwnError::Account(AccountError::BadLocale) => Ok(wrong("locale", said("There is no such language."))),
        OwnError::Account(AccountError::BadTimeZone) => {
            Ok(wrong("timeZone", said("There is no such time zone. It is called like Europe/Berlin.")))
        }
        OwnError::Account(AccountError::Stale) => {
            Ok(wrong("", said("Your account was changed meanwhile. Load the page again.")))
        }
        other => Err(other.into()),
    }
}

impl From<OwnError> for PageError {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::Forbidden(_) | OwnError::NoAccount => Problem::NotPermitted.into(),
            OwnError::Store(error) | OwnError::Account(AccountError::Store(error)) => error.into(),
            OwnError::Account(AccountError::Unknown) => Problem::NotFound.into(),
            OwnError::Account(other) => Problem::BadRequest { detail: other.to_string() }.into(),
        }
    }
}
