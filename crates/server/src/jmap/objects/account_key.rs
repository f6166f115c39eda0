//! `x:ApiKey` and `x:AppPassword`: the same in two kinds, over `admin::account_keys`.

use std::marker::PhantomData;

use domain::{
    directory::{Key, KeyKind, permission::Permission},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use ipnet::IpNet;
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::json;
use store::{
    account_keys::{Condition, SortBy, Which},
    search::Comparison::Equal,
};

use super::{
    found::{self, comparison, in_order, means},
    permission_types::{KEY_PERMISSIONS, inherit, key_permissions, key_permissions_json},
};
use crate::{
    admin::account_keys::{self, Draft, KeyError},
    jmap::{
        object::{
            ActError, Description, Kind, List, Made, Multiplicity, Permissions, Property, Record, Scene,
            Section, TextFormat, Type, Wanted,
            fault::invalid,
            value::{MASK, moment, opt_moment, read_moment, set},
        },
        query::{Clause, Found, Question},
    },
};

/// What tells the two apart.
pub trait Variety: Send + Sync + 'static {
    const KIND: KeyKind;
    const DESCRIPTION: &'static Description;
}

pub struct AccountKey<V>(PhantomData<V>);
pub struct ApiKey;
pub struct AppPassword;

const PROPERTIES: &[Property] = &[
    Property::new("description", Type::text(Key::MAX_DESCRIPTION), "What it is for").sort(),
    Property::new("secret", Type::Secret { min: 1, max: 256 }, "Shown once, when it is made")
        .optional()
        .server_set(),
    Property::new("createdAt", Type::Moment, "When it was made").server_set().filter().sort(),
    Property::new("expiresAt", Type::Moment, "When it stops working").optional().filter(),
    Property::new(
        "permissions",
        Type::Union(&KEY_PERMISSIONS),
        "What it may do: never more than its account",
    )
    .or(inherit),
    Property::new(
        "allowedIps",
        Type::texts(TextFormat::Network),
        "The addresses and networks that it works from; none means all",
    )
    .or_empty(),
];

static API_KEY: Description = Description {
    name: "ApiKey",
    meaning: "Keys with which programs act for an account",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::ApiKey),
    is_personal: true,
    permissions: Permissions {
        get: Permission::ApiKeyGet,
        query: Some(Permission::ApiKeyQuery),
        create: Some(Permission::ApiKeyCreate),
        update: Some(Permission::ApiKeyUpdate),
        destroy: Some(Permission::ApiKeyDestroy),
    },
    permission_prefix: "sysApiKey",
    properties: PROPERTIES,
    text: &["description"],
    list: List {
        section: Section::Account,
        title: "API Keys",
        singular: "API key",
        plural: "API keys",
        columns: &["description", "createdAt", "expiresAt"],
        label: "description",
    },
};

static APP_PASSWORD: Description = Description {
    name: "AppPassword",
    meaning: "Passwords for programs that know nothing but passwords",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::AppPassword),
    is_personal: true,
    permissions: Permissions {
        get: Permission::AppPasswordGet,
        query: Some(Permission::AppPasswordQuery),
        create: Some(Permission::AppPasswordCreate),
        update: Some(Permission::AppPasswordUpdate),
        destroy: Some(Permission::AppPasswordDestroy),
    },
    permission_prefix: "sysAppPassword",
    properties: PROPERTIES,
    text: &["description"],
    list: List {
        section: Section::Account,
        title: "App Passwords",
        singular: "app password",
        plural: "app passwords",
        columns: &["description", "createdAt", "expiresAt"],
        label: "description",
    },
};

impl Variety for ApiKey {
    const KIND: KeyKind = KeyKind::ApiKey;
    const DESCRIPTION: &'static Description = &API_KEY;
}

impl Variety for AppPassword {
    const KIND: KeyKind = KeyKind::AppPassword;
    const DESCRIPTION: &'static Description = &APP_PASSWORD;
}

impl<V: Variety> Kind for AccountKey<V> {
    type Row = Key;

    const DESCRIPTION: &'static Description = V::DESCRIPTION;

