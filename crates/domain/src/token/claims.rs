//! The claims of access tokens, ID tokens and userinfo.

use serde::{Serialize, ser::SerializeSeq};
use serde_json::{Map, Value, json};

use crate::{authorize::claims_request::ClaimsRequest, directory::Account, scope::Scope};

/// The claims of an access token. RFC 9068 §2.2.
#[derive(Debug, Serialize)]
pub struct AccessTokenClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub client_id: &'a str,
    pub aud: Audience<'a>,
    /// Seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    pub jti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
    /// The grant it came from; absent where no person is involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<&'a str>,
}

/// Written as one string or as a list. RFC 7519 §4.1.3.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The audience where no resource was asked for.
    pub issuer: &'a str,
    pub resources: &'a [String],
}

impl Serialize for Audience<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.resources {
            [] => serializer.serialize_str(self.issuer),
            [only] => serializer.serialize_str(only),
            several => {
                let mut list = serializer.serialize_seq(Some(several.len()))?;
                several.iter().try_for_each(|resource| list.serialize_element(resource))?;
                list.end()
            }
        }
    }
}

/// The claims of an ID token. OpenID Connect Core §2.
#[derive(Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub aud: &'a str,
    /// Seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// How the person signed in. RFC 8176 §1.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub amr: &'a [&'a str],
    pub at_hash: &'a str,
    /// What the `claims` parameter asked to have here.
    #[serde(flatten)]
    pub requested: Map<String, Value>,
}

/// The scope value that carries a claim about the person; `None` for all other claims. OpenID Connect Core §5.4.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    match claim {
        "preferred_username" | "name" | "locale" => Some("profile"),
        "email" | "email_verified" => Some("email"),
        _ => None,
    }
}

/// The claims of userinfo: `sub` always, the others by scope. OpenID Connect Core §5.3, §5.4.
pub fn userinfo(account: &Account, scope: &Scope) -> Map<String, Value> {
    let mut answer =
        person(account, |claim| scope_of(claim).is_some_and(|of_scope| scope.contains(of_scope)));
    answer.insert("sub".to_owned(), json!(account.id.as_str()));
    answer
}

/// The person's claims that the `claims` parameter names for the ID token, as far as the scope carries them.
pub fn id_token_extra(
    account: &Account,
    scope: &Scope,
    claims: Option<&ClaimsRequest>,
) -> Map<String, Value> {
    let mut answer = userinfo(account, scope);
    answer.retain(|claim, _| claim != "sub" && claims.is_some_and(|claims| claims.wants_in_id_token(claim)));
    answer
}

fn person(account: &Account, wants: impl Fn(&str) -> bool) -> Map<String, Value> {
    let email_verified = account.email.as_ref().map(|_| json!(false));
    let known = [
        ("preferred_username", Some(json!(account.name))),
        ("name", account.description.as_ref().map(|name| json!(name))),
        ("locale", account.locale.as_ref().map(|locale| json!(locale))),
        ("email", account.email.as_ref().map(|email| json!(email))),
        ("email_verified", email_verified),
    ];
    known
        .into_iter()
        .filter(|(claim, _)| wants(claim))
        .filter_map(|(claim, value)| Some((claim.to_owned(), value?)))
        .collect()
}

/// The claims that [`userinfo`] may answer, for the metadata.
pub const SUPPORTED: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "preferred_username",
    "name",
    "locale",
    "email",
    "email_verified",
];
