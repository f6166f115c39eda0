//! For how long something that was fetched counts as what is there now. RFC 9111 §4.2, Client ID Metadata Document §4.4.
//!
//! Whoever serves it may say so within bounds: short enough that a change is noticed the same day, long enough that nobody makes this
//! server ask with every request.

use std::time::Duration;

/// The bounds.
pub const SHORTEST: Duration = Duration::from_mins(1);
pub const LONGEST: Duration = Duration::from_hours(24);

/// Where nothing is said.
const UNSAID: Duration = Duration::from_hours(1);

/// What the headers of an answer say of its life.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    pub cache_control: Option<&'a str>,
    /// `Age`: how old it was when it came.
    pub age: Option<&'a str>,
    /// The seconds from `Date` to `Expires`.
    pub expires_in: Option<i64>,
}

/// The life that the headers give it, within the bounds.
pub fn life(said: Said<'_>) -> Duration {
    let directives: Vec<_> = said
        .cache_control
        .unwrap_or_default()
        .split(',')
        .map(|one| one.trim().to_ascii_lowercase())
        .collect();
    let forbids =
        |name: &str| directives.iter().any(|one| one == name || one.starts_with(&format!("{name}=")));
    if forbids("no-store") || forbids("no-cache") {
        return SHORTEST;
    }
    let max_age = directives.iter().find_map(|one| one.strip_prefix("max-age=")).map(seconds);
    let age = said.age.map_or(0, |age| seconds(age.trim()));
    let whole = max_age.or_else(|| said.expires_in.map(|left| u64::try_from(left).unwrap_or(0)));
    let left = whole.map_or(UNSAID, |whole| Duration::from_secs(whole.saturating_sub(age)));
    left.clamp(SHORTEST, LONGEST)
}

/// What is no number of seconds is as good as none; one that is too large to be read is as large as can be. RFC 9111 §1.2.2.
fn seconds(text: &str) -> u64 {
    let digits = text.trim_matches('"');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().unwrap_or(u64::MAX) } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(cache_control: &str) -> Duration {
        life(Said { cache_control: Some(cache_control), ..Said::default() })
    }

    #[test]
    fn c11_what_the_headers_say_is_clamped() {
        for text in [
            "max-age=0",
            "no-store",
            "no-cache, max-age=3600",
            "private, max-age=59",
            "max-age=x",
            "max-age=",
        ] {
            assert_eq!(of(text), SHORTEST, "{text}");
        }
        for text in ["max-age=31536000", "public, max-age=99999999999999999999999, immutable"] {
            assert_eq!(of(text), LONGEST, "{text}");
        }
        assert_eq!(of("public, Max-Age=600"), Duration::from_mins(10));
        assert_eq!(of("max-age=\"600\""), Duration::from_mins(10));
        assert_eq!(life(Said::default()), UNSAID);
    }

    #[test]
    fn cimd_07_age_and_expires_count_too() {
        let aged = Said { cache_control: Some("max-age=600"), age: Some("480"), expires_in: Some(9) };
        assert_eq!(life(aged), Duration::from_mins(2));
        assert_eq!(life(Said { expires_in: Some(7200), ..Said::default() }), Duration::from_hours(2));
        assert_eq!(life(Said { expires_in: Some(-1), ..Said::default() }), SHORTEST);
    }

    proptest! {
        #[test]
        fn z13_the_clamp_holds_whatever_the_headers_say(
            cache_control in proptest::option::of(".{0,60}|(max-age|s-maxage)=[0-9]{0,30}"),
            age in proptest::option::of("[0-9]{0,30}|.{0,9}"),
            expires_in in proptest::option::of(any::<i64>()),
        ) {
            let said = Said { cache_control: cache_control.as_deref(), age: age.as_deref(), expires_in };
            prop_assert!((SHORTEST..=LONGEST).contains(&life(said)));
        }
    }
}
