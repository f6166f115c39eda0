//! `x:AccountSettings`: what people say of themselves, over `admin::own_account`.

use domain::{
    directory::{Entry, permission::Permission},
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{json::Object, set_error::SetErrorKind};
use serde_json::json;

use super::found::means;
use crate::{
    admin::own_account::{self, OwnDraft, OwnError},
    jmap::object::{
        ActError, Description, Kind, List, Multiplicity, Permissions, Property, Record, SINGLETON, Scene,
        Section, Type, Wanted,
    },
};

pub struct AccountSettings;

static DESCRIPTION: Description = Description {
    name: "AccountSettings",
    meaning: "What the own account says of itself",
    multiplicity: Multiplicity::Singleton,
    journal: Some(ObjectKind::Account),
    is_personal: true,
    permissions: Permissions {
        get: Permission::AccountSettingsGet,
        query: None,
        create: None,
        update: Some(Permission::AccountSettingsUpdate),
        destroy: None,
    },
    permission_prefix: "sysAccountSettings",
    properties: &[
        Property::new("description", Type::text(256), "The own name, as others see it").optional(),
        Property::new("locale", Type::text(35), "The language of pages: en or de-CH").optional(),
        Property::new("timeZone", Type::text(64), "The time zone of pages: Europe/London").optional(),
    ],
    text: &[],
    list: List {
        section: Section::Account,
        title: "Settings",
        singular: "settings",
        plural: "settings",
        columns: &[],
        label: "id",
    },
};

impl Kind for AccountSettings {
    type Row = Entry;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(entry: &Entry) -> Object {
        let members = [
            ("id", json!(SINGLETON)),
            ("description", json!(entry.account.description)),
            ("locale", json!(entry.account.locale)),
            ("timeZone", json!(entry.time_zone)),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Entry>, ActError> {
        let is_meant = match wanted {
            Wanted::Ids(ids) => ids.iter().any(|id| id.as_str() == SINGLETON),
            Wanted::All { .. } => true,
        };
        // Whoever acts on somebody's behalf changes the account itself.
        if scene.actor.account().is_none_or(|own| own.id != scene.account.id) {
            return Err(SetErrorKind::Forbidden.into());
        }
        let own = own_account::own(&scene.app.store, scene.actor).await?;
        Ok(if is_meant { vec![own] } else { Vec::new() })
    }

    async fn update(scene: Scene<'_>, before: Entry, record: Record) -> Result<Option<Secret>, ActError> {
        let draft = OwnDraft {
            description: record.opt_text("description"),
            locale: record.opt_text("locale"),
            time_zone: record.opt_text("timeZone"),
        };
        own_account::update_own(means(scene), scene.actor, before.version, draft).await?;
        Ok(None)
    }
}

impl From<OwnError> for ActError {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::Forbidden(forbidden) => forbidden.into(),
            OwnError::NoAccount => SetErrorKind::NotFound.into(),
            OwnError::Account(error) => error.into(),
            OwnError::Store(error) => error.into(),
        }
    }
}
