//! Where this server's own paths begin: at the root, or below the path of the issuer.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::app::App;

tokio::task_local! {
    static BASE: String;
}

/// What stands before the paths in the links and forms of the page that is being rendered: nothing, or `/tenant`.
pub fn path() -> String {
    BASE.try_with(Clone::clone).unwrap_or_default()
}

/// Renders the pages of a request below the issuer's path.
pub async fn below_issuer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    BASE.scope(app.config.issuer.path().to_owned(), next.run(request)).await
}
