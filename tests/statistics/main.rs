//! Is what the engine samples what the scenario means? Small scenarios with exact answers, integrated hazards at
//! firings, and models broken on purpose, which must be found out.
//!
//! `docs/correctness.md` has the tables. Fixed seeds: nothing here can fail by chance twice.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "tests print the tables of docs/correctness.md")]

mod chain;
mod compare;
mod formula;
mod models;
mod mutations;
mod rescaling;
#[path = "../support/scenario.rs"]
mod scenario;
#[path = "../support/score.rs"]
mod score;
#[path = "../support/trace.rs"]
mod trace;

use std::fmt::Write as _;

use compare::{Case, Measure, Score, worst};
use escalade::analysis::exact::{self, Limits, Solution, Trouble};
use escalade::check::Ready;
use escalade::engine::Draws;
use escalade::ensemble::{Batch, Plan, Unwatched, run};
use escalade::model::Model;
use score::limit;

/// The seed of everything here.
const SEED: u64 = 20_300_101;

fn batch(model: &Model, runs: u64) -> Batch {
    let plan = Plan { seed: SEED, runs, draws: Draws::Each, jobs: 0, keep_failed: false, log: true };
    run(model, &plan, &Unwatched).unwrap()
}

/// How many comparisons all cases make.
fn comparisons(cases: &[Case]) -> usize {
    cases.iter().map(|case| case.expected.len()).sum()
}

/// Compares all cases at so many runs, and prints the tables of `docs/correctness.md`.
fn compare_all(runs: u64) {
    let cases = models::all();
    let limit = limit(comparisons(&cases));
    println!(
        "{} models, {} comparisons, {runs} runs each, |z| ≤ {limit:.2}\n",
        cases.len(),
        comparisons(&cases)
    );
    println!("| model | quantity | exact | simulated | z |\n|---|---|---|---|---|");
    let mut summary = String::new();
    let mut beyond = Vec::new();
    for case in &cases {
        let model = scenario::ready(&case.text).model;
        let scores = case.scores(&model, &batch(&model, runs));
        for Score { what, exact, simulated, z } in &scores {
            println!("| {} | {what} | {exact:.6} | {simulated:.6} | {z:+.2} |", case.name);
        }
        let (Score { what, exact, simulated, z }, worst) = (&scores[0], worst(&scores));
        writeln!(
            summary,
            "| {} | {} | {what}: {exact:.6} | {simulated:.6} | {z:+.2} | {} | {worst:.2} |",
            case.name,
            case.source,
            scores.len()
        )
        .unwrap();
        if worst > limit {
            beyond.push(case.name);
        }
    }
    println!(
        "\n| model | source | exact | simulated | z | comparisons | greatest abs. z |\n|---|---|---|---|---|---|---|"
    );
    println!("{summary}");
    assert!(beyond.is_empty(), "beyond |z| ≤ {limit:.2}: {beyond:?}");
}

#[test]
fn simulated_figures_are_the_exact_ones() {
    compare_all(40_000);
}

#[test]
#[ignore = "minutes: a million runs of each model"]
fn simulated_figures_are_the_exact_ones_in_a_long_run() {
    compare_all(1_000_000);
}

/// The exact solution of a scenario, or why there is none.
fn solution(ready: &Ready) -> Result<Solution, &'static str> {
    let limits = Limits { max_states: 100_000, describe: false };
    match exact::explore(&ready.scenario, &ready.model, &limits, &exact::Unwatched) {
        Ok(space) => Ok(exact::solve(&ready.model, &space, &exact::Unwatched).unwrap()),
        Err(Trouble::Refused(_)) => Err("it has memory, or values of a range"),
        Err(Trouble::TooManyStates { .. }) => Err("it has more than 100,000 states"),
        Err(Trouble::Failed(_)) => Err("it has cascades of any length"),
        Err(trouble) => panic!("{trouble:?}"),
    }
}

/// Where the program can solve a model itself, its solution is the independent one to 1e-8.
#[test]
fn exact_figures_are_the_independent_ones() {
    println!("| model | quantity | independent | `exact` | difference |\n|---|---|---|---|---|");
    let (mut solved, mut farthest) = (0, 0.0_f64);
    for case in models::all() {
        let ready = scenario::ready(&case.text);
        let solution = match solution(&ready) {
            Ok(solution) => solution,
            Err(why) => {
                println!("| {} | not solved: {why} | | | |", case.name);
                continue;
            }
        };
        solved += 1;
        for expected in &case.expected {
            let (what, exact) = match &expected.measure {
                Measure::Class(id) => {
                    let at = ready.model.outcomes.iter().position(|outcome| outcome.name == *id).unwrap();
                    (format!("share of `{id}`"), solution.outcomes[at].probability)
                }
                Measure::Watch(id) => {
                    let at = ready.model.watches.iter().position(|watch| watch.name == *id).unwrap();
                    (format!("share ever `{id}`"), solution.watches[at].probability)
                }
                _ => continue,
            };
            let apart = (exact - expected.exact).abs();
            farthest = farthest.max(apart);
            println!("| {} | {what} | {:.12} | {exact:.12} | {apart:.1e} |", case.name, expected.exact);
        }
    }
    println!("\n{solved} models solved; greatest difference {farthest:.1e}");
    assert!(solved >= 15 && farthest <= 1e-8, "{solved} models, {farthest:e}");
}
