//! What every Rust program stands in: the environment, a person at a browser, and who hears how it went.

use std::env;
use std::error::Error;
use std::process::{Child, Command, ExitCode, Stdio};

use oauth2::url::Url;
use oauth2::{AuthorizationCode, CsrfToken, HttpRequest, RedirectUrl};

use crate::exchanges::Exchanges;

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the environment says: where the server is, and who registers.
pub struct Surroundings {
    pub issuer: String,
    pub registration_token: Option<String>,
}

impl Surroundings {
    fn from_environment() -> Option<Self> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        // The name and the password are for the browser, which inherits them.
        set("USERNAME")?;
        set("PASSWORD")?;
        Some(Self { issuer: set("ISSUER")?, registration_token: set("REGISTRATION_TOKEN") })
    }
}

/// Runs `flow`, which tells its steps, as the client `name` of this `version`: out comes one line of JSON, or every exchange and the error.
pub fn program(
    (name, version): (&str, &str),
    flow: impl FnOnce(&Surroundings, &Exchanges, &mut Vec<&'static str>) -> Outcome<()>,
) -> ExitCode {
    let Some(surroundings) = Surroundings::from_environment() else {
        eprintln!("ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.");
        return ExitCode::from(2);
    };
    let (exchanges, mut steps) = (Exchanges::default(), Vec::new());
    match flow(&surroundings, &exchanges, &mut steps) {
        Ok(()) => {
            let from = "Rust registry";
            let report =
                serde_json::json!({ "client": name, "version": version, "from": from, "steps": steps });
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            exchanges.show();
            eprintln!("\n{name} failed after: {}", steps.join(", "));
            let mut cause = Some(&*error);
            while let Some(error) = cause {
                eprintln!("{error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// The version of `library` that these programs were built with, as their lock file has it.
pub fn version_of(library: &str) -> &'static str {
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
    let entry = format!("name = \"{library}\"\nversion = \"");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version)
}

/// Sends a browser to `url`; gives the code it came back with, and the redirect URI with the port that was used for that of `prefix`.
pub fn authorize(url: &Url, state: &CsrfToken, prefix: &str) -> Outcome<(AuthorizationCode, RedirectUrl)> {
    let mut redirect = arrival(url, prefix)?;
    let parameter =
        |name: &str| redirect.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if parameter("state").as_ref() != Some(state.secret()) {
        return Err("the state is not the one that was sent".into());
    }
    let code = parameter("code").ok_or_else(|| format!("no code, but {:?}", parameter("error")))?;
    redirect.set_query(None);
    Ok((AuthorizationCode::new(code), RedirectUrl::from_url(redirect)))
}

/// Sends a browser to `url`; gives the URL below `prefix` that it came back with.
pub fn arrival(url: &Url, prefix: &str) -> Outcome<Url> {
    let browser = browser("authorize.mjs", &[url.as_str(), prefix]).output()?;
    if !browser.status.success() {
        return Err(String::from_utf8_lossy(&browser.stderr).into());
    }
    Ok(Url::parse(String::from_utf8(browser.stdout)?.trim())?)
}

/// A person who goes where a device shows them and types its code, while the device waits.
pub fn allow_device(verification_uri: &str, user_code: &str) -> Outcome<Child> {
    Ok(browser("device.mjs", &[verification_uri, user_code]).stdout(Stdio::null()).spawn()?)
}

/// The libraries send some requests to https alone. Here is no TLS to speak, so the transport takes it off again.
pub fn over_tls(endpoint: &str) -> Outcome<Url> {
    Ok(Url::parse(&endpoint.replacen("http://", "https://", 1))?)
}

pub fn without_tls(mut request: HttpRequest, endpoint: &Url) -> HttpRequest {
    let plain = endpoint.as_str().replacen("https://", "http://", 1);
    if let Ok(uri) = plain.parse() {
        *request.uri_mut() = uri;
    }
    request
}

fn browser(script: &str, arguments: &[&str]) -> Command {
    let node = env::var("NODE").unwrap_or_else(|_| "node".into());
    let mut browser = Command::new(node);
    browser.arg(format!("{}/../browser/{script}", env!("CARGO_MANIFEST_DIR"))).args(arguments);
    browser
}
