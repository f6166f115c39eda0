//! What the acts over keys of others say no to.

use crate::{
    admin::account_keys::KeyError,
    web::{
        console::{Wrong, sentence::wrong},
        page::Problem,
        respond::PageError,
    },
    words::said,
};

impl Wrong {
    /// Why a key was not revoked.
    pub fn with_key(error: KeyError) -> Result<Self, PageError> {
        match error {
            KeyError::Forbidden(_) => Err(Problem::NotPermitted.into()),
            KeyError::UnknownAccount | KeyError::Unknown => Err(Problem::NotFound.into()),
            KeyError::Store(error) => Err(error.into()),
            KeyError::Protected(_) => Ok(wrong(
                "",
                said(
                    "The account of this key holds permissions that you do not hold, so only others can revoke it.",
                ),
            )),
            // What nobody says here.
            other @ (KeyError::BadDescription
            | KeyError::NotHeldByAccount(_)
            | KeyError::NotHeld(_)
            | KeyError::Group
            | KeyError::OverQuota
            | KeyError::Stale) => Err(Problem::BadRequest { detail: other.to_string() }.into()),
        }
    }
}

impl From<KeyError> for PageError {
    fn from(error: KeyError) -> Self {
        match Wrong::with_key(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
