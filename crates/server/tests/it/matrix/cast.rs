//! Two tenants and everybody who has to do with them.

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use crate::world::{Browser, Call, Client, Form, Jmap, PASSWORD, World};

/// Everybody, in the order of the columns of every table.
pub(super) const ACTORS: [Actor; 9] = [
    Actor::Anonymous,
    Actor::PublicClient,
    Actor::ConfidentialClient,
    Actor::ResourceServer,
    Actor::EndUser,
    Actor::Administrator,
    Actor::Viewer,
    Actor::OtherAdministrator,
    Actor::System,
];

/// Those with an account, in the order of the last columns.
pub(super) const PEOPLE: [Actor; 5] =
    [Actor::EndUser, Actor::Administrator, Actor::Viewer, Actor::OtherAdministrator, Actor::System];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    Anonymous,
    /// Registered within the tenant, and nobody vouches for it.
    PublicClient,
    ConfidentialClient,
    /// A confidential client that tokens of others are shown to.
    ResourceServer,
    EndUser,
    /// Administers the tenant.
    Administrator,
    /// Reads everything of the tenant.
    Viewer,
    /// Administers another tenant.
    OtherAdministrator,
    System,
}

/// Somebody with an account.
struct Person {
    /// An API key that may do what the account may.
    key: String,
    browser: Browser,
}

pub(super) struct Cast {
    pub(super) world: World,
    /// The id of the tenant that everything is about.
    pub(super) tenant: String,
    pub(super) end_user_id: String,
    pub(super) public: Client,
    pub(super) confidential: Client,
    pub(super) resource_server: Client,
    /// What the end user allowed the two clients.
    public_token: String,
    confidential_token: String,
    own_token: String,
    people: Vec<Person>,
}

impl Cast {
    pub(super) async fn assembled(world: &World) -> Self {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        let (tenant, administrator) = world.managed_tenant("acme").await;
        let (_, _) = world.managed_tenant("other").await;
        let end_user = json!({ "name": "eve", "secret": PASSWORD });
        let end_user_id = id(&administrator.create("x:Account/set", end_user).await);
        let viewer = json!({ "description": "Viewer", "enabledPermissions": viewing() });
        let viewer = id(&administrator.create("x:Role/set", viewer).await);
        let roles = json!({ "@type": "Custom", "roleIds": { viewer: true } });
        let viewer = json!({ "name": "viewer", "secret": PASSWORD, "roles": roles });
        administrator.create("x:Account/set", viewer).await;
        let mut people = Vec::new();
        for name in ["eve", "admin-of-acme", "viewer", "admin-of-other"] {
            people.push(Person::signed_in(world, name, PASSWORD).await);
        }
        people.push(Person::signed_in(world, "admin", crate::world::ADMIN_PASSWORD).await);
        let key = &people[1].key;
        let register = async |metadata: Value| world.client_of(&world.register_with(key, metadata).await);
        let public = register(registration(AuthMethod::None)).await;
        let confidential = register(registration(AuthMethod::ClientSecretBasic)).await;
        let resource_server = register(registration(AuthMethod::ClientSecretBasic)).await;
        let public_token = public.tokens(&mut people[0].browser).await.text("access_token");
        let confidential_token = confidential.tokens(&mut people[0].browser).await.text("access_token");
        let own_token = resource_server.client_credentials("read").await.is(200).text("access_token");
        Self {
            world: world.clone(),
            tenant,
            end_user_id,
            public,
            confidential,
            resource_server,
            public_token,
            confidential_token,
            own_token,
            people,
        }
    }

    /// The API key of somebody with an account, the access token of a client.
    pub(super) fn bearer(&self, actor: Actor) -> Option<&str> {
        match actor {
            Actor::Anonymous => None,
            Actor::PublicClient => Some(&self.public_token),
            Actor::ConfidentialClient => Some(&self.confidential_token),
            Actor::ResourceServer => Some(&self.own_token),
            Actor::EndUser
            | Actor::Administrator
            | Actor::Viewer
            | Actor::OtherAdministrator
            | Actor::System => self.person(actor).map(|person| person.key.as_str()),
        }
    }

    /// A call with what the caller has.
    pub(super) fn by(&self, actor: Actor, call: Call) -> Call {
        match self.bearer(actor) {
            Some(bearer) => call.bearer(bearer),
            None => call,
        }
    }

    /// A form to an endpoint of OAuth: clients prove themselves, others present what they have.
    pub(super) fn form_by(&self, actor: Actor, path: &str, form: Form) -> Call {
        let client = match actor {
            Actor::PublicClient => &self.public,
            Actor::ConfidentialClient => &self.confidential,
            Actor::ResourceServer => &self.resource_server,
            Actor::Anonymous
            | Actor::EndUser
            | Actor::Administrator
            | Actor::Viewer
            | Actor::OtherAdministrator
            | Actor::System => return self.by(actor, self.world.post(path).form(&form)),
        };
        client.call(path, form)
    }

    /// A call from the browser of somebody who is signed in, and of everybody else from one that never was here.
    pub(super) fn in_browser(&self, actor: Actor, call: Call) -> Call {
        let call = call.header("origin", &self.world.origin()).header("sec-fetch-site", "same-origin");
        match self.person(actor) {
            Some(person) => person.browser.with_cookies(call),
            None => call,
        }
    }

    pub(super) fn jmap(&self, actor: Actor) -> Jmap {
        self.world.jmap(self.bearer(actor).expect("a key"))
    }

    /// The browser of the end user.
    pub(super) fn end_user(&mut self) -> &mut Browser {
        &mut self.people[0].browser
    }

    /// A client of the tenant that only the public client's owner can manage, by its id and its registration access token.
    pub(super) async fn registered(&self, actor: Actor) -> Client {
        let key = self.bearer(actor).expect("a key");
        self.world.client_of(&self.world.register_with(key, registration(AuthMethod::None)).await)
    }

    fn person(&self, actor: Actor) -> Option<&Person> {
        let place = PEOPLE.iter().position(|person| *person == actor)?;
        self.people.get(place)
    }
}

impl Person {
    async fn signed_in(world: &World, name: &str, password: &str) -> Self {
        let made = world
            .jmap_of(name, password)
            .create("x:ApiKey/set", json!({ "description": "a key of a test" }))
            .await;
        let mut browser = world.browser();
        browser.sign_in(name, password).await;
        // A visit of the portal, which one has to allow, counts for the console too.
        browser.get("/account").await.page();
        browser.allow().await.page();
        Self { key: made["secret"].as_str().expect("a secret").to_owned(), browser }
    }
}

pub(super) fn id(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

fn registration(method: AuthMethod) -> Value {
    let mut grant_types = vec!["authorization_code", "refresh_token", crate::device::DEVICE_CODE];
    if method != AuthMethod::None {
        grant_types.push("client_credentials");
    }
    json!({
        "redirect_uris": ["https://app.example/callback"],
        "token_endpoint_auth_method": method,
        "grant_types": grant_types,
        "scope": "openid offline_access read",
    })
}

/// Everything that reads within a tenant.
fn viewing() -> Vec<String> {
    let mut names = vec!["authenticate".to_owned()];
    for object in
        ["oauth-client", "account", "role", "audit-event", "registration-policy", "initial-access-token"]
    {
        names.extend([format!("{object}-get"), format!("{object}-query")]);
    }
    // A key of its own, to read with.
    names.extend(["api-key-get", "api-key-query", "api-key-create"].map(str::to_owned));
    names
}
