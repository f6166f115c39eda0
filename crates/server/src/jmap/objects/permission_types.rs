//! What says what somebody may do, as it is written: permissions, the permissions of keys and accounts, and roles.

use domain::{
    directory::{PermissionSet, Permissions, UserRoles, access::KeyPermissions, permission::Permission},
    id::Id,
};
use serde_json::Value;

use crate::jmap::object::{
    Choice, Element, Property, Record, Type, Union, Variant,
    value::{elements, set, variant, variant_name},
};

pub static PERMISSION: Choice = Choice {
    name: "Permission",
    names: || Permission::ALL.iter().map(|permission| (permission.as_str(), permission.meaning())).collect(),
    parse: |text| Permission::parse(text).map(Permission::as_str),
};

pub const SET_OF_PERMISSIONS: Type = Type::Set(Element::Choice(&PERMISSION));

const LISTED: &[Property] = &[Property::new("permissions", SET_OF_PERMISSIONS, "The permissions").or_empty()];

const ENABLED_AND_DISABLED: &[Property] = &[
    Property::new("enabledPermissions", SET_OF_PERMISSIONS, "Permissions that are given").or_empty(),
    Property::new("disabledPermissions", SET_OF_PERMISSIONS, "Permissions that are taken away").or_empty(),
];

/// Of API keys and app passwords.
pub static KEY_PERMISSIONS: Union = Union {
    name: "CredentialPermissions",
    variants: &[
        Variant { name: "Inherit", meaning: "Those of the account", properties: &[] },
        Variant { name: "Disable", meaning: "Those of the account without these", properties: LISTED },
        Variant { name: "Replace", meaning: "These, as far as the account holds them", properties: LISTED },
    ],
};

/// Of accounts and tenants.
pub static PERMISSIONS: Union = Union {
    name: "Permissions",
    variants: &[
        Variant { name: "Inherit", meaning: "Those of the roles", properties: &[] },
        Variant { name: "Merge", meaning: "Those of the roles and these", properties: ENABLED_AND_DISABLED },
        Variant {
            name: "Replace",
            meaning: "These, whatever the roles say",
            properties: ENABLED_AND_DISABLED,
        },
    ],
};

pub static ROLES: Union = Union {
    name: "UserRoles",
    variants: &[
        Variant { name: "User", meaning: "What everybody has", properties: &[] },
        Variant { name: "Admin", meaning: "Administrator of everything, or of the tenant", properties: &[] },
        Variant {
            name: "Custom",
            meaning: "These roles",
            properties: &[
                Property::new("roleIds", Type::Set(Element::Reference("Role")), "The roles").or_empty()
            ],
        },
    ],
};

pub fn inherit() -> Value {
    variant("Inherit", [])
}

pub fn user() -> Value {
    variant("User", [])
}

pub fn admin() -> Value {
    variant("Admin", [])
}

pub fn permission_names(permissions: PermissionSet) -> Value {
    set(permissions.iter().map(Permission::as_str))
}

pub fn permission_set(value: Option<&Value>) -> PermissionSet {
    value.into_iter().flat_map(elements).filter_map(Permission::parse).collect()
}

pub fn ids(value: &Value) -> Vec<Id> {
    elements(value).filter_map(Id::parse).collect()
}

pub fn key_permissions_json(permissions: KeyPermissions) -> Value {
    match permissions {
        KeyPermissions::Inherit => inherit(),
        KeyPermissions::Disable(these) => variant("Disable", [("permissions", permission_names(these))]),
        KeyPermissions::Replace(these) => variant("Replace", [("permissions", permission_names(these))]),
    }
}

pub fn key_permissions(value: &Value) -> KeyPermissions {
    let these = permission_set(value.get("permissions"));
    match variant_name(value) {
        "Disable" => KeyPermissions::Disable(these),
        "Replace" => KeyPermissions::Replace(these),
        _ => KeyPermissions::Inherit,
    }
}

pub fn permissions_json(permissions: Permissions) -> Value {
    let both = |name, enabled, disabled| {
        let members = [
            ("enabledPermissions", permission_names(enabled)),
            ("disabledPermissions", permission_names(disabled)),
        ];
        variant(name, members)
    };
    match permissions {
        Permissions::Inherit => inherit(),
        Permissions::Merge { enabled, disabled } => both("Merge", enabled, disabled),
        Permissions::Replace { enabled, disabled } => both("Replace", enabled, disabled),
    }
}

pub fn permissions(record: &Record) -> Permissions {
    let value = record.value("permissions");
    let enabled = permission_set(value.get("enabledPermissions"));
    let disabled = permission_set(value.get("disabledPermissions"));
    match variant_name(value) {
        "Merge" => Permissions::Merge { enabled, disabled },
        "Replace" => Permissions::Replace { enabled, disabled },
        _ => Permissions::Inherit,
    }
}

pub fn roles_json(roles: &UserRoles) -> Value {
    match roles {
        UserRoles::User => user(),
        UserRoles::Admin => admin(),
        UserRoles::Custom(role_ids) => variant("Custom", [("roleIds", set(role_ids.iter().map(Id::as_str)))]),
    }
}

pub fn roles(record: &Record) -> UserRoles {
    let value = record.value("roles");
    match variant_name(value) {
        "Admin" => UserRoles::Admin,
        "Custom" => UserRoles::Custom(value.get("roleIds").map(ids).unwrap_or_default()),
        _ => UserRoles::User,
    }
}
