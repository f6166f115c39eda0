//! Registering with what the client sends, and reading the answer as it does. RFC 7591 §3.

use serde_json::Value;

use super::{Registered, Registering, Stopped, Verdict, Visit, absent_but_sent, error_of, fails};
use crate::command::doctor::{
    kinds::{Auth, Kind},
    probe::Sent,
};

pub(super) fn play(visit: &mut Visit<'_>) -> Result<(), Stopped> {
    let Some(endpoint) = visit.text("registration_endpoint").map(str::to_owned) else {
        let takes_documents =
            visit.metadata.get("client_id_metadata_document_supported") == Some(&Value::Bool(true));
        return Err(if takes_documents && visit.kind.has_document {
            Verdict::NotTried("it would come with its metadata document".to_owned())
        } else {
            fails("registration_endpoint is missing")
        });
    };
    if visit.lists("token_endpoint_auth_methods_supported", visit.kind.first_auth().as_str()) == Some(false) {
        let wanted = visit.kind.first_auth().as_str();
        return Err(fails(format!("token_endpoint_auth_methods_supported lacks {wanted}")));
    }
    let sent = Sent::json(endpoint, &(visit.kind.registration)());
    let sent = match visit.registering {
        Registering::Never => return Err(Verdict::NotTried("only with --register".to_owned())),
        Registering::Anonymously => sent,
        Registering::With(token) => sent.with("authorization", format!("Bearer {token}")),
    };
    let answer = visit.send(sent)?;
    if answer.status != 201 {
        return Err(fails(format!("{}; 201 was expected", error_of(&answer))));
    }
    visit.may_read(&answer, "registration")?;
    let body = answer.object().ok_or_else(|| fails("the answer is no JSON object"))?;
    let registered = read(&body, visit.kind)?;
    visit.registered = Some(registered);
    check(&body, visit.kind)
}

fn read(body: &Value, kind: &Kind) -> Result<Registered, Stopped> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let method = text("token_endpoint_auth_method");
    let auth = [Auth::None, Auth::Basic, Auth::Post]
        .into_iter()
        .find(|auth| method.as_deref() == Some(auth.as_str()));
    Ok(Registered {
        client_id: text("client_id").ok_or_else(|| fails("client_id is missing"))?,
        secret: text("client_secret"),
        auth: auth.unwrap_or(kind.first_auth()),
        management: text("registration_client_uri").zip(text("registration_access_token")),
    })
}

fn check(body: &Value, kind: &Kind) -> Result<(), Stopped> {
    if kind.is_strict
        && let Some(name) = absent_but_sent(body)
    {
        return Err(fails(format!("{name} is null or empty; leave it out")));
    }
    if body.get("client_secret").is_some() && !body.get("client_secret_expires_at").is_some_and(Value::is_u64)
    {
        return Err(fails("client_secret_expires_at is missing beside client_secret"));
    }
    let asked = (kind.registration)();
    for name in ["redirect_uris", "token_endpoint_auth_method"] {
        let wanted = asked.get(name).filter(|value| !value.is_null());
        if wanted.is_some_and(|wanted| body.get(name) != Some(wanted)) {
            return Err(fails(format!("{name} came back changed or not at all")));
        }
    }
    Ok(())
}

impl Kind {
    /// What it registers, or what RFC 7591 §2 says where it registers nothing.
    fn first_auth(&self) -> Auth {
        self.auth.first().copied().unwrap_or(Auth::Basic)
    }
}
