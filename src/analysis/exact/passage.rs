//! The distribution over the states, let run from the start to the horizon → probabilities at all times of what never
//! ends once it holds.

use crate::stats::poisson::poisson;

use super::certain::Certainty;
use super::space::Space;
use super::{Trouble, Watcher};

/// What is followed over time: facts that stay true, and outcomes that are certain.
pub(super) struct Followed<'a> {
    /// Facts, by number.
    pub(super) facts: Vec<usize>,
    /// Outcomes of which it is known where they are certain.
    pub(super) outcomes: Vec<&'a Certainty>,
}

/// What came of letting the distribution run.
pub(super) struct Passage {
    /// The distribution at the horizon, over the states of the last epoch.
    pub(super) end: Vec<f64>,
    stretches: Vec<Stretch>,
    width: usize,
    /// Steps of uniformisation in all.
    pub(super) steps: usize,
}

/// One segment: the followed probabilities before each step.
struct Stretch {
    from: f64,
    to: f64,
    /// Steps per day.
    rate: f64,
    values: Vec<f64>,
}

/// Most followed probabilities that are kept: 2 GiB of them.
const MOST_VALUES: usize = 1 << 28;

/// Lets the distribution run; `cut` is the probability that may be left out in each segment.
pub(super) fn pass(
    space: &Space,
    followed: &Followed<'_>,
    cut: f64,
    watcher: &impl Watcher,
) -> Result<Passage, Trouble> {
    let width = followed.facts.len() + followed.outcomes.len();
    let mut distribution = start(space);
    let mut passage = Passage { end: Vec::new(), stretches: Vec::new(), width, steps: 0 };
    let all: usize = (0..space.segments.len()).map(|at| steps(space, at, cut)).sum();
    let mut full = false;
    for (at, segment) in space.segments.iter().enumerate() {
        let chain = &space.epochs[segment.epoch].chain;
        let kinds = Kinds::new(space, at, followed);
        let mut values = Vec::new();
        let before = passage.steps;
        let spent = chain.forward(&mut distribution, segment.to - segment.from, cut, &mut |step, now| {
            kinds.add(now, &mut values);
            watcher.solved((before + step) as f64 / all as f64);
            full = (before + step) * width > MOST_VALUES;
            !full && !watcher.stop()
        });
        let too_many = || if full { Trouble::TooManySteps { steps: all as f64 } } else { Trouble::Stopped };
        passage.steps += spent.ok_or_else(too_many)?.steps;
        let rate = chain.rate();
        passage.stretches.push(Stretch { from: segment.from, to: segment.to, rate, values });
        if let Some(jump) = segment.jump {
            distribution = space.jumps[jump].forward(&distribution, space.facts(at + 1).len());
        }
    }
    passage.end = distribution;
    Ok(passage)
}

/// The distribution after the first instant.
pub(super) fn start(space: &Space) -> Vec<f64> {
    let mut distribution = vec![0.0; space.facts(0).len()];
    space.starts.iter().for_each(|(state, probability)| distribution[*state] = *probability);
    distribution
}

/// Steps that a segment takes at most.
fn steps(space: &Space, at: usize, cut: f64) -> usize {
    let segment = space.segments[at];
    poisson(space.epochs[segment.epoch].chain.rate() * (segment.to - segment.from), cut / 2.0).last() + 1
}

impl Passage {
    /// The sum of followed probabilities at a time within a segment, before the instant at its end.
    fn at(&self, stretch: usize, time: f64, of: &[usize]) -> f64 {
        let stretch = &self.stretches[stretch];
        let steps = stretch.values.len() / self.width;
        let weights = poisson(stretch.rate * (time - stretch.from), 1e-15);
        let value = |step: usize| {
            // After the last step that was made nothing changes.
            let start = step.min(steps - 1) * self.width;
            of.iter().map(|at| stretch.values[start + at]).sum::<f64>()
        };
        weights.weights.iter().enumerate().map(|(at, weight)| weight * value(weights.first + at)).sum()
    }

    /// The earliest time, to `resolution`, at which the sum of followed probabilities is at least `target`.
    pub(super) fn earliest(&self, of: &[usize], target: f64, resolution: f64) -> f64 {
        let last = self.stretches.len() - 1;
        let reached = |at: usize| self.at(at, self.stretches[at].from, of) >= target;
        // Positions of the first segment that begins with it, by halving.
        let (mut low, mut high) = (0, last + 1);
        while low < high {
            let middle = usize::midpoint(low, high);
            if reached(middle) { high = middle } else { low = middle + 1 }
        }
        if low == 0 {
            return 0.0;
        }
        let stretch = &self.stretches[low - 1];
        if low <= last && self.at(low - 1, stretch.to, of) < target {
            return stretch.to;
        }
        let (mut from, mut to) = (stretch.from, stretch.to);
        while to - from > resolution {
            let middle = f64::midpoint(from, to);
            if self.at(low - 1, middle, of) >= target { to = middle } else { from = middle }
        }
        f64::midpoint(from, to)
    }
}

/// The states of a segment by what of them is followed.
struct Kinds {
    /// Of each state, its kind.
    of: Vec<u32>,
    /// Of each kind, which of the followed are true.
    followed: Vec<Vec<bool>>,
}

impl Kinds {
    fn new(space: &Space, segment: usize, followed: &Followed<'_>) -> Self {
        let facts = space.facts(segment);
        let mut kinds = Self { of: Vec::with_capacity(facts.len()), followed: Vec::new() };
        let mut known = std::collections::BTreeMap::new();
        for state in 0..facts.len() {
            let true_facts = followed.facts.iter().map(|fact| facts.get(state, *fact));
            let certain = followed.outcomes.iter().map(|outcome| outcome.certain[segment][state]);
            let row: Vec<bool> = true_facts.chain(certain).collect();
            let kind = *known.entry(row).or_insert_with_key(|row| {
                kinds.followed.push(row.clone());
                kinds.followed.len() as u32 - 1
            });
            kinds.of.push(kind);
        }
        kinds
    }

    /// Adds the followed probabilities of a distribution.
    fn add(&self, distribution: &[f64], values: &mut Vec<f64>) {
        let mut sums = vec![0.0; self.followed.len()];
        for (kind, probability) in self.of.iter().zip(distribution) {
            sums[*kind as usize] += probability;
        }
        let width = self.followed.first().map_or(0, Vec::len);
        for at in 0..width {
            let kinds = self.followed.iter().zip(&sums).filter(|(kind, _)| kind[at]);
            values.push(kinds.map(|(_, sum)| sum).sum());
        }
    }
}
