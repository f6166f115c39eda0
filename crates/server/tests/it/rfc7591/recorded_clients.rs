//! What well-known clients send to register, as people who run servers for them recorded it. They cannot be started here, or not by
//! everybody who runs these tests, so their requests are replayed: each must be taken in as it is, and work as it is used.

use serde_json::{Value, json};

use super::{clients, open};
use crate::world::{Answer, World};

/// One client: what it sends, what it hears of that where it is not what it sent (null: nothing), and where it waits for the answer.
struct Recorded {
    who: &'static str,
    sends: Value,
    hears: Value,
    waits_at: &'static str,
}

/// What most of them send, and no more.
fn public(redirect_uri: &str, client_name: &str) -> Value {
    json!({
        "redirect_uris": [redirect_uri], "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none", "client_name": client_name,
    })
}

fn recorded() -> Vec<Recorded> {
    let code_and_refresh = json!(["authorization_code", "refresh_token"]);
    vec![
        Recorded {
            who: "claude.ai, anew on each connect",
            sends: json!({
                "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"], "grant_types": code_and_refresh, "response_types": ["code"],
                "token_endpoint_auth_method": "none", "client_name": "Claude", "client_uri": "https://claude.ai", "scope": "openid mcp",
            }),
            hears: json!({ "scope": "openid" }),
            waits_at: "https://claude.ai/api/mcp/auth_callback",
        },
        Recorded {
            who: "Claude Code by name, on another port than it registered",
            sends: public("http://localhost:54545/callback", "Claude Code"),
            hears: json!({ "application_type": "native" }),
            waits_at: "http://localhost:61001/callback",
        },
        Recorded {
            who: "Claude Code by address, on another port than it registered",
            sends: public("http://127.0.0.1:54545/callback", "Claude Code"),
            hears: json!({ "application_type": "native" }),
            waits_at: "http://127.0.0.1:61001/callback",
        },
        Recorded {
            who: "ChatGPT",
            sends: public("https://chatgpt.com/connector/oauth/Ab3_x-9", "ChatGPT"),
            hears: json!({ "application_type": "web" }),
            waits_at: "https://chatgpt.com/connector/oauth/Ab3_x-9",
        },
        Recorded {
            who: "Cursor, whose scheme has no dot",
            sends: json!({
                "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback"], "grant_types": code_and_refresh, "response_types": ["code"],
                "token_endpoint_auth_method": "none", "client_name": "Cursor", "client_uri": null, "logo_uri": "", "contacts": null,
            }),
            hears: json!({ "application_type": "native", "client_uri": null, "logo_uri": null }),
            waits_at: "cursor://anysphere.cursor-mcp/oauth/callback",
        },
        Recorded {
            who: "VS Code, on this computer or by its own page",
            sends: json!({
                "redirect_uris": ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"], "grant_types": [
                    "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"], "response_types": ["code"],
                "token_endpoint_auth_method": "none", "client_name": "Visual Studio Code", "application_type": "native",
            }),
            hears: json!({ "grant_types": code_and_refresh }),
            waits_at: "https://vscode.dev/redirect",
        },
    ]
}

both! {
    async fn each_recorded_client_is_taken_in_as_it_is_and_gets_its_tokens(world: World) {
        open(&world).await;
        let mut alice = world.alice().await;
        for Recorded { who, sends, hears, waits_at } in recorded() {
            let answer = world.register(sends.clone()).await;
            assert_eq!(answer.status, 201, "{who}: {}", answer.json);
            is_what_it_expects(who, &sends, &hears, &answer);
            let mut client = world.client_of(&answer);
            waits_at.clone_into(&mut client.redirect_uri);
            let tokens = client.tokens(&mut alice).await;
            assert!(tokens.has("access_token"), "{who}: {}", tokens.json);
        }
    }

    async fn each_recorded_client_that_keeps_no_secret_is_one_row_however_often_it_registers(world: World) {
        open(&world).await;
        for Recorded { who, sends, .. } in recorded() {
            if sends["token_endpoint_auth_method"] != "none" {
                continue;
            }
            let before = clients(&world).await;
            let first = world.register(sends.clone()).await.text("client_id");
            let again = world.register(sends).await.text("client_id");
            assert_eq!((first, before + 1), (again, clients(&world).await), "{who}");
        }
    }
}

/// Every member as it was sent, but for those of `hears` and those that say nothing; and none that a strict reader would refuse.
fn is_what_it_expects(who: &str, sends: &Value, hears: &Value, answer: &Answer) {
    let says_nothing = |value: &Value| [json!(null), json!(""), json!([]), json!({})].contains(value);
    let members = answer.json.as_object().expect("an object");
    assert!(!members.values().any(says_nothing), "{who}: {members:?}");
    let hears = hears.as_object().expect("an object");
    for (name, sent) in sends.as_object().expect("an object") {
        let expected = hears.get(name).unwrap_or(sent);
        let answered = members.get(name).unwrap_or(&Value::Null);
        assert!(
            answered == expected || says_nothing(expected) && answered.is_null(),
            "{who}: {name}: {answered}"
        );
    }
    for (name, expected) in hears {
        assert_eq!(members.get(name).unwrap_or(&Value::Null), expected, "{who}: {name}");
    }
}
