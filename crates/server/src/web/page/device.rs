//! Where a person lets in a device that has no browser of its own.

use askama::Template;
use domain::time::Timestamp;

use super::{AppLink, DeviceApp, Foreign, GrantedScope, Lasting, NameWarning, ScopeTitle, filters};
use crate::web::qr::Qr;

/// Asks for the code that the device shows. Posts `csrf` and `user_code` to `/device`.
#[derive(Debug, Template)]
#[template(path = "page/device_entry.html")]
pub struct DeviceEntry {
    pub csrf: String,
    /// The account that is signed in.
    pub account: Foreign,
    /// What stands in the field.
    pub user_code: Option<String>,
    /// The address of this page with the code in it, for a phone.
    pub qr: Option<Qr>,
    /// The last code was wrong, or nobody looked at it.
    pub refused: bool,
}

/// Asks whether the device may have what it asked for. Posts `csrf`, `user_code` and `decision` (`allow`, `deny`, `report` or `other`) to
/// `/device/{id}`.
#[derive(Debug, Template)]
#[template(path = "page/device_consent.html")]
pub struct DeviceConsent {
    pub request: String,
    pub csrf: String,
    /// To be compared with what the device shows.
    pub user_code: String,
    pub app: DeviceApp,
    pub name_warning: Option<NameWarning>,
    /// The account that is signed in.
    pub account: Foreign,
    /// From where the device asked.
    pub from: Foreign,
    pub asked_at: Timestamp,
    /// What the device calls itself.
    pub user_agent: Option<Foreign>,
    pub scopes: Vec<GrantedScope>,
    pub resources: Vec<Foreign>,
    pub links: Vec<AppLink>,
    pub lasting: Lasting,
    /// When the client first came to this server, if it ever registered.
    pub first_seen: Option<Timestamp>,
    pub now: Timestamp,
}

/// Says what came of it.
#[derive(Debug, Template)]
#[template(path = "page/device_done.html")]
pub struct DeviceDone {
    pub outcome: DeviceOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceOutcome {
    Allowed,
    Denied,
    /// The person did not start this.
    Reported,
}
