//! All states that the runs of a model can be in, with what leads from one to the other, and when.
//!
//! Known instants split the time. Between two ends of active spans (an epoch) rates depend on the state alone; at an
//! instant every state leads at once to others.

use crate::model::Model;

use super::chain::Chain;

/// All states, and what leads from one to the other.
pub struct Space {
    pub(super) epochs: Vec<Epoch>,
    /// Stretches of time between known instants, from the start to the horizon.
    pub(super) segments: Vec<Segment>,
    /// What the instants that end segments do.
    pub(super) jumps: Vec<Jump>,
    /// States after the first instant, of the first epoch, with their probabilities.
    pub(super) starts: Vec<(usize, f64)>,
    /// The most probability given up in one instant.
    pub(super) lost: f64,
    pub(super) layout: Layout,
}

/// A stretch of time within which no active span begins or ends.
pub(super) struct Epoch {
    pub(super) chain: Chain,
    pub(super) facts: Facts,
    /// What each state is, in words, if that was asked for.
    pub(super) words: Vec<String>,
}

/// A stretch of time without a known instant within.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) epoch: usize,
    pub(super) from: f64,
    pub(super) to: f64,
    /// What happens at its end; nothing at the horizon, unless an instant is there.
    pub(super) jump: Option<usize>,
}

/// What an instant does: to each state of its epoch, the states that follow.
#[derive(Default)]
pub(super) struct Jump {
    pub(super) ends: Vec<usize>,
    pub(super) targets: Vec<(u32, f64)>,
}

/// What is known of the states of an epoch.
#[derive(Default)]
pub(super) struct Facts {
    /// The class of a run that ends in each.
    pub(super) class: Vec<u32>,
    /// Facts of each, as bits; see `Layout`.
    pub(super) bits: Vec<u64>,
    pub(super) words: usize,
}

/// Which fact is which bit: of each outcome whether it holds, then of each whether it ever held, then latches.
pub(super) struct Layout {
    pub(super) outcomes: usize,
    /// Positions in the model of the latches of watches, then of red lines.
    pub(super) latches: Vec<usize>,
}

impl Layout {
    pub(super) fn new(model: &Model) -> Self {
        let watches = model.watches.iter().map(|watch| watch.latch);
        let latches = watches.chain(model.red_lines.iter().map(|line| line.latch)).collect();
        Self { outcomes: model.outcomes.len(), latches }
    }

    pub(super) fn ever(&self, outcome: usize) -> usize {
        self.outcomes + outcome
    }

    pub(super) fn latch(&self, position: usize) -> usize {
        2 * self.outcomes + position
    }

    pub(super) fn size(&self) -> usize {
        2 * self.outcomes + self.latches.len()
    }
}

impl Facts {
    pub(super) fn len(&self) -> usize {
        self.class.len()
    }

    pub(super) fn get(&self, state: usize, fact: usize) -> bool {
        self.bits[state * self.words + fact / 64] >> (fact % 64) & 1 == 1
    }
}

impl Jump {
    /// The states that follow a state; none of one that no run can be in at such an instant.
    pub(super) fn row(&self, state: usize) -> &[(u32, f64)] {
        let start = state.checked_sub(1).and_then(|at| self.ends.get(at));
        let end = self.ends.get(state).copied().unwrap_or(self.targets.len());
        &self.targets[start.copied().unwrap_or(if state == 0 { 0 } else { end })..end]
    }

    /// Lets it happen to a distribution; `states` are those of the epoch after it.
    pub(super) fn forward(&self, distribution: &[f64], states: usize) -> Vec<f64> {
        let mut after = vec![0.0; states];
        for (state, share) in distribution.iter().enumerate() {
            for (target, odds) in self.row(state) {
                after[*target as usize] += share * odds;
            }
        }
        after
    }

    /// Probabilities of an event before it, from those after it; `within` are the states of the epoch before it in
    /// which the event can still come to be.
    pub(super) fn backward(&self, within: &[bool], chances: &[f64]) -> Vec<f64> {
        let mean = |state: usize| {
            let row = if within[state] { self.row(state) } else { &[] };
            row.iter().map(|(target, odds)| odds * chances[*target as usize]).sum()
        };
        (0..within.len()).map(mean).collect()
    }
}

impl Space {
    /// States, of all epochs.
    pub fn states(&self) -> usize {
        self.epochs.iter().map(|epoch| epoch.facts.len()).sum()
    }

    /// Transitions between them, those at known instants included.
    pub fn transitions(&self) -> usize {
        let within: usize = self.epochs.iter().map(|epoch| epoch.chain.transitions()).sum();
        within + self.jumps.iter().map(|jump| jump.targets.len()).sum::<usize>()
    }

    /// Known instants after the start.
    pub fn instants(&self) -> usize {
        self.segments.iter().filter(|segment| segment.jump.is_some()).count()
    }

    /// Steps of uniformisation that it takes on average to pass all segments; infinite if a rate is.
    pub(super) fn mean_steps(&self) -> f64 {
        let steps = |segment: &Segment| self.epochs[segment.epoch].chain.rate() * (segment.to - segment.from);
        self.segments.iter().map(steps).sum()
    }

    pub(super) fn facts(&self, segment: usize) -> &Facts {
        &self.epochs[self.segments[segment].epoch].facts
    }
}
