//! `wayleave simulate registration`

use std::{fs, io::Read};

use serde_json::Value;

use crate::{
    args::{Simulate, SimulateRegistration},
    failure::Failure,
    remote, terminal,
};

/// The largest registration that a server reads.
const MOST: u64 = 32 * 1024;

pub(crate) fn run(simulate: Simulate) -> Result<(), Failure> {
    match simulate {
        Simulate::Registration(registration) => run_registration(registration),
    }
}

fn run_registration(wanted: SimulateRegistration) -> Result<(), Failure> {
    let body = read(&wanted)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("door", &wanted.door), ("tenant", &wanted.tenant), ("token", &wanted.token)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let server = remote::connect(wanted.reach)?;
    let said = server.post_text(&format!("/api/simulate/registration?{}", query.finish()), &body)?;
    let is_accepted = said.get("isAccepted").and_then(Value::as_bool).unwrap_or(false);
    if wanted.json {
        terminal::say_json(&said)?;
    } else {
        tell(&said)?;
    }
    let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
    if is_accepted { Ok(()) } else { Err(Failure::refused(text("error"), text("error_description"))) }
}

fn read(wanted: &SimulateRegistration) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if wanted.file.as_os_str() == "-" {
        std::io::stdin().take(MOST + 1).read_to_string(&mut text)
    } else {
        fs::File::open(&wanted.file).and_then(|file| file.take(MOST + 1).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::unusable("FILE", error)),
    }
}

fn tell(said: &Value) -> Result<(), Failure> {
    let text = |name: &str| said.get(name).map(plain).unwrap_or_default();
    let mut lines = vec![format!("At the door {}", text("door"))];
    let policies = said.get("heldAgainst").and_then(Value::as_array).filter(|names| !names.is_empty());
    let names: Option<Vec<_>> = policies.map(|names| names.iter().map(plain).collect());
    lines.push(names.map_or("No policy stands there.".to_owned(), |names| {
        format!("It was held against: {}", names.join("; "))
    }));
    if said.get("isAccepted") == Some(&Value::Bool(true)) {
        lines.push("It would be registered:".to_owned());
        for (name, value) in said.get("metadata").and_then(Value::as_object).into_iter().flatten() {
            lines.push(format!("  {name}: {}", plain(value)));
        }
        if said.get("getsSecret") == Some(&Value::Bool(true)) {
            lines.push("It would get a client_secret.".to_owned());
        }
        if said.get("waitsForApproval") == Some(&Value::Bool(true)) {
            lines.push("It would wait until an administrator approves it.".to_owned());
        }
        if said.get("sharedClientId").is_some() {
            lines.push(format!("Everybody who registers the same shares {}", text("sharedClientId")));
        }
        if said.get("expiresAt").is_some() {
            lines.push(format!("It would end at {}", text("expiresAt")));
        }
    } else {
        lines.push(format!("It would be refused with status {}:", text("status")));
        for violation in said.get("violations").and_then(Value::as_array).into_iter().flatten() {
            let of = |name: &str| violation.get(name).map(plain).unwrap_or_default();
            lines.push(format!("  {}: {}", of("field"), of("value")));
            lines.push(format!("    {} ({})", of("rule"), of("policy")));
            lines.push(format!("    {}", of("remedy")));
        }
    }
    terminal::say(&terminal::harmless_lines(&lines))
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
