//! What a client does, step by step. A step that fails ends it: what a real client would not reach is not tried.

use serde_json::Value;

use super::{
    kinds::{Auth, Kind},
    probe::{Answer, Exchange, Prober, Sent},
};

mod authorize;
mod discovery;
mod preflight;
mod registration;
mod token;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Discovery,
    Preflight,
    Registration,
    Authorize,
    Token,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Works,
    /// And why.
    Fails(String),
    /// And why not.
    NotTried(String),
}

/// What came of one step, and what was said in it.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) step: Step,
    pub(super) verdict: Verdict,
    pub(super) exchanges: Vec<Exchange>,
}

/// Whether anything may be registered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Registering<'a> {
    Never,
    Anonymously,
    /// With this initial access token or API key.
    With(&'a str),
}

/// One client before one server.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    prober: &'a mut Prober,
    kind: &'a Kind,
    issuer: &'a str,
    registering: Registering<'a>,
    metadata: Value,
    registered: Option<Registered>,
    said: Vec<Exchange>,
}

/// What a registration was answered with.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) client_id: String,
    secret: Option<String>,
    auth: Auth,
    /// Where it can be deleted, and with what.
    pub(super) management: Option<(String, String)>,
}

/// Why a step fails, or why it is not tried.
type Stopped = Verdict;

impl Step {
    pub(super) const ALL: [Self; 5] =
        [Self::Discovery, Self::Preflight, Self::Registration, Self::Authorize, Self::Token];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Preflight => "preflight",
            Self::Registration => "registration",
            Self::Authorize => "authorize",
            Self::Token => "token",
        }
    }
}

/// Plays all steps of `kind`; answers what it registered as well, for it to be taken away again.
pub(super) fn play(
    prober: &mut Prober,
    kind: &Kind,
    issuer: &str,
    registering: Registering<'_>,
) -> (Vec<Finding>, Option<Registered>) {
    let metadata = Value::Null;
    let mut visit = Visit { prober, kind, issuer, registering, metadata, registered: None, said: Vec::new() };
    let mut findings = Vec::new();
    let mut broken = None;
    for step in Step::ALL {
        let verdict = match broken {
            Some(before) => Verdict::NotTried(format!("{} fails", Step::as_str(before))),
            None => visit.step(step).err().unwrap_or(Verdict::Works),
        };
        if matches!(verdict, Verdict::Fails(_)) {
            broken = Some(step);
        }
        findings.push(Finding { step, verdict, exchanges: std::mem::take(&mut visit.said) });
    }
    (findings, visit.registered)
}

impl Visit<'_> {
    fn step(&mut self, step: Step) -> Result<(), Stopped> {
        match step {
            Step::Discovery => discovery::play(self),
            Step::Preflight => preflight::play(self),
            Step::Registration => registration::play(self),
            Step::Authorize => authorize::play(self),
            Step::Token => token::play(self),
        }
    }

    /// Sends it as the client would; the answer, or that there is none.
    fn send(&mut self, sent: Sent) -> Result<Answer, Stopped> {
        let sent = match self.kind.origin {
            Some(origin) => sent.with("origin", origin),
            None => sent,
        };
        let exchange = self.prober.send(sent);
        let answer = exchange.answer.clone();
        self.said.push(exchange);
        answer.map_err(Verdict::Fails)
    }

    /// A text of the server's metadata.
    fn text(&self, name: &str) -> Option<&str> {
        self.metadata.get(name).and_then(Value::as_str)
    }

    /// Whether a list of the metadata has `value`; none where there is no such list.
    fn lists(&self, name: &str, value: &str) -> Option<bool> {
        let list = self.metadata.get(name)?.as_array()?;
        Some(list.iter().any(|entry| entry.as_str() == Some(value)))
    }

    /// A page may read the answer. Fetch §3.2.
    fn may_read(&self, answer: &Answer, what: &str) -> Result<(), Stopped> {
        let Some(origin) = self.kind.origin else { return Ok(()) };
        match answer.header("access-control-allow-origin") {
            Some(allowed) if allowed == "*" || allowed == origin => Ok(()),
            Some(allowed) => Err(fails(format!("{what}: access-control-allow-origin is {allowed}, not *"))),
            None => Err(fails(format!("{what}: no access-control-allow-origin; a page may not read it"))),
        }
    }
}

fn fails(why: impl Into<String>) -> Stopped {
    Verdict::Fails(why.into())
}

/// Where an object has `null` or an empty text, which strict clients refuse: leave such members out.
fn absent_but_sent(object: &Value) -> Option<String> {
    let members = object.as_object()?;
    let empty = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
    members.iter().find(|(_, value)| empty(value)).map(|(name, _)| name.clone())
}

/// The error that an answer names, with its description.
fn error_of(answer: &Answer) -> String {
    let object = answer.object().unwrap_or_default();
    let text = |name| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match (text("error"), text("error_description")) {
        (error, _) if error.is_empty() => format!("status {}", answer.status),
        (error, description) if description.is_empty() => format!("status {}, {error}", answer.status),
        (error, description) => format!("status {}, {error}: {description}", answer.status),
    }
}
