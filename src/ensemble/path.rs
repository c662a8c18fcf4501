//! Orders of first firings become counts of paths.

use std::hash::{Hash, Hasher};

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;

use crate::id::{EventId, OutcomeId};

/// Most milestones in a signature; later ones are left out.
pub const MAX_SIGNATURE: usize = 12;

/// New signatures are taken up in runs with lower numbers than this; those of later runs count as other.
pub const SIGNATURE_RUNS: u64 = 65_536;

/// The milestones of a run in the order in which they first fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// Filled up with the first event, so that equal signatures have one form.
    events: [EventId; MAX_SIGNATURE],
    length: u8,
}

impl Signature {
    /// Of a run without milestones.
    pub fn empty() -> Self {
        Self { events: [EventId::new(0); MAX_SIGNATURE], length: 0 }
    }

    /// Appends a milestone if there is room.
    #[inline]
    pub fn push(&mut self, event: EventId) {
        if let Some(place) = self.events.get_mut(usize::from(self.length)) {
            *place = event;
            self.length += 1;
        }
    }

    /// The milestones, in order.
    pub fn events(&self) -> &[EventId] {
        &self.events[..usize::from(self.length)]
    }
}

impl Hash for Signature {
    /// Two events at a time: the hasher costs by the word.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (pairs, _) = self.events.as_chunks::<2>();
        for [one, other] in pairs {
            state.write_u64((one.index() as u64) << 32 | other.index() as u64);
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
    pub(super) fn merge(&mut self, paths: PartPaths) {
        for (run, outcome, signature) in paths {
            match self.counts.entry((outcome, signature)) {
                Entry::Occupied(mut path) => path.get_mut().count += 1,
                Entry::Vacant(path) if run < SIGNATURE_RUNS => {
                    path.insert(PathCount { count: 1, example: run });
                }
                Entry::Vacant(_) => self.other[outcome.index()] += 1,
            }
        }
    }

    /// Of an outcome, in the order of the signatures.
    pub(super) fn of(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Signature, PathCount)> {
        let its = self.counts.iter().filter(|((of, _), _)| *of == outcome);
        let mut all: Vec<_> = its.map(|((_, signature), count)| (signature, *count)).collect();
        all.sort_unstable_by_key(|(signature, _)| *signature);
        all.into_iter()
    }

    pub(super) fn other(&self, outcome: OutcomeId) -> u64 {
        self.other[outcome.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(events: &[usize]) -> Signature {
        let mut signature = Signature::empty();
        for at in events {
            signature.push(EventId::new(*at));
        }
        signature
    }

    #[test]
    fn a_signature_holds_the_first_twelve() {
        let all: Vec<usize> = (0..14).rev().collect();
        assert_eq!(signature(&all), signature(&all[..12]));
        assert_eq!(signature(&all).events().len(), 12);
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
        paths.merge(part(SIGNATURE_RUNS - 3, &[1]));
        paths.merge(part(SIGNATURE_RUNS, &[2]));
        paths.merge(part(SIGNATURE_RUNS, &[1]));
        let all: Vec<_> = paths.of(outcome).collect();
        assert_eq!(all, [(&signature(&[1]), PathCount { count: 4, example: SIGNATURE_RUNS - 3 })]);
        assert_eq!((paths.other(outcome), paths.other(OutcomeId::new(0))), (2, 0));
        assert_eq!(paths.of(OutcomeId::new(0)).count(), 0);
    }

    #[test]
    fn paths_come_in_the_order_of_their_signatures() {
        let outcome = OutcomeId::new(0);
        let mut paths = Paths::new(1);
        paths.merge(
            [[3], [1], [2], [1]]
                .iter()
                .zip(0..)
                .map(|(events, run)| (run, outcome, signature(events)))
                .collect(),
        );
        let all: Vec<_> =
            paths.of(outcome).map(|(path, count)| (path.events()[0].index(), count.count)).collect();
        assert_eq!(all, [(1, 2), (2, 1), (3, 1)]);
    }
}
