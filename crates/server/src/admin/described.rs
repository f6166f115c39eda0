//! What the journal keeps of an object: all that is no secret, in the words of the management API.

use domain::{
    directory::{Entry, Key, PermissionSet, Permissions, Role, Tenant, UserRoles, access::KeyPermissions},
    registration::{bounds::Bounds, initial_access_token::InitialAccessToken, profile::RegistrationPolicy},
};
use serde_json::{Value, json};

use super::journal::moment;

pub(super) fn account(entry: &Entry) -> Value {
    let account = &entry.account;
    json!({
        "@type": account.kind.as_str(),
        "name": account.name,
        "description": account.description,
        "emails": entry.emails,
        "memberGroupIds": entry.member_group_ids,
        "memberTenantId": account.member_tenant_id,
        "roles": roles(&entry.roles),
        "permissions": permissions(entry.permissions),
        "quotas": { "maxApiKeys": entry.quotas.max_api_keys, "maxAppPasswords": entry.quotas.max_app_passwords },
        "locale": account.locale,
        "timeZone": entry.time_zone,
        "isEnabled": account.is_enabled,
    })
}

pub(super) fn role(role: &Role) -> Value {
    json!({
        "description": role.description,
        "memberTenantId": role.member_tenant_id,
        "roleIds": role.role_ids,
        "enabledPermissions": names(role.enabled),
        "disabledPermissions": names(role.disabled),
    })
}

pub(super) fn tenant(tenant: &Tenant) -> Value {
    let quotas = tenant.quotas;
    json!({
        "name": tenant.name,
        "logo": tenant.logo,
        "roles": roles(&tenant.roles),
        "permissions": permissions(tenant.permissions),
        "quotas": {
            "maxAccounts": quotas.max_accounts,
            "maxGroups": quotas.max_groups,
            "maxRoles": quotas.max_roles,
            "maxOauthClients": quotas.max_oauth_clients,
        },
    })
}

pub(super) fn key(key: &Key) -> Value {
    let permissions = match key.permissions {
        KeyPermissions::Inherit => json!({ "@type": "Inherit" }),
        KeyPermissions::Disable(without) => json!({ "@type": "Disable", "permissions": names(without) }),
        KeyPermissions::Replace(only) => json!({ "@type": "Replace", "permissions": names(only) }),
    };
    json!({
        "accountId": key.account_id,
        "description": key.description,
        "permissions": permissions,
        "allowedIps": key.allowed_ips.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "expiresAt": key.expires_at.map(moment),
    })
}

fn roles(roles: &UserRoles) -> Value {
    match roles {
        UserRoles::User => json!({ "@type": "User" }),
        UserRoles::Admin => json!({ "@type": "Admin" }),
        UserRoles::Custom(ids) => json!({ "@type": "Custom", "roleIds": ids }),
    }
}

fn permissions(permissions: Permissions) -> Value {
    let lists = |kind: &str, enabled, disabled| json!({ "@type": kind, "enabledPermissions": names(enabled), "disabledPermissions": names(disabled) });
    match permissions {
        Permissions::Inherit => json!({ "@type": "Inherit" }),
        Permissions::Merge { enabled, disabled } => lists("Merge", enabled, disabled),
        Permissions::Replace { enabled, disabled } => lists("Replace", enabled, disabled),
    }
}

fn names(permissions: PermissionSet) -> Vec<&'static str> {
    permissions.iter().map(domain::directory::permission::Permission::as_str).collect()
}

pub(super) fn registration_policy(policy: &RegistrationPolicy) -> Value {
    json!({
        "description": policy.description,
        "memberTenantId": policy.member_tenant_id,
        "door": policy.door.as_str(),
        "mode": policy.mode.as_str(),
        "bounds": bounds(&policy.bounds),
    })
}

pub(super) fn initial_access_token(token: &InitialAccessToken) -> Value {
    json!({
        "description": token.description,
        "memberTenantId": token.member_tenant_id,
        "mintedBy": token.minted_by,
        "mintedWith": token.minted_with,
        "maxUses": token.max_uses,
        "expiresAt": token.expires_at.map(moment),
        "isRevoked": token.revoked_at.is_some(),
        "bounds": bounds(&token.bounds),
    })
}

fn bounds(bounds: &Bounds) -> Value {
    json!({
        "redirectHosts": bounds.redirect_hosts,
        "redirectSchemes": bounds.redirect_schemes,
        "grantTypes": bounds.grant_types,
        "scopes": bounds.scopes.iter().collect::<Vec<_>>(),
        "authMethods": bounds.auth_methods,
        "maxClientLife": bounds.max_client_life,
    })
}
