//! `escalade exact`: computes the figures of a scenario instead of sampling them.

use super::case::Case;
use super::number;
use super::output::{Done, Status, Stop};
use super::pipeline::draw_all;
use super::progress::{Steps, stop_on_interrupt};
use super::run::{Format, rendered};
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::exact::{self, Limits, Solution, Space, Trouble};
use crate::analysis::trace::explain;
use crate::check::{self, Ready};
use crate::diagnostic::Finding;
use crate::model::{Domain, Model};
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
    /// Most states: 2000000 or 1e7; some 200 bytes each
    #[arg(long, value_name = "N", default_value = MAX_STATES, value_parser = number::count)]
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
    let solution = solution(&flags.case, &source, &ready, flags.max_states, flags.quiet, terminal)?;
    let took = begun.elapsed();
    let report = exact::document(&ready.model, &solution, flags.case.record(&ready)?);
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

/// The exact figures of a prepared scenario; what stands in the way is told.
pub(super) fn solution(
    case: &Case,
    source: &SourceText,
    ready: &Ready,
    max_states: u64,
    quiet: bool,
    terminal: &Terminal,
) -> Result<Solution, Stop> {
    let steps = Steps::new(quiet, terminal);
    let solved = explored(case, source, ready, max_states, &steps, terminal).and_then(|space| {
        exact::solve(&ready.model, &space, &steps)
            .map_err(|trouble| stop(case, source, ready, max_states, trouble, terminal))
    });
    steps.clear();
    solved
}

/// All states of a prepared scenario; what stands in the way is told.
pub(super) fn explored(
    case: &Case,
    source: &SourceText,
    ready: &Ready,
    max_states: u64,
    steps: &Steps,
    terminal: &Terminal,
) -> Result<Space, Stop> {
    stop_on_interrupt();
    let limits = Limits { max_states: max_states.min(HARD_LIMIT) as usize, describe: steps.describe };
    exact::explore(&ready.scenario, &ready.model, &limits, steps).map_err(|trouble| {
        steps.clear();
        stop(case, source, ready, max_states, trouble, terminal)
    })
}

fn stop(
    case: &Case,
    source: &SourceText,
    ready: &Ready,
    max_states: u64,
    trouble: Trouble,
    terminal: &Terminal,
) -> Stop {
    match trouble {
        Trouble::Refused(findings) => {
            let count = findings.len();
            tell(findings, case, source, terminal);
            let what = if count == 1 { "1 point stands".to_owned() } else { format!("{count} points stand") };
            let (name, run) = (source.name(), case.name());
            Stop::bad_input(format!(
                "{what} in the way of exact figures for {name}\n  `escalade run{run}` simulates it"
            ))
        }
        Trouble::TooManyStates { states } => Stop::bad_input(format!(
            "there are more than {} states: {} were found before the search was given up{}\n  --max-states N allows \
             more (some 200 bytes each); `escalade run{}` simulates the scenario",
            thousands(max_states),
            thousands(states as u64),
            counters(&ready.model),
            case.name(),
        )),
        Trouble::Failed(failure) => Stop::failed(format!(
            "a run can fail, so there are no exact figures: {}",
            explain(&ready.model, &failure)
        )),
        Trouble::Stopped => Stop {
            status: Status::Interrupted,
            message: Some("interrupted: there are no exact figures".into()),
        },
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

/// Counters have no bound of their own.
fn counters(model: &Model) -> String {
    let counters = model.variables.iter().filter(|variable| variable.domain == Domain::Count);
    let names: Vec<&str> = counters.map(|variable| variable.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("; without bound: {}", names.join(", ")) }
}
