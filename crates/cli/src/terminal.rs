//! What goes to stdout, what goes to stderr, and tables that fit between the edges of the terminal.

use std::{
    env,
    fmt::Write as _,
    io::{self, IsTerminal, Write},
    iter,
};

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::failure::Failure;

/// Between two columns of a table.
const GAP: &str = "  ";

/// No column is cut to less than this.
const NARROWEST: usize = 4;

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
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// Says how far a long operation is, over what was said before; only to somebody who looks on.
pub(crate) fn progress(text: &str) {
    let mut err = io::stderr();
    if err.is_terminal() {
        let _ = write!(err, "\r\u{1b}[K{}", harmless(text));
        let _ = err.flush();
    }
}

/// Prints JSON, with what a terminal would obey written as escapes, which mean the same.
pub(crate) fn say_json(value: &Value) -> Result<(), Failure> {
    say(&escaped(&format!("{value:#}")))
}

/// Prints rows below their heading: as wide as they are, or cut to the width of the terminal, the widest column first.
pub(crate) fn say_table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    let heading: Vec<_> = heading.map(str::to_owned).into();
    say(&table(&heading, &rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>(), width()))
}

/// The same for as many columns as there are.
pub(crate) fn say_rows(heading: &[String], rows: &[Vec<String>]) -> Result<(), Failure> {
    say(&table(heading, rows, width()))
}

/// `text` without characters that a terminal obeys instead of showing them, or that change the order of what is shown.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Each of `lines`, harmless, on a line of its own.
pub(crate) fn harmless_lines(lines: &[String]) -> String {
    lines.iter().map(|line| harmless(line)).collect::<Vec<_>>().join("\n")
}

fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) && c != '\n' {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// Columns of the terminal on stdout, or as many as `COLUMNS` says; `None` when it is a file or a pipe.
fn width() -> Option<usize> {
    let out = io::stdout();
    let said =
        env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let real = || out.is_terminal().then(|| terminal_size::terminal_size_of(&out)).flatten();
    said.or_else(|| real().map(|(width, _)| usize::from(width.0)))
}

fn table(heading: &[String], rows: &[Vec<String>], width: Option<usize>) -> String {
    let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
    // Headings may come from a server, too: they are the names that its schema gives.
    for line in iter::once(heading).chain(rows.iter().map(Vec::as_slice)) {
        lines.push(line.iter().map(|cell| harmless(cell)).collect());
    }
    let mut widths = vec![0; heading.len()];
    for line in &lines {
        for (widest, cell) in widths.iter_mut().zip(line) {
            *widest = cell.width().max(*widest);
        }
    }
    let gaps = GAP.len() * heading.len().saturating_sub(1);
    let mut excess = width.map_or(0, |width| (widths.iter().sum::<usize>() + gaps).saturating_sub(width));
    while excess > 0 {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > NARROWEST) else {
            break;
        };
        *widest -= 1;
        excess -= 1;
    }
    let lines = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| fit(cell, *width));
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `cell` in exactly `width` columns, with an ellipsis where it is cut.
fn fit(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return format!("{cell}{}", " ".repeat(width - cell.width()));
    }
    let mut kept = String::new();
    let mut taken = 0;
    for c in cell.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide >= width {
            break;
        }
        kept.push(c);
        taken += wide;
    }
    kept.push('…');
    kept.extend(iter::repeat_n(' ', width.saturating_sub(taken + 1)));
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(cells: &[[&str; 2]], width: Option<usize>) -> String {
        let rows: Vec<Vec<String>> = cells.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        table(&["ID".to_owned(), "NAME".to_owned()], &rows, width)
    }

    const ROWS: [[&str; 2]; 2] = [["a", "long enough to be cut"], ["bb", "short"]];

    #[test]
    fn a_table_is_as_wide_as_its_cells_where_nobody_looks() {
        assert_eq!(of(&ROWS, None), "ID  NAME\na   long enough to be cut\nbb  short");
    }

    #[test]
    fn a_table_never_leaves_the_terminal() {
        let text = of(&ROWS, Some(14));
        assert!(text.lines().all(|line| line.width() <= 14), "{text}");
        assert!(text.contains("long enou…"), "{text}");
    }

    #[test]
    fn wide_letters_take_the_room_they_take() {
        let text = of(&[["漢字", "漢字漢字漢字"], ["a", "b"]], Some(13));
        assert_eq!(text, "ID    NAME\n漢字  漢字漢…\na     b");
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_printed() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{9b}c\n\u{202e}"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\u{fffd}");
        assert!(!of(&[["\u{1b}[31m", "\r"]], None).contains(['\u{1b}', '\r']));
        assert!(!table(&["\u{1b}]0;title".to_owned()], &[], None).contains('\u{1b}'));
    }

    #[test]
    fn control_characters_in_json_are_escaped_and_mean_the_same() {
        let text = escaped(&json!("a\u{9b}b\u{7f}\u{202e}").to_string());
        assert_eq!(text, r#""a\u009bb\u007f\u202e""#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!("a\u{9b}b\u{7f}\u{202e}"));
    }
}
