//! The pages of the authorization flow: a plain struct says what a page needs, its template says it.
//!
//! Every text that a stranger chose is a [`Foreign`] and askama escapes it; values that only a machine reads back (`csrf`,
//! `interaction`, `href`) are `String`s, escaped but not altered. No page has inline style or script, so the strictest content
//! security policy fits; only [`FormPost`] and [`Login`] name scripts of our own.

mod app;
mod choose_account;
mod consent;
mod device;
mod error;
mod foreign;
mod form_post;
mod home;
mod login;
mod logout;
mod return_to_app;
mod second_step;
mod waiting;

pub use app::{App, Asker, Destination, DeviceApp, NameWarning, Trust};
pub use choose_account::ChooseAccount;
pub use consent::{AppLink, AppLinkKind, Consent, GrantedScope, Lasting, ScopeTitle};
pub use device::{DeviceConsent, DeviceDone, DeviceEntry, DeviceOutcome};
pub use error::{ErrorPage, Problem};
pub use foreign::Foreign;
pub use form_post::FormPost;
pub use home::Home;
pub use login::{Login, PasskeyQuestion, SignInRefused};
pub use logout::{Back, LogoutConfirm, SignedOut};
pub use return_to_app::ReturnToApp;
pub use second_step::SecondStep;
pub use waiting::Waiting;

/// The filters of pages that show an application: those of all pages, and its name.
pub mod filters {
    pub use super::app::called;
    pub use crate::words::filters::*;
}

/// The one stylesheet, served as `text/css` at `/assets/wayleave.css`.
pub const STYLESHEET: &str = include_str!("../../../assets/wayleave.css");

/// Presses "Continue" on [`FormPost`]; served as `text/javascript` at `/assets/form-post.js`.
pub const FORM_POST_SCRIPT: &str = include_str!("../../../assets/form-post.js");

/// Asks devices for passkeys on [`Login`]; served as `text/javascript` at `/assets/passkey.js`.
pub const PASSKEY_SCRIPT: &str = include_str!("../../../assets/passkey.js");

/// Asks how good a new password is while it is typed; served as `text/javascript` at `/assets/strength.js`.
pub const STRENGTH_SCRIPT: &str = include_str!("../../../assets/strength.js");

#[cfg(test)]
mod tests;
