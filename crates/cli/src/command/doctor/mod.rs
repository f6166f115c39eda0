//! `wayleave doctor`: plays what the clients of today do before a server, ours or another, and says what works.

mod kinds;
mod probe;
mod report;
mod steps;

use crate::{args::Doctor, failure::Failure, remote::url::ServerUrl, terminal};

use kinds::Kind;
use probe::{Prober, Sent};
use report::Case;
use steps::{Registered, Registering, play};

pub(super) fn run(wanted: &Doctor) -> Result<(), Failure> {
    let url = ServerUrl::parse(&wanted.url)?;
    let kinds = chosen(&wanted.clients)?;
    let registering = match (wanted.register, wanted.initial_access_token.as_deref()) {
        (false, _) => Registering::Never,
        (true, None) => Registering::Anonymously,
        (true, Some(token)) => Registering::With(token),
    };
    let mut prober = Prober::new()?;
    let mut cases = Vec::new();
    for kind in &kinds {
        terminal::progress(&format!("{} …", kind.name));
        let (findings, registered) = play(&mut prober, kind, url.as_str(), registering);
        let left = registered.and_then(|registered| take_away(&mut prober, registered));
        cases.push(Case { kind, findings, left });
    }
    terminal::progress("");
    if wanted.json {
        terminal::say_json(&report::as_json(url.as_str(), &cases, wanted.requests))?;
    } else {
        report::print(&cases, wanted.requests)?;
    }
    if cases.iter().all(Case::is_unreachable) {
        return Err(Failure::Unreachable(format!("{}: no client gets an answer there", url.as_str())));
    }
    let failing: Vec<_> = cases.iter().filter(|case| case.fails()).map(|case| case.kind.name).collect();
    if failing.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{} of {} clients do not get in: {}",
        failing.len(),
        cases.len(),
        failing.join(", ")
    )))
}

fn chosen(names: &[String]) -> Result<Vec<&'static Kind>, Failure> {
    if names.is_empty() {
        return Ok(kinds::ALL.iter().collect());
    }
    let known = |name: &String| {
        kinds::ALL.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let all: Vec<_> = kinds::ALL.iter().map(|kind| kind.name).collect();
            Failure::unusable("--client", format!("{name} is not known; known are {}", all.join(", ")))
        })
    };
    names.iter().map(known).collect()
}

/// Deletes what was registered (RFC 7592 §2.3); answers the id if that cannot be done.
fn take_away(prober: &mut Prober, registered: Registered) -> Option<String> {
    let Registered { client_id, management, .. } = registered;
    let Some((uri, token)) = management else { return Some(client_id) };
    // A server names the address itself; nothing but its own registration token goes there.
    let delete = Sent::delete(uri).with("authorization", format!("Bearer {token}"));
    let is_gone = prober.send(delete).answer.is_ok_and(|answer| answer.is_success());
    (!is_gone).then_some(client_id)
}
