//! Which clients there are, and how each is started.

use std::path::PathBuf;
use std::process::Command;

use crate::place::Place;

pub(super) struct Client {
    /// Its folder below `crates/server/tests/clients`.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What runs it, and where it comes from.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Node,
    Python,
    Rust,
    Go,
    /// A program of the system that a node program drives: the file that must be there, and the packages that bring it.
    Debian {
        file: &'static str,
        packages: &'static [&'static str],
    },
}

pub(super) const CLIENTS: [Client; 16] = [
    Client { name: "mcp-sdk-typescript", kind: Kind::Node },
    Client { name: "mcp-sdk-python", kind: Kind::Python },
    Client { name: "mcp-remote", kind: Kind::Node },
    Client { name: "oidc-client-ts", kind: Kind::Node },
    Client { name: "openid-client", kind: Kind::Node },
    Client { name: "oauth4webapi", kind: Kind::Node },
    Client { name: "authlib", kind: Kind::Python },
    Client { name: "requests-oauth2client", kind: Kind::Python },
    Client { name: "oic", kind: Kind::Python },
    Client { name: "openidconnect", kind: Kind::Rust },
    Client { name: "oauth2", kind: Kind::Rust },
    Client { name: "rmcp", kind: Kind::Rust },
    Client { name: "go-oidc", kind: Kind::Go },
    Client {
        name: "mod-auth-openidc",
        kind: Kind::Debian {
            file: "/usr/lib/apache2/modules/mod_auth_openidc.so",
            packages: &["apache2-bin", "libapache2-mod-auth-openidc"],
        },
    },
    Client {
        name: "dovecot",
        kind: Kind::Debian { file: "/usr/lib/dovecot/imap", packages: &["dovecot-imapd"] },
    },
    Client {
        name: "oidc-agent",
        kind: Kind::Debian { file: "/usr/bin/oidc-agent", packages: &["oidc-agent-cli"] },
    },
];

impl Client {
    pub(super) fn program(&self, place: &Place) -> Command {
        let here = |file: &str| -> PathBuf { place.clients().join(self.name).join(file) };
        let (program, argument) = match self.kind {
            Kind::Node | Kind::Debian { .. } => (PathBuf::from("node"), Some(here("client.mjs"))),
            Kind::Python => (place.venv().join("bin/python"), Some(here("client.py"))),
            Kind::Rust => (place.clients_target().join(format!("debug/{}-test-client", self.name)), None),
            Kind::Go => (place.clients_target().join(format!("go/{}-test-client", self.name)), None),
        };
        let mut command = Command::new(program);
        command.args(argument).current_dir(place.clients());
        command
    }
}
