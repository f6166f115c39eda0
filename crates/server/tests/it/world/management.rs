//! Whoever administers over JMAP: RFC 8620.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::directory::access::KeyPermissions;
use serde_json::{Value, json};
use server::admin::account_keys::Draft as NewKey;

use super::{Answer, PASSWORD, World};

/// What every request of existing tools uses.
pub(crate) const USING: [&str; 2] = ["urn:ietf:params:jmap:core", "urn:stalwart:jmap"];

/// A world as one credential sees it.
pub(crate) struct Jmap {
    world: World,
    /// The value of the `Authorization` header.
    credential: String,
}

impl World {
    /// An API key of `admin` that may do everything.
    pub(crate) async fn admin_key(&self) -> String {
        let new = NewKey {
            description: "everything".to_owned(),
            permissions: KeyPermissions::Inherit,
            allowed_ips: Vec::new(),
            expires_at: None,
        };
        self.api_key_with(&self.admin().await, new).await
    }

    /// Management by whoever presents this bearer credential.
    pub(crate) fn jmap(&self, credential: &str) -> Jmap {
        Jmap { world: self.clone(), credential: format!("Bearer {credential}") }
    }

    /// Management by an account that presents its password.
    pub(crate) fn jmap_of(&self, name: &str, password: &str) -> Jmap {
        let credential = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        Jmap { world: self.clone(), credential }
    }

    /// A new tenant by its id, and management by its administrator, who is called `admin-of-{name}`.
    pub(crate) async fn managed_tenant(&self, name: &str) -> (String, Jmap) {
        let everything = self.admin_jmap().await;
        let tenant =
            everything.create("x:Tenant/set", json!({ "name": name, "roles": { "@type": "Admin" } })).await;
        let id = tenant["id"].as_str().expect("an id").to_owned();
        let administrator = format!("admin-of-{name}");
        let account = json!({ "name": administrator, "memberTenantId": id, "roles": { "@type": "Admin" }, "secret": PASSWORD });
        everything.create("x:Account/set", account).await;
        let by_password = self.jmap_of(&administrator, PASSWORD);
        let key = by_password.create("x:ApiKey/set", json!({ "description": "a key of a test" })).await;
        (id, self.jmap(key["secret"].as_str().expect("a secret")))
    }

    /// Management by somebody who may do everything.
    pub(crate) async fn admin_jmap(&self) -> Jmap {
        self.jmap(&self.admin_key().await)
    }
}

impl Jmap {
    /// A request of these calls, whatever it answers.
    pub(crate) async fn request(&self, method_calls: Value) -> Answer {
        self.send(&json!({ "using": USING, "methodCalls": method_calls })).await
    }

    pub(crate) async fn send(&self, body: &Value) -> Answer {
        self.world.post("/jmap").header("authorization", &self.credential).json(body).send().await
    }

    /// The method responses of these calls.
    pub(crate) async fn calls(&self, method_calls: Value) -> Value {
        self.request(method_calls).await.is(200).json["methodResponses"].clone()
    }

    /// The arguments of the response to one call.
    #[track_caller]
    pub(crate) fn call(&self, name: &'static str, arguments: Value) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let response = self.calls(json!([[name, arguments, "c"]])).await;
            assert_eq!(response[0][0], name, "{response} at {place}");
            response[0][1].clone()
        }
    }

    /// The type of the error that one call answers.
    pub(crate) async fn error(&self, name: &str, arguments: Value) -> String {
        let response = self.calls(json!([[name, arguments, "c"]])).await;
        assert_eq!(response[0][0], "error", "{response}");
        response[0][1]["type"].as_str().expect("a type").to_owned()
    }

    /// The one object with this id.
    pub(crate) async fn get(&self, name: &'static str, id: &str) -> Value {
        self.call(name, json!({ "ids": [id] })).await["list"][0].clone()
    }

    pub(crate) async fn get_from(&self, path: &str) -> Answer {
        self.world.get(path).header("authorization", &self.credential).send().await
    }

    /// Creates one object and answers what the server set.
    #[track_caller]
    pub(crate) fn create(&self, name: &'static str, record: Value) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let set = self.call(name, json!({ "create": { "n0": record } })).await;
            assert!(set["created"]["n0"]["id"].is_string(), "{set} at {place}");
            set["created"]["n0"].clone()
        }
    }

    /// Why one object is not created.
    pub(crate) async fn not_created(&self, name: &'static str, record: Value) -> Value {
        let set = self.call(name, json!({ "create": { "n0": record } })).await;
        set["notCreated"]["n0"].clone()
    }

    /// Changes one object and answers what is other than the patch made it.
    #[track_caller]
    pub(crate) fn update(&self, name: &'static str, id: &str, patch: Value) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let set = self.call(name, json!({ "update": { id: patch } })).await;
            assert!(set["updated"].get(id).is_some(), "{set} at {place}");
            set["updated"][id].clone()
        }
    }

    /// Why one object is not changed.
    pub(crate) async fn not_updated(&self, name: &'static str, id: &str, patch: Value) -> Value {
        let set = self.call(name, json!({ "update": { id: patch } })).await;
        set["notUpdated"][id].clone()
    }

    /// The ids that a query finds.
    pub(crate) async fn find(&self, name: &'static str, filter: Value) -> Vec<String> {
        let found = self.call(name, json!({ "filter": filter })).await;
        let ids = found["ids"].as_array().expect("ids").iter();
        ids.map(|id| id.as_str().expect("an id").to_owned()).collect()
    }
}
