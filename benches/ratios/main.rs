//! How fast runs are, as ratios between things timed in turn within one process: these hold on a noisy machine.
//!
//! `cargo bench --bench ratios` prints a table; with `-- --test` everything runs once, briefly, and is checked.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic, and prints what it measures"
)]

mod lockstep;
mod scenarios;
mod twin;

use std::hint::black_box;
use std::time::{Duration, Instant};

use escalade::engine::{Draws, Engine, SIDE_BY_SIDE, Unobserved};
use escalade::ensemble::{self, Plan, Unwatched};
use escalade::model::Model;

/// How long and how often things are timed.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    /// Least duration of a timing.
    span: Duration,
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let effort = if test {
        Effort { rounds: 1, span: Duration::from_millis(1) }
    } else {
        Effort { rounds: 15, span: Duration::from_millis(120) }
    };
    println!("medians of {} rounds; runs/s and events/s are those of one thread\n", effort.rounds);
    let head = ["events/run", "runs/s", "events/s", "recording", "and the log"];
    println!("{:<19}{:>11}{:>9}{:>11}{:>12}{:>14}", "scenario", head[0], head[1], head[2], head[3], head[4]);
    for (name, text, draws) in scenarios::all() {
        let model = scenarios::model(&text);
        scenario(name, &model, Draws::of_model(&model, draws), effort);
    }
    println!();
    against_twin(effort);
    by_size(effort);
    threads(effort);
    from_text(effort);
}

/// Speed of a scenario, and what recording costs over the bare engine: tallies and paths, as a report as text needs them, and
/// the log of runs too, as one in JSON does.
fn scenario(name: &str, model: &Model, draws: Draws, effort: Effort) {
    let recorded = |log| Ensemble { model, draws, jobs: 1, log };
    let (mut recorded, mut logged, mut bare) = (recorded(false), recorded(true), Bare { model, draws });
    let times = paired(effort, &mut [&mut recorded, &mut logged, &mut bare]);
    let events = bare.events_per_run();
    let cost = |at: usize| 100.0 * (median(&ratios(&times[at], &times[2])) - 1.0);
    let recorded = median(&times[0]);
    println!(
        "{name:<19}{events:>11.1}{:>9.0}{:>11.0}{:>10.1} %{:>12.1} %",
        1.0 / recorded,
        events / recorded,
        cost(0),
        cost(1)
    );
}

/// The reference scenario against the same model written by hand.
fn against_twin(effort: Effort) {
    assert_eq!(lockstep::run(1, 5_000), twin::run(1, 5_000));
    let model = scenarios::model(scenarios::REFERENCE);
    let (mut recorded, mut bare) = (Ensemble::new(&model, 1), Bare::new(&model));
    let times =
        paired(effort, &mut [&mut recorded, &mut bare, &mut ByHand(twin::run), &mut ByHand(lockstep::run)]);
    let of = |by_hand: usize, at: usize| median(&ratios(&times[by_hand], &times[at]));
    println!(
        "reference, speed against the program written by hand: {:.2} as run, {:.2} bare engine",
        of(2, 0),
        of(2, 1)
    );
    println!(
        "the same, sixteen runs at a time in lockstep: {:.2} as run, {:.2} bare engine",
        of(3, 0),
        of(3, 1)
    );
}

/// Time per event of a large scenario against that of the reference.
fn by_size(effort: Effort) {
    let (small, large) = (scenarios::model(scenarios::REFERENCE), scenarios::model(&scenarios::large()));
    let (mut small, mut large) = (Ensemble::new(&small, 1), Ensemble::new(&large, 1));
    let runs = [enough(effort.span, &mut large), enough(effort.span, &mut small)];
    let times = in_turn(effort, &runs, &mut [&mut large, &mut small]);
    let events = large.events_per_run() / small.events_per_run();
    println!(
        "large scenario, time per event against the reference: {:.2}",
        median(&ratios(&times[0], &times[1])) / events
    );
}

/// Two threads against one, for so many batches that it matters little which thread makes the last one.
fn threads(effort: Effort) {
    let effort = Effort { rounds: effort.rounds, span: 5 * effort.span };
    for (name, text) in [("reference", scenarios::REFERENCE), ("built-in", scenarios::BUILT_IN)] {
        let model = scenarios::model(text);
        let times = paired(effort, &mut [&mut Ensemble::new(&model, 1), &mut Ensemble::new(&model, 2)]);
        println!("{name}, two threads against one: {:.2}", median(&ratios(&times[0], &times[1])));
    }
}

