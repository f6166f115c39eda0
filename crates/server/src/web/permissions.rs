//! Permissions as people read and tick them: in groups, in words.

use domain::{
    directory::{PermissionSet, permission::Permission},
    error::{ErrorCode, Refusal},
    parameters::Parameters,
};

use crate::words::{self, Said, said};

/// What a group of permissions is about, in the order in which groups are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    Acting,
    OwnAccount,
    OwnKeys,
    AppPasswords,
    OauthClients,
    Accounts,
    Roles,
    Tenants,
    Policies,
    InitialAccessTokens,
    Server,
    Records,
}

/// Boxes to tick, one for each permission that is offered. A page includes `part/permissions.html` where a `picker` is in its scope.
#[derive(Clone, Debug)]
pub struct Picker {
    field: &'static str,
    groups: Vec<Group>,
}

/// The boxes of one area.
#[derive(Clone, Debug)]
pub struct Group {
    pub label: Said,
    pub choices: Vec<Choice>,
}

/// One box.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As the management API spells it.
    pub name: &'static str,
    pub meaning: Said,
    pub is_chosen: bool,
}

/// What somebody holds in one area: for `part/held.html`.
#[derive(Clone, Debug)]
pub struct Held {
    pub area: Said,
    pub meanings: Vec<Said>,
}

impl Picker {
    /// Boxes named `field`: those of `offered`, of which `chosen` are ticked. Whoever edits something that exists offers what it has, too:
    /// else saving it would take that away.
    pub fn new(field: &'static str, offered: PermissionSet, chosen: PermissionSet) -> Self {
        let groups = Area::ALL.iter().map(|area| {
            let choices = area.permissions(offered).map(|permission| Choice {
                name: permission.as_str(),
                meaning: meaning(permission),
                is_chosen: chosen.contains(permission),
            });
            Group { label: area.label(), choices: choices.collect() }
        });
        Self { field, groups: groups.filter(|group| !group.choices.is_empty()).collect() }
    }

    /// What was ticked of the boxes named `field`. It may be anything, also what was never offered: the act has the last word.
    pub fn read(field: &'static str, sent: &Parameters) -> Result<PermissionSet, Refusal> {
        let permissions = sent.all(field).map(Permission::parse).collect::<Option<PermissionSet>>();
        permissions.ok_or_else(|| Refusal::new(ErrorCode::InvalidRequest, "there is no such permission"))
    }

    pub const fn field(&self) -> &'static str {
        self.field
    }

    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether anything is ticked.
    pub fn is_used(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.choices).any(|choice| choice.is_chosen)
    }
}

/// A set of permissions in words, by area.
pub fn held(permissions: PermissionSet) -> Vec<Held> {
    let areas = Area::ALL.iter().map(|area| Held {
        area: area.label(),
        meanings: area.permissions(permissions).map(meaning).collect(),
    });
    areas.filter(|held| !held.meanings.is_empty()).collect()
}

/// What a permission allows, to be read below the heading of its area.
pub const fn meaning(permission: Permission) -> Said {
    match permission {
        Permission::Authenticate => said("Sign in, or use a key at all"),
        Permission::Impersonate => said("Act on behalf of another account"),
        Permission::OauthClientRegistration => said("Register at the registration endpoint"),
        Permission::OauthClientOverride => said("Use any client id, even where registration is required"),
        Permission::TokenIntrospect => said("Ask about any token"),
        Permission::MetricsGet => said("Read the metrics from anywhere"),
        Permission::OidcProviderGet => said("Read the settings"),
        Permission::OidcProviderUpdate => said("Change the settings"),
        Permission::AccountPasswordGet => said("Read how it signs in"),
        Permission::AccountPasswordUpdate => said("Change how it signs in"),
        Permission::AccountSettingsGet => said("Read its own profile"),
        Permission::AccountSettingsUpdate => said("Change its own profile"),
        Permission::OauthClientGet
        | Permission::ApiKeyGet
        | Permission::AppPasswordGet
        | Permission::AccountGet
        | Permission::RoleGet
        | Permission::RegistrationPolicyGet
        | Permission::InitialAccessTokenGet
        | Permission::TenantGet
        | Permission::AuditEventGet => said("Read"),
        Permission::OauthClientQuery
        | Permission::ApiKeyQuery
        | Permission::AppPasswordQuery
        | Permission::AccountQuery
        | Permission::RoleQuery
        | Permission::RegistrationPolicyQuery
        | Permission::InitialAccessTokenQuery
        | Permission::TenantQuery
        | Permission::AuditEventQuery => said("List"),
        Permission::OauthClientCreate
        | Permission::ApiKeyCreate
        | Permission::AppPasswordCreate
        | Permission::AccountCreate
        | Permission::RoleCreate
        | Permission::RegistrationPolicyCreate
        | Permission::InitialAccessTokenCreate
        | Permission::TenantCreate => said("Create"),
        Permission::OauthClientUpdate
        | Permission::ApiKeyUpdate
        | Permission::AppPasswordUpdate
        | Permission::AccountUpdate
        | Permission::RoleUpdate
        | Permission::RegistrationPolicyUpdate
        | Permission::InitialAccessTokenUpdate
        | Permission::TenantUpdate => said("Change"),
        Permission::OauthClientDestroy
        | Permission::ApiKeyDestroy
        | Permission::AppPasswordDestroy
        | Permission::AccountDestroy
        | Permission::RoleDestroy
        | Permission::RegistrationPolicyDestroy
        | Permission::InitialAccessTokenDestroy
        | Permission::TenantDestroy => said("Delete"),
    }
}

