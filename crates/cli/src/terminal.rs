//! What goes to stdout, what goes to stderr, and tables that fit between the edges of the terminal.

use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

/// Prints the answer of a command. A line feed is added.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Prints a line that is not part of the answer.
pub(crate) fn note(text: &str) {
    // Where even stderr is gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints rows below their heading: as wide as they are, or cut to the width of the terminal, the widest column first.
pub(crate) fn say_table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    say(&table(heading, rows, width()))
}

/// `text` without characters that a terminal obeys instead of showing them.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Columns of the terminal on stdout; `None` when it is a file or a pipe.
fn width() -> Option<usize> {
    let out = io::stdout();
    let size = out.is_terminal().then(|| terminal_size::terminal_size_of(&out)).flatten();
    size.map(|(width, _)| usize::from(width.0))
}

fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]], width: Option<usize>) -> String {
    const GAP: usize = 2;
    let mut widths = heading.map(str::len);
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = cell.chars().count().max(*widest);
        }
    }
    let gaps = GAP * N.saturating_sub(1);
    let mut excess = width.map_or(0, |width| (widths.iter().sum::<usize>() + gaps).saturating_sub(width));
    while excess > 0 {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 4) else {
            break;
        };
        *widest -= 1;
        excess -= 1;
    }
    let heading = heading.map(str::to_owned);
    let lines = std::iter::once(&heading).chain(rows).map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| fit(cell, width));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn fit(cell: &str, width: usize) -> String {
    let cell = harmless(cell);
    if cell.chars().count() <= width {
        return format!("{cell:width$}");
    }
    cell.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> [[String; 2]; 2] {
        [["a".into(), "long enough to be cut".into()], ["bb".into(), "short".into()]]
    }

    #[test]
    fn a_table_is_as_wide_as_its_cells_where_nobody_looks() {
        let text = table(["ID", "NAME"], &rows(), None);
        assert_eq!(text, "ID  NAME\na   long enough to be cut\nbb  short");
    }

    #[test]
    fn a_table_never_leaves_the_terminal() {
        let text = table(["ID", "NAME"], &rows(), Some(14));
        assert!(text.lines().all(|line| line.chars().count() <= 14), "{text}");
        assert!(text.contains("long enou…"), "{text}");
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_printed() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{9b}c\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
    }
}
