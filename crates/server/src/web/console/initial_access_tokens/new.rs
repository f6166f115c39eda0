//! `/admin/initial-access-tokens/new`: a token, and its secret this once.

use std::sync::Arc;

use askama::Template;
use axum::{body::Body, extract::State, response::Response};
use domain::{
    directory::permission::Permission, discovery::path, error::Refusal, id::Id, parameters::Parameters,
};
use http::StatusCode;

use crate::{
    admin::{
        Means,
        initial_access_tokens::{self, Draft},
    },
    app::App,
    web::{
        console::{accounts::Named, bounds::BoundFields, clients::edit::read_moment, tenants},
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::{Wrong, wrong},
    },
    words::{filters, said},
};

const FORM: &str = "new initial access token";

/// What stands in the fields.
#[derive(Clone, Debug)]
struct Fields {
    description: String,
    max_uses: String,
    expires_at: String,
    tenant: Option<Id>,
    bounds: BoundFields,
}

#[derive(Debug, Template)]
#[template(path = "console/initial_access_tokens/new.html")]
struct New {
    frame: Frame,
    csrf: String,
    fields: Fields,
    tenants: Vec<Named>,
    wrong: Option<Wrong>,
    /// The person has to prove once more who they are.
    is_stale: bool,
}

/// A token that was just minted.
#[derive(Debug, Template)]
#[template(path = "console/initial_access_tokens/secret.html")]
struct NewSecret {
    frame: Frame,
    id: Id,
    name: Foreign,
    secret: String,
    register: String,
}

impl New {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }

    fn is_of(&self, tenant: &Id) -> bool {
        self.fields.tenant.as_ref() == Some(tenant)
    }
}

pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::InitialAccessTokenCreate)?;
    visitor.require(Permission::OauthClientRegistration)?;
    let fields = Fields {
        description: String::new(),
        max_uses: "1".to_owned(),
        expires_at: String::new(),
        tenant: None,
        bounds: BoundFields::default(),
    };
    Ok(respond::page(StatusCode::OK, &page(&app, &visitor, fields, None).await?))
}

pub async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    // A token outlives the session in which it was minted: whoever only found a browser open mints none.
    if !visitor.is_recent() {
        return Ok(respond::page(StatusCode::FORBIDDEN, &page(&app, &visitor, fields, None).await?));
    }
    let draft = match fields.draft() {
        Ok(draft) => draft,
        Err(wrong) => return again(&app, &visitor, fields, wrong).await,
    };
    match initial_access_tokens::create(Means::of(&app), &visitor.actor, draft).await {
        Ok((token, secret)) => {
            let page = NewSecret {
                frame: Frame::of(&app, &visitor, Place::InitialAccessTokens),
                id: token.id,
                name: Foreign::from(token.description.as_str()),
                secret: secret.expose().to_owned(),
                register: format!("{}{}", app.issuer().trim_end_matches('/'), path::REGISTER),
            };
            Ok(respond::page(StatusCode::OK, &page))
        }
        Err(error) => again(&app, &visitor, fields, Wrong::with_initial_access_token(error)?).await,
    }
}

async fn again(app: &App, visitor: &Visitor, fields: Fields, wrong: Wrong) -> Result<Response, PageError> {
    Ok(respond::page(Wrong::STATUS, &page(app, visitor, fields, Some(wrong)).await?))
}

async fn page(app: &App, visitor: &Visitor, fields: Fields, wrong: Option<Wrong>) -> Result<New, PageError> {
    Ok(New {
        frame: Frame::of(app, visitor, Place::InitialAccessTokens),
        csrf: visitor.csrf(app, FORM),
        tenants: tenants::to_choose_from(app, visitor).await?,
        fields,
        wrong,
        is_stale: !visitor.is_recent(),
    })
}

impl Fields {
    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        Ok(Self {
            description: text("description")?,
            max_uses: text("maxUses")?,
            expires_at: text("expiresAt")?,
            tenant: sent.one("tenant")?.and_then(Id::parse),
            bounds: BoundFields::read(sent)?,
        })
    }

    fn draft(&self) -> Result<Draft, Wrong> {
        let expires_at = match self.expires_at.as_str() {
            "" => None,
            text => {
                let why = said("must be a day such as 2031-12-31, or a moment such as 2031-12-31T18:00:00Z");
                Some(read_moment(text).ok_or_else(|| wrong("expiresAt", why))?)
            }
        };
        Ok(Draft {
            description: self.description.clone(),
            member_tenant_id: self.tenant.clone(),
            // What is no number is out of bounds, which the act says.
            max_uses: self.max_uses.parse().unwrap_or(0),
            expires_at,
            bounds: self.bounds.bounds()?,
        })
    }
}
