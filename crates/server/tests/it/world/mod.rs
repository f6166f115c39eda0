//! A world for a test: a server of its own over real TCP, and everybody who talks to it.
//!
//! ```text
//! both! {
//!     async fn a_code_is_good_once(world: World) {
//!         let client = world.public_client().await;              // or confidential_client(AuthMethod::…), verified_client(),
//!         let mut alice = world.alice().await;                   //    unregistered_client("id"), client(json!({…}))
//!         let code = alice.consented(&client).await.code();      // authorize(&client) → the page; then allow() or deny()
//!         client.exchange(&code).await.is(200);
//!         client.exchange(&code).await.refuses("invalid_grant"); // status by the table, shape, no-store
//!     }
//! }
//! ```
//!
//! * The scene: `settings(name, value)`, `account(name, password)`, `admin()`, `api_key(&account, &[permissions])`, `sql(…)`,
//!   `rows(…)`, `restart()`, `restart_under(path)`, `app()`. What these change is in force when they return.
//! * Registration: `register(json)` as a stranger, `register_with(&key, json)`.
//! * [`Call`]: any other request: `world.get(path)`, `world.post(path)`, `world.call(method, path)`, then `.form(…)`, `.json(…)`,
//!   `.bearer(…)`, `.basic(…)`, `.header(…)`, `.send().await`. Redirects are answers; nothing is followed. `world.raw(bytes)` sends
//!   what is no request.
//! * [`Answer`]: `.is(status)`, `.refuses(code)`, `.text(member)`, `.json`, `.header(name)`.
//! * [`Form`]: parameters in order: `.with(name, value)` replaces, `.also` repeats, `.without` removes. `client.request()` is a
//!   right authorization request, `client.code_form(code)` and `Form::refresh(token)` are right token requests;
//!   `client.token(form)` sends one with the client's authentication, `client.post(path, form)` to any endpoint.
//! * [`Browser`]: cookies and the current page: `get`, `authorize`, `sign_in`, `allow`, `deny`, `press(button, fields)`. What comes
//!   back is an [`Arrival`]: a page of this server, or a redirect away from it, which is not followed.
//! * Tokens: `client.tokens(&mut alice)`, `client.exchange(code)`, `.refresh(token)`, `.client_credentials(scope)`,
//!   `.revoke(token)`; `world.introspect(token)`, `world.userinfo(token)`; [`jwt`] reads what a token says.

#[macro_use]
pub(crate) mod both;
mod acts;
mod answer;
mod browser;
mod call;
mod client;
mod form;
mod itself;
pub(crate) mod jwt;
pub(crate) mod key;
mod management;
mod page;
mod people;
pub(crate) mod place;
pub(crate) mod program;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use server::{
    admin,
    app::App,
    clock,
    config::{Config, Issuer},
    start::start,
};
use store::{Batch, Memory, Query, Row, Statement};
use tokio::{sync::oneshot, task::JoinHandle};

pub(crate) use self::{
    answer::Answer,
    browser::Browser,
    call::Call,
    client::{Client, REDIRECT_URI},
    form::Form,
    management::{Jmap, USING},
    page::{Arrival, Page, Redirect},
    people::PASSWORD,
    place::Place,
};

/// The password of `admin`.
pub(crate) const ADMIN_PASSWORD: &str = "correct horse battery staple";

/// A running server and its surroundings. Clones are the same world.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    place: Place,
    address: SocketAddr,
    server: Mutex<Option<Server>>,
    /// A key that may introspect any token, made when it is first needed.
    introspector: tokio::sync::OnceCell<String>,
}

struct Server {
    app: Arc<App>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl World {
    pub(crate) async fn start(place: Place) -> Self {
        let (server, address) = Server::start(place.config(0)).await;
        Self(Arc::new(Inner {
            place,
            address,
            server: Mutex::new(Some(server)),
            introspector: tokio::sync::OnceCell::new(),
        }))
    }

    /// Stops the server and starts it again with the same data and on the same port.
    pub(crate) async fn restart(&self) {
        self.restart_with(|_| {}).await;
    }

    /// Restarts it with another configuration, for this once. The issuer may be any: requests go to the same port.
    pub(crate) async fn restart_with(&self, change: impl FnOnce(&mut Config)) {
        self.stop().await;
        let mut config = self.0.place.config(self.0.address.port());
        change(&mut config);
        let (server, _) = Server::start(config).await;
        *self.0.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// Starts the server again with an issuer that has this path. Targets of requests still begin at the root.
    pub(crate) async fn restart_under(&self, path: &str) {
        let issuer =
            Issuer::parse(&format!("http://localhost:{}{path}", self.0.address.port())).expect("an issuer");
        self.restart_with(|config| config.issuer = issuer).await;
    }

    /// The server's inside, for what cannot be asked from outside.
    pub(crate) fn app(&self) -> Arc<App> {
        let server = self.0.server.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&server.as_ref().expect("the server runs").app)
    }

    pub(crate) fn issuer(&self) -> String {
        self.app().issuer().to_owned()
    }

    /// Scheme, host and port of the issuer.
    pub(crate) fn origin(&self) -> String {
        self.app().config.issuer.origin()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Changes a setting.
    pub(crate) async fn settings(&self, name: &str, value: Value) {
        let app = self.app();
        // As if it had been set a minute ago: a key that it makes signs.
        let then = clock::now().minus(Duration::from_mins(1));
        let changes = [(name, value)];
        let (sealer, actor) = (&app.key_sealer, admin::actor::Actor::host());
        let set = admin::settings::set(&app.store, sealer, &changes, &actor, &app.chance, then);
        set.await.expect("a setting");
        app.refresh().await.expect("the settings in force");
    }

    /// Changes rows past every rule, for what would take too long to wait for. Answers nothing; the statement must be right.
    pub(crate) async fn sql(&self, sql: &'static str, values: impl Into<Vec<store::Value>>) {
        let mut batch = Batch::new();
        batch.push(Statement::new(sql, values).changing(Memory::Clients));
        let outcome = self.app().store.commit(batch).await.expect("a statement");
        assert!(outcome.is_committed());
    }

    /// Reads rows past every rule.
    pub(crate) async fn rows(&self, sql: &'static str, values: impl Into<Vec<store::Value>>) -> Vec<Row> {
        self.app().store.read(Query::new(sql, values)).await.expect("rows")
    }

    /// Stops the server and takes everything away.
    pub(crate) async fn end(&self) {
        self.stop().await;
        self.0.place.end();
    }

    async fn stop(&self) {
        let server = self.0.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            let _ = server.stop.send(());
            server.served.await.expect("the server stops in peace");
        }
    }
}

impl Server {
    async fn start(config: Config) -> (Self, SocketAddr) {
        let running = start(config, None).await.expect("a start");
        let (address, app) = (running.address, Arc::clone(&running.app));
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(running.run(async {
            let _ = stopped.await;
        }));
        (Self { app, stop, served }, address)
    }
}
