//! Why a document is of no use, and what the client hears of it.

use std::{borrow::Cow, sync::Arc};

use domain::{
    client::document_url::DocumentUrlError,
    error::{ErrorCode, Refusal},
};
use store::StoreError;

use crate::egress::EgressError;

#[derive(Clone, Debug)]
pub enum DocumentError {
    /// The id is a URL, and none that a document can have.
    Url(DocumentUrlError),
    /// This server asks no more for now.
    Busy,
    Egress(EgressError),
    NotJson,
    /// It breaks a rule.
    Refused(Refusal),
    Store(Arc<StoreError>),
}

impl DocumentError {
    /// One sentence for the developer of the client.
    pub fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::Url(error) => format!("{error}.").into(),
            Self::Busy => {
                "The document at client_id could not be fetched now; too much is asked of its host.".into()
            }
            Self::Egress(error) => format!("The document at client_id {error}.").into(),
            Self::NotJson => {
                "The document at client_id must come as application/json, or as application/…+json, in UTF-8."
                    .into()
            }
            Self::Refused(refusal) => {
                format!("The document at client_id is refused: {}.", refusal.description()).into()
            }
            Self::Store(_) => "This server could not look it up.".into(),
        }
    }

    /// Whether the document itself is at fault, or gone. Anything else may be over in a moment.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Url(_) | Self::NotJson => true,
            // The keys of somebody who vouches for it may be there again in a moment.
            Self::Refused(refusal) => refusal.code() != ErrorCode::TemporarilyUnavailable,
            Self::Egress(error) => error.is_final(),
            Self::Busy | Self::Store(_) => false,
        }
    }
}

impl From<DocumentUrlError> for DocumentError {
    fn from(error: DocumentUrlError) -> Self {
        Self::Url(error)
    }
}

impl From<EgressError> for DocumentError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Busy => Self::Busy,
            error => Self::Egress(error),
        }
    }
}

impl From<Refusal> for DocumentError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for DocumentError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}
