//! What the client wants to get at.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::surroundings::Outcome;

/// `mcp/resource.mjs`, which ends when it is dropped.
pub struct Resource {
    serving: Child,
    pub url: String,
}

impl Resource {
    /// One that takes the tokens of `issuer`.
    pub fn serve(issuer: &str) -> Outcome<Self> {
        let node = env::var("NODE").unwrap_or_else(|_| "node".into());
        let mut serving = Command::new(node)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../mcp/resource.mjs"))
            .env("ISSUER", issuer)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(said) = serving.stdout.take() {
            BufReader::new(said).read_line(&mut url)?;
        }
        Ok(Self { serving, url: url.trim().to_owned() })
    }
}

impl Drop for Resource {
    fn drop(&mut self) {
        drop(self.serving.stdin.take());
        let _ = self.serving.wait();
    }
}
