//! What an administrator changes while the server runs: the `OidcProvider` singleton.

use std::{collections::BTreeSet, time::Duration};

use crate::jose::Algorithm;

/// Which clients must use PKCE. Public ones always must; `plain` does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkcePolicy {
    /// Every client.
    Always,
    /// Confidential clients may leave it out in an OpenID request that carries a nonce. OAuth 2.1 §7.5.1.
    Oauth21,
    /// Only public clients: for certified legacy profiles.
    Public,
}

/// The settings in force, effective at once on every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// Tokens go only to clients that registered.
    pub require_client_registration: bool,
    /// `POST /register` needs no credential.
    pub anonymous_client_registration: bool,
    /// Failed redemptions after which an authorization code is dead.
    pub auth_code_max_attempts: u32,
    pub auth_code_expiry: Duration,
    pub user_code_expiry: Duration,
    pub access_token_expiry: Duration,
    pub id_token_expiry: Duration,
    pub refresh_token_expiry: Duration,
    /// A confidential client's refresh token rotates when less than this is left of its life.
    pub refresh_token_renewal: Duration,
    /// What access tokens are signed with.
    pub signature_algorithm: Algorithm,
    pub pkce: PkcePolicy,
    /// Private-use redirect schemes without a dot that are let in because a known application uses them.
    pub allowed_redirect_schemes: BTreeSet<String>,
}

impl Default for OidcProvider {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const DAY: u64 = 24 * 60 * MINUTE;
        Self {
            require_client_registration: false,
            anonymous_client_registration: false,
            auth_code_max_attempts: 3,
            auth_code_expiry: Duration::from_secs(10 * MINUTE),
            user_code_expiry: Duration::from_secs(30 * MINUTE),
            access_token_expiry: Duration::from_secs(60 * MINUTE),
            id_token_expiry: Duration::from_secs(15 * MINUTE),
            refresh_token_expiry: Duration::from_secs(30 * DAY),
            refresh_token_renewal: Duration::from_secs(4 * DAY),
            signature_algorithm: Algorithm::Es256,
            pkce: PkcePolicy::Oauth21,
            allowed_redirect_schemes: ["cursor", "vscode", "vscode-insiders", "windsurf", "vscodium"]
                .map(str::to_owned)
                .into(),
        }
    }
}
