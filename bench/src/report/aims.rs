//! What is aimed for, what was reached, and whether that is enough. A margin of a fifth is left to the machine's moods.

use super::line;
use crate::console;
use crate::contest::Finding;
use crate::contests as of;
use crate::isolation;
use crate::measure::{Book, Chapter};
use crate::pages;

const MARGIN: f64 = 0.8;

/// What the number must be.
#[derive(Clone, Copy, Debug)]
enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

/// One number per chapter that has it.
struct Row {
    number: &'static str,
    what: &'static str,
    aim: Aim,
    reached: Vec<(String, f64)>,
}

/// The table of aims: the number of each in the table they come from, what was reached in every chapter, the verdict on the worst.
pub(super) fn table(book: &Book) -> String {
    let mut text = "## Aims

A verdict is on the worst of what was reached; \"nearly\" means within a fifth of the aim.

| # | aim | | reached | verdict |
|---|---|---:|---|---|
"
    .to_owned();
    for row in rows(book).iter().filter(|row| !row.reached.is_empty()) {
        line(&mut text, &row.cells());
    }
    text.push('\n');
    text
}

fn rows(book: &Book) -> Vec<Row> {
    let each = |number, what, aim, pick: &dyn Fn(&Chapter) -> Option<f64>| {
        let named = |chapter: &Chapter| {
            Some((format!("{} {}", chapter.database, short(chapter.clients)), pick(chapter)?))
        };
        Row { number, what, aim, reached: book.chapters.iter().filter_map(named).collect() }
    };
    let start = |number, what, aim, pick: &dyn Fn(&crate::measure::Start) -> f64| Row {
        number,
        what,
        aim,
        reached: book.starts.iter().map(|start| (start.database.to_owned(), pick(start))).collect(),
    };
    let ratio = |name: &'static str| move |chapter: &Chapter| Some(finding(chapter, name)?.ratio);
    let least = Aim::AtLeast;
    let most = Aim::AtMost;
    vec![
        each("1", "metadata, of bare", least(0.9), &ratio(of::METADATA)),
        each("1", "JWKS, of bare", least(0.9), &ratio(of::JWKS)),
        each("2", "introspection of a refresh token, of bare", least(0.6), &ratio(of::INTROSPECT_OPAQUE)),
        each("2", "introspection of an access token, of bare", least(0.25), &ratio(of::INTROSPECT_JWT)),
        each("2", "… that is seen for the first time, of bare", least(0.25), &ratio(of::INTROSPECT_UNSEEN)),
        each("3", "client_credentials ES256, of bare", least(0.46), &ratio(of::CLIENT_CREDENTIALS)),
        each("3", "… of bare with one signature", least(0.85), &ratio(of::CLIENT_CREDENTIALS_SIGNED)),
        each("4", "refresh, of the store's grouped rotations", least(0.5), &|chapter| {
            over(chapter, of::REFRESH, chapter.raw?.rotations)
        }),
        each("4", "code exchange, of the store's grouped rotations", least(0.5), &|chapter| {
            over(chapter, of::CODE, chapter.raw?.rotations)
        }),
        each(
            "5",
            "new public registration, of the same without a store",
            least(0.5),
            &ratio(of::REGISTER_NEW),
        ),
        each("5", "… of confidential ones", least(0.5), &ratio(of::REGISTER_CONFIDENTIAL)),
        each("5", "new public registration, times one commit each (SQLite)", least(7.0), &|chapter| {
            on(chapter, "SQLite").and_then(|raw| over(chapter, of::REGISTER_NEW, raw.single))
        }),
        Row {
            reached: growth(book, |raw| raw.grouped),
            ..each("6", "writes, of those at the smallest size", least(0.7), &|_| None)
        },
        Row {
            reached: growth(book, |raw| raw.reads),
            ..each("6", "reads, of those at the smallest size", least(0.6), &|_| None)
        },
        each("7", "registration, p99 over p50", most(12.0), &|chapter| {
            let ours = finding(chapter, of::REGISTER_NEW)?.ours;
            Some(ours.p99 / ours.p50.max(1.0))
        }),
        each("7", "token p99 beside registrations, over alone", most(1.5), &|chapter| {
            beside(chapter, isolation::BESIDE_REGISTRATIONS)
        }),
        each("8", "registration on PostgreSQL, of the raw grouped loop", least(0.6), &|chapter| {
            on(chapter, "PostgreSQL").and_then(|raw| over(chapter, of::REGISTER_NEW, raw.grouped))
        }),
        each("8", "registration on PostgreSQL, times a row per transaction", least(3.0), &|chapter| {
            on(chapter, "PostgreSQL").and_then(|raw| over(chapter, of::REGISTER_NEW, raw.single))
        }),
        start("9", "idle memory, MB", most(25.0), &|start| start.resident),
        Row {
            reached: vec![("binary".to_owned(), book.binary)],
            ..start("9", "binary, MB", most(20.0), &|_| 0.0)
        },
        start("9", "first answer, ms", most(100.0), &|start| start.again),
        each("10", "token p99 beside 100 wrong logins/s, over alone", most(1.3), &|chapter| {
            beside(chapter, isolation::BESIDE_WRONG_LOGINS)
        }),
        each("11", "a page of clients in the console, the slowest median, ms", most(50.0), &|chapter| {
            slowest(chapter, console::NAMES)
        }),
        each("12", "a page of console or portal, the slowest median, ms", most(20.0), &|chapter| {
            slowest(chapter, pages::NAMES)
        }),
    ]
}

