//! The chain: each event's hash covers the one before it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Event;
use crate::client::ClientId;

/// SHA-256 over the hash before and the event, in base64url; empty where a chain begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainHash(String);

impl ChainHash {
    /// As read from the store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash of `event` at `position`, after the event that has this hash: SHA-256 of this hash as text, a line feed, and the
    /// event as JSON without spaces whose members are sorted by name.
    #[must_use]
    pub fn next(&self, position: i64, event: &Event) -> Self {
        let text = format!("{}\n{}", self.0, canonical(position, event));
        Self(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
    }
}

fn canonical(position: i64, event: &Event) -> String {
    let actor = &event.actor;
    let (object_kind, object_id) =
        event.object.as_ref().map_or((None, None), |(kind, id)| (Some(kind.as_str()), Some(id)));
    let content = json!({
        "accountId": actor.account_id,
        "after": event.after,
        "at": event.at.millis(),
        "before": event.before,
        "clientId": actor.client_id.as_ref().map(ClientId::as_str),
        "credentialId": actor.credential_id,
        "credentialKind": actor.credential_kind.map(super::CredentialKind::as_str),
        "from": event.from,
        "id": event.id,
        "kind": event.kind.as_str(),
        "note": event.note,
        "objectId": object_id,
        "objectKind": object_kind,
        "position": position,
        "tenantId": event.tenant_id,
    });
    let mut text = String::with_capacity(512);
    write(&content, &mut text);
    text
}

/// Whatever order the map keeps: a chain must outlive a change of libraries.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            text.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::Id,
        journal::{ActorRef, EventKind, ObjectKind},
        time::Timestamp,
    };

    fn event() -> Event {
        let now = Timestamp::from_millis(1_790_000_000_000);
        Event {
            object: Some((ObjectKind::OAuthClient, "c1".to_owned())),
            actor: ActorRef { client_id: ClientId::parse("app"), ..ActorRef::default() },
            from: Some([192, 0, 2, 1].into()),
            after: Some(json!({ "b": [1, "\u{1}"], "a": null })),
            ..Event::new(Id::new(now, 1, [1; 8]), now, EventKind::Created)
        }
    }

    #[test]
    fn what_is_hashed_never_changes() {
        let expected = r#"{"accountId":null,"after":{"a":null,"b":[1,"\u0001"]},"at":1790000000000,"before":null,"clientId":"app","credentialId":null,"credentialKind":null,"from":"192.0.2.1","id":"ID","kind":"created","note":null,"objectId":"c1","objectKind":"OAuthClient","position":7,"tenantId":null}"#;
        assert_eq!(canonical(7, &event()), expected.replace("ID", event().id.as_str()));
    }

    #[test]
    fn the_hash_depends_on_the_event_its_position_and_the_hash_before() {
        let first = ChainHash::default().next(1, &event());
        let noted = Event { note: Some("x".to_owned()), ..event() };
        let others = [
            ChainHash::default().next(2, &event()),
            ChainHash::default().next(1, &noted),
            first.next(1, &event()),
        ];
        assert_eq!(first.as_str().len(), 43);
        assert!(others.iter().all(|other| *other != first));
        assert_eq!(ChainHash::default().next(1, &event()), first);
    }
}
