//! What a person's browser does, to get a session and a first consent: a few pages, one after another.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::Outcome;
use crate::load::{Answer, Site};
use crate::program::PASSWORD;

const PATIENCE: Duration = Duration::from_secs(20);

/// More redirects and pages than there are on the way to any page.
const MOST_STEPS: usize = 10;

#[derive(Clone)]
pub(crate) struct Visitor {
    site: Site,
    cookies: Vec<(String, String)>,
}

/// What came of one request.
pub(crate) struct Page {
    status: u16,
    location: Option<String>,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) fn new(site: Site) -> Self {
        Self { site, cookies: Vec::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Outcome<Page> {
        let cookie = self.cookie();
        self.send(&self.site.get(path, &[("cookie", &cookie)]))
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<Page> {
        let cookie = self.cookie();
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
        self.send(&self.site.post_form(path, &headers, fields))
    }

    pub(crate) fn register(&mut self, body: &str, api_key: &str) -> Outcome<Page> {
        let authorization = format!("Bearer {api_key}");
        self.send(&self.site.post_json("/register", &[("authorization", &authorization)], body))
    }

    /// The same where nobody needs a credential.
    pub(crate) fn register_freely(&mut self, body: &str) -> Outcome<Page> {
        self.send(&self.site.post_json("/register", &[], body))
    }

    pub(crate) fn site(&self) -> Site {
        self.site
    }

    pub(crate) fn sign_in(&mut self, name: &str) -> Outcome<()> {
        let csrf = self.get("/login")?.field("csrf")?;
        let fields = [("csrf", csrf.as_str()), ("username", name), ("password", PASSWORD)];
        self.post("/login", &fields)?.expect(303)
    }

    /// Goes to a page of the console or the portal, and on the way allows them what they ask for.
    pub(crate) fn enter(&mut self, path: &str) -> Outcome<()> {
        let mut page = self.get(path)?;
        for _ in 0..MOST_STEPS {
            page = match page.location.as_deref() {
                Some(location) => {
                    let path = location.splitn(4, '/').nth(3).unwrap_or_default();
                    let path =
                        if location.starts_with('/') { location.to_owned() } else { format!("/{path}") };
                    self.get(&path)?
                }
                None if page.consent().is_some() => self.consent(&page)?,
                None => return page.expect(200),
            };
        }
        Err(format!("{path} leads in a circle").into())
    }

    /// Allows what the authorization request at `path` asks for, if it must be asked. Answers the code.
    pub(crate) fn allow(&mut self, path: &str) -> Outcome<String> {
        let mut page = self.get(path)?;
        if page.status == 200 {
            page = self.consent(&page)?;
        }
        let location = page.location.as_deref().ok_or_else(|| page.shown())?;
        code_in(location).ok_or_else(|| format!("no code in {location}").into())
    }

    fn consent(&mut self, page: &Page) -> Outcome<Page> {
        let form = page.consent().ok_or("a consent page without its form")?;
        let action = form.split('"').next().unwrap_or_default();
        let csrf = hidden(form, "csrf").ok_or("a form without its token")?;
        self.post(action, &[("csrf", csrf), ("decision", "allow")])
    }

    /// As a header wants it.
    pub(crate) fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Sends a request as it is.
    pub(crate) fn send(&mut self, request: &[u8]) -> Outcome<Page> {
        let mut stream = TcpStream::connect(self.site.0)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request)?;
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        loop {
            let read = stream.read(&mut chunk)?;
            bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
            if let Some((answer, _)) = Answer::read(&bytes)? {
                self.remember(&answer);
                return Ok(Page {
                    status: answer.status,
                    location: answer.header("location").map(str::to_owned),
                    body: String::from_utf8_lossy(answer.body).into_owned(),
                });
            }
            if read == 0 {
                return Err("the server closed a connection".into());
            }
        }
    }

    fn remember(&mut self, answer: &Answer<'_>) {
        for cookie in answer.headers("set-cookie") {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

impl Page {
    pub(crate) fn expect(&self, status: u16) -> Outcome<()> {
        if self.status == status { Ok(()) } else { Err(self.shown().into()) }
    }

    pub(crate) fn is(&self, status: u16) -> bool {
        self.status == status
    }

    /// From the address of the form in which a person allows, if it is there.
    fn consent(&self) -> Option<&str> {
        let mut forms = self.body.split("action=\"");
        forms.find(|form| form.split('"').next().is_some_and(|action| action.ends_with("/consent")))
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> Outcome<String> {
        Ok(hidden(&self.body, name).ok_or_else(|| self.shown())?.to_owned())
    }

    /// The text of a JSON member.
    pub(crate) fn member(&self, name: &str) -> Outcome<String> {
        let value: serde_json::Value = serde_json::from_str(&self.body)?;
        let text = value.get(name).and_then(serde_json::Value::as_str);
        Ok(text.ok_or_else(|| format!("no {name} in {}", self.body))?.to_owned())
    }

    fn shown(&self) -> String {
        let start: String = self.body.chars().take(2000).collect();
        format!("an answer that was not expected: {} {start}", self.status)
    }
}

/// The authorization code in a redirect.
pub(crate) fn code_in(location: &str) -> Option<String> {
    let (_, query) = location.split_once('?')?;
    let (_, code) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code")?;
    Some(code.into_owned())
}

/// The value of the first hidden field of this name.
fn hidden<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    after.split('"').next()
}