    fn json(key: &Key) -> Object {
        let members = [
            ("id", json!(key.id.as_str())),
            ("description", json!(key.description)),
            ("secret", json!(MASK)),
            ("createdAt", moment(key.created_at)),
            ("expiresAt", opt_moment(key.expires_at)),
            ("permissions", key_permissions_json(key.permissions)),
            ("allowedIps", set(key.allowed_ips.iter().map(written))),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Key>, ActError> {
        let ids: Vec<Id>;
        let which = match wanted {
            Wanted::Ids(wanted) => {
                ids = wanted.iter().filter_map(|id| Id::parse(id.as_str())).collect();
                Which::Ids(&ids)
            }
            Wanted::All { most } => Which::First(u32::try_from(most).unwrap_or(u32::MAX)),
        };
        let (store, owner) = (&scene.app.store, &scene.account.id);
        Ok(account_keys::get(store, scene.actor, V::KIND, owner, which).await?)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let draft = draft(&record, &[]);
        let (key, secret) =
            account_keys::create(means(scene), scene.actor, V::KIND, &scene.account.id, draft).await?;
        Ok(Made { id: key.id.to_string(), secret: Some(secret) })
    }

    async fn update(scene: Scene<'_>, row: Key, record: Record) -> Result<Option<Secret>, ActError> {
        let ids = (&scene.account.id, &row.id, row.version);
        let before: Vec<_> = row.allowed_ips.iter().map(written).collect();
        account_keys::update(means(scene), scene.actor, V::KIND, ids, draft(&record, &before)).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Key) -> Result<(), ActError> {
        let ids = (&scene.account.id, &row.id);
        Ok(account_keys::destroy(means(scene), scene.actor, V::KIND, ids).await?)
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let search = found::search(question, condition, |name| match name {
            "description" => Some(SortBy::Description),
            "createdAt" => Some(SortBy::CreatedAt),
            _ => None,
        })?;
        let (store, owner) = (&scene.app.store, &scene.account.id);
        found::found(account_keys::query(store, scene.actor, V::KIND, owner, &search).await)
    }
}

fn condition(clause: &Clause) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Compare("createdAt", how, at) => {
            Some(Condition::CreatedAt(comparison(*how), found::moment(*at)))
        }
        Clause::Compare("expiresAt", how, at) => {
            Some(Condition::ExpiresAt(comparison(*how), found::moment(*at)))
        }
        Clause::Is("createdAt", at) => Some(Condition::CreatedAt(Equal, read_moment(at)?)),
        Clause::Is("expiresAt", at) => Some(Condition::ExpiresAt(Equal, read_moment(at)?)),
        Clause::Compare(..) | Clause::Is(..) => None,
    }
}

/// An address by itself, not as the network that it alone is in.
fn written(net: &IpNet) -> String {
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}

fn draft(record: &Record, before: &[String]) -> Draft {
    let network = |text: &String| {
        text.parse::<IpNet>().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
    };
    Draft {
        description: record.text("description"),
        permissions: key_permissions(record.value("permissions")),
        allowed_ips: in_order(before, record.elements("allowedIps")).iter().filter_map(network).collect(),
        expires_at: record.moment("expiresAt"),
    }
}

impl From<KeyError> for ActError {
    fn from(error: KeyError) -> Self {
        let why = error.to_string();
        let refused = match error {
            KeyError::Forbidden(forbidden) => return forbidden.into(),
            KeyError::Store(error) => return error.into(),
            KeyError::Stale => return Self::Stale,
            KeyError::UnknownAccount | KeyError::Unknown => SetErrorKind::NotFound.into(),
            KeyError::BadDescription => invalid("description", "must be 1 to 256 characters on one line"),
            KeyError::NotHeldByAccount(_)
            | KeyError::NotHeld(_)
            | KeyError::Protected(_)
            | KeyError::Group => SetErrorKind::Forbidden.describe(why),
            KeyError::OverQuota => SetErrorKind::OverQuota.describe(why),
        };
        Self::Refused(refused)
    }
}
