//! One run as a pure function of (model, seed, parameter draws, run number), told to an observer event by event.
//!
//! `docs/semantics.md` says what a run means. The engine knows no text, no statistics and no other run.

#![expect(
    clippy::inline_always,
    reason = "what a run does with every firing is one loop: calls would save and restore what it holds, and vectors are \
              those of the caller; each was measured"
)]

mod calendar;
mod cascade;
mod cells;
mod classes;
mod clock;
mod dirty;
mod draws;
mod effects;
mod explore;
mod firing;
mod hazard;
mod key;
mod lockstep;
mod marks;
mod plain;
mod plan;
mod run;
mod script;
mod state;
mod streams;
mod tracks;

#[cfg(test)]
mod tests;

pub use draws::{Draws, MAX_DRAWS, USUAL_DRAWS};
pub use explore::{Explorer, Kind, Schedule, Successors};
pub use lockstep::SIDE_BY_SIDE;
pub use run::Engine;

use std::ops::Range;

use crate::id::{EventId, OutcomeId, RuleId, VariableId};

/// Version of the random streams: the same version draws the same numbers.
pub const STREAMS_VERSION: u32 = 2;

/// Most firings in a run; fewer under a fuzzer, which asks what happens there and has no time for a million.
pub const MAX_FIRINGS: u64 = if cfg!(fuzzing) { 2_000 } else { 1_000_000 };

/// Most firings in one instant.
pub const MAX_INSTANT_FIRINGS: u32 = 1_000;

/// Most instants at one time.
pub const MAX_STALLED_INSTANTS: u32 = 1_000;

/// What is told of a run while it goes on, in order of time. All times are days from the start.
#[expect(unused_variables, reason = "an observer takes what it needs")]
pub trait Observer {
    /// The run begins, in this state; nothing has fired or latched yet. What was told before was of another run.
    #[inline]
    fn began(&mut self, values: &[f64]) {}

    /// A rule fired and took these options, from the outside in. Its changes follow.
    #[inline]
    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {}

    /// Whether it is enough to be told how often each rule fired, in the order of their first firings, once the run has ended.
    /// Runs side by side tell sums only if all who are told of them want that.
    #[inline]
    fn wants_sums(&self) -> bool {
        false
    }

    /// A rule that takes no options fired so often: told in place of each firing, to who wants that, of runs made side by
    /// side. Of others [`Self::fired`] tells nevertheless.
    #[inline]
    fn fired_often(&mut self, rule: RuleId, firings: u32) {}

    /// A variable took another value: by the firing told last, or by latching after it.
    #[inline]
    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {}

    /// A latch, by position in the model, became true.
    #[inline]
    fn latched(&mut self, time: f64, latch: usize) {}

    /// The condition of an outcome held for the first time.
    #[inline]
    fn held(&mut self, time: f64, outcome: OutcomeId) {}

    /// Whether it wants to be told of tracks; if not, they are not computed.
    #[inline]
    fn wants_tracks(&self) -> bool {
        true
    }

    /// A track, by position in the model, had a value at the grid times of these positions. Of each track they follow one
    /// another; those of a run that fails end before. Nothing is told of one that is
    /// [followed](crate::model::Model::followed): `changed` tells it.
    #[inline]
    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {}
}

/// Observes nothing.
pub struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn wants_tracks(&self) -> bool {
        false
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// When, in days.
    pub time: f64,
    /// Its class.
    pub outcome: OutcomeId,
    /// Since when the class's condition has held unbroken; none for `otherwise`.
    pub since: Option<f64>,
    /// Whether an outcome with `ends: true` ended it before or at the horizon; otherwise the horizon did.
    pub by_outcome: bool,
    /// How many rules fired.
    pub firings: u64,
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// When, in days.
    pub time: f64,
    /// The rule at fault; none for values at the start.
    pub rule: Option<RuleId>,
    /// What went wrong.
    pub kind: FailureKind,
}

/// What went wrong in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum FailureKind {
    /// More than [`MAX_FIRINGS`] firings.
    TooManyFirings,
    /// More than [`MAX_INSTANT_FIRINGS`] firings in one instant: the rules that kept firing, in order.
    EndlessCascade(Vec<RuleId>),
    /// Choices within one instant combine in more than a million ways, so that they cannot be enumerated; never in a run.
    TooManyWays,
    /// More than [`MAX_STALLED_INSTANTS`] instants at one time.
    Stalled,
    /// A hazard below 0 or not finite.
    Hazard(f64),
    /// A probability of a `chance` outside [0, 1).
    Probability,
    /// A delay below 0 or not finite, or arguments that make no distribution.
    Delay(f64),
    /// A weight below 0 or not finite.
    Weight(EventId, f64),
    /// A utility that is not finite.
    Utility(EventId, f64),
    /// A rationality below 0 or not finite.
    Rationality(f64),
    /// An assigned value that is not finite.
    Assignment(VariableId, f64),
    /// A value at the start that is not finite or makes no distribution.
    Initial(VariableId, f64),
}
