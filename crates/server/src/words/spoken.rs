//! Which language a request is answered in: what its browser prefers, before that what its account prefers, before that what the
//! application asked for.

use std::cell::Cell;

use domain::directory::Account;
use http::HeaderValue;

use super::Locale;
use crate::telemetry::request;

/// What is known of a request's language so far. Nothing of it is read before a page is rendered.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    /// As sent.
    accept_language: Option<HeaderValue>,
    of_account: Cell<Option<Locale>>,
    asked_for: Cell<Option<Locale>>,
}

impl Spoken {
    pub fn new(accept_language: Option<HeaderValue>) -> Self {
        Self { accept_language, ..Self::default() }
    }

    fn locale(&self) -> Locale {
        let accepted = || Locale::accepted(self.accept_language.as_ref()?.to_str().ok()?);
        self.asked_for.get().or(self.of_account.get()).or_else(accepted).unwrap_or_default()
    }
}

/// The language of the request in whose task this runs; English outside any.
pub fn current() -> Locale {
    request::with_spoken(Spoken::locale).unwrap_or_default()
}

/// From now on this request is answered in the language of its account, if that is one of ours.
pub fn prefer_of_account(account: &Account) {
    let locale = account.locale.as_deref().and_then(Locale::lookup);
    let _ = request::with_spoken(|spoken| spoken.of_account.set(locale));
}

/// From now on this request is answered in the language that its application asked for, if it did.
pub fn prefer(asked_for: Option<Locale>) {
    if asked_for.is_some() {
        let _ = request::with_spoken(|spoken| spoken.asked_for.set(asked_for));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(accept_language: &[u8], of_account: Option<Locale>, asked_for: Option<Locale>) -> Locale {
        let spoken = Spoken::new(HeaderValue::from_bytes(accept_language).ok());
        spoken.of_account.set(of_account);
        spoken.asked_for.set(asked_for);
        spoken.locale()
    }

    #[test]
    fn what_the_application_asks_for_wins_then_the_account_then_the_browser() {
        let (english, german) = (Some(Locale::English), Some(Locale::German));
        assert_eq!(spoken(b"en", english, german), Locale::German);
        assert_eq!(spoken(b"en", german, None), Locale::German);
        assert_eq!(spoken(b"de", english, None), Locale::English);
        assert_eq!(spoken(b"de", None, None), Locale::German);
        assert_eq!(spoken(b"fr", None, None), Locale::English);
    }

    #[test]
    fn a_header_that_is_no_text_prefers_nothing() {
        assert_eq!(spoken(b"de, \xff", None, None), Locale::English);
    }

    #[test]
    fn outside_a_request_everything_is_english() {
        prefer(Some(Locale::German));
        assert_eq!(current(), Locale::English);
    }
}
