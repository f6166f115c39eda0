//! What becomes of a software statement after the registration. RFC 7592 §2.2.

use super::{
    super::{
        administration::{Administered, administer},
        replacement::{RawReplacement, Replacement, replace},
    },
    statements::{at, heed, registered, showing, stating, trusted, trusting},
    *,
};
use crate::{client::Client, jose::Algorithm};

fn put(current: &Client, body: &Value, settings: &OidcProvider) -> Result<Replacement, Refusal> {
    let raw = RawReplacement::read(body.to_string().as_bytes())?;
    let metadata = heed(raw.metadata().clone(), settings, Some(&current.metadata))?;
    let issuer = Url::parse("https://login.example.org").unwrap();
    let policy = Policy { settings, issuer: &issuer, bounds: &[] };
    replace(&raw.with_metadata(metadata), current, |_| true, &policy)
}

/// A client that was registered with a statement which is over by now, and its metadata as the body of a replacement.
fn vouched_long_ago() -> (Client, Value) {
    let mut client = replacements::client_of(registered(&showing(
        &stating(&json!({"client_name": "A"})),
        &json!({"redirect_uris": ["https://c.example/cb"]}),
    )));
    client.metadata.software_statement = Some(stating(&json!({"client_name": "A", "exp": at(-1000)})));
    let mut body = Value::from(client.metadata.members());
    body["client_id"] = json!("abc");
    (client, body)
}

#[test]
fn a_replacement_with_the_statement_that_the_client_was_registered_with_holds_whatever_became_of_that() {
    let (client, body) = vouched_long_ago();
    let other_keys = trusting(&[Algorithm::EdDsa], "once");
    for settings in [trusted(), other_keys] {
        let same = put(&client, &body, &settings).unwrap();
        assert_eq!((same.metadata(), same.voids_consents()), (&client.metadata, false));
        assert_eq!(same.registration().one_use(), None);
    }
    let mut renamed = body.clone();
    renamed["client_name"] = json!("Bank");
    assert_eq!(put(&client, &renamed, &trusted()).unwrap().metadata().client_name.as_deref(), Some("A"));
    let mut another = body.clone();
    another["software_statement"] = json!(stating(&json!({"exp": at(-1000)})));
    assert_eq!(put(&client, &another, &trusted()).unwrap_err().code(), ErrorCode::InvalidSoftwareStatement);
    let refusal = put(&client, &body, &OidcProvider::default()).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::UnapprovedSoftwareStatement, "nobody trusts the issuer any more");
}

#[test]
fn a_replacement_without_the_statement_is_one_that_nobody_vouches_for_and_with_a_new_one_the_same() {
    let (client, mut body) = vouched_long_ago();
    body["software_statement"] = json!(stating(&json!({"client_name": "A", "iat": at(0)})));
    let renewed = put(&client, &body, &trusted()).unwrap();
    assert!(!renewed.voids_consents() && renewed.metadata() != &client.metadata);
    body["software_statement"] = json!(null);
    body["client_name"] = json!("A");
    let alone = put(&client, &body, &trusted()).unwrap();
    assert!(alone.voids_consents() && alone.metadata().software_statement.is_none());
}

#[test]
fn what_an_administrator_writes_stands_above_the_statement_which_stays() {
    let (client, _) = vouched_long_ago();
    let uris = ["https://c.example/cb".to_owned()];
    let said = Administered {
        redirect_uris: &uris,
        client_name: Some("B"),
        contacts: &[],
        logo_uri: None,
        scope: None,
        has_secret: false,
    };
    let issuer = Url::parse("https://login.example.org").unwrap();
    let policy = Policy { settings: &OidcProvider::default(), issuer: &issuer, bounds: &[] };
    let written = administer(Some(&client.metadata), &said, |_| false, (&policy, Door::ApiKey)).unwrap();
    assert_eq!(written.client_name.as_deref(), Some("B"));
    assert_eq!(written.software_statement, client.metadata.software_statement);
}
