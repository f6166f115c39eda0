//! The house stays as it was built: rules about the tree itself, each one a test.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Longer files hide a seam.
const MAX_LINES: usize = 500;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "manager", "service", "process", "misc"];

struct Source {
    /// Relative to the workspace, with slashes.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

/// All files below `folder` with one of these endings, leaving out what is generated or installed.
fn files(folder: &str, endings: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | ".git" | "data") {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).expect("text");
                let path = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "{folder} has no {endings:?}");
    found
}

fn rust() -> Vec<Source> {
    ["crates", "xtask"].into_iter().flat_map(|folder| files(folder, &[".rs"])).collect()
}

/// The part of a source that ships: without the test module at its foot.
fn shipped(source: &Source) -> &str {
    source.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default()
}

fn is_test(source: &Source) -> bool {
    source.path.contains("/tests/") || source.path.ends_with("tests.rs") || source.path.contains("fixtures")
}

fn assert_none(offenders: &[String], rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let long = rust()
        .iter()
        .filter(|source| source.text.lines().count() > MAX_LINES)
        .map(|s| s.path.clone())
        .collect::<Vec<_>>();
    assert_none(&long, "look for the seam in");
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let is_empty = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    let named = rust()
        .iter()
        .filter(|source| source.path.split('/').any(is_empty))
        .map(|s| s.path.clone())
        .collect::<Vec<_>>();
    assert_none(&named, "say what is inside");
}

#[test]
fn sql_stands_only_in_the_store() {
    let verbs = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"CREATE TABLE "];
    let speaks_sql = |source: &&Source| {
        !source.path.starts_with("crates/store/")
            && !is_test(source)
            && verbs.iter().any(|verb| shipped(source).contains(verb))
    };
    let offenders = rust().iter().filter(speaks_sql).map(|s| s.path.clone()).collect::<Vec<_>>();
    assert_none(&offenders, "only the store speaks SQL, not");
}

#[test]
fn doors_do_not_name_doors() {
    let doors = [("crates/server/src/endpoint/", "web::"), ("crates/server/src/web/", "endpoint::")];
    let sources = rust();
    let names_another = |source: &&Source| {
        doors.iter().any(|(folder, other)| source.path.starts_with(folder) && shipped(source).contains(other))
    };
    let offenders = sources.iter().filter(names_another).map(|s| s.path.clone()).collect::<Vec<_>>();
    assert_none(&offenders, "a door calls a door in");
}

#[test]
fn the_pure_crates_depend_on_no_runtime_no_database_and_no_http() {
    let forbidden = ["tokio", "axum", "hyper", "rusqlite", "postgres", "reqwest", "http"];
    for law in ["domain", "jmap"] {
        let manifest =
            fs::read_to_string(root().join(format!("crates/{law}/Cargo.toml"))).expect("a manifest");
        let shipped = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let names = shipped.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let broken: Vec<_> = names.filter(|name| forbidden.contains(name)).map(str::to_owned).collect();
        assert_none(&broken, law);
    }
}

#[test]
fn migrations_use_only_the_types_that_both_databases_have() {
    for migration in files("migrations", &[".sql"]) {
        let columns = migration
            .text
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        for column in columns {
            let kind = column.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(',');
            assert!(matches!(kind, "TEXT" | "BIGINT" | "BOOLEAN"), "{}: {column}", migration.path);
        }
    }
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let mut offenders = Vec::new();
    for source in rust().iter().filter(|source| !source.path.ends_with("tidy.rs")) {
        for (number, line) in source.text.lines().enumerate() {
            let attribute = line.trim_start();
            if attribute.starts_with("#[allow(") || attribute.starts_with("#![allow(") {
                offenders.push(format!("{}:{} allows", source.path, number + 1));
            }
        }
        for after in source.text.split("#[expect(").skip(1) {
            let attribute = after.split(")]").next().unwrap_or_default();
            if !attribute.contains("reason") {
                offenders.push(format!("{}: expects {attribute} without a reason", source.path));
            }
        }
    }
    assert_none(&offenders, "say why");
}

#[test]
fn no_template_lets_text_through_unescaped_or_styles_inline() {
    for page in files("crates/server/templates", &[".html"]) {
        for hole in ["|safe", "| safe", "style=\"", "onclick", "javascript:", "<script>"] {
            assert!(!page.text.contains(hole), "{} has {hole}", page.path);
        }
    }
}

#[test]
fn every_route_is_in_the_manual() {
    let router = fs::read_to_string(root().join("crates/server/src/router.rs")).expect("the router");
    let paths = fs::read_to_string(root().join("crates/domain/src/discovery.rs")).expect("the paths");
    let manual: String = files("docs/manual", &[".md"]).into_iter().map(|page| page.text).collect();
    let literals =
        router.split('"').chain(paths.split('"')).filter(|text| text.starts_with('/') && !text.contains(' '));
    let missing: Vec<_> = literals
        .filter(|path| !path.contains("{name}") && !manual.contains(*path))
        .map(str::to_owned)
        .collect();
    assert_none(&missing, "docs/manual does not mention");
}

#[test]
fn every_must_of_the_specifications_names_a_test_that_exists() {
    let mut tests = BTreeSet::new();
    for source in rust() {
        for after in source.text.split("fn ").skip(1) {
            let name =
                after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            tests.insert(name.to_owned());
        }
    }
    let mut offenders = Vec::new();
    for table in files("docs/spec", &[".md"]) {
        for row in table.text.lines().filter(|line| line.starts_with("| ")) {
            let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let is_later = row.contains("later");
            let named: Vec<_> =
                row.split('`').skip(1).step_by(2).filter(|text| text.contains("::")).collect();
            if cells.get(1) == Some(&"M") && named.is_empty() && !is_later {
                offenders.push(format!("{}: {} names no test", table.path, cells.first().unwrap_or(&"")));
            }
            for name in named {
                let function = name.rsplit("::").next().unwrap_or_default();
                if !tests.contains(function) {
                    offenders.push(format!("{}: there is no test {name}", table.path));
                }
            }
        }
    }
    assert_none(&offenders, "the table is not kept");
}
