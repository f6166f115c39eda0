//! What a key may do, to be chosen: in words, by what it is about, and only what its owner may.

use domain::directory::{PermissionSet, permission::Permission};

use crate::words::{Said, said};

/// The key that the manual recommends for registering: it may do nothing else.
pub(super) fn only_register() -> PermissionSet {
    [Permission::Authenticate, Permission::OauthClientRegistration].into()
}

/// Permissions that are about the same.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub about: Said,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub name: &'static str,
    pub label: Said,
    pub is_chosen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    OauthClients,
    ApiKeys,
    AppPasswords,
    OwnAccount,
    Accounts,
    Roles,
    Tenants,
    Policies,
    InitialAccessTokens,
    Server,
}

impl About {
    const ALL: [Self; 10] = [
        Self::OauthClients,
        Self::ApiKeys,
        Self::AppPasswords,
        Self::OwnAccount,
        Self::Accounts,
        Self::Roles,
        Self::Tenants,
        Self::Policies,
        Self::InitialAccessTokens,
        Self::Server,
    ];

    const fn label(self) -> Said {
        match self {
            Self::OauthClients => said("OAuth clients"),
            Self::ApiKeys => said("API keys"),
            Self::AppPasswords => said("App passwords"),
            Self::OwnAccount => said("Your account"),
            Self::Accounts => said("Accounts"),
            Self::Roles => said("Roles"),
            Self::Tenants => said("Tenants"),
            Self::Policies => said("Registration policies"),
            Self::InitialAccessTokens => said("Initial access tokens"),
            Self::Server => said("This server"),
        }
    }
}

/// What can be chosen of `held`, with what is `chosen`. That a key may be used at all is no choice.
pub(super) fn groups(held: PermissionSet, chosen: PermissionSet) -> Vec<Group> {
    let of = |about: About| {
        let choices = held.iter().filter_map(|permission| match described(permission) {
            Some((group, label)) if group == about => {
                Some(Choice { name: permission.as_str(), label, is_chosen: chosen.contains(permission) })
            }
            Some(_) | None => None,
        });
        Group { about: about.label(), choices: choices.collect() }
    };
    About::ALL.into_iter().map(of).filter(|group| !group.choices.is_empty()).collect()
}

/// Where a permission stands and what it says there.
const fn described(permission: Permission) -> Option<(About, Said)> {
    use About::{
        Accounts, ApiKeys, AppPasswords, InitialAccessTokens, OauthClients, OwnAccount, Policies, Roles,
        Server, Tenants,
    };
    const READ: Said = said("Read them");
    const LIST: Said = said("List them");
    const CREATE: Said = said("Make new ones");
    const CHANGE: Said = said("Change them");
    const DELETE: Said = said("Delete them");
    Some(match permission {
        Permission::Authenticate => return None,
        Permission::OauthClientRegistration => (OauthClients, said("Register them, as apps do themselves")),
        Permission::OauthClientGet => (OauthClients, READ),
        Permission::OauthClientQuery => (OauthClients, LIST),
        Permission::OauthClientCreate => (OauthClients, CREATE),
        Permission::OauthClientUpdate => (OauthClients, CHANGE),
        Permission::OauthClientDestroy => (OauthClients, DELETE),
        Permission::OauthClientOverride => (OauthClients, said("Use any client id, registered or not")),
        Permission::TokenIntrospect => (Server, said("Ask about any token")),
        Permission::MetricsGet => (Server, said("Read the metrics")),
        Permission::OidcProviderGet => (Server, said("Read the settings")),
        Permission::OidcProviderUpdate => (Server, said("Change the settings")),
        Permission::AuditEventGet => (Server, said("Read the audit log")),
        Permission::AuditEventQuery => (Server, said("Search the audit log")),
        Permission::ApiKeyGet => (ApiKeys, READ),
        Permission::ApiKeyQuery => (ApiKeys, LIST),
        Permission::ApiKeyCreate => (ApiKeys, CREATE),
        Permission::ApiKeyUpdate => (ApiKeys, CHANGE),
        Permission::ApiKeyDestroy => (ApiKeys, DELETE),
        Permission::AppPasswordGet => (AppPasswords, READ),
        Permission::AppPasswordQuery => (AppPasswords, LIST),
        Permission::AppPasswordCreate => (AppPasswords, CREATE),
        Permission::AppPasswordUpdate => (AppPasswords, CHANGE),
        Permission::AppPasswordDestroy => (AppPasswords, DELETE),
        Permission::Impersonate => (Accounts, said("Act on behalf of others")),
        Permission::AccountGet => (Accounts, READ),
        Permission::AccountQuery => (Accounts, LIST),
        Permission::AccountCreate => (Accounts, CREATE),
        Permission::AccountUpdate => (Accounts, CHANGE),
        Permission::AccountDestroy => (Accounts, DELETE),
        Permission::RoleGet => (Roles, READ),
        Permission::RoleQuery => (Roles, LIST),
        Permission::RoleCreate => (Roles, CREATE),
        Permission::RoleUpdate => (Roles, CHANGE),
        Permission::RoleDestroy => (Roles, DELETE),
        Permission::TenantGet => (Tenants, READ),
        Permission::TenantQuery => (Tenants, LIST),
        Permission::TenantCreate => (Tenants, CREATE),
        Permission::TenantUpdate => (Tenants, CHANGE),
        Permission::TenantDestroy => (Tenants, DELETE),
        Permission::RegistrationPolicyGet => (Policies, READ),
        Permission::RegistrationPolicyQuery => (Policies, LIST),
        Permission::RegistrationPolicyCreate => (Policies, CREATE),
        Permission::RegistrationPolicyUpdate => (Policies, CHANGE),
        Permission::RegistrationPolicyDestroy => (Policies, DELETE),
        Permission::InitialAccessTokenGet => (InitialAccessTokens, READ),
        Permission::InitialAccessTokenQuery => (InitialAccessTokens, LIST),
        Permission::InitialAccessTokenCreate => (InitialAccessTokens, CREATE),
        Permission::InitialAccessTokenUpdate => (InitialAccessTokens, CHANGE),
        Permission::InitialAccessTokenDestroy => (InitialAccessTokens, DELETE),
        Permission::AccountPasswordGet => (OwnAccount, said("See how you sign in")),
        Permission::AccountPasswordUpdate => (OwnAccount, said("Change how you sign in")),
        Permission::AccountSettingsGet => (OwnAccount, said("Read your profile")),
        Permission::AccountSettingsUpdate => (OwnAccount, said("Change your profile")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_use_of_the_key_can_be_chosen_once() {
        let groups = groups(PermissionSet::ALL, PermissionSet::EMPTY);
        let mut names: Vec<_> =
            groups.iter().flat_map(|group| &group.choices).map(|choice| choice.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Permission::ALL.len() - 1);
    }

    #[test]
    fn what_is_not_held_is_not_offered() {
        let groups = groups([Permission::RoleGet].into(), PermissionSet::ALL);
        let names: Vec<_> =
            groups.iter().flat_map(|group| &group.choices).map(|choice| choice.name).collect();
        assert_eq!(names, ["role-get"]);
    }
}
