//! Which outcomes hold, since when, and which ends a run.

use super::cells::Moves;
use super::dirty::Kind;
use super::run::Engine;
use super::state::State;
use super::{Ending, Observer};
use crate::id::OutcomeId;

/// How an outcome stands in a run.
#[derive(Clone, Copy, Default)]
pub(super) struct Standing {
    /// Whether its condition holds.
    pub(super) holds: bool,
    /// Whether it has ever held.
    pub(super) ever: bool,
    /// Since when it has held unbroken, seen after instants.
    since: Option<f64>,
}

impl Standing {
    /// Takes over whether the condition holds; whether it does for the first time.
    #[inline]
    fn see(&mut self, holds: bool) -> bool {
        self.holds = holds;
        let before = self.ever;
        self.ever |= holds;
        self.ever != before
    }

    /// Notes since when it has held, after an instant.
    #[inline]
    fn settle(&mut self, time: f64) {
        self.since = if self.holds { self.since.or(Some(time)) } else { None };
    }

    /// Both, where nothing follows in the instant.
    #[inline]
    pub(super) fn take(&mut self, holds: bool, time: f64) -> bool {
        let first = self.see(holds);
        self.settle(time);
        first
    }
}

impl Engine<'_> {
    /// Looks again at the outcomes whose condition may have changed.
    #[inline]
    pub(super) fn look_at_outcomes<O: Observer>(&mut self, observer: &mut O) {
        for word in self.state.dirty.words(Kind::Outcome) {
            for at in self.state.dirty.take(Kind::Outcome, word) {
                self.look_at_outcome(at, observer);
            }
        }
    }

    #[inline]
    fn look_at_outcome<O: Observer>(&mut self, at: usize, observer: &mut O) {
        let holds = self.is_true(self.plan.outcomes[at], self.model.outcomes[at].condition.as_ref());
        if self.state.outcomes[at].see(holds) {
            observer.held(self.state.time, OutcomeId::new(at));
        }
        self.state.looked.push(at);
    }

    /// After a change that is the only one of its instant and moves cells of outcomes only; whether one that ends a run
    /// holds now.
    #[inline]
    pub(super) fn move_outcomes<O: Observer>(&mut self, moves: Moves, observer: &mut O) -> bool {
        let Self { cells, model, state: State { outcomes, places, time, .. }, .. } = self;
        let mut ends = false;
        cells.tell_outcomes(moves, places, |at, value| {
            let holds = value > 0.0;
            if outcomes[at].take(holds, *time) {
                observer.held(*time, OutcomeId::new(at));
            }
            ends |= holds && model.outcomes[at].ends;
        });
        ends
    }

    /// After an instant: notes since when outcomes have held. Whether one was looked at.
    #[inline]
    pub(super) fn take_standings<O: Observer>(&mut self, observer: &mut O) -> bool {
        for at in 0..self.plan.timed_outcomes.len() {
            self.look_at_outcome(self.plan.timed_outcomes[at], observer);
        }
        let any = !self.state.looked.is_empty();
        if any {
            self.settle_standings();
        }
        any
    }

    #[inline(never)]
    fn settle_standings(&mut self) {
        let State { outcomes, looked, time, .. } = &mut self.state;
        looked.drain(..).for_each(|at| outcomes[at].settle(*time));
    }

    /// How the run ends, if it ends with this instant.
    pub(super) fn ending(&self) -> Option<Ending> {
        let by_outcome = self.is_ended();
        if !by_outcome && self.state.time < self.model.horizon {
            return None;
        }
        let outcome = self.class();
        Some(Ending {
            time: self.state.time,
            outcome,
            since: self.state.outcomes[outcome.index()].since,
            by_outcome,
            firings: self.state.firings,
        })
    }

    /// Whether an outcome that ends a run holds.
    pub(super) fn is_ended(&self) -> bool {
        self.plan.ends.iter().any(|at| self.state.outcomes[*at].holds)
    }

    /// The class of a run that ends now.
    pub(super) fn class(&self) -> OutcomeId {
        let mut standings = self.model.outcomes.iter().zip(&self.state.outcomes);
        let class = standings.position(|(outcome, standing)| standing.holds || outcome.condition.is_none());
        OutcomeId::new(class.expect("the last outcome takes what no other does"))
    }
}
