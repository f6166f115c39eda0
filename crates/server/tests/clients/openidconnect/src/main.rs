//! `openidconnect` as a public client on loopback. It registers `http://localhost/callback` without a port and
//! uses it with one (RFC 8252 §7.3). ISSUER, USERNAME, PASSWORD and perhaps `REGISTRATION_TOKEN` come in by the
//! environment; out comes one line of JSON, or every exchange and the error.

mod exchanges;
mod flow;
#[expect(dead_code, reason = "the other program needs more of it")]
mod surroundings;

use std::process::ExitCode;

fn main() -> ExitCode {
    surroundings::program(("openidconnect", surroundings::version_of("openidconnect")), flow::run)
}
