//! `openidconnect` as a public client on loopback. It registers `http://localhost/callback` without a port and
//! uses it with one (RFC 8252 §7.3). ISSUER, USERNAME, PASSWORD and perhaps `REGISTRATION_TOKEN` come in by the
//! environment; out comes one line of JSON, or every exchange and the error.

mod exchanges;
mod flow;

use std::process::ExitCode;

use crate::exchanges::Exchanges;
use crate::flow::{Flow, Surroundings};

fn main() -> ExitCode {
    let Some(surroundings) = Surroundings::from_environment() else {
        eprintln!("ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.");
        return ExitCode::from(2);
    };
    let exchanges = Exchanges::default();
    let mut flow = Flow::default();
    match flow.run(&surroundings, &exchanges) {
        Ok(()) => {
            let report = serde_json::json!({
                "client": "openidconnect",
                "version": library_version(),
                "from": "Rust registry",
                "steps": flow.steps(),
            });
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            exchanges.show();
            eprintln!("\nopenidconnect failed after: {}", flow.steps().join(", "));
            let mut cause = Some(&*error);
            while let Some(error) = cause {
                eprintln!("{error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// The version of the library this program was built with, as its lock file has it.
fn library_version() -> &'static str {
    let lock = include_str!("../Cargo.lock");
    lock.split_once("name = \"openidconnect\"\nversion = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version)
}
