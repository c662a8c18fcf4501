//! However a run is made, it is the same: the same events at the same bits of time, with the same changes. A model makes the
//! runs of its quickened form, and runs made side by side are those made alone.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::fs;
use std::ops::Range;

use escalade::check;
use escalade::engine::{Draws, Engine, Observer, SIDE_BY_SIDE};
use escalade::ensemble::{self, Plan, Unwatched};
use escalade::id::{EventId, OutcomeId, RuleId, VariableId};
use escalade::model::{Code, Model, Op, Track};
use escalade::source::SourceText;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Everything that is told of a run, with floats as bits.
#[derive(Default, PartialEq, Debug)]
struct Told {
    all: Vec<String>,
    /// How often each rule fired, in place of each firing, if that is wanted: counted here where it is not told.
    sums: Option<Vec<(RuleId, u32)>>,
}

impl Observer for Told {
    fn began(&mut self, _values: &[f64]) {
        self.all = vec!["began".to_owned()];
        self.sums.iter_mut().for_each(Vec::clear);
    }

    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        match &mut self.sums {
            None => self.all.push(format!("{:x} fired {rule:?} {options:?}", time.to_bits())),
            Some(sums) => match sums.iter_mut().find(|(fired, _)| *fired == rule) {
                Some((_, firings)) => *firings += 1,
                None => sums.push((rule, 1)),
            },
        }
    }

    fn wants_sums(&self) -> bool {
        self.sums.is_some()
    }

    fn fired_often(&mut self, rule: RuleId, firings: u32) {
        self.sums.as_mut().expect("sums are wanted").push((rule, firings));
    }

    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        let bits = [time, old, new].map(f64::to_bits);
        self.all.push(format!("{bits:x?} changed {variable:?}"));
    }

    fn latched(&mut self, time: f64, latch: usize) {
        self.all.push(format!("{:x} latched {latch}", time.to_bits()));
    }

    fn held(&mut self, time: f64, outcome: OutcomeId) {
        self.all.push(format!("{:x} held {outcome:?}", time.to_bits()));
    }

    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.all.push(format!("{track} tracked {positions:?} {:x}", value.to_bits()));
    }
}

