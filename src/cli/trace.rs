//! `escalade trace`: replays single runs as dated timelines.

use super::number;
use super::output::{Done, Status, Stop};
use super::pipeline::{Changes, prepare};
use super::progress::{stop_on_interrupt, stopped};
use super::run::Selection;
use super::terminal::Terminal;
use crate::analysis::against::against;
use crate::analysis::trace::{Trace, Tracer};
use crate::check::{self, Ready};
use crate::diagnostic::suggest;
use crate::engine::{Draws, Engine, Unobserved};
use crate::id::OutcomeId;
use crate::model::Model;
use crate::render;
use crate::source::SourceText;
use crate::source::neutral::json;
use clap::{Args, ValueEnum};

/// What the scenario without a variant is called.
const BASE: &str = "base";

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  escalade trace --run 17                        run 17 of `escalade run`
  escalade trace my.yaml --outcome war --count 3
  escalade trace my.yaml --variant hotline --run 0 --format json
  escalade trace my.yaml --run 17 --against hotline")]
pub(super) struct Flags {
    #[command(flatten)]
    selection: Selection,
    /// Replay the run of this number, from 0 [default: 0]
    #[arg(long, value_name = "N", conflicts_with = "outcome")]
    run: Option<u64>,
    /// Set the run against the same run with another variant, side by side
    /// from where they part; `base`: without any
    #[arg(long, value_name = "VARIANT", conflicts_with = "outcome")]
    against: Option<String>,
    /// Replay the first runs that ended in this outcome or group
    #[arg(long, value_name = "ID")]
    outcome: Option<String>,
    /// With --outcome: how many
    #[arg(long, value_name = "K", default_value = "1", value_parser = number::count, requires = "outcome")]
    #[arg(allow_negative_numbers = true)]
    count: u64,
    /// With --outcome: how many runs to search
    #[arg(long, value_name = "N", default_value = "100000", value_parser = number::count, requires = "outcome")]
    #[arg(allow_negative_numbers = true)]
    runs: u64,
    /// How the runs are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A timeline
    Text,
    /// A list of runs
    Json,
}

/// Which runs are replayed.
enum Wanted {
    /// The run of a number.
    Run(u64),
    /// The first `count` of `runs` that ended in one of the outcomes.
    Ended { name: String, outcomes: Vec<OutcomeId>, count: u64, runs: u64 },
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let source = flags.selection.case.read(terminal)?;
    let (ready, _) = flags.selection.case.prepare(&source, terminal)?;
    if let Some(variant) = &flags.against {
        return side_by_side(flags, &source, &ready, variant, terminal);
    }
    let wanted = wanted(flags, &ready.model)?;
    stop_on_interrupt();
    let luck = (flags.selection.seed, flags.selection.draws(&ready.model));
    let numbers = search(&ready, luck, &wanted)?;
    let traces: Vec<Trace> = numbers.iter().map(|run| replay(&ready.model, luck, *run)).collect();
    terminal.write(&rendered(&traces, flags.format, terminal))?;
    let failed = traces.iter().any(|trace| trace.failure.is_some());
    Ok(if failed { Status::Failed } else { Status::Done })
}

/// The run in two scenarios.
fn side_by_side(flags: &Flags, source: &SourceText, ready: &Ready, other: &str, terminal: &Terminal) -> Done {
    let case = &flags.selection.case;
    let base =
        other == BASE && check::base(source).reading.value.is_none_or(|of| !of.variants.contains_key(BASE));
    let changes = Changes { variant: (!base).then_some(other), set: &case.set };
    let (second, _) = prepare(source, changes, terminal)?;
    let run = flags.run.unwrap_or(0);
    let trace = |ready: &Ready| {
        replay(&ready.model, (flags.selection.seed, flags.selection.draws(&ready.model)), run)
    };
    let names = [case.variant.clone().unwrap_or_else(|| BASE.to_owned()), other.to_owned()];
    let found = against(names, trace(ready), trace(&second));
    terminal.write(&match flags.format {
        Format::Json => json(&found),
        Format::Text => render::against(&found, &terminal.style),
    })?;
    let failed = found.first.failure.is_some() || found.second.failure.is_some();
    Ok(if failed { Status::Failed } else { Status::Done })
}

fn wanted(flags: &Flags, model: &Model) -> Result<Wanted, Stop> {
    let Some(name) = &flags.outcome else { return Ok(Wanted::Run(flags.run.unwrap_or(0))) };
    let outcome = model.outcomes.iter().position(|outcome| outcome.name == *name);
    let group = model.groups.iter().find(|group| group.name == *name);
    let outcomes = match (outcome, group) {
        (Some(position), _) => vec![OutcomeId::new(position)],
        (None, Some(group)) => group.outcomes.clone(),
        (None, None) => return Err(unknown(name, model)),
    };
    Ok(Wanted::Ended { name: name.clone(), outcomes, count: flags.count, runs: flags.runs })
}

fn unknown(name: &str, model: &Model) -> Stop {
    let outcomes = model.outcomes.iter().map(|outcome| outcome.name.as_str());
    let known: Vec<&str> = outcomes.chain(model.groups.iter().map(|group| group.name.as_str())).collect();
    let help = match suggest(name, &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    Stop::bad_input(format!("no outcome or group is called `{name}`; {help}"))
}

/// The numbers of the runs wanted. Runs that fail are passed over: they ended in no outcome.
fn search(ready: &Ready, (seed, draws): (u64, Draws), wanted: &Wanted) -> Result<Vec<u64>, Stop> {
    let (name, outcomes, count, runs) = match wanted {
        Wanted::Run(run) => return Ok(vec![*run]),
        Wanted::Ended { name, outcomes, count, runs } => (name, outcomes, *count, *runs),
    };
    let mut engine = Engine::new(&ready.model, seed, draws);
    let mut found = Vec::new();
    for run in 0..runs {
        if stopped() {
            return Err(Stop::told(Status::Interrupted));
        }
        let ending = engine.run(run, &mut Unobserved);
        if ending.is_ok_and(|ending| outcomes.contains(&ending.outcome)) {
            found.push(run);
            if found.len() as u64 == count {
                break;
            }
        }
    }
    if found.is_empty() {
        let runs = render::thousands(runs);
        return Err(Stop {
            status: Status::GateFailed,
            message: Some(format!("none of the first {runs} runs ended in `{name}`; --runs searches more")),
        });
    }
    Ok(found)
}

fn replay(model: &Model, (seed, draws): (u64, Draws), run: u64) -> Trace {
    let mut tracer = Tracer::new(model);
    let result = Engine::new(model, seed, draws).run(run, &mut tracer);
    tracer.finish(run, seed, result)
}

fn rendered(traces: &[Trace], format: Format, terminal: &Terminal) -> String {
    match format {
        Format::Json => json(&traces),
        Format::Text => {
            let texts: Vec<_> = traces.iter().map(|trace| render::trace(trace, &terminal.style)).collect();
            texts.join("\n\n")
        }
    }
}
