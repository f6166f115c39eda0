//! What the acts over keys say no to, one's own and those of others.

use crate::{
    admin::account_keys::KeyError,
    web::{
        page::Problem,
        respond::PageError,
        wrong::{Wrong, wrong},
    },
    words::said,
};

impl Wrong {
    /// Why a key was not made or revoked: something that the form can mend, or else a page of its own.
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
            KeyError::BadDescription => {
                Ok(wrong("description", said("Say what it is for, in 1 to 256 characters on one line.")))
            }
            KeyError::NotHeldByAccount(_) | KeyError::NotHeld(_) => {
                Ok(wrong("permission", said("A key cannot do what you may not do yourself.")))
            }
            KeyError::Group => Ok(wrong("", said("A group has no keys."))),
            KeyError::OverQuota => {
                Ok(wrong("", said("You have as many as you may have. Revoke one that you no longer need.")))
            }
            KeyError::Stale => Ok(wrong("", said("It was changed meanwhile. Look at it again."))),
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
