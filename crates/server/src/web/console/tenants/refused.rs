//! What the acts over tenants say no to, for the person in front of the form.

use crate::{
    admin::tenants::TenantError,
    web::{
        console::accounts::not_held,
        page::Problem,
        respond::PageError,
        wrong::{Wrong, wrong},
    },
    words::said,
};

impl Wrong {
    /// What went wrong with a tenant: something that its form can mend, or else a page of its own.
    pub fn with_tenant(error: TenantError) -> Result<Self, PageError> {
        Ok(match error {
            TenantError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            TenantError::Unknown => return Err(Problem::NotFound.into()),
            TenantError::Store(error) => return Err(error.into()),
            TenantError::BadName => {
                wrong("name", said("The name must have 1 to 256 characters on one line."))
            }
            TenantError::NameTaken => wrong("name", said("This name is taken.")),
            TenantError::BadLogo => wrong(
                "logo",
                said(
                    "The logo must be an https address, or a PNG, JPEG, GIF or WebP image of at most 64 KiB as a data address.",
                ),
            ),
            TenantError::UnknownRole(_) => wrong("role", said("There is no such role in the same tenant.")),
            TenantError::NotHeld(permission) => not_held(permission),
            TenantError::Linked(_) => {
                wrong("", said("Accounts, groups, roles or clients still belong to it. Delete them first."))
            }
            TenantError::Stale => {
                wrong("", said("Somebody changed it meanwhile. Look at it again, then change it."))
            }
        })
    }
}

impl From<TenantError> for PageError {
    fn from(error: TenantError) -> Self {
        match Wrong::with_tenant(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
