//! A server somewhere, administered over HTTP with what its schema document says about it.

pub(crate) mod conditions;
mod credential;
pub(crate) mod http;
pub(crate) mod listing;
pub(crate) mod login_file;
pub(crate) mod refusal;
mod server;
pub(crate) mod token;
pub(crate) mod url;

use std::env;

use self::{credential::Credential, http::Http, login_file::LoginFile, url::ServerUrl};
use crate::{args::Reach, failure::Failure};

pub(crate) use server::{Call, Server};

/// Finds the server that `reach` names, and what to show it.
pub(crate) fn connect(reach: Reach) -> Result<Server, Failure> {
    let url = server_url(reach.url)?;
    let file = LoginFile::of(&url, &environment)?;
    let credential = Credential::choose(reach.api_key.filter(|key| !key.is_empty()), file, url.as_str())?;
    Server::open(Http::new(url)?, credential)
}

/// The URL that was given, or that of the only login there is.
pub(crate) fn server_url(given: Option<String>) -> Result<ServerUrl, Failure> {
    if let Some(url) = given.filter(|url| !url.is_empty()) {
        return ServerUrl::parse(&url);
    }
    let mut logins = LoginFile::all(&environment);
    match (logins.pop(), logins.is_empty()) {
        (Some(only), true) => ServerUrl::parse(&only),
        (Some(_), false) => Err(Failure::unusable("--url", "say which server; you are signed in to several")),
        (None, _) => Err(Failure::unusable("--url", "say where the server is, here or in WAYLEAVE_URL")),
    }
}

/// The variable `name`, unless it is unset or empty.
pub(crate) fn environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Now, to the second.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(::server::clock::now().seconds()).unwrap_or_default()
}
