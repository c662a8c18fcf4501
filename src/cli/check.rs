//! `escalade check`: every mistake and doubtful point of scenario files, in one pass.

use super::input::{self, Limits};
use super::output::{Done, Status};
use super::pipeline::draw_all;
use super::terminal::Terminal;
use crate::check::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceText;
use crate::source::neutral::{json, neutralise};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Version of the JSON.
const FORMAT: u32 = 1;

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  escalade check my.yaml
  escalade check scenarios/*.yaml --deny-warnings
  escalade check my.yaml --format json

Exit status: 0 no error, 1 warnings with --deny-warnings, 2 errors.")]
pub(super) struct Flags {
    /// Scenario files; `-` is standard input, none is the built-in scenario
    files: Vec<PathBuf>,
    /// Exit with status 1 if there are warnings
    #[arg(long)]
    deny_warnings: bool,
    /// How the findings are written: text to standard error, JSON to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// For programs
    Json,
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
struct Document {
    format: u32,
    files: Vec<FileFindings>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// What was found in one file.
#[derive(Debug, Serialize)]
struct FileFindings {
    file: String,
    diagnostics: Vec<Diagnostic>,
    #[serde(skip)]
    source: SourceText,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let paths: Vec<Option<&Path>> = match flags.files.as_slice() {
        [] => vec![None],
        files => files.iter().map(|file| Some(file.as_path())).collect(),
    };
    let files = paths.into_iter().map(|path| look_at(path, &flags.limits)).collect();
    let document = Document::new(files);
    match flags.format {
        Format::Json => {
            terminal.write(&json(&document))?;
        }
        Format::Text => {
            for file in &document.files {
                draw_all(&file.diagnostics, &file.source, terminal);
            }
            terminal.write(&document.summary())?;
        }
    }
    Ok(document.status(flags.deny_warnings))
}

fn look_at(path: Option<&Path>, limits: &Limits) -> FileFindings {
    match input::read(path, limits) {
        Ok(source) => FileFindings { file: source.name().to_owned(), diagnostics: check(&source), source },
        Err(diagnostic) => {
            let source = SourceText::new(diagnostic.file.clone(), "");
            FileFindings { file: diagnostic.file.clone(), diagnostics: vec![diagnostic], source }
        }
    }
}

impl Document {
    fn new(files: Vec<FileFindings>) -> Self {
        let all = || files.iter().flat_map(|file| &file.diagnostics);
        let count = |severity| all().filter(|diagnostic| diagnostic.severity == severity).count();
        let (errors, warnings, notes) =
            (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        Self { format: FORMAT, files, errors, warnings, notes }
    }

    /// `2 files: 1 error, no warnings, 3 notes`
    fn summary(&self) -> String {
        let files = match self.files.as_slice() {
            [file] => neutralise(&file.file).into_owned(),
            files => format!("{} files", files.len()),
        };
        let counted = |count: usize, what: &str| match count {
            0 => format!("no {what}s"),
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        let counts =
            [counted(self.errors, "error"), counted(self.warnings, "warning"), counted(self.notes, "note")];
        format!("{files}: {}\n", counts.join(", "))
    }

    fn status(&self, deny_warnings: bool) -> Status {
        match (self.errors, self.warnings) {
            (0, 0) => Status::Done,
            (0, _) if deny_warnings => Status::GateFailed,
            (0, _) => Status::Done,
            _ => Status::BadInput,
        }
    }
}
