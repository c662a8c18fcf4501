//! `escalade run`: simulates a scenario and writes the report.

use super::case::Case;
use super::exact::{MAX_STATES, Problem};
use super::goal::GoalFlags;
use super::number;
use super::output::{Done, Status, Stop};
use super::progress::{Bar, Show, Steps, Watch, stop_on_interrupt};
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::exact::check;
use crate::analysis::trace::explain;
use crate::check::Ready;
use crate::engine::Draws;
use crate::ensemble::{self, Batch, End, Goal, Plan, RunFailed};
use crate::model::Model;
use crate::render;
use crate::report::{self, Answer, JointMethod, Report};
use crate::source::neutral::neutralise_lines;
use crate::stats::interval::Method;
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
    #[arg(allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Draw the parameters D times, run i taking draw i mod D, so that
    /// ignorance of them can be told from sampling error; `each`: anew for
    /// every run [default: 1000]
    #[arg(long, value_name = "D", value_parser = number::draws)]
    #[arg(allow_negative_numbers = true)]
    pub(super) draws: Option<Draws>,
}

impl Selection {
    /// The parameter draws of a model.
    pub(super) fn draws(&self, model: &Model) -> Draws {
        Draws::of_model(model, self.draws)
    }

    /// The call that replays a run of these draws.
    fn replay(&self, draws: render::ReplayDraws, run: u64) -> String {
        let Case { scenario, variant, set, .. } = &self.case;
        let set: Vec<_> = set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let name = scenario.as_ref().map(|path| path.display().to_string());
        let seed = self.seed.to_string();
        let variant = variant.as_deref();
        let of = render::Replay { scenario: name.as_deref(), variant, set: &set, seed: &seed, draws };
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
  escalade run --precision 0.5pp --of iran_israel_war
  escalade run --at-least 'spillover 5%' --margin 0.5pp
  escalade run my.yaml --out report.json --quiet")]
pub(super) struct Flags {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    goal: GoalFlags,
    /// Threads; one per core if not given. No figure depends on it
    #[arg(long, value_name = "N", value_parser = number::count)]
    #[arg(allow_negative_numbers = true)]
    jobs: Option<u64>,
    /// Level of the intervals: 0.95 or 95%
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = number::confidence)]
    #[arg(allow_negative_numbers = true)]
    confidence: f64,
    /// How intervals are made, where runs share no parameter draws and their
    /// number is fixed
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = Interval::ClopperPearson)]
    #[arg(conflicts_with_all = ["precision", "at_least"])]
    interval: Interval,
    /// Make the intervals of all outcomes hold at once
    #[arg(long, value_name = "METHOD", value_enum, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "bonferroni")]
    simultaneous: Option<Joint>,
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
    #[arg(allow_negative_numbers = true)]
    max_states: u64,
    /// No progress, no warnings, no timing; with --out nothing on standard output either
    #[arg(long, short)]
    quiet: bool,
}

/// How intervals of shares are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Interval {
    /// Exact: covers at least as often as it says
    ClopperPearson,
    /// Covers as often as it says on average; narrower
    Wilson,
    /// Bayesian, with the prior of Jeffreys
    Jeffreys,
}

/// How intervals are made to hold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Joint {
    /// By Bonferroni's inequality: holds always
    Bonferroni,
    /// By Sison and Glaz: all equally wide, about exact; every outcome must have 5 runs
    SisonGlaz,
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
    let goal = flags.goal.goal(&ready.model, flags.confidence, flags.joint_intervals(&ready.model))?;
    let problem =
        Problem { case: &flags.selection.case, source: &source, ready: &ready, max_states: flags.max_states };
    let steps = || Steps::new(flags.quiet, terminal);
    let solution = flags.exact_check.then(|| problem.solve(&steps(), terminal)).transpose()?;
    let draws = flags.draws(&ready.model)?;
    let (batch, took) = simulate(flags, &ready, (&goal, draws), terminal)?;
    if batch.runs == 0 {
        return Err(Stop {
            status: Status::Interrupted,
            message: Some("interrupted before any run was made".into()),
        });
    }
    let mut report = document(flags, &ready, &batch, (&goal, draws))?;
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
    Ok(status(batch.end, &report))
}

