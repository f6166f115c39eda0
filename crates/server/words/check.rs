//! What stands in place against what was translated.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{Fault, Found, entries::Entry};

/// Something in a file.
type In<T> = (String, T);

/// The translations by their English, or what is wrong with them, by file: each text has one, and each one is used and has the same
/// places and as many forms as its English. Two files may hold the same text, if they say the same.
pub fn pair(found: &[In<Found>], entries: &[In<Entry>]) -> Result<BTreeMap<String, String>, Vec<In<Fault>>> {
    let used: BTreeSet<&str> = found.iter().map(|(_, found)| found.text.as_str()).collect();
    let mut table: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (file, Entry { english, translation, line }) in entries {
        let before = table.insert(english.clone(), (file, translation));
        let what = if !used.contains(english.as_str()) {
            "is used no longer".to_owned()
        } else if forms(english) != forms(translation) {
            "and its translation differ in {0}, {1} … or in the number of their forms".to_owned()
        } else if before.is_some_and(|(before, _)| before == file) {
            "stands twice in this file".to_owned()
        } else if let Some((before, other)) = before.filter(|(_, other)| other != translation) {
            format!("is {other:?} in {before}")
        } else {
            continue;
        };
        faults.push((file.clone(), Fault::new(*line, format!("{english:?} {what}"))));
    }
    let mut named: BTreeSet<&str> = entries.iter().map(|(_, entry)| entry.english.as_str()).collect();
    for (file, found) in found {
        if named.insert(&found.text) {
            faults
                .push((file.clone(), Fault::new(found.line, format!("{:?} has no translation", found.text))));
        }
    }
    let table = table.into_iter().map(|(english, (_, translation))| (english, translation.to_owned()));
    if faults.is_empty() { Ok(table.collect()) } else { Err(faults) }
}

/// The table as Rust.
pub fn generate(name: &str, table: &BTreeMap<String, String>) -> String {
    let mut source = format!("pub static {name}: &[(&str, &str)] = &[\n");
    for (english, translation) in table {
        // A string takes all that is written to it.
        let _ = writeln!(source, "    ({english:?}, {translation:?}),");
    }
    source.push_str("];\n");
    source
}

/// The places of each form of a text.
fn forms(text: &str) -> Vec<BTreeSet<char>> {
    let places = |form: &str| {
        let after = form.split('{').skip(1).filter(|after| after.get(1..2) == Some("}"));
        after.filter_map(|after| after.chars().next()).filter(char::is_ascii_digit).collect()
    };
    text.split('|').map(places).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong when `texts` stand in place and the translations in two files are these.
    fn faults(texts: &[&str], german: [&[(&str, &str)]; 2]) -> Vec<String> {
        let found =
            texts.iter().map(|text| ("a.html".to_owned(), Found { text: (*text).to_owned(), line: 7 }));
        let entry = |(english, translation): &(&str, &str)| Entry {
            english: (*english).to_owned(),
            translation: (*translation).to_owned(),
            line: 3,
        };
        let file = |(name, pairs): (&str, &[(&str, &str)])| {
            pairs.iter().map(|pair| (name.to_owned(), entry(pair))).collect::<Vec<_>>()
        };
        let entries: Vec<_> = ["a.txt", "b.txt"].into_iter().zip(german).flat_map(file).collect();
        let faults = pair(&found.collect::<Vec<_>>(), &entries).err().unwrap_or_default();
        faults.into_iter().map(|(file, fault)| format!("{file}:{} {}", fault.line, fault.what)).collect()
    }

    #[test]
    fn what_has_no_translation_is_named_once_with_its_place() {
        assert_eq!(
            faults(&["Yes", "No", "No"], [&[("Yes", "Ja")], &[]]),
            ["a.html:7 \"No\" has no translation"]
        );
    }

    #[test]
    fn what_is_used_no_longer_is_named() {
        assert_eq!(faults(&[], [&[("Yes", "Ja")], &[]]), ["a.txt:3 \"Yes\" is used no longer"]);
    }

    #[test]
    fn what_stands_twice_is_named_unless_another_file_says_the_same() {
        let yes: &[(&str, &str)] = &[("Yes", "Ja")];
        assert_eq!(
            faults(&["Yes"], [&[("Yes", "Ja"), ("Yes", "Ja")], &[]]),
            ["a.txt:3 \"Yes\" stands twice in this file"]
        );
        assert_eq!(faults(&["Yes"], [yes, &[("Yes", "Jawohl")]]), ["b.txt:3 \"Yes\" is \"Ja\" in a.txt"]);
        assert_eq!(faults(&["Yes"], [yes, yes]), [""; 0]);
    }

    #[test]
    fn places_and_forms_have_to_be_the_same() {
        for (english, german) in [
            ("A {0}", "Ein"),
            ("A {0}", "Ein {1}"),
            ("A", "Ein {0}"),
            ("{0} day|{0} days", "{0} Tage"),
            ("{0} day|{0} days", "ein Tag|{0} Tage"),
        ] {
            assert_eq!(faults(&[english], [&[(english, german)], &[]]).len(), 1, "{german}");
        }
        assert_eq!(faults(&["{0} of {1}"], [&[("{0} of {1}", "{1}, davon {0}")], &[]]), [""; 0]);
    }

    #[test]
    fn the_table_is_rust_in_order() {
        let table =
            [("b \"x\"", "ü"), ("A", "a")].map(|(english, german)| (english.to_owned(), german.to_owned()));
        let expected =
            "pub static T: &[(&str, &str)] = &[\n    (\"A\", \"a\"),\n    (\"b \\\"x\\\"\", \"ü\"),\n];\n";
        assert_eq!(generate("T", &table.into()), expected);
    }
}
