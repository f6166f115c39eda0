//! Why what an account signs in with was not changed, in the language of the page.

use axum::response::Response;

use super::{Told, page};
use crate::{
    admin::{account_password::PasswordError, accounts::AccountError, second_factors::FactorError},
    app::App,
    web::{
        frame::Place,
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::{Wrong, wrong},
    },
    words::said,
};

/// The page with the reason; or the way to another sign-in, after which the same is possible.
pub(super) async fn refused(app: &App, visitor: &Visitor, error: FactorError) -> Result<Response, PageError> {
    if matches!(error, FactorError::SignInAgain) {
        return Ok(sign_in_again(app));
    }
    let wrong = with_factor(error)?;
    page(app, visitor, Told { wrong: Some(wrong), ..Told::default() }).await
}

pub(super) fn sign_in_again(app: &App) -> Response {
    let place = Place::Security.path();
    respond::see_other(&format!("{}/account/sign-in-again?to={place}", app.config.issuer.path()))
}

/// Something that can be mended on the page, or else a page of its own.
pub(super) fn with_factor(error: FactorError) -> Result<Wrong, PageError> {
    Ok(match error {
        FactorError::Forbidden(_) | FactorError::NoAccount => return Err(Problem::NotPermitted.into()),
        FactorError::UnknownPasskey => return Err(Problem::NotFound.into()),
        FactorError::Store(error) => return Err(error.into()),
        FactorError::Account(error) => return with_account(error),
        FactorError::SignInAgain => wrong("", said("Sign in once more, then the same is possible.")),
        FactorError::BadName => {
            wrong("name", said("A passkey has a name of 1 to 64 characters on one line."))
        }
        FactorError::TooManyPasskeys => wrong("", said("You have as many passkeys as you may have.")),
        FactorError::PasskeyTaken => wrong("", said("This passkey belongs to an account already.")),
        FactorError::NoPasskeysHere => {
            wrong("", said("Passkeys need a server with a name; this one is called by its address."))
        }
        FactorError::Answer(_) => wrong("", said("The device’s answer does not fit. Nothing was changed.")),
        FactorError::OfferEnded => wrong("", said("This took too long. Begin again.")),
        FactorError::WrongCode => wrong(
            "totp",
            said("This code is not right. Is the clock of your device right? Try the next one."),
        ),
        FactorError::BadSeed | FactorError::TotpNotSet => wrong("", said("No codes are asked for.")),
        FactorError::LastWayIn => {
            wrong("", said("This is the only way in that your account has. Set a password first."))
        }
    })
}

pub(super) fn with_password(error: PasswordError) -> Result<Wrong, PageError> {
    Ok(match error {
        PasswordError::Forbidden(_) | PasswordError::NoAccount => return Err(Problem::NotPermitted.into()),
        PasswordError::WrongPassword => {
            wrong("current_password", said("The present password is not right. Nothing was changed."))
        }
        PasswordError::Busy(busy) => return Err(Problem::from(busy).into()),
        PasswordError::Account(error) => return with_account(error),
    })
}

fn with_account(error: AccountError) -> Result<Wrong, PageError> {
    match error {
        AccountError::BadPassword => {
            Ok(wrong("new_password", said("A password has at least 8 characters, and at most 1,024 bytes.")))
        }
        AccountError::Forbidden(_) | AccountError::Protected(_) | AccountError::NotHeld(_) => {
            Err(Problem::NotPermitted.into())
        }
        AccountError::Busy(busy) => Err(Problem::from(busy).into()),
        AccountError::Store(error) => Err(error.into()),
        AccountError::Unknown => Err(Problem::NotFound.into()),
        other => Err(Problem::BadRequest { detail: other.to_string() }.into()),
    }
}

impl From<FactorError> for PageError {
    fn from(error: FactorError) -> Self {
        match with_factor(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
