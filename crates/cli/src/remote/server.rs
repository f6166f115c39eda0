//! The order of requests that every command begins with, and method calls. RFC 8620 §3.

use serde_json::{Value, json};

use super::{
    credential::Credential,
    http::{Answer, Http},
    refusal,
};
use crate::{failure::Failure, schema::Schema};

const USING: [&str; 2] = ["urn:ietf:params:jmap:core", "urn:stalwart:jmap"];

/// A server that was found, with its schema.
pub(crate) struct Server {
    http: Http,
    credential: Credential,
    pub(crate) schema: Schema,
    api: String,
    account_id: Option<String>,
    /// The most objects of one call.
    pub(crate) most_objects: usize,
}

/// One method call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) arguments: Value,
}

impl Call {
    /// `x:OAuthClient/get` and the like.
    pub(crate) fn new(wire_name: &str, verb: &str, arguments: Value) -> Self {
        Self { method: format!("{wire_name}/{verb}"), arguments }
    }
}

impl Server {
    /// Asks for the name of the schema document, for the document, and for the session.
    pub(crate) fn open(http: Http, credential: Credential) -> Result<Self, Failure> {
        let mut server = Self {
            http,
            credential,
            schema: Schema::read(&Value::Null),
            api: String::new(),
            account_id: None,
            most_objects: 500,
        };
        let named = server.get(&server.http.url().below("/api/schema"))?;
        let hash = named.location.as_deref().and_then(|location| location.rsplit('/').next());
        let is_hash = |hash: &&str| {
            !hash.is_empty()
                && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        let (301 | 302 | 303 | 307 | 308, Some(hash)) = (named.status, hash.filter(is_hash)) else {
            return Err(refusal::of_answer(&named));
        };
        let document = server.get(&server.http.url().below(&format!("/api/schema/{hash}")))?;
        server.schema = Schema::read(&body(&document)?);
        let session = body(&server.get(&server.http.url().below("/jmap/session"))?)?;
        let api =
            session.get("apiUrl").and_then(Value::as_str).and_then(|api| server.http.url().at_origin(api));
        server.api = api.ok_or_else(|| Failure::refused("apiUrl", "the session of the server has none"))?;
        let primary = session.get("primaryAccounts").and_then(|accounts| accounts.get(USING[1]));
        server.account_id = primary.and_then(Value::as_str).map(str::to_owned);
        let core = session.get("capabilities").and_then(|capabilities| capabilities.get(USING[0]));
        let limit = |name: &str| core?.get(name)?.as_u64().and_then(|limit| usize::try_from(limit).ok());
        let limits = [limit("maxObjectsInGet"), limit("maxObjectsInSet"), Some(500)];
        server.most_objects = limits.into_iter().flatten().min().unwrap_or(500).max(1);
        Ok(server)
    }

    /// Calls methods in one request and answers what each said, in order. The first that refuses is a failure.
    pub(crate) fn call(&self, calls: &[Call]) -> Result<Vec<Value>, Failure> {
        let with_account = |call: &Call| {
            let mut arguments = call.arguments.clone();
            if let (Some(account_id), Some(members)) = (&self.account_id, arguments.as_object_mut()) {
                members.insert("accountId".to_owned(), json!(account_id));
            }
            arguments
        };
        let invocations: Vec<_> = calls
            .iter()
            .enumerate()
            .map(|(at, call)| json!([call.method, with_account(call), format!("c{at}")]))
            .collect();
        let request = json!({ "using": USING, "methodCalls": invocations });
        let answer = body(&self.send(|http, token| http.post_json(&self.api, token, &request))?)?;
        let responses = answer.get("methodResponses").and_then(Value::as_array);
        let responses = responses.map(Vec::as_slice).unwrap_or_default();
        let mut said = Vec::with_capacity(calls.len());
        for (at, call) in calls.iter().enumerate() {
            let response = responses.get(at).and_then(Value::as_array).map(Vec::as_slice);
            let Some([Value::String(name), arguments, _]) = response else {
                return Err(Failure::refused(&call.method, "the server did not answer it"));
            };
            if name == "error" {
                return Err(Failure::Refused(refusal::of_method(&call.method, arguments)));
            }
            said.push(arguments.clone());
        }
        Ok(said)
    }

    /// Calls one method.
    pub(crate) fn call_one(&self, call: Call) -> Result<Value, Failure> {
        Ok(self.call(&[call])?.pop().unwrap_or_default())
    }

    /// Sends what calls itself JSON to a path of the management API.
    pub(crate) fn post_text(&self, path: &str, text: &str) -> Result<Value, Failure> {
        let target = self.http.url().below(path);
        body(&self.send(|http, token| http.post_text(&target, token, text))?)
    }

    fn get(&self, target: &str) -> Result<Answer, Failure> {
        self.send(|http, token| http.get(target, Some(token)))
    }

    /// Sends a request; once more when the login's token was refused and another could be had.
    fn send(&self, request: impl Fn(&Http, &str) -> Result<Answer, Failure>) -> Result<Answer, Failure> {
        let now = super::now().as_second();
        let token = self.credential.token(&self.http, now)?;
        let answer = request(&self.http, &token)?;
        if answer.status != 401 || !self.credential.renew_refused(&self.http, now)? {
            return Ok(answer);
        }
        let token = self.credential.token(&self.http, now)?;
        request(&self.http, &token)
    }
}

fn body(answer: &Answer) -> Result<Value, Failure> {
    match answer.json() {
        Some(body) if answer.is_success() => Ok(body),
        _ => Err(refusal::of_answer(answer)),
    }
}
