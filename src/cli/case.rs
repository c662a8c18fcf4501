//! Which scenario, and what is applied to it: what all verbs that work on one scenario have in common.

use super::input::{self, Limits};
use super::number;
use super::output::Stop;
use super::pipeline::{Changes, prepare, refuse};
use super::terminal::Terminal;
use crate::check::Ready;
use crate::report::{ScenarioRecord, digest};
use crate::source::SourceText;
use clap::Args;
use indexmap::IndexMap;
use std::path::PathBuf;

/// Flags as given.
#[derive(Debug, Args)]
pub(super) struct Case {
    /// Scenario file; `-` is standard input, none is the built-in scenario
    pub(super) scenario: Option<PathBuf>,
    /// Apply one of its variants
    #[arg(long, value_name = "ID")]
    pub(super) variant: Option<String>,
    /// Set a parameter or an initial value (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = number::setting)]
    pub(super) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) limits: Limits,
}

impl Case {
    /// The scenario's text.
    pub(super) fn read(&self, terminal: &Terminal) -> Result<SourceText, Stop> {
        input::read(self.scenario.as_deref(), &self.limits).map_err(|diagnostic| refuse(diagnostic, terminal))
    }

    /// The scenario of a text with all changes, compiled, and the number of its warnings.
    pub(super) fn prepare(&self, source: &SourceText, terminal: &Terminal) -> Result<(Ready, usize), Stop> {
        prepare(source, Changes { variant: self.variant.as_deref(), set: &self.set }, terminal)
    }

    /// The scenario's name on a command line.
    pub(super) fn name(&self) -> String {
        self.scenario.as_ref().map_or_else(String::new, |path| format!(" {}", path.display()))
    }

    /// The scenario as it goes into a report.
    pub(super) fn record(&self, ready: &Ready) -> Result<ScenarioRecord, Stop> {
        record(ready, self.variant.clone(), self.set.iter().cloned().collect())
    }
}

/// A scenario as it goes into a report.
pub(super) fn record(
    ready: &Ready,
    variant: Option<String>,
    set: IndexMap<String, String>,
) -> Result<ScenarioRecord, Stop> {
    let text = serde_yaml::to_string(&ready.scenario)
        .map_err(|error| Stop::failed(format!("the scenario cannot be written: {error}")))?;
    Ok(ScenarioRecord { digest: digest(&text), variant, set, text })
}
