//! What follows from a change within an instant: latches, outcomes, triggers, answers.

use super::Observer;
use super::clock::DISABLED;
use super::run::Engine;
use super::{Failure, clock::SPENT};
use crate::id::VariableId;
use crate::model::Timing;

impl Engine<'_> {
    /// Fires triggers and answers until none is due.
    pub(super) fn cascade<O: Observer>(&mut self, observer: &mut O) -> Result<(), Failure> {
        loop {
            self.latch(observer);
            self.look_at_outcomes(observer);
            self.raise_triggers();
            self.call_answers();
            let Some(rule) = self.next_due() else { return Ok(()) };
            self.fire(rule, observer)?;
        }
    }

    /// Gives a variable another value.
    #[inline]
    pub(super) fn change<O: Observer>(&mut self, variable: VariableId, new: f64, observer: &mut O) {
        let value = &mut self.values[variable.index()];
        let old = std::mem::replace(value, new);
        if old != new {
            observer.changed(self.time, variable, old, new);
            self.mark(variable);
        }
    }

    /// Marks what depends on a variable.
    #[inline]
    pub(super) fn mark(&mut self, variable: VariableId) {
        let dependents = &self.plan.dependents[variable.index()];
        self.dirty.latches.insert_all(&dependents.latches);
        self.dirty.outcomes.insert_all(&dependents.outcomes);
        self.dirty.triggers.insert_all(&dependents.triggers);
        self.dirty.clocks.insert_all(&dependents.clocks);
        self.dirty.tracks.insert_all(&dependents.tracks);
    }

    /// Latches conditions that hold now, and those that hold because of that.
    fn latch<O: Observer>(&mut self, observer: &mut O) {
        while let Some(at) = self.dirty.latches.pop() {
            let latch = &self.model.latches[at];
            if self.values[latch.variable.index()] == 0.0
                && latch.condition.evaluate(&self.values, self.time, &mut self.stack) != 0.0
            {
                observer.latched(self.time, at);
                self.change(latch.variable, 1.0, observer);
            }
        }
    }

    /// Makes triggers due whose condition has become true.
    fn raise_triggers(&mut self) {
        while let Some(rule) = self.dirty.triggers.pop() {
            if self.rules[rule].barred & (DISABLED | SPENT) != 0 {
                continue;
            }
            let holds = self.holds(rule);
            let condition = &mut self.rules[rule];
            if holds && !condition.held && condition.barred == 0 {
                condition.due = 1;
                self.due.insert(rule);
            }
            condition.held = holds;
        }
    }

    /// Makes answers to what just fired due, or calls for their delay, if they are armed.
    fn call_answers(&mut self) {
        let model = self.model;
        while let Some(event) = self.firing.unanswered.pop() {
            for rule in &model.events[event.index()].answers {
                let rule = rule.index();
                if !self.is_armed(rule) {
                    continue;
                }
                if matches!(model.rules[rule].timing, Timing::Answer { after: Some(_), .. }) {
                    self.rules[rule].called = true;
                    self.dirty.clocks.insert(rule);
                } else {
                    self.rules[rule].due += 1;
                    self.due.insert(rule);
                }
            }
        }
    }

    /// The first trigger or answer that is due and armed; those before it are dropped.
    fn next_due(&mut self) -> Option<usize> {
        while let Some(rule) = self.due.first() {
            let armed = self.is_armed(rule);
            let condition = &mut self.rules[rule];
            condition.due = if armed { condition.due - 1 } else { 0 };
            if condition.due == 0 {
                self.due.remove(rule);
            }
            if armed {
                return Some(rule);
            }
        }
        None
    }
}
