//! A response: what the calls of a request answered, in order. RFC 8620 §3.4.

use serde_json::{Value, json};

use crate::{creation::CreatedIds, invocation::Invocation, state::State};

/// Everything that goes back to the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub method_responses: Vec<Invocation>,
    /// Present only if the request had it.
    pub created_ids: Option<CreatedIds>,
    /// The `state` of the session as it is now.
    pub session_state: State,
}

impl Response {
    pub fn into_json(self) -> Value {
        let responses: Vec<_> = self.method_responses.into_iter().map(Invocation::into_json).collect();
        let mut response =
            json!({ "methodResponses": responses, "sessionState": self.session_state.as_str() });
        if let (Some(created_ids), Some(members)) = (self.created_ids, response.as_object_mut()) {
            members.insert("createdIds".to_owned(), created_ids.to_json());
        }
        response
    }
}
