//! Figures that must not change unnoticed: reports of the shipped scenarios, the printed schemas, and equal bytes at any
//! number of threads. `UPDATE=1 cargo test --test goldens` writes the recorded files anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::path::Path;

use escalade::analysis::{compare, exact};
use escalade::check::base;
use escalade::engine::Draws;
use escalade::ensemble::{Goal, Plan, Unwatched, run};
use escalade::report::{self, Inputs, Report, ScenarioRecord, digest};
use escalade::schema;
use escalade::source::SourceText;
use escalade::stats::interval::Method;

const SHIPPED: [&str; 5] = ["south_caucasus", "two_rivals", "standoff", "arms_race", "starter"];

fn report_of(scenario: &str, runs: u64, seed: u64, jobs: usize) -> Report {
    let path = format!("scenarios/{scenario}.yaml");
    let source = SourceText::new(&path, std::fs::read_to_string(&path).unwrap());
    let ready = base(&source).ready.unwrap();
    let draws = Draws::of_model(&ready.model, None);
    let plan = Plan { seed, draws, runs, jobs, keep_failed: false, log: true };
    let batch = run(&ready.model, &plan, &Unwatched).unwrap();
    let text = serde_yaml::to_string(&ready.scenario).unwrap();
    let record =
        ScenarioRecord { digest: digest(&text), variant: None, set: indexmap::IndexMap::new(), text };
    report::build(Inputs {
        model: &ready.model,
        batch: &batch,
        scenario: record,
        confidence: 0.95,
        seed,
        draws,
        asked: runs,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
    })
}

/// Compares with a recorded file, or writes it if `UPDATE` is set.
fn recorded(path: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let differs = before.lines().zip(text.lines()).position(|(old, new)| old != new);
    assert!(
        before == text,
        "{path} is not current, from line {:?}; see CONTRIBUTING.md",
        differs.map(|at| at + 1)
    );
}

/// Counts only: what a run did, free of how it is reported.
fn counts(report: &Report) -> String {
    let mut lines = format!(
        "seed {}, {} runs, digest {}\n",
        report.sampling.seed.as_deref().unwrap(),
        report.sampling.runs,
        report.scenario.digest
    );
    for outcome in &report.outcomes {
        let median = outcome.time.map_or(String::new(), |time| format!(", median day {:.3}", time.q50));
        let (count, ever) = (outcome.count.unwrap(), outcome.ever.count.unwrap());
        writeln!(lines, "outcome {}: {count}, ever {ever}{median}", outcome.id).unwrap();
    }
    for rule in &report.rules {
        writeln!(lines, "event {}: {} firings in {} runs", rule.id, rule.firings, rule.runs).unwrap();
    }
    for track in &report.tracks {
        let last = track.mean.last().copied().unwrap_or(f64::NAN);
        writeln!(lines, "track {}: last mean {last:.12}", track.id).unwrap();
    }
    lines
}

#[test]
fn shipped_scenarios_count_what_they_counted() {
    for scenario in SHIPPED {
        let report = report_of(scenario, 4096, 1, 2);
        recorded(&format!("tests/goldens/{scenario}.txt"), &counts(&report));
    }
}

#[test]
fn the_exact_figures_of_the_standoff_are_what_they_were() {
    let path = "scenarios/standoff.yaml";
    let ready = base(&SourceText::new(path, std::fs::read_to_string(path).unwrap())).ready.unwrap();
    let limits = exact::Limits { max_states: 10_000, describe: false };
    let space = exact::explore(&ready.scenario, &ready.model, &limits, &exact::Unwatched).unwrap();
    let solution = exact::solve(&ready.model, &space, &exact::Unwatched).unwrap();
    let mut lines = format!("{} states, {} transitions\n", space.states(), space.transitions());
    let outcomes = ready.model.outcomes.iter().map(|outcome| &outcome.name).zip(&solution.outcomes);
    let watches = ready.model.watches.iter().map(|watch| &watch.name).zip(&solution.watches);
    for (name, exact) in outcomes.chain(watches) {
        let median = exact.time.map_or(String::new(), |time| format!(", median day {:.4}", time.q50));
        writeln!(lines, "{name}: {:.9}, ever {:.9}{median}", exact.probability, exact.ever).unwrap();
    }
    recorded("tests/goldens/standoff_exact.txt", &lines);
}

#[test]
fn reports_are_the_same_bytes_at_any_number_of_threads() {
    for (scenario, seed) in [("south_caucasus", 0), ("arms_race", u64::MAX), ("two_rivals", 7)] {
        let one = report_of(scenario, 5000, seed, 1).to_json();
        for jobs in [2, 3, 8, 64] {
            assert!(one == report_of(scenario, 5000, seed, jobs).to_json(), "{scenario} with {jobs} threads");
        }
    }
}

#[test]
fn a_reports_own_text_gives_the_same_report() {
    let first = report_of("south_caucasus", 1500, 3, 0);
    assert_eq!(first.scenario.digest, digest(&first.scenario.text));
    let source = SourceText::new("report", first.scenario.text.clone());
    let ready = base(&source).ready.unwrap();
    let draws = Draws::of_model(&ready.model, None);
    let plan = Plan { seed: 3, draws, runs: 1500, jobs: 0, keep_failed: false, log: true };
    let batch = run(&ready.model, &plan, &Unwatched).unwrap();
    let again = report::build(Inputs {
        model: &ready.model,
        batch: &batch,
        scenario: ScenarioRecord {
            digest: first.scenario.digest.clone(),
            variant: None,
            set: indexmap::IndexMap::new(),
            text: first.scenario.text.clone(),
        },
        confidence: 0.95,
        seed: 3,
        draws,
        asked: 1500,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
    });
    assert!(first.to_json() == again.to_json());
}

#[test]
fn the_printed_schemas_are_current() {
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap() + "\n";
    recorded("scenarios/schema.json", &pretty(&schema::json_schema()));
    recorded("docs/comparison.schema.json", &pretty(&compare::json_schema()));
    recorded("docs/report.schema.json", &pretty(&report::json_schema()));
}

#[test]
fn shipped_scenarios_name_their_schema() {
    for scenario in SHIPPED {
        let text = std::fs::read_to_string(format!("scenarios/{scenario}.yaml")).unwrap();
        assert!(text.starts_with("# yaml-language-server: $schema="), "{scenario}");
    }
}
