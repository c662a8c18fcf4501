//! `escalade run`: simulates a scenario and writes the report.

use super::case::Case;
use super::exact::{MAX_STATES, Problem};
use super::number;
use super::output::{Done, Status, Stop};
use super::progress::{Bar, Show, Steps, stop_on_interrupt};
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::exact::check;
use crate::analysis::trace::explain;
use crate::check::Ready;
use crate::engine::Draws;
use crate::ensemble::{self, Batch, Plan, RunFailed};
use crate::render;
use crate::report::{self, Report};
use crate::source::neutral::neutralise_lines;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Which scenario, changed how, with which luck: what `run` and `trace` have in common.
#[derive(Debug, Args)]
pub(super) struct Selection {
    #[command(flatten)]
    pub(super) case: Case,
    /// Seed of all draws, 0 to 2^64-1
    #[arg(long, default_value = "1", value_parser = number::seed)]
    pub(super) seed: u64,
}

impl Selection {
    /// The scenario, read and compiled, and the number of its warnings.
    pub(super) fn prepare(&self, terminal: &Terminal) -> Result<(Ready, usize), Stop> {
        self.case.prepare(&self.case.read(terminal)?, terminal)
    }

    /// The call that replays a run.
    fn replay(&self, run: u64) -> String {
        let Case { scenario, variant, set, .. } = &self.case;
        let set: Vec<_> = set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let name = scenario.as_ref().map(|path| path.display().to_string());
        let seed = self.seed.to_string();
        let of =
            render::Replay { scenario: name.as_deref(), variant: variant.as_deref(), set: &set, seed: &seed };
        render::replay(of, &run.to_string())
    }
}

/// Flags as given.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  escalade run --runs 1e6 --variant us_mediates
  escalade run my.yaml --set risk=20% --format markdown > memo.md
  escalade run my.yaml --out report.json --quiet")]
pub(super) struct Flags {
    #[command(flatten)]
    selection: Selection,
    /// How many runs: 100000 or 1e6
    #[arg(long, value_name = "N", default_value = "100000", value_parser = number::count)]
    runs: u64,
    /// Threads; one per core if not given. No figure depends on it
    #[arg(long, value_name = "N", value_parser = number::count)]
    jobs: Option<u64>,
    /// Level of the intervals: 0.95 or 95%
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = number::confidence)]
    confidence: f64,
    /// How the report is written to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report as JSON to a file, whole or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "out")]
    force: bool,
    /// Count runs that fail as an outcome of their own, and go on
    #[arg(long)]
    keep_failed: bool,
    /// Also compute the exact figures and show both side by side
    #[arg(long)]
    exact_check: bool,
    /// With --exact-check: most states
    #[arg(long, value_name = "N", default_value = MAX_STATES, value_parser = number::count, requires = "exact_check")]
    max_states: u64,
    /// No progress, no warnings, no timing; with --out nothing on standard output either
    #[arg(long, short)]
    quiet: bool,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For reading
    Text,
    /// The whole document
    Json,
    /// For a memo
    Markdown,
    /// One table
    Csv,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    if let Some(out) = &flags.out {
        save::check(out, flags.existing())?;
    }
    let source = flags.selection.case.read(terminal)?;
    let (ready, warnings) = flags.selection.case.prepare(&source, terminal)?;
    if warnings > 0 && !flags.quiet {
        let plural = if warnings == 1 { "" } else { "s" };
        let name = flags.selection.case.name();
        terminal
            .tell(&neutralise_lines(&format!("{warnings} warning{plural}: see `escalade check{name}`\n")));
    }
    let problem =
        Problem { case: &flags.selection.case, source: &source, ready: &ready, max_states: flags.max_states };
    let steps = || Steps::new(flags.quiet, terminal);
    let solution = flags.exact_check.then(|| problem.solve(&steps(), terminal)).transpose()?;
    let (batch, took) = simulate(flags, &ready, terminal)?;
    if batch.runs == 0 {
        return Err(Stop {
            status: Status::Interrupted,
            message: Some("interrupted before any run was made".into()),
        });
    }
    let mut report = document(flags, &ready, &batch)?;
    report.exact_check = solution.map(|solution| check(&ready.model, &report, &solution));
    if let Some(out) = &flags.out {
        save::save(out, report.to_json().as_bytes(), flags.existing())?;
    }
    if !(flags.quiet && flags.out.is_some()) {
        terminal.write(&rendered(&report, flags.format, terminal))?;
    }
    if !flags.quiet {
        terminal.tell(&timing(batch.runs, took, threads(flags)));
    }
    Ok(if batch.partial { Status::Interrupted } else { Status::Done })
}

impl Flags {
    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Refuse }
    }

    fn plan(&self) -> Plan {
        Plan {
            seed: self.selection.seed,
            draws: Draws::Each,
            runs: self.runs,
            jobs: self.jobs.map_or(0, |jobs| usize::try_from(jobs).unwrap_or(usize::MAX)),
            keep_failed: self.keep_failed,
        }
    }
}

fn simulate(flags: &Flags, ready: &Ready, terminal: &Terminal) -> Result<(Batch, Duration), Stop> {
    stop_on_interrupt();
    let show = if flags.quiet { Show::Nothing } else { Show::Watched };
    let bar = Bar::new(flags.runs, show, terminal);
    let begun = Instant::now();
    let batch = ensemble::run(&ready.model, &flags.plan(), &bar);
    let took = begun.elapsed();
    bar.clear();
    batch.map(|batch| (batch, took)).map_err(|failed| run_failed(flags, ready, &failed))
}

fn run_failed(flags: &Flags, ready: &Ready, failed: &RunFailed) -> Stop {
    let RunFailed { run, failure } = failed;
    let why = explain(&ready.model, failure);
    let replay = flags.selection.replay(*run);
    Stop::failed(format!(
        "run {run} failed: {why}\n  see it: {replay}\n  \
         --keep-failed counts failed runs as an outcome of their own instead"
    ))
}

fn document(flags: &Flags, ready: &Ready, batch: &Batch) -> Result<Report, Stop> {
    Ok(report::build(report::Inputs {
        model: &ready.model,
        batch,
        seed: flags.selection.seed,
        asked: flags.runs,
        confidence: flags.confidence,
        scenario: flags.selection.case.record(ready)?,
    }))
}

/// A report in a format.
pub(super) fn rendered(report: &Report, format: Format, terminal: &Terminal) -> String {
    match format {
        Format::Text => render::text(report, &terminal.style),
        Format::Json => report.to_json(),
        Format::Markdown => render::markdown(report),
        Format::Csv => render::csv(report),
    }
}

fn threads(flags: &Flags) -> u64 {
    let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    flags.jobs.unwrap_or_else(cores)
}

/// `100,000 runs in 0.61 s (164,000 runs/s, 2 threads)`
fn timing(runs: u64, took: Duration, threads: u64) -> String {
    let seconds = took.as_secs_f64();
    let rate = render::three_figures((runs as f64 / seconds.max(1e-9)) as u64);
    let plural = if threads == 1 { "" } else { "s" };
    let (runs, rate) = (render::runs(runs), render::thousands(rate));
    format!("{runs} in {seconds:.2} s ({rate} runs/s, {threads} thread{plural})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timing_is_a_line() {
        let line = timing(100_000, Duration::from_millis(610), 2);
        assert_eq!(line, "100,000 runs in 0.61 s (163,000 runs/s, 2 threads)\n");
        assert!(timing(1, Duration::ZERO, 1).ends_with("1 thread)\n"));
    }
}
