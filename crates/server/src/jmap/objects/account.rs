//! `x:Account`: people, programs and groups, over `admin::accounts`.

use domain::{
    directory::{AccountQuotas, Entry, Kind as AccountKind, permission::Permission},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};
use store::accounts::{Condition, SortBy};

use super::{
    found::{self, everything, in_order, means, opt_id},
    permission_types::{
        PERMISSIONS, ROLES, ids, inherit, permissions, permissions_json, roles, roles_json, user,
    },
};
use crate::{
    admin::accounts::{self, AccountError, Draft},
    jmap::{
        object::{
            ActError, Choice, Description, Element, Kind, List, Made, Multiplicity, Part, Permissions,
            Property, Record, Scene, SecretWish, Section, TextFormat, Type, Wanted,
            fault::{invalid, no_such_object, taken},
            value::{moment, part, set},
        },
        query::{Clause, Found, Question},
    },
};

pub struct Account;

const KINDS: [(&str, &str); 2] =
    [("User", "Somebody, or a program, that signs in"), ("Group", "A name for several accounts")];

static KIND: Choice = Choice {
    name: "AccountType",
    names: || KINDS.to_vec(),
    parse: |text| KINDS.iter().map(|(name, _)| *name).find(|name| *name == text),
};

const LIMIT: Type = Type::count(0, u32::MAX as i64);

static QUOTAS: Part = Part {
    name: "AccountQuotas",
    properties: &[
        Property::new("maxApiKeys", LIMIT, "How many API keys it may have; null is a hundred").optional(),
        Property::new("maxAppPasswords", LIMIT, "How many app passwords; null is a hundred").optional(),
    ],
};

static DESCRIPTION: Description = Description {
    name: "Account",
    meaning: "People and programs that sign in, and groups of them",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::Account),
    is_personal: false,
    permissions: Permissions {
        get: Permission::AccountGet,
        query: Some(Permission::AccountQuery),
        create: Some(Permission::AccountCreate),
        update: Some(Permission::AccountUpdate),
        destroy: Some(Permission::AccountDestroy),
    },
    permission_prefix: "sysAccount",
    properties: &[
        Property::new("@type", Type::Choice(&KIND), "What kind of account")
            .immutable()
            .or(|| json!("User"))
            .filter(),
        Property::new("name", Type::text(domain::directory::Account::MAX_NAME), "With what it signs in")
            .filter()
            .sort(),
        Property::new("description", Type::text(256), "Who or what it is").optional(),
        Property::new("emails", Type::texts(TextFormat::Email), "Its e-mail addresses").or_empty(),
        Property::new("memberGroupIds", Type::Set(Element::Reference("Account")), "The groups it belongs to")
            .or_empty(),
        Property::new("memberTenantId", Type::Reference("Tenant"), "The tenant it belongs to")
            .optional()
            .filter(),
        Property::new("roles", Type::Union(&ROLES), "Its roles").or(user),
        Property::new("permissions", Type::Union(&PERMISSIONS), "What it may do beside its roles")
            .or(inherit),
        Property::new("quotas", Type::Part(&QUOTAS), "How much it may have").or(no_quotas),
        Property::new("locale", Type::Text { format: TextFormat::Locale, min: 1, max: 35 }, "Its language")
            .optional(),
        Property::new(
            "timeZone",
            Type::Text { format: TextFormat::TimeZone, min: 1, max: 64 },
            "Where its days begin",
        )
        .optional(),
        Property::new("isEnabled", Type::Boolean, "Whether it may do anything").or(|| json!(true)).filter(),
        Property::new(
            "secret",
            Type::Secret { min: accounts::MIN_PASSWORD, max: 1024 },
            "Sets the password of the account; it is never shown, not even that there is one",
        )
        .optional()
        .untold(),
        Property::new("createdAt", Type::Moment, "When it was made").server_set().sort(),
    ],
    text: &["name", "description", "emails"],
    list: List {
        section: Section::Management,
        title: "Accounts",
        singular: "account",
        plural: "accounts",
        columns: &["name", "description", "isEnabled", "createdAt"],
        label: "name",
    },
};

fn no_quotas() -> Value {
    quotas_json(AccountQuotas::default())
}

fn quotas_json(quotas: AccountQuotas) -> Value {
    part([("maxApiKeys", quotas.max_api_keys), ("maxAppPasswords", quotas.max_app_passwords)])
}

const fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::User => "User",
        AccountKind::Group => "Group",
    }
}

fn kind(name: &str) -> AccountKind {
    if name == "Group" { AccountKind::Group } else { AccountKind::User }
}

