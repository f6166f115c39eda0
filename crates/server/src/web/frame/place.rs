//! The places of the house: everything that has a line in the menu.

use domain::directory::permission::Permission;

use crate::words::{Said, said};

macro_rules! places {
    ($($name:ident $group:ident $path:literal $label:expr; [$($permission:ident),*],)*) => {
        /// A place in the menu.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Place { $($name,)* }

        impl Place {
            /// In the order of the menu.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its path below the issuer.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }

            pub const fn label(self) -> Said {
                match self { $(Self::$name => $label,)* }
            }

            pub const fn group(self) -> Group {
                match self { $(Self::$name => Group::$group,)* }
            }

            /// What a visitor must hold to see it; nothing: it is open to everybody who is signed in.
            pub(super) const fn opened_by(self) -> Option<&'static [Permission]> {
                let needed: &'static [Permission] = match self { $(Self::$name => &[$(Permission::$permission),*],)* };
                if needed.is_empty() { None } else { Some(needed) }
            }
        }
    };
}

places! {
    Overview       Console        "/admin"               said("Overview");            [OauthClientQuery],
    OauthClients   Directory      "/admin/clients"       said("OAuth clients");       [OauthClientQuery, OauthClientGet],
    Accounts       Directory      "/admin/accounts"      said("Accounts");            [AccountQuery, AccountGet],
    Groups         Directory      "/admin/groups"        said("Groups");              [AccountQuery, AccountGet],
    Roles          Directory      "/admin/roles"         said("Roles");               [RoleQuery, RoleGet],
    Tenants        Directory      "/admin/tenants"       said("Tenants");             [TenantQuery, TenantGet],
    Keys           Directory      "/admin/keys"          said("API keys");            [AccountQuery, ApiKeyQuery, Impersonate],
    Provider       Authentication "/admin/provider"      said("OIDC provider");       [OidcProviderGet],
    Registration   Authentication "/admin/registration"  said("Registration");        [RegistrationPolicyQuery, RegistrationPolicyGet],
    InitialAccessTokens Authentication "/admin/initial-access-tokens" said("Initial access tokens"); [InitialAccessTokenQuery, InitialAccessTokenGet],
    SigningKeys    Authentication "/admin/signing-keys"  said("Signing keys");        [OidcProviderGet],
    Audit          Records        "/admin/audit"         said("Audit log");           [AuditEventQuery, AuditEventGet],
    Profile        Me             "/account"             said("Profile");             [],
    Security       Me             "/account/security"    said("Sign-in and security"); [],
    Sessions       Me             "/account/sessions"    said("Where you are signed in"); [],
    Apps           Access         "/account/apps"        said("Connected apps");      [],
    AppPasswords   Access         "/account/app-passwords" said("App passwords");     [AppPasswordQuery],
    ApiKeys        Access         "/account/api-keys"    said("API keys");            [ApiKeyQuery],
    Activity       Access         "/account/activity"    said("Recent activity");     [],
}

/// A heading in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Console,
    Directory,
    Authentication,
    Records,
    Me,
    Access,
}

impl Group {
    pub const ALL: &'static [Self] =
        &[Self::Console, Self::Directory, Self::Authentication, Self::Records, Self::Me, Self::Access];

    pub const fn label(self) -> Said {
        match self {
            Self::Console => said("Console"),
            Self::Directory => said("Directory"),
            Self::Authentication => said("Authentication"),
            Self::Records => said("Records"),
            Self::Me => said("Your account"),
            Self::Access => said("Access"),
        }
    }

    /// Whether it belongs to the console; else to the portal.
    pub const fn is_console(self) -> bool {
        match self {
            Self::Console | Self::Directory | Self::Authentication | Self::Records => true,
            Self::Me | Self::Access => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_in_the_part_of_the_house_that_its_path_says() {
        for place in Place::ALL {
            let start = if place.group().is_console() { "/admin" } else { "/account" };
            assert!(place.path().starts_with(start), "{place:?}");
        }
    }

    #[test]
    fn the_console_opens_to_nobody_without_a_permission() {
        assert!(Place::ALL.iter().all(|place| !place.group().is_console() || place.opened_by().is_some()));
    }
}
