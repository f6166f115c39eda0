//! What somebody wants to register, and what follows from that.

use domain::client::metadata::{AuthMethod, GrantType};
use serde_json::{Value, json};

use crate::words::{Said, said};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum App {
    Web,
    Browser,
    Native,
    CommandLine,
    Mcp,
    Machine,
}

/// What was typed about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub name: String,
    pub client_id: String,
    /// One to a line.
    pub redirect_uris: String,
}

impl App {
    pub const ALL: [Self; 6] =
        [Self::Web, Self::Browser, Self::Native, Self::CommandLine, Self::Mcp, Self::Machine];

    /// As it stands in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Browser => "browser",
            Self::Native => "native",
            Self::CommandLine => "command-line",
            Self::Mcp => "mcp",
            Self::Machine => "machine",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|app| app.as_str() == text)
    }

    pub const fn label(self) -> Said {
        match self {
            Self::Web => said("Web app with a server"),
            Self::Browser => said("Single-page app"),
            Self::Native => said("Desktop or mobile app"),
            Self::CommandLine => said("Command-line tool"),
            Self::Mcp => said("MCP client"),
            Self::Machine => said("Service without people"),
        }
    }

    pub const fn meaning(self) -> Said {
        match self {
            Self::Web => said("Its pages are made on a server of yours, which can keep a secret."),
            Self::Browser => said("It runs in the browser alone and can keep no secret. PKCE protects it."),
            Self::Native => {
                said("It is installed. Answers come to an address of its own scheme or to the device itself.")
            }
            Self::CommandLine => {
                said("It opens a browser and listens on the device for the answer, at any port.")
            }
            Self::Mcp => said(
                "An assistant or editor that uses your MCP servers. Most register by themselves; this is for those that cannot.",
            ),
            Self::Machine => {
                said("A job or server that acts for itself. Nobody signs in; it gets tokens with its secret.")
            }
        }
    }

    /// What stands in the field of the redirect URIs at first.
    pub const fn redirect_uris(self) -> &'static str {
        match self {
            Self::Web => "https://app.example/callback",
            Self::Browser => "https://app.example/",
            Self::Native => "com.example.app:/callback\nhttp://127.0.0.1/callback",
            Self::CommandLine => "http://127.0.0.1/callback\nhttp://[::1]/callback",
            Self::Mcp => "http://127.0.0.1/callback\nhttp://localhost/callback",
            Self::Machine => "",
        }
    }

    /// Whether people sign in to it.
    pub fn has_people(self) -> bool {
        self != Self::Machine
    }

    pub const fn auth_method(self) -> AuthMethod {
        match self {
            Self::Web | Self::Machine => AuthMethod::ClientSecretBasic,
            Self::Browser | Self::Native | Self::CommandLine | Self::Mcp => AuthMethod::None,
        }
    }

    pub fn has_secret(self) -> bool {
        self.auth_method() != AuthMethod::None
    }

    /// The registration request. RFC 7591 §2.
    pub fn request(self, fields: &Fields) -> Value {
        let mut members = vec![("client_name", json!(fields.name))];
        if self.has_people() {
            members.push(("redirect_uris", json!(fields.uris())));
            members.push(("grant_types", json!([GrantType::AuthorizationCode, GrantType::RefreshToken])));
            members.push(("response_types", json!(["code"])));
        } else {
            members.push(("grant_types", json!([GrantType::ClientCredentials])));
        }
        members.push(("token_endpoint_auth_method", json!(self.auth_method())));
        if matches!(self, Self::Native | Self::CommandLine | Self::Mcp) {
            members.push(("application_type", json!("native")));
        }
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Fields {
    pub fn uris(&self) -> Vec<String> {
        let lines = self.redirect_uris.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }

    /// The client id, or one made of the name.
    pub fn id(&self) -> String {
        if !self.client_id.is_empty() {
            return self.client_id.clone();
        }
        let lower = self.name.chars().flat_map(char::to_lowercase);
        let dashed: String = lower.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let words: Vec<_> = dashed.split('-').filter(|word| !word.is_empty()).collect();
        words.join("-").chars().take(64).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        client::Door,
        registration::{Policy, RawRegistration, parse},
        settings::OidcProvider,
    };
    use url::Url;

    use super::*;

    #[test]
    fn whatever_is_chosen_with_what_stands_in_its_fields_is_a_registration_that_passes() {
        let (settings, issuer) = (OidcProvider::default(), Url::parse("https://auth.example").unwrap());
        let policy = Policy { settings: &settings, issuer: &issuer, bounds: &[] };
        for app in App::ALL {
            let redirect_uris = app.redirect_uris().to_owned();
            let fields = Fields { name: "My app".to_owned(), redirect_uris, ..Fields::default() };
            let request = app.request(&fields).to_string();
            let raw = RawRegistration::read(request.as_bytes()).unwrap();
            let needs_secret = parse(&raw, &policy, Door::ApiKey).map(|passed| passed.needs_secret());
            assert_eq!(needs_secret, Ok(app.has_secret()), "{}", app.as_str());
        }
    }

    #[test]
    fn an_id_is_made_of_the_name_where_none_was_chosen() {
        let fields =
            |name: &str, id: &str| Fields { name: name.into(), client_id: id.into(), ..Fields::default() };
        assert_eq!(fields("  Müllers Mail-App (2)! ", "").id(), "m-llers-mail-app-2");
        assert_eq!(fields("Mail", "chosen").id(), "chosen");
        assert_eq!(fields("日本", "").id(), "");
    }
}
