//! Rows as the server makes them, for the bulk loader and for the store's own rates.

use std::sync::atomic::{AtomicU16, Ordering};

use domain::client::metadata::ClientMetadata;
use domain::client::{Client, ClientId, Door};
use domain::directory::permission::Permission;
use domain::directory::{Account, AccountQuotas, Entry, Kind, Permissions, UserRoles};
use domain::grant::Grant;
use domain::id::Id;
use domain::scope::Scope;
use domain::secret::SecretHash;
use domain::time::Timestamp;
use std::time::Duration;

use crate::{Outcome, clock};

/// An id of now that no other call gets.
pub(crate) fn id(salt: u64) -> Id {
    static SEQUENCE: AtomicU16 = AtomicU16::new(0);
    Id::new(clock::now(), SEQUENCE.fetch_add(1, Ordering::Relaxed), scattered(salt).to_be_bytes())
}

/// What a public client registers, as it is stored.
pub(crate) fn metadata() -> Outcome<ClientMetadata> {
    Ok(serde_json::from_value(serde_json::json!({
        "client_name": "The app", "redirect_uris": ["http://127.0.0.1/callback"],
        "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "application_type": "native", "client_uri": "https://app.example.com/about",
        "software_id": "4NRB1-0XZABZI9E6-5SM3R", "software_version": "1.4.2",
    }))?)
}

/// The client of this number. Its `client_id` looks like the digest that a shared registration gets: no order is in it.
pub(crate) fn client(number: u64, metadata: &ClientMetadata) -> Client {
    let mut metadata = metadata.clone();
    metadata.client_name = Some(format!("App number {number}"));
    let now = clock::now();
    Client {
        id: id(number),
        client_id: client_id(number),
        door: Door::Anonymous,
        registered_by: None,
        member_tenant_id: None,
        metadata,
        secret: None,
        created_at: now,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    }
}

pub(crate) fn client_id(number: u64) -> ClientId {
    let words = [1, 2, 3].map(|salt| scattered(number.wrapping_mul(4).wrapping_add(salt)));
    let [a, b, c] = words;
    ClientId::from_stored(format!("wlp_{a:016x}{b:016x}{c:016x}{:04x}", c & 0xffff))
}

/// An account like any other, as it stands in the directory.
pub(crate) fn entry(account: Account) -> Entry {
    Entry {
        account,
        emails: Vec::new(),
        member_group_ids: Vec::new(),
        roles: UserRoles::User,
        permissions: Permissions::Inherit,
        quotas: AccountQuotas::default(),
        time_zone: None,
        version: 1,
    }
}

pub(crate) fn account() -> Account {
    let id = id(0);
    Account {
        kind: Kind::User,
        name: format!("person-{id}"),
        id,
        description: None,
        email: None,
        locale: None,
        member_tenant_id: None,
        permissions: [Permission::Authenticate].into(),
        uncapped: [Permission::Authenticate].into(),
        is_enabled: true,
        created_at: clock::now(),
    }
}

pub(crate) fn grant(account: &Account) -> Grant {
    Grant {
        id: id(1),
        account: account.clone(),
        client_id: client_id(0),
        scope: Scope::default(),
        resources: Vec::new(),
        claims: None,
        authenticated_at: clock::now(),
        created_at: clock::now(),
        last_used_at: clock::now(),
        expires_at: later(),
        revoked_at: None,
    }
}

pub(crate) fn later() -> Timestamp {
    clock::now().plus(Duration::from_hours(24))
}

/// As long as a real one.
pub(crate) fn hash() -> SecretHash {
    SecretHash::from_stored("x".repeat(43))
}

/// A number that looks random and is always the same.
pub(crate) fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_found_again_by_its_number() {
        let metadata = metadata().unwrap();
        assert_eq!(client(5, &metadata).client_id, client_id(5));
        assert_eq!(client_id(5).as_str().len(), 56);
    }
}
