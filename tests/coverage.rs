//! How often intervals hold the truth where the runs themselves decide how many there are: simulated batches of
//! independent runs, stopped as the program stops them.
//!
//! Null: coverage is at least the nominal 95 % (errors of a threshold question at most α/(1−β)). Refused if the measured
//! rate is worse by more than three standard errors of that nominal rate, a chance of 0.13 % for each case. 10,000
//! repeats of each case under a fixed seed. The truth is the probability that the batches are drawn with.
//!
//! `cargo test --release --test coverage -- --ignored --nocapture` makes 200,000 repeats and prints the table of
//! `docs/statistics.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and the long one prints its table"
)]

use std::collections::HashMap;

use escalade::ensemble::{BATCH, HalfWidth, Precision, Subject, Threshold};
use escalade::stats::interval::{Method, proportion};
use escalade::stats::sequence::{confidence_sequence, sequence_holds};
use escalade::stats::sprt::Decision;

const CONFIDENCE: f64 = 0.95;
const REPEATS: u64 = 10_000;
const SEED: u64 = 20_261_125;

/// No case takes so many batches.
const MOST_BATCHES: u64 = 10_000;

/// A probability, and the precision it is wanted with.
const CASES: [(f64, HalfWidth); 10] = [
    (0.5, HalfWidth::Absolute(0.02)),
    (0.5, HalfWidth::Absolute(0.005)),
    (0.2, HalfWidth::Absolute(0.01)),
    (0.1, HalfWidth::Absolute(0.01)),
    (0.1, HalfWidth::Relative(0.05)),
    (0.03, HalfWidth::Relative(0.1)),
    (0.01, HalfWidth::Absolute(0.002)),
    (0.01, HalfWidth::Relative(0.2)),
    (0.001, HalfWidth::Absolute(0.001)),
    (0.001, HalfWidth::Relative(0.5)),
];

/// Uniform on [0, 1): splitmix64 (Steele, Lea & Flood 2014).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Successes in a batch: the binomial distribution function, inverted.
struct Batches(Vec<f64>);

impl Batches {
    fn new(p: f64) -> Self {
        let n = BATCH as f64;
        // P(X = 0) is at least 2⁻¹⁰²⁴ for the p here.
        let mut weight = libm::exp(n * libm::log1p(-p));
        let mut sum = 0.0;
        let at_most = (0..=BATCH).map(|k| {
            sum += weight;
            weight *= (n - k as f64) / (k as f64 + 1.0) * p / (1.0 - p);
            sum
        });
        Self(at_most.collect())
    }

    fn draw(&self, uniform: &mut Uniform) -> u64 {
        let u = uniform.next();
        (self.0.partition_point(|at_most| *at_most <= u) as u64).min(BATCH)
    }
}

/// What a case came to.
struct Measured {
    /// How often the confidence sequence held the truth when the runs stopped.
    sequence: f64,
    /// How often the interval for a fixed number of runs did.
    fixed: f64,
    mean_runs: f64,
}

fn measure(p: f64, half_width: HalfWidth, repeats: u64) -> Measured {
    let wanted = Precision { subject: Subject::Group(0), half_width, confidence: CONFIDENCE };
    let (batches, mut uniform) = (Batches::new(p), Uniform(SEED));
    let mut known: HashMap<(u64, u64), bool> = HashMap::new();
    let (mut held, mut held_fixed, mut runs_made) = (0_u64, 0_u64, 0_u64);
    for _ in 0..repeats {
        let (mut count, mut runs) = (0, 0);
        loop {
            count += batches.draw(&mut uniform);
            runs += BATCH;
            if *known.entry((count, runs)).or_insert_with(|| wanted.is_reached(count, runs)) {
                break;
            }
            assert!(runs < MOST_BATCHES * BATCH, "{p} does not stop");
        }
        held += u64::from(sequence_holds(p, count, runs, CONFIDENCE));
        let fixed = proportion(Method::ClopperPearson, count, runs, CONFIDENCE);
        held_fixed += u64::from(fixed.low <= p && p <= fixed.high);
        runs_made += runs;
    }
    let mean = |sum: u64| sum as f64 / repeats as f64;
    Measured { sequence: mean(held), fixed: mean(held_fixed), mean_runs: mean(runs_made) }
}

fn standard_error(rate: f64, repeats: u64) -> f64 {
    (rate * (1.0 - rate) / repeats as f64).sqrt()
}

#[test]
fn a_precision_stops_with_intervals_that_cover() {
    for (p, half_width) in CASES {
        let measured = measure(p, half_width, REPEATS);
        let least = CONFIDENCE - 3.0 * standard_error(CONFIDENCE, REPEATS);
        assert!(measured.sequence >= least, "{p} {half_width:?}: {}", measured.sequence);
    }
}

/// Looking at each of a hundred batches, ready to stop where the truth falls out: the worst that a person who watches can
/// do. How often the truth is held at all looks, by the confidence sequence and by the interval for a fixed number.
fn watched(p: f64, repeats: u64) -> (f64, f64) {
    const LOOKS: u64 = 100;
    let (batches, mut uniform) = (Batches::new(p), Uniform(SEED + 1));
    let (mut always, mut always_fixed) = (0_u64, 0_u64);
    for _ in 0..repeats {
        let (mut count, mut sequence, mut fixed) = (0, true, true);
        for look in 1..=LOOKS {
            count += batches.draw(&mut uniform);
            sequence &= sequence_holds(p, count, look * BATCH, CONFIDENCE);
            if fixed {
                let interval = proportion(Method::ClopperPearson, count, look * BATCH, CONFIDENCE);
                fixed = interval.low <= p && p <= interval.high;
            }
        }
        always += u64::from(sequence);
        always_fixed += u64::from(fixed);
    }
    (always as f64 / repeats as f64, always_fixed as f64 / repeats as f64)
}

