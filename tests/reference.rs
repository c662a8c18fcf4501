//! The reference of the benches, as a scenario and as the program written by hand, is one model: both give the exact
//! shares.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../benches/ratios/twin.rs"]
mod twin;

use escalade::analysis::exact::{Limits, Unwatched, explore, solve};
use escalade::check;
use escalade::engine::Draws;
use escalade::ensemble::{self, Plan};
use escalade::id::OutcomeId;
use escalade::source::SourceText;

const RUNS: u64 = 30_000;

/// Standard errors; by chance one of eight shares is off by more in one suite of three million.
const LIMIT: f64 = 5.5;

#[test]
fn the_scenario_and_the_program_give_the_exact_shares() {
    let text = std::fs::read_to_string("benches/scenarios/reference.yaml").unwrap();
    let ready = check::base(&SourceText::new("reference", text)).ready.unwrap();
    let limits = Limits { max_states: 100_000, describe: false };
    let space = explore(&ready.scenario, &ready.model, &limits, &Unwatched).unwrap();
    let exact = solve(&ready.model, &space, &Unwatched).unwrap();

    let plan = Plan { seed: 1, draws: Draws::Each, runs: RUNS, jobs: 0, keep_failed: false, log: true };
    let batch = ensemble::run(&ready.model, &plan, &ensemble::Unwatched).unwrap();
    let by_hand = twin::run(1, RUNS);
    assert_eq!(by_hand.classes.iter().sum::<u64>(), RUNS);
    for (at, outcome) in ready.model.outcomes.iter().enumerate() {
        let share = exact.outcomes[at].probability;
        assert!(share > 0.005, "{}: {share}", outcome.name);
        let error = (share * (1.0 - share) / RUNS as f64).sqrt();
        for count in [batch.tally.class(OutcomeId::new(at)), by_hand.classes[at]] {
            let z = (count as f64 / RUNS as f64 - share) / error;
            assert!(z.abs() < LIMIT, "{}: {count} of {RUNS}, exactly {share}, z {z}", outcome.name);
        }
    }
    // The same number of firings, on average.
    let events = by_hand.events as f64 / RUNS as f64;
    let firings: u64 =
        (0..ready.model.events.len()).map(|at| batch.tally.firings(escalade::id::EventId::new(at))).sum();
    assert!((events - firings as f64 / RUNS as f64).abs() < 0.6, "{events} and {firings}");
}
