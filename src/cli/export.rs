//! `escalade export`: writes a scenario in the language of another tool.

use super::case::Case;
use super::exact::{MAX_STATES, Problem, tell};
use super::number;
use super::output::{Done, Status, Stop};
use super::progress::Steps;
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::exact::Flat;
use crate::render::{prism_model, prism_properties};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  escalade export my.yaml --out my.prism --properties my.props
  prism my.prism my.props")]
pub(super) struct Flags {
    #[command(flatten)]
    case: Case,
    /// In which language
    #[arg(long, value_enum, default_value_t = Format::Prism)]
    format: Format,
    /// Write the model to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the questions that `escalade exact` answers to a file
    #[arg(long, value_name = "FILE")]
    properties: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
    /// Most states
    #[arg(long, value_name = "N", default_value = MAX_STATES, value_parser = number::count)]
    #[arg(allow_negative_numbers = true)]
    max_states: u64,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A Markov chain in continuous time for PRISM, Storm and what else reads that language
    Prism,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let Format::Prism = flags.format;
    let existing = if flags.force { Existing::Replace } else { Existing::Refuse };
    for file in flags.out.iter().chain(&flags.properties) {
        save::check(file, existing)?;
    }
    let source = flags.case.read(terminal)?;
    let (ready, _) = flags.case.prepare(&source, terminal)?;
    let findings = Flat::refusals(&ready.model);
    if !findings.is_empty() {
        tell(findings, &flags.case, &source, terminal);
        let name = source.name();
        return Err(Stop::bad_input(format!("a chain of that language cannot express all of {name}")));
    }
    let steps = Steps::new(flags.quiet, terminal).with_words();
    let problem = Problem { case: &flags.case, source: &source, ready: &ready, max_states: flags.max_states };
    let space = problem.explore(&steps, terminal)?;
    steps.clear();
    let flat = Flat::new(&ready.model, &space);
    if let Some(file) = &flags.properties {
        save::save(file, prism_properties(&flat).as_bytes(), existing)?;
    }
    match &flags.out {
        Some(file) => save::save(file, prism_model(&flat).as_bytes(), existing)?,
        None => terminal.write(&prism_model(&flat))?,
    }
    Ok(Status::Done)
}
