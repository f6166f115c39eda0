//! `x:RegistrationPolicy`: what may be registered at a door, over `admin::registration_policies`.

use domain::{
    client::Door,
    directory::permission::Permission,
    id::Id,
    journal::ObjectKind,
    registration::profile::{Mode, RegistrationPolicy as Row},
    secret::Secret,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::json;
use store::registration_policies::{Condition, SortBy};

use super::{
    bounds_types,
    found::{self, everything, means, opt_id},
};
use crate::{
    admin::registration_policies::{self, Draft, RegistrationPolicyError},
    jmap::{
        object::{
            ActError, Choice, Description, Kind, List, Made, Multiplicity, Permissions, Property, Record,
            Scene, Section, Type, Wanted,
            fault::{invalid, taken},
            value::moment,
        },
        query::{Clause, Found, Question},
    },
};

pub struct RegistrationPolicy;

static DOOR: Choice = Choice {
    name: "RegistrationDoor",
    names: || {
        vec![
            ("anonymous", "Strangers, who bring no credential"),
            ("initial-access-token", "Whoever brings an initial access token"),
            ("api-key", "Programs with an API key"),
            ("access-token", "Programs with the access token of an account"),
            ("administrator", "Administrators, who write clients themselves"),
            ("document", "Applications that a document describes"),
        ]
    },
    parse: |text| Door::parse(text).map(Door::as_str),
};

static MODE: Choice = Choice {
    name: "RegistrationMode",
    names: || {
        vec![
            ("off", "Nobody registers there"),
            ("token", "At the door anonymous: only with an initial access token"),
            (
                "approval",
                "Whoever may, and what they register waits until an administrator approves it; neither at the door administrator nor at document",
            ),
            ("open", "Whoever may; strangers need the setting anonymousClientRegistration, too"),
        ]
    },
    parse: |text| Mode::parse(text).map(Mode::as_str),
};

static DESCRIPTION: Description = Description {
    name: "RegistrationPolicy",
    meaning: "What may be registered at a door, of the server or of a tenant",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::RegistrationPolicy),
    is_personal: false,
    permissions: Permissions {
        get: Permission::RegistrationPolicyGet,
        query: Some(Permission::RegistrationPolicyQuery),
        create: Some(Permission::RegistrationPolicyCreate),
        update: Some(Permission::RegistrationPolicyUpdate),
        destroy: Some(Permission::RegistrationPolicyDestroy),
    },
    permission_prefix: "sysRegistrationPolicy",
    properties: &[
        Property::new("description", Type::text(Row::MAX_DESCRIPTION), "What it is for; refusals name it")
            .sort(),
        Property::new(
            "memberTenantId",
            Type::Reference("Tenant"),
            "It holds for what belongs to this tenant; null: for the whole server",
        )
        .optional()
        .filter(),
        Property::new("door", Type::Choice(&DOOR), "Where it stands: one for each door of each owner")
            .immutable()
            .filter(),
        Property::new("mode", Type::Choice(&MODE), "Whether anybody comes in").or(|| json!("open")),
        bounds_types::HOSTS,
        bounds_types::SCHEMES,
        bounds_types::GRANTS,
        bounds_types::SCOPES,
        bounds_types::METHODS,
        bounds_types::LIFE,
        Property::new("createdAt", Type::Moment, "When it was made").server_set(),
    ],
    text: &["description"],
    list: List {
        section: Section::Settings,
        title: "Registration Policies",
        singular: "registration policy",
        plural: "registration policies",
        columns: &["description", "door", "mode", "memberTenantId"],
        label: "description",
    },
};

impl Kind for RegistrationPolicy {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(policy: &Row) -> Object {
        let members = [
            ("id", json!(policy.id.as_str())),
            ("description", json!(policy.description)),
            ("memberTenantId", json!(policy.member_tenant_id.as_ref().map(Id::as_str))),
            ("door", json!(policy.door.as_str())),
            ("mode", json!(policy.mode.as_str())),
            ("createdAt", moment(policy.created_at)),
        ];
        let bounds = bounds_types::json(&policy.bounds);
        members.into_iter().chain(bounds).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Row>, ActError> {
        let store = &scene.app.store;
        let all = async |most| registration_policies::query(store, scene.actor, everything(most)).await;
        let ids = found::ids(wanted, all).await?;
        Ok(registration_policies::get(store, scene.actor, &ids).await?)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let policy = registration_policies::create(means(scene), scene.actor, draft(&record)?).await?;
        Ok(Made { id: policy.id.to_string(), secret: None })
    }

    async fn update(scene: Scene<'_>, row: Row, record: Record) -> Result<Option<Secret>, ActError> {
        let at = (&row.id, row.version);
        registration_policies::update(means(scene), scene.actor, at, draft(&record)?).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Row) -> Result<(), ActError> {
        Ok(registration_policies::destroy(means(scene), scene.actor, &row.id).await?)
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let search = found::search(question, condition, |name| {
            (name == "description").then_some(SortBy::Description)
        })?;
        found::found(registration_policies::query(&scene.app.store, scene.actor, search).await)
    }
}

fn condition(clause: &Clause) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("memberTenantId", id) => Some(Condition::MemberTenantId(Some(Id::parse(id.as_str()?)?))),
        Clause::Is("door", door) => Door::parse(door.as_str()?).map(Condition::Door),
        Clause::Is(..) | Clause::Compare(..) => None,
    }
}

fn draft(record: &Record) -> Result<Draft, ActError> {
    let absent = |name: &str| ActError::from(invalid(name, "must be one of its names"));
    Ok(Draft {
        description: record.text("description"),
        member_tenant_id: opt_id(record, "memberTenantId"),
        door: Door::parse(&record.text("door")).ok_or_else(|| absent("door"))?,
        mode: Mode::parse(&record.text("mode")).ok_or_else(|| absent("mode"))?,
        bounds: bounds_types::read(record)?,
    })
}

impl From<RegistrationPolicyError> for ActError {
    fn from(error: RegistrationPolicyError) -> Self {
        let why = error.to_string();
        let refused = match error {
            RegistrationPolicyError::Forbidden(forbidden) => return forbidden.into(),
            RegistrationPolicyError::Store(error) => return error.into(),
            RegistrationPolicyError::Stale => return Self::Stale,
            RegistrationPolicyError::Unknown => SetErrorKind::NotFound.into(),
            RegistrationPolicyError::BadDescription => {
                invalid("description", "must be 1 to 256 characters on one line")
            }
            RegistrationPolicyError::BadMode(_) => {
                invalid("mode", why.split_once(": ").map_or(why.as_str(), |(_, rest)| rest))
            }
            RegistrationPolicyError::BadBounds(error) => bounds_types::refused(error),
            RegistrationPolicyError::DoorTaken => taken("door", None),
            RegistrationPolicyError::UnknownTenant => invalid("memberTenantId", "there is no such tenant"),
            RegistrationPolicyError::TenantFixed => SetErrorKind::Forbidden.describe(why),
        };
        Self::Refused(refused)
    }
}
