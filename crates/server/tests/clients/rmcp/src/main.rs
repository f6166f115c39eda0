//! `rmcp`, the Rust SDK of MCP, as an application embeds it: it is given the URL of an MCP server and nothing else.
//!
//! ISSUER, USERNAME, PASSWORD and perhaps `CLIENT_METADATA_URL` come in by the environment; out comes one line of JSON, or every
//! exchange and the error. With `CLIENT_METADATA_URL` the client is the one that is described there, and nothing is registered.

#[path = "../../openidconnect/src/exchanges.rs"]
#[expect(dead_code, reason = "the library sends by itself")]
mod exchanges;
mod flow;
mod recorder;
mod resource;
#[path = "../../openidconnect/src/surroundings.rs"]
#[expect(dead_code, reason = "the other programs need more of it")]
mod surroundings;

use std::process::ExitCode;

fn main() -> ExitCode {
    surroundings::program(("rmcp", surroundings::version_of("rmcp")), |surroundings, exchanges, steps| {
        tokio::runtime::Runtime::new()?.block_on(flow::run(surroundings, exchanges, steps))
    })
}
