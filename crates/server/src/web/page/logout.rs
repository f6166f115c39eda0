//! Leaving. OpenID Connect RP-Initiated Logout 1.0 §2.

use askama::Template;

use super::Foreign;
use crate::words::filters;

/// Asks before signing out. Posts `csrf` and, if there is one, `request` to `/logout`.
#[derive(Debug, Template)]
#[template(path = "page/logout_confirm.html")]
pub struct LogoutConfirm {
    pub csrf: String,
    /// The sealed logout request.
    pub request: Option<String>,
    /// The account that is signed in.
    pub account: Foreign,
    /// The name of the application that asks for it, if one does.
    pub app: Option<Foreign>,
    /// The host the browser goes to afterwards, if the request named a registered one.
    pub destination: Option<Foreign>,
    /// Where "Stay signed in" leads; a path of this server.
    pub cancel: String,
}

/// What is left to say afterwards.
#[derive(Debug, Template)]
#[template(path = "page/signed_out.html")]
pub struct SignedOut {
    /// Where the application that asked for it wants the browser to go.
    pub back: Option<Back>,
}

/// A way back to an application.
#[derive(Debug)]
pub struct Back {
    pub href: String,
    pub host: Foreign,
}
