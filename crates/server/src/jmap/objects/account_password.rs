//! `x:AccountPassword`: with what the caller signs in, over `admin::account_password`.

use domain::{directory::permission::Permission, journal::ObjectKind, secret::Secret};
use jmap::{json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};

use super::found::means;
use crate::{
    admin::account_password::{self, PasswordError},
    jmap::object::{
        ActError, Description, Kind, List, Multiplicity, Permissions, Property, Record, SINGLETON, Scene,
        SecretWish, Section, Type, Wanted,
        fault::{Fault, Faults, invalid},
        value::MASK,
    },
};

pub struct AccountPassword;

const PASSWORD: Type = Type::Secret { min: 1, max: 1024 };

static DESCRIPTION: Description = Description {
    name: "AccountPassword",
    meaning: "The own password",
    multiplicity: Multiplicity::Singleton,
    journal: Some(ObjectKind::AccountPassword),
    is_personal: true,
    permissions: Permissions {
        get: Permission::AccountPasswordGet,
        query: None,
        create: None,
        update: Some(Permission::AccountPasswordUpdate),
        destroy: None,
    },
    permission_prefix: "sysAccountPassword",
    properties: &[
        Property::new("currentSecret", PASSWORD, "The password as it is, which every change needs")
            .optional(),
        Property::new("secret", PASSWORD, "The new password").optional(),
        Property::new("otpAuth", PASSWORD, "The second factor; always null, until there are second factors")
            .optional(),
    ],
    text: &[],
    list: List {
        section: Section::Account,
        title: "Password",
        singular: "password",
        plural: "password",
        columns: &[],
        label: "id",
    },
};

impl Kind for AccountPassword {
    /// Whether there is a password.
    type Row = bool;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(is_set: &bool) -> Object {
        let secret = is_set.then_some(("secret", json!(MASK)));
        let members = [("id", json!(SINGLETON)), ("otpAuth", Value::Null)];
        members.into_iter().chain(secret).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<bool>, ActError> {
        let is_meant = match wanted {
            Wanted::Ids(ids) => ids.iter().any(|id| id.as_str() == SINGLETON),
            Wanted::All { .. } => true,
        };
        // Whoever acts on somebody's behalf does not sign in as them.
        if scene.actor.account().is_none_or(|own| own.id != scene.account.id) {
            return Err(SetErrorKind::Forbidden.into());
        }
        if is_meant {
            Ok(vec![account_password::is_set(means(scene), scene.actor).await?])
        } else {
            Ok(Vec::new())
        }
    }

    async fn update(scene: Scene<'_>, _is_set: bool, record: Record) -> Result<Option<Secret>, ActError> {
        if record.has_changed("otpAuth") {
            return Err(invalid("otpAuth", "cannot be set yet").into());
        }
        let SecretWish::Set(current) = record.secret("currentSecret") else {
            return Err(ActError::Refused(Faults::one("currentSecret", Fault::Required).into()));
        };
        let SecretWish::Set(new) = record.secret("secret") else {
            return Err(ActError::Refused(Faults::one("secret", Fault::Required).into()));
        };
        account_password::change(means(scene), &scene.app.passwords, scene.actor, &current, &new).await?;
        Ok(None)
    }
}

impl From<PasswordError> for ActError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Forbidden(forbidden) => forbidden.into(),
            PasswordError::NoAccount => SetErrorKind::NotFound.into(),
            PasswordError::WrongPassword => {
                invalid("currentSecret", "is not the password of the account").into()
            }
            PasswordError::Busy(_) => {
                SetErrorKind::RateLimit.describe("too many passwords are being checked; try again").into()
            }
            PasswordError::Account(error) => error.into(),
        }
    }
}
