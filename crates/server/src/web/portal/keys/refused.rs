//! Why a key was not made or revoked, in the language of the page.

use crate::{
    admin::account_keys::KeyError,
    web::{console::Wrong, page::Problem, portal::wrong, respond::PageError},
    words::said,
};

/// Something that the form can mend, or else a page of its own.
pub(super) fn with_key(error: KeyError) -> Result<Wrong, PageError> {
    Ok(match error {
        KeyError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
        KeyError::UnknownAccount | KeyError::Unknown => return Err(Problem::NotFound.into()),
        KeyError::Store(error) => return Err(error.into()),
        KeyError::BadDescription => {
            wrong("description", said("Say what it is for, in 1 to 256 characters on one line."))
        }
        KeyError::NotHeldByAccount(_) | KeyError::NotHeld(_) | KeyError::Protected(_) => {
            wrong("permission", said("A key cannot do what you may not do yourself."))
        }
        KeyError::Group => wrong("", said("A group has no keys.")),
        KeyError::OverQuota => {
            wrong("", said("You have as many as you may have. Revoke one that you no longer need."))
        }
        KeyError::Stale => wrong("", said("It was changed meanwhile. Look at it again.")),
    })
}

impl From<KeyError> for PageError {
    fn from(error: KeyError) -> Self {
        match with_key(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
