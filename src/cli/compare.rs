//! `escalade compare`: sets reports, scenarios and variants against a baseline.

mod pairs;
mod sides;

use super::input::Limits;
use super::number;
use super::output::{Done, Status, Stop};
use super::progress::{stop_on_interrupt, stopped};
use super::run::Format;
use super::save::{self, Existing};
use super::terminal::Terminal;
use crate::analysis::compare::{Comparison, comparison, measure};
use crate::analysis::gate::Gate;
use crate::diagnostic::suggest;
use crate::engine::Draws;
use crate::render;
use crate::source::neutral::json;
use clap::Args;
use std::path::PathBuf;

/// Flags as given.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  escalade compare before.json after.json
  escalade compare my.yaml my.yaml@hotline --attribute
  escalade compare my.yaml --all-variants
  escalade compare @ @us_mediates               the built-in scenario
  escalade compare base.json my.yaml --fail-if 'any > 1pp' --quiet")]
pub(super) struct Flags {
    /// Reports, scenarios, or SCENARIO@VARIANT; `@` is the built-in scenario.
    /// The first is the baseline
    #[arg(value_name = "SIDE")]
    sides: Vec<String>,
    /// Set every variant of the one scenario named against it
    #[arg(long)]
    all_variants: bool,
    /// Which side the others are set against: its name or its number, from 1
    #[arg(long, value_name = "SIDE")]
    baseline: Option<String>,
    /// Seed of the runs that are made [default: that of the first report, or 1]
    #[arg(long, value_parser = number::seed)]
    seed: Option<u64>,
    /// Runs of each scenario [default: those of the first report, or 100000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    runs: Option<u64>,
    /// Parameter draws of the runs that are made, as in `escalade run`
    #[arg(long, value_name = "D", value_parser = number::draws)]
    draws: Option<Draws>,
    /// Threads; one per core if not given. No figure depends on it
    #[arg(long, value_name = "N", value_parser = number::count)]
    jobs: Option<u64>,
    /// Level of the intervals: 0.95 or 95%
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = number::confidence)]
    confidence: f64,
    /// How much of a difference is due to which edit: of the headline, or of
    /// an outcome, group, watch or red line
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    attribute: Option<String>,
    /// With --attribute and more than 8 edits: orders of them to sample
    #[arg(long, value_name = "N", default_value = "64", value_parser = number::count, requires = "attribute")]
    orders: u64,
    /// Do not simulate both sides again: no flip ledger
    #[arg(long, conflicts_with = "attribute")]
    no_ledger: bool,
    /// End with status 1 if this holds: 'ID > 5%' of a share, 'ID > 1pp' or
    /// 'any > 1pp' of a difference (repeatable)
    #[arg(long, value_name = "CONDITION", value_parser = Gate::parse)]
    fail_if: Vec<Gate>,
    /// How the comparison is written to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the comparison as JSON to a file, whole or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "out")]
    force: bool,
    /// No progress; with --out or --fail-if nothing on standard output but
    /// what failed
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    limits: Limits,
}

impl Flags {
    fn jobs(&self) -> usize {
        self.jobs.map_or(0, |jobs| usize::try_from(jobs).unwrap_or(usize::MAX))
    }

    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Refuse }
    }
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    if let Some(out) = &flags.out {
        save::check(out, flags.existing())?;
    }
    let sources = sides::sources(flags, terminal)?;
    let baseline = baseline(flags, &sources)?;
    stop_on_interrupt();
    let made = sides::made(flags, sources, terminal)?;
    let sides: Vec<_> = made.iter().map(sides::Made::side).collect::<Result<_, _>>()?;
    let measurements = measure(&sides, baseline);
    let known: Vec<&str> = measurements.iter().flat_map(crate::analysis::compare::Measurement::ids).collect();
    for id in flags.fail_if.iter().filter_map(Gate::id) {
        if !known.contains(&id) {
            return Err(unknown(id, &known));
        }
    }
    let mut document = comparison(&sides, baseline, flags.confidence, &measurements);
    document.gates = measurements
        .iter()
        .flat_map(|of| flags.fail_if.iter().filter_map(|gate| gate.judge(of, flags.confidence)))
        .collect();
    pairs::deepen(flags, &made, baseline, &mut document)?;
    if let Some(out) = &flags.out {
        save::save(out, json(&document).as_bytes(), flags.existing())?;
    }
    let failed = document.gates.iter().any(|gate| gate.failed);
    if flags.quiet && (flags.out.is_some() || !flags.fail_if.is_empty()) {
        if failed {
            terminal.write(&render::failed_gates(&document, &terminal.style))?;
        }
    } else {
        terminal.write(&rendered(&document, flags.format, terminal))?;
    }
    Ok(if failed { Status::GateFailed } else { Status::Done })
}

fn unknown(id: &str, known: &[&str]) -> Stop {
    let mut known = known.to_vec();
    known.sort_unstable();
    known.dedup();
    let help = match suggest(id, &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    Stop::bad_input(format!("nothing that both sides have is called `{id}`; {help}"))
}

fn baseline(flags: &Flags, sources: &[sides::Source]) -> Result<usize, Stop> {
    let Some(wanted) = &flags.baseline else { return Ok(0) };
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let by_name = names.iter().position(|name| name == wanted);
    let by_number =
        || wanted.parse::<usize>().ok().filter(|at| (1..=names.len()).contains(at)).map(|at| at - 1);
    by_name.or_else(by_number).ok_or_else(|| {
        Stop::bad_input(format!("--baseline {wanted}: no side is called so; the sides: {}", names.join(", ")))
    })
}

fn rendered(document: &Comparison, format: Format, terminal: &Terminal) -> String {
    match format {
        Format::Text => render::comparison(document, &terminal.style),
        Format::Json => json(document),
        Format::Markdown => render::comparison_markdown(document),
        Format::Csv => render::comparison_csv(document),
    }
}

/// Stops if the user asked for it.
fn go_on() -> Result<(), Stop> {
    if stopped() { Err(Stop::told(Status::Interrupted)) } else { Ok(()) }
}
