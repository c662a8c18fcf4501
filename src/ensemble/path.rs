//! Orders of first firings become counts of paths.

use std::collections::BTreeMap;

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

/// How often a path was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathCount {
    /// Runs.
    pub count: u64,
    /// The first of them.
    pub example: u64,
}

/// The paths of a batch, by outcome and signature.
pub(super) type PartPaths = BTreeMap<(OutcomeId, Signature), PathCount>;

/// Counts a run.
pub(super) fn count(paths: &mut PartPaths, run: u64, outcome: OutcomeId, signature: Signature) {
    paths.entry((outcome, signature)).or_insert(PathCount { count: 0, example: run }).count += 1;
}

/// The paths of all runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Paths {
    seen: BTreeMap<(OutcomeId, Signature), PathCount>,
    other: Vec<u64>,
}

impl Paths {
    pub(super) fn new(outcomes: usize) -> Self {
        Self { seen: BTreeMap::new(), other: vec![0; outcomes] }
    }

    /// Adds the paths of a batch that begins with run `first`; batches come in order, and none reaches over
    /// [`SIGNATURE_RUNS`].
    pub(super) fn merge(&mut self, first: u64, paths: PartPaths) {
        for (key, more) in paths {
            match self.seen.get_mut(&key) {
                Some(path) => path.count += more.count,
                None if first < SIGNATURE_RUNS => {
                    self.seen.insert(key, more);
                }
                None => self.other[key.0.index()] += more.count,
            }
        }
    }

    /// Of an outcome, in the order of the signatures.
    pub(super) fn of(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Signature, PathCount)> {
        let all = self.seen.range((outcome, Signature::empty())..);
        let its = all.take_while(move |(key, _)| key.0 == outcome);
        its.map(|(key, path)| (&key.1, *path))
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
            let mut paths = PartPaths::new();
            count(&mut paths, run, outcome, signature(events));
            count(&mut paths, run + 1, outcome, signature(events));
            paths
        };
        let mut paths = Paths::new(2);
        paths.merge(SIGNATURE_RUNS - 1024, part(SIGNATURE_RUNS - 3, &[1]));
        paths.merge(SIGNATURE_RUNS, part(SIGNATURE_RUNS, &[2]));
        paths.merge(SIGNATURE_RUNS, part(SIGNATURE_RUNS, &[1]));
        let all: Vec<_> = paths.of(outcome).collect();
        assert_eq!(all, [(&signature(&[1]), PathCount { count: 4, example: SIGNATURE_RUNS - 3 })]);
        assert_eq!((paths.other(outcome), paths.other(OutcomeId::new(0))), (2, 0));
        assert_eq!(paths.of(OutcomeId::new(0)).count(), 0);
    }
}
