//! `x:AuditEvent`: what happened, read from the journal and never written here.

use domain::{
    client::ClientId,
    directory::permission::Permission,
    id::Id,
    journal::{CredentialKind, EventKind, ObjectKind, Sealed},
    secret::Secret,
    time::Timestamp,
};
use jmap::{
    error::{MethodError, MethodErrorType},
    filter::{Filter as Asked, Operator},
    json::Object,
    method::window::{Start, from_anchor, from_position},
    set_error::SetErrorKind,
};
use serde_json::json;
use store::{
    journal::{self, ByPosition, Filter, ObjectFilter, Page},
    search::{Comparison::Equal, Filter as AnyFilter, Search},
};

use super::found;
use crate::{
    admin::{QueryError, audit},
    jmap::{
        object::{
            ActError, Choice, Description, Kind, List, Multiplicity, Permissions, Property, Record, Scene,
            Section, Type, Wanted,
            kind::store_failed,
            property::MAX_INT,
            value::{moment, read_moment},
        },
        query::{Clause, Comparison, Condition, Found, Question},
    },
};

pub struct AuditEvent;

static KIND: Choice = Choice {
    name: "AuditEventKind",
    names: || EventKind::ALL.iter().map(|kind| (kind.as_str(), kind.as_str())).collect(),
    parse: |text| EventKind::parse(text).map(EventKind::as_str),
};

static OBJECT: Choice = Choice {
    name: "ObjectKind",
    names: || ObjectKind::ALL.iter().map(|kind| (kind.as_str(), kind.as_str())).collect(),
    parse: |text| ObjectKind::parse(text).map(ObjectKind::as_str),
};

static CREDENTIAL: Choice = Choice {
    name: "CredentialKind",
    names: || CredentialKind::ALL.iter().map(|kind| (kind.as_str(), kind.as_str())).collect(),
    parse: |text| CredentialKind::parse(text).map(CredentialKind::as_str),
};

/// A property that is only ever read.
const fn told(name: &'static str, kind: Type, meaning: &'static str) -> Property {
    Property::new(name, kind, meaning).optional().server_set()
}

static DESCRIPTION: Description = Description {
    name: "AuditEvent",
    meaning: "What happened, by whom and from where",
    multiplicity: Multiplicity::Many,
    journal: None,
    is_personal: false,
    permissions: Permissions {
        get: Permission::AuditEventGet,
        query: Some(Permission::AuditEventQuery),
        create: None,
        update: None,
        destroy: None,
    },
    permission_prefix: "sysAuditEvent",
    properties: &[
        told("at", Type::Moment, "When it happened").filter().sort(),
        told("kind", Type::Choice(&KIND), "What happened").filter(),
        told(
            "objectKind",
            Type::Choice(&OBJECT),
            "To what kind of object; as a filter, what was created, updated and destroyed of it",
        )
        .filter(),
        told("objectId", Type::text(255), "To which object").filter(),
        told("accountId", Type::Reference("Account"), "The account that acted").filter(),
        told("credentialKind", Type::Choice(&CREDENTIAL), "What it presented"),
        told("credentialId", Type::text(255), "Which one").filter(),
        told("clientId", Type::text(2048), "The application through which it was done").filter(),
        told("memberTenantId", Type::Reference("Tenant"), "Whose business it is"),
        told("from", Type::text(64), "The address of the peer"),
        told("before", Type::Json, "What changed, as it was"),
        told("after", Type::Json, "What changed, as it was afterwards"),
        told("note", Type::text(1024), "What else there is to say"),
        told(
            "position",
            Type::count(1, MAX_INT),
            "Its place among the events of all tenants; not told within a tenant",
        ),
        told("hash", Type::text(64), "Covers it and the event before it"),
    ],
    text: &[],
    list: List {
        section: Section::Management,
        title: "Audit Events",
        singular: "audit event",
        plural: "audit events",
        columns: &["at", "kind", "objectKind", "objectId", "accountId", "from"],
        label: "id",
    },
};

