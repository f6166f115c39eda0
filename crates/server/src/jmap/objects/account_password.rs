//! `x:AccountPassword`: with what the caller signs in, over `admin::account_password`.

use domain::{
    directory::{Factors, permission::Permission},
    journal::ObjectKind,
    secret::Secret,
};
use jmap::{json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};

use super::found::means;
use crate::{
    admin::{
        account_password::{self, PasswordError},
        second_factors,
    },
    jmap::object::{
        ActError, Description, Kind, List, Multiplicity, Permissions, Property, Record, SINGLETON, Scene,
        SecretWish, Section, Type, Wanted,
        fault::{Fault, Faults, invalid},
        value::MASK,
    },
    journal::{self, Occasion},
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
        Property::new(
            "otpAuth",
            PASSWORD,
            "The app that shows codes: set an otpauth://totp address, or null to remove it",
        )
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
    type Row = Factors;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(factors: &Factors) -> Object {
        let secret = factors.has_password.then_some(("secret", json!(MASK)));
        let otp_auth = factors.totp_since.map_or(Value::Null, |_| json!(MASK));
        let members = [("id", json!(SINGLETON)), ("otpAuth", otp_auth)];
        members.into_iter().chain(secret).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Factors>, ActError> {
        let is_meant = match wanted {
            Wanted::Ids(ids) => ids.iter().any(|id| id.as_str() == SINGLETON),
            Wanted::All { .. } => true,
        };
        // Whoever acts on somebody's behalf does not sign in as them.
        if scene.actor.account().is_none_or(|own| own.id != scene.account.id) {
            return Err(SetErrorKind::Forbidden.into());
        }
        if is_meant {
            Ok(vec![second_factors::own(&scene.app.store, scene.actor).await?])
        } else {
            Ok(Vec::new())
        }
    }

    async fn update(scene: Scene<'_>, before: Factors, record: Record) -> Result<Option<Secret>, ActError> {
        let SecretWish::Set(current) = record.secret("currentSecret") else {
            return Err(ActError::Refused(Faults::one("currentSecret", Fault::Required).into()));
        };
        let nothing_to_remove =
            before.totp_since.is_none() && matches!(record.secret("otpAuth"), SecretWish::Remove);
        if record.has_changed("otpAuth") && !nothing_to_remove {
            return change_otp_auth(scene, &record, &current).await;
        }
        let SecretWish::Set(new) = record.secret("secret") else {
            return Err(ActError::Refused(Faults::one("secret", Fault::Required).into()));
        };
        let changed =
            account_password::change(means(scene), &scene.app.passwords, scene.actor, &current, &new).await;
        if let (Err(PasswordError::WrongPassword), Some(from)) = (&changed, scene.actor.from) {
            journal::sign_in_refused(scene.app, Some(scene.account), Occasion { from, now: scene.now });
        }
        Ok(changed.map(|()| None)?)
    }
}

/// The app, by whoever knows the password. It goes by itself: nothing is half done when something is refused.
async fn change_otp_auth(
    scene: Scene<'_>,
    record: &Record,
    current: &Secret,
) -> Result<Option<Secret>, ActError> {
    if record.has_changed("secret") {
        return Err(invalid("otpAuth", "is changed by itself, not together with the password").into());
    }
    let (means, app, actor) = (means(scene), scene.app, scene.actor);
    account_password::prove(means, &app.passwords, actor, current).await?;
    match record.secret("otpAuth") {
        SecretWish::Set(url) => second_factors::set_totp(means, &app.second_factors, actor, &url).await?,
        SecretWish::Remove => second_factors::remove_totp(means, actor).await?,
        SecretWish::Keep => {}
        SecretWish::Generate => {
            return Err(invalid("otpAuth", "is made in the portal, where it can be shown").into());
        }
    }
    Ok(None)
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
