//! Why registrations are refused, in words.

use domain::error::ErrorCode;

use crate::words::{Said, said};

pub(super) const fn of(code: ErrorCode) -> Said {
    match code {
        ErrorCode::InvalidRedirectUri => said("A redirect URI breaks a rule"),
        ErrorCode::InvalidClientMetadata => said("Something else in the metadata breaks a rule"),
        ErrorCode::InvalidToken => said("No credential, or a wrong one"),
        ErrorCode::InsufficientScope => said("A credential that may not register"),
        ErrorCode::AccessDenied => said("Disabled before, or more clients than the tenant may have"),
        ErrorCode::InvalidSoftwareStatement | ErrorCode::UnapprovedSoftwareStatement => {
            said("A software statement that nobody vouches for")
        }
        ErrorCode::TemporarilyUnavailable => said("Something that it takes could not be had at that moment"),
        ErrorCode::InvalidRequest
        | ErrorCode::InvalidClient
        | ErrorCode::InvalidGrant
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::InvalidScope
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::ServerError
        | ErrorCode::AuthorizationPending
        | ErrorCode::SlowDown
        | ErrorCode::ExpiredToken
        | ErrorCode::InvalidTarget
        | ErrorCode::UnsupportedTokenType
        | ErrorCode::LoginRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::AccountSelectionRequired
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported
        | ErrorCode::RegistrationNotSupported => said("The request itself was broken"),
    }
}