/// Watching deceives the interval for a fixed number, so the test has power; the sequence holds.
#[test]
fn watching_deceives_intervals_for_a_fixed_number_only() {
    let repeats = 2_000;
    let least = CONFIDENCE - 3.0 * standard_error(CONFIDENCE, repeats);
    for p in [0.5, 0.1, 0.01, 0.001] {
        let (sequence, fixed) = watched(p, repeats);
        assert!(sequence >= least && fixed < 0.8, "{p}: {sequence} {fixed}");
    }
}

#[test]
fn sequences_hold_what_their_ends_say() {
    let (batches, mut uniform) = (Batches::new(0.03), Uniform(SEED + 2));
    let mut count = 0;
    for batch in 1..=300 {
        count += batches.draw(&mut uniform);
        let interval = confidence_sequence(count, batch * BATCH, CONFIDENCE);
        for p in [0.027, 0.029, 0.03, 0.031, 0.034] {
            let inside = interval.low < p && p < interval.high;
            assert_eq!(sequence_holds(p, count, batch * BATCH, CONFIDENCE), inside, "{p} after {batch}");
        }
    }
}

/// How often a threshold question is answered yes, and after how many runs on average.
fn answered_yes(p: f64, asked: &Threshold, repeats: u64) -> (f64, f64) {
    let (batches, mut uniform) = (Batches::new(p), Uniform(SEED + 3));
    let (mut yes, mut runs_made) = (0_u64, 0_u64);
    for _ in 0..repeats {
        let (mut count, mut runs) = (0, 0);
        let decision = loop {
            count += batches.draw(&mut uniform);
            runs += BATCH;
            match asked.decide(count, runs) {
                Decision::Open => assert!(runs < MOST_BATCHES * BATCH, "{p} is not decided"),
                decided => break decided,
            }
        };
        yes += u64::from(decision == Decision::High);
        runs_made += runs;
    }
    (yes as f64 / repeats as f64, runs_made as f64 / repeats as f64)
}

fn thresholds() -> Vec<Threshold> {
    let asked = |share, margin, rate| Threshold {
        subject: Subject::Group(0),
        share,
        margin,
        alpha: rate,
        beta: rate,
    };
    vec![
        asked(0.05, 0.005, 0.05),
        asked(0.05, 0.002, 0.05),
        asked(0.5, 0.005, 0.01),
        asked(0.002, 0.0005, 0.05),
    ]
}

#[test]
fn thresholds_are_answered_wrongly_no_more_often_than_allowed() {
    for asked in thresholds() {
        let test = asked.test();
        let allowed = asked.alpha / (1.0 - asked.beta);
        let most = allowed + 3.0 * standard_error(allowed, REPEATS);
        let (wrong_yes, _) = answered_yes(test.low, &asked, REPEATS);
        let (right_yes, _) = answered_yes(test.high, &asked, REPEATS);
        assert!(wrong_yes <= most && 1.0 - right_yes <= most, "{asked:?}: {wrong_yes} {right_yes}");
        // Far from the threshold hardly any answer is wrong.
        assert!(answered_yes(test.low - asked.margin, &asked, 1_000).0 < 0.01);
    }
}

#[test]
#[ignore = "prints the long tables of docs/statistics.md"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
fn long_tables() {
    const MANY: u64 = 200_000;
    println!("p, half-width, mean runs, confidence sequence, Clopper–Pearson");
    for (p, half_width) in CASES {
        let measured = measure(p, half_width, MANY);
        let Measured { sequence, fixed, mean_runs } = measured;
        println!("{p} {half_width:?} {mean_runs:.0} {:.2} % {:.2} %", 100.0 * sequence, 100.0 * fixed);
        assert!(sequence >= CONFIDENCE - 3.0 * standard_error(CONFIDENCE, MANY));
    }
    println!("p, watched at 100 batches: confidence sequence, Clopper–Pearson");
    for p in [0.5, 0.1, 0.01, 0.001] {
        let (sequence, fixed) = watched(p, MANY / 10);
        println!("{p} {:.2} % {:.2} %", 100.0 * sequence, 100.0 * fixed);
    }
    println!("threshold: wrong yes at low, wrong no at high, mean runs at low, at threshold, at high");
    for asked in thresholds() {
        let test = asked.test();
        let (low, low_runs) = answered_yes(test.low, &asked, MANY);
        let (middle, middle_runs) = answered_yes(asked.share, &asked, MANY);
        let (high, high_runs) = answered_yes(test.high, &asked, MANY);
        let Threshold { share, margin, alpha, .. } = asked;
        println!(
            "{share} ± {margin} α {alpha}: {:.3} % {:.3} %, yes at the threshold {:.1} %; {low_runs:.0} \
             {middle_runs:.0} {high_runs:.0}",
            100.0 * low,
            100.0 * (1.0 - high),
            100.0 * middle
        );
    }
}
