//! Random scenarios compile, run alike on any number of threads, and mean the same after being printed and parsed.

use escalade::lint::lint;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::counts::batch;
use crate::generator::scenario_of;
use crate::rewrite::printed;
use crate::scenario::ready;
use crate::trace::traces;

/// The random scenario of a number.
pub(crate) fn random_scenario(number: u64) -> String {
    let mut generator = ChaCha8Rng::seed_from_u64(number);
    let tape: Vec<u32> = (0..400).map(|_| generator.next_u32()).collect();
    scenario_of(&tape)
}

/// Runs a property on random tapes, always the same.
fn on_tapes(cases: u32, property: impl Fn(&str) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tapes = prop::collection::vec(any::<u32>(), 0..300);
    runner.run(&tapes, |tape| property(&scenario_of(&tape))).unwrap();
}

#[test]
fn random_scenarios_compile_and_run() {
    on_tapes(400, |text| {
        let ready = ready(text);
        lint(&ready.scenario, &ready.model);
        let firings = traces(&ready.model, 1, 0..20, false);
        prop_assert!(
            firings.iter().flatten().all(|told| !matches!(told, crate::trace::Told::Failed(_))),
            "{text}"
        );
        Ok(())
    });
}

#[test]
fn random_scenarios_run_alike_when_quickened() {
    on_tapes(200, |text| {
        let model = ready(text).model;
        let (plain, quick) = (traces(&model, 5, 0..30, true), traces(&model.quickened(), 5, 0..30, true));
        prop_assert!(plain == quick, "{text}");
        Ok(())
    });
}

#[test]
fn random_scenarios_run_alike_on_any_number_of_threads() {
    on_tapes(40, |text| {
        let model = ready(text).model;
        let one = batch(&model, 3, 4000, 1);
        prop_assert!(one == batch(&model, 3, 4000, 3), "{text}");
        Ok(())
    });
}

#[test]
fn random_scenarios_mean_the_same_when_printed_and_parsed() {
    on_tapes(200, |text| {
        let read = ready(text);
        let mut rewritten = read.scenario.clone();
        printed(&mut rewritten);
        let again = ready(&serde_yaml::to_string(&rewritten).unwrap());
        prop_assert_eq!(&rewritten, &again.scenario);
        prop_assert!(traces(&read.model, 9, 0..30, true) == traces(&again.model, 9, 0..30, true), "{}", text);
        Ok(())
    });
}

/// The generator makes what it says: every construct comes up, and most scenarios come to several outcomes.
#[test]
fn random_scenarios_are_varied() {
    let texts: Vec<String> = (0..200).map(random_scenario).collect();
    let constructs = [
        "rate:",
        "chance:",
        "every:",
        "at:",
        "upon:",
        "times:",
        "active:",
        "limit:",
        "choose:",
        "decide:",
        "when:",
        "ends: true",
        "watch:",
        "crossed(",
        "fired(",
        "count(",
        "raise ",
        "lower ",
        "hawks:",
        "discrete:",
        "heat(a, b)",
        "dispute(b, a)",
        "a.mood",
        "b.ready",
        "phase",
        "unsure",
    ];
    for construct in constructs {
        let many = texts.iter().filter(|text| text.contains(construct)).count();
        assert!(many >= 20, "`{construct}` is in {many} scenarios of 200");
    }
    let varied = texts.iter().filter(|text| {
        let model = ready(text).model;
        let tally = batch(&model, 1, 200, 1).tally;
        let seen = (0..model.outcomes.len()).filter(|at| tally.class(escalade::id::OutcomeId::new(*at)) > 0);
        seen.count() > 1
    });
    let varied = varied.count();
    assert!(varied > 100, "{varied} of 200 come to several outcomes");
}
