//! Every route of the server on one page: path, methods, and who may call it from another site.

use std::sync::Arc;

use axum::{
    Extension, Router, middleware,
    response::Response,
    routing::{MethodRouter, get, post},
};
use domain::discovery::path;

use crate::{
    app::App,
    endpoint::{
        device_authorization, health, introspect, jwks, metadata, metrics, protected_resource, register,
        registration, revoke, token, userinfo,
    },
    front::{Callers, Fronts},
    jmap,
    serve::Limits,
    web::{
        assets, base, console,
        flow::{authorize, device, device_decision, interaction, login, logout, passkey, second_step},
        home,
        page::Problem,
        portal,
        respond::PageError,
        webadmin::{self, Itself},
    },
    wire::{error, host::Hosts},
};

/// The routes, and the paths that the manual must name.
pub fn router(app: Arc<App>) -> Router {
    let prefix = app.config.issuer.path().to_owned();
    let fronts = Fronts::new(Limits::default(), Hosts::of(&app.config), app.metrics.clone());
    let itself = Itself::new(wire(&app, &fronts), &app.config.issuer);
    let webui = webui(Routes::new(&fronts)).router.layer(Extension(itself));
    let routes = pages(management(endpoints(Routes::new(&fronts)))).router.merge(webui);
    let rooted = if prefix.is_empty() {
        routes
    } else {
        let below = middleware::from_fn_with_state(Arc::clone(&app), base::below_issuer);
        // Below a prefix, `/` means the prefix alone; people type a slash after it.
        let home = Routes::new(&fronts).page(&format!("{prefix}/"), get(home::show)).router;
        Router::new().nest(&prefix, routes).merge(home).layer(below)
    };
    let elsewhere = operation(well_known(Routes::new(&fronts), &prefix)).router;
    let nowhere = fronts.before_nothing(not_found).with_state(Arc::clone(&app));
    rooted.merge(elsewhere).fallback_service(nowhere).with_state(app)
}

/// What an OAuth client of this server needs of it, under the paths that the metadata name: the console calls them too.
fn wire(app: &Arc<App>, fronts: &Fronts) -> Router {
    let prefix = app.config.issuer.path();
    let endpoints = endpoints(Routes::new(fronts)).router;
    let rooted = if prefix.is_empty() { endpoints } else { Router::new().nest(prefix, endpoints) };
    rooted.merge(well_known(Routes::new(fronts), prefix).router).with_state(Arc::clone(app))
}

/// What programs call. Open to browsers of other sites where no cookie counts.
fn endpoints(mut routes: Routes) -> Routes {
    routes = routes.page(path::AUTHORIZE, get(authorize::get).post(authorize::post));
    for alias in [path::TOKEN, "/auth/token"] {
        routes = routes.open(alias, post(token::post), "POST");
    }
    for alias in [path::DEVICE_AUTHORIZATION, "/auth/device"] {
        routes = routes.open(alias, post(device_authorization::post), "POST");
    }
    for alias in [path::REGISTER, "/auth/register"] {
        routes = routes.open(alias, post(register::post), "POST");
    }
    for alias in ["/register/i/{token}", "/auth/register/i/{token}"] {
        routes = routes.open(alias, post(register::post_with_token), "POST");
    }
    for alias in ["/register/{client_id}", "/auth/register/{client_id}"] {
        let methods = get(registration::get).put(registration::put).delete(registration::delete);
        routes = routes.open(alias, methods, "GET, PUT, DELETE");
    }
    for alias in [path::INTROSPECT, "/auth/introspect"] {
        routes = routes.endpoint(alias, post(introspect::post));
    }
    for alias in [path::USERINFO, "/auth/userinfo"] {
        routes = routes.open(alias, get(userinfo::handle).post(userinfo::handle), "GET, POST");
    }
    for alias in [path::JWKS, "/auth/jwks.json"] {
        routes = routes.open(alias, get(jwks::get), "GET");
    }
    routes.open(path::REVOKE, post(revoke::post), "POST")
}

/// What administrators' programs call. No page of another site may read it: it is closed to them.
fn management(mut routes: Routes) -> Routes {
    for alias in ["/jmap", "/jmap/", "/api"] {
        routes = routes.endpoint(alias, post(jmap::post));
    }
    routes
        .endpoint("/jmap/session", get(jmap::session))
        .endpoint("/jmap/eventsource", get(jmap::event_source))
        .endpoint("/.well-known/jmap", get(jmap::well_known))
        .endpoint("/api/schema", get(jmap::schema))
        .endpoint("/api/schema/{hash}", get(jmap::schema_document))
        .endpoint("/api/account", get(jmap::account))
        .endpoint("/api/simulate/registration", post(jmap::simulate_registration))
}

