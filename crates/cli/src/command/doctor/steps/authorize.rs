//! Sending somebody to the server: whether they would get a page or an error. RFC 6749 §4.1.1, RFC 7636 §4.3.

use url::Url;

use super::{Stopped, Verdict, Visit, fails};
use crate::command::doctor::probe::Sent;

/// SHA-256 of a verifier that nobody will ever show.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) fn play(visit: &mut Visit<'_>) -> Result<(), Stopped> {
    let Some(registered) = visit.registered.clone() else {
        return Err(Verdict::NotTried("there is no client id without registering".to_owned()));
    };
    let endpoint = visit.text("authorization_endpoint").unwrap_or_default();
    let mut url = Url::parse(endpoint).map_err(|_| fails("authorization_endpoint is no URL"))?;
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", &registered.client_id),
        ("redirect_uri", visit.kind.redirect_uri),
        ("state", "af0ifjsldkj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    if visit.lists("scopes_supported", "openid") == Some(true) {
        url.query_pairs_mut().append_pair("scope", "openid");
    }
    // A browser goes there itself: no page of another origin sends it.
    let answer = visit.prober.send(Sent::get(url.as_str()));
    visit.said.push(answer.clone());
    let answer = answer.answer.map_err(Verdict::Fails)?;
    if answer.is_redirect() {
        return follow(visit, answer.header("location").unwrap_or_default(), &url);
    }
    if answer.is_success() {
        return Ok(());
    }
    let port = if visit.kind.redirect_uri.contains("://localhost:")
        || visit.kind.redirect_uri.contains("://127.0.0.1:")
    {
        "; a loopback redirect URI must match with any port (RFC 8252 §7.3)"
    } else {
        ""
    };
    Err(fails(format!("status {}; a page to sign in on was expected{port}", answer.status)))
}

/// A redirect leads on to a page to sign in on, or back to the client with an error.
fn follow(visit: &Visit<'_>, location: &str, from: &Url) -> Result<(), Stopped> {
    let target = from.join(location).map_err(|_| fails("a redirect to no URL"))?;
    let named =
        |name: &str| target.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    match named("error") {
        Some(error) => {
            let description = named("error_description").map_or_else(String::new, |text| format!(": {text}"));
            Err(fails(format!("back to the client with {error}{description}")))
        }
        None if target.as_str().starts_with(visit.kind.redirect_uri) => {
            Err(fails("back to the client without asking anybody"))
        }
        None => Ok(()),
    }
}