impl Kind for Account {
    type Row = Entry;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(entry: &Entry) -> Object {
        let account = &entry.account;
        let members = [
            ("id", json!(account.id.as_str())),
            ("@type", json!(kind_name(account.kind))),
            ("name", json!(account.name)),
            ("description", json!(account.description)),
            ("emails", set(&entry.emails)),
            ("memberGroupIds", set(entry.member_group_ids.iter().map(Id::as_str))),
            ("memberTenantId", json!(account.member_tenant_id.as_ref().map(Id::as_str))),
            ("roles", roles_json(&entry.roles)),
            ("permissions", permissions_json(entry.permissions)),
            ("quotas", quotas_json(entry.quotas)),
            ("locale", json!(account.locale)),
            ("timeZone", json!(entry.time_zone)),
            ("isEnabled", json!(account.is_enabled)),
            ("createdAt", moment(account.created_at)),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Entry>, ActError> {
        let store = &scene.app.store;
        let ids =
            found::ids(wanted, async |most| accounts::query(store, scene.actor, everything(most)).await)
                .await?;
        Ok(accounts::get(store, scene.actor, &ids).await?)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let password = if record.value("secret").is_null() { None } else { password(&record)? };
        let entry =
            accounts::create(means(scene), scene.actor, draft(&record, &[]), password.as_ref()).await?;
        Ok(Made { id: entry.account.id.to_string(), secret: None })
    }

    async fn update(scene: Scene<'_>, row: Entry, record: Record) -> Result<Option<Secret>, ActError> {
        let id = &row.account.id;
        let password = password(&record)?;
        // Looked at first, so that nothing is changed if it cannot be one.
        password.as_ref().map_or(Ok(()), accounts::check_password)?;
        if record.changed().any(|name| name != "secret") {
            let draft = draft(&record, &row.emails);
            accounts::update(means(scene), scene.actor, id, row.version, draft).await?;
        }
        if let Some(password) = password {
            accounts::set_password(means(scene), scene.actor, id, &password).await?;
        }
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Entry) -> Result<(), ActError> {
        Ok(accounts::destroy(means(scene), scene.actor, &row.account.id).await?)
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let search = found::search(question, condition, |name| match name {
            "name" => Some(SortBy::Name),
            "createdAt" => Some(SortBy::CreatedAt),
            _ => None,
        })?;
        found::found(accounts::query(&scene.app.store, scene.actor, search).await)
    }
}

fn condition(clause: &Clause) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("@type", name) => Some(Condition::Kind(kind(name.as_str()?))),
        Clause::Is("name", name) => Some(Condition::Name(name.as_str()?.to_owned())),
        Clause::Is("isEnabled", is_enabled) => Some(Condition::IsEnabled(is_enabled.as_bool()?)),
        Clause::Is("memberTenantId", id) => Some(Condition::MemberTenantId(Some(Id::parse(id.as_str()?)?))),
        Clause::Is(..) | Clause::Compare(..) => None,
    }
}

/// The password that shall be set, if one shall.
fn password(record: &Record) -> Result<Option<Secret>, ActError> {
    match record.secret("secret") {
        SecretWish::Keep => Ok(None),
        SecretWish::Remove => {
            Err(invalid("secret", "cannot be taken away: set another one, or disable the account").into())
        }
        SecretWish::Set(secret) => Ok(Some(secret)),
        SecretWish::Generate => {
            Err(invalid("secret", "is not made by the server: people choose their passwords").into())
        }
    }
}

fn draft(record: &Record, emails: &[String]) -> Draft {
    Draft {
        kind: kind(&record.text("@type")),
        name: record.text("name"),
        description: record.opt_text("description"),
        emails: in_order(emails, record.elements("emails")),
        member_group_ids: ids(record.value("memberGroupIds")),
        member_tenant_id: opt_id(record, "memberTenantId"),
        roles: roles(record),
        permissions: permissions(record),
        quotas: AccountQuotas {
            max_api_keys: record.member("quotas", "maxApiKeys"),
            max_app_passwords: record.member("quotas", "maxAppPasswords"),
        },
        locale: record.opt_text("locale"),
        time_zone: record.opt_text("timeZone"),
        is_enabled: record.flag("isEnabled"),
    }
}

impl From<AccountError> for ActError {
    fn from(error: AccountError) -> Self {
        let why = error.to_string();
        let refused = match error {
            AccountError::Forbidden(forbidden) => return forbidden.into(),
            AccountError::Store(error) => return error.into(),
            AccountError::Stale => return Self::Stale,
            AccountError::Unknown => SetErrorKind::NotFound.into(),
            AccountError::BadName => {
                invalid("name", "must be 1 to 128 characters without spaces and control characters")
            }
            AccountError::NameTaken => taken("name", None),
            AccountError::BadPassword => {
                invalid("secret", "must have at least 8 characters and at most 1024 bytes")
            }
            AccountError::GroupPassword => invalid("secret", "cannot be set: a group never signs in"),
            AccountError::BadDescription => invalid("description", "must be 1 to 256 characters on one line"),
            AccountError::BadEmail(_) => invalid("emails", "must be at most 20 e-mail addresses"),
            AccountError::BadLocale => invalid("locale", "must be a language tag such as en or de-CH"),
            AccountError::BadTimeZone => {
                invalid("timeZone", "must be the name of a time zone such as Europe/London")
            }
            AccountError::UnknownGroup => {
                invalid("memberGroupIds", "must name groups of the account's tenant, and a group is in none")
            }
            AccountError::UnknownRole(id) => no_such_object(id.as_str()),
            AccountError::UnknownTenant => invalid("memberTenantId", "there is no such tenant"),
            AccountError::KindFixed
            | AccountError::TenantFixed
            | AccountError::NotHeld(_)
            | AccountError::Protected(_)
            | AccountError::LastAdministrator => SetErrorKind::Forbidden.describe(why),
            AccountError::OverQuota => SetErrorKind::OverQuota.describe(why),
            AccountError::Busy(_) => SetErrorKind::RateLimit.describe(why),
        };
        Self::Refused(refused)
    }
}
