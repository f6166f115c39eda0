//! Where a person signs in.

use askama::Template;

use super::{App, Destination, Foreign, filters};

/// Sign in, for an application or just so. Posts `username`, `password`, `csrf` and, if there is one, `interaction` to `/login`; or what a
/// device answered as `credential`, with `passkey`, to `/login/passkey`.
#[derive(Debug, Template)]
#[template(path = "page/login.html")]
pub struct Login {
    pub csrf: String,
    /// The sealed authorization request that goes on after signing in.
    pub interaction: Option<String>,
    /// Who asks; nobody when a person signs in of their own accord.
    pub app: Option<App>,
    /// What stands in the name field: what was typed before, or the request's `login_hint`.
    pub username: Foreign,
    /// What a device is asked; none where passkeys cannot be.
    pub passkey: Option<PasskeyQuestion>,
    /// The last attempt did not succeed.
    pub refused: Option<SignInRefused>,
}

/// A question to a device, for `assets/passkey.js`.
#[derive(Debug)]
pub struct PasskeyQuestion {
    /// JSON.
    pub options: String,
    /// What the answer is checked against, sealed.
    pub sealed: String,
}

/// What did not succeed. Of name and password, which of the two was wrong is never said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefused {
    Password,
    Passkey,
}

impl Login {
    fn is_refused(&self, what: SignInRefused) -> bool {
        self.refused == Some(what)
    }
}