/// From the text of a scenario to the end of its first run.
fn from_text(effort: Effort) {
    for (name, text) in [("built-in", scenarios::BUILT_IN.to_owned()), ("large", scenarios::large())] {
        let times: Vec<f64> = (0..effort.rounds)
            .map(|_| {
                let begun = Instant::now();
                let model = scenarios::model(&text).quickened();
                let ending = Engine::new(&model, 1, Draws::Each).run(0, &mut Unobserved);
                black_box(ending.expect("the scenario runs"));
                begun.elapsed().as_secs_f64()
            })
            .collect();
        println!("from text to the end of the first run, {name}: {:.1} ms", 1e3 * median(&times));
    }
}

/// Something that makes runs.
trait Runs {
    /// Makes so many runs.
    fn make(&mut self, runs: u64);
}

/// Runs as the command makes them: with tallies and paths, perhaps with a log of runs.
struct Ensemble<'m> {
    model: &'m Model,
    draws: Draws,
    jobs: usize,
    log: bool,
}

impl<'m> Ensemble<'m> {
    /// With as many draws of the parameters as the command makes, for a report as text.
    fn new(model: &'m Model, jobs: usize) -> Self {
        Self { model, draws: Draws::of_model(model, None), jobs, log: false }
    }

    fn events_per_run(&self) -> f64 {
        Bare::new(self.model).events_per_run()
    }
}

impl Runs for Ensemble<'_> {
    fn make(&mut self, runs: u64) {
        let Self { draws, jobs, log, .. } = *self;
        let plan = Plan { seed: 1, draws, runs, jobs, keep_failed: false, log };
        black_box(ensemble::run(self.model, &plan, &Unwatched).expect("no run fails"));
    }
}

/// The engine, with nobody watching.
struct Bare<'m> {
    model: &'m Model,
    draws: Draws,
}

impl<'m> Bare<'m> {
    fn new(model: &'m Model) -> Self {
        Self { model, draws: Draws::of_model(model, None) }
    }

    fn events_per_run(&self) -> f64 {
        const RUNS: u64 = 512;
        let mut engine = Engine::new(self.model, 1, self.draws);
        let firings = (0..RUNS).map(|run| engine.run(run, &mut Unobserved).expect("no run fails").firings);
        firings.sum::<u64>() as f64 / RUNS as f64
    }
}

impl Runs for Bare<'_> {
    fn make(&mut self, runs: u64) {
        let model = self.model.quickened();
        let mut engine = Engine::new(&model, 1, self.draws);
        for first in (0..runs).step_by(SIDE_BY_SIDE) {
            let endings = engine.run_each(first, &mut [const { Unobserved }; SIDE_BY_SIDE]);
            assert!(black_box(endings).iter().all(Result::is_ok), "no run fails");
        }
    }
}

/// A program for the reference alone: from seed and number of runs to counts.
struct ByHand(fn(u64, u64) -> twin::Counts);

impl Runs for ByHand {
    fn make(&mut self, runs: u64) {
        black_box((self.0)(1, runs));
    }
}

/// Seconds per run of each, round by round, timed in turn with equally many runs: what is done but once weighs the same.
fn paired(effort: Effort, all: &mut [&mut dyn Runs]) -> Vec<Vec<f64>> {
    let most = all.iter_mut().map(|one| enough(effort.span, *one)).max().unwrap_or_default();
    in_turn(effort, &vec![most; all.len()], all)
}

/// Seconds per run of each, round by round, timed in turn with so many runs.
fn in_turn(effort: Effort, runs: &[u64], all: &mut [&mut dyn Runs]) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); all.len()];
    for _ in 0..effort.rounds {
        for ((one, runs), times) in all.iter_mut().zip(runs).zip(&mut times) {
            times.push(time(*one, *runs) / *runs as f64);
        }
    }
    times
}

/// So many runs that a timing is long enough.
fn enough(span: Duration, one: &mut dyn Runs) -> u64 {
    let mut runs = 1_024;
    while time(one, runs) < span.as_secs_f64() {
        runs *= 2;
    }
    runs
}

fn time(one: &mut dyn Runs, runs: u64) -> f64 {
    let begun = Instant::now();
    one.make(runs);
    begun.elapsed().as_secs_f64()
}

fn ratios(of: &[f64], to: &[f64]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of / to).collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
