//! `x:Role`: permissions under a name, over `admin::roles`.

use domain::{
    directory::{Role as Row, permission::Permission},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::json;
use store::roles::{Condition, SortBy};

use super::{
    found::{self, everything, means, opt_id},
    permission_types::{SET_OF_PERMISSIONS, ids, permission_names, permission_set},
};
use crate::{
    admin::roles::{self, Draft, RoleError},
    jmap::{
        object::{
            ActError, Description, Element, Kind, List, Made, Multiplicity, Permissions, Property, Record,
            Scene, Section, Type, Wanted,
            fault::{invalid, linked, no_such_object},
            value::set,
        },
        query::{Clause, Found, Question},
    },
};

pub struct Role;

static DESCRIPTION: Description = Description {
    name: "Role",
    meaning: "Permissions under a name, given to accounts, tenants and other roles",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::Role),
    is_personal: false,
    permissions: Permissions {
        get: Permission::RoleGet,
        query: Some(Permission::RoleQuery),
        create: Some(Permission::RoleCreate),
        update: Some(Permission::RoleUpdate),
        destroy: Some(Permission::RoleDestroy),
    },
    permission_prefix: "sysRole",
    properties: &[
        Property::new("description", Type::text(Row::MAX_DESCRIPTION), "Its name, as people see it").sort(),
        Property::new(
            "memberTenantId",
            Type::Reference("Tenant"),
            "Only accounts of this tenant may have it",
        )
        .optional()
        .filter(),
        Property::new(
            "roleIds",
            Type::Set(Element::Reference("Role")),
            "Whatever these hold, this one holds too",
        )
        .or_empty(),
        Property::new("enabledPermissions", SET_OF_PERMISSIONS, "What it gives").or_empty(),
        Property::new(
            "disabledPermissions",
            SET_OF_PERMISSIONS,
            "What it takes away, whatever else gives it",
        )
        .or_empty(),
    ],
    text: &["description"],
    list: List {
        section: Section::Management,
        title: "Roles",
        singular: "role",
        plural: "roles",
        columns: &["description", "memberTenantId"],
        label: "description",
    },
};

impl Kind for Role {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(role: &Row) -> Object {
        let members = [
            ("id", json!(role.id.as_str())),
            ("description", json!(role.description)),
            ("memberTenantId", json!(role.member_tenant_id.as_ref().map(Id::as_str))),
            ("roleIds", set(role.role_ids.iter().map(Id::as_str))),
            ("enabledPermissions", permission_names(role.enabled)),
            ("disabledPermissions", permission_names(role.disabled)),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Row>, ActError> {
        let store = &scene.app.store;
        let ids =
            found::ids(wanted, async |most| roles::query(store, scene.actor, everything(most)).await).await?;
        Ok(roles::get(store, scene.actor, &ids).await?)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let role = roles::create(means(scene), scene.actor, draft(&record)).await?;
        Ok(Made { id: role.id.to_string(), secret: None })
    }

    async fn update(scene: Scene<'_>, row: Row, record: Record) -> Result<Option<Secret>, ActError> {
        roles::update(means(scene), scene.actor, &row.id, row.version, draft(&record)).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Row) -> Result<(), ActError> {
        roles::destroy(means(scene), scene.actor, &row.id).await.map_err(|error| match error {
            RoleError::Linked(by) => linked(&row.id, &by).into(),
            error => error.into(),
        })
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let search = found::search(question, condition, |name| {
            (name == "description").then_some(SortBy::Description)
        })?;
        found::found(roles::query(&scene.app.store, scene.actor, search).await)
    }
}

fn condition(clause: &Clause) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("memberTenantId", id) => Some(Condition::MemberTenantId(Some(Id::parse(id.as_str()?)?))),
        Clause::Is(..) | Clause::Compare(..) => None,
    }
}

fn draft(record: &Record) -> Draft {
    Draft {
        description: record.text("description"),
        member_tenant_id: opt_id(record, "memberTenantId"),
        role_ids: ids(record.value("roleIds")),
        enabled: permission_set(Some(record.value("enabledPermissions"))),
        disabled: permission_set(Some(record.value("disabledPermissions"))),
    }
}

impl From<RoleError> for ActError {
    fn from(error: RoleError) -> Self {
        let why = error.to_string();
        let refused = match error {
            RoleError::Forbidden(forbidden) => return forbidden.into(),
            RoleError::Store(error) => return error.into(),
            RoleError::Stale => return Self::Stale,
            RoleError::Unknown => SetErrorKind::NotFound.into(),
            RoleError::BadDescription => invalid("description", "must be 1 to 256 characters on one line"),
            RoleError::UnknownRole(id) => no_such_object(id.as_str()),
            RoleError::UnknownTenant => invalid("memberTenantId", "there is no such tenant"),
            RoleError::TenantFixed
            | RoleError::NotHeld(_)
            | RoleError::Everybodys(_)
            | RoleError::FirstRole
            | RoleError::Linked(_) => SetErrorKind::Forbidden.describe(why),
            RoleError::OverQuota => SetErrorKind::OverQuota.describe(why),
        };
        Self::Refused(refused)
    }
}
