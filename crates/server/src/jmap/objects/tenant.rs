//! `x:Tenant`: parts of the directory with administrators of their own, over `admin::tenants`.

use domain::{
    directory::{Quotas, Tenant as Row, permission::Permission},
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};
use store::tenants::{Condition, SortBy};

use super::{
    found::{self, everything, means},
    permission_types::{
        PERMISSIONS, ROLES, admin, inherit, permissions, permissions_json, roles, roles_json,
    },
};
use crate::{
    admin::tenants::{self, Draft, TenantError},
    jmap::{
        object::{
            ActError, Description, Kind, List, Made, Multiplicity, Part, Permissions, Property, Record,
            Scene, Section, TextFormat, Type, Wanted,
            fault::{invalid, linked, no_such_object, taken},
            value::{moment, part},
        },
        query::{Clause, Found, Question},
    },
};

pub struct Tenant;

const LIMIT: Type = Type::count(0, u32::MAX as i64);

static QUOTAS: Part = Part {
    name: "TenantQuotas",
    properties: &[
        Property::new("maxAccounts", LIMIT, "How many accounts it may have; null is any number").optional(),
        Property::new("maxGroups", LIMIT, "How many groups").optional(),
        Property::new("maxRoles", LIMIT, "How many roles").optional(),
        Property::new("maxOauthClients", LIMIT, "How many OAuth clients").optional(),
    ],
};

static DESCRIPTION: Description = Description {
    name: "Tenant",
    meaning: "Accounts, roles and clients that are kept apart from all others",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::Tenant),
    is_personal: false,
    permissions: Permissions {
        get: Permission::TenantGet,
        query: Some(Permission::TenantQuery),
        create: Some(Permission::TenantCreate),
        update: Some(Permission::TenantUpdate),
        destroy: Some(Permission::TenantDestroy),
    },
    permission_prefix: "sysTenant",
    properties: &[
        Property::new("name", Type::text(Row::MAX_NAME), "Its name").filter().sort(),
        Property::new(
            "logo",
            Type::Text { format: TextFormat::Logo, min: 1, max: Row::MAX_LOGO },
            "An https URL, or an image as a data URL",
        )
        .optional(),
        Property::new("roles", Type::Union(&ROLES), "With permissions: the most that its accounts may hold")
            .or(admin),
        Property::new(
            "permissions",
            Type::Union(&PERMISSIONS),
            "With roles: the most that its accounts may hold",
        )
        .or(inherit),
        Property::new("quotas", Type::Part(&QUOTAS), "How much it may have").or(no_quotas),
        Property::new("createdAt", Type::Moment, "When it was made").server_set(),
    ],
    text: &["name"],
    list: List {
        section: Section::Management,
        title: "Tenants",
        singular: "tenant",
        plural: "tenants",
        columns: &["name", "createdAt"],
        label: "name",
    },
};

fn no_quotas() -> Value {
    quotas_json(Quotas::default())
}

fn quotas_json(quotas: Quotas) -> Value {
    part([
        ("maxAccounts", quotas.max_accounts),
        ("maxGroups", quotas.max_groups),
        ("maxRoles", quotas.max_roles),
        ("maxOauthClients", quotas.max_oauth_clients),
    ])
}

impl Kind for Tenant {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(tenant: &Row) -> Object {
        let members = [
            ("id", json!(tenant.id.as_str())),
            ("name", json!(tenant.name)),
            ("logo", json!(tenant.logo)),
            ("roles", roles_json(&tenant.roles)),
            ("permissions", permissions_json(tenant.permissions)),
            ("quotas", quotas_json(tenant.quotas)),
            ("createdAt", moment(tenant.created_at)),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Row>, ActError> {
        let store = &scene.app.store;
        let ids =
            found::ids(wanted, async |most| tenants::query(store, scene.actor, &everything(most)).await)
                .await?;
        Ok(tenants::get(store, scene.actor, &ids).await?)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let tenant = tenants::create(means(scene), scene.actor, draft(&record)).await?;
        Ok(Made { id: tenant.id.to_string(), secret: None })
    }

    async fn update(scene: Scene<'_>, row: Row, record: Record) -> Result<Option<Secret>, ActError> {
        tenants::update(means(scene), scene.actor, &row.id, row.version, draft(&record)).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Row) -> Result<(), ActError> {
        tenants::destroy(means(scene), scene.actor, &row.id).await.map_err(|error| match error {
            TenantError::Linked(by) => linked(&row.id, &by).into(),
            error => error.into(),
        })
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let search = found::search(question, condition, |name| (name == "name").then_some(SortBy::Name))?;
        found::found(tenants::query(&scene.app.store, scene.actor, &search).await)
    }
}

fn condition(clause: &Clause) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("name", name) => Some(Condition::Name(name.as_str()?.to_owned())),
        Clause::Is(..) | Clause::Compare(..) => None,
    }
}

fn draft(record: &Record) -> Draft {
    let quota = |name| record.member("quotas", name);
    Draft {
        name: record.text("name"),
        logo: record.opt_text("logo"),
        roles: roles(record),
        permissions: permissions(record),
        quotas: Quotas {
            max_accounts: quota("maxAccounts"),
            max_groups: quota("maxGroups"),
            max_roles: quota("maxRoles"),
            max_oauth_clients: quota("maxOauthClients"),
        },
    }
}

impl From<TenantError> for ActError {
    fn from(error: TenantError) -> Self {
        let why = error.to_string();
        let refused = match error {
            TenantError::Forbidden(forbidden) => return forbidden.into(),
            TenantError::Store(error) => return error.into(),
            TenantError::Stale => return Self::Stale,
            TenantError::Unknown => SetErrorKind::NotFound.into(),
            TenantError::BadName => invalid("name", "must be 1 to 256 characters on one line"),
            TenantError::NameTaken => taken("name", None),
            TenantError::BadLogo => invalid(
                "logo",
                "must be an https URL, or a PNG, JPEG, GIF or WebP image as a data URL of at most 64 KiB",
            ),
            TenantError::UnknownRole(id) => no_such_object(id.as_str()),
            TenantError::NotHeld(_) | TenantError::Linked(_) => SetErrorKind::Forbidden.describe(why),
        };
        Self::Refused(refused)
    }
}
