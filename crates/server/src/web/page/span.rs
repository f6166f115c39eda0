//! Spans and days in words.

use std::time::Duration;

use domain::time::Timestamp;

const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// A span in the largest unit that says it exactly: `30 days`, `90 minutes`, `1 hour`.
pub(super) fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let (size, unit) = UNITS
        .into_iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size))
        .unwrap_or((1, "second"));
    let count = seconds / size;
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// The day of `then` (UTC) and how long ago it was: `2 March 2026, 12 days ago`.
pub(super) fn day_and_age(then: Timestamp, now: Timestamp) -> String {
    let day = jiff::Timestamp::from_millisecond(then.millis())
        .map_or_else(|_| String::from("long ago"), |moment| moment.strftime("%-d %B %Y").to_string());
    match now.since(then).as_secs() / 86_400 {
        0 => format!("{day}, less than a day ago"),
        days => format!("{day}, {} ago", in_words(Duration::from_secs(days * 86_400))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_largest_unit_that_is_exact() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
            (30 * 86_400, "30 days"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn a_day_is_written_out_with_its_age() {
        let then = Timestamp::from_seconds(1_772_409_600);
        let later = |hours: u64| then.plus(Duration::from_secs(hours * 3_600));
        assert_eq!(day_and_age(then, later(1)), "2 March 2026, less than a day ago");
        assert_eq!(day_and_age(then, later(12 * 24 + 5)), "2 March 2026, 12 days ago");
    }

    #[test]
    fn a_moment_outside_the_calendar_is_no_failure() {
        let end = Timestamp::from_millis(i64::MAX);
        assert!(day_and_age(end, end).starts_with("long ago"));
    }
}
