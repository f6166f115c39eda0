//! `/admin/audit/{id}`: one event, with what changed on both sides.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    client::ClientId,
    id::Id,
    journal::{ObjectKind, Sealed},
};
use http::StatusCode;
use serde_json::{Map, Value};

use super::object;
use crate::{
    admin::{self, audit},
    app::App,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters},
};

/// One property on both sides.
#[derive(Debug, PartialEq, Eq)]
struct Pair {
    name: Foreign,
    before: Option<Shown>,
    after: Option<Shown>,
}

/// A value as a person reads it: strangers chose much of it, so it is made fit for the eye line by line.
#[derive(Debug, PartialEq, Eq)]
struct Shown(Vec<Foreign>);

/// Where an object has a page.
#[derive(Debug)]
struct Subject {
    kind: Said,
    id: Foreign,
    address: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "console/audit/event.html")]
struct Event {
    frame: Frame,
    line: Line,
    kind: &'static str,
    subject: Option<Subject>,
    account_id: Option<Id>,
    client_id: Option<Foreign>,
    credential_id: Option<Id>,
    tenant: Option<Foreign>,
    pairs: Vec<Pair>,
    /// Told to those only who see all tenants: places are counted over all of them.
    position: Option<i64>,
    hash: String,
    is_intact: bool,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let id = Id::parse(&id).ok_or(Problem::NotFound)?;
    admin::journal::seal_some_now(&app).await?;
    let actor = &visitor.actor;
    let found = audit::get(&app.store, actor, std::slice::from_ref(&id)).await?;
    let sealed = found.into_iter().next().ok_or(Problem::NotFound)?;
    let is_intact = audit::is_intact(&app.store, actor, &sealed).await?;
    let lines = events::lines(&app.store, std::slice::from_ref(&sealed), actor.tenant()).await?;
    let line = lines.into_iter().next().ok_or(Problem::Internal)?;
    let Sealed { position, hash, event } = sealed;
    let page = Event {
        frame: Frame::of(&app, &visitor, Place::Audit),
        line,
        kind: event.kind.as_str(),
        subject: event.object.map(|(kind, id)| subject(kind, &id)),
        account_id: event.actor.account_id,
        client_id: event.actor.client_id.as_ref().map(ClientId::as_str).map(Foreign::from),
        credential_id: event.actor.credential_id,
        tenant: event.tenant_id.map(|id| Foreign::from(id.as_str())),
        pairs: pairs(event.before, event.after),
        position: actor.tenant().is_none().then_some(position),
        hash: hash.as_str().to_owned(),
        is_intact,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

fn subject(kind: ObjectKind, id: &str) -> Subject {
    let address = match kind {
        ObjectKind::OAuthClient => Id::parse(id).map(|id| format!("/admin/clients/{id}")),
        ObjectKind::OidcProvider => Some("/admin/provider".to_owned()),
        ObjectKind::RegistrationPolicy => Id::parse(id).map(|id| format!("/admin/registration/{id}")),
        ObjectKind::InitialAccessToken => {
            Id::parse(id).map(|id| format!("/admin/initial-access-tokens/{id}"))
        }
        ObjectKind::SigningKey => Some("/admin/signing-keys".to_owned()),
        ObjectKind::ApiKey
        | ObjectKind::AppPassword
        | ObjectKind::Account
        | ObjectKind::AccountPassword
        | ObjectKind::Passkey
        | ObjectKind::AccountSettings
        | ObjectKind::Role
        | ObjectKind::Tenant => None,
    };
    Subject { kind: object(kind), id: Foreign::from(id), address }
}

/// The properties of both sides, each once; what is no object is one nameless property.
fn pairs(before: Option<Value>, after: Option<Value>) -> Vec<Pair> {
    let (mut before, mut after) = (members(before), members(after));
    let mut names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let pair = |name: String| Pair {
        before: before.remove(&name).map(shown),
        after: after.remove(&name).map(shown),
        name: Foreign::from(name),
    };
    names.into_iter().map(pair).collect()
}

fn members(side: Option<Value>) -> Map<String, Value> {
    match side {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(members)) => members,
        Some(other) => Map::from_iter([(String::new(), other)]),
    }
}

fn shown(value: Value) -> Shown {
    let text = match value {
        Value::String(text) => text,
        Value::Null => "null".to_owned(),
        value @ (Value::Bool(_) | Value::Number(_)) => value.to_string(),
        value @ (Value::Array(_) | Value::Object(_)) => {
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
    };
    Shown(text.split('\n').map(Foreign::from).collect())
}

impl std::fmt::Display for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, line) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_property_stands_once_with_both_of_its_sides() {
        let pairs = pairs(Some(json!({ "a": 1, "b": ["x"] })), Some(json!({ "b": null, "c": "y" })));
        let told = pairs.iter().map(|pair| (pair.name.as_str(), pair.before.is_some(), pair.after.is_some()));
        assert_eq!(told.collect::<Vec<_>>(), [("a", true, false), ("b", true, true), ("c", false, true)]);
    }

    #[test]
    fn what_a_stranger_chose_cannot_rearrange_the_page() {
        let pairs = pairs(None, Some(json!({ "clientName": "\u{202e}evil\u{200b}" })));
        assert_eq!(pairs[0].after.as_ref().unwrap().to_string(), "evil");
    }
}
