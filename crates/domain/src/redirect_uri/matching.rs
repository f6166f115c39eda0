//! When two redirect URIs are the same. RFC 9700 §2.1, RFC 8252 §7.3.

use super::parts::is_port;

const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

pub(super) fn same(registered: &str, presented: &str) -> bool {
    registered == presented
        || match (split_loopback(registered), split_loopback(presented)) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => false,
        }
}

/// The text before and after the port of a loopback URI; `None` for any other text. A port is not required, but if a colon is there it
/// must lead one: otherwise what follows could be somebody else's host.
pub(super) fn split_loopback(text: &str) -> Option<(&str, &str)> {
    LOOPBACK.into_iter().find_map(|host| {
        let after = text.strip_prefix(host)?;
        let rest = match after.strip_prefix(':') {
            Some(port_and_rest) => {
                let (port, rest) = port_and_rest.split_at(path_start(port_and_rest));
                is_port(port).then_some(rest)?
            }
            None => after,
        };
        (path_start(rest) == 0).then_some((host, rest))
    })
}

/// Where the path or the query begins.
fn path_start(text: &str) -> usize {
    text.find(['/', '?']).unwrap_or(text.len())
}
