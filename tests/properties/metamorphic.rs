//! What means nothing changes nothing: names of actors and claims, the order of options and of rules that never fire in
//! one instant, the form of a hazard, the unit of time, the number of further runs.

use std::collections::{BTreeMap, BTreeSet};

use escalade::engine::{Draws, Engine, Observer};
use escalade::id::{EventId, RuleId};
use escalade::model::Model;
use escalade::schema::Scenario;

use crate::counts::{batch, counts};
use crate::generated::random_scenario;
use crate::rewrite::{chances_as_rates, halve_times, rename_actors, rename_claims, reverse_options};
use crate::scenario::ready;
use crate::trace::traces;

const SEED: u64 = 4;
const RUNS: u64 = 2000;
const SHIPPED: [&str; 4] = ["south_caucasus", "two_rivals", "arms_race", "starter"];

/// Shipped scenarios and random ones.
fn scenarios() -> Vec<(String, Scenario)> {
    let shipped = SHIPPED.iter().map(|name| {
        let text = std::fs::read_to_string(format!("scenarios/{name}.yaml")).unwrap();
        ((*name).to_owned(), ready(&text).scenario)
    });
    let random = (0..60).map(|number| (format!("random {number}"), ready(&random_scenario(number)).scenario));
    shipped.chain(random).collect()
}

/// The model of a scenario that was rewritten, by way of its text.
fn model(scenario: &Scenario) -> Model {
    ready(&serde_yaml::to_string(scenario).unwrap()).model
}

/// Whether counts are those of another scenario that says the same; and how many there are.
fn same_counts(name: &str, one: &Scenario, other: &Scenario) -> usize {
    let (one, other) = (counts(&model(one), SEED, RUNS), counts(&model(other), SEED, RUNS));
    let differ: BTreeSet<&String> = one.keys().filter(|key| one.get(*key) != other.get(*key)).collect();
    assert!(differ.is_empty() && one.len() == other.len(), "{name}: {differ:?}");
    one.len()
}

#[test]
fn names_of_actors_and_claims_mean_nothing() {
    let mut compared = 0;
    for (name, scenario) in scenarios() {
        // Values at the start that are drawn have a site with the name of their actor: another name, another draw.
        let drawn =
            ready(&serde_yaml::to_string(&scenario).unwrap()).model.setup.len() > scenario.parameters.len();
        let mut renamed = rename_claims(&scenario);
        if name != "arms_race" || !drawn {
            rename_actors(&mut renamed);
            assert_ne!(scenario.actors.keys().next(), renamed.actors.keys().next());
        }
        compared += same_counts(&name, &scenario, &renamed);
    }
    println!("{compared} counts");
}

#[test]
fn the_order_of_options_means_nothing() {
    let mut compared = 0;
    for (name, scenario) in scenarios() {
        let mut reversed = scenario.clone();
        reverse_options(&mut reversed);
        compared += same_counts(&name, &scenario, &reversed);
    }
    println!("{compared} counts");
}

#[test]
fn a_chance_is_the_rate_with_its_hazard() {
    let (mut compared, mut changed) = (0, 0);
    for (name, scenario) in scenarios() {
        let mut written = scenario.clone();
        changed += chances_as_rates(&mut written);
        compared += same_counts(&name, &scenario, &written);
    }
    println!("{changed} chances, {compared} counts");
    assert!(changed > 20);
}

/// Rules that fire in one instant, by name, in runs of a model.
struct Instants<'m> {
    model: &'m Model,
    time: f64,
    now: Vec<usize>,
    together: BTreeSet<(usize, usize)>,
}

impl Observer for Instants<'_> {
    fn began(&mut self, _values: &[f64]) {
        self.time = 0.0;
        self.now.clear();
    }

    fn fired(&mut self, time: f64, rule: RuleId, _options: &[EventId]) {
        if time > self.time {
            self.now.clear();
            self.time = time;
        }
        let rule = rule.index();
        self.together.extend(self.now.iter().map(|other| ((*other).min(rule), (*other).max(rule))));
        self.now.push(rule);
        assert!(rule < self.model.rules.len());
    }
}

/// The rules in another order: as far towards the reverse as those that fire in one instant allow.
fn reordered(scenario: &Scenario) -> (Scenario, usize) {
    let model = model(scenario);
    let mut instants = Instants { model: &model, time: 0.0, now: Vec::new(), together: BTreeSet::new() };
    let mut engine = Engine::new(&model, SEED, Draws::Each);
    for run in 0..RUNS {
        engine.run(run, &mut instants).unwrap();
    }
    let mut left: Vec<usize> = (0..model.rules.len()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let free = |rule: usize| {
            left.iter().all(|other| *other >= rule || !instants.together.contains(&(*other, rule)))
        };
        let at = left.iter().rposition(|rule| free(*rule)).unwrap();
        order.push(left.remove(at));
    }
    let moved = order.iter().enumerate().filter(|(at, rule)| at != *rule).count();
    let mut reordered = scenario.clone();
    reordered.rules = order
        .iter()
        .map(|at| scenario.rules.get_index(*at).unwrap())
        .map(|(id, rule)| (id.clone(), rule.clone()))
        .collect();
    (reordered, moved)
}

#[test]
fn the_order_of_rules_that_never_meet_means_nothing() {
    let (mut compared, mut all) = (0, 0);
    for (name, scenario) in scenarios() {
        let (reordered, moved) = reordered(&scenario);
        compared += same_counts(&name, &scenario, &reordered);
        all += moved;
    }
    println!("{all} rules moved, {compared} counts");
    assert!(all > 100);
}

/// Halves are exact in binary, so that even times are halved to the last bit: but for what is drawn through tables.
#[test]
fn the_unit_of_time_means_nothing() {
    let mut compared = 0;
    for (name, scenario) in scenarios() {
        let mut halved = scenario.clone();
        halve_times(&mut halved);
        let mut whole = scenario.clone();
        whole
            .grid
            .get_or_insert_with(|| escalade::schema::Expression::new(format!("({}) / 60", whole.horizon)));
        compared += same_counts(&name, &whole, &halved);
        let horizons = (model(&whole).horizon, model(&halved).horizon);
        assert_eq!(horizons.0, 2.0 * horizons.1, "{name}");
    }
    println!("{compared} counts");
}

#[test]
fn the_first_runs_of_a_longer_batch_are_the_first() {
    for (name, scenario) in scenarios().into_iter().take(12) {
        let model = model(&scenario);
        let long = traces(&model, SEED, 0..400, true);
        let mut short = traces(&model, SEED, 0..150, true);
        short.extend(traces(&model, SEED, 150..151, true));
        assert!(long[..151] == short[..], "{name}");
        // Batches end within and at the ends of what is merged at once; the longer one goes on.
        for runs in [1, 1023, 1024, 1500] {
            let mut classes: BTreeMap<usize, u64> = BTreeMap::new();
            let mut engine = Engine::new(&model, SEED, Draws::Each);
            for run in (0..runs).rev() {
                let ending = engine.run(run, &mut escalade::engine::Unobserved).unwrap();
                *classes.entry(ending.outcome.index()).or_default() += 1;
            }
            let tally = batch(&model, SEED, runs, 2).tally;
            for outcome in 0..model.outcomes.len() {
                let counted = classes.get(&outcome).copied().unwrap_or(0);
                assert_eq!(
                    tally.class(escalade::id::OutcomeId::new(outcome)),
                    counted,
                    "{name}, {runs} runs"
                );
            }
        }
    }
}
