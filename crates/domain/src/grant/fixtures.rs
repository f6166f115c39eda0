//! One person, one client, one grant: the scene of the grants' tests.

use super::Grant;
use crate::{
    client::{
        Client, ClientId, Door,
        auth::{AuthenticatedClient, Presented},
        metadata::{ApplicationType, AuthMethod, ClientMetadata, GrantType, ResponseType},
        standing::Known,
    },
    directory::{Account, Kind, permission::Permission},
    id::Id,
    scope::Scope,
    secret::{HashKey, Secret},
    time::Timestamp,
};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) fn id(sequence: u16) -> Id {
    Id::new(NOW, sequence, [0; 8])
}

pub(crate) fn account() -> Account {
    Account {
        id: id(1),
        kind: Kind::User,
        name: "alice".into(),
        description: None,
        email: None,
        locale: None,
        member_tenant_id: None,
        permissions: [Permission::Authenticate].into(),
        uncapped: [Permission::Authenticate].into(),
        is_enabled: true,
        created_at: NOW,
    }
}

pub(crate) fn client(name: &str, method: AuthMethod) -> Client {
    let key = HashKey::new(&[1; 32]);
    let secret = crate::client::StoredSecret { hash: key.hash("secret"), expires_at: None };
    Client {
        id: id(2),
        client_id: ClientId::parse(name).unwrap(),
        door: Door::Anonymous,
        registered_by: None,
        member_tenant_id: None,
        metadata: ClientMetadata {
            redirect_uris: Vec::new(),
            token_endpoint_auth_method: method,
            token_endpoint_auth_methods_supported: Vec::new(),
            grant_types: vec![
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::ClientCredentials,
            ],
            response_types: vec![ResponseType::Code],
            application_type: ApplicationType::Web,
            client_name: None,
            client_uri: None,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
            scope: None,
            contacts: Vec::new(),
            jwks: None,
            jwks_uri: None,
            software_id: None,
            software_version: None,
            software_statement: None,
            subject_type: None,
            id_token_signed_response_alg: None,
            token_endpoint_auth_signing_alg: None,
            default_max_age: None,
            require_auth_time: None,
            default_acr_values: Vec::new(),
            initiate_login_uri: None,
            post_logout_redirect_uris: Vec::new(),
            localized: std::collections::BTreeMap::new(),
        },
        secret: (method == AuthMethod::ClientSecretBasic).then_some(secret),
        created_at: NOW,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    }
}

pub(crate) fn authenticated(client: Client) -> AuthenticatedClient {
    let presented = match client.metadata.token_endpoint_auth_method {
        AuthMethod::None => Presented::Nothing,
        AuthMethod::ClientSecretBasic => Presented::Basic(Secret::new("secret")),
        AuthMethod::ClientSecretPost => Presented::Post(Secret::new("secret")),
        AuthMethod::PrivateKeyJwt => Presented::VerifiedAssertion,
    };
    let client_id = client.client_id.clone();
    let known = Known::Client(std::sync::Arc::new(client));
    AuthenticatedClient::authenticate(client_id, known, &presented, &HashKey::new(&[1; 32]), NOW).unwrap()
}

pub(crate) fn public() -> AuthenticatedClient {
    authenticated(client("app", AuthMethod::None))
}

pub(crate) fn confidential() -> AuthenticatedClient {
    authenticated(client("app", AuthMethod::ClientSecretBasic))
}

pub(crate) fn unregistered() -> AuthenticatedClient {
    let client_id = ClientId::parse("app").unwrap();
    let key = HashKey::new(&[1; 32]);
    AuthenticatedClient::authenticate(client_id, Known::Nothing, &Presented::Nothing, &key, NOW).unwrap()
}

pub(crate) fn grant() -> Grant {
    Grant {
        id: id(3),
        account: account(),
        client_id: ClientId::parse("app").unwrap(),
        scope: Scope::of(&["openid", "email"]),
        resources: vec!["https://a.example".into(), "https://b.example".into()],
        claims: None,
        authenticated_at: NOW,
        created_at: NOW,
        last_used_at: NOW,
        expires_at: NOW.plus(std::time::Duration::from_hours(1000)),
        revoked_at: None,
    }
}
