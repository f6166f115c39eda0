//! The stop before an error goes back to an application that nobody vouches for.

use askama::Template;
use domain::error::{ErrorCode, Refusal};

use super::{App, Destination, filters};
use crate::words::{Said, said};

/// Instead of a redirect, before anybody acted: otherwise whoever registers an address could use this server's good name to send
/// people there. RFC 9700 §4.11.2.
#[derive(Debug, Template)]
#[template(path = "page/return_to_app.html")]
pub struct ReturnToApp {
    pub app: App,
    pub refusal: Refusal,
    /// The redirect URI with the error in it.
    pub href: String,
}

impl ReturnToApp {
    fn happened(&self) -> Said {
        if asked_for_silence(self.refusal.code()) {
            said(
                "The app asked to go on without showing you anything. An app that nobody vouches for may not do that.",
            )
        } else {
            said("The app asked this server for access, but its request was not right.")
        }
    }
}

/// OpenID Connect Core §3.1.2.6: what `prompt=none` is answered with.
fn asked_for_silence(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::LoginRequired
            | ErrorCode::ConsentRequired
            | ErrorCode::InteractionRequired
            | ErrorCode::AccountSelectionRequired
    )
}
