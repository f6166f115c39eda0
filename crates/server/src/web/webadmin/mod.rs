//! The console and the portal as what they are: one OAuth client of this very server, `webadmin`, public and with PKCE.
//!
//! It finds its endpoints by discovery, sends the browser to the authorization endpoint, redeems the code at the token endpoint and
//! refreshes there, over the same routes that every other client uses. The tokens never reach the browser: they wait in a visit, sealed,
//! and a cookie names it. What a page may show is what the access token may do.

mod arrival;
mod departure;
mod fresh_login;
mod itself;
mod tokens;
mod visitor;

pub use self::{arrival::callback, fresh_login::sign_in_again, itself::Itself, visitor::Visitor};

/// What the state of an authorization request is sealed for.
const STATE_SEAL: &str = "webadmin state";

/// The two parts of the WebUI, each with its own start page and callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Part {
    Console,
    Portal,
}

impl Part {
    fn of(path: &str) -> Self {
        if path == "/admin" || path.starts_with("/admin/") { Self::Console } else { Self::Portal }
    }

    const fn home(self) -> &'static str {
        match self {
            Self::Console => "/admin",
            Self::Portal => "/account",
        }
    }

    const fn callback(self) -> &'static str {
        match self {
            Self::Console => "/admin/oauth/callback",
            Self::Portal => "/account/oauth/callback",
        }
    }
}
