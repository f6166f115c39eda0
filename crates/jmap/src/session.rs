//! The session: what the server can do for whoever asks, and where. RFC 8620 §2.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    capability::{CORE, CoreCapability},
    id::Id,
    json::Object,
    state::State,
};

/// An account that the user has access to.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    pub name: String,
    pub is_personal: bool,
    pub is_read_only: bool,
    /// By capability, for those whose methods can be used with the account.
    pub account_capabilities: BTreeMap<String, Object>,
}

/// Where the resources are; the last three are URI templates (RFC 6570, level 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    api: String,
    download: String,
    upload: String,
    event_source: String,
}

/// A template lacks a variable that the standard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{template} has no variable {{{variable}}}")]
pub struct MissingVariable {
    pub template: &'static str,
    pub variable: &'static str,
}

impl Urls {
    pub fn parse(
        api: &str,
        download: &str,
        upload: &str,
        event_source: &str,
    ) -> Result<Self, MissingVariable> {
        check_variables("downloadUrl", download, &["accountId", "blobId", "type", "name"])?;
        check_variables("uploadUrl", upload, &["accountId"])?;
        check_variables("eventSourceUrl", event_source, &["types", "closeafter", "ping"])?;
        let [api, download, upload, event_source] = [api, download, upload, event_source].map(str::to_owned);
        Ok(Self { api, download, upload, event_source })
    }
}

fn check_variables(
    template: &'static str,
    text: &str,
    variables: &[&'static str],
) -> Result<(), MissingVariable> {
    let is_missing = |variable: &&&str| !text.contains(&format!("{{{variable}}}"));
    match variables.iter().find(is_missing) {
        None => Ok(()),
        Some(variable) => Err(MissingVariable { template, variable }),
    }
}

/// The session of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub core: CoreCapability,
    /// By name, what is known of the other capabilities.
    pub capabilities: BTreeMap<String, Object>,
    pub accounts: BTreeMap<Id, Account>,
    /// By capability, the account that is meant if none is named.
    pub primary_accounts: BTreeMap<String, Id>,
    /// Empty if the credentials have none.
    pub username: String,
    pub urls: Urls,
}

impl Session {
    /// A digest of everything else, so that it changes when, and only when, something else does. FNV-1a, since nothing depends
    /// on nobody being able to find two sessions with the same one.
    pub fn state(&self) -> State {
        let text = self.without_state().to_string();
        let digest = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        State::new(format!("{digest:016x}"))
    }

    /// The Session object. It should not be cached by anybody but the client, who learns of changes by the state.
    pub fn to_json(&self) -> Value {
        let mut session = self.without_state();
        if let Some(members) = session.as_object_mut() {
            members.insert("state".to_owned(), self.state().as_str().into());
        }
        session
    }

    fn without_state(&self) -> Value {
        let others =
            self.capabilities.iter().map(|(name, details)| (name.clone(), Value::Object(details.clone())));
        let capabilities: Object = others.chain([(CORE.to_owned(), self.core.to_json())]).collect();
        let accounts: Object =
            self.accounts.iter().map(|(id, account)| (id.to_string(), account.to_json())).collect();
        let primary: Object =
            self.primary_accounts.iter().map(|(name, id)| (name.clone(), id.as_str().into())).collect();
        json!({
            "capabilities": capabilities,
            "accounts": accounts,
            "primaryAccounts": primary,
            "username": self.username,
            "apiUrl": self.urls.api,
            "downloadUrl": self.urls.download,
            "uploadUrl": self.urls.upload,
            "eventSourceUrl": self.urls.event_source,
        })
    }
}

impl Account {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "isPersonal": self.is_personal,
            "isReadOnly": self.is_read_only,
            "accountCapabilities": self.account_capabilities,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(event_source: &str) -> Result<Urls, MissingVariable> {
        let download = "https://j/d/{accountId}/{blobId}/{name}?accept={type}";
        Urls::parse("https://j/api", download, "https://j/u/{accountId}/", event_source)
    }

    fn session() -> Session {
        Session {
            core: CoreCapability::default(),
            capabilities: BTreeMap::new(),
            accounts: BTreeMap::new(),
            primary_accounts: BTreeMap::new(),
            username: "john@example.com".to_owned(),
            urls: urls("https://j/e?types={types}&closeafter={closeafter}&ping={ping}").unwrap(),
        }
    }

    #[test]
    fn a_template_without_a_variable_is_refused_by_name() {
        let missing = urls("https://j/e?types={types}&closeafter={closeafter}&ping=ping").unwrap_err();
        assert_eq!(missing, MissingVariable { template: "eventSourceUrl", variable: "ping" });
        assert_eq!(missing.to_string(), "eventSourceUrl has no variable {ping}");
    }

    #[test]
    fn the_state_changes_when_something_else_does_and_only_then() {
        let before = session();
        assert_eq!(before.state(), session().state());
        assert_eq!(before.to_json()["state"], before.state().as_str());
        let after = Session { username: "jane@example.com".to_owned(), ..session() };
        assert_ne!(before.state(), after.state());
    }
}
