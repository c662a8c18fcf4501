//! What follows from a change within an instant: latches, outcomes, triggers, answers.

use super::Observer;
use super::cells::Moves;
use super::clock::{DISABLED, SPENT};
use super::dirty::Kind;
use super::run::Engine;
use crate::id::VariableId;
use crate::model::Timing;

impl Engine<'_> {
    /// What follows from what has changed: latches, outcomes, and the first trigger or answer that is due then.
    #[inline]
    pub(super) fn follow<O: Observer>(&mut self, observer: &mut O) -> Option<usize> {
        // Mostly none is marked.
        if self.state.dirty.any_from(Kind::Latch, Kind::Outcome) {
            self.latch(observer);
            self.look_at_outcomes(observer);
            self.raise_triggers();
        }
        if !self.firing.unanswered.is_empty() {
            self.call_answers();
        }
        if self.due.is_empty() { None } else { self.next_due() }
    }

    /// Gives a variable another value.
    #[inline(never)]
    pub(super) fn change<O: Observer>(&mut self, variable: VariableId, new: f64, observer: &mut O) {
        let value = &mut self.state.values[variable.index()];
        let old = std::mem::replace(value, new);
        if old != new {
            observer.changed(self.state.time, variable, old, new);
            self.mark(variable, old, new);
        }
    }

    /// Marks what depends on a variable that has changed.
    #[inline]
    pub(super) fn mark(&mut self, variable: VariableId, old: f64, new: f64) {
        let moves = self.cells.moves(variable, old, new);
        self.mark_moves(variable, moves);
    }

    /// The same where it is known what the change moves.
    #[inline(always)]
    pub(super) fn mark_moves(&mut self, variable: VariableId, moves: Moves) {
        self.state.dirty.set_all(&self.plan.dependents[variable.index()]);
        self.cells.mark(moves, &mut self.state.places, &mut self.state.dirty);
        self.mark_rates(moves);
    }

    /// Latches conditions that hold now, and those that hold because of that.
    #[inline]
    fn latch<O: Observer>(&mut self, observer: &mut O) {
        while let Some(at) = self.state.dirty.pop(Kind::Latch) {
            let latch = &self.model.latches[at];
            if self.state.values[latch.variable.index()] == 0.0
                && self.is_true(self.plan.latches[at], Some(&latch.condition))
            {
                observer.latched(self.state.time, at);
                self.change(latch.variable, 1.0, observer);
            }
        }
    }

    /// Makes triggers due whose condition has become true.
    #[inline]
    fn raise_triggers(&mut self) {
        for word in self.state.dirty.words(Kind::Trigger) {
            for rule in self.state.dirty.take(Kind::Trigger, word) {
                if self.state.rules[rule].barred & (DISABLED | SPENT) != 0 {
                    continue;
                }
                let holds = self.holds(rule);
                let condition = &mut self.state.rules[rule];
                if holds && !condition.held && condition.barred == 0 {
                    condition.count = 1;
                    self.due.insert(rule);
                }
                condition.held = holds;
            }
        }
    }

    /// Makes answers to what just fired due, or calls for their delay, if they are armed.
    #[inline(never)]
    fn call_answers(&mut self) {
        let model = self.model;
        while let Some(event) = self.firing.unanswered.pop() {
            for rule in &model.events[event.index()].answers {
                let rule = rule.index();
                if !self.is_armed(rule) {
                    continue;
                }
                if matches!(model.rules[rule].timing, Timing::Answer { after: Some(_), .. }) {
                    self.state.rules[rule].called = true;
                    self.state.dirty.insert(Kind::Clock, rule);
                } else {
                    self.state.rules[rule].count += 1;
                    self.due.insert(rule);
                }
            }
        }
    }

    /// The first trigger or answer that is due and armed; those before it are dropped.
    #[inline(never)]
    fn next_due(&mut self) -> Option<usize> {
        while let Some(rule) = self.due.first() {
            let armed = self.is_armed(rule);
            let condition = &mut self.state.rules[rule];
            condition.count = if armed { condition.count - 1 } else { 0 };
            if condition.count == 0 {
                self.due.remove(rule);
            }
            if armed {
                return Some(rule);
            }
        }
        None
    }
}
