//! The clients that are played: how each finds a server, what it sends to register, and how it comes back. What is said of them is what
//! people who ran servers for them reported.

use serde_json::{Value, json};

/// A client as it comes from its makers.
#[derive(Debug)]
pub(super) struct Kind {
    /// As `--client` names it.
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    /// Where it looks for metadata, in its order; it takes the first document that it gets.
    pub(super) places: &'static [Place],
    /// The origin of its page, if it runs in a browser.
    pub(super) origin: Option<&'static str>,
    /// It refuses a server that does not name S256.
    pub(super) needs_pkce: bool,
    /// It refuses `null` and empty texts where something is absent.
    pub(super) is_strict: bool,
    /// It need not register where a server takes the metadata document that its makers publish.
    pub(super) has_document: bool,
    /// What it sends to register.
    pub(super) registration: fn() -> Value,
    /// Where it waits for the answer, which need not be the port that it registered.
    pub(super) redirect_uri: &'static str,
    /// How it proves itself, in the order in which it tries.
    pub(super) auth: &'static [Auth],
}

/// Where metadata may stand, for the issuer `https://host/path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `https://host/.well-known/oauth-authorization-server/path`. RFC 8414 §3.1.
    OAuthInserted,
    /// `https://host/.well-known/openid-configuration/path`. RFC 8414 §5.
    OpenIdInserted,
    /// `https://host/path/.well-known/openid-configuration`. OpenID Connect Discovery §4.
    OpenIdAppended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Auth {
    None,
    Basic,
    Post,
}

/// An MCP client that is a program and keeps no secret.
const MCP: Kind = Kind {
    name: "",
    what: "",
    places: &[Place::OAuthInserted, Place::OpenIdInserted, Place::OpenIdAppended],
    origin: None,
    needs_pkce: true,
    is_strict: true,
    has_document: false,
    registration: || Value::Null,
    redirect_uri: "",
    auth: &[Auth::None],
};

/// A client that came with an OpenID library.
const OPENID: Kind = Kind {
    places: &[Place::OpenIdAppended],
    needs_pkce: false,
    is_strict: false,
    auth: &[Auth::Basic, Auth::Post],
    ..MCP
};

pub(super) const ALL: &[Kind] = &[
    Kind {
        name: "claude.ai",
        what: "hosted assistant",
        has_document: true,
        registration: || with(public("Claude", CLAUDE), "client_uri", "https://claude.ai".into()),
        redirect_uri: CLAUDE,
        ..MCP
    },
    Kind {
        name: "claude-code",
        what: "command line; another loopback port each time",
        registration: || public("Claude Code", "http://localhost:54212/callback"),
        redirect_uri: "http://localhost:61733/callback",
        ..MCP
    },
    Kind {
        name: "chatgpt",
        what: "hosted assistant",
        is_strict: false,
        has_document: true,
        registration: || public("ChatGPT", CHATGPT),
        redirect_uri: CHATGPT,
        ..MCP
    },
    Kind {
        name: "cursor",
        what: "editor with a scheme of its own",
        registration: || public("Cursor", CURSOR),
        redirect_uri: CURSOR,
        ..MCP
    },
    Kind {
        name: "vscode",
        what: "editor; a web page and a loopback address",
        is_strict: false,
        has_document: true,
        registration: || {
            let places = json!(["http://127.0.0.1:33418/", "https://vscode.dev/redirect"]);
            with(public("Visual Studio Code", ""), "redirect_uris", places)
        },
        redirect_uri: "http://127.0.0.1:50123/",
        ..MCP
    },
    Kind {
        name: "mcp-inspector",
        what: "page in a browser",
        origin: Some("http://localhost:6274"),
        registration: || public("MCP Inspector", INSPECTOR),
        redirect_uri: INSPECTOR,
        ..MCP
    },
    Kind {
        name: "lm-studio",
        what: "desktop; sends null for what it leaves out",
        registration: || {
            json!({
                "redirect_uris": ["http://127.0.0.1:33389/mcp-oauth-redirect"],
                "grant_types": null, "response_types": null, "scope": null,
                "token_endpoint_auth_method": "none", "client_name": "LM Studio",
            })
        },
        redirect_uri: "http://127.0.0.1:40001/mcp-oauth-redirect",
        ..MCP
    },
    Kind {
        name: "oidc-agent",
        what: "desktop; several redirect URIs",
        registration: || {
            json!({
                "redirect_uris": ["edu.kit.data.oidc-agent:/redirect", "http://localhost:8080", "http://localhost:4242"],
                "grant_types": ["refresh_token", "authorization_code"], "response_types": ["code"],
                "application_type": "native", "client_name": "oidc-agent:doctor",
            })
        },
        redirect_uri: "http://localhost:4242",
        ..OPENID
    },
    Kind {
        name: "web-app",
        what: "a server with a secret, by an OpenID library",
        registration: || json!({ "redirect_uris": [APP], "client_name": "A web application" }),
        redirect_uri: APP,
        ..OPENID
    },
    Kind {
        name: "single-page-app",
        what: "a page in a browser, by an OpenID library",
        origin: Some("https://app.example.com"),
        registration: || json!({ "redirect_uris": [APP], "client_name": "A page", "token_endpoint_auth_method": "none" }),
        redirect_uri: APP,
        auth: &[Auth::None],
        ..OPENID
    },
];

const CLAUDE: &str = "https://claude.ai/api/mcp/auth_callback";
const CHATGPT: &str = "https://chatgpt.com/connector/oauth/AbCdEfGhIjKl";
const CURSOR: &str = "cursor://anysphere.cursor-mcp/oauth/callback";
const INSPECTOR: &str = "http://localhost:6274/oauth/callback";
const APP: &str = "https://app.example.com/callback";

/// What most MCP clients send.
fn public(name: &str, redirect_uri: &str) -> Value {
    json!({
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none", "client_name": name,
    })
}

fn with(mut registration: Value, member: &str, value: Value) -> Value {
    if let Some(members) = registration.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
    registration
}

impl Place {
    /// The address of the document for `issuer`, which has no slash at its end.
    pub(super) fn of(self, issuer: &str) -> String {
        let host_from = issuer.find("://").map_or(0, |at| at + 3);
        let path_from = issuer.get(host_from..).and_then(|rest| rest.find('/')).map(|at| at + host_from);
        let (origin, path) = issuer.split_at(path_from.unwrap_or(issuer.len()));
        match self {
            Self::OAuthInserted => format!("{origin}/.well-known/oauth-authorization-server{path}"),
            Self::OpenIdInserted => format!("{origin}/.well-known/openid-configuration{path}"),
            Self::OpenIdAppended => format!("{issuer}/.well-known/openid-configuration"),
        }
    }
}

impl Auth {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_stand_where_rfc_8414_and_discovery_say() {
        let of = |place: Place| [place.of("https://a.example"), place.of("https://a.example/one/two")];
        assert_eq!(
            of(Place::OAuthInserted),
            [
                "https://a.example/.well-known/oauth-authorization-server",
                "https://a.example/.well-known/oauth-authorization-server/one/two"
            ]
        );
        assert_eq!(
            of(Place::OpenIdAppended)[1],
            "https://a.example/one/two/.well-known/openid-configuration"
        );
        assert_eq!(
            of(Place::OpenIdInserted)[1],
            "https://a.example/.well-known/openid-configuration/one/two"
        );
    }

    #[test]
    fn no_two_clients_have_one_name() {
        let mut names: Vec<_> = ALL.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
