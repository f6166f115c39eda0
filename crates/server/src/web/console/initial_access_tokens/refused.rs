//! What the acts over initial access tokens say no to, for the person in front of the form.

use crate::{
    admin::initial_access_tokens::TokenError,
    web::{
        console::bounds,
        page::Problem,
        respond::PageError,
        wrong::{Wrong, wrong},
    },
    words::said,
};

impl Wrong {
    /// What went wrong with a token: something that its form can mend, or else a page of its own.
    pub fn with_initial_access_token(error: TokenError) -> Result<Self, PageError> {
        Ok(match error {
            TokenError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            TokenError::Unknown => return Err(Problem::NotFound.into()),
            TokenError::Store(error) => return Err(error.into()),
            TokenError::BadDescription => {
                wrong("description", said("Say in 1 to 256 characters on one line what it is for."))
            }
            TokenError::BadMaxUses => wrong("maxUses", said("It must be for 1 to 1000000 clients.")),
            TokenError::BadBounds(error) => bounds::refused(error),
            TokenError::UnknownTenant => wrong("tenant", said("There is no such tenant.")),
            TokenError::TenantFixed => wrong("tenant", said("You cannot choose the tenant.")),
            TokenError::StaysRevoked => wrong("", said("What was revoked stays revoked.")),
            TokenError::Linked(_) => {
                wrong("", said("Clients are there that were registered with it. Revoke it instead."))
            }
            TokenError::Stale => {
                wrong("", said("Somebody changed it meanwhile. Look at it again, then change it."))
            }
        })
    }
}

impl From<TokenError> for PageError {
    fn from(error: TokenError) -> Self {
        match Wrong::with_initial_access_token(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
