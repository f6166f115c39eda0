//! What well-known clients send, unmodified.

use super::*;

#[test]
fn a_hosted_assistant_that_asks_for_none_gets_none() {
    let body = json!({
        "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"], "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "token_endpoint_auth_method": "none", "client_name": "Claude", "client_uri": "https://claude.ai",
        "scope": "openid offline_access mcp",
    });
    let echo = echo(&body);
    assert_eq!(echo["scope"], "offline_access openid");
    for member in [
        "redirect_uris",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "client_name",
        "client_uri",
    ] {
        assert_eq!(echo[member], body[member]);
    }
}

#[test]
fn desktop_clients_register_their_loopback_and_private_uris() {
    for uris in [
        json!(["http://localhost:52431/callback"]),
        json!(["http://127.0.0.1:52431/callback"]),
        json!(["https://chatgpt.com/connector/oauth/Ab3_x-9"]),
        json!(["cursor://anysphere.cursor-mcp/oauth/callback"]),
        json!(["http://127.0.0.1:33418/", "https://vscode.dev/redirect"]),
        json!(["http://localhost:4242", "http://localhost:8080", "edu.kit.data.oidc-agent:/redirect"]),
        json!(["vscode://vscode.github-authentication/did-authenticate"]),
    ] {
        assert_eq!(echo(&json!({"redirect_uris": uris}))["redirect_uris"], uris);
    }
}

#[test]
fn null_members_of_a_desktop_client_do_no_harm() {
    let body = json!({"redirect_uris": ["http://localhost:1/cb"], "grant_types": null, "client_uri": null, "contacts": null, "logo_uri": ""});
    assert_eq!(echo(&body)["grant_types"], json!(["authorization_code", "refresh_token"]));
}

#[test]
fn a_mail_application_of_the_open_public_clients_profile_is_taken_in() {
    let body = json!({
        "redirect_uris": ["http://127.0.0.1/", "com.example.mail:/redirect?x=1"], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "scope": "openid offline_access",
        "client_name": "Mail", "client_uri": "https://mail.example", "logo_uri": "https://mail.example/logo.svg",
        "tos_uri": "https://mail.example/tos", "policy_uri": "https://mail.example/privacy", "software_id": "mail", "software_version": "1.2",
        "dpop_bound_access_tokens": false,
    });
    assert!(register(&body).unwrap().content_address().is_some());
}
