//! The closed sets of the journal, each with its one spelling.

macro_rules! names {
    ($(#[$meta:meta])* $set:ident { $($(#[$doc:meta])* $name:ident $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $set { $($(#[$doc])* $name,)* }

        impl $set {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As stored and as on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}

names! {
    /// What happened.
    EventKind {
        /// An object of the management API came to be: by an administrator, or a client by its registration.
        Created "created",
        Updated "updated",
        Destroyed "destroyed",
        SignedIn "signed-in",
        SignInRefused "sign-in-refused",
        /// A wrong or used code after the right password: whoever typed it knows that.
        SecondFactorRefused "second-factor-refused",
        /// A passkey that is known, with an answer that proves nothing.
        PasskeyRefused "passkey-refused",
        /// A passkey counted backwards: there may be a second one like it.
        PasskeyCounterRegressed "passkey-counter-regressed",
        ConsentGiven "consent-given",
        ConsentDenied "consent-denied",
        /// Somebody took back what they allowed a client.
        ConsentWithdrawn "consent-withdrawn",
        /// Somebody ended sessions of their own, wherever those are.
        SessionsEnded "sessions-ended",
        /// The first tokens of a grant.
        CodeRedeemed "code-redeemed",
        CodeReplayed "code-replayed",
        /// The right code with a wrong verifier or none: whoever has it did not ask for it.
        CodeVerifierRefused "code-verifier-refused",
        RefreshTokenReused "refresh-token-reused",
        /// A known client with a wrong secret, or an assertion that its keys did not sign.
        ClientSecretRefused "client-secret-refused",
        ClientAssertionReplayed "client-assertion-replayed",
        /// A known API key with a wrong secret, from a wrong address, or too late.
        ApiKeyRefused "api-key-refused",
        /// A known client with a wrong registration access token.
        RegistrationTokenRefused "registration-token-refused",
        /// A known initial access token with a wrong secret, or one that is spent, over or revoked.
        InitialAccessTokenRefused "initial-access-token-refused",
        /// A code that no device shows: whoever types many of them is guessing.
        UserCodeRefused "user-code-refused",
        /// Somebody was asked to allow a device and says that they did not start this.
        DeviceRequestReported "device-request-reported",
        /// Somebody asked for what a policy or a missing permission forbids.
        Forbidden "forbidden",
    }
}

names! {
    /// The kinds of objects, as the management API calls them.
    ObjectKind {
        OAuthClient "OAuthClient",
        OidcProvider "OidcProvider",
        ApiKey "ApiKey",
        AppPassword "AppPassword",
        Account "Account",
        AccountPassword "AccountPassword",
        Passkey "Passkey",
        AccountSettings "AccountSettings",
        Role "Role",
        Tenant "Tenant",
        SigningKey "SigningKey",
        RegistrationPolicy "RegistrationPolicy",
        InitialAccessToken "InitialAccessToken",
    }
}

names! {
    /// What an actor presented.
    CredentialKind {
        /// The shell of the host, or the program itself on its first start.
        Host "host",
        Password "password",
        Passkey "passkey",
        /// The session of a browser.
        Session "session",
        ApiKey "api-key",
        AppPassword "app-password",
        /// The credential's id is that of its grant.
        AccessToken "access-token",
        RefreshToken "refresh-token",
        AuthorizationCode "authorization-code",
        DeviceCode "device-code",
        RegistrationAccessToken "registration-access-token",
        InitialAccessToken "initial-access-token",
        ClientSecret "client-secret",
        ClientAssertion "client-assertion",
    }
}

/// What a change does to the existence of its object. RFC 8620 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
    Destroyed,
}

impl EventKind {
    /// The change that this is, if it is one.
    pub const fn change(self) -> Option<Change> {
        match self {
            Self::Created => Some(Change::Created),
            Self::Updated => Some(Change::Updated),
            Self::Destroyed => Some(Change::Destroyed),
            Self::SignedIn
            | Self::SignInRefused
            | Self::SecondFactorRefused
            | Self::PasskeyRefused
            | Self::PasskeyCounterRegressed
            | Self::ConsentGiven
            | Self::ConsentDenied
            | Self::ConsentWithdrawn
            | Self::SessionsEnded
            | Self::CodeRedeemed
            | Self::CodeReplayed
            | Self::CodeVerifierRefused
            | Self::RefreshTokenReused
            | Self::ClientSecretRefused
            | Self::ClientAssertionReplayed
            | Self::ApiKeyRefused
            | Self::RegistrationTokenRefused
            | Self::InitialAccessTokenRefused
            | Self::UserCodeRefused
            | Self::DeviceRequestReported
            | Self::Forbidden => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        assert!(EventKind::ALL.iter().all(|kind| EventKind::parse(kind.as_str()) == Some(*kind)));
        assert!(ObjectKind::ALL.iter().all(|kind| ObjectKind::parse(kind.as_str()) == Some(*kind)));
        assert!(CredentialKind::ALL.iter().all(|kind| CredentialKind::parse(kind.as_str()) == Some(*kind)));
    }
}
