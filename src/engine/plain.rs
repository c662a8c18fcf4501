//! Plain firings, as most are: a hazard whose firing is one assignment and nothing else, and what that does is known
//! beforehand.

use super::clock::Start;
use super::effects::{Column, Effect, Effects, Extent, Step};
use super::plan::EventTraits;
use super::run::Engine;
use super::{Failure, Observer};
use crate::id::{RuleId, VariableId};
use crate::model::{Model, Rule};

/// What the firing of a rule that starts so does, if it is plain.
pub(super) fn plain(model: &Model, rule: usize, start: &Start, effects: &Effects<'_>) -> Option<Column> {
    let Rule { event, limit, cooldown, .. } = &model.rules[rule];
    let told = EventTraits::of(&model.events[event.index()]).any();
    let body = effects.bodies[rule];
    let (None, [Effect::Known(column)]) = (body.choice, body.assignments(effects)) else { return None };
    let plain = start.is_product() && !told && limit.is_none() && cooldown.is_none();
    plain.then_some(*column)
}

impl Engine<'_> {
    /// What the firing of this rule, which is due alone, does to which variable, if that is plain and lets nothing else fire.
    #[inline]
    pub(super) fn plain_step(&self, rule: usize) -> Option<(VariableId, Step)> {
        let column = self.plan.plain[rule]?;
        let value = self.state.values[column.variable.index()];
        let step = self.plan.effects.steps[column.step(value) as usize];
        (step.extent != Extent::Anything).then_some((column.variable, step))
    }

    /// Fires a hazard whose firing takes this step and whose clock has run out in an instant of its own: nothing can have
    /// disarmed it since it was settled. Whether the run may have ended.
    #[inline]
    pub(super) fn fire_plain<O: Observer>(
        &mut self,
        rule: usize,
        variable: VariableId,
        step: Step,
        observer: &mut O,
    ) -> Result<bool, Box<Failure>> {
        self.count_firing(rule)?;
        observer.fired(self.state.time, RuleId::new(rule), &[]);
        self.start_anew(rule);
        if step.extent == Extent::Nothing {
            return Ok(false);
        }
        let old = std::mem::replace(&mut self.state.values[variable.index()], step.value);
        observer.changed(self.state.time, variable, old, step.value);
        self.state.dirty.set_all(&self.plan.dependents[variable.index()]);
        let ends = self.move_outcomes(step.moves, observer);
        if !self.settle_rates(step.moves) {
            self.settle_clocks()?;
        }
        Ok(ends)
    }
}
