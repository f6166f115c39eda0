//! What went wrong, said to the person in front of the page and to the developer behind it.

mod texts;

use std::time::Duration;

use askama::Template;

use super::Foreign;
use crate::words::{Said, filters};

/// A page of its own, never a redirect: shown where no address is proven to deserve an answer. RFC 6749 §4.1.2.1.
#[derive(Debug, Template)]
#[template(path = "page/error.html")]
pub struct ErrorPage {
    pub problem: Problem,
    /// The reference that also stands in the log.
    pub request_id: String,
}

/// What went wrong. The texts are fixed; of what a stranger sent only the `client_id` and the redirect URI are shown.
#[derive(Clone, Debug)]
pub enum Problem {
    UnknownClient {
        client_id: Foreign,
    },
    /// It was registered once; the tombstone is what we remember.
    DeletedClient {
        client_id: Foreign,
    },
    BlockedClient {
        client_id: Foreign,
    },
    /// An administrator has to look at it first.
    WaitsForApproval {
        client_id: Foreign,
    },
    /// It is for the accounts of a tenant that the person does not belong to.
    OtherTenant {
        client_id: Foreign,
    },
    /// Tokens go only to registered clients, and this one never registered.
    RegistrationRequired {
        client_id: Foreign,
    },
    RedirectUriNotRegistered {
        client_id: Foreign,
        presented: Foreign,
    },
    /// The client never registered, and nobody is answered there who did not.
    RedirectUriNotTolerated {
        client_id: Foreign,
        presented: Foreign,
    },
    /// Its id is the URL of a document that could not be fetched or is not right. The sentence says why, for the developer.
    DocumentNotUsable {
        client_id: Foreign,
        detail: String,
    },
    /// Anything else about the request that must not be answered by a redirect. The sentence is ours, for the developer.
    BadRequest {
        detail: String,
    },
    /// The sign-in took too long, was finished already, or began in another browser.
    InteractionExpired,
    /// A form without the token, cookie or origin that ours carry.
    ForeignForm,
    /// The console or the portal has no visit any more, and a form was sent to it.
    SignedOutMeanwhile {
        /// Where to go on, below the issuer.
        home: &'static str,
    },
    /// The person did not allow the console or the portal to act for them.
    ConsoleDenied,
    /// The console or the portal got no tokens.
    ConsoleRefused {
        error: Foreign,
        description: Foreign,
    },
    /// The account lacks a permission.
    NotPermitted,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    TooManyRequests {
        retry_after: Duration,
    },
    Internal,
    Unavailable,
}

/// The fixed texts of one problem.
struct Texts {
    title: Said,
    happened: Said,
    remedy: Said,
    /// For the people who wrote the application, in the language of the specifications.
    developer: Option<&'static str>,
}

impl Problem {
    /// The status of the response that carries the page.
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownClient { .. }
            | Self::DeletedClient { .. }
            | Self::BlockedClient { .. }
            | Self::WaitsForApproval { .. }
            | Self::OtherTenant { .. }
            | Self::RegistrationRequired { .. }
            | Self::RedirectUriNotRegistered { .. }
            | Self::RedirectUriNotTolerated { .. }
            | Self::ConsoleRefused { .. }
            | Self::DocumentNotUsable { .. }
            | Self::BadRequest { .. } => 400,
            Self::InteractionExpired
            | Self::ForeignForm
            | Self::NotPermitted
            | Self::SignedOutMeanwhile { .. }
            | Self::ConsoleDenied => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::TooManyRequests { .. } => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// Whether signing in here may change the answer.
    fn may_sign_in(&self) -> bool {
        matches!(self, Self::RegistrationRequired { .. })
    }

    /// How long to wait before it is tried again, in whole seconds.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } => Some(retry_after.as_secs().max(1)),
            Self::Unavailable => Some(1),
            _ => None,
        }
    }

    fn client_id(&self) -> Option<&Foreign> {
        match self {
            Self::UnknownClient { client_id }
            | Self::DeletedClient { client_id }
            | Self::BlockedClient { client_id }
            | Self::WaitsForApproval { client_id }
            | Self::OtherTenant { client_id }
            | Self::RegistrationRequired { client_id }
            | Self::DocumentNotUsable { client_id, .. }
            | Self::RedirectUriNotRegistered { client_id, .. }
            | Self::RedirectUriNotTolerated { client_id, .. } => Some(client_id),
            Self::BadRequest { .. }
            | Self::InteractionExpired
            | Self::ForeignForm
            | Self::SignedOutMeanwhile { .. }
            | Self::ConsoleDenied
            | Self::ConsoleRefused { .. }
            | Self::NotPermitted
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::TooManyRequests { .. }
            | Self::Internal
            | Self::Unavailable => None,
        }
    }

    fn presented(&self) -> Option<&Foreign> {
        match self {
            Self::RedirectUriNotRegistered { presented, .. }
            | Self::RedirectUriNotTolerated { presented, .. } => Some(presented),
            _ => None,
        }
    }

    fn developer(&self) -> Option<&str> {
        match self {
            Self::BadRequest { detail } | Self::DocumentNotUsable { detail, .. } => Some(detail),
            Self::ConsoleRefused { description, .. } => Some(description.as_str()),
            _ => self.texts().developer,
        }
    }
}
