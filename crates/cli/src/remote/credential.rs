//! What a command shows the server: a key or token that was given to it, or the login of its user.

use std::cell::RefCell;

use domain::client::management::COMMAND_LINE;
use zeroize::Zeroizing;

use super::{
    http::Http,
    login_file::{Login, LoginFile},
    token,
};
use crate::failure::Failure;

/// An access token is renewed so many seconds before it ends.
const AHEAD: i64 = 30;

pub(crate) enum Credential {
    Given(Zeroizing<String>),
    Stored(Stored),
}

/// The login of the user, whose access token is renewed as needed.
pub(crate) struct Stored {
    file: LoginFile,
    login: RefCell<Login>,
}

impl Credential {
    /// The token that was given, or else the login in `file`.
    pub(crate) fn choose(given: Option<String>, file: LoginFile, url: &str) -> Result<Self, Failure> {
        if let Some(token) = given {
            return Ok(Self::Given(Zeroizing::new(token)));
        }
        match file.load()? {
            Some(login) => Ok(Self::Stored(Stored { file, login: RefCell::new(login) })),
            None => Err(Failure::NotSignedIn(format!(
                "--api-key: give one, or set WAYLEAVE_TOKEN, or sign in with wayleave login --url {url}"
            ))),
        }
    }

    /// What to send now, at `now` in seconds since 1970.
    pub(crate) fn token(&self, http: &Http, now: i64) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::Stored(stored) => {
                if stored.login.borrow().expires_at.saturating_sub(AHEAD) <= now {
                    stored.renew(http, now)?;
                }
                Ok(stored.login.borrow().access_token.clone())
            }
        }
    }

    /// Whether another token may be had after the server refused the one it was sent.
    pub(crate) fn renew_refused(&self, http: &Http, now: i64) -> Result<bool, Failure> {
        match self {
            Self::Given(_) => Ok(false),
            Self::Stored(stored) => stored.renew(http, now).map(|()| true),
        }
    }
}

impl Stored {
    /// Spends the refresh token, unless another command did so while this one waited for its turn.
    fn renew(&self, http: &Http, now: i64) -> Result<(), Failure> {
        let _held = self.file.hold()?;
        let again = || {
            Failure::NotSignedIn(format!("{}: the login has ended; run wayleave login", http.url().as_str()))
        };
        let mut latest = self.file.load()?.ok_or_else(again)?;
        let is_news = *latest.access_token != *self.login.borrow().access_token;
        if !is_news || latest.expires_at.saturating_sub(AHEAD) <= now {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", latest.refresh_token.as_str()),
                ("client_id", COMMAND_LINE),
            ];
            let Some(tokens) = token::request(http, &latest.token_endpoint, &fields, now)? else {
                self.file.remove()?;
                return Err(again());
            };
            latest.access_token = tokens.access_token;
            latest.expires_at = tokens.expires_at;
            if let Some(refresh_token) = tokens.refresh_token {
                latest.refresh_token = refresh_token;
            }
            self.file.save(&latest)?;
        }
        self.login.replace(latest);
        Ok(())
    }
}
