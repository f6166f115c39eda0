//! Which client may carry the right to manage this server.
//!
//! A token with this scope does what the account behind it may do, so it goes to no client that came in by itself. Either an
//! administrator made or verified the client and its registered scope names the value, or the client is one of the two that belong to
//! this server and the answer goes where only they listen: the console at its own callbacks, the command line on the computer of
//! whoever ran it. A name alone proves nothing, a redirect URI does.

use url::Url;

use super::{Client, ClientId, Door, standing::Standing};
use crate::{
    redirect_uri::{Kind, RedirectUri},
    scope::Scope,
};

/// The scope value that lets a token manage. It always exists; metadata do not announce it, because clients ask for all they read there.
pub const MANAGE: &str = "urn:wayleave:scope:manage";

/// The client id of the command line.
pub const COMMAND_LINE: &str = "wayleave-cli";

/// The client id of the console and the portal.
pub const WEBADMIN: &str = "webadmin";

/// Whether the id is one of ours, which mean the same everywhere on this server.
pub fn is_own(client_id: &ClientId) -> bool {
    matches!(client_id.as_str(), WEBADMIN | COMMAND_LINE)
}

/// Where the console and the portal take their codes, below the issuer.
pub const CALLBACKS: [&str; 2] = ["/admin/oauth/callback", "/account/oauth/callback"];

/// Whether a client in this standing, answered at `redirect_uri`, may ask a person for [`MANAGE`].
pub fn may_ask(standing: &Standing, redirect_uri: &RedirectUri, issuer: &Url) -> bool {
    let is_at_home = is_at_home(standing.client_id(), redirect_uri, issuer);
    match standing.registered() {
        Some(client) => is_vouched_for(client) && client.metadata.scope.as_ref().map_or(is_at_home, names_it),
        None => is_at_home,
    }
}

/// Whether a grant that holds [`MANAGE`] still gives it to its client. Where its answer went was asked when the person allowed it.
pub fn may_keep(client_id: &ClientId, registered: Option<&Client>) -> bool {
    let is_own = is_own(client_id);
    match registered {
        Some(client) => is_vouched_for(client) && client.metadata.scope.as_ref().map_or(is_own, names_it),
        None => is_own,
    }
}

/// What `client` may still have of a granted scope.
pub fn kept_part(granted: &Scope, client_id: &ClientId, registered: Option<&Client>) -> Scope {
    let keeps = may_keep(client_id, registered);
    granted.filter(|token| token != MANAGE || keeps)
}

/// Whether `uri` is one at which the console or the portal of the server at `issuer` takes codes, and the client is theirs.
pub fn is_console_callback(client_id: &ClientId, uri: &RedirectUri, issuer: &Url) -> bool {
    let base = issuer.as_str().trim_end_matches('/');
    let path = uri.as_str().strip_prefix(base);
    client_id.as_str() == WEBADMIN && path.is_some_and(|path| CALLBACKS.contains(&path))
}

/// One of our own clients, answered where only it listens.
fn is_at_home(client_id: &ClientId, uri: &RedirectUri, issuer: &Url) -> bool {
    let is_command_line = client_id.as_str() == COMMAND_LINE && is_literal_loopback(uri);
    is_command_line || is_console_callback(client_id, uri, issuer)
}

/// `localhost` is a name that a resolver may send elsewhere; an address is not. RFC 8252 §8.3.
fn is_literal_loopback(uri: &RedirectUri) -> bool {
    let is_literal = ["http://127.0.0.1", "http://[::1]"].iter().any(|start| {
        uri.as_str().strip_prefix(start).is_some_and(|rest| rest.starts_with([':', '/']) || rest.is_empty())
    });
    uri.kind() == Kind::Loopback && is_literal
}

fn is_vouched_for(client: &Client) -> bool {
    client.is_verified || client.door == Door::Administrator
}

