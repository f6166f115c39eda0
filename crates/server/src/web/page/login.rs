//! Where a person signs in.

use askama::Template;

use super::{App, Destination, Foreign, filters};

/// Sign in, for an application or just so. Posts `username`, `password`, `csrf` and, if there is one, `interaction` to `/login`.
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
    /// The last attempt did not succeed. Which of the two was wrong is never said.
    pub refused: bool,
}
