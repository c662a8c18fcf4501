//! A Markov chain in continuous time, and how probabilities go forwards and conditions backwards in it.
//!
//! Uniformisation (Jensen 1953): with q the greatest rate of leaving a state, the chain is one in discrete time whose
//! steps come as a Poisson process of rate q, so that its distribution after t is the mean of vP, vP², … with Poisson
//! weights of mean q·t.

use rayon::prelude::*;

use crate::stats::poisson::poisson;

/// States that one task works on; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 8192;

/// Steps between looks at whether anything still changes.
const LOOK: usize = 16;

/// A transition: where to, and how often per day.
pub(super) type Transition = (u32, f64);

/// The chain, by the states that transitions lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    /// Where the transitions into each state begin, and their end.
    starts: Vec<usize>,
    sources: Vec<u32>,
    /// Probability of each in a step.
    odds: Vec<f64>,
    /// Probability of staying in a step.
    stay: Vec<f64>,
    /// Steps per day.
    rate: f64,
}

/// How a stretch of time was worked out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    pub(super) steps: usize,
}

impl Chain {
    /// From the transitions out of each state, one after another: ends of the rows, and the rows.
    pub(super) fn new(ends: &[usize], transitions: &[Transition]) -> Self {
        let states = ends.len();
        let rows =
            || (0..states).map(|at| &transitions[at.checked_sub(1).map_or(0, |at| ends[at])..ends[at]]);
        let exits: Vec<f64> = rows().map(|row| row.iter().map(|(_, rate)| rate).sum()).collect();
        let rate = exits.iter().copied().fold(0.0, f64::max);
        let mut starts = vec![0_usize; states + 1];
        for (target, _) in transitions {
            starts[*target as usize + 1] += 1;
        }
        for at in 0..states {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut sources = vec![0; transitions.len()];
        let mut odds = vec![0.0; transitions.len()];
        for (source, row) in rows().enumerate() {
            for (target, per_day) in row {
                let place = next[*target as usize];
                next[*target as usize] += 1;
                sources[place] = source as u32;
                odds[place] = per_day / rate;
            }
        }
        let stay = exits.iter().map(|exit| if rate > 0.0 { (rate - exit) / rate } else { 1.0 }).collect();
        Self { starts, sources, odds, stay, rate }
    }

    pub(super) fn transitions(&self) -> usize {
        self.sources.len()
    }

    /// Transitions out of each state, with their rates per day.
    pub(super) fn rows(&self) -> Vec<Vec<Transition>> {
        let mut rows = vec![Vec::new(); self.stay.len()];
        for target in 0..self.stay.len() {
            let range = self.starts[target]..self.starts[target + 1];
            for (source, odds) in self.sources[range.clone()].iter().zip(&self.odds[range]) {
                rows[*source as usize].push((target as u32, odds * self.rate));
            }
        }
        rows
    }

    /// Steps per day.
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    /// The most transitions into one state.
    pub(super) fn most_sources(&self) -> usize {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }

    /// The states from which a transition leads to a state.
    pub(super) fn sources(&self, state: usize) -> &[u32] {
        &self.sources[self.starts[state]..self.starts[state + 1]]
    }

    /// Lets some days pass for a distribution. `observe` is told of the distribution before each step and after the
    /// last, until nothing changes any more; it may stop the work.
    pub(super) fn forward(
        &self,
        distribution: &mut Vec<f64>,
        days: f64,
        cut: f64,
        observe: &mut impl FnMut(usize, &[f64]) -> bool,
    ) -> Option<Spent> {
        let weights = poisson(self.rate * days, cut / 2.0);
        let mut sum = vec![0.0; distribution.len()];
        let mut now = std::mem::take(distribution);
        let mut next = vec![0.0; now.len()];
        let mut rest = 1.0;
        for step in 0..=weights.last() {
            if !observe(step, &now) {
                return None;
            }
            let weight = weights.weight(step);
            let left = weights.last() - step;
            if left > 0 {
                self.step(&now, &mut next);
            }
            let settled =
                left > 0 && step % LOOK == LOOK - 1 && left as f64 * distance(&now, &next) <= cut / 2.0;
            let weight = if settled || left == 0 { rest } else { weight };
            if weight > 0.0 {
                add(&mut sum, weight, &now);
            }
            rest -= weight;
            if settled || left == 0 {
                *distribution = sum;
                return Some(Spent { steps: step + 1 });
            }
            std::mem::swap(&mut now, &mut next);
        }
        None
    }

    /// Lets some days pass backwards for the probabilities of an event that needs the chain to stay within some states:
    /// from those at the end of the days to those at their beginning. Once it may not go on, they mean nothing.
    pub(super) fn backward(
        &self,
        within: &[bool],
        chances: &mut Vec<f64>,
        (days, cut): (f64, f64),
        go_on: impl Fn() -> bool,
    ) {
        let weights = poisson(self.rate * days, cut);
        let mut sum = vec![0.0; chances.len()];
        let mut now = std::mem::take(chances);
        let mut next = vec![0.0; now.len()];
        for step in 0..=weights.last() {
            let weight = weights.weight(step);
            if weight > 0.0 {
                add(&mut sum, weight, &now);
            }
            if step < weights.last() {
                if !go_on() {
                    break;
                }
                self.step_back(within, &now, &mut next);
                std::mem::swap(&mut now, &mut next);
            }
        }
        *chances = sum;
    }

    /// One step of a distribution.
    fn step(&self, now: &[f64], next: &mut [f64]) {
        next.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, next)| {
            for (offset, new) in next.iter_mut().enumerate() {
                let state = chunk * CHUNK + offset;
                let range = self.starts[state]..self.starts[state + 1];
                let sources = &self.sources[range.clone()];
                let inflow: f64 = sources
                    .iter()
                    .zip(&self.odds[range])
                    .map(|(from, odds)| now[*from as usize] * odds)
                    .sum();
                *new = now[state] * self.stay[state] + inflow;
            }
        });
    }

    /// One step back of probabilities; outside `within` they are 0.
    fn step_back(&self, within: &[bool], now: &[f64], next: &mut [f64]) {
        for (state, new) in next.iter_mut().enumerate() {
            *new = now[state] * self.stay[state];
        }
        for (state, chance) in now.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            let range = self.starts[state]..self.starts[state + 1];
            for (from, odds) in self.sources[range.clone()].iter().zip(&self.odds[range]) {
                next[*from as usize] += odds * chance;
            }
        }
        for (new, within) in next.iter_mut().zip(within) {
            if !within {
                *new = 0.0;
            }
        }
    }
}

fn add(sum: &mut [f64], weight: f64, values: &[f64]) {
    sum.par_chunks_mut(CHUNK).zip(values.par_chunks(CHUNK)).for_each(|(sum, values)| {
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
    });
}

/// Σ|x − y|. Of the distributions of a chain after more and more steps it never grows.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| (x - y).abs()).sum()
}
