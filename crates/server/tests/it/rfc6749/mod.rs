//! The OAuth 2.0 Authorization Framework.

mod authorize_endpoint;
mod authorize_errors;
mod authorize_interstitial;
mod authorize_page;
mod authorize_redirect_uri;
mod authorize_response;
