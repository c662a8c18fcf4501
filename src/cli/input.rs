//! A scenario's path → its text, or a diagnostic that says why there is none.

#![expect(clippy::result_large_err, reason = "there is one diagnostic for a file, made once")]

use crate::diagnostic::{Diagnostic, suggest};
use crate::source::{SourceText, TextError};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The built-in scenario.
const BUILT_IN: &str = include_str!("../../scenarios/south_caucasus.yaml");

/// Its name.
const BUILT_IN_NAME: &str = "scenarios/south_caucasus.yaml (built in)";

/// Flags that say which scenario to read.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Limits {
    /// Largest file read, such as 4MiB
    #[arg(long, value_name = "BYTES", value_parser = super::number::bytes, default_value = "1MiB")]
    pub(super) max_size: usize,
}

/// Largest report read: many times what a million runs of a large scenario come to.
const LARGEST_REPORT: usize = 256 << 20;

impl Limits {
    /// What is read of a report.
    pub(super) fn of_reports() -> Self {
        Self { max_size: LARGEST_REPORT }
    }
}

/// Whether a file begins like JSON, or is called so.
pub(super) fn looks_like_json(path: &Path) -> bool {
    let called = path.extension().is_some_and(|kind| kind == "json");
    // A file that is not there, or no file, is refused where it is read.
    let mut start = Vec::new();
    let regular = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let read = regular.then(|| File::open(path).and_then(|file| file.take(64).read_to_end(&mut start)));
    called || read.is_some_and(|read| read.is_ok()) && is_json(&String::from_utf8_lossy(&start))
}

/// Whether a text begins like JSON does.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// Reads a scenario: the built-in one without a path, standard input for `-`.
pub(super) fn read(path: Option<&Path>, limits: &Limits) -> Result<SourceText, Diagnostic> {
    match path {
        None => Ok(SourceText::new(BUILT_IN_NAME, BUILT_IN)),
        Some(path) if path == Path::new("-") => {
            let name = "standard input";
            let bytes = capped(io::stdin().lock(), limits).map_err(|error| unreadable(name, &error))?;
            text(name, bytes, limits)
        }
        Some(path) => read_file(path, limits),
    }
}

/// Only a regular file is opened: to open a pipe may wait for ever, and a device may never end.
fn read_file(path: &Path, limits: &Limits) -> Result<SourceText, Diagnostic> {
    let name = path.to_string_lossy().into_owned();
    let metadata = fs::metadata(path).map_err(|error| not_found(path, &error))?;
    refuse_special(path, &metadata)?;
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    let bytes = capped(file, limits).map_err(|error| unreadable(&name, &error))?;
    text(&name, bytes, limits)
}

/// At most one byte more than allowed, so that more is known to be more.
fn capped(reader: impl Read, limits: &Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take((limits.max_size as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(name: &str, bytes: Vec<u8>, limits: &Limits) -> Result<SourceText, Diagnostic> {
    SourceText::from_bytes(name, bytes, limits.max_size).map_err(|error| {
        let code = match error {
            TextError::TooLarge { .. } => "file-too-large",
            TextError::Empty => "empty-file",
            TextError::Utf16 | TextError::NotUtf8 { .. } => "not-utf8",
            TextError::Nul { .. } => "nul-byte",
        };
        let help: &[&str] =
            if code == "empty-file" { &["`escalade new` writes a scenario to start from"] } else { &[] };
        Diagnostic::of_file(name, code, &error.to_string(), help)
    })
}

fn refuse_special(path: &Path, metadata: &Metadata) -> Result<(), Diagnostic> {
    let name = path.to_string_lossy();
    if metadata.is_dir() {
        let help = scenarios_in(path).map(|files| format!("scenarios in it: {files}"));
        let help: Vec<&str> = help.iter().map(String::as_str).collect();
        return Err(Diagnostic::of_file(name, "folder", "this is a folder, not a file", &help));
    }
    if !metadata.is_file() {
        let help = "pipe it in instead: `escalade … -` reads standard input";
        let message = "this is a device, pipe or socket, not a regular file";
        return Err(Diagnostic::of_file(name, "not-a-file", message, &[help]));
    }
    Ok(())
}

fn not_found(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.to_string_lossy();
    if error.kind() != ErrorKind::NotFound {
        return unreadable(&name, error);
    }
    if path.is_symlink() {
        return Diagnostic::of_file(name, "no-file", "this link leads to no file", &[]);
    }
    let meant = sibling(path).map(|meant| format!("did you mean `{}`?", meant.display()));
    let new = (meant.is_none()).then(|| match path.extension() {
        Some(extension) if extension == "json" => {
            format!("`escalade run --format json --out {name}` writes a report")
        }
        _ => format!("`escalade new {name}` writes a scenario to start from"),
    });
    let help: Vec<&str> = meant.iter().chain(&new).map(String::as_str).collect();
    Diagnostic::of_file(&*name, "no-file", "there is no such file", &help)
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            Diagnostic::of_file(name, "no-permission", "this file may not be read", &["see its permissions"])
        }
        _ => Diagnostic::of_file(name, "unreadable", &format!("this file cannot be read: {error}"), &[]),
    }
}

/// The file beside a missing one whose name is most like it.
fn sibling(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names = names_in(folder.unwrap_or(Path::new(".")));
    let meant = suggest(name, names)?;
    Some(folder.map_or_else(|| PathBuf::from(&meant), |folder| folder.join(&meant)))
}

/// The scenario files of a folder, a few of them.
fn scenarios_in(folder: &Path) -> Option<String> {
    const MOST: usize = 5;
    let mut names = names_in(folder);
    names.retain(|name| Path::new(name).extension().is_some_and(|kind| kind == "yaml" || kind == "yml"));
    names.sort();
    let more = if names.len() > MOST { ", …" } else { "" };
    names.truncate(MOST);
    (!names.is_empty()).then(|| names.join(", ") + more)
}

/// The names of what is in a folder, as far as they are text; of a huge folder, of some.
fn names_in(folder: &Path) -> Vec<String> {
    const MOST: usize = 10_000;
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST);
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
