//! Time rescaling: hazards integrated between firings are unit exponentials.
//!
//! If a rule fires at the points of a process with intensity λ(t), then the integrals of λ between its firings are
//! independent unit exponentials (Meyer 1971; Papangelou 1972), however λ changes. The hazards are computed here from
//! the state that runs tell, by formulas written down by hand, and integrated by a clock of its own; nothing is taken from
//! the model. To keep clear of censoring, only the first firings of each rule in each run count, and runs go on until all of
//! these have happened.
//!
//! Null: unit exponentials. Test: Kolmogorov–Smirnov, with the critical value √(ln(2m/α)/2N) for m tests of N values each,
//! which by the inequality of Dvoretzky, Kiefer and Wolfowitz in Massart's form (1990) keeps α at any N.

use escalade::engine::{Draws, Engine, Observer};
use escalade::id::{EventId, RuleId, VariableId};
use escalade::model::Model;

use crate::SEED;
use crate::scenario::{ready, scenario};
use crate::score::ALPHA;

/// A scenario and, for its hazards, what they are by hand.
pub(crate) struct Subject {
    name: &'static str,
    pub(crate) text: String,
    /// Variables that the formulas read, in their order.
    reads: &'static [&'static str],
    /// Days at which hazards change by the calendar.
    calendar: &'static [f64],
    /// Rules, their hazard per day by values, day and days since its own last firing, and how many firings count.
    hazards: &'static [(&'static str, Hazard, usize)],
}

/// Values of the variables read, the day, and the day of the rule's own last firing.
type Hazard = fn(&[f64], f64, f64) -> f64;

impl Subject {
    /// Whether the hazard of a rule is tested.
    pub(crate) fn tests(&self, rule: &str) -> bool {
        self.hazards.iter().any(|(known, ..)| *known == rule)
    }
}

/// What came of one rule.
pub(crate) struct Fit {
    pub(crate) subject: &'static str,
    pub(crate) rule: &'static str,
    /// How many integrals.
    pub(crate) values: usize,
    /// The greatest distance from the exponential distribution function.
    pub(crate) distance: f64,
    /// What it may be.
    pub(crate) limit: f64,
    /// Mean of the integrals, for information: 1 in the mean.
    pub(crate) mean: f64,
}

/// The subjects of these tests.
pub(crate) fn subjects() -> Vec<Subject> {
    vec![crowd(), front(), calendar()]
}

/// Hazards that other rules change, through a level, a flag and multipliers.
fn crowd() -> Subject {
    Subject {
        name: "hazards changed by others",
        text: scenario(
            400.0,
            "
indicators:
  crowd: {type: level, range: 0..30, initial: 3}
  curfew: {type: flag, initial: false}
rules:
  join: {rate: 0.2 + 0.1 * crowd per day, when: crowd < 30, effects: [crowd += 1]}
  leave: {rate: 0.18 * crowd per day, times: [{when: curfew, by: 3}], effects: [crowd -= 1]}
  impose: {when: not curfew, rate: 0.1 * crowd per day, effects: [curfew = true]}
  lift: {when: curfew, chance: 0.6 per 2d, effects: [curfew = false]}
  clash: {rate: 0.3 per day, times: [{when: curfew, by: 5}, {by: 0.8}]}
outcomes:
  all: {when: count(join) >= 20 and count(leave) >= 20 and count(impose) >= 8 and count(lift) >= 8 and count(clash) >= 10, ends: true}
  rest: {otherwise: true}
",
        ),
        reads: &["crowd", "curfew"],
        calendar: &[],
        hazards: &[
            ("join", |v, _, _| if v[0] < 30.0 { 0.2 + 0.1 * v[0] } else { 0.0 }, 20),
            ("leave", |v, _, _| 0.18 * v[0] * if v[1] == 1.0 { 3.0 } else { 1.0 }, 20),
            ("impose", |v, _, _| if v[1] == 0.0 { 0.1 * v[0] } else { 0.0 }, 8),
            ("lift", |v, _, _| if v[1] == 1.0 { -libm::log(0.4) / 2.0 } else { 0.0 }, 8),
            ("clash", |v, _, _| 0.24 * if v[1] == 1.0 { 5.0 } else { 1.0 }, 10),
        ],
    }
}