impl Kind for AuditEvent {
    /// An event, and whether its place is told.
    type Row = (Sealed, bool);

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json((sealed, tells_place): &Self::Row) -> Object {
        let event = &sealed.event;
        let actor = &event.actor;
        let object = event.object.as_ref();
        let members = [
            ("id", json!(event.id.as_str())),
            ("at", moment(event.at)),
            ("kind", json!(event.kind.as_str())),
            ("objectKind", json!(object.map(|(kind, _)| kind.as_str()))),
            ("objectId", json!(object.map(|(_, id)| id))),
            ("accountId", json!(actor.account_id.as_ref().map(Id::as_str))),
            ("credentialKind", json!(actor.credential_kind.map(CredentialKind::as_str))),
            ("credentialId", json!(actor.credential_id.as_ref().map(Id::as_str))),
            ("clientId", json!(actor.client_id.as_ref().map(ClientId::as_str))),
            ("memberTenantId", json!(event.tenant_id.as_ref().map(Id::as_str))),
            ("from", json!(event.from.map(|from| from.to_string()))),
            ("before", json!(event.before)),
            ("after", json!(event.after)),
            ("note", json!(event.note)),
            ("position", json!(tells_place.then_some(sealed.position))),
            ("hash", json!(sealed.hash.as_str())),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Self::Row>, ActError> {
        let (store, actor) = (&scene.app.store, scene.actor);
        let events = match wanted {
            Wanted::Ids(ids) => {
                let ids: Vec<Id> = ids.iter().filter_map(|id| Id::parse(id.as_str())).collect();
                audit::get(store, actor, &ids).await
            }
            Wanted::All { most } => {
                audit::newest(store, actor, u32::try_from(most).unwrap_or(u32::MAX)).await
            }
        };
        // Places are counted over all tenants: two of them would tell how much happened elsewhere.
        let tells_place = actor.tenant().is_none();
        Ok(events.map_err(refused)?.into_iter().map(|sealed| (sealed, tells_place)).collect())
    }

    async fn update(_: Scene<'_>, _: Self::Row, _: Record) -> Result<Option<Secret>, ActError> {
        Err(SetErrorKind::Forbidden.into())
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        // Both orders are that of time.
        let is_ascending = question.sort.first().is_some_and(|sort| sort.is_ascending);
        match filter(question.filter) {
            // Most questions; for each of them there is a text that an index answers.
            Ok(filter) if !is_ascending => find(scene, question, &filter).await,
            Ok(_) | Err(_) => {
                let search = Search {
                    tenant: None,
                    filter: question.filter.map(any_filter).transpose()?,
                    sort: ByPosition,
                    page: found::page(question, is_ascending)?,
                };
                found::found(audit::search(&scene.app.store, scene.actor, search).await)
            }
        }
    }
}

async fn find(scene: Scene<'_>, question: &Question<'_>, filter: &Filter) -> Result<Found, MethodError> {
    let (store, actor) = (&scene.app.store, scene.actor);
    let needs_total = question.calculate_total
        || !matches!(question.window.start, Start::Position(position) if position >= 0);
    let total = if needs_total {
        Some(audit::count(store, actor, filter, None).await.map_err(failed)?)
    } else {
        None
    };
    let position = match &question.window.start {
        Start::Position(position) => from_position(*position, total.unwrap_or(0)),
        Start::Anchor { id, offset } => {
            let index = match Id::parse(id.as_str()) {
                Some(id) => {
                    let place = audit::place(store, actor, filter, (&id, total.unwrap_or(0)));
                    place.await.map_err(failed)?
                }
                None => None,
            };
            from_anchor(index.ok_or(MethodErrorType::AnchorNotFound)?, *offset)
        }
    };
    let offset = u32::try_from(position).unwrap_or(u32::MAX);
    let limit = u32::try_from(question.most).unwrap_or(u32::MAX);
    let page = Page { after: None, offset, limit };
    let events = audit::query(store, actor, filter, page).await.map_err(failed)?;
    let ids = events.iter().filter_map(|sealed| jmap::id::Id::parse(sealed.event.id.as_str()).ok()).collect();
    Ok(Found { position, ids, total })
}

fn failed(error: QueryError) -> MethodError {
    match error {
        QueryError::Forbidden(error) => MethodError::new(MethodErrorType::Forbidden, error.to_string()),
        QueryError::AnchorNotFound | QueryError::UnknownAccount => MethodErrorType::AnchorNotFound.into(),
        QueryError::Store(error) => store_failed(&error),
    }
}

fn refused(error: QueryError) -> ActError {
    match error {
        QueryError::Forbidden(error) => error.into(),
        QueryError::Store(error) => error.into(),
        QueryError::AnchorNotFound | QueryError::UnknownAccount => SetErrorKind::NotFound.into(),
    }
}

/// The filter in the words of the journal, however it is joined. A kind of object without an id means its changes.
fn any_filter(asked: &Asked<Condition>) -> Result<AnyFilter<journal::Condition>, MethodError> {
    let (operator, conditions) = match asked {
        Asked::Operator { operator, conditions } => (operator, conditions),
        Asked::Condition(clauses) => {
            let names_one = clauses.iter().any(|clause| matches!(clause, Clause::Is("objectId", _)));
            let clause = |clause| condition(clause, names_one).map(AnyFilter::Condition);
            let all = clauses.iter().map(|asked| clause(asked).ok_or_else(unsupported));
            return Ok(AnyFilter::And(all.collect::<Result<_, _>>()?));
        }
    };
    let conditions = conditions.iter().map(any_filter).collect::<Result<_, _>>()?;
    Ok(match operator {
        Operator::And => AnyFilter::And(conditions),
        Operator::Or => AnyFilter::Or(conditions),
        Operator::Not => AnyFilter::Not(conditions),
    })
}

fn condition(clause: &Clause, names_one: bool) -> Option<journal::Condition> {
    let (name, value) = match clause {
        Clause::Compare("at", how, at) => {
            return Some(journal::Condition::At(found::comparison(*how), Timestamp::from_millis(*at)));
        }
        Clause::Is("at", at) => return Some(journal::Condition::At(Equal, read_moment(at)?)),
        Clause::Is(name, value) => (*name, value.as_str()?),
        Clause::Compare(..) | Clause::Words(_) => return None,
    };
    Some(match name {
        "kind" => journal::Condition::Kind(EventKind::parse(value)?),
        "objectKind" if names_one => journal::Condition::ObjectKind(ObjectKind::parse(value)?),
        "objectKind" => journal::Condition::ChangeOf(ObjectKind::parse(value)?),
        "objectId" => journal::Condition::ObjectId(value.to_owned()),
        "accountId" => journal::Condition::Account(Id::parse(value)?),
        "credentialId" => journal::Condition::Credential(Id::parse(value)?),
        "clientId" => journal::Condition::Client(ClientId::parse(value)?),
        _ => return None,
    })
}

/// The journal finds what is true of an event all at once.
fn filter(asked: Option<&Asked<Condition>>) -> Result<Filter, MethodError> {
    let mut filter = Filter::default();
    let mut object = (None, None);
    for clause in asked.map(all_of).transpose()?.unwrap_or_default() {
        let is_taken = narrow(&mut filter, &mut object, clause).is_some();
        if !is_taken {
            return Err(unsupported());
        }
    }
    filter.object = match object {
        (None, None) => None,
        (Some(kind), None) => Some(ObjectFilter::ChangesOf(kind)),
        (Some(kind), Some(id)) => Some(ObjectFilter::One(kind, id)),
        (None, Some(_)) => return Err(unsupported()),
    };
    Ok(filter)
}

fn all_of(asked: &Asked<Condition>) -> Result<Vec<&Clause>, MethodError> {
    match asked {
        Asked::Condition(clauses) => Ok(clauses.iter().collect()),
        Asked::Operator { operator: Operator::And, conditions } => {
            Ok(conditions.iter().map(all_of).collect::<Result<Vec<_>, _>>()?.concat())
        }
        Asked::Operator { operator: Operator::Or | Operator::Not, .. } => Err(unsupported()),
    }
}

fn narrow(
    filter: &mut Filter,
    object: &mut (Option<ObjectKind>, Option<String>),
    clause: &Clause,
) -> Option<()> {
    let later = |millis: &i64| Timestamp::from_millis(millis.saturating_add(1));
    let then = |millis: &i64| Timestamp::from_millis(*millis);
    match clause {
        Clause::Compare("at", Comparison::Greater, at) => filter.from = filter.from.max(Some(later(at))),
        Clause::Compare("at", Comparison::GreaterOrEqual, at) => {
            filter.from = filter.from.max(Some(then(at)));
        }
        Clause::Compare("at", Comparison::Less, at) => filter.until = Some(earlier(filter.until, then(at))),
        Clause::Compare("at", Comparison::LessOrEqual, at) => {
            filter.until = Some(earlier(filter.until, later(at)));
        }
        Clause::Is(name, value) => {
            let text = value.as_str()?;
            match *name {
                "kind" => once(&mut filter.kind, EventKind::parse(text)?)?,
                "objectKind" => once(&mut object.0, ObjectKind::parse(text)?)?,
                "objectId" => once(&mut object.1, text.to_owned())?,
                "accountId" => once(&mut filter.account_id, Id::parse(text)?)?,
                _ => return None,
            }
        }
        Clause::Compare(..) | Clause::Words(_) => return None,
    }
    Some(())
}

/// Two different values at once are true of nothing, which the journal cannot be asked.
fn once<T: PartialEq>(place: &mut Option<T>, value: T) -> Option<()> {
    match place {
        Some(known) if *known != value => None,
        _ => {
            *place = Some(value);
            Some(())
        }
    }
}

fn earlier(known: Option<Timestamp>, new: Timestamp) -> Timestamp {
    known.map_or(new, |known| known.min(new))
}

fn unsupported() -> MethodError {
    let why = "events are found by at, kind, objectKind, objectId, accountId, credentialId and clientId that can be";
    MethodError::new(MethodErrorType::UnsupportedFilter, why)
}
