//! docs/clients.md, from what the clients themselves said.

use std::fmt::Write as _;

use serde_json::Value;

const HEAD: &str = "\
# Clients that get in

Libraries and programs as their registries ship them, unmodified, each a process of its own that knows the issuer (or the
URL of a resource server) and nothing else. `cargo xtask clients` runs them against a server it starts and writes
this page from what they report; how they are driven is in `crates/server/tests/clients/README.md`.

| client | version | from | exercised | result |
|---|---|---|---|---|
";

/// What one client said of its run; one that failed said nothing but its name.
pub(super) struct Report {
    name: String,
    done: Option<Done>,
}

struct Done {
    client: String,
    version: String,
    from: String,
    steps: Vec<String>,
    note: Option<String>,
}

impl Report {
    /// `said` is what the client `name` printed: one line of JSON, or nothing.
    pub(super) fn parse(name: &str, said: &str) -> Self {
        Self { name: name.to_owned(), done: Done::parse(said) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_failure(&self) -> bool {
        self.done.is_none()
    }
}

impl Done {
    fn parse(said: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(said.trim()).ok()?;
        let text = |name: &str| report.get(name)?.as_str().map(str::to_owned);
        let steps = report.get("steps")?.as_array()?.iter();
        Some(Self {
            client: text("client")?,
            version: text("version")?,
            from: text("from")?,
            steps: steps.filter_map(|step| step.as_str().map(str::to_owned)).collect(),
            note: text("note"),
        })
    }
}

/// The page, a row per report.
pub(super) fn markdown(reports: &[Report]) -> String {
    let mut page = HEAD.to_owned();
    for Report { name, done } in reports {
        let row = match done {
            Some(Done { client, version, from, steps, note }) => {
                let note = note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
                format!("| {client} | {version} | {from} | {} | passes{note} |", steps.join("; "))
            }
            None => format!("| {name} |  |  |  | **fails** |"),
        };
        // Writing into a string cannot fail.
        let _ = writeln!(page, "{row}");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{Report, markdown};

    #[test]
    fn a_client_that_says_nothing_stands_in_the_table_as_failing() {
        let passing = Report::parse(
            "one",
            r#"{"client":"One","version":"1.2","from":"npm","steps":["a","b"],"note":"with c"}"#,
        );
        let failing = Report::parse("two", "");
        assert!(!passing.is_failure() && failing.is_failure());
        let page = markdown(&[passing, failing]);
        assert!(
            page.ends_with("| One | 1.2 | npm | a; b | passes with c |\n| two |  |  |  | **fails** |\n"),
            "{page}"
        );
    }
}
