//! What is named in the call → reports: read from files, or made by simulating.

use super::{Flags, go_on};
use crate::analysis::compare::{Side, SideKind};
use crate::check::{self, Ready};
use crate::cli::case::record;
use crate::cli::input;
use crate::cli::output::Stop;
use crate::cli::pipeline::{Changes, prepare, refuse};
use crate::cli::progress::{Bar, Show, Watch};
use crate::cli::terminal::Terminal;
use crate::engine::{Draws, STREAMS_VERSION};
use crate::ensemble::{self, End, Goal, Plan};
use crate::report::{self, Report};
use crate::schema::Scenario;
use crate::source::SourceText;
use crate::stats::interval::Method;
use std::num::NonZeroU64;
use std::path::Path;

/// Runs of a scenario if nothing says how many.
const USUAL_RUNS: u64 = 100_000;

/// A side as it was named.
pub(in crate::cli) struct Source {
    /// Its name in the comparison.
    pub(in crate::cli) name: String,
    kind: Kind,
}

enum Kind {
    Report(Box<Report>),
    Scenario(SourceText, Option<String>),
}

/// A side with its report.
pub(in crate::cli) struct Made {
    pub(in crate::cli) name: String,
    kind: SideKind,
    pub(in crate::cli) report: Report,
    /// The scenario to be simulated again; none if this program cannot.
    pub(in crate::cli) ready: Option<Ready>,
}

/// The sides of the call, read.
pub(super) fn sources(flags: &Flags, terminal: &Terminal) -> Result<Vec<Source>, Stop> {
    let mut sources: Vec<Source> = Vec::new();
    for side in &flags.sides {
        sources.push(source(side, flags, terminal)?);
    }
    if flags.all_variants {
        return all_variants(sources, flags, terminal);
    }
    if let [Source { kind: Kind::Scenario(text, Some(_)), name }] = sources.as_slice() {
        let base = name.rsplit_once('@').map_or(name.as_str(), |(base, _)| base);
        let name = if base.is_empty() { "@" } else { base }.to_owned();
        sources.insert(0, Source { name, kind: Kind::Scenario(text.clone(), None) });
    }
    if sources.len() < 2 {
        return Err(Stop::bad_input(
            "there must be two sides to compare: reports, scenarios, or SCENARIO@VARIANT; \
             or one scenario and --all-variants",
        ));
    }
    for at in 1..sources.len() {
        let count = sources[..at].iter().filter(|other| other.name == sources[at].name).count();
        if count > 0 {
            sources[at].name = format!("{} ({})", sources[at].name, count + 1);
        }
    }
    Ok(sources)
}

fn all_variants(sources: Vec<Source>, flags: &Flags, terminal: &Terminal) -> Result<Vec<Source>, Stop> {
    let mut sources = if sources.is_empty() { vec![source("@", flags, terminal)?] } else { sources };
    let [Source { kind: Kind::Scenario(text, None), .. }] = sources.as_slice() else {
        return Err(Stop::bad_input("--all-variants takes one scenario, without a variant"));
    };
    let text = text.clone();
    let variants: Vec<String> = check::base(&text)
        .reading
        .value
        .map(|scenario: Scenario| scenario.variants.keys().cloned().collect())
        .unwrap_or_default();
    if variants.is_empty() {
        // What is wrong with the scenario, if anything is, comes first.
        prepare(&text, Changes { variant: None, set: &[] }, terminal)?;
        return Err(Stop::bad_input(format!("{} has no variants", text.name())));
    }
    let name =
        |id: &String| Source { name: id.clone(), kind: Kind::Scenario(text.clone(), Some(id.clone())) };
    sources.extend(variants.iter().map(name));
    Ok(sources)
}

/// A side by its name: a file of that name, else the variant after the last `@` of the scenario before it.
fn source(name: &str, flags: &Flags, terminal: &Terminal) -> Result<Source, Stop> {
    let whole = Path::new(name);
    let (path, variant) = match name.rsplit_once('@') {
        Some((path, variant)) if !whole.exists() => (path, (!variant.is_empty()).then(|| variant.to_owned())),
        _ => (name, None),
    };
    let built_in = path.is_empty();
    let path = (!built_in).then(|| Path::new(path));
    let limits = path.filter(|path| input::looks_like_json(path)).map(|_| input::Limits::of_reports());
    let text = input::read(path, limits.as_ref().unwrap_or(&flags.limits))
        .map_err(|diagnostic| refuse(diagnostic, terminal))?;
    let is_report = !built_in && input::is_json(text.text());
    let kind = match (is_report, variant) {
        (true, Some(variant)) => {
            return Err(Stop::bad_input(format!(
                "{name}: a report has no variants, so none called `{variant}`"
            )));
        }
        (true, None) => {
            let report = Report::from_json(text.text());
            Kind::Report(Box::new(report.map_err(|error| Stop::bad_input(format!("{name}: {error}")))?))
        }
        (false, variant) => Kind::Scenario(text, variant),
    };
    Ok(Source { name: name.to_owned(), kind })
}