fn models() -> Vec<(String, Model)> {
    let folders = ["scenarios", "benches/scenarios"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let model = |path: &std::path::PathBuf| {
        let source = SourceText::new(path.to_string_lossy().as_ref(), fs::read_to_string(path).unwrap());
        (path.display().to_string(), check::base(&source).ready.expect("it has no errors").model)
    };
    paths.iter().map(model).collect()
}

/// A track that is a variable of few values is known from what the variable's changes tell; one that adds 0 to it is computed.
#[test]
fn followed_tracks_are_counted_like_computed_ones() {
    let mut seen = 0;
    for (name, mut model) in models() {
        let given = model.tracks.len();
        for (track, variable) in
            (0..given).filter_map(|at| Some((at, model.followed(at)?))).collect::<Vec<_>>()
        {
            let alias = model.tracks[track].clone();
            let ops = vec![Op::Variable(variable), Op::Constant(0.0), Op::Add];
            let computed = Track { code: Code::new(ops), ..alias.clone() };
            for more in [alias, computed] {
                let dependents = &mut model.dependents[variable.index()];
                dependents.tracks.push(model.tracks.len() as u32);
                model.tracks.push(more);
            }
        }
        let draws = Draws::of_model(&model, None);
        let plan = Plan { seed: 3, draws, runs: 1_500, jobs: 2, keep_failed: false, log: true };
        let tally = ensemble::run(&model, &plan, &Unwatched).unwrap().tally;
        let followed = (0..given).filter(|at| model.followed(*at).is_some());
        for (track, added) in followed.zip((given..model.tracks.len()).step_by(2)) {
            for position in 0..model.grid.len() {
                let sample = tally.sample(track, position);
                assert_eq!(sample, tally.sample(added, position), "{name}: {track} again at {position}");
                assert_eq!(sample, tally.sample(added + 1, position), "{name}: {track} at {position}");
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn a_quickened_model_makes_the_same_runs() {
    let models = models();
    assert!(models.len() >= 5);
    for (name, model) in &models {
        let quick = model.quickened();
        let draws = Draws::Of(7.try_into().unwrap());
        let mut plain = Engine::new(model, 3, draws);
        let mut quickened = Engine::new(&quick, 3, draws);
        let mut events = 0;
        for run in 0..150 {
            let (mut one, mut other) = (Told::default(), Told::default());
            let endings = (plain.run(run, &mut one), quickened.run(run, &mut other));
            assert_eq!(endings.0, endings.1, "{name}, run {run}");
            assert_eq!(one, other, "{name}, run {run}");
            events += one.all.len();
        }
        assert!(events > 150, "{name}: {events}");
    }
}

/// Plain hazards, and what may befall them: rates that are fixed in a run, one that may fall below 0 on the way, one that may
/// do so from the start, a switched-off rule, a firing that changes nothing, a track, an outcome that ends a run.
const PLAIN: &str = "
format: 1
id: plain
title: Do plain rules run side by side as they do alone?
start: 2040-01-01
horizon: 1000d
parameters:
  haste: {says: How fast quarrels come, value: {lognormal: {median: 1, sigma: 0.5}}}
  calm: {says: How fast they go; below 0 in some runs, value: {uniform: [-0.02, 1]}}
  start: {says: How fast the first comes; below 0 in some runs, value: {uniform: [-0.02, 1]}}
actors:
  north: {name: North, kind: state, stances: {mood: {values: [calm, tense, hard], initial: calm}}}
  south: {name: South, kind: state, stances: {mood: {values: [calm, tense, hard], initial: calm}}}
relations:
  hostility: {symmetric: true, ladder: mid, initial: none, between: [{pair: [north, south]}]}
rules:
  first: {when: 'hostility(north, south) == none', rate: start per 20d, effects: ['raise hostility(north, south)']}
  more: {when: north.mood != calm, rate: haste per 20d, effects: ['raise hostility(north, south)']}
  less: {when: 'hostility(north, south) > threat', rate: calm per 10d, effects: ['lower hostility(north, south)']}
  vexes: {when: north.mood == calm, rate: 1 per 30d, effects: [north.mood = tense]}
  hardens: {when: north.mood == tense, rate: 1 per 60d, effects: [north.mood = hard]}
  again: {when: north.mood == hard, rate: 1 per 15d, effects: [north.mood = hard]}
  rests: {when: north.mood != calm, rate: 1 per 50d, effects: [north.mood = calm]}
  off: {disabled: true, when: north.mood == tense, rate: 1 per 1d, effects: [south.mood = hard]}
outcomes:
  war: {when: 'hostility(north, south) == war', ends: true}
  hot: {when: 'hostility(north, south) >= display'}
  quiet: {otherwise: true}
headline: war
track: {hostility: 'hostility(north, south)'}
";

/// Counts how often what is told goes over from one run to another.
struct Turns<'a> {
    told: Told,
    /// Whether it was told of a firing by itself.
    one_by_one: bool,
    run: u64,
    last: &'a Cell<u64>,
    count: &'a Cell<u64>,
}

impl Turns<'_> {
    fn take(&self) {
        if self.last.replace(self.run) != self.run {
            self.count.set(self.count.get() + 1);
        }
    }
}

impl Observer for Turns<'_> {
    fn began(&mut self, values: &[f64]) {
        self.one_by_one = false;
        self.told.began(values);
    }

    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        self.take();
        self.one_by_one = true;
        self.told.fired(time, rule, options);
    }

    fn wants_sums(&self) -> bool {
        self.told.wants_sums()
    }

    fn fired_often(&mut self, rule: RuleId, firings: u32) {
        self.told.fired_often(rule, firings);
    }

    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        self.told.changed(time, variable, old, new);
    }

    fn latched(&mut self, time: f64, latch: usize) {
        self.told.latched(time, latch);
    }

    fn held(&mut self, time: f64, outcome: OutcomeId) {
        self.told.held(time, outcome);
    }

    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.told.tracked(track, positions, value);
    }
}