/// What people see.
fn pages(routes: Routes) -> Routes {
    routes
        .page("/", get(home::show))
        .page("/login", get(login::show).post(login::submit))
        .page("/login/second-step", get(second_step::show).post(second_step::submit))
        .page("/login/passkey", post(passkey::submit))
        .page(path::LOGOUT, get(logout::handle).post(logout::handle))
        .page(path::DEVICE, get(device::show).post(device::submit))
        .page("/device/{id}", post(device_decision::decide))
        .page("/interaction/{id}", get(interaction::show))
        .page("/interaction/{id}/consent", post(interaction::decide))
        .page("/interaction/{id}/account", post(interaction::account))
        .page("/assets/wayleave.css", get(assets::stylesheet))
        .page("/assets/form-post.js", get(assets::form_post_script))
        .page("/assets/passkey.js", get(assets::passkey_script))
        .page("/assets/strength.js", get(assets::strength_script))
}

/// Accounts, groups, roles, tenants and keys in the console.
fn directory(mut routes: Routes) -> Routes {
    use console::{accounts, keys, roles, tenants};
    routes = routes
        .page("/admin/accounts", get(accounts::list))
        .page("/admin/accounts/new", get(accounts::edit::new).post(accounts::edit::create))
        .page("/admin/accounts/{id}", get(accounts::show::show).post(accounts::show::switch))
        .page("/admin/accounts/{id}/edit", get(accounts::edit::edit).post(accounts::edit::update))
        .page("/admin/accounts/{id}/delete", get(accounts::erase::ask).post(accounts::erase::erase))
        .page("/admin/accounts/{id}/password", get(accounts::password::show).post(accounts::password::set))
        .page(
            "/admin/accounts/{id}/second-factors",
            get(accounts::second_factors::ask).post(accounts::second_factors::reset),
        );
    routes = routes
        .page("/admin/groups", get(accounts::list))
        .page("/admin/groups/new", get(accounts::edit::new).post(accounts::edit::create))
        .page("/admin/groups/{id}", get(accounts::show::show).post(accounts::show::switch))
        .page("/admin/groups/{id}/edit", get(accounts::edit::edit).post(accounts::edit::update))
        .page("/admin/groups/{id}/delete", get(accounts::erase::ask).post(accounts::erase::erase));
    routes = routes
        .page("/admin/roles", get(roles::list))
        .page("/admin/roles/new", get(roles::edit::new).post(roles::edit::create))
        .page("/admin/roles/{id}", get(roles::show::show))
        .page("/admin/roles/{id}/edit", get(roles::edit::edit).post(roles::edit::update))
        .page("/admin/roles/{id}/delete", get(roles::erase::ask).post(roles::erase::erase));
    routes = routes
        .page("/admin/tenants", get(tenants::list))
        .page("/admin/tenants/new", get(tenants::edit::new).post(tenants::edit::create))
        .page("/admin/tenants/{id}", get(tenants::show::show))
        .page("/admin/tenants/{id}/edit", get(tenants::edit::edit).post(tenants::edit::update))
        .page("/admin/tenants/{id}/delete", get(tenants::erase::ask).post(tenants::erase::erase));
    routes
        .page("/admin/keys", get(keys::list))
        .page("/admin/keys/{kind}/{id}", get(keys::show::show).post(keys::show::revoke))
}

/// Who may register what in the console.
fn registering(routes: Routes) -> Routes {
    use console::{initial_access_tokens as tokens, registration as policies};
    routes
        .page("/admin/registration", get(policies::list).post(policies::apply_preset))
        .page("/admin/registration/new", get(policies::edit::new).post(policies::edit::create))
        .page("/admin/registration/try", get(policies::simulate::show).post(policies::simulate::answer))
        .page("/admin/registration/{id}", get(policies::edit::edit).post(policies::edit::update))
        .page("/admin/registration/{id}/delete", get(policies::erase::ask).post(policies::erase::erase))
        .page("/admin/initial-access-tokens", get(tokens::list))
        .page("/admin/initial-access-tokens/new", get(tokens::new::show).post(tokens::new::create))
        .page("/admin/initial-access-tokens/{id}", get(tokens::show::show).post(tokens::show::act))
}

