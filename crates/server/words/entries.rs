//! A file of translations: an English line, below it, indented, the same in another language; a blank line between two. `#` begins a
//! line that is a note.

use super::Fault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub english: String,
    pub translation: String,
    /// Of the English, from 1.
    pub line: usize,
}

/// The entries of a file, and what is wrong with it.
pub fn entries(file: &str) -> (Vec<Entry>, Vec<Fault>) {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    let mut waiting: Option<(usize, &str)> = None;
    for (number, line) in (1..).zip(file.lines()) {
        let text = line.trim();
        if text.is_empty() || line.starts_with('#') {
            continue;
        }
        match (line.starts_with(' '), waiting.take()) {
            (true, Some((at, english))) => {
                entries.push(Entry { english: english.to_owned(), translation: text.to_owned(), line: at });
            }
            (true, None) => faults.push(Fault::new(number, "a translation without its English above")),
            (false, before) => {
                if let Some((at, english)) = before {
                    faults.push(Fault::new(at, format!("{english:?} has no translation below it")));
                }
                waiting = Some((number, text));
            }
        }
    }
    if let Some((at, english)) = waiting {
        faults.push(Fault::new(at, format!("{english:?} has no translation below it")));
    }
    (entries, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_line_and_an_indented_one_below_it() {
        let (found, faults) =
            entries("# A note.\n\nSign in\n  Anmelden\n\n{0} day|{0} days\n  {0} Tag|{0} Tage\n");
        let pairs: Vec<_> = found
            .iter()
            .map(|entry| (entry.english.as_str(), entry.translation.as_str(), entry.line))
            .collect();
        assert_eq!(pairs, [("Sign in", "Anmelden", 3), ("{0} day|{0} days", "{0} Tag|{0} Tage", 6)]);
        assert_eq!(faults, []);
    }

    #[test]
    fn one_without_the_other_is_a_fault() {
        for (file, line) in [("A\n\nB\n  b\n", 1), ("A\n  a\n  aa\n", 3), ("\n  a\n", 2), ("A\n  a\n\nB", 4)]
        {
            assert_eq!(entries(file).1.iter().map(|fault| fault.line).collect::<Vec<_>>(), [line], "{file}");
        }
    }
}
