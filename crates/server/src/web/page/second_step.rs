//! Where a person types a code after the password.

use askama::Template;

use super::{App, Destination, Foreign, filters};

/// A code of an app, or a recovery code. Posts `csrf`, `step` and either `totp` or `recovery_code` to `/login/second-step`.
#[derive(Debug, Template)]
#[template(path = "page/second_step.html")]
pub struct SecondStep {
    pub csrf: String,
    /// The sealed sign-in that goes on with a right code.
    pub step: String,
    /// Who asks; nobody when a person signs in of their own accord.
    pub app: Option<App>,
    /// Whose password was right.
    pub account: Foreign,
    /// The last code was wrong, or used.
    pub refused: bool,
}
