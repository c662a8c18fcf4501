//! Every file that once crashed or hung the program, `tests/regressions/*.yaml`, is refused or simulated, shown and
//! replayed: what the fuzz target does with its inputs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use escalade::analysis::trace::Tracer;
use escalade::check::{Ready, base, check, variant};
use escalade::diagnostic::{Diagnostic, draw_folded};
use escalade::engine::{Draws, Engine};
use escalade::ensemble::{Goal, Plan, Unwatched, run};
use escalade::render::{self, Style};
use escalade::report::{self, Inputs, ScenarioRecord};
use escalade::source::SourceText;
use escalade::stats::interval::Method;

const RUNS: u64 = 3;
const SEED: u64 = 1;

#[test]
fn what_once_crashed_or_hung_no_longer_does() {
    let mut files: Vec<_> =
        std::fs::read_dir("tests/regressions").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(source) = SourceText::from_bytes("r.yaml", bytes, 1 << 20) else { continue };
        let diagnostics = check(&source);
        draw_folded(&diagnostics, &source, false, 80);
        let found = base(&source);
        let refused = diagnostics.iter().any(Diagnostic::is_error);
        assert!(found.ready.is_some() || refused, "{} is neither run nor refused", path.display());
        let (Some(scenario), Some(ready)) = (found.reading.value, found.ready) else { continue };
        simulate(&ready);
        for id in scenario.variants.keys() {
            if let Ok(changed) = variant(&scenario, id) {
                simulate(&changed);
            }
        }
    }
}

fn simulate(ready: &Ready) {
    let plan = Plan { seed: SEED, draws: Draws::Each, runs: RUNS, jobs: 2, keep_failed: true, log: true };
    let batch = run(&ready.model, &plan, &Unwatched).unwrap();
    let text = serde_yaml::to_string(&ready.scenario).unwrap();
    let again = base(&SourceText::new("report", text.clone())).ready.unwrap();
    assert_eq!(again.scenario, ready.scenario);
    let scenario =
        ScenarioRecord { digest: report::digest(&text), variant: None, set: indexmap::IndexMap::new(), text };
    let (model, batch) = (&ready.model, &batch);
    let inputs = Inputs {
        model,
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
    let style = Style::default();
    assert!(!render::text(&report, &style).is_empty());
    assert!(!render::markdown(&report).is_empty() && !render::csv(&report).is_empty());
    for number in 0..RUNS {
        let mut tracer = Tracer::new(model);
        let result = Engine::new(model, SEED, Draws::Each).run(number, &mut tracer);
        assert!(!render::trace(&tracer.finish(number, SEED, result), &style).is_empty());
    }
}
