//! Which clients there are, and how each is started.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::place::Place;
use crate::setup::{self, Node};

pub(super) struct Client {
    /// Its folder below `crates/server/tests/clients`.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What runs it, and where it comes from.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Node,
    /// With packages of its own, for which a newer node.
    NewerNode,
    Python,
    Rust,
    Go,
    /// A program in Go that a node program drives: the package that it is.
    GoTool(&'static str),
    Java,
    /// A site in Java that a node program drives.
    JavaSite,
    /// A program of the system that a node program drives: the file that must be there, and the packages that bring it.
    Debian {
        file: &'static str,
        packages: &'static [&'static str],
    },
}

pub(super) const CLIENTS: [Client; 20] = [
    Client { name: "mcp-sdk-typescript", kind: Kind::Node },
    Client { name: "mcp-sdk-python", kind: Kind::Python },
    Client { name: "mcp-remote", kind: Kind::Node },
    Client { name: "mcp-inspector", kind: Kind::NewerNode },
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
    Client { name: "oauth2-proxy", kind: Kind::GoTool("github.com/oauth2-proxy/oauth2-proxy/v7") },
    Client { name: "nimbus", kind: Kind::Java },
    Client { name: "spring-security", kind: Kind::JavaSite },
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
        let (program, arguments): (PathBuf, Vec<OsString>) = match self.kind {
            Kind::Node | Kind::NewerNode | Kind::GoTool(_) | Kind::JavaSite | Kind::Debian { .. } => {
                ("node".into(), vec![here("client.mjs").into()])
            }
            Kind::Python => (place.venv().join("bin/python"), vec![here("client.py").into()]),
            Kind::Rust => (place.clients_target().join(format!("debug/{}-test-client", self.name)), vec![]),
            Kind::Go => (place.clients_target().join(format!("go/{}-test-client", self.name)), vec![]),
            Kind::Java => ("java".into(), vec!["-cp".into(), class_path(place, self.name), "Client".into()]),
        };
        let mut command = Command::new(program);
        setup::put_at_least_node_on_path(place, &mut command, self.node());
        command.args(arguments).current_dir(place.clients()).env("WAYLEAVE_CLIENTS", place.clients_target());
        command
    }

    /// What drives it, or its browser.
    pub(super) fn node(&self) -> Node {
        match self.kind {
            Kind::NewerNode => Node::V24,
            Kind::Node
            | Kind::Python
            | Kind::Rust
            | Kind::Go
            | Kind::GoTool(_)
            | Kind::Java
            | Kind::JavaSite
            | Kind::Debian { .. } => Node::V20,
        }
    }
}

fn class_path(place: &Place, name: &str) -> OsString {
    let folder = place.java(name);
    let mut path = folder.join("classes").into_os_string();
    path.push(":");
    path.push(folder.join("dependency/*"));
    path
}
