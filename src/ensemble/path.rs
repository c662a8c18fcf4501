//! Orders of first firings become counts of paths.

use std::hash::{Hash, Hasher};

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;

use crate::compile::sizes::MAX_EVENTS;
use crate::id::{EventId, OutcomeId};

/// Most milestones in a signature; later ones are left out.
pub const MAX_SIGNATURE: usize = 12;

/// New signatures are taken up in runs with lower numbers than this; those of later runs count as other.
pub const SIGNATURE_RUNS: u64 = 65_536;

/// Events in a word.
const PER_WORD: usize = 4;

const _: () = assert!(MAX_EVENTS <= 1 << u16::BITS && MAX_SIGNATURE.is_multiple_of(PER_WORD));

/// The outcome of a run, and its milestones in the order in which they first fired.
///
/// In words, as it is copied, hashed and compared: what is stored in pieces of one size and soon loaded in those of another
/// makes the processor wait until it has come to the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The positions of the milestones, 16 bits each, filled up with 0, so that equal signatures have one form.
    milestones: [u64; MAX_SIGNATURE / PER_WORD],
    /// How many they are, above 32 bits of the outcome's position.
    end: u64,
}

impl Signature {
    /// Of a run of an outcome with these milestones, in this order.
    pub fn of(outcome: OutcomeId, milestones: &[EventId]) -> Self {
        let bits = |at| milestones.get(at).map_or(0, |event: &EventId| event.index() as u64);
        let word = |word| {
            let events = PER_WORD * word..PER_WORD * (word + 1);
            events.rev().fold(0, |word, at| word << u16::BITS | bits(at))
        };
        let length = milestones.len().min(MAX_SIGNATURE) as u64;
        Self { milestones: std::array::from_fn(word), end: length << u32::BITS | outcome.index() as u64 }
    }

    /// The milestones, in order.
    pub fn events(&self) -> impl Iterator<Item = EventId> + '_ {
        let event = |at: usize| self.milestones[at / PER_WORD] >> (at % PER_WORD * u16::BITS as usize);
        let length = (self.end >> u32::BITS) as usize;
        (0..length).map(move |at| EventId::new(usize::from(event(at) as u16)))
    }

    fn outcome(&self) -> OutcomeId {
        OutcomeId::new(self.end as u32 as usize)
    }
}

impl Hash for Signature {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.milestones.iter().chain([&self.end]).for_each(|word| state.write_u64(*word));
    }
}

/// How often a path was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathCount {
    /// Runs.
    pub count: u64,
    /// The first of them.
    pub example: u64,
}

/// The paths of a batch: run and signature.
pub(super) type PartPaths = Vec<(u64, Signature)>;

/// The paths of all runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Paths {
    /// In the order of their first runs: hashes have none.
    counts: IndexMap<Signature, PathCount, FxBuildHasher>,
    /// By outcome: runs whose path was first seen too late.
    other: Vec<u64>,
}

impl Paths {
    pub(super) fn new(outcomes: usize) -> Self {
        Self { counts: IndexMap::default(), other: vec![0; outcomes] }
    }

    /// Adds the paths of a batch; batches come in order.
    pub(super) fn merge(&mut self, paths: &PartPaths) {
        // By fours: where runs take paths of their own, moving all of them to more room is much of what merging takes.
        if self.counts.len() + paths.len() > self.counts.capacity() {
            self.counts.reserve(3 * self.counts.len());
        }
        for (run, signature) in paths {
            match self.counts.entry(*signature) {
                Entry::Occupied(mut path) => path.get_mut().count += 1,
                Entry::Vacant(path) if *run < SIGNATURE_RUNS => {
                    path.insert(PathCount { count: 1, example: *run });
                }
                Entry::Vacant(_) => self.other[signature.outcome().index()] += 1,
            }
        }
    }

    /// Of an outcome, in the order of their first runs.
    pub(super) fn of(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Signature, PathCount)> {
        let its = self.counts.iter().filter(move |(signature, _)| signature.outcome() == outcome);
        its.map(|(signature, count)| (signature, *count))
    }

    pub(super) fn other(&self, outcome: OutcomeId) -> u64 {
        self.other[outcome.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(outcome: usize, events: &[usize]) -> Signature {
        let events: Vec<EventId> = events.iter().map(|at| EventId::new(*at)).collect();
        Signature::of(OutcomeId::new(outcome), &events)
    }

    #[test]
    fn a_signature_holds_the_first_twelve() {
        let all: Vec<usize> = (0..14).rev().collect();
        assert_eq!(signature(0, &all), signature(0, &all[..12]));
        assert!(signature(0, &all).events().map(EventId::index).eq((2..14).rev()));
        let largest = [MAX_EVENTS - 1, 0, MAX_EVENTS - 1, 7, 1];
        assert!(signature(2, &largest).events().map(EventId::index).eq(largest));
        assert_ne!(signature(0, &[0]), signature(0, &[]));
        assert_ne!(signature(0, &[1]), signature(1, &[1]));
    }

    #[test]
    fn paths_first_seen_late_are_other() {
        let outcome = OutcomeId::new(1);
        let part = |run: u64, events: &[usize]| {
            let one = |run| (run, signature(1, events));
            vec![one(run), one(run + 1)]
        };
        let mut paths = Paths::new(2);
        paths.merge(&part(SIGNATURE_RUNS - 3, &[1]));
        paths.merge(&part(SIGNATURE_RUNS, &[2]));
        paths.merge(&part(SIGNATURE_RUNS, &[1]));
        let all: Vec<_> = paths.of(outcome).collect();
        assert_eq!(all, [(&signature(1, &[1]), PathCount { count: 4, example: SIGNATURE_RUNS - 3 })]);
        assert_eq!((paths.other(outcome), paths.other(OutcomeId::new(0))), (2, 0));
        assert_eq!(paths.of(OutcomeId::new(0)).count(), 0);
    }

    #[test]
    fn paths_come_in_the_order_of_their_first_runs() {
        let outcome = OutcomeId::new(0);
        let mut paths = Paths::new(1);
        paths.merge(
            &[[3], [1], [2], [1]].iter().zip(0..).map(|(events, run)| (run, signature(0, events))).collect(),
        );
        let all: Vec<_> = paths
            .of(outcome)
            .map(|(path, count)| (path.events().next().unwrap().index(), count.count))
            .collect();
        assert_eq!(all, [(3, 1), (1, 2), (2, 1)]);
    }
}
