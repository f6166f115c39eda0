//! The OAuth 2.0 framework, with what OAuth 2.1 and RFC 9700 changed.

mod authorize_endpoint;
mod authorize_errors;
mod authorize_interstitial;
mod authorize_page;
mod authorize_redirect_uri;
mod authorize_response;
mod token_any_bytes;
mod token_client_auth;
mod token_client_credentials;
mod token_code;
mod token_code_replay;
mod token_refresh;
mod token_refresh_reuse;
mod token_request;
mod token_standing;