/// Its area and what it allows there: `Roles: Create`, in the language of the request.
pub fn in_full(permission: Permission) -> String {
    let locale = words::current();
    let [area, meaning] =
        [Area::of(permission).label(), meaning(permission)].map(|said| said.in_locale(locale));
    format!("{area}: {meaning}")
}

impl Area {
    const ALL: [Self; 12] = [
        Self::Acting,
        Self::OwnAccount,
        Self::OwnKeys,
        Self::AppPasswords,
        Self::OauthClients,
        Self::Accounts,
        Self::Roles,
        Self::Tenants,
        Self::Policies,
        Self::InitialAccessTokens,
        Self::Server,
        Self::Records,
    ];

    const fn label(self) -> Said {
        match self {
            Self::Acting => said("Signing in and acting"),
            Self::OwnAccount => said("The own account"),
            Self::OwnKeys => said("API keys"),
            Self::AppPasswords => said("App passwords"),
            Self::OauthClients => said("OAuth clients"),
            Self::Accounts => said("Accounts and groups"),
            Self::Roles => said("Roles"),
            Self::Tenants => said("Tenants"),
            Self::Policies => said("Registration policies"),
            Self::InitialAccessTokens => said("Initial access tokens"),
            Self::Server => said("The server"),
            Self::Records => said("Audit log"),
        }
    }

    fn permissions(self, of: PermissionSet) -> impl Iterator<Item = Permission> {
        of.iter().filter(move |permission| Self::of(*permission) == self)
    }

    const fn of(permission: Permission) -> Self {
        match permission {
            Permission::Authenticate | Permission::Impersonate => Self::Acting,
            Permission::AccountPasswordGet
            | Permission::AccountPasswordUpdate
            | Permission::AccountSettingsGet
            | Permission::AccountSettingsUpdate => Self::OwnAccount,
            Permission::ApiKeyGet
            | Permission::ApiKeyQuery
            | Permission::ApiKeyCreate
            | Permission::ApiKeyUpdate
            | Permission::ApiKeyDestroy => Self::OwnKeys,
            Permission::AppPasswordGet
            | Permission::AppPasswordQuery
            | Permission::AppPasswordCreate
            | Permission::AppPasswordUpdate
            | Permission::AppPasswordDestroy => Self::AppPasswords,
            Permission::OauthClientRegistration
            | Permission::OauthClientOverride
            | Permission::OauthClientGet
            | Permission::OauthClientQuery
            | Permission::OauthClientCreate
            | Permission::OauthClientUpdate
            | Permission::OauthClientDestroy => Self::OauthClients,
            Permission::AccountGet
            | Permission::AccountQuery
            | Permission::AccountCreate
            | Permission::AccountUpdate
            | Permission::AccountDestroy => Self::Accounts,
            Permission::RoleGet
            | Permission::RoleQuery
            | Permission::RoleCreate
            | Permission::RoleUpdate
            | Permission::RoleDestroy => Self::Roles,
            Permission::TenantGet
            | Permission::TenantQuery
            | Permission::TenantCreate
            | Permission::TenantUpdate
            | Permission::TenantDestroy => Self::Tenants,
            Permission::RegistrationPolicyGet
            | Permission::RegistrationPolicyQuery
            | Permission::RegistrationPolicyCreate
            | Permission::RegistrationPolicyUpdate
            | Permission::RegistrationPolicyDestroy => Self::Policies,
            Permission::InitialAccessTokenGet
            | Permission::InitialAccessTokenQuery
            | Permission::InitialAccessTokenCreate
            | Permission::InitialAccessTokenUpdate
            | Permission::InitialAccessTokenDestroy => Self::InitialAccessTokens,
            Permission::OidcProviderGet
            | Permission::OidcProviderUpdate
            | Permission::TokenIntrospect
            | Permission::MetricsGet => Self::Server,
            Permission::AuditEventGet | Permission::AuditEventQuery => Self::Records,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(picker: &Picker) -> Vec<&str> {
        picker.groups().iter().flat_map(|group| &group.choices).map(|choice| choice.name).collect()
    }

    #[test]
    fn a_picker_offers_what_it_was_given_and_each_permission_once() {
        let offered = [Permission::TenantGet, Permission::Authenticate, Permission::AccountGet].into();
        let picker = Picker::new("permission", offered, [Permission::AccountGet, Permission::RoleGet].into());
        assert_eq!(names(&picker), ["authenticate", "account-get", "tenant-get"]);
        assert_eq!(
            picker.groups().iter().map(|group| group.choices[0].is_chosen).collect::<Vec<_>>(),
            [false, true, false]
        );
        let all = Picker::new("permission", PermissionSet::ALL, PermissionSet::EMPTY);
        assert_eq!(names(&all).len(), Permission::ALL.len());
        assert!(picker.is_used() && !all.is_used());
    }

    #[test]
    fn what_was_ticked_reads_back_and_what_is_no_permission_is_refused() {
        let sent = Parameters::parse(b"permission=account-get&permission=role-get&other=tenant-get")
            .expect("a form");
        let read = Picker::read("permission", &sent).expect("permissions");
        assert_eq!(read, [Permission::AccountGet, Permission::RoleGet].into());
        let sent = Parameters::parse(b"permission=fly").expect("a form");
        assert!(Picker::read("permission", &sent).is_err());
    }

    #[test]
    fn what_somebody_holds_is_said_by_area() {
        let said: Vec<_> = held([Permission::RoleGet, Permission::RoleQuery].into());
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].meanings.len(), 2);
    }
}
