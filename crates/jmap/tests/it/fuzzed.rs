//! The bodies of fuzzing over its seeds and over what a few thousand small changes make of them: always the same ones.

use std::{fs, path::Path};

use crate::bodies;

/// Changed copies of each seed.
const COPIES: u64 = 2_000;

/// What changes put in: the words and signs of the standard.
const WORDS: [&str; 24] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "/",
    "~",
    "~0",
    "~1",
    "*",
    "#",
    "null",
    "0",
    "-1",
    "1e999",
    "\\ud800",
    "\"#ids\":",
    "\"resultOf\":",
    "\"path\":\"/*\"",
    "\"create\":{}",
    "\"AND\"",
    "\u{0}",
];

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % bound.max(1)
    }
}

fn changed(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let (at, other) = (numbers.below(bytes.len() + 1), numbers.below(bytes.len() + 1));
        let (start, end) = (at.min(other), at.max(other));
        match numbers.below(5) {
            0 => drop(bytes.drain(start..end.min(start + 8))),
            1 => drop(bytes.splice(at..at, WORDS[numbers.below(WORDS.len())].bytes())),
            2 => drop(bytes.splice(at..at, seed[start.min(seed.len())..end.min(seed.len())].to_vec())),
            3 => bytes.truncate(end.max(1)),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << numbers.below(8)),
        }
    }
    bytes
}

fn over_the_seeds(of: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(of);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for file in files {
        let seed = fs::read(file).unwrap();
        body(&seed);
        for _ in 0..COPIES {
            body(&changed(&seed, &mut numbers));
        }
    }
}

#[test]
fn z19_any_request_is_answered_or_refused() {
    over_the_seeds("request", bodies::request);
}

#[test]
fn z19_any_reference_leads_where_it_says() {
    over_the_seeds("reference", bodies::reference);
}

#[test]
fn z19_any_pointer_is_read_as_others_read_it() {
    over_the_seeds("pointer", bodies::pointer);
}

#[test]
fn z19_any_patch_does_what_it_names_and_nothing_else() {
    over_the_seeds("patch", bodies::patch);
}
