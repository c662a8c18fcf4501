//! Which rules fired in the runs side by side, in the order of their first firings.

use super::{RULES, SIDE_BY_SIDE};

/// Room of a run: what is behind all of its rules is written, and of no account.
const ROOM: usize = 2 * RULES;

/// Everything that fired, run by run.
pub(super) struct Firsts {
    rules: [u8; ROOM * SIDE_BY_SIDE],
    /// By run: where its rules end.
    ends: [usize; SIDE_BY_SIDE],
}

const _: () = assert!(RULES <= 1 << u8::BITS && (ROOM * SIDE_BY_SIDE).is_power_of_two());

impl Firsts {
    /// Nothing fired yet.
    pub(super) fn new() -> Self {
        Self { rules: [0; ROOM * SIDE_BY_SIDE], ends: std::array::from_fn(|run| ROOM * run) }
    }

    /// Nothing fired yet, in other runs.
    pub(super) fn clear(&mut self) {
        self.ends = std::array::from_fn(|run| ROOM * run);
    }

    /// A rule of a run fires. Whether for the first time cannot be foretold: without a jump.
    #[inline(always)]
    pub(super) fn fire(&mut self, run: usize, rule: usize, first: bool) {
        let end = &mut self.ends[run];
        self.rules[*end % self.rules.len()] = rule as u8;
        *end += usize::from(first);
    }

    /// The rules of a run that fired.
    pub(super) fn of_run(&self, run: usize) -> impl Iterator<Item = usize> {
        self.rules[ROOM * run..self.ends[run]].iter().map(|rule| usize::from(*rule) % RULES)
    }
}
