//! `benches/scenarios/reference.yaml` as a program for that one model: what a user would otherwise write.
//!
//! The straightforward way: the direct method (Gillespie 1977). All rates are computed after each event, a waiting time
//! and a rule are drawn from one ChaCha8 stream per run, and only the outcome is counted.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(crate) const HORIZON: f64 = 1825.0;
pub(crate) const RULES: usize = 28;

/// Runs and events by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// War, hot, tense, quiet.
    pub(crate) classes: [u64; 4],
    pub(crate) events: u64,
}

/// Dyads 0 to 4, postures 0 to 2.
#[derive(Clone, Copy)]
pub(crate) struct State {
    pub(crate) ns: u8,
    pub(crate) nw: u8,
    pub(crate) sw: u8,
    pub(crate) north: u8,
    pub(crate) south: u8,
    pub(crate) west: u8,
    pub(crate) mediating: bool,
}

impl State {
    pub(crate) const START: Self =
        Self { ns: 1, nw: 0, sw: 0, north: 0, south: 0, west: 0, mediating: false };

    pub(crate) fn is_war(self) -> bool {
        self.ns == 4 || self.nw == 4 || self.sw == 4
    }
}

/// Makes runs 0 to `runs` − 1.
pub(crate) fn run(seed: u64, runs: u64) -> Counts {
    let mut counts = Counts::default();
    for run in 0..runs {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(run);
        let (class, events) = one(&mut random);
        counts.classes[class] += 1;
        counts.events += events;
    }
    counts
}

fn one(random: &mut ChaCha8Rng) -> (usize, u64) {
    let mut state = State::START;
    let (mut time, mut events) = (0.0, 0);
    loop {
        let rates = rates(state);
        let total: f64 = rates.iter().sum();
        time += wait(random, total);
        if time > HORIZON {
            break;
        }
        events += 1;
        fire(&mut state, pick(&rates, uniform(random) * total));
        if state.is_war() {
            break;
        }
    }
    (class(state), events)
}

/// The waiting time at a total rate.
pub(crate) fn wait(random: &mut ChaCha8Rng, total: f64) -> f64 {
    -libm::log(1.0 - uniform(random)) / total
}

pub(crate) fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 * (f64::EPSILON / 2.0)
}

fn pick(rates: &[f64; RULES], mut share: f64) -> usize {
    for (rule, rate) in rates.iter().enumerate() {
        share -= rate;
        if share < 0.0 {
            return rule;
        }
    }
    rates.iter().rposition(|rate| *rate > 0.0).expect("a rule can always fire")
}

pub(crate) fn class(state: State) -> usize {
    match state.ns.max(state.nw).max(state.sw) {
        4 => 0,
        3 => 1,
        1 | 2 => 2,
        _ => 3,
    }
}

pub(crate) fn rates(s: State) -> [f64; RULES] {
    let open = |dyad: u8| (1..=3).contains(&dyad);
    let irritated = |dyad: u8| (1..=2).contains(&dyad);
    let by = |posture: u8, calm: f64, tense: f64, hard: f64| [calm, tense, hard][usize::from(posture)];
    let hot = |one: u8, other: u8| one == 2 && other == 2;
    let mediated = |yes: f64, no: f64| if s.mediating { yes } else { no };
    let when = |condition: bool, rate: f64| if condition { rate / 365.0 } else { 0.0 };
    [
        when(s.ns < 3, by(s.north, 1.0, 2.0, 4.0)),
        when(irritated(s.ns), by(s.south, 1.5, 1.5, 3.0)),
        when(open(s.ns), mediated(9.0, 5.0)),
        when(s.ns == 3, if hot(s.north, s.south) { 0.2 } else { 0.02 }),
        when(s.nw < 3, by(s.west, 0.8, 1.5, 3.0)),
        when(irritated(s.nw), by(s.north, 1.0, 1.0, 3.0)),
        when(open(s.nw), mediated(8.0, 4.0)),
        when(s.nw == 3, if hot(s.north, s.west) { 0.2 } else { 0.02 }),
        when(s.sw < 3, by(s.south, 0.5, 1.5, 3.0)),
        when(irritated(s.sw), by(s.west, 1.0, 1.0, 2.0)),
        when(open(s.sw), mediated(8.0, 5.0)),
        when(s.sw == 3, if hot(s.south, s.west) { 0.2 } else { 0.02 }),
        when(s.ns == 3 && s.nw == 0, 2.0),
        when(s.nw == 3 && s.sw == 0, 2.0),
        when(s.sw == 3 && s.ns == 0, 2.0),
        when(s.north == 0, if s.ns >= 2 { 3.0 } else { 0.5 }),
        when(s.north == 1, if s.ns >= 2 || s.nw >= 2 { 2.0 } else { 0.3 }),
        when(s.north > 0, 2.5),
        when(s.south == 0, if s.ns >= 2 { 4.0 } else { 0.5 }),
        when(s.south == 1, if s.ns >= 2 || s.sw >= 2 { 2.0 } else { 0.3 }),
        when(s.south > 0, 2.0),
        when(s.west == 0, if s.nw >= 2 { 3.0 } else { 0.4 }),
        when(s.west == 1, if s.sw >= 2 || s.nw >= 2 { 2.0 } else { 0.2 }),
        when(s.west > 0, 3.0),
        when(!s.mediating && (s.ns >= 2 || s.nw >= 2), 4.0),
        when(s.mediating, 2.0),
        when(s.mediating && s.south == 2, 2.0),
        when(s.mediating && s.north == 2, 2.0),
    ]
}

pub(crate) fn fire(s: &mut State, rule: usize) {
    match rule {
        0 | 1 | 3 | 14 => s.ns += 1,
        2 => s.ns -= 1,
        4 | 5 | 7 | 12 => s.nw += 1,
        6 => s.nw -= 1,
        8 | 9 | 11 | 13 => s.sw += 1,
        10 => s.sw -= 1,
        15 | 27 => s.north = 1,
        16 => s.north = 2,
        17 => s.north = 0,
        18 | 26 => s.south = 1,
        19 => s.south = 2,
        20 => s.south = 0,
        21 => s.west = 1,
        22 => s.west = 2,
        23 => s.west = 0,
        24 => s.mediating = true,
        _ => s.mediating = false,
    }
}
