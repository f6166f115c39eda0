//! Everything that must not be seen is used once; then neither the log at its most talkative nor a file of the database knows any of it.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header;
use serde_json::json;

use super::{
    both_places,
    program::{Line, Program, local},
};
use crate::world::{ADMIN_PASSWORD, Place};

/// RFC 7636 Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT_URI: &str = "http://127.0.0.1:9/cb";

both_places! {
    async fn p17_p18_no_secret_is_in_the_log_or_in_a_file(place: Place) {
        let log = place.config(0).data.join("log");
        let program = Program::start(&place, Some(&log)).await;
        let canaries = live_through_everything(&place, &program).await;
        program.terminate();
        assert!(program.ended().await.success());
        let seen = std::fs::read_to_string(&log).expect("a log");
        assert!(seen.contains("client registered"), "the log says nothing: {seen}");
        for file in files(&place.config(0).data) {
            let content = std::fs::read(&file).expect("a file");
            for canary in &canaries {
                let is_in = content.windows(canary.len()).any(|part| part == canary.as_bytes());
                assert!(!is_in, "{} has {canary}", file.display());
            }
        }
        assert!(!seen.chars().any(|c| c.is_control() && c != '\n'), "a control character reached the log");
        place.end();
    }
}

/// Registers, signs in (wrongly first), consents, redeems, refreshes, revokes; answers every secret that was in play.
async fn live_through_everything(place: &Place, program: &Program) -> Vec<String> {
    let key = local(
        place,
        &[
            "api-key",
            "create",
            "--account",
            "admin",
            "--permission",
            "authenticate",
            "--permission",
            "oauth-client-registration",
        ],
    );
    let mut line = program.line().await.expect("a line");
    let metadata = json!({ "redirect_uris": [REDIRECT_URI], "client_name": "a\u{1b}[2Jb" });
    assert_eq!(line.post_json("/register", &key, &metadata).await.expect("an answer").status, 400);
    let metadata = json!({ "redirect_uris": [REDIRECT_URI] });
    let client = line.post_json("/register", &key, &metadata).await.expect("an answer").json();
    let text = |member: &str| client[member].as_str().expect(member).to_owned();
    let (client_id, secret, management) =
        (text("client_id"), text("client_secret"), text("registration_access_token"));
    let (code, session) = consent(&mut line, &client_id).await;
    let basic = format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")));
    let wrong = format!("Basic {}", STANDARD.encode(format!("{client_id}:wls_wrong_secret_that_is_long")));
    let redeem = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let refused = line.post_form("/token", &[("authorization", &wrong)], &redeem).await.expect("an answer");
    assert_eq!(refused.status, 401);
    let tokens = line.post_form("/token", &[("authorization", &basic)], &redeem).await.expect("an answer");
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    let tokens = tokens.json();
    let token = |member: &str| tokens[member].as_str().expect(member).to_owned();
    let refresh = token("refresh_token");
    let renew = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    assert_eq!(
        line.post_form("/token", &[("authorization", &basic)], &renew).await.expect("an answer").status,
        200
    );
    let path = format!("/register/{client_id}");
    let bearer = format!("Bearer {management}");
    let read = line.send("GET", &path, &[("authorization", &bearer)], "").await.expect("an answer");
    assert_eq!(read.status, 200);
    let revoke = [("token", refresh.as_str())];
    assert_eq!(
        line.post_form("/revoke", &[("authorization", &basic)], &revoke).await.expect("an answer").status,
        200
    );
    vec![
        key,
        secret,
        management,
        code,
        session,
        refresh,
        token("access_token"),
        ADMIN_PASSWORD.to_owned(),
        VERIFIER.to_owned(),
        "wls_wrong_secret_that_is_long".to_owned(),
        "a wrong password".to_owned(),
    ]
}

/// From the login page to the code; answers the code and the session cookie's value.
async fn consent(line: &mut Line, client_id: &str) -> (String, String) {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", client_id),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let page = line.send("GET", &format!("/authorize?{query}"), &[], "").await.expect("a page");
    let browser = cookie(&page.headers);
    let (csrf, interaction) =
        (hidden(&page.text(), "/login", "csrf"), hidden(&page.text(), "/login", "interaction"));
    let sign_in = async |line: &mut Line, password: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("interaction", &interaction),
            ("username", "admin"),
            ("password", password),
        ];
        line.post_form("/login", &[("cookie", &browser)], &fields).await.expect("an answer")
    };
    assert_eq!(sign_in(line, "a wrong password").await.status, 403);
    let signed_in = sign_in(line, ADMIN_PASSWORD).await;
    assert_eq!(signed_in.status, 303);
    let (session, path) = (cookie(&signed_in.headers), location(&signed_in.headers));
    let page = line.send("GET", &path, &[("cookie", &session)], "").await.expect("a page");
    let csrf = hidden(&page.text(), "/consent", "csrf");
    let fields = [("csrf", csrf.as_str()), ("decision", "allow")];
    let allowed = line
        .post_form(&format!("{path}/consent"), &[("cookie", &session)], &fields)
        .await
        .expect("an answer");
    let answer = location(&allowed.headers);
    let query = answer.split_once('?').expect("a query").1;
    let code = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .expect("a code")
        .1
        .into_owned();
    let session = session.split_once('=').expect("a cookie").1.to_owned();
    (code, session)
}

fn cookie(headers: &http::HeaderMap) -> String {
    let cookie = headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).expect("a cookie");
    cookie.split(';').next().expect("a pair").to_owned()
}

fn location(headers: &http::HeaderMap) -> String {
    headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).expect("a redirect").to_owned()
}

/// A hidden field of the form that is sent to an address with this ending.
fn hidden(page: &str, action: &str, name: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let selector = scraper::Selector::parse(&format!("form[action$='{action}'] input[name={name}]"))
        .expect("a selector");
    page.select(&selector).next().and_then(|input| input.attr("value")).expect(name).to_owned()
}

/// All files below the data directory but the master key, which is a secret by itself and none of these.
fn files(data: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(data).expect("the directory").flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}
