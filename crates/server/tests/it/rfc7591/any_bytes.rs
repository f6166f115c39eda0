//! Whatever bytes come, the fault is never ours: random ones, JSON of any shape, and good registrations with something broken.

use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree as _},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::{open, register_bytes};
use crate::world::World;

/// A few seconds' worth.
const BODIES: usize = 500;

both! {
    async fn no_bytes_make_a_registration_our_fault(world: World) {
        open(&world).await;
        let mut registered = 0;
        for body in bodies(&full(), BODIES) {
            let answer = register_bytes(&world, &body).await;
            assert!(matches!(answer.status, 201 | 400 | 413), "{} to {}", answer.status, body.escape_ascii());
            registered += usize::from(answer.status == 201);
        }
        assert!(registered > 0, "nothing came near to a registration");
    }
}

/// A registration with many members, each of which may break.
fn full() -> Value {
    json!({
        "redirect_uris": ["http://127.0.0.1:1/cb", "com.example.app:/cb"], "client_name": "An app", "client_name#ja": "アプリ",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "none",
        "application_type": "native", "scope": "openid email", "contacts": ["a@c.example"], "default_max_age": 60,
        "logo_uri": "https://c.example/logo.png", "post_logout_redirect_uris": ["http://127.0.0.1/bye"], "require_auth_time": true,
    })
}

/// `count` bodies, half of them only slightly different from `good`.
pub(crate) fn bodies(good: &Value, count: usize) -> Vec<Vec<u8>> {
    let members: Vec<_> = good.as_object().expect("an object").keys().cloned().collect();
    let (text, whole) = (good.to_string().into_bytes(), good.clone());
    let replaced = (prop::sample::select(members), any_json()).prop_map(move |(name, value)| {
        let mut body = whole.clone();
        body[name] = value;
        body.to_string().into_bytes()
    });
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..4);
    let edited = edits.prop_map(move |edits| edits.into_iter().fold(text.clone(), edit));
    let strategy = prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300),
        1 => any_json().prop_map(|value| value.to_string().into_bytes()),
        2 => replaced,
        2 => edited,
    ];
    let mut runner = TestRunner::default();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a body").current()).collect()
}

fn edit(mut body: Vec<u8>, (at, kind, byte): (prop::sample::Index, u8, u8)) -> Vec<u8> {
    let at = at.index(body.len().max(1));
    match kind {
        0 => body.insert(at, byte),
        1 => body.truncate(at),
        2 => body.extend_from_within(at..),
        _ => {
            if let Some(old) = body.get_mut(at) {
                *old ^= 1 << (byte % 8);
            }
        }
    }
    body
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "https?://[a-z.:@\\[\\]%#0-9/]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}
