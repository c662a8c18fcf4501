//! One tiny scenario per mistake, `tests/diagnostics/<kind>/<mistake>.yaml`, and beside it, as `.txt`, what its author
//! is told.
//!
//! A changed message fails the test; `UPDATE=1 cargo test --test diagnostics` writes the new ones, to be read in the
//! diff like any other text for users.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use escalade::check::{base, check};
use escalade::diagnostic::{Diagnostic, draw};
use escalade::source::SourceText;

/// Width of the drawn messages, in columns.
const WIDTH: usize = 80;

/// Largest scenario read, in bytes.
const LIMIT: usize = 1 << 20;

#[test]
fn every_mistake_is_told_as_recorded() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    let mistakes = mistakes();
    assert!(mistakes.len() >= 70, "only {} mistakes found", mistakes.len());
    for path in mistakes {
        let told = told(&path);
        if told.is_empty() {
            writeln!(failures, "{} holds no mistake\n", path.display()).unwrap();
            continue;
        }
        let recorded = path.with_extension("txt");
        if update {
            std::fs::write(&recorded, &told).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&recorded).unwrap_or_default();
        if told != expected {
            writeln!(failures, "{}:\n{}", path.display(), difference(&expected, &told)).unwrap();
        }
    }
    assert!(failures.is_empty(), "messages changed (UPDATE=1 records them):\n\n{failures}");
}

#[test]
fn no_message_is_left_without_its_mistake() {
    for path in files("txt") {
        assert!(path.with_extension("yaml").exists(), "{} has no scenario", path.display());
    }
}

/// What the author of the scenario is told, as `check` finds it; nothing if no error is found. Every message has
/// a place.
fn told(path: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let source = SourceText::from_bytes(name, std::fs::read(path).unwrap(), LIMIT).unwrap();
    let mut diagnostics = check(&source);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        return String::new();
    }
    // Lints speak of scenarios that compile: here, of those with a mistake in a variant only.
    if base(&source).ready.is_some() {
        diagnostics.retain(Diagnostic::is_error);
    }
    for diagnostic in &diagnostics {
        assert!(diagnostic.location.is_some(), "{}: `{}` has no place", path.display(), diagnostic.message);
    }
    draw(&diagnostics, &source, false, WIDTH)
}

/// The scenarios, ordered by path.
fn mistakes() -> Vec<PathBuf> {
    files("yaml")
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let kinds = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics"));
    let mut files: Vec<PathBuf> =
        kinds.iter().filter(|kind| kind.is_dir()).flat_map(|kind| entries(kind)).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

/// The lines that were expected and are not told (`-`), and the other way round (`+`), from the first that differs.
fn difference(expected: &str, told: &str) -> String {
    let (expected, told): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), told.lines().collect());
    let same_start = expected.iter().zip(&told).take_while(|(e, t)| e == t).count();
    let ends = expected[same_start..].iter().rev().zip(told[same_start..].iter().rev());
    let same_end = ends.take_while(|(e, t)| e == t).count();
    let part = |lines: &[&str], mark: &str| -> String {
        let lines = &lines[same_start..lines.len() - same_end];
        lines.iter().flat_map(|line| [mark, line, "\n"]).collect()
    };
    part(&expected, "- ") + &part(&told, "+ ")
}
