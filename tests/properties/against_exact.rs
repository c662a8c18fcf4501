//! Random scenarios, simulated and solved: their figures agree, and names mean nothing to the solution.
//!
//! Simulation and solution share what a firing does; they share neither clocks nor draws, nor how counts are made. What a
//! firing does is tested against answers by hand elsewhere.
//!
//! Null: the shares are those of the solution. Each is scored by its deviance (see `score`), the limit being for all
//! comparisons together. Of times the count up to a quantile is compared, on the side on which it must lie, since a known
//! instant may have a probability of its own.

use std::collections::BTreeMap;

use escalade::analysis::exact::{self, Exact, Limits, Solution, Trouble};
use escalade::check::Ready;
use escalade::engine::{Draws, Engine, Unobserved};
use escalade::id::OutcomeId;

use crate::counts::batch;
use crate::generated::random_scenario;
use crate::rewrite::{rename_actors, rename_rules_and_parameters};
use crate::scenario::ready;
use crate::score::{limit, share_z};

const SEED: u64 = 31;

/// Most states that the program may find; the generator promises fewer, but for what only reports ask for.
const LIMITS: Limits = Limits { max_states: 100_000, describe: false };

/// What came of comparing scenarios.
#[derive(Default)]
struct Comparison {
    scenarios: usize,
    /// Of each scenario.
    states: Vec<usize>,
    /// Scenario, what, score.
    scores: Vec<(u64, String, f64)>,
    too_large: usize,
}

fn solve(ready: &Ready) -> Option<Solution> {
    match exact::explore(&ready.scenario, &ready.model, &LIMITS, &exact::Unwatched) {
        Ok(space) => Some(exact::solve(&ready.model, &space, &exact::Unwatched).unwrap()),
        Err(Trouble::TooManyStates { .. }) => None,
        Err(trouble) => panic!("{trouble:?}\n{}", serde_yaml::to_string(&ready.scenario).unwrap()),
    }
}

impl Comparison {
    fn scenario(&mut self, number: u64, runs: u64) {
        let ready = ready(&random_scenario(number));
        let Some(solution) = solve(&ready) else {
            self.too_large += 1;
            return;
        };
        self.scenarios += 1;
        self.states.push(solution.method.states);
        self.shares(number, &ready, &solution, runs);
        self.times(number, &ready, &solution, runs);
    }

    fn shares(&mut self, number: u64, ready: &Ready, solution: &Solution, runs: u64) {
        let model = &ready.model;
        let tally = batch(model, SEED, runs, 0).tally;
        let mut score = |what: String, count: u64, exact: f64| {
            self.scores.push((number, what, share_z(count as f64, runs as f64, exact.clamp(0.0, 1.0))));
        };
        for (at, (outcome, exact)) in model.outcomes.iter().zip(&solution.outcomes).enumerate() {
            score(format!("class {}", outcome.name), tally.class(OutcomeId::new(at)), exact.probability);
            score(format!("ever {}", outcome.name), tally.ever(OutcomeId::new(at)), exact.ever);
        }
        for (at, (group, exact)) in model.groups.iter().zip(&solution.groups).enumerate() {
            let count = group.outcomes.iter().map(|outcome| tally.class(*outcome)).sum();
            score(format!("group {}", group.name), count, exact.probability);
            score(format!("ever of group {}", group.name), tally.group_ever(at), exact.ever);
        }
        let watches = model.watches.iter().map(|watch| (&watch.name, watch.latch)).zip(&solution.watches);
        let lines = model.red_lines.iter().map(|line| (&line.name, line.latch)).zip(&solution.red_lines);
        for ((name, latch), exact) in watches.chain(lines) {
            score(name.clone(), tally.latch_times(latch).unwrap().total(), exact.probability);
        }
    }

    /// Of runs in a class, those whose time is below a quantile must not be too many, those up to it not too few.
    fn times(&mut self, number: u64, ready: &Ready, solution: &Solution, runs: u64) {
        let mut times: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        let mut engine = Engine::new(&ready.model, SEED, Draws::Each);
        for run in 0..runs {
            let ending = engine.run(run, &mut Unobserved).unwrap();
            times.entry(ending.outcome.index()).or_default().extend(ending.since);
        }
        let slack = 2.0 * exact::RESOLUTION * ready.model.horizon;
        for (at, times) in times {
            let Some(Exact { time: Some(exact), .. }) = solution.outcomes.get(at) else { continue };
            for (q, day) in [(0.25, exact.q25), (0.5, exact.q50), (0.75, exact.q75)] {
                let count = |until: f64| times.iter().filter(|time| **time <= until).count() as f64;
                let all = times.len() as f64;
                let below = share_z(count(day - slack), all, q).max(0.0);
                let up_to = share_z(count(day + slack), all, q).min(0.0);
                let worse = if below > -up_to { below } else { up_to };
                let name = &ready.model.outcomes[at].name;
                self.scores.push((number, format!("time of {name} up to its {q} quantile"), worse));
            }
        }
    }

