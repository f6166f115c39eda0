//! The permissions, in the spelling of the wire, with the older camelCase spellings accepted on input.

use std::fmt;

macro_rules! permissions {
    ($($name:ident $canonical:literal $alias:literal $meaning:literal,)*) => {
        /// Something an account or a key may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission { $(#[doc = $meaning] $name,)* }

        impl Permission {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $canonical,)* }
            }

            /// One line for the manual and for `--help`.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// Reads the canonical kebab-case name or its camelCase alias.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|permission| permission.as_str() == text || permission.alias() == text)
            }

            /// Its place in [`Permission::ALL`].
            pub(super) const fn index(self) -> u8 {
                self as u8
            }

            /// The older camelCase name.
            pub const fn alias(self) -> &'static str {
                match self { $(Self::$name => $alias,)* }
            }
        }
    };
}

permissions! {
    Authenticate "authenticate" "authenticate" "Sign in, or use a key at all",
    Impersonate "impersonate" "impersonate" "Act on behalf of another account",
    OauthClientRegistration "oauth-client-registration" "oAuthClientRegistration" "Register OAuth clients at the registration endpoint",
    OauthClientOverride "oauth-client-override" "oAuthClientOverride" "Use any client id, whatever the registration requirement says",
    TokenIntrospect "token-introspect" "tokenIntrospect" "Ask the introspection endpoint about any token",
    MetricsGet "metrics-get" "metricsGet" "Read the metrics from anywhere",
    OauthClientGet "oauth-client-get" "sysOAuthClientGet" "Read OAuth clients",
    OauthClientQuery "oauth-client-query" "sysOAuthClientQuery" "List OAuth clients",
    OauthClientCreate "oauth-client-create" "sysOAuthClientCreate" "Create OAuth clients",
    OauthClientUpdate "oauth-client-update" "sysOAuthClientUpdate" "Change OAuth clients",
    OauthClientDestroy "oauth-client-destroy" "sysOAuthClientDestroy" "Delete OAuth clients",
    OidcProviderGet "oidc-provider-get" "sysOidcProviderGet" "Read the OpenID provider's settings",
    OidcProviderUpdate "oidc-provider-update" "sysOidcProviderUpdate" "Change the OpenID provider's settings",
    ApiKeyGet "api-key-get" "sysApiKeyGet" "Read API keys",
    ApiKeyQuery "api-key-query" "sysApiKeyQuery" "List API keys",
    ApiKeyCreate "api-key-create" "sysApiKeyCreate" "Create API keys",
    ApiKeyUpdate "api-key-update" "sysApiKeyUpdate" "Change API keys",
    ApiKeyDestroy "api-key-destroy" "sysApiKeyDestroy" "Delete API keys",
    AppPasswordGet "app-password-get" "sysAppPasswordGet" "Read app passwords",
    AppPasswordQuery "app-password-query" "sysAppPasswordQuery" "List app passwords",
    AppPasswordCreate "app-password-create" "sysAppPasswordCreate" "Create app passwords",
    AppPasswordUpdate "app-password-update" "sysAppPasswordUpdate" "Change app passwords",
    AppPasswordDestroy "app-password-destroy" "sysAppPasswordDestroy" "Delete app passwords",
    AccountGet "account-get" "sysAccountGet" "Read accounts",
    AccountQuery "account-query" "sysAccountQuery" "List accounts",
    AccountCreate "account-create" "sysAccountCreate" "Create accounts",
    AccountUpdate "account-update" "sysAccountUpdate" "Change accounts",
    AccountDestroy "account-destroy" "sysAccountDestroy" "Delete accounts",
    RoleGet "role-get" "sysRoleGet" "Read roles",
    RoleQuery "role-query" "sysRoleQuery" "List roles",
    RoleCreate "role-create" "sysRoleCreate" "Create roles",
    RoleUpdate "role-update" "sysRoleUpdate" "Change roles",
    RoleDestroy "role-destroy" "sysRoleDestroy" "Delete roles",
    TenantGet "tenant-get" "sysTenantGet" "Read tenants",
    TenantQuery "tenant-query" "sysTenantQuery" "List tenants",
    TenantCreate "tenant-create" "sysTenantCreate" "Create tenants",
    TenantUpdate "tenant-update" "sysTenantUpdate" "Change tenants",
    TenantDestroy "tenant-destroy" "sysTenantDestroy" "Delete tenants",
    AccountPasswordGet "account-password-get" "sysAccountPasswordGet" "Read how the own account signs in",
    AccountPasswordUpdate "account-password-update" "sysAccountPasswordUpdate" "Change the own password",
    AccountSettingsGet "account-settings-get" "sysAccountSettingsGet" "Read the own settings",
    AccountSettingsUpdate "account-settings-update" "sysAccountSettingsUpdate" "Change the own settings",
    RegistrationPolicyGet "registration-policy-get" "sysRegistrationPolicyGet" "Read registration policies, and try registrations against them",
    RegistrationPolicyQuery "registration-policy-query" "sysRegistrationPolicyQuery" "List registration policies",
    RegistrationPolicyCreate "registration-policy-create" "sysRegistrationPolicyCreate" "Create registration policies",
    RegistrationPolicyUpdate "registration-policy-update" "sysRegistrationPolicyUpdate" "Change registration policies",
    RegistrationPolicyDestroy "registration-policy-destroy" "sysRegistrationPolicyDestroy" "Delete registration policies",
    InitialAccessTokenGet "initial-access-token-get" "sysInitialAccessTokenGet" "Read initial access tokens and what was registered with them",
    InitialAccessTokenQuery "initial-access-token-query" "sysInitialAccessTokenQuery" "List initial access tokens",
    InitialAccessTokenCreate "initial-access-token-create" "sysInitialAccessTokenCreate" "Mint initial access tokens",
    InitialAccessTokenUpdate "initial-access-token-update" "sysInitialAccessTokenUpdate" "Change and revoke initial access tokens",
    InitialAccessTokenDestroy "initial-access-token-destroy" "sysInitialAccessTokenDestroy" "Delete initial access tokens",
    AuditEventGet "audit-event-get" "sysAuditEventGet" "Read the audit trail",
    AuditEventQuery "audit-event-query" "sysAuditEventQuery" "Search the audit trail",
}

impl fmt::Display for Permission {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        assert!(
            Permission::ALL
                .iter()
                .all(|permission| Permission::parse(permission.as_str()) == Some(*permission))
        );
    }

    #[test]
    fn the_camel_case_spellings_are_aliases() {
        assert_eq!(Permission::parse("oAuthClientRegistration"), Some(Permission::OauthClientRegistration));
        assert_eq!(Permission::parse("sysOidcProviderUpdate"), Some(Permission::OidcProviderUpdate));
    }
}
