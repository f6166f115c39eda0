//! Spans and days in words.

use std::time::Duration;

use domain::time::Timestamp;
use jiff::civil::DateTime;

use super::{Locale, Said, said};

const UNITS: [(u64, Said, Said); 4] = [
    (86_400, said("{0} day|{0} days"), said("{0} day ago|{0} days ago")),
    (3_600, said("{0} hour|{0} hours"), said("{0} hour ago|{0} hours ago")),
    (60, said("{0} minute|{0} minutes"), said("{0} minute ago|{0} minutes ago")),
    (1, said("{0} second|{0} seconds"), said("{0} second ago|{0} seconds ago")),
];

const MONTHS: [Said; 12] = [
    said("January"),
    said("February"),
    said("March"),
    said("April"),
    said("May"),
    said("June"),
    said("July"),
    said("August"),
    said("September"),
    said("October"),
    said("November"),
    said("December"),
];

/// A span in the largest unit that says it exactly: `30 days`, `90 minutes`, `1 hour`.
pub fn span(span: Duration, locale: Locale) -> String {
    let seconds = span.as_secs();
    let is_exact = |size: u64| seconds >= size && seconds.is_multiple_of(size);
    let unit = UNITS.into_iter().find(|(size, ..)| is_exact(*size) || *size == 1);
    unit.map_or_else(String::new, |(size, words, _)| words.count(locale, seconds / size))
}

/// How long ago something was, in the largest unit that it filled: `12 days ago`.
pub fn ago(then: Timestamp, now: Timestamp, locale: Locale) -> String {
    let seconds = now.since(then).as_secs();
    let unit = UNITS.into_iter().find(|(size, ..)| seconds >= *size);
    unit.map_or_else(
        || said("just now").in_locale(locale).to_owned(),
        |(size, _, words)| words.count(locale, seconds / size),
    )
}

/// The day in UTC: `2 March 2026`.
pub fn day(moment: Timestamp, locale: Locale) -> String {
    civil(moment).map_or_else(|| long_ago(locale), |civil| day_of(civil, locale))
}

/// The day and the minute in UTC: `2 March 2026, 14:05 UTC`.
pub fn moment(moment: Timestamp, locale: Locale) -> String {
    civil(moment).map_or_else(
        || long_ago(locale),
        |civil| format!("{}, {:02}:{:02} UTC", day_of(civil, locale), civil.hour(), civil.minute()),
    )
}

/// Nothing outside the calendar, which ends in the year 9999.
fn civil(moment: Timestamp) -> Option<DateTime> {
    let moment = jiff::Timestamp::from_millisecond(moment.millis()).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(moment))
}

fn day_of(civil: DateTime, locale: Locale) -> String {
    let at = usize::try_from(civil.month() - 1).unwrap_or_default();
    let month = MONTHS.get(at).map_or("", |month| month.in_locale(locale));
    match locale {
        Locale::English => format!("{} {month} {}", civil.day(), civil.year()),
        Locale::German => format!("{}. {month} {}", civil.day(), civil.year()),
    }
}

fn long_ago(locale: Locale) -> String {
    said("long ago").in_locale(locale).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_largest_unit_that_is_exact() {
        for (seconds, english, german) in [
            (0, "0 seconds", "0 Sekunden"),
            (1, "1 second", "1 Sekunde"),
            (3_600, "1 hour", "1 Stunde"),
            (5_400, "90 minutes", "90 Minuten"),
            (30 * 86_400, "30 days", "30 Tage"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds), Locale::English), english);
            assert_eq!(span(Duration::from_secs(seconds), Locale::German), german);
        }
    }

    #[test]
    fn an_age_is_said_in_the_largest_unit_that_is_full() {
        let then = Timestamp::from_seconds(1_772_409_600);
        for (seconds, english, german) in [
            (0, "just now", "gerade eben"),
            (59, "59 seconds ago", "vor 59 Sekunden"),
            (7_199, "1 hour ago", "vor 1 Stunde"),
            (86_400, "1 day ago", "vor 1 Tag"),
            (12 * 86_400 + 5, "12 days ago", "vor 12 Tagen"),
        ] {
            let now = then.plus(Duration::from_secs(seconds));
            assert_eq!(ago(then, now, Locale::English), english);
            assert_eq!(ago(then, now, Locale::German), german);
        }
    }

    #[test]
    fn a_moment_outside_the_calendar_is_no_failure() {
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(day(end, Locale::English), "long ago");
        assert_eq!(moment(end, Locale::German), "vor langer Zeit");
    }
}
