//! Forms that the page of an application posted here.

use axum::response::Response;
use domain::parameters::Parameters;
use http::HeaderMap;

use crate::{app::App, web::respond, wire::cookie};

/// The longest query that is asked for.
const MAX_QUERY: usize = 8 * 1024;

/// Sends the browser here once more by `GET`, when another site posted `form` to `path`: such a form comes without our cookies
/// (`SameSite=Lax`), a navigation with them, and whoever is signed in would seem not to be. `None` when the form may be answered as it is.
pub fn by_get(app: &App, headers: &HeaderMap, path: &str, form: &Parameters) -> Option<Response> {
    let is_foreign = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let has_session = cookie::read(headers, &app.config.issuer, cookie::SESSION).is_some();
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(form.iter()).finish();
    let is_wanted = is_foreign && !has_session && query.len() <= MAX_QUERY;
    is_wanted.then(|| respond::see_other(&format!("{}{path}?{query}", app.config.issuer.path())))
}
