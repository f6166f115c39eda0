//! Every route of the server on one page: path, methods, and who may call it from another site.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::discovery::path;
use http::StatusCode;

use crate::{
    app::App,
    endpoint::{
        health, introspect, jwks, metadata, metrics, register, registration, revoke, token, userinfo,
    },
    serve,
    web::{
        assets, base,
        flow::{authorize, interaction, login, logout},
        home,
        page::Problem,
        respond::PageError,
    },
    wire::{cors::open, host},
};

/// The routes, and the paths that the manual must name.
pub fn router(app: Arc<App>) -> Router {
    let prefix = app.config.issuer.path().to_owned();
    let routes = endpoints().merge(pages());
    let rooted = if prefix.is_empty() {
        routes
    } else {
        let below = middleware::from_fn_with_state(Arc::clone(&app), base::below_issuer);
        // Below a prefix, `/` means the prefix alone; people type a slash after it.
        let home = Router::new().route(&format!("{prefix}/"), get(home::show));
        Router::new().nest(&prefix, routes).merge(home).layer(below)
    };
    let routes = rooted
        .merge(well_known(&prefix))
        .merge(operation())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), only_our_host));
    serve::guard(routes, serve::Limits::default(), &app.metrics).with_state(app)
}

/// What programs call. Open to browsers of other sites where no cookie counts.
fn endpoints() -> Router<Arc<App>> {
    let mut router = Router::new().route(path::AUTHORIZE, get(authorize::get).post(authorize::post));
    for alias in [path::TOKEN, "/auth/token"] {
        router = router.route(alias, open(post(token::post), "POST"));
    }
    for alias in [path::REGISTER, "/auth/register"] {
        router = router.route(alias, open(post(register::post), "POST"));
    }
    for alias in ["/register/{client_id}", "/auth/register/{client_id}"] {
        let methods = get(registration::get).put(registration::put).delete(registration::delete);
        router = router.route(alias, open(methods, "GET, PUT, DELETE"));
    }
    for alias in [path::INTROSPECT, "/auth/introspect"] {
        router = router.route(alias, post(introspect::post));
    }
    for alias in [path::USERINFO, "/auth/userinfo"] {
        router = router.route(alias, open(get(userinfo::handle).post(userinfo::handle), "GET, POST"));
    }
    for alias in [path::JWKS, "/auth/jwks.json"] {
        router = router.route(alias, open(get(jwks::get), "GET"));
    }
    router.route(path::REVOKE, open(post(revoke::post), "POST"))
}

/// What people see.
fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::show))
        .route("/login", get(login::show).post(login::submit))
        .route(path::LOGOUT, get(logout::handle).post(logout::handle))
        .route("/interaction/{id}", get(interaction::show))
        .route("/interaction/{id}/consent", post(interaction::decide))
        .route("/interaction/{id}/account", post(interaction::account))
        .route("/assets/wayleave.css", get(assets::stylesheet))
        .route("/assets/form-post.js", get(assets::form_post_script))
}

/// The metadata document under every name that clients try: inserted before the issuer's path, after it, and at the root.
/// RFC 8414 §3.1, §5.
fn well_known(prefix: &str) -> Router<Arc<App>> {
    let mut paths = Vec::new();
    for name in ["oauth-authorization-server", "openid-configuration"] {
        paths.push(format!("/.well-known/{name}"));
        if !prefix.is_empty() {
            paths.push(format!("/.well-known/{name}{prefix}"));
            paths.push(format!("{prefix}/.well-known/{name}"));
        }
    }
    paths.iter().fold(Router::new(), |router, path| router.route(path, open(get(metadata::get), "GET")))
}

/// What operators call, wherever the issuer's path is.
fn operation() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz/live", get(health::live))
        .route("/healthz/ready", get(health::ready))
        .route("/metrics", get(metrics::get))
}

async fn not_found() -> PageError {
    Problem::NotFound.into()
}

async fn method_not_allowed() -> PageError {
    Problem::MethodNotAllowed.into()
}

/// Requests for a host that is not ours are misdirected, except those of the operator's own probes.
async fn only_our_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_probe = request.uri().path().starts_with("/healthz/") || request.uri().path() == "/metrics";
    if is_probe || host::is_ours(&request, &app.config) {
        next.run(request).await
    } else {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "this server does not answer for that host; see public_url and allowed_hosts\n",
        )
            .into_response()
    }
}