/// Hazards that are disarmed and armed again, by stances, cooldowns and a real-valued gauge.
fn front() -> Subject {
    Subject {
        name: "disarmed and armed again",
        text: scenario(
            1000.0,
            "
actors:
  north: {name: North, kind: state, stances: {mode: {values: [rest, press, hold], initial: rest}}}
indicators: {strain: {type: gauge, range: 0.25..4, initial: 1}}
rules:
  shift:
    rate: 0.5 per day
    choose:
      rest: {weight: 2, effects: [north.mode = rest]}
      press: {weight: 2, effects: [north.mode = press]}
      hold: {weight: 1, effects: [north.mode = hold]}
  tighten: {every: 3d, effects: [strain = strain * 1.25]}
  relax: {when: north.mode == rest, after: {uniform: [1d, 4d]}, repeat: true, effects: [strain = strain / 1.5]}
  raid: {when: north.mode == press, rate: 0.4 * strain per day}
  probe: {when: \"north.mode in [press, hold]\", rate: 1.2 per day, cooldown: 1.5d}
outcomes:
  all: {when: count(shift) >= 20 and count(raid) >= 10 and count(probe) >= 15, ends: true}
  rest: {otherwise: true}
",
        ),
        reads: &["north.mode", "strain"],
        calendar: &[],
        hazards: &[
            ("shift", |_, _, _| 0.5, 20),
            ("raid", |v, _, _| if v[0] == 1.0 { 0.4 * v[1] } else { 0.0 }, 10),
            ("probe", |v, now, last| if v[0] >= 1.0 && now >= last + 1.5 { 1.2 } else { 0.0 }, 15),
        ],
    }
}

/// Hazards that the calendar bounds.
fn calendar() -> Subject {
    Subject {
        name: "active spans",
        text: scenario(
            400.0,
            "
indicators: {alert: {type: flag, initial: false}}
rules:
  flip: {rate: 0.4 per day, choose: {on: {when: not alert, weight: 1, effects: [alert = true]}, off: {when: alert, weight: 1, effects: [alert = false]}}}
  spring: {active: {from: 2d}, rate: 0.3 per day, times: [{when: alert, by: 2}]}
  burst: {active: {from: 5d, until: 2030-01-21}, rate: 8 per day}
outcomes:
  all: {when: count(flip) >= 20 and count(spring) >= 15 and count(burst) >= 40, ends: true}
  rest: {otherwise: true}
",
        ),
        reads: &["alert"],
        calendar: &[2.0, 5.0, 20.0],
        hazards: &[
            ("flip", |_, _, _| 0.4, 20),
            ("spring", |v, now, _| if now >= 2.0 { 0.3 * (1.0 + v[0]) } else { 0.0 }, 15),
            ("burst", |_, now, _| if (5.0..20.0).contains(&now) { 8.0 } else { 0.0 }, 40),
        ],
    }
}

/// Integrates hazards of one run.
struct Clock<'s> {
    subject: &'s Subject,
    model: &'s Model,
    /// Of each variable of the model, its place among those read.
    places: Vec<Option<usize>>,
    values: Vec<f64>,
    now: f64,
    /// Of each hazard: its integral since the last firing, the day of that, firings so far, and all integrals.
    running: Vec<(f64, f64, usize, Vec<f64>)>,
}

impl Clock<'_> {
    /// Integrates up to a time: hazards are constant between the days of the calendar and what runs tell, but for the end of
    /// a rule's own cooldown.
    fn advance(&mut self, time: f64) {
        if time <= self.now {
            return;
        }
        let mut steps: Vec<f64> = self.subject.calendar.to_vec();
        steps.extend(self.running.iter().map(|(_, last, ..)| last + 1.5));
        steps.push(time);
        steps.sort_by(f64::total_cmp);
        for step in steps.into_iter().filter(|step| *step <= time) {
            if step > self.now {
                for ((_, hazard, _), (integral, last, ..)) in
                    self.subject.hazards.iter().zip(&mut self.running)
                {
                    *integral += hazard(&self.values, self.now, *last) * (step - self.now);
                }
                self.now = step;
            }
        }
    }

    fn begin(&mut self) {
        self.now = 0.0;
        for (integral, last, firings, _) in &mut self.running {
            (*integral, *last, *firings) = (0.0, f64::NEG_INFINITY, 0);
        }
    }
}

