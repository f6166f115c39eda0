//! What was found: a table to look at, JSON for a script, and every request on demand.

use serde_json::{Value, json};

use super::{
    kinds::Kind,
    probe::{Exchange, Sent},
    steps::{Finding, Verdict},
};
use crate::{failure::Failure, terminal};

/// The longest part of a body that is shown.
const SHOWN: usize = 2_000;

/// One client before the server.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) kind: &'static Kind,
    pub(super) findings: Vec<Finding>,
    /// The id of a client that was registered and is there still.
    pub(super) left: Option<String>,
}

impl Case {
    pub(super) fn fails(&self) -> bool {
        self.failure().is_some()
    }

    fn failure(&self) -> Option<(&Finding, &str)> {
        self.findings.iter().find_map(|finding| match &finding.verdict {
            Verdict::Fails(why) => Some((finding, why.as_str())),
            Verdict::Works | Verdict::NotTried(_) => None,
        })
    }

    /// Nothing at all came back.
    pub(super) fn is_unreachable(&self) -> bool {
        let mut said = self.findings.iter().flat_map(|finding| &finding.exchanges);
        said.all(|exchange| exchange.answer.is_err())
    }
}

pub(super) fn print(cases: &[Case], with_requests: bool) -> Result<(), Failure> {
    let heading = ["CLIENT", "DISCOVERY", "PREFLIGHT", "REGISTRATION", "AUTHORIZE", "TOKEN"];
    let rows: Vec<[String; 6]> = cases.iter().map(row).collect();
    terminal::say_table(heading, &rows)?;
    for (why, names) in reasons(cases) {
        terminal::say(&format!("\n{}\n  {}", names.join(", "), terminal::harmless(&why)))?;
    }
    let left: Vec<_> = cases.iter().filter_map(|case| case.left.as_deref()).collect();
    if !left.is_empty() {
        let line = format!("left behind, for the server offers no way to delete it: {}", left.join(", "));
        terminal::say(&format!("\n{}", terminal::harmless(&line)))?;
    }
    if with_requests {
        for case in cases {
            print_requests(case)?;
        }
    }
    Ok(())
}

/// Each reason once, with the clients that it keeps out.
fn reasons(cases: &[Case]) -> Vec<(String, Vec<&'static str>)> {
    let mut reasons: Vec<(String, Vec<&'static str>)> = Vec::new();
    for case in cases {
        let Some((finding, why)) = case.failure() else { continue };
        let why = format!("{}: {why}", finding.step.as_str());
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(case.kind.name),
            None => reasons.push((why, vec![case.kind.name])),
        }
    }
    reasons
}

fn row(case: &Case) -> [String; 6] {
    let mut row = [const { String::new() }; 6];
    let words = case.findings.iter().map(|finding| match &finding.verdict {
        Verdict::Works => "works",
        Verdict::Fails(_) => "FAILS",
        Verdict::NotTried(_) => "-",
    });
    for (cell, word) in row.iter_mut().zip(std::iter::once(case.kind.name).chain(words)) {
        word.clone_into(cell);
    }
    row
}

fn print_requests(case: &Case) -> Result<(), Failure> {
    for finding in &case.findings {
        for exchange in &finding.exchanges {
            terminal::say(&format!("\n# {}, {}", case.kind.name, finding.step.as_str()))?;
            let lines = lines(exchange);
            terminal::say(&terminal::harmless_lines(&lines))?;
        }
    }
    Ok(())
}

/// The request as it was sent, `>` before each line, and the answer with `<`. What proves who a client is stays out.
fn lines(exchange: &Exchange) -> Vec<String> {
    let Sent { method, url, headers, body } = &exchange.sent;
    let mut lines = vec![format!("> {method} {url}")];
    lines.extend(headers.iter().map(|(name, value)| format!("> {name}: {}", unless_secret(name, value))));
    lines.extend(shown(body).lines().map(|line| format!("> {line}")));
    match &exchange.answer {
        Ok(answer) => {
            lines.push(format!("< {}", answer.status));
            lines.extend(
                answer
                    .headers
                    .iter()
                    .map(|(name, value)| format!("< {name}: {}", unless_secret(name, value))),
            );
            lines.extend(shown(&without_secrets(&answer.body)).lines().map(|line| format!("< {line}")));
        }
        Err(why) => lines.push(format!("< {why}")),
    }
    lines
}

fn unless_secret<'a>(name: &str, value: &'a str) -> &'a str {
    if matches!(name, "authorization" | "set-cookie") { "…" } else { value }
}

/// A registration's answer without what it gave away.
fn without_secrets(body: &str) -> String {
    let Ok(Value::Object(mut object)) = serde_json::from_str(body) else { return body.to_owned() };
    for name in ["client_secret", "registration_access_token"] {
        if let Some(value) = object.get_mut(name) {
            *value = Value::String("…".to_owned());
        }
    }
    Value::Object(object).to_string()
}

fn shown(body: &str) -> String {
    let mut text: String = body.chars().take(SHOWN).collect();
    if text.len() < body.len() {
        text.push_str(" …");
    }
    text
}

pub(super) fn as_json(url: &str, cases: &[Case], with_requests: bool) -> Value {
    let of_case = |case: &Case| {
        let mut object = json!({
            "client": case.kind.name, "description": case.kind.what, "works": !case.fails(),
            "steps": case.findings.iter().map(|finding| of_finding(finding, with_requests)).collect::<Vec<_>>(),
        });
        if let (Some(left), Some(object)) = (&case.left, object.as_object_mut()) {
            object.insert("leftBehind".to_owned(), json!(left));
        }
        object
    };
    json!({ "url": url, "clients": cases.iter().map(of_case).collect::<Vec<_>>() })
}

fn of_finding(finding: &Finding, with_requests: bool) -> Value {
    let (result, why) = match &finding.verdict {
        Verdict::Works => ("works", None),
        Verdict::Fails(why) => ("fails", Some(why)),
        Verdict::NotTried(why) => ("not tried", Some(why)),
    };
    let mut object = serde_json::Map::new();
    object.insert("step".to_owned(), json!(finding.step.as_str()));
    object.insert("result".to_owned(), json!(result));
    object.extend(why.map(|why| ("why".to_owned(), json!(why))));
    if with_requests {
        let all: Vec<_> = finding.exchanges.iter().map(|exchange| lines(exchange).join("\n")).collect();
        object.insert("requests".to_owned(), json!(all));
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_registration_gave_away_is_not_printed() {
        let body = r#"{"client_id":"a","client_secret":"hush","registration_access_token":"hush"}"#;
        assert!(!without_secrets(body).contains("hush") && without_secrets(body).contains("client_id"));
        assert_eq!(unless_secret("authorization", "Bearer hush"), "…");
    }

    #[test]
    fn a_long_body_is_cut_and_says_so() {
        assert!(shown(&"ü".repeat(SHOWN + 1)).ends_with(" …"));
        assert_eq!(shown("short"), "short");
    }
}
