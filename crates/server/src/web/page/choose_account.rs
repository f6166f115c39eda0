//! Which account to go on with, when the request asks for it (`prompt=select_account`).

use askama::Template;

use super::{App, Destination, Foreign, filters};

/// Posts `csrf` and `account` (`current` or `other`) to `/interaction/{id}/account`.
#[derive(Debug, Template)]
#[template(path = "page/choose_account.html")]
pub struct ChooseAccount {
    pub interaction: String,
    pub csrf: String,
    pub app: App,
    /// The account that is signed in now.
    pub account: Foreign,
}