fn names_it(scope: &Scope) -> bool {
    scope.contains(MANAGE)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{client::metadata::AuthMethod, grant::fixtures::client};

    const ISSUER: &str = "https://login.example";
    const CONSOLE: &str = "https://login.example/admin/oauth/callback";
    const LOOPBACK: &str = "http://127.0.0.1:49152/callback";

    fn asks(standing: &Standing, uri: &str) -> bool {
        let uri = RedirectUri::parse_tolerated(uri).unwrap();
        may_ask(standing, &uri, &Url::parse(ISSUER).unwrap())
    }

    fn unregistered(name: &str) -> Standing {
        Standing::Tolerated(ClientId::parse(name).unwrap())
    }

    fn registered(name: &str, door: Door, is_verified: bool, scope: Option<&[&str]>) -> Standing {
        let mut client = client(name, AuthMethod::None);
        client.door = door;
        client.is_verified = is_verified;
        client.metadata.scope = scope.map(Scope::of);
        Standing::Registered(Arc::new(client))
    }

    #[test]
    fn the_console_may_ask_at_its_own_callbacks_and_nowhere_else() {
        let console = unregistered(WEBADMIN);
        assert!(asks(&console, CONSOLE) && asks(&console, "https://login.example/account/oauth/callback"));
        for stranger in [
            "https://evil.example/admin/oauth/callback",
            "https://login.example.evil.example/admin/oauth/callback",
            "https://login.example:8443/admin/oauth/callback",
            "https://login.example/admin/oauth/callback/",
            "https://login.example/admin/oauth/callback?next=x",
            "https://login.example/logout",
            LOOPBACK,
        ] {
            assert!(!asks(&console, stranger), "{stranger}");
        }
    }

    #[test]
    fn the_command_line_may_ask_on_a_literal_loopback_address_only() {
        let command_line = unregistered(COMMAND_LINE);
        assert!(asks(&command_line, LOOPBACK) && asks(&command_line, "http://[::1]:49152/callback"));
        for stranger in
            ["http://localhost:49152/callback", "https://evil.example/callback", CONSOLE, "com.evil.app:/cb"]
        {
            assert!(!asks(&command_line, stranger), "{stranger}");
        }
    }

    #[test]
    fn any_other_unregistered_client_may_not_ask_wherever_it_is_answered() {
        for name in ["app", "webadmin ", "Webadmin", "wayleave-cli2"] {
            assert!(![CONSOLE, LOOPBACK].iter().any(|uri| asks(&unregistered(name), uri)), "{name}");
        }
    }

    #[test]
    fn a_registered_client_needs_its_scope_and_somebody_who_vouches_for_it() {
        let uri = "https://app.example/cb";
        let named = Some([MANAGE, "openid"].as_slice());
        assert!(asks(&registered("app", Door::Administrator, false, named), uri));
        assert!(asks(&registered("app", Door::ApiKey, true, named), uri));
        for door in [Door::Anonymous, Door::ApiKey, Door::AccessToken] {
            assert!(!asks(&registered("app", door, false, named), uri), "{door:?}");
        }
        assert!(!asks(&registered("app", Door::Administrator, true, None), uri));
        assert!(!asks(&registered("app", Door::Administrator, true, Some(&["openid"])), uri));
    }

    #[test]
    fn our_own_clients_may_ask_when_an_administrator_registered_them_without_a_scope() {
        assert!(asks(&registered(WEBADMIN, Door::Administrator, false, None), CONSOLE));
        assert!(asks(&registered(COMMAND_LINE, Door::Administrator, false, None), LOOPBACK));
        assert!(!asks(&registered(COMMAND_LINE, Door::Administrator, false, None), "https://a.example/cb"));
        assert!(!asks(&registered(COMMAND_LINE, Door::ApiKey, false, None), LOOPBACK));
        assert!(!asks(&registered(WEBADMIN, Door::Administrator, false, Some(&["openid"])), CONSOLE));
    }

    #[test]
    fn a_grant_loses_it_with_the_registration_that_gave_it() {
        let granted = Scope::of(&[MANAGE, "openid"]);
        let of = |standing: &Standing| kept_part(&granted, standing.client_id(), standing.registered());
        let named = Some([MANAGE].as_slice());
        assert_eq!(of(&registered("app", Door::ApiKey, true, named)), granted);
        for without in [
            registered("app", Door::ApiKey, false, named),
            registered("app", Door::Administrator, true, None),
            registered(COMMAND_LINE, Door::Administrator, true, Some(&["openid"])),
            unregistered("app"),
        ] {
            assert_eq!(of(&without), Scope::of(&["openid"]));
        }
        assert_eq!(of(&unregistered(COMMAND_LINE)), granted);
    }

    #[test]
    fn an_issuer_with_a_path_has_its_callbacks_below_it() {
        let issuer = Url::parse("https://login.example/tenant").unwrap();
        let is_ours = |text: &str| {
            let uri = RedirectUri::parse_tolerated(text).unwrap();
            is_console_callback(&ClientId::parse(WEBADMIN).unwrap(), &uri, &issuer)
        };
        assert!(is_ours("https://login.example/tenant/admin/oauth/callback"));
        assert!(!is_ours(CONSOLE));
    }
}