/// What came of runs made side by side.
#[derive(Default)]
struct Seen {
    events: usize,
    failed: usize,
    /// How often they took turns.
    turns: u64,
    /// In how many no firing was told by itself, but how often rules fired.
    summed: usize,
}

/// Makes so many runs side by side, which must be those made alone: told firing by firing, and in sums.
fn make_both_ways(name: &str, model: &Model, draws: Draws, runs: u64) -> Seen {
    let quick = model.quickened();
    let mut alone = Engine::new(&quick, 3, draws);
    let mut beside = Engine::new(&quick, 3, draws);
    let mut seen = Seen::default();
    for sums in [None, Some(Vec::new())] {
        let nothing = || Told { all: Vec::new(), sums: sums.clone() };
        let (last, turns) = (Cell::new(0), Cell::new(0));
        for first in (0..runs).step_by(SIDE_BY_SIDE) {
            let numbers = first..runs.min(first + SIDE_BY_SIDE as u64);
            let told = |run| Turns { told: nothing(), one_by_one: false, run, last: &last, count: &turns };
            let mut each: Vec<_> = numbers.clone().map(told).collect();
            let endings = beside.run_each(first, &mut each);
            assert_eq!(endings.len(), each.len());
            for ((run, ending), other) in numbers.zip(endings).zip(each) {
                let mut one = nothing();
                assert_eq!(alone.run(run, &mut one), ending, "{name}, run {run}");
                assert_eq!(one, other.told, "{name}, run {run}");
                match &one.sums {
                    None => {
                        seen.events += one.all.len();
                        seen.failed += usize::from(ending.is_err());
                    }
                    Some(sums) => seen.summed += usize::from(!sums.is_empty() && !other.one_by_one),
                }
            }
        }
        if sums.is_none() {
            seen.turns = turns.get();
        }
    }
    seen
}

fn model(name: &str, text: &str) -> Model {
    let base = check::base(&SourceText::new(name, text));
    let messages: Vec<_> = base.findings.iter().map(|finding| &finding.message).collect();
    base.ready.unwrap_or_else(|| panic!("{name}: {messages:?}\n{text}")).model
}

#[test]
fn runs_made_side_by_side_are_those_made_alone() {
    let mut models = models();
    models.push(("plain".to_owned(), model("plain", PLAIN)));
    for (name, model) in &models {
        for draws in [Draws::Of(7.try_into().unwrap()), Draws::Each] {
            // The last ones are fewer than are made side by side.
            let runs = 19 * SIDE_BY_SIDE as u64 + 3;
            let Seen { events, failed, turns, summed } = make_both_ways(name, model, draws, runs);
            assert!(events > 150, "{name}: {events}");
            let lockstep = name == "plain" || name.ends_with("reference.yaml");
            assert_eq!(turns > runs, lockstep, "{name}: {turns} turns");
            assert_eq!(summed > 100, lockstep, "{name}: {summed} summed");
            assert_eq!((1..100).contains(&failed), name == "plain", "{name}: {failed} failed");
        }
    }
}

/// Makes random parts of a scenario.
struct Chooser(ChaCha8Rng);

impl Chooser {
    fn below(&mut self, count: usize) -> usize {
        self.0.next_u32() as usize % count
    }

    fn one_of(&mut self, these: &[&'static str]) -> &'static str {
        these[self.below(these.len())]
    }

    fn mood(&mut self) -> &'static str {
        self.one_of(&["calm", "tense", "hard"])
    }

    fn pair(&mut self) -> &'static str {
        self.one_of(&["hostility(a, b)", "hostility(b, c)"])
    }

