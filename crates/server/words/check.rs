//! What stands in place against what was translated.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Entry, Fault, Found};

/// Something in a file.
type In<T> = (String, T);

/// The translations by their English, or what is wrong with them, by file: each text has one, and each one is used, stands once, and
/// has the same places and as many forms as its English.
pub fn pair(found: &[In<Found>], entries: &[In<Entry>]) -> Result<BTreeMap<String, String>, Vec<In<Fault>>> {
    let used: BTreeSet<&str> = found.iter().map(|(_, found)| found.text.as_str()).collect();
    let mut table = BTreeMap::new();
    let mut faults = Vec::new();
    for (file, Entry { english, translation, line }) in entries {
        let mut fault = |what: String| faults.push((file.clone(), Fault::new(*line, what)));
        if !used.contains(english.as_str()) {
            fault(format!("{english:?} is used no longer"));
        } else if forms(english) != forms(translation) {
            fault(format!("{english:?} and its translation differ in {{0}}, {{1}} or the number of forms"));
        } else if table.insert(english.clone(), translation.clone()).is_some() {
            fault(format!("{english:?} stands twice"));
        }
    }
    let named: BTreeSet<&str> = entries.iter().map(|(_, entry)| entry.english.as_str()).collect();
    for (file, found) in found.iter().filter(|(_, found)| !named.contains(found.text.as_str())) {
        faults.push((file.clone(), Fault::new(found.line, format!("{:?} has no translation", found.text))));
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

/// The table as Rust.
pub fn generate(name: &str, table: &BTreeMap<String, String>) -> String {
    let mut source = format!("pub static {name}: &[(&str, &str)] = &[\n");
    for (english, translation) in table {
        let _ = writeln!(source, "    ({english:?}, {translation:?}),");
    }
    source.push_str("];\n");
    source
}

/// The places of each form of a text.
fn forms(text: &str) -> Vec<BTreeSet<char>> {
    let places = |form: &str| {
        let after = form.split('{').skip(1).filter(|after| after.get(1..2) == Some("}"));
        after.filter_map(|after| after.chars().next()).filter(char::is_ascii_digit).collect::<BTreeSet<_>>()
    };
    text.split('|').map(places).collect()
}
