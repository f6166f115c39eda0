//! What a browser asks before a page of another origin may send something. Fetch §3.2.2.

use super::{Stopped, Verdict, Visit, fails};
use crate::command::doctor::probe::{Answer, Sent};

pub(super) fn play(visit: &mut Visit<'_>) -> Result<(), Stopped> {
    if visit.kind.origin.is_none() {
        return Err(Verdict::NotTried("it is no page in a browser".to_owned()));
    }
    let metadata = visit.kind.places.first().map(|place| place.of(visit.issuer));
    let asked = [
        (metadata, "GET", "mcp-protocol-version"),
        (visit.text("registration_endpoint").map(str::to_owned), "POST", "content-type"),
        (visit.text("token_endpoint").map(str::to_owned), "POST", "authorization,content-type"),
    ];
    for (url, method, headers) in asked {
        let Some(url) = url else { continue };
        let answer = visit.send(Sent::preflight(&url, method, headers))?;
        if !answer.is_success() {
            return Err(fails(format!("OPTIONS {url}: status {}", answer.status)));
        }
        visit.may_read(&answer, &format!("OPTIONS {url}"))?;
        if let Some(missing) = headers.split(',').find(|header| !allows(&answer, header)) {
            return Err(fails(format!("OPTIONS {url}: access-control-allow-headers lacks {missing}")));
        }
    }
    Ok(())
}

/// Whether a page may send the header. `*` does not stand for `authorization` (Fetch §4.9).
fn allows(answer: &Answer, header: &str) -> bool {
    let allowed = answer.header("access-control-allow-headers").unwrap_or_default();
    let mut names = allowed.split(',').map(str::trim);
    names.any(|name| name.eq_ignore_ascii_case(header) || name == "*" && header != "authorization")
}