/// The console and the portal.
fn webui(routes: Routes) -> Routes {
    registering(directory(routes))
        .page("/admin/oauth/callback", get(webadmin::callback))
        .page("/account/oauth/callback", get(webadmin::callback))
        .page("/admin", get(console::overview::show))
        .page("/admin/clients", get(console::clients::list).post(console::clients::bulk::act))
        .page("/admin/clients/new", get(console::clients::edit::new).post(console::clients::edit::create))
        .page(
            "/admin/clients/wizard",
            get(console::clients::wizard::ask).post(console::clients::wizard::answer),
        )
        .page("/admin/clients/{id}", get(console::clients::show::show))
        .page(
            "/admin/clients/{id}/edit",
            get(console::clients::edit::edit).post(console::clients::edit::update),
        )
        .page(
            "/admin/clients/{id}/approval",
            get(console::clients::approval::ask).post(console::clients::approval::decide),
        )
        .page(
            "/admin/clients/{id}/delete",
            get(console::clients::erase::ask).post(console::clients::erase::erase),
        )
        .page("/admin/audit", get(console::audit::list))
        .page("/admin/audit/{id}", get(console::audit::event::show))
        .page("/admin/provider", get(console::provider::show).post(console::provider::save))
        .page("/admin/signing-keys", get(console::signing_keys::list).post(console::signing_keys::rotate))
        .page(
            "/admin/signing-keys/{kid}/revoke",
            get(console::signing_keys::ask).post(console::signing_keys::revoke),
        )
        .page("/account", get(portal::profile::show).post(portal::profile::save))
        .page("/account/sign-in-again", get(webadmin::sign_in_again))
        .page("/account/security", get(portal::security::show))
        .page("/account/security/password", post(portal::security::password::change))
        .page("/account/security/strength", post(portal::security::strength::ask))
        .page(
            "/account/security/totp",
            get(portal::security::totp::set_up).post(portal::security::totp::confirm),
        )
        .page("/account/security/totp/remove", post(portal::security::totp::remove))
        .page("/account/security/recovery-codes", post(portal::security::totp::new_codes))
        .page("/account/security/passkeys", post(portal::security::passkeys::add))
        .page("/account/security/passkeys/{id}", post(portal::security::passkeys::change))
        .page("/account/sessions", get(portal::sessions::show).post(portal::sessions::end))
        .page("/account/apps", get(portal::apps::show).post(portal::apps::withdraw))
        .page("/account/activity", get(portal::activity::show))
        .page("/account/api-keys", get(portal::keys::api_keys))
        .page("/account/api-keys/new", get(portal::keys::new_api_key).post(portal::keys::create_api_key))
        .page("/account/api-keys/{id}/revoke", post(portal::keys::revoke_api_key))
        .page("/account/app-passwords", get(portal::keys::app_passwords))
        .page(
            "/account/app-passwords/new",
            get(portal::keys::new_app_password).post(portal::keys::create_app_password),
        )
        .page("/account/app-passwords/{id}/revoke", post(portal::keys::revoke_app_password))
}

/// The metadata document under every name that clients try: inserted before the issuer's path, after it, and at the root.
/// RFC 8414 §3.1, §5.
fn well_known(routes: Routes, prefix: &str) -> Routes {
    let mut paths = Vec::new();
    for name in ["oauth-authorization-server", "openid-configuration"] {
        paths.push(format!("/.well-known/{name}"));
        if !prefix.is_empty() {
            paths.push(format!("/.well-known/{name}{prefix}"));
            paths.push(format!("{prefix}/.well-known/{name}"));
        }
    }
    let mut routes = paths.iter().fold(routes, |routes, path| routes.open(path, get(metadata::get), "GET"));
    for path in resource_metadata(prefix) {
        routes = routes.open(&path, get(protected_resource::get), "GET");
    }
    if prefix.is_empty() { routes } else { routes.endpoint("/.well-known/jmap", get(jmap::well_known)) }
}

/// RFC 9728 §3.1: inserted before the path of the resource; and at the root, where clients look that know only the host.
fn resource_metadata(prefix: &str) -> Vec<String> {
    let root = "/.well-known/oauth-protected-resource";
    if prefix.is_empty() { vec![root.to_owned()] } else { vec![root.to_owned(), format!("{root}{prefix}")] }
}

/// What operators call, wherever the issuer's path is.
fn operation(routes: Routes) -> Routes {
    routes
        .probe("/healthz/live", get(health::live))
        .probe("/healthz/ready", get(health::ready))
        .probe("/metrics", get(metrics::get))
}

async fn not_found() -> PageError {
    Problem::NotFound.into()
}

async fn no_such_method_of_a_page() -> PageError {
    Problem::MethodNotAllowed.into()
}

async fn no_such_method() -> Response {
    error::method_not_allowed()
}

/// Routes, each behind the front that its callers need.
struct Routes {
    fronts: Fronts,
    router: Router<Arc<App>>,
}

impl Routes {
    fn new(fronts: &Fronts) -> Self {
        Self { fronts: fronts.clone(), router: Router::new() }
    }

    fn page(mut self, path: &str, methods: MethodRouter<Arc<App>>) -> Self {
        let front = self.fronts.before(path, methods, Callers::OwnSite, no_such_method_of_a_page);
        self.router = self.router.route(path, front);
        self
    }

    fn endpoint(self, path: &str, methods: MethodRouter<Arc<App>>) -> Self {
        self.program(path, methods, Callers::OwnSite)
    }

    /// `names` are the methods that browsers of other sites may use.
    fn open(self, path: &str, methods: MethodRouter<Arc<App>>, names: &'static str) -> Self {
        self.program(path, methods, Callers::EverySite(names))
    }

    fn probe(self, path: &str, methods: MethodRouter<Arc<App>>) -> Self {
        self.program(path, methods, Callers::Probes)
    }

    fn program(mut self, path: &str, methods: MethodRouter<Arc<App>>, callers: Callers) -> Self {
        self.router = self.router.route(path, self.fronts.before(path, methods, callers, no_such_method));
        self
    }
}
