//! Finding the server's metadata and being content with them. RFC 8414 §3, OpenID Connect Discovery §4.

use serde_json::Value;

use super::{Stopped, Visit, absent_but_sent, fails};
use crate::command::doctor::probe::{Answer, Sent};

pub(super) fn play(visit: &mut Visit<'_>) -> Result<(), Stopped> {
    let mut tried = Vec::new();
    for place in visit.kind.places {
        let url = place.of(visit.issuer);
        let answer = visit.send(Sent::get(&url))?;
        match document(&answer) {
            Ok(document) => {
                visit.may_read(&answer, "metadata")?;
                visit.metadata = document;
                return check(visit);
            }
            Err(why) => tried.push(format!("{url}: {why}")),
        }
    }
    Err(fails(format!("no metadata: {}", tried.join("; "))))
}

fn document(answer: &Answer) -> Result<Value, String> {
    if answer.is_redirect() {
        return Err(format!("status {}, which clients do not follow", answer.status));
    }
    if !answer.is_success() {
        return Err(format!("status {}", answer.status));
    }
    answer.object().ok_or_else(|| "no JSON object".to_owned())
}

fn check(visit: &Visit<'_>) -> Result<(), Stopped> {
    let issuer = visit.text("issuer").unwrap_or_default();
    if issuer != visit.issuer && issuer.trim_end_matches('/') != visit.issuer {
        return Err(fails(format!("issuer is {issuer}, and must be {} exactly", visit.issuer)));
    }
    for name in ["authorization_endpoint", "token_endpoint"] {
        if visit.text(name).is_none() {
            return Err(fails(format!("{name} is missing")));
        }
    }
    if visit.kind.is_strict
        && let Some(name) = absent_but_sent(&visit.metadata)
    {
        return Err(fails(format!("{name} is null or empty; leave it out")));
    }
    if visit.kind.needs_pkce && visit.lists("code_challenge_methods_supported", "S256") != Some(true) {
        return Err(fails("code_challenge_methods_supported must have S256"));
    }
    Ok(())
}
