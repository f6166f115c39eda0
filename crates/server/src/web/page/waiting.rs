//! While an administrator looks at an application that nobody has looked at before.

use askama::Template;
use domain::time::Timestamp;

use super::{App, Destination, filters};

/// Comes again by itself; posts `csrf` and `decision` (`deny`) to `/interaction/{id}/consent` for whoever does not want to wait.
#[derive(Debug, Template)]
#[template(path = "page/waiting.html")]
pub struct Waiting {
    pub interaction: String,
    pub csrf: String,
    pub app: App,
    /// Then the application has to ask anew.
    pub until: Timestamp,
}
