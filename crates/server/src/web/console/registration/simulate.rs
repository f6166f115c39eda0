//! `/admin/registration/try`: what a registration would get, and why. Nothing is registered.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::Door, directory::permission::Permission, error::Refusal, id::Id, parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use serde_json::Value;

use super::door;
use crate::{
    admin::simulation::{self, As, Simulation},
    app::App,
    web::{
        console::{accounts::Named, tenants},
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{self, Said, filters},
};

const FORM: &str = "try a registration";

/// What there is to begin with.
const EXAMPLE: &str = r#"{
  "client_name": "My app",
  "redirect_uris": ["http://127.0.0.1/callback"],
  "token_endpoint_auth_method": "none"
}"#;

/// What stands in the fields.
#[derive(Clone, Debug)]
struct Fields {
    metadata: String,
    door: Door,
    tenant: Option<Id>,
    token: Option<Id>,
}

/// What would come of it, to be read.
#[derive(Debug)]
struct Told {
    door: Said,
    held_against: Vec<Foreign>,
    verdict: Result<Accepted, Refused>,
}

#[derive(Debug)]
struct Accepted {
    /// Name and value of each member.
    members: Vec<(Foreign, Foreign)>,
    gets_secret: bool,
    shared: Option<Foreign>,
    expires_at: Option<Timestamp>,
    waits: bool,
}

#[derive(Debug)]
struct Refused {
    status: u16,
    code: &'static str,
    why: Foreign,
    violations: Vec<Broken>,
}

/// One thing that a policy has against it.
#[derive(Debug)]
struct Broken {
    policy: Foreign,
    field: &'static str,
    value: Foreign,
    rule: Foreign,
    remedy: Foreign,
}

#[derive(Debug, Template)]
#[template(path = "console/registration/try.html")]
struct Try {
    frame: Frame,
    csrf: String,
    fields: Fields,
    tenants: Vec<Named>,
    told: Option<Told>,
    wrong: Option<Wrong>,
}

impl Try {
    fn is_of(&self, tenant: &Id) -> bool {
        self.fields.tenant.as_ref() == Some(tenant)
    }
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RegistrationPolicyGet)?;
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let fields = Fields::read(&asked)?;
    Ok(respond::page(StatusCode::OK, &page(&app, &visitor, fields).await?))
}

pub async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    visitor.require(Permission::RegistrationPolicyGet)?;
    let fields = Fields::read(&sent)?;
    let wanted = As { door: fields.door, tenant: fields.tenant.clone(), token: fields.token.clone() };
    let bytes = fields.metadata.clone();
    let page = page(&app, &visitor, fields).await?;
    match simulation::simulate(&app, &visitor.actor, wanted, bytes.as_bytes(), visitor.now).await {
        Ok(simulation) => {
            let told = Some(Told::of(&simulation));
            Ok(respond::page(StatusCode::OK, &Try { told, ..page }))
        }
        Err(error) => {
            let wrong = Some(Wrong::with_simulation(error)?);
            Ok(respond::page(Wrong::STATUS, &Try { wrong, ..page }))
        }
    }
}

async fn page(app: &App, visitor: &Visitor, fields: Fields) -> Result<Try, PageError> {
    Ok(Try {
        frame: Frame::of(app, visitor, Place::Registration),
        csrf: visitor.csrf(app, FORM),
        tenants: tenants::to_choose_from(app, visitor).await?,
        fields,
        told: None,
        wrong: None,
    })
}

impl Fields {
    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let token = sent.one("token")?.and_then(Id::parse);
        let usual = if token.is_some() { Door::InitialAccessToken } else { Door::Anonymous };
        let door = sent.one("door")?.and_then(Door::parse).unwrap_or(usual);
        Ok(Self {
            metadata: sent.one("metadata")?.unwrap_or(EXAMPLE).to_owned(),
            door,
            tenant: sent.one("tenant")?.and_then(Id::parse),
            token: token.filter(|_| door == Door::InitialAccessToken),
        })
    }
}

impl Told {
    fn of(simulation: &Simulation) -> Self {
        let locale = words::current();
        let foreign = |text: &str| Foreign::from(text);
        let in_words = |text: &str| Foreign::from(words::of_rule(text, locale));
        let verdict = match &simulation.verdict {
            Ok(outcome) => Ok(Accepted {
                members: outcome
                    .metadata
                    .members()
                    .iter()
                    .map(|(name, value)| (foreign(name), foreign(&plain(value))))
                    .collect(),
                gets_secret: outcome.gets_secret,
                shared: outcome.shared_client_id.as_deref().map(foreign),
                expires_at: outcome.expires_at,
                waits: outcome.approval.is_some(),
            }),
            Err(refusal) => Err(Refused {
                status: refusal.code().status(),
                code: refusal.code().as_str(),
                why: in_words(refusal.description()),
                violations: refusal
                    .violations()
                    .iter()
                    .map(|one| Broken {
                        policy: foreign(&one.policy),
                        field: one.field,
                        value: foreign(&one.value).shortened(200),
                        rule: in_words(&one.rule),
                        remedy: in_words(&one.remedy),
                    })
                    .collect(),
            }),
        };
        Self {
            door: door(simulation.door),
            held_against: simulation.held_against.iter().map(|name| foreign(name)).collect(),
            verdict,
        }
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