fn finding<'c>(chapter: &'c Chapter, name: &str) -> Option<&'c Finding> {
    chapter.findings.iter().find(|finding| finding.name == name)
}

fn over(chapter: &Chapter, name: &str, rate: f64) -> Option<f64> {
    Some(finding(chapter, name)?.ours.rate / rate.max(1.0))
}

fn on(chapter: &Chapter, database: &str) -> Option<crate::raw::Raw> {
    chapter.raw.filter(|_| chapter.database == database)
}

fn beside(chapter: &Chapter, name: &str) -> Option<f64> {
    let found = chapter.isolations.iter().find(|found| found.name == name)?;
    Some(found.beside / found.alone.max(1.0))
}

/// Milliseconds.
fn slowest(chapter: &Chapter, names: &[&str]) -> Option<f64> {
    let pages = chapter.findings.iter().filter(|finding| names.contains(&finding.name));
    pages.map(|finding| finding.ours.p50 / 1000.0).reduce(f64::max)
}

/// Every larger size of a database over its smallest.
fn growth(book: &Book, pick: fn(&crate::raw::Raw) -> f64) -> Vec<(String, f64)> {
    let of = |chapter: &Chapter| chapter.raw.as_ref().map(pick);
    let mut reached = Vec::new();
    for chapter in &book.chapters {
        let smallest = book.chapters.iter().find(|other| other.database == chapter.database);
        let Some(smallest) = smallest.filter(|smallest| smallest.clients < chapter.clients) else { continue };
        if let (Some(here), Some(there)) = (of(chapter), of(smallest)) {
            reached.push((format!("{} {}", chapter.database, short(chapter.clients)), here / there.max(1.0)));
        }
    }
    reached
}

impl Row {
    fn cells(&self) -> [String; 5] {
        let bound = match self.aim {
            Aim::AtLeast(bound) => format!("≥ {bound}"),
            Aim::AtMost(bound) => format!("≤ {bound}"),
        };
        let reached: Vec<_> =
            self.reached.iter().map(|(name, number)| format!("{name}: {}", plain(*number))).collect();
        [self.number.to_owned(), self.what.to_owned(), bound, reached.join(" · "), self.verdict().to_owned()]
    }

    fn verdict(&self) -> &'static str {
        let all = |is_good: &dyn Fn(f64) -> bool| self.reached.iter().all(|(_, number)| is_good(*number));
        let (is_met, is_near) = match self.aim {
            Aim::AtLeast(bound) => (all(&|number| number >= bound), all(&|number| number >= bound * MARGIN)),
            Aim::AtMost(bound) => (all(&|number| number <= bound), all(&|number| number <= bound / MARGIN)),
        };
        match (is_met, is_near) {
            (true, _) => "met",
            (false, true) => "nearly",
            (false, false) => "**missed**",
        }
    }
}

/// As many digits as say something.
fn plain(number: f64) -> String {
    if number < 10.0 { format!("{number:.2}") } else { format!("{number:.0}") }
}

fn short(clients: u64) -> String {
    match clients {
        0..1_000 => clients.to_string(),
        1_000..1_000_000 => format!("{}k", clients / 1_000),
        _ => format!("{}M", clients / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(aim: Aim, reached: f64) -> &'static str {
        Row { number: "1", what: "", aim, reached: vec![(String::new(), reached)] }.verdict()
    }

    #[test]
    fn a_fifth_below_an_aim_is_nearly_and_more_is_missed() {
        assert_eq!(verdict(Aim::AtLeast(0.5), 0.5), "met");
        assert_eq!(verdict(Aim::AtLeast(0.5), 0.41), "nearly");
        assert_eq!(verdict(Aim::AtLeast(0.5), 0.39), "**missed**");
    }

    #[test]
    fn an_upper_bound_is_judged_the_other_way_round() {
        assert_eq!(verdict(Aim::AtMost(12.0), 11.0), "met");
        assert_eq!(verdict(Aim::AtMost(12.0), 14.0), "nearly");
        assert_eq!(verdict(Aim::AtMost(12.0), 16.0), "**missed**");
    }
}
