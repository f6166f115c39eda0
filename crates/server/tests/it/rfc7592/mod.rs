//! A client reads, replaces and deletes its registration: RFC 7592, as far as only HTTP can show it.

mod a_disabled_client;
mod an_expired_client;
mod any_bytes;
mod s2_1_read;
mod s2_2_replace;
mod s2_2_what_users_allowed;
mod s2_3_delete;
mod s2_who_may_manage;
mod s3_a_lost_answer;

use http::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Call, World};

/// Whoever registered a client: where it is managed, and with which token.
#[derive(Clone)]
pub(crate) struct Owner {
    world: World,
    pub(crate) uri: String,
    pub(crate) token: String,
}

impl Owner {
    /// The owner of what this registration answered.
    pub(crate) fn of(world: &World, registration: &Value) -> Self {
        let text = |member: &str| registration[member].as_str().expect(member).to_owned();
        Self {
            world: world.clone(),
            uri: text("registration_client_uri"),
            token: text("registration_access_token"),
        }
    }

    /// The same owner with another token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub(crate) fn call(&self, method: Method) -> Call {
        self.world.call(method, &self.uri).bearer(&self.token)
    }

    pub(crate) async fn get(&self) -> Answer {
        self.call(Method::GET).send().await
    }

    /// Replaces the registration, and remembers the new token.
    pub(crate) async fn put(&mut self, body: &Value) -> Answer {
        let answer = self.call(Method::PUT).json(body).send().await;
        if answer.status == 200 {
            self.token = answer.text("registration_access_token");
        }
        answer
    }

    pub(crate) async fn delete(&self) -> Answer {
        self.call(Method::DELETE).send().await
    }
}

/// What was registered, in the form in which it may be sent back.
pub(crate) fn replacement(registration: &Value) -> Value {
    let mut body = registration.clone();
    let members = body.as_object_mut().expect("an object");
    for issued in [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ] {
        members.remove(issued);
    }
    body
}

/// [`replacement`] with `members` added or replaced; null takes one away.
fn replacement_with(registration: &Value, members: &Value) -> Value {
    let mut body = replacement(registration);
    for (name, value) in members.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body.as_object_mut().expect("an object").retain(|_, value| *value != json!(null));
    body
}
