//! The `claims` parameter. OpenID Connect Core §5.5.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{scope::Scope, token::claims};

/// The longest `claims` text that is read, in bytes.
pub const MAX_BYTES: usize = 4096;

/// Which individual claims were asked for, by where they shall appear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    pub id_token: Vec<String>,
    pub userinfo: Vec<String>,
    /// Acceptable `acr` values of an essential request; empty when any will do.
    pub essential_acr: Vec<String>,
}

impl ClaimsRequest {
    /// Reads the JSON; `None` when it is not an object of objects. Unknown claims are kept and later not answered.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let top: Map<String, Value> = serde_json::from_str(text).ok()?;
        let id_token = section(&top, "id_token")?;
        let userinfo = section(&top, "userinfo")?;
        Some(Self {
            essential_acr: id_token.get("acr").map(essential_values).unwrap_or_default(),
            id_token: id_token.keys().cloned().collect(),
            userinfo: userinfo.keys().cloned().collect(),
        })
    }

    /// The scope values that carry what was asked for by name. Whoever asks for a claim asks for its scope, and is shown to.
    pub fn scope(&self) -> Scope {
        let named = self.id_token.iter().chain(&self.userinfo);
        Scope::of(&named.filter_map(|claim| claims::scope_of(claim)).collect::<Vec<_>>())
    }

    pub fn wants_in_id_token(&self, claim: &str) -> bool {
        self.id_token.iter().any(|name| name == claim)
    }
}

fn section(top: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match top.get(name) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(members)) => {
            members.values().all(|value| value.is_null() || value.is_object()).then(|| members.clone())
        }
        Some(_) => None,
    }
}

fn essential_values(request: &Value) -> Vec<String> {
    if request.get("essential") != Some(&Value::Bool(true)) {
        return Vec::new();
    }
    let one = request.get("value").into_iter();
    let many = request.get("values").and_then(Value::as_array).into_iter().flatten();
    one.chain(many).filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_by_where_they_shall_appear() {
        let request = ClaimsRequest::parse(
            r#"{"id_token":{"auth_time":{"essential":true}},"userinfo":{"email":null}}"#,
        )
        .unwrap();
        assert!(request.wants_in_id_token("auth_time"));
        assert_eq!(request.userinfo, ["email"]);
    }

    #[test]
    fn what_is_no_object_of_objects_is_refused() {
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        for text in [
            "",
            "[]",
            "1",
            "{",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{"a":1}}"#,
            &deep,
            &" ".repeat(MAX_BYTES + 1),
        ] {
            assert_eq!(ClaimsRequest::parse(text), None, "{text}");
        }
    }
}