impl Observer for Clock<'_> {
    fn began(&mut self, values: &[f64]) {
        for (value, place) in values.iter().zip(&self.places) {
            if let Some(place) = place {
                self.values[*place] = *value;
            }
        }
    }

    fn fired(&mut self, time: f64, rule: RuleId, _options: &[EventId]) {
        self.advance(time);
        let name = &self.model.event(self.model.rule(rule).event).name;
        let at = self.subject.hazards.iter().position(|(known, ..)| known == name);
        if let Some(at) = at {
            let (integral, last, firings, all) = &mut self.running[at];
            if *firings < self.subject.hazards[at].2 {
                all.push(*integral);
            }
            (*integral, *last, *firings) = (0.0, time, *firings + 1);
        }
    }

    fn changed(&mut self, time: f64, variable: VariableId, _old: f64, new: f64) {
        self.advance(time);
        if let Some(place) = self.places[variable.index()] {
            self.values[place] = new;
        }
    }

    fn wants_tracks(&self) -> bool {
        false
    }
}

/// Tests all hazards of a subject on so many runs of a model: its own, or one that was tampered with.
pub(crate) fn fit(subject: &Subject, model: &Model, runs: u64) -> Vec<Fit> {
    let place = |name: &str| subject.reads.iter().position(|read| *read == name);
    let mut clock = Clock {
        subject,
        model,
        places: model.variables.iter().map(|variable| place(&variable.name)).collect(),
        values: vec![0.0; subject.reads.len()],
        now: 0.0,
        running: vec![(0.0, f64::NEG_INFINITY, 0, Vec::new()); subject.hazards.len()],
    };
    let mut engine = Engine::new(model, SEED, Draws::Each);
    for run in 0..runs {
        clock.begin();
        engine.run(run, &mut clock).unwrap();
    }
    let tests: usize = subjects().iter().map(|subject| subject.hazards.len()).sum();
    let results = subject.hazards.iter().zip(clock.running);
    results
        .map(|((rule, _, first), (.., mut integrals))| {
            let values = integrals.len();
            let due = runs * *first as u64;
            let limit = (libm::log(2.0 * tests as f64 / ALPHA) / (2.0 * due as f64)).sqrt();
            let mean = integrals.iter().sum::<f64>() / values as f64;
            // What is missing would be censored: then the test does not hold, and nothing may pass it.
            let distance = if values as u64 == due { distance(&mut integrals) } else { f64::INFINITY };
            Fit { subject: subject.name, rule, values, distance, limit, mean }
        })
        .collect()
}

/// The greatest distance of an empirical distribution function from 1 − e^(−x).
fn distance(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let gap = |(at, value): (usize, &f64)| {
        let exact = -libm::expm1(-value);
        (exact - at as f64 / n).abs().max(((at + 1) as f64 / n - exact).abs())
    };
    values.iter().enumerate().map(gap).fold(0.0, f64::max)
}

/// Tests all subjects and prints the table.
fn fit_all(runs: u64) {
    println!("| scenario | rule | integrals | mean | distance | limit |\n|---|---|---|---|---|---|");
    let mut beyond = Vec::new();
    for subject in subjects() {
        for fit in fit(&subject, &ready(&subject.text).model, runs) {
            let Fit { subject, rule, values, distance, limit, mean } = fit;
            println!("| {subject} | `{rule}` | {values} | {mean:.5} | {distance:.5} | {limit:.5} |");
            if distance > limit {
                beyond.push(rule);
            }
        }
    }
    assert!(beyond.is_empty(), "no unit exponentials: {beyond:?}");
}

#[test]
fn integrated_hazards_are_unit_exponentials() {
    fit_all(2_000);
}

#[test]
#[ignore = "minutes: 50,000 runs of each scenario"]
fn integrated_hazards_are_unit_exponentials_in_a_long_run() {
    fit_all(50_000);
}

#[test]
fn the_distance_is_that_of_the_definition() {
    // One value at the median: the steps of the empirical function are 0 and 1 there.
    assert!((distance(&mut [std::f64::consts::LN_2]) - 0.5).abs() < 1e-12);
    assert!((distance(&mut [0.0, 1e9]) - 0.5).abs() < 1e-12);
}
