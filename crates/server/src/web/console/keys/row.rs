//! A key in one row.

use domain::{
    directory::{Account, Key, KeyKind, access::KeyPermissions},
    id::Id,
    time::Timestamp,
};

use crate::{
    web::page::Foreign,
    words::{Said, said},
};

/// What a row of a list of keys shows.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: Id,
    /// In the address of its page.
    pub kind_name: &'static str,
    pub kind: Said,
    pub description: Foreign,
    pub account_id: Id,
    pub account: Foreign,
    /// How many it holds; none: all that the account holds.
    pub permissions: Option<usize>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub is_over: bool,
}

impl Row {
    pub fn of(key: &Key, account: &Account, now: Timestamp) -> Self {
        Self {
            id: key.id.clone(),
            kind_name: key.kind.as_str(),
            kind: match key.kind {
                KeyKind::ApiKey => said("API key"),
                KeyKind::AppPassword => said("App password"),
            },
            description: Foreign::from(key.description.as_str()).shortened(80),
            account_id: account.id.clone(),
            account: Foreign::from(account.name.as_str()).shortened(48),
            permissions: match key.permissions {
                KeyPermissions::Inherit => None,
                KeyPermissions::Disable(_) | KeyPermissions::Replace(_) => {
                    Some(key.effective_permissions(account).iter().count())
                }
            },
            created_at: key.created_at,
            expires_at: key.expires_at,
            is_over: key.expires_at.is_some_and(|end| end <= now),
        }
    }
}
