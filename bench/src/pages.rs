//! Pages of the console and the portal, as the browser of an administrator asks for them.

use crate::Outcome;
use crate::load::Site;
use crate::rows;
use crate::talk::{Cycle, Talk};

/// The pages by their paths, each a contest of its own.
pub(crate) const NAMES: &[&str] = &[
    "page /admin",
    "page /admin/clients",
    CLIENTS_END,
    "page /admin/clients?text=app",
    CLIENTS_WORD,
    "page /admin/clients?state=disabled",
    "page /admin/clients?unused=30",
    "page /admin/accounts",
    "page /admin/groups",
    "page /admin/roles",
    "page /admin/tenants",
    "page /admin/keys",
    "page /admin/provider",
    "page /admin/signing-keys",
    "page /admin/audit",
    "page /account",
    "page /account/security",
    "page /account/sessions",
    "page /account/apps",
    "page /account/app-passwords",
    "page /account/api-keys",
    "page /account/activity",
];

/// The last page of all clients.
const CLIENTS_END: &str = "page /admin/clients, the last";
/// Clients found by a word that one of them has.
const CLIENTS_WORD: &str = "page /admin/clients, of a word";

/// Who looks at pages at a time.
pub(crate) const PEOPLE: usize = 2;

/// Different words that are looked for.
const DIFFERENT: u64 = 256;

/// Every page has it, and no error page.
const PROOF: &str = "id=\"sign-out\"";

/// The connections of one contest over this many loaded clients; `cookie` is whose browser asks.
pub(crate) fn talks(name: &str, site: Site, cookie: &str, clients: u64) -> Outcome<Vec<Box<dyn Talk>>> {
    let request = |path: &str| site.get(path, &[("cookie", cookie)]);
    let requests = match name {
        CLIENTS_END => vec![request(&format!("/admin/clients?at={}", clients.saturating_sub(50)))],
        CLIENTS_WORD => (0..DIFFERENT)
            .map(|salt| request(&format!("/admin/clients?text={}", rows::scattered(salt) % clients.max(1))))
            .collect(),
        _ => vec![request(name.strip_prefix("page ").ok_or_else(|| format!("there is no page {name}"))?)],
    };
    Ok(Cycle::over(PEOPLE, requests, PROOF))
}
