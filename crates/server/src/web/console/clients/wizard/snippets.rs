//! What one copies: the request, and how common tools are told of the client.

use serde_json::{Value, json};

use super::app::{App, Fields};
use crate::words::{Said, said};

/// A text for a machine, under a heading.
#[derive(Debug)]
pub(super) struct Snippet {
    pub label: Said,
    pub text: String,
}

/// Names for what is known of the client when it is configured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub secret: Option<&'a str>,
}

/// The line that registers it with an API key.
pub(super) fn curl(issuer: &str, request: &Value) -> String {
    let body = serde_json::to_string_pretty(request).unwrap_or_default();
    format!(
        "curl {} \\\n  -H \"Authorization: Bearer $WAYLEAVE_API_KEY\" \\\n  -H 'Content-Type: application/json' \\\n  -d {}",
        quoted(&format!("{issuer}/register")),
        quoted(&body)
    )
}

/// Lines for an environment file.
pub(super) fn environment(app: App, fields: &Fields, known: Known<'_>) -> String {
    let mut lines = vec![
        format!("OIDC_ISSUER={}", quoted(known.issuer)),
        format!("OIDC_CLIENT_ID={}", quoted(known.client_id)),
    ];
    if app.has_secret() {
        lines.push(format!("OIDC_CLIENT_SECRET={}", quoted(known.secret.unwrap_or("CLIENT_SECRET"))));
    }
    if let Some(uri) = fields.uris().first() {
        lines.push(format!("OIDC_REDIRECT_URI={}", quoted(uri)));
    }
    lines.join("\n")
}

/// What fits the kind of app.
pub(super) fn tools(app: App, fields: &Fields, known: Known<'_>) -> Vec<Snippet> {
    let uri = fields.uris().into_iter().next().unwrap_or_default();
    match app {
        App::Web => vec![oauth2_proxy(&uri, known), spring(known)],
        App::Browser => vec![oidc_client(&uri, known)],
        App::Native | App::CommandLine => vec![authorization(&uri, known)],
        App::Mcp => vec![resource_metadata(known), authorization(&uri, known)],
        App::Machine => vec![client_credentials(known)],
    }
}

fn oauth2_proxy(uri: &str, known: Known<'_>) -> Snippet {
    let secret = known.secret.unwrap_or("CLIENT_SECRET");
    let text = format!(
        "provider = \"oidc\"\noidc_issuer_url = {}\nclient_id = {}\nclient_secret = {}\nredirect_url = {}\nscope = \"openid email profile\"\ncode_challenge_method = \"S256\"",
        json!(known.issuer),
        json!(known.client_id),
        json!(secret),
        json!(uri)
    );
    Snippet { label: said("oauth2-proxy.cfg"), text }
}

fn spring(known: Known<'_>) -> Snippet {
    let secret = known.secret.unwrap_or("CLIENT_SECRET");
    let text = format!(
        "spring:\n  security:\n    oauth2:\n      client:\n        registration:\n          wayleave:\n            client-id: {}\n            client-secret: {}\n            scope: openid,profile,email\n        provider:\n          wayleave:\n            issuer-uri: {}",
        json!(known.client_id),
        json!(secret),
        json!(known.issuer)
    );
    Snippet { label: said("Spring Boot, application.yml"), text }
}

fn oidc_client(uri: &str, known: Known<'_>) -> Snippet {
    let text = format!(
        "import {{ UserManager }} from \"oidc-client-ts\";\n\nexport const users = new UserManager({{\n  authority: {},\n  client_id: {},\n  redirect_uri: {},\n  scope: \"openid profile email\",\n}});",
        json!(known.issuer),
        json!(known.client_id),
        json!(uri)
    );
    Snippet { label: said("oidc-client-ts"), text }
}

/// The address to which a browser is sent. RFC 6749 §4.1.1, RFC 7636 §4.3.
fn authorization(uri: &str, known: Known<'_>) -> Snippet {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", known.client_id)
        .append_pair("redirect_uri", uri)
        .append_pair("scope", "openid offline_access")
        .append_pair("state", "STATE")
        .append_pair("code_challenge", "CODE_CHALLENGE")
        .append_pair("code_challenge_method", "S256");
    let text = format!("{}/authorize?{}", known.issuer, query.finish());
    Snippet { label: said("Where it sends the browser"), text }
}

/// How an MCP server says who gives out tokens for it. RFC 9728 §2.
fn resource_metadata(known: Known<'_>) -> Snippet {
    let metadata = json!({ "resource": "https://mcp.example/mcp", "authorization_servers": [known.issuer] });
    let text = serde_json::to_string_pretty(&metadata).unwrap_or_default();
    Snippet { label: said("What your MCP server answers at /.well-known/oauth-protected-resource"), text }
}

fn client_credentials(known: Known<'_>) -> Snippet {
    let secret = known.secret.unwrap_or("CLIENT_SECRET");
    let text = format!(
        "curl {} \\\n  -u {} \\\n  -d grant_type=client_credentials",
        quoted(&format!("{}/token", known.issuer)),
        quoted(&format!("{}:{secret}", known.client_id))
    );
    Snippet { label: said("How it gets a token"), text }
}

/// As a shell takes it for one word, whatever is in it.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_escapes_from_the_line_that_is_copied() {
        assert_eq!(quoted("https://a.example/register"), "https://a.example/register");
        assert_eq!(quoted("it's; rm -rf $HOME"), "'it'\\''s; rm -rf $HOME'");
        let line = curl("https://a.example", &json!({ "client_name": "x'; reboot; '" }));
        assert!(line.contains("\"x'\\''; reboot; '\\''\"") && line.ends_with('\''), "{line}");
    }

    #[test]
    fn a_public_client_is_told_of_no_secret() {
        let fields = Fields { name: "a".to_owned(), ..Fields::default() };
        let known = Known { issuer: "https://a.example", client_id: "a", secret: None };
        for app in App::ALL {
            let told = environment(app, &fields, known);
            let told =
                tools(app, &fields, known).into_iter().fold(told, |told, snippet| told + &snippet.text);
            assert_eq!(told.contains("SECRET"), app.has_secret(), "{told}");
        }
    }
}
