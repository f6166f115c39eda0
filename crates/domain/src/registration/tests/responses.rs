//! The echo and the content address.

use super::*;
use crate::{
    client::ClientId,
    registration::{
        digest::Digest,
        response::{IssuedSecret, Management, Registered, body},
    },
    secret::Secret,
    time::Timestamp,
};

fn client_id_of(members: &Value) -> ClientId {
    let mut metadata =
        json!({"redirect_uris": ["http://localhost:1/cb", "com.example.app:/cb"], "client_name": "A"});
    for (name, value) in members.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    register(&metadata).unwrap().content_address().unwrap().client_id()
}

#[test]
fn a_secret_comes_with_its_expiry_and_a_token_with_its_address() {
    let registration = register(&web(&json!({}))).unwrap();
    let (secret, token) = (Secret::new("s"), Secret::new("t"));
    let echo = Value::Object(body(&Registered {
        client_id: &ClientId::parse("abc").unwrap(),
        issued_at: Timestamp::from_millis(1_999),
        metadata: registration.metadata(),
        secret: Some(IssuedSecret { client_secret: &secret, expires_at: None }),
        management: Some(Management {
            registration_client_uri: "https://x/register/abc",
            registration_access_token: &token,
        }),
    }));
    assert_eq!(
        echo,
        json!({
            "client_id": "abc", "client_id_issued_at": 1, "client_secret": "s", "client_secret_expires_at": 0, "registration_access_token": "t",
            "registration_client_uri": "https://x/register/abc", "redirect_uris": ["https://c.example/cb"], "application_type": "web",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "client_secret_basic",
        })
    );
}

#[test]
fn a_shared_client_has_neither_secret_nor_management() {
    let registration = register(&json!({"redirect_uris": ["http://localhost/cb"]})).unwrap();
    let echo = body(&Registered {
        client_id: &registration.content_address().unwrap().client_id(),
        issued_at: Timestamp::from_seconds(5),
        metadata: registration.metadata(),
        secret: None,
        management: None,
    });
    assert!(echo.keys().all(|member| !member.contains("secret") && !member.starts_with("registration")));
}

#[test]
fn r72_what_differs_in_ports_order_and_version_only_is_one_client() {
    let base = client_id_of(&json!({}));
    for members in [
        json!({"redirect_uris": ["com.example.app:/cb", "http://localhost:52431/cb"]}),
        json!({"redirect_uris": ["com.example.app:/cb", "http://localhost/cb", "http://localhost:7/cb"]}),
        json!({"software_version": "2", "unknown": true}),
        json!({"grant_types": ["refresh_token", "authorization_code"], "application_type": "native"}),
    ] {
        assert_eq!(client_id_of(&members), base, "{members}");
    }
}

#[test]
fn r72_what_is_left_out_does_not_make_another_client() {
    let base = client_id_of(&json!({}));
    for members in [
        json!({"grant_types": ["implicit", "refresh_token", "authorization_code"], "response_types": ["code", "token"]}),
        json!({"backchannel_logout_uri": "https://c.example/", "frontchannel_logout_uri": "https://c.example/"}),
        json!({"initiate_login_uri": "http://localhost:1/login"}),
    ] {
        assert_eq!(client_id_of(&members), base, "{members}");
    }
}

#[test]
fn r72_the_order_of_sets_and_the_ports_after_logout_do_not_count() {
    let of = |port: u16| {
        let uri = format!("http://localhost:{port}/bye");
        let body = json!({"redirect_uris": ["http://localhost/cb"], "contacts": ["a@c.example", "b@c.example"],
            "post_logout_redirect_uris": [uri, "http://localhost/end"]});
        register(&body).unwrap().into_metadata()
    };
    let mut shuffled = of(52_431);
    shuffled.grant_types.reverse();
    shuffled.contacts.reverse();
    shuffled.post_logout_redirect_uris.reverse();
    assert_eq!(Digest::of(&shuffled), Digest::of(&of(1)));
}

#[test]
fn r72_what_differs_otherwise_is_another_client() {
    let base = client_id_of(&json!({}));
    for members in [
        json!({"redirect_uris": ["http://127.0.0.1:1/cb", "com.example.app:/cb"]}),
        json!({"client_name": "B"}),
        json!({"client_name#de": "A"}),
        json!({"grant_types": ["authorization_code"]}),
        json!({"software_id": "x"}),
    ] {
        assert_ne!(client_id_of(&members), base, "{members}");
    }
}

#[test]
fn confidential_and_authenticated_registrations_are_not_shared() {
    assert_eq!(register(&web(&json!({}))).unwrap().content_address(), None);
    let public = web(&json!({"token_endpoint_auth_method": "none"})).to_string();
    assert_eq!(register_bytes(public.as_bytes(), Door::ApiKey).unwrap().content_address(), None);
}

/// The ids that applications keep must survive every release: a change here is a change for all of them.
#[test]
fn the_id_of_a_known_registration_never_changes() {
    assert_eq!(client_id_of(&json!({})).as_str(), "wlp_62qgvoi5qfa28t1rfeo1c338lddf5b70v31dpk3bovanalht8b20");
}