    /// Prints what came of it; fails if a score is beyond the limit.
    fn report(mut self, runs: u64) {
        let limit = limit(self.scores.len());
        self.states.sort_unstable();
        let (median, most) = (self.states[self.states.len() / 2], self.states[self.states.len() - 1]);
        let size = |bound: f64| self.scores.iter().filter(|(.., z)| z.abs() > bound).count();
        let worst = self.scores.iter().max_by(|one, other| one.2.abs().total_cmp(&other.2.abs())).unwrap();
        println!(
            "{} scenarios ({} larger than {} states left out), {median} states in the median, {most} at most; {} \
             comparisons at {runs} runs; |z| > 2 in {}, > 3 in {}, > 4 in {}; greatest {:+.2} (scenario {}, {}); limit {limit:.2}",
            self.scenarios,
            self.too_large,
            LIMITS.max_states,
            self.scores.len(),
            size(2.0),
            size(3.0),
            size(4.0),
            worst.2,
            worst.0,
            worst.1
        );
        let beyond: Vec<_> = self.scores.iter().filter(|(.., z)| z.is_nan() || z.abs() > limit).collect();
        assert!(beyond.is_empty(), "{beyond:#?}\n{}", random_scenario(beyond[0].0));
    }
}

fn compare(numbers: std::ops::Range<u64>, runs: u64) {
    let mut comparison = Comparison::default();
    numbers.for_each(|number| comparison.scenario(number, runs));
    comparison.report(runs);
}

#[test]
fn simulated_figures_of_random_scenarios_are_the_exact_ones() {
    compare(0..100, 8_000);
}

#[test]
#[ignore = "many minutes: 2,000 scenarios at 20,000 runs"]
fn simulated_figures_of_random_scenarios_are_the_exact_ones_in_a_long_run() {
    compare(1_000..3_000, 20_000);
}

/// Random scenarios whose hazards are 30 % too high do not pass: the comparison can fail.
#[test]
fn wrong_rates_of_random_scenarios_are_found_out() {
    let mut found = 0;
    for number in 0..20 {
        let mut right = ready(&random_scenario(number));
        let Some(solution) = solve(&right) else { continue };
        for rule in
            &mut right.scenario.rules.values_mut().filter(|rule| rule.rate.is_some() || rule.chance.is_some())
        {
            rule.scale = Some(escalade::schema::Expression::new("1.3"));
        }
        let wrong = ready(&serde_yaml::to_string(&right.scenario).unwrap());
        let mut comparison = Comparison::default();
        comparison.shares(number, &wrong, &solution, 40_000);
        found +=
            usize::from(comparison.scores.iter().any(|(.., z)| z.abs() > limit(comparison.scores.len())));
    }
    println!("{found} of 20 found out");
    assert!(found >= 10);
}

/// Names of actors, rules and parameters mean nothing to the solution: it is the same to the last digits that it promises.
#[test]
fn names_mean_nothing_to_the_solution() {
    for number in 0..60 {
        let plain = ready(&random_scenario(number));
        let mut renamed = plain.scenario.clone();
        rename_actors(&mut renamed);
        rename_rules_and_parameters(&mut renamed);
        let renamed = ready(&serde_yaml::to_string(&renamed).unwrap());
        assert_ne!(plain.model.events[0].name, renamed.model.events[0].name);
        let (Some(one), Some(other)) = (solve(&plain), solve(&renamed)) else { continue };
        assert_eq!(one.method.states, other.method.states, "scenario {number}");
        let all = |solution: &Solution| -> Vec<f64> {
            let Solution { outcomes, groups, watches, red_lines, .. } = solution;
            let all = outcomes.iter().chain(groups).chain(watches).chain(red_lines);
            all.flat_map(|exact| [exact.probability, exact.ever]).collect()
        };
        for (one, other) in all(&one).into_iter().zip(all(&other)) {
            assert!((one - other).abs() < 1e-10, "scenario {number}: {one} is not {other}");
        }
    }
}
