//! What an administrator changes while the server runs: the `OidcProvider` singleton.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    client::{Client, management::MANAGE},
    jose::Algorithm,
    registration::statement::TrustedIssuers,
    scope::Scope,
    time::Timestamp,
};

/// The scope values this server knows by itself. OpenID Connect Core §5.4, §11.
pub const BUILT_IN_SCOPES: &[&str] = &["openid", "profile", "email", "offline_access"];

/// For so long a client nobody registered may refresh what a person allowed it; then it has to ask again.
pub const UNREGISTERED_IN_ALL: Duration = Duration::from_hours(30 * 24);

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

/// Which clients may use the device grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceGrantPolicy {
    /// Those that somebody with a credential registered for it, or that an administrator verified.
    Registered,
    /// Also those that registered themselves and, where nobody has to register, those that did not.
    Anybody,
}

/// The settings in force, effective at once on every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// Tokens go only to clients that registered.
    pub require_client_registration: bool,
    /// `POST /register` needs no credential.
    pub anonymous_client_registration: bool,
    /// A client may be known by the URL of the document that describes it.
    pub client_id_metadata_documents: bool,
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
    pub device_grant: DeviceGrantPolicy,
    /// Private-use redirect schemes without a dot that are let in because a known application uses them.
    pub allowed_redirect_schemes: BTreeSet<String>,
    /// Scope values of the resource servers, beside the built-in ones.
    pub scopes: Scope,
    /// For so long a client stays that nobody vouches for and nobody allowed anything; zero is for ever.
    pub unclaimed_client_retention: Duration,
    /// For so long a client stays that nobody vouches for, after its last use; zero is for ever.
    pub idle_client_retention: Duration,
    /// Whose software statements are believed.
    pub software_statement_issuers: TrustedIssuers,
    /// For so long the journal is kept; zero is for ever.
    pub journal_retention: Duration,
}

impl OidcProvider {
    /// Every scope value there is.
    pub fn known_scopes(&self) -> Scope {
        Scope::of(BUILT_IN_SCOPES).union(&self.scopes.filter(|token| token != MANAGE))
    }

    /// How long a refresh token lives. That of a client nobody registered is short: nobody could be asked to take it back.
    pub fn refresh_token_life(&self, is_registered: bool) -> Duration {
        const UNREGISTERED: Duration = Duration::from_hours(24);
        if is_registered { self.refresh_token_expiry } else { self.refresh_token_expiry.min(UNREGISTERED) }
    }

    /// When a refresh token made now ends, of a grant that was made at `granted_at`. Each use of one begins a new life, but for a
    /// client nobody registered all of them together end [`UNREGISTERED_IN_ALL`] after the person allowed it.
    pub fn refresh_token_end(&self, is_registered: bool, granted_at: Timestamp, now: Timestamp) -> Timestamp {
        let end = now.plus(self.refresh_token_life(is_registered));
        if is_registered { end } else { end.min(granted_at.plus(UNREGISTERED_IN_ALL)) }
    }

    /// How long the code of a device lives. What nobody vouches for gets ten minutes at most: a code that was sent to somebody must be
    /// of no use to whoever reads it later. RFC 8628 §5.4.
    pub fn user_code_life(&self, is_verified: bool) -> Duration {
        const UNVERIFIED: Duration = Duration::from_mins(10);
        if is_verified { self.user_code_expiry } else { self.user_code_expiry.min(UNVERIFIED) }
    }

    /// The right to manage this server is none of them, whatever the settings list: who may have that is a rule of its own.
    fn knows_scope(&self, token: &str) -> bool {
        token != MANAGE && (BUILT_IN_SCOPES.contains(&token) || self.scopes.contains(token))
    }

    /// What exists of the scope that somebody asks for.
    pub fn known_part(&self, asked: &Scope) -> Scope {
        asked.filter(|token| self.knows_scope(token))
    }

    /// What `client` may have of the scope it asks for: what exists, and is registered for it unless it registered no scope at all.
    pub fn permitted_part(&self, asked: &Scope, client: Option<&Client>) -> Scope {
        let registered = client.and_then(|client| client.metadata.scope.as_ref());
        asked.filter(|token| {
            self.knows_scope(token) && registered.is_none_or(|registered| registered.contains(token))
        })
    }
}

impl Default for OidcProvider {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const DAY: u64 = 24 * 60 * MINUTE;
        Self {
            require_client_registration: false,
            anonymous_client_registration: false,
            client_id_metadata_documents: false,
            auth_code_max_attempts: 3,
            auth_code_expiry: Duration::from_secs(10 * MINUTE),
            user_code_expiry: Duration::from_secs(30 * MINUTE),
            access_token_expiry: Duration::from_secs(60 * MINUTE),
            id_token_expiry: Duration::from_secs(15 * MINUTE),
            refresh_token_expiry: Duration::from_secs(30 * DAY),
            refresh_token_renewal: Duration::from_secs(4 * DAY),
            signature_algorithm: Algorithm::Es256,
            pkce: PkcePolicy::Oauth21,
            device_grant: DeviceGrantPolicy::Registered,
            allowed_redirect_schemes: ["cursor", "vscode", "vscode-insiders", "windsurf", "vscodium"]
                .map(str::to_owned)
                .into(),
            scopes: Scope::default(),
            unclaimed_client_retention: Duration::from_secs(7 * DAY),
            idle_client_retention: Duration::from_secs(90 * DAY),
            software_statement_issuers: TrustedIssuers::default(),
            journal_retention: Duration::from_secs(400 * DAY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn t12_the_code_of_a_device_that_nobody_vouches_for_lives_ten_minutes_at_most() {
        let minutes = Duration::from_mins;
        let settings = OidcProvider::default();
        assert_eq!(
            [false, true].map(|is_verified| settings.user_code_life(is_verified)),
            [minutes(10), minutes(30)]
        );
        let short = OidcProvider { user_code_expiry: minutes(3), ..settings };
        assert_eq!(short.user_code_life(false), minutes(3));
    }

    #[test]
    fn refreshing_without_a_registration_ends_thirty_days_after_the_person_allowed_it() {
        let settings = OidcProvider::default();
        let granted_at = Timestamp::from_millis(0);
        let left = |is_registered, days: u32| {
            let now = granted_at.plus(DAY * days);
            settings.refresh_token_end(is_registered, granted_at, now).since(now)
        };
        assert_eq!([0, 1, 29, 30].map(|days| left(false, days)), [DAY, DAY, DAY, Duration::ZERO]);
        assert_eq!(left(false, 31), Duration::ZERO);
        assert_eq!(left(true, 300), DAY * 30);
    }
}
