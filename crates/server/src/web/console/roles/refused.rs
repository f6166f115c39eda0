//! What the acts over roles say no to, for the person in front of the form.

use crate::{
    admin::roles::RoleError,
    web::{
        console::accounts::not_held,
        page::Problem,
        respond::PageError,
        wrong::{Wrong, wrong},
    },
    words::said,
};

impl Wrong {
    /// What went wrong with a role: something that its form can mend, or else a page of its own.
    pub fn with_role(error: RoleError) -> Result<Self, PageError> {
        Ok(match error {
            RoleError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            RoleError::Unknown => return Err(Problem::NotFound.into()),
            RoleError::Store(error) => return Err(error.into()),
            RoleError::BadDescription => {
                wrong("description", said("The name must have 1 to 256 characters on one line."))
            }
            RoleError::UnknownRole(_) => wrong("role", said("There is no such role in the same tenant.")),
            RoleError::UnknownTenant => wrong("tenant", said("There is no such tenant.")),
            RoleError::TenantFixed => wrong("tenant", said("You cannot choose the tenant.")),
            RoleError::NotHeld(permission) => not_held(permission),
            RoleError::Everybodys(_) => wrong(
                "",
                said(
                    "Everybody has this role without being given it: only who holds every permission changes it.",
                ),
            ),
            RoleError::FirstRole => wrong(
                "",
                said(
                    "The role of the administrators of everything cannot be changed, and no built-in role can be deleted.",
                ),
            ),
            RoleError::Linked(_) => wrong(
                "",
                said("Accounts, tenants or other roles have this role. Take it away from them first."),
            ),
            RoleError::OverQuota => wrong("", said("The tenant has as many roles as it may have.")),
            RoleError::Stale => {
                wrong("", said("Somebody changed it meanwhile. Look at it again, then change it."))
            }
        })
    }
}

impl From<RoleError> for PageError {
    fn from(error: RoleError) -> Self {
        match Wrong::with_role(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
