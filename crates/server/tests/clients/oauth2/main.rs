//! `oauth2` as a confidential client that authenticates by HTTP Basic: a person signs in at its site, and a device of the same makers
//! gets in by a code that the person types. The library knows neither discovery nor registration, so those are plain HTTP.
//!
//! ISSUER, USERNAME, PASSWORD and perhaps `REGISTRATION_TOKEN` come in by the environment; out comes one line of JSON, or every
//! exchange and the error. It is built with the program of `openidconnect`, which stands on this library.

#[path = "../openidconnect/src/exchanges.rs"]
mod exchanges;
mod flow;
#[path = "../openidconnect/src/surroundings.rs"]
mod surroundings;

use std::process::ExitCode;

fn main() -> ExitCode {
    surroundings::program(("oauth2", surroundings::version_of("oauth2")), flow::run)
}