    fn actor(&mut self) -> &'static str {
        self.one_of(&["a", "b", "c"])
    }

    fn fact(&mut self) -> String {
        let sign = self.one_of(&["==", "!=", "<=", ">"]);
        match self.below(3) {
            0 => format!("{}.mood {} {}", self.actor(), self.one_of(&["==", "!="]), self.mood()),
            1 => {
                let rung = self.one_of(&["none", "threat", "display", "use_of_force", "war"]);
                format!("{} {sign} {rung}", self.pair())
            }
            _ => format!("heat {sign} {}", self.below(4)),
        }
    }

    fn condition(&mut self) -> String {
        match self.below(3) {
            0 => format!("{} {} {}", self.fact(), self.one_of(&["and", "or"]), self.fact()),
            _ => self.fact(),
        }
    }

    fn effect(&mut self) -> String {
        match self.below(6) {
            0 => format!("raise {}", self.pair()),
            1 => format!("lower {}", self.pair()),
            2 => "heat += 1".to_owned(),
            3 => "heat = 0".to_owned(),
            _ => format!("{}.mood = {}", self.actor(), self.mood()),
        }
    }

    /// One of a wild scenario may have a rate that is none.
    fn rule(&mut self, wild: bool) -> String {
        let rates = ["1", "haste", "2.5 * haste", "wild"];
        let rate = self.one_of(if wild { &rates } else { &rates[..3] });
        let days = self.one_of(&["3d", "20d", "90d"]);
        let (when, effect) = (self.condition(), self.effect());
        format!("{{when: '{when}', rate: {rate} per {days}, effects: ['{effect}']}}")
    }
}

/// A random scenario of hazards with one effect each.
fn random(number: u64) -> String {
    let mut chooser = Chooser(ChaCha8Rng::seed_from_u64(number));
    let count = 3 + chooser.below(14);
    let rules: Vec<String> =
        (0..count).map(|at| format!("  r{at}: {}", chooser.rule(number.is_multiple_of(4)))).collect();
    let [war, hot] = [chooser.fact(), chooser.condition()];
    format!(
        "format: 1
id: random
title: Are random plain runs side by side what they are alone?
start: 2040-01-01
horizon: 400d
parameters:
  haste: {{says: A rate, value: {{lognormal: {{median: 1, sigma: 0.5}}}}}}
  wild: {{says: Below 0 in some runs, value: {{uniform: [-0.05, 1]}}}}
actors:
  a: {{name: A, kind: state, stances: {{mood: {{values: [calm, tense, hard], initial: calm}}}}}}
  b: {{name: B, kind: state, stances: {{mood: {{values: [calm, tense, hard], initial: tense}}}}}}
  c: {{name: C, kind: state, stances: {{mood: {{values: [calm, tense, hard], initial: hard}}}}}}
indicators:
  heat: {{type: level, range: 0..5, initial: 1}}
relations:
  hostility: {{symmetric: true, ladder: mid, initial: none, between: [{{pair: [a, b]}}, {{pair: [b, c]}}]}}
rules:
{}
outcomes:
  war: {{when: '{war} and hostility(a, b) == war', ends: true}}
  hot: {{when: '{hot}'}}
  quiet: {{otherwise: true}}
headline: war
track: {{hostility: 'hostility(a, b)'}}
",
        rules.join("\n")
    )
}

#[test]
fn random_runs_made_side_by_side_are_those_made_alone() {
    let (mut together, mut failed) = (0, 0);
    for number in 0..120 {
        let name = format!("random {number}");
        let model = model(&name, &random(number));
        let runs = 3 * SIDE_BY_SIDE as u64;
        let seen = make_both_ways(&name, &model, Draws::Each, runs);
        together += usize::from(seen.turns > runs);
        failed += seen.failed;
    }
    assert!(together > 100, "{together} of 120 are made side by side");
    assert!(failed > 10, "{failed} runs failed");
}
