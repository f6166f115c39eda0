//! Lays the translations of `words/` beside the texts that stand in templates and in Rust, and stops the build where one is missing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[path = "words/mod.rs"]
mod words;

use words::{Fault, Found, bare::bare, check, entries::entries, rust::in_rust, template};

/// What is wrong, and in which file.
type Faults = Vec<(String, Fault)>;

fn main() -> ExitCode {
    for watched in ["build.rs", "words", "templates", "src"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut faults = Faults::new();
    let found = found(&mut faults);
    let german = read_all("words/de", "txt", &mut faults, entries);
    match check::pair(&found, &german) {
        Ok(table) => write(&check::generate("GERMAN", &table)),
        Err(wrong) => faults.extend(wrong),
    }
    for (file, Fault { line, what }) in &faults {
        println!("cargo::error=crates/server/{file}:{line}: {what}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every text that stands in place.
fn found(faults: &mut Faults) -> Vec<(String, Found)> {
    let mut found = read_all("templates", "html", faults, in_template);
    found.extend(read_all("src", "rs", faults, in_rust));
    found
}

fn in_template(text: &str) -> (Vec<Found>, Vec<Fault>) {
    let (found, mut faults) = template::in_template(text);
    faults.extend(bare(text));
    (found, faults)
}

/// What `read` finds in each file below `folder` with this extension, with the file's name.
fn read_all<T>(
    folder: &str,
    extension: &str,
    faults: &mut Faults,
    read: impl Fn(&str) -> (Vec<T>, Vec<Fault>),
) -> Vec<(String, T)> {
    let mut all = Vec::new();
    for file in files(Path::new(folder), extension) {
        let name = file.display().to_string();
        let (found, wrong) = read(&fs::read_to_string(&file).unwrap_or_default());
        all.extend(found.into_iter().map(|found| (name.clone(), found)));
        faults.extend(wrong.into_iter().map(|fault| (name.clone(), fault)));
    }
    all
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(self::files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn write(table: &str) {
    let folder = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&folder).join("words.rs"), table) {
        println!("cargo::error={error}");
    }
}
