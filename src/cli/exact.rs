//! `escalade exact`: computes the figures of a scenario instead of sampling them.

use super::case::Case;
use super::number;
use super::output::{Done, Status, Stop};
use super::pipeline::draw_all;
use super::progress::{Steps, stop_on_interrupt};
use super::run::{Format, rendered};
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::exact::{self, Combination, Limits, Solution, Space, Trouble};
use crate::analysis::trace::explain;
use crate::check::{self, Ready};
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::render::thousands;
use crate::source::SourceText;
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

/// Most states, if nothing else is said.
pub(super) const MAX_STATES: &str = "2000000";

/// What can be numbered.
const HARD_LIMIT: u64 = 1 << 31;

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  escalade exact scenarios/standoff.yaml
  escalade exact my.yaml --set resolve=0.4 --format json
  escalade run my.yaml --exact-check             both kinds of figures side by side")]
pub(super) struct Flags {
    #[command(flatten)]
    case: Case,
    /// Most states: 2000000 or 1e7; some 400 bytes each
    #[arg(long, value_name = "N", default_value = MAX_STATES, value_parser = number::count)]
    #[arg(allow_negative_numbers = true)]
    max_states: u64,
    /// How the report is written to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report as JSON to a file, whole or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "out")]
    force: bool,
    /// No progress, no timing; with --out nothing on standard output either
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let existing = if flags.force { Existing::Replace } else { Existing::Refuse };
    if let Some(out) = &flags.out {
        save::check(out, existing)?;
    }
    let source = flags.case.read(terminal)?;
    let (ready, _) = flags.case.prepare(&source, terminal)?;
    let begun = Instant::now();
    let problem = Problem { case: &flags.case, source: &source, ready: &ready, max_states: flags.max_states };
    let steps = Steps::new(flags.quiet, terminal);
    let solution = problem.solve(&steps, terminal)?;
    let combinations = problem.combinations(&Steps::new(flags.quiet, terminal), terminal)?;
    let took = begun.elapsed();
    let report = exact::document(&ready.model, &solution, &combinations, flags.case.record(&ready)?);
    if let Some(out) = &flags.out {
        save::save(out, report.to_json().as_bytes(), existing)?;
    }
    if !(flags.quiet && flags.out.is_some()) {
        terminal.write(&rendered(&report, flags.format, terminal))?;
    }
    if !flags.quiet {
        let states = thousands(solution.method.states as u64);
        terminal.tell(&format!("{states} states in {:.2} s\n", took.as_secs_f64()));
    }
    Ok(Status::Done)
}

/// A prepared scenario to be solved.
#[derive(Clone, Copy)]
pub(super) struct Problem<'a> {
    pub(super) case: &'a Case,
    pub(super) source: &'a SourceText,
    pub(super) ready: &'a Ready,
    pub(super) max_states: u64,
}

impl Problem<'_> {
    /// The exact figures; what stands in the way is told.
    pub(super) fn solve(self, steps: &Steps, terminal: &Terminal) -> Result<Solution, Stop> {
        let space = self.explore(steps, terminal)?;
        let solved = exact::solve(&self.ready.model, &space, steps);
        steps.clear();
        solved.map_err(|trouble| self.stop(trouble, terminal))
    }

    /// The figures for each combination of the values of parameters.
    fn combinations(self, steps: &Steps, terminal: &Terminal) -> Result<Vec<Combination>, Stop> {
        let found = exact::combinations(&self.ready.model, &self.limits(steps), steps);
        steps.clear();
        found.map_err(|trouble| self.stop(trouble, terminal))
    }

    fn limits(self, steps: &Steps) -> Limits {
        Limits { max_states: self.max_states.min(HARD_LIMIT) as usize, describe: steps.describe }
    }

    /// All states; what stands in the way is told.
    pub(super) fn explore(self, steps: &Steps, terminal: &Terminal) -> Result<Space, Stop> {
        stop_on_interrupt();
        let limits = self.limits(steps);
        exact::explore(&self.ready.scenario, &self.ready.model, &limits, steps).map_err(|trouble| {
            steps.clear();
            self.stop(trouble, terminal)
        })
    }

    fn stop(self, trouble: Trouble, terminal: &Terminal) -> Stop {
        let run = format!("escalade run{}", self.case.name());
        match trouble {
            Trouble::Refused(findings) => {
                let count = findings.len();
                tell(findings, self.case, self.source, terminal);
                let what =
                    if count == 1 { "1 point stands".to_owned() } else { format!("{count} points stand") };
                let name = self.source.name();
                Stop::bad_input(format!(
                    "{what} in the way of exact figures for {name}\n  `{run}` simulates it"
                ))
            }
            Trouble::TooManyStates { states } => Stop::bad_input(format!(
                "there are more than {} states: {} were found before the search was given up{}\n  --max-states N \
                 allows more (some 400 bytes each); `{run}` simulates the scenario",
                thousands(self.max_states),
                thousands(states as u64),
                counters(&self.ready.model),
            )),
            Trouble::TooManySteps { steps } => Stop::bad_input(format!(
                "the fastest rates are too fast for exact figures: it takes {steps:.1e} steps to the horizon\n  \
                 `{run}` simulates the scenario",
            )),
            Trouble::Failed(failure) => {
                let why = explain(&self.ready.model, &failure);
                Stop::failed(format!("a run can fail, so there are no exact figures: {why}"))
            }
            Trouble::Stopped => Stop {
                status: Status::Interrupted,
                message: Some("interrupted: there are no exact figures".into()),
            },
        }
    }
}

/// Draws findings about the scenario as it was changed, at their places in the text.
pub(super) fn tell(findings: Vec<Finding>, case: &Case, source: &SourceText, terminal: &Terminal) {
    let base = check::base(source);
    let place = |finding| match (&base.reading.value, &case.variant) {
        (Some(scenario), Some(variant)) => check::in_variant(finding, scenario, variant),
        _ => finding,
    };
    let findings: Vec<Finding> = findings.into_iter().map(place).collect();
    draw_all(&check::placed(&findings, source, &base.reading), source, terminal);
}

/// The counters that may count without end.
fn counters(model: &Model) -> String {
    let names: Vec<&str> = exact::unbounded(model).collect();
    if names.is_empty() { String::new() } else { format!("; without bound: {}", names.join(", ")) }
}