fn status(end: End, report: &Report) -> Status {
    match &report.threshold {
        _ if end == End::Stopped => Status::Interrupted,
        Some(threshold) if threshold.answer != Answer::Yes => Status::GateFailed,
        _ => Status::Done,
    }
}

impl Flags {
    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Refuse }
    }

    fn method(&self) -> Method {
        match self.interval {
            Interval::ClopperPearson => Method::ClopperPearson,
            Interval::Wilson => Method::Wilson,
            Interval::Jeffreys => Method::Jeffreys,
        }
    }

    /// How many intervals of outcomes hold at once: failed runs are one more outcome.
    fn joint_intervals(&self, model: &Model) -> u64 {
        let outcomes = model.outcomes.len() as u64 + u64::from(self.keep_failed);
        if self.simultaneous.is_some() { outcomes } else { 1 }
    }

    fn joint(&self) -> Option<JointMethod> {
        self.simultaneous.map(|joint| match joint {
            Joint::Bonferroni => JointMethod::Bonferroni,
            Joint::SisonGlaz => JointMethod::SisonGlaz,
        })
    }

    /// The parameter draws: what needs independent runs gets them, but not against the user's word.
    fn draws(&self, model: &Model) -> Result<Draws, Stop> {
        let asked = self.selection.draws;
        let Some(flag) = self.needs_independent_runs() else { return Ok(Draws::of_model(model, asked)) };
        match Draws::of_model(model, asked.or(Some(Draws::Each))) {
            Draws::Each => Ok(Draws::Each),
            Draws::Of(draws) => Err(Stop::bad_input(format!(
                "{flag} needs independent runs, but with --draws {draws} runs share parameters; \
                 leave --draws out: every run then draws its own"
            ))),
        }
    }

    /// The flag that does, if one was given.
    fn needs_independent_runs(&self) -> Option<&'static str> {
        let interval = (self.interval != Interval::ClopperPearson).then_some("--interval");
        let joint = (self.simultaneous == Some(Joint::SisonGlaz)).then_some("--simultaneous=sison-glaz");
        let check = self.exact_check.then_some("--exact-check");
        self.goal.sequential().or(interval).or(joint).or(check)
    }

    fn plan(&self, draws: Draws) -> Plan {
        Plan {
            seed: self.selection.seed,
            draws,
            runs: self.goal.runs(),
            jobs: self.jobs.map_or(0, |jobs| usize::try_from(jobs).unwrap_or(usize::MAX)),
            keep_failed: self.keep_failed,
            // A report in JSON holds it, others do not.
            log: self.out.is_some() || self.format == Format::Json,
        }
    }
}

fn simulate(
    flags: &Flags,
    ready: &Ready,
    (goal, draws): (&Goal, Draws),
    terminal: &Terminal,
) -> Result<(Batch, Duration), Stop> {
    stop_on_interrupt();
    let show = if flags.quiet { Show::Nothing } else { Show::Watched };
    let bar = Bar::new(flags.goal.runs(), goal, show, terminal);
    let watch = Watch { bar: &bar, model: &ready.model, goal };
    let begun = Instant::now();
    let batch = ensemble::run(&ready.model, &flags.plan(draws), &watch);
    let took = begun.elapsed();
    bar.clear();
    batch.map(|batch| (batch, took)).map_err(|failed| run_failed(flags, ready, draws, &failed))
}

fn run_failed(flags: &Flags, ready: &Ready, draws: Draws, failed: &RunFailed) -> Stop {
    let RunFailed { run, failure } = failed;
    let why = explain(&ready.model, failure);
    let drawn = ready.model.drawn_parameters().next().is_some();
    let draws = render::ReplayDraws { drawn, draws: draws.number() };
    let replay = flags.selection.replay(draws, *run);
    Stop::failed(format!(
        "run {run} failed: {why}\n  see it: {replay}\n  \
         --keep-failed counts failed runs as an outcome of their own instead"
    ))
}

fn document(
    flags: &Flags,
    ready: &Ready,
    batch: &Batch,
    (goal, draws): (&Goal, Draws),
) -> Result<Report, Stop> {
    Ok(report::build(report::Inputs {
        model: &ready.model,
        batch,
        seed: flags.selection.seed,
        draws,
        asked: flags.goal.runs(),
        goal,
        method: flags.method(),
        simultaneous: flags.joint(),
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
