//! What the server refuses, in sentences that name the field and the remedy.

use serde_json::Value;

use super::http::Answer;
use crate::failure::Failure;

/// The failure that a response without success stands for: problem details (RFC 9457) or an OAuth error (RFC 6749 §5.2).
pub(crate) fn of_answer(answer: &Answer) -> Failure {
    let body = answer.json().unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let kind = text("type")
        .filter(|kind| *kind != "about:blank")
        .map(|kind| kind.rsplit(':').next().unwrap_or(kind));
    let said = text("detail").or_else(|| text("error_description")).or_else(|| text("title"));
    let name = kind.or_else(|| text("error"));
    let sentence = match (name, said) {
        (Some(name), Some(said)) => format!("{name}: {said}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => format!("the server answered with status {}", answer.status),
    };
    match answer.status {
        401 => Failure::NotSignedIn(format!(
            "{sentence}; check --api-key or WAYLEAVE_TOKEN, or sign in with wayleave login"
        )),
        429 => Failure::Refused(format!("{sentence}; try again in a moment")),
        502..=504 => Failure::Unreachable(format!("{sentence}; try again in a moment")),
        404 if name.is_none() => Failure::Refused(
            "--url: there is no management API of this kind; is it the public URL of a Wayleave server?"
                .to_owned(),
        ),
        _ => Failure::Refused(sentence),
    }
}

/// The sentence of a method error. RFC 8620 §3.6.2.
pub(crate) fn of_method(method: &str, error: &Value) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let said = text("description").map(|said| format!(": {said}")).unwrap_or_default();
    match text("type").unwrap_or("serverFail") {
        "forbidden" => format!("{method}: not permitted{said}; another account or key must do this"),
        "stateMismatch" => format!("{method}: somebody else changed it meanwhile; look again and repeat"),
        "unknownMethod" => format!("{method}: this server does not know it"),
        "anchorNotFound" => format!("{method}: the list changed while it was read; try again"),
        other => format!("{method}: {other}{said}"),
    }
}

/// The sentence of a `SetError`. RFC 8620 §5.3 and the errors of `validationFailed`.
pub(crate) fn of_set(error: &Value) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| match error.get(name) {
        Some(Value::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Some(other) => plain(other),
        None => String::new(),
    };
    let properties = list("properties");
    let sentence = match text("type") {
        "forbidden" => "not permitted".to_owned(),
        "notFound" => "there is no such object".to_owned(),
        "alreadyExists" => format!("there is one already{}", parenthesis(text("existingId"))),
        "primaryKeyViolation" => format!("{properties} is taken{}", parenthesis(text("objectId"))),
        "invalidForeignKey" => {
            format!("there is no object with the id {}", or(&list("objectId"), "it names"))
        }
        "objectIsLinked" => format!("others depend on it: {}", list("linkedObjects")),
        "invalidProperties" => format!("{} is not right", or(&properties, "a property")),
        "invalidPatch" => format!("{} cannot be changed that way", or(&properties, "it")),
        "overQuota" => "the quota is used up; delete something or have the quota raised".to_owned(),
        "tooLarge" => "it is too large".to_owned(),
        "rateLimit" => "too many at once; try again in a moment".to_owned(),
        "singleton" => "there is always exactly one of it".to_owned(),
        "willDestroy" => "the same request deletes it".to_owned(),
        "validationFailed" => validation(error),
        other => or(other, "refused").to_owned(),
    };
    match (text("type"), text("description")) {
        // The server's own words name the properties and say why.
        ("validationFailed" | "invalidProperties", said) if !said.is_empty() => said.to_owned(),
        // Ours say all there is to say.
        ("notFound" | "primaryKeyViolation" | "invalidForeignKey" | "objectIsLinked", _) | (_, "") => {
            sentence
        }
        (_, said) => format!("{sentence}: {said}"),
    }
}

fn validation(error: &Value) -> String {
    let errors = error.get("validationErrors").and_then(Value::as_array);
    let sentences: Vec<_> = errors
        .into_iter()
        .flatten()
        .map(|error| {
            let property = error.get("property").map(plain).unwrap_or_default();
            let required = error.get("required").map(plain).unwrap_or_default();
            match error.get("type").and_then(Value::as_str).unwrap_or_default() {
                "Required" => format!("{property} is missing; add --field {property}=…"),
                "MaxLength" => format!("{property} is longer than {required}"),
                "MinLength" => format!("{property} is shorter than {required}"),
                "MaxValue" => format!("{property} is more than {required}"),
                "MinValue" => format!("{property} is less than {required}"),
                _ => match error.get("value") {
                    Some(value) => format!("{property} cannot be {}", plain(value)),
                    None => format!("{property} is not right"),
                },
            }
        })
        .collect();
    if sentences.is_empty() { "a value is not right".to_owned() } else { sentences.join("; ") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn parenthesis(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!(" (by {id})") }
}

fn or<'t>(text: &'t str, otherwise: &'t str) -> &'t str {
    if text.is_empty() { otherwise } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_set_error_names_the_property_and_says_why() {
        for (error, sentence) in [
            (
                json!({"type": "forbidden", "description": "this needs account-create"}),
                "not permitted: this needs account-create",
            ),
            (
                json!({"type": "primaryKeyViolation", "properties": ["clientId"], "objectId": "x1"}),
                "clientId is taken (by x1)",
            ),
            (json!({"type": "invalidProperties", "properties": ["a", "b"]}), "a, b is not right"),
            (
                json!({"type": "validationFailed", "description": "life must be above 0", "validationErrors": []}),
                "life must be above 0",
            ),
            (json!({"type": "somethingNew"}), "somethingNew"),
            (json!({}), "refused"),
            (
                json!({"type": "validationFailed", "validationErrors": [
                    {"type": "Required", "property": "clientId"},
                    {"type": "MaxValue", "property": "attempts", "required": 1000},
                    {"type": "Invalid", "property": "logo", "value": "ftp://x"}
                ]}),
                "clientId is missing; add --field clientId=…; attempts is more than 1000; logo cannot be ftp://x",
            ),
        ] {
            assert_eq!(of_set(&error), sentence);
        }
    }

    fn answer(status: u16, body: &Value) -> Answer {
        Answer { status, location: None, body: body.to_string().into_bytes() }
    }

    #[test]
    fn the_status_says_what_kind_of_failure_it_is() {
        let problem = json!({"type": "urn:ietf:params:jmap:error:limit", "detail": "16 calls"});
        assert!(
            matches!(of_answer(&answer(400, &problem)), Failure::Refused(said) if said == "limit: 16 calls")
        );
        assert!(matches!(of_answer(&answer(401, &json!({}))), Failure::NotSignedIn(_)));
        assert!(matches!(of_answer(&answer(503, &json!({"title": "Busy"}))), Failure::Unreachable(_)));
        assert!(
            matches!(of_answer(&answer(404, &json!({}))), Failure::Refused(said) if said.starts_with("--url"))
        );
    }
}
