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

/// The milestones of a run in the order in which they first fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Their positions, filled up with 0, so that equal signatures have one form. As short as may be: there are many.
    events: [u16; MAX_SIGNATURE],
    length: u8,
}

const _: () = assert!(MAX_EVENTS <= 1 << u16::BITS);

impl Signature {
    /// Of a run with these milestones, in this order.
    pub fn of(milestones: &[EventId]) -> Self {
        let length = milestones.len().min(MAX_SIGNATURE);
        let mut events = [0; MAX_SIGNATURE];
        events.iter_mut().zip(milestones).for_each(|(place, event)| *place = event.index() as u16);
        Self { events, length: length as u8 }
    }

    /// The milestones, in order.
    pub fn events(&self) -> impl Iterator<Item = EventId> + '_ {
        self.events[..usize::from(self.length)].iter().map(|event| EventId::new(usize::from(*event)))
    }
}

impl Hash for Signature {
    /// Four events at a time: the hasher costs by the word.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (fours, _) = self.events.as_chunks::<4>();
        for four in fours {
            state.write_u64(four.iter().fold(0, |word, event| word << 16 | u64::from(*event)));
        }
        state.write_u8(self.length);
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

/// The paths of a batch: run, outcome, signature.
pub(super) type PartPaths = Vec<(u64, OutcomeId, Signature)>;

/// The paths of all runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Paths {
    /// In the order of their first runs: hashes have none.
    counts: IndexMap<(OutcomeId, Signature), PathCount, FxBuildHasher>,
    /// By outcome: runs whose path was first seen too late.
    other: Vec<u64>,
}

impl Paths {
    pub(super) fn new(outcomes: usize) -> Self {
        Self { counts: IndexMap::default(), other: vec![0; outcomes] }
    }

    /// Adds the paths of a batch; batches come in order.
    pub(super) fn merge(&mut self, paths: &PartPaths) {
        for (run, outcome, signature) in paths {
            match self.counts.entry((*outcome, *signature)) {
                Entry::Occupied(mut path) => path.get_mut().count += 1,
                Entry::Vacant(path) if *run < SIGNATURE_RUNS => {
                    path.insert(PathCount { count: 1, example: *run });
                }
                Entry::Vacant(_) => self.other[outcome.index()] += 1,
            }
        }
    }

    /// Of an outcome, in the order of their first runs.
    pub(super) fn of(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Signature, PathCount)> {
        let its = self.counts.iter().filter(move |((of, _), _)| *of == outcome);
        its.map(|((_, signature), count)| (signature, *count))
    }

    pub(super) fn other(&self, outcome: OutcomeId) -> u64 {
        self.other[outcome.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(events: &[usize]) -> Signature {
        Signature::of(&events.iter().map(|at| EventId::new(*at)).collect::<Vec<_>>())
    }

    #[test]
    fn a_signature_holds_the_first_twelve() {
        let all: Vec<usize> = (0..14).rev().collect();
        assert_eq!(signature(&all), signature(&all[..12]));
        assert_eq!(signature(&all).events().count(), 12);
        assert_ne!(signature(&[0]), signature(&[]));
    }

    #[test]
    fn paths_first_seen_late_are_other() {
        let outcome = OutcomeId::new(1);
        let part = |run: u64, events: &[usize]| {
            let one = |run| (run, outcome, signature(events));
            vec![one(run), one(run + 1)]
        };
        let mut paths = Paths::new(2);
        paths.merge(&part(SIGNATURE_RUNS - 3, &[1]));
        paths.merge(&part(SIGNATURE_RUNS, &[2]));
        paths.merge(&part(SIGNATURE_RUNS, &[1]));
        let all: Vec<_> = paths.of(outcome).collect();
        assert_eq!(all, [(&signature(&[1]), PathCount { count: 4, example: SIGNATURE_RUNS - 3 })]);
        assert_eq!((paths.other(outcome), paths.other(OutcomeId::new(0))), (2, 0));
        assert_eq!(paths.of(OutcomeId::new(0)).count(), 0);
    }

    #[test]
    fn paths_come_in_the_order_of_their_first_runs() {
        let outcome = OutcomeId::new(0);
        let mut paths = Paths::new(1);
        paths.merge(
            &[[3], [1], [2], [1]]
                .iter()
                .zip(0..)
                .map(|(events, run)| (run, outcome, signature(events)))
                .collect(),
        );
        let all: Vec<_> = paths
            .of(outcome)
            .map(|(path, count)| (path.events().next().unwrap().index(), count.count))
            .collect();
        assert_eq!(all, [(3, 1), (1, 2), (2, 1)]);
    }
}
