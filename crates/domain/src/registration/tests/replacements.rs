//! RFC 7592 §2.2.

use super::*;
use crate::{
    client::{Client, ClientId, StoredSecret, management::MANAGE},
    id::Id,
    registration::replacement::{RawReplacement, Replacement, SecretChange, replace},
    scope::Scope,
    secret::SecretHash,
    time::Timestamp,
};

fn client(members: &Value) -> Client {
    client_of(register_bytes(web(members).to_string().as_bytes(), Door::ApiKey).unwrap())
}

pub(super) fn client_of(registration: Registration) -> Client {
    let now = Timestamp::from_millis(1);
    Client {
        id: Id::new(now, 0, [0; 8]),
        client_id: ClientId::parse("abc").unwrap(),
        door: Door::ApiKey,
        registered_by: None,
        member_tenant_id: None,
        secret: registration
            .needs_secret()
            .then(|| StoredSecret { hash: SecretHash::from_stored("h".to_owned()), expires_at: None }),
        metadata: registration.into_metadata(),
        created_at: now,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    }
}

fn put(current: &Client, members: &Value) -> Result<Replacement, Refusal> {
    put_alone(current, web(members))
}

/// Sends `body` as it is, with the client id when it has none.
pub(super) fn put_alone(current: &Client, mut body: Value) -> Result<Replacement, Refusal> {
    if body.get("client_id").is_none() {
        body["client_id"] = json!("abc");
    }
    let raw = RawReplacement::read(body.to_string().as_bytes())?;
    with_policy(|policy| replace(&raw, current, |secret| secret == "s", policy))
}

#[test]
fn what_the_server_issues_must_not_be_sent_and_the_client_id_must_agree() {
    let current = client(&json!({}));
    for members in [
        json!({"registration_access_token": "t"}),
        json!({"registration_client_uri": "https://x"}),
        json!({"client_secret_expires_at": 0}),
        json!({"client_id_issued_at": 1}),
        json!({"client_id": "abd"}),
        json!({"client_id": null}),
        json!({"client_id": ["abc"]}),
    ] {
        let refusal = put(&current, &members).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::InvalidClientMetadata, "{members}");
    }
}

#[test]
fn a_client_may_repeat_its_secret_and_not_choose_one() {
    let current = client(&json!({}));
    assert_eq!(put(&current, &json!({"client_secret": "s"})).unwrap().secret(), SecretChange::Keep);
    for secret in [json!("other"), json!(""), json!(1)] {
        assert!(put(&current, &json!({"client_secret": secret})).is_err());
    }
}

#[test]
fn a_secret_that_is_no_text_is_refused_whatever_it_is_compared_with() {
    let current = client(&json!({}));
    let body = web(&json!({"client_id": "abc", "client_secret": 1})).to_string();
    let raw = RawReplacement::read(body.as_bytes()).unwrap();
    assert!(with_policy(|policy| replace(&raw, &current, |_| true, policy)).is_err());
}

#[test]
fn null_counts_as_left_out_also_for_what_the_server_issues() {
    let nulls =
        json!({"client_secret": null, "registration_access_token": null, "client_id_issued_at": null});
    assert!(put(&client(&json!({})), &nulls).is_ok());
}

#[test]
fn what_is_left_out_is_gone_not_kept() {
    let current = client(&json!({"client_name": "A", "scope": "openid"}));
    let replacement = put(&current, &json!({})).unwrap();
    assert_eq!((&replacement.metadata().client_name, &replacement.metadata().scope), (&None, &None));
}

#[test]
fn a_replacement_is_held_to_the_rules_of_a_registration() {
    let refusal = put(&client(&json!({})), &json!({"redirect_uris": ["http://c.example/"]})).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::InvalidRedirectUri);
}

#[test]
fn a_replacement_leaves_out_what_a_registration_leaves_out() {
    let wide = json!({
        "grant_types": ["authorization_code", "implicit", "refresh_token"], "response_types": ["code", "id_token"],
        "backchannel_logout_uri": "https://c.example/bye", "initiate_login_uri": "http://localhost:1/login",
    });
    let replacement = put(&client(&json!({})), &wide).unwrap();
    assert_eq!(replacement.metadata(), &client(&wide).metadata);
    assert!(!replacement.voids_consents());
    assert!(put(&client(&json!({})), &json!({"response_types": ["token"]})).is_err());
}

#[test]
fn p40_what_a_user_saw_or_trusted_voids_consents_when_it_changes() {
    let current = client(&json!({}));
    for members in [
        json!({"redirect_uris": ["https://c.example/other"]}),
        json!({"client_name": "B"}),
        json!({"client_name#de": "B"}),
        json!({"logo_uri": "https://c.example/logo.png"}),
        json!({"scope": "openid"}),
    ] {
        assert!(put(&current, &members).unwrap().voids_consents(), "{members}");
    }
    for members in [json!({}), json!({"contacts": ["a@c.example"]}), json!({"software_version": "2"})] {
        assert!(!put(&current, &members).unwrap().voids_consents(), "{members}");
    }
}

#[test]
fn the_secret_follows_the_authentication_method() {
    let of = |method: &str| json!({"token_endpoint_auth_method": method});
    for (before, after, change) in [
        ("client_secret_basic", "client_secret_post", SecretChange::Keep),
        ("client_secret_basic", "none", SecretChange::Drop),
        ("none", "client_secret_basic", SecretChange::Issue),
        ("none", "none", SecretChange::Keep),
    ] {
        let replacement = put(&client(&of(before)), &of(after)).unwrap();
        assert_eq!(replacement.secret(), change, "{before} to {after}");
    }
}

#[test]
fn a_client_cannot_give_itself_the_right_to_manage() {
    let with_scope = |scope: &str, door| {
        let body = web(&json!({"scope": scope})).to_string();
        Client { door, ..client_of(register_bytes(body.as_bytes(), door).unwrap()) }
    };
    let both = json!({"scope": format!("openid {MANAGE}")});
    let of_itself = put(&with_scope("openid", Door::ApiKey), &both).unwrap();
    assert_eq!(of_itself.metadata().scope, Some(Scope::of(&["openid"])));
    assert!(put(&with_scope("openid", Door::Administrator), &both).is_err());
    assert!(put(&with_scope(&format!("openid {MANAGE}"), Door::Administrator), &both).is_ok());
}

#[test]
fn a_client_may_send_back_what_only_an_administrator_could_give_it() {
    const IMAGE: &str = "data:image/png;base64,AAAA";
    let mut current = client(&json!({"scope": "openid"}));
    current.metadata.logo_uri = Some(IMAGE.to_owned());
    current.metadata.scope = Some(Scope::of(&["openid", MANAGE]));
    let own = Value::Object(current.metadata.members());
    let kept = put_alone(&current, own.clone()).unwrap();
    assert_eq!((kept.metadata(), kept.voids_consents()), (&current.metadata, false));
    let alone = put(&current, &json!({"scope": MANAGE})).unwrap();
    assert_eq!(alone.metadata().scope, Some(Scope::of(&[MANAGE])));
    let mut other = own;
    other["logo_uri"] = json!("data:image/png;base64,BBBB");
    assert!(put_alone(&current, other).is_err(), "another image is one that it chose");
    current.metadata.scope = Some(Scope::of(&["openid"]));
    assert!(put(&current, &json!({"scope": MANAGE})).is_err());
}
