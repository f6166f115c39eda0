//! The report: what it was measured on, the aims, the tables.

mod aims;

use std::fmt::Write;

use crate::contest::{Finding, Rounds};
use crate::machine;
use crate::measure::{Book, Chapter, Extent};
use crate::raw::Raw;

/// The whole text, in Markdown.
pub(crate) fn write(book: &Book, extent: &Extent) -> String {
    let mut text = head(extent);
    text.push_str(&aims::table(book));
    text.push_str(&starts(book));
    for chapter in &book.chapters {
        text.push_str(&contests(chapter));
        text.push_str(&isolations(chapter));
        if let Some(raw) = &chapter.raw {
            text.push_str(&store(chapter, raw));
        }
    }
    text
}

fn head(extent: &Extent) -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let database =
        machine::postgres_version().map_or_else(String::new, |version| format!(", PostgreSQL {version}"));
    format!(
        "# Benchmarks

Written by `cargo xtask bench`; do not edit, run it again.

- {date}, Wayleave {}{database}
- {}
- the load generator, the servers and the database share these cores; only ratios carry over to other machines
- {} keep-alive connections, closed loop; medians of {} rounds of {} s, ours and the bare handler's in turns; a round in which something
  else used more than 0.15 core is repeated (\"rejected\"; ⚠ marks a line none of whose rounds was undisturbed)
- pages of the console: {} connections, as so many administrators look at lists of 50 clients with their total
- logs are written at their default level, to nowhere

",
        env!("CARGO_PKG_VERSION"),
        machine::describe(),
        extent.connections,
        extent.rules.rounds,
        extent.rules.span.as_secs(),
        crate::console::PEOPLE,
    )
}

fn starts(book: &Book) -> String {
    let mut text = format!(
        "## At rest

The binary has {:.1} MB. Times are from the start of the program to its first answer; memory a second after it.

| database | first start, which makes keys | later starts | memory |
|---|---:|---:|---:|
",
        book.binary
    );
    for start in &book.starts {
        line(
            &mut text,
            &[
                start.database.to_owned(),
                format!("{:.0} ms", start.first),
                format!("{:.0} ms", start.again),
                format!("{:.1} MB", start.resident),
            ],
        );
    }
    text.push('\n');
    text
}

fn contests(chapter: &Chapter) -> String {
    if chapter.findings.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "## {}, {} clients

| | /s | of the bare handler | p50 ms | p99 ms | CPU µs | database CPU µs | own memory MB | bare /s | bare p99 ms | bare CPU µs | rejected |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
",
        chapter.database, chapter.clients
    );
    for finding in &chapter.findings {
        line(&mut text, &cells(finding));
    }
    text.push('\n');
    text
}

fn cells(finding: &Finding) -> [String; 12] {
    let Finding { name, ours, bare, ratio, rounds } = finding;
    [
        (*name).to_owned(),
        format!("{:.0}", ours.rate),
        format!("{ratio:.2}"),
        millis(ours.p50),
        millis(ours.p99),
        format!("{:.0}", ours.cpu),
        format!("{:.0}", ours.database_cpu),
        format!("{:.0}", ours.private),
        format!("{:.0}", bare.rate),
        millis(bare.p99),
        format!("{:.0}", bare.cpu),
        rejected(rounds),
    ]
}

fn isolations(chapter: &Chapter) -> String {
    if chapter.isolations.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "500 tokens/s (client_credentials) on {}, {} clients, beside 2,000 registrations/s and beside 100 wrong logins/s:

| | p99 alone, ms | p99 beside it, ms | ratio | rejected |
|---|---:|---:|---:|---:|
",
        chapter.database, chapter.clients
    );
    for found in &chapter.isolations {
        line(
            &mut text,
            &[
                found.name.to_owned(),
                millis(found.alone),
                millis(found.beside),
                format!("{:.2}", found.beside / found.alone.max(1.0)),
                rejected(&found.rounds),
            ],
        );
    }
    text.push('\n');
    text
}

fn store(chapter: &Chapter, raw: &Raw) -> String {
    let mut text = format!(
        "The store alone, {}, {} clients (rounds rejected: {}):

| | /s |
|---|---:|
",
        chapter.database,
        chapter.clients,
        rejected(&raw.rounds)
    );
    for (what, rate) in [
        ("clients stored, one commit each", raw.single),
        ("clients stored, 64 at a time share commits", raw.grouped),
        ("clients stored, 256 at a time share commits", raw.widely_grouped),
        ("refresh tokens rotated, 64 at a time share commits", raw.rotations),
        ("clients read, each time another", raw.reads),
    ] {
        line(&mut text, &[what.to_owned(), format!("{rate:.0}")]);
    }
    text.push('\n');
    text
}

fn rejected(rounds: &Rounds) -> String {
    if rounds.is_noisy {
        return format!("all {} ⚠", rounds.rejected);
    }
    format!("{} of {}", rounds.rejected, rounds.rejected + rounds.counted)
}

fn millis(micros: f64) -> String {
    format!("{:.2}", micros / 1000.0)
}

pub(super) fn line(text: &mut String, cells: &[String]) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}
