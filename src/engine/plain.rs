//! Plain firings, as most are: a hazard whose firing is one assignment and nothing else, and what that does is known
//! beforehand.

use super::effects::{Column, Effect, Effects, Extent, Step};
use super::plan::{Clock, EventTraits};
use super::run::Engine;
use super::{Failure, FailureKind, MAX_FIRINGS, Observer};
use crate::id::RuleId;
use crate::model::{Model, Rule};

/// What the firing of a rule with this clock does, if it is plain.
pub(super) fn plain(model: &Model, rule: usize, clock: Clock, effects: &Effects<'_>) -> Option<Column> {
    let Clock::Product(..) = clock else { return None };
    let Rule { event, limit, cooldown, .. } = &model.rules[rule];
    let told = EventTraits::of(&model.events[event.index()]).any();
    let doing = effects.bodies[rule];
    let (None, [Effect::Known(column)]) = (doing.choice, doing.assignments(effects)) else { return None };
    let plain = !told && limit.is_none() && cooldown.is_none();
    plain.then_some(*column)
}

impl Engine<'_> {
    /// Fires a hazard whose firing is plain and whose clock has run out in an instant of its own: nothing can have disarmed
    /// it since it was settled. Whether the run may have ended.
    #[inline]
    pub(super) fn fire_plain<O: Observer>(
        &mut self,
        rule: usize,
        plain: Column,
        observer: &mut O,
    ) -> Result<bool, Box<Failure>> {
        self.state.firings += 1;
        if self.state.firings > MAX_FIRINGS {
            return Err(self.failure(rule, FailureKind::TooManyFirings).into());
        }
        observer.fired(self.state.time, RuleId::new(rule), &[]);
        self.start_anew(rule);
        let value = &mut self.state.values[plain.variable.index()];
        let old = *value;
        let Step { value: new, moves, extent } = self.plan.effects.steps[plain.step(old) as usize];
        match extent {
            Extent::Nothing => return Ok(false),
            Extent::Closed => *value = new,
            Extent::Anything => {
                self.fired.clear();
                self.fired.push(RuleId::new(rule));
                self.change(plain.variable, new, observer);
                self.cascade(observer)?;
                return self.end_instant(observer);
            }
        }
        observer.changed(self.state.time, plain.variable, old, new);
        self.state.dirty.set_all(&self.plan.dependents[plain.variable.index()]);
        let ends = self.move_outcomes(moves, observer);
        if !self.settle_rates(moves) {
            self.settle_clocks()?;
        }
        Ok(ends)
    }
}
