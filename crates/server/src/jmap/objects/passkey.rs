//! `x:Passkey`: the own passkeys, over `admin::second_factors`. They are made in the portal, where the device is.

use domain::{
    directory::{Passkey as Row, permission::Permission, second_factor::MAX_PASSKEY_NAME},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{json::Object, set_error::SetErrorKind};
use serde_json::json;

use super::found::means;
use crate::{
    admin::second_factors::{self, FactorError},
    jmap::object::{
        ActError, Description, Kind, List, Multiplicity, Permissions, Property, Record, Scene, Section, Type,
        Wanted,
        fault::invalid,
        value::{moment, opt_moment},
    },
};

pub struct Passkey;

static DESCRIPTION: Description = Description {
    name: "Passkey",
    meaning: "Keys on people's devices, with which they sign in; made in the portal",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::Passkey),
    is_personal: true,
    permissions: Permissions {
        get: Permission::AccountPasswordGet,
        query: Some(Permission::AccountPasswordGet),
        create: None,
        update: Some(Permission::AccountPasswordUpdate),
        destroy: Some(Permission::AccountPasswordUpdate),
    },
    permission_prefix: "sysAccountPassword",
    properties: &[
        Property::new("description", Type::text(MAX_PASSKEY_NAME), "Which device it is on").sort(),
        Property::new("createdAt", Type::Moment, "When it was made").server_set().filter().sort(),
        Property::new("lastUsedAt", Type::Moment, "When somebody last signed in with it")
            .optional()
            .server_set(),
    ],
    text: &["description"],
    list: List {
        section: Section::Account,
        title: "Passkeys",
        singular: "passkey",
        plural: "passkeys",
        columns: &["description", "createdAt", "lastUsedAt"],
        label: "description",
    },
};

impl Kind for Passkey {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(passkey: &Row) -> Object {
        let members = [
            ("id", json!(passkey.id.as_str())),
            ("description", json!(passkey.name)),
            ("createdAt", moment(passkey.created_at)),
            ("lastUsedAt", opt_moment(passkey.last_used_at)),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Row>, ActError> {
        // Whoever acts on somebody's behalf does not sign in as them.
        if scene.actor.account().is_none_or(|own| own.id != scene.account.id) {
            return Err(SetErrorKind::Forbidden.into());
        }
        let mut passkeys = second_factors::own(&scene.app.store, scene.actor).await?.passkeys;
        if let Wanted::Ids(ids) = wanted {
            let ids: Vec<Id> = ids.iter().filter_map(|id| Id::parse(id.as_str())).collect();
            passkeys.retain(|passkey| ids.contains(&passkey.id));
        }
        Ok(passkeys)
    }

    async fn update(scene: Scene<'_>, row: Row, record: Record) -> Result<Option<Secret>, ActError> {
        let name = record.text("description");
        second_factors::rename_passkey(means(scene), scene.actor, &row.id, &name).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, row: Row) -> Result<(), ActError> {
        Ok(second_factors::remove_passkey(means(scene), scene.actor, &row.id).await?)
    }
}

impl From<FactorError> for ActError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::Forbidden(forbidden) => forbidden.into(),
            FactorError::Account(error) => error.into(),
            FactorError::Store(error) => error.into(),
            FactorError::NoAccount | FactorError::UnknownPasskey => SetErrorKind::NotFound.into(),
            FactorError::BadName => invalid("description", "must be 1 to 64 characters on one line").into(),
            FactorError::BadSeed | FactorError::TotpNotSet => invalid("otpAuth", error.to_string()).into(),
            FactorError::TooManyPasskeys => SetErrorKind::OverQuota.into(),
            FactorError::SignInAgain
            | FactorError::PasskeyTaken
            | FactorError::NoPasskeysHere
            | FactorError::Answer(_)
            | FactorError::OfferEnded
            | FactorError::WrongCode
            | FactorError::LastWayIn => SetErrorKind::Forbidden.describe(error.to_string()).into(),
        }
    }
}
