//! Bytes → text → scenario → model → runs → report and history, in every form that they are shown in, and exact figures
//! where there are any: whatever the bytes are, they are refused with messages or simulated, never a panic.
//!
//! The limits on a run's length are lower here than in the program, see `escalade::engine::MAX_FIRINGS`; an exact
//! solution is given up after a few states and steps.

#![no_main]

use std::cell::Cell;

use escalade::analysis::exact::{self, Limits, Trouble, Watcher};
use escalade::analysis::trace::Tracer;
use escalade::check::{Base, Ready, base, check, variant};
use escalade::diagnostic::{Diagnostic, draw_folded};
use escalade::engine::{Draws, Engine};
use escalade::ensemble::{Goal, Plan, Unwatched, run};
use escalade::render::{self, Style};
use escalade::report::{self, Inputs, Report, ScenarioRecord};
use escalade::source::SourceText;
use escalade::stats::interval::Method;
use libfuzzer_sys::fuzz_target;

/// Largest text, in bytes.
const LIMIT: usize = 1 << 20;

/// Runs of each scenario.
const RUNS: u64 = 3;

/// Variants that are simulated, of those that a scenario has.
const VARIANTS: usize = 2;

const SEED: u64 = 1;

/// States of an exact solution at most.
const STATES: usize = 100;

/// Looks of an exact solution at its watcher at most: about one for each step.
const LOOKS: u32 = 2_000;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = SourceText::from_bytes("fuzz.yaml", bytes.to_vec(), LIMIT) else { return };
    let diagnostics = check(&source);
    draw_folded(&diagnostics, &source, false, 80);
    let Base { reading, ready, .. } = base(&source);
    assert!(ready.is_some() || diagnostics.iter().any(Diagnostic::is_error));
    let (Some(scenario), Some(ready)) = (reading.value, ready) else { return };
    simulate(&ready);
    solve(&ready);
    for id in scenario.variants.keys().take(VARIANTS) {
        if let Ok(changed) = variant(&scenario, id) {
            simulate(&changed);
            solve(&changed);
        }
    }
});

/// Counts the looks, and stops the work after some.
#[derive(Default)]
struct Impatient(Cell<u32>);

impl Watcher for Impatient {
    fn stop(&self) -> bool {
        self.0.set(self.0.get() + 1);
        self.0.get() > LOOKS
    }
}

/// Solves the scenario exactly, if it can be; its figures are probabilities then.
fn solve(ready: &Ready) {
    let watcher = Impatient::default();
    let limits = Limits { max_states: STATES, describe: true };
    let space = match exact::explore(&ready.scenario, &ready.model, &limits, &watcher) {
        Ok(space) => space,
        Err(Trouble::Refused(findings)) => return assert!(!findings.is_empty()),
        Err(_) => return,
    };
    if exact::Flat::refusals(&ready.model).is_empty() {
        render::prism_model(&exact::Flat::new(&ready.model, &space));
    }
    let Ok(solution) = exact::solve(&ready.model, &space, &watcher) else { return };
    let total: f64 = solution.outcomes.iter().map(|outcome| outcome.probability).sum();
    assert!(
        (total - 1.0).abs() < 1e-9 + solution.method.error_bound,
        "the classes have a probability of {total} together"
    );
    let record =
        ScenarioRecord { digest: String::new(), variant: None, set: Default::default(), text: String::new() };
    let Ok(combinations) = exact::combinations(&ready.model, &limits, &watcher) else { return };
    render::text(&exact::document(&ready.model, &solution, &combinations, record), &Style::default());
}

/// Runs the scenario, writes the report in every form, and replays each run.
fn simulate(ready: &Ready) {
    let plan = Plan { seed: SEED, draws: Draws::Each, runs: RUNS, jobs: 1, keep_failed: true, log: true };
    let batch = run(&ready.model, &plan, &Unwatched).expect("failed runs are kept");
    assert_eq!(batch.tally.runs(), RUNS);
    let report = document(ready, &batch);
    let style = Style::default();
    render::text(&report, &style);
    render::markdown(&report);
    render::csv(&report);
    let mut ended = vec![0; ready.model.outcomes.len()];
    for number in 0..RUNS {
        if let Some(outcome) = replay(ready, number, &style) {
            ended[outcome] += 1;
        }
    }
    // Failed runs are one more outcome, the last.
    let counted = report.outcomes.iter().filter_map(|outcome| outcome.count).take(ended.len());
    assert_eq!(ended, counted.collect::<Vec<u64>>(), "replayed runs are the runs that were counted");
}

/// The report, whose own text is the same scenario.
fn document(ready: &Ready, batch: &escalade::ensemble::Batch) -> Report {
    let text = serde_yaml::to_string(&ready.scenario).expect("a scenario can be written");
    let again = base(&SourceText::new("report", text.clone()));
    assert!(again.ready.is_some_and(|again| again.scenario == ready.scenario), "{text}");
    let scenario =
        ScenarioRecord { digest: report::digest(&text), variant: None, set: Default::default(), text };
    let inputs = Inputs {
        model: &ready.model,
        batch,
        scenario,
        confidence: 0.95,
        seed: SEED,
        draws: Draws::Each,
        asked: RUNS,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
    };
    let report = report::build(inputs);
    report.to_json();
    report
}

/// Shows a run as a history; the position of the outcome that it ended in, unless it failed.
fn replay(ready: &Ready, number: u64, style: &Style) -> Option<usize> {
    let mut tracer = Tracer::new(&ready.model);
    let result = Engine::new(&ready.model, SEED, Draws::Each).run(number, &mut tracer);
    let ended = result.as_ref().ok().map(|ending| ending.outcome.index());
    render::trace(&tracer.finish(number, SEED, result), style);
    ended
}
