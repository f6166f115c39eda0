//! What the acts over accounts say no to, for the person in front of the form.

use domain::directory::permission::Permission;

use crate::{
    admin::{accounts::AccountError, second_factors::FactorError},
    web::{
        page::Problem,
        permissions::in_full,
        respond::PageError,
        wrong::{Wrong, wrong, wrong_about},
    },
    words::said,
};

impl Wrong {
    /// What went wrong with an account: something that its form can mend, or else a page of its own.
    pub fn with_account(error: AccountError) -> Result<Self, PageError> {
        Ok(match error {
            AccountError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            AccountError::Unknown => return Err(Problem::NotFound.into()),
            AccountError::Store(error) => return Err(error.into()),
            AccountError::Busy(_) => return Err(Problem::Unavailable.into()),
            AccountError::BadName => {
                wrong("name", said("The name must have 1 to 128 characters and no spaces."))
            }
            AccountError::NameTaken => wrong("name", said("This name is taken.")),
            AccountError::BadPassword => {
                wrong("password", said("A password has at least 8 characters and at most 1024 bytes."))
            }
            AccountError::GroupPassword => wrong("password", said("A group has no password.")),
            AccountError::BadDescription => {
                wrong("description", said("The description must have 1 to 256 characters on one line."))
            }
            AccountError::BadEmail(bad) => {
                wrong_about("emails", said("{0} is no e-mail address, or there are more than 20."), &bad)
            }
            AccountError::BadLocale => {
                wrong("locale", said("The language must be a tag such as en or de-CH."))
            }
            AccountError::BadTimeZone => {
                wrong("timeZone", said("The time zone must be a name such as Europe/London."))
            }
            AccountError::KindFixed => wrong("", said("An account stays an account, and a group a group.")),
            AccountError::UnknownGroup => wrong("group", said("There is no such group in the same tenant.")),
            AccountError::UnknownRole(_) => wrong("role", said("There is no such role in the same tenant.")),
            AccountError::UnknownTenant => wrong("tenant", said("There is no such tenant.")),
            AccountError::TenantFixed => wrong("tenant", said("You cannot choose the tenant.")),
            AccountError::NotHeld(permission) => not_held(permission),
            AccountError::Protected(_) => {
                wrong("", said("It holds permissions that you do not hold, so only others can change it."))
            }
            AccountError::LastAdministrator => wrong(
                "",
                said("This is the last account that can administer everything. Make another one first."),
            ),
            AccountError::OverQuota => {
                wrong("", said("The tenant has as many accounts or groups as it may have."))
            }
            AccountError::Stale => {
                wrong("", said("Somebody changed it meanwhile. Look at it again, then change it."))
            }
        })
    }

    pub fn with_factors(error: FactorError) -> Result<Self, PageError> {
        match error {
            FactorError::Forbidden(_) => Err(Problem::NotPermitted.into()),
            FactorError::Store(error) => Err(error.into()),
            FactorError::Account(error) => Self::with_account(error),
            FactorError::SignInAgain => Ok(wrong(
                "",
                said("This needs a sign-in of the last ten minutes. Sign out, sign in again, and come back."),
            )),
            // What only owners do.
            other => Err(Problem::BadRequest { detail: other.to_string() }.into()),
        }
    }
}

/// Nobody gives what they do not hold.
pub(in crate::web::console) fn not_held(permission: Permission) -> Wrong {
    wrong_about(
        "permissions",
        said("You do not hold this permission yourself and cannot give it: {0}"),
        &in_full(permission),
    )
}

impl From<AccountError> for PageError {
    fn from(error: AccountError) -> Self {
        match Wrong::with_account(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
