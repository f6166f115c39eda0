//! The filters in a template of their own.

use std::time::Duration;

use askama::Template;
use domain::time::Timestamp;

use super::{
    Locale, Said,
    filters::{self, Speaking},
    said,
};

const HOSTILE: &str = "</bdi><script>alert('1')</script>{0}{1}&lt;\"";

#[derive(Template)]
#[template(
    source = "{{ title|t }}/{{ \"A {0} & {1}\"|t2(name, name|bdi) }}/{{ \"<{0}>\"|t1(name|strong) }}/{{ \"{0} of {1}|{0} s of {1}\"|n1(count, name|code) }}",
    ext = "html"
)]
struct Parts<'a> {
    title: Said,
    name: &'a str,
    count: u64,
}

fn parts(name: &str, count: u64) -> String {
    Parts { title: said("Password"), name, count }.render().unwrap()
}

#[test]
fn what_is_put_into_a_sentence_stands_in_its_place() {
    assert_eq!(
        parts("x", 1),
        "Password/A x &#38; <bdi>x</bdi>/&#60;<bdi class=\"wrap\"><strong>x</strong></bdi>&#62;/1 of <bdi class=\"code\">x</bdi>"
    );
}

#[test]
fn hostile_text_in_a_sentence_stays_text_and_opens_no_place_of_its_own() {
    let page = parts(HOSTILE, 2);
    assert!(!page.contains("<script") && !page.contains("&lt;\""), "{page}");
    let escaped = "&#60;/bdi&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;{0}{1}&#38;lt;&#34;";
    assert_eq!(page.matches(escaped).count(), 4, "{page}");
    assert_eq!(page.matches("</bdi>").count(), 3, "{page}");
}

#[derive(Template)]
#[template(
    source = "{{ \"en\"|lang }}/{{ \"{0} day|{0} days\"|n(count) }}/{{ count|number }}/{{ span|span }}/{{ then|day }}/{{ then|moment }}/{{ then|ago(now) }}",
    ext = "html"
)]
struct Numbers {
    count: u64,
    span: Duration,
    then: Timestamp,
    now: Timestamp,
}

fn numbers(locale: Locale, count: u64) -> String {
    let then = Timestamp::from_seconds(1_772_409_900);
    let now = then.plus(Duration::from_hours(49));
    let page = Numbers { count, span: Duration::from_mins(90), then, now };
    page.render_with_values(&Speaking(locale)).unwrap()
}

#[test]
fn numbers_spans_and_days_are_said_as_the_language_does() {
    assert_eq!(
        numbers(Locale::English, 1_234_567),
        "en/1,234,567 days/1,234,567/90 minutes/2 March 2026/2 March 2026, 00:05 UTC/2 days ago"
    );
    assert_eq!(
        numbers(Locale::German, 1_234_567),
        "de/1.234.567 Tage/1.234.567/90 Minuten/2. März 2026/2. März 2026, 00:05 UTC/vor 2 Tagen"
    );
}

#[test]
fn one_has_a_form_of_its_own_and_nothing_has_not() {
    assert!(numbers(Locale::German, 1).starts_with("de/1 Tag/"));
    assert!(numbers(Locale::German, 0).starts_with("de/0 Tage/"));
    assert!(numbers(Locale::English, 100).starts_with("en/100 days/100/"));
}