/// How scenarios are simulated: like the first report, if the call does not say otherwise.
struct Luck {
    seed: u64,
    runs: u64,
    draws: Option<Draws>,
}

impl Luck {
    fn of(flags: &Flags, sources: &[Source]) -> Result<Self, Stop> {
        let first = sources.iter().find_map(|source| match &source.kind {
            Kind::Report(report) => Some((&source.name, &report.sampling)),
            Kind::Scenario(..) => None,
        });
        let seed = match first.and_then(|(name, of)| of.seed.as_ref().map(|seed| (name, seed))) {
            Some((name, seed)) => {
                Some(seed.parse().map_err(|_| Stop::bad_input(format!("{name}: its seed is no number")))?)
            }
            None => None,
        };
        let simulated = first.filter(|(_, of)| of.runs > 0);
        let told = simulated.map(|(_, of)| match of.draws.and_then(NonZeroU64::new) {
            Some(draws) => Some(Draws::Of(draws)),
            None if of.drawn_parameters > 0 => Some(Draws::Each),
            None => None,
        });
        Ok(Self {
            seed: flags.seed.or(seed).unwrap_or(1),
            runs: flags.runs.or(simulated.map(|(_, of)| of.runs)).unwrap_or(USUAL_RUNS),
            draws: flags.draws.or(told.flatten()),
        })
    }
}

/// The reports of all sides.
pub(super) fn made(flags: &Flags, sources: Vec<Source>, terminal: &Terminal) -> Result<Vec<Made>, Stop> {
    let luck = Luck::of(flags, &sources)?;
    let mut made = Vec::new();
    // What is wrong with any of them is told before time is spent on the others.
    let mut prepared = Vec::new();
    for source in sources {
        let ready = match &source.kind {
            Kind::Scenario(text, variant) => {
                Some(prepare(text, Changes { variant: variant.as_deref(), set: &[] }, terminal)?.0)
            }
            Kind::Report(report) => {
                let bytes = report.scenario.text.clone().into_bytes();
                let text = SourceText::from_bytes(&source.name, bytes, flags.limits.max_size).ok();
                let same_streams = report.sampling.streams == STREAMS_VERSION;
                text.filter(|_| same_streams).and_then(|text| check::base(&text).ready)
            }
        };
        prepared.push((source, ready));
    }
    for (Source { name, kind }, ready) in prepared {
        go_on()?;
        made.push(match (kind, ready) {
            (Kind::Report(report), ready) => Made { name, kind: SideKind::Report, report: *report, ready },
            (Kind::Scenario(_, variant), Some(ready)) => {
                let report = simulated(flags, &luck, &ready, variant, terminal)?;
                Made { name, kind: SideKind::Scenario, report, ready: Some(ready) }
            }
            (Kind::Scenario(..), None) => unreachable!("a scenario that cannot be run was refused"),
        });
    }
    Ok(made)
}

fn simulated(
    flags: &Flags,
    luck: &Luck,
    ready: &Ready,
    variant: Option<String>,
    terminal: &Terminal,
) -> Result<Report, Stop> {
    let draws = Draws::of_model(&ready.model, luck.draws);
    let plan =
        Plan { seed: luck.seed, draws, runs: luck.runs, jobs: flags.jobs(), keep_failed: true, log: true };
    let goal = Goal::AllRuns;
    let show = if flags.quiet { Show::Nothing } else { Show::Watched };
    let bar = Bar::new(luck.runs, &goal, show, terminal);
    let watch = Watch { bar: &bar, model: &ready.model, goal: &goal };
    let batch = ensemble::run(&ready.model, &plan, &watch);
    bar.clear();
    let batch = batch.map_err(|failed| Stop::failed(format!("run {} failed", failed.run)))?;
    if batch.end != End::Complete {
        go_on()?;
    }
    Ok(report::build(report::Inputs {
        model: &ready.model,
        batch: &batch,
        seed: luck.seed,
        draws,
        asked: luck.runs,
        goal: &goal,
        method: Method::ClopperPearson,
        simultaneous: None,
        confidence: flags.confidence,
        scenario: record(ready, variant, indexmap::IndexMap::new())?,
    }))
}

impl Made {
    /// The side, with what became of each of its runs.
    pub(super) fn side(&self) -> Result<Side<'_>, Stop> {
        let runs = self.report.runs().transpose();
        let runs = runs.map_err(|why| Stop::bad_input(format!("{}: {why}; was it edited?", self.name)))?;
        Ok(Side { name: self.name.clone(), kind: self.kind, report: &self.report, runs })
    }
}
