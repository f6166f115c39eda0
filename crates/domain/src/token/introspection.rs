//! What a protected resource is told of a token. RFC 7662 §2.2.

use serde_json::{Map, Value, json};

use crate::{directory::Account, grant::Grant, time::Timestamp};

/// The one answer for every token that is not active: nothing else is told. RFC 7662 §2.2.
pub fn inactive() -> Value {
    json!({ "active": false })
}

/// An active access token, from its own verified claims and the account behind it.
pub fn access_token(claims: &Map<String, Value>, account: Option<&Account>) -> Value {
    let mut answer =
        Map::from_iter([("active".to_owned(), json!(true)), ("token_type".to_owned(), json!("Bearer"))]);
    for name in ["iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope"] {
        if let Some(value) = claims.get(name) {
            answer.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(account) = account {
        answer.insert("username".to_owned(), json!(account.name));
    }
    Value::Object(answer)
}

/// An active refresh token, shown only to the client that holds it.
pub fn refresh_token(grant: &Grant, expires_at: Timestamp, issuer: &str) -> Value {
    json!({
        "active": true,
        "token_type": "refresh_token",
        "iss": issuer,
        "sub": grant.account.id.as_str(),
        "username": grant.account.name,
        "client_id": grant.client_id.as_str(),
        "scope": grant.scope.to_string(),
        "exp": expires_at.seconds(),
    })
}

/// Whether the token of `claims` may be shown to a resource server known as `client_id`: the token names it as audience, or as its client.
/// RFC 7662 §4.
pub fn may_see(claims: &Map<String, Value>, client_id: &str) -> bool {
    let names_client = claims.get("client_id").and_then(Value::as_str) == Some(client_id);
    let audience_is = |name: &str| match claims.get("aud") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|value| value.as_str() == Some(name)),
        _ => false,
    };
    names_client || audience_is(client_id)
}
