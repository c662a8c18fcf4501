//! One firing: choices are resolved and right-hand sides computed in the state before, then all is assigned at once.

use super::effects::{BodyTraits, ChoiceTraits, Column, Effect, Extent, Step};
use super::run::Engine;
use super::{Failure, FailureKind, MAX_FIRINGS, MAX_INSTANT_FIRINGS, Observer};
use crate::id::{EventId, RuleId};
use crate::model::{Assignment, Code};

impl Engine<'_> {
    /// Fires a rule that is armed, or due all the same.
    pub(super) fn fire<O: Observer>(&mut self, rule: usize, observer: &mut O) -> Result<(), Box<Failure>> {
        self.count_firing(rule)?;
        self.count_instant_firing(rule)?;
        self.firing.options.clear();
        let body = self.plan.effects.bodies[rule];
        if body.is_known() {
            observer.fired(self.state.time, RuleId::new(rule), &[]);
            self.assign(body, &mut 0, observer);
        } else {
            self.resolve(body).map_err(|kind| self.failure(rule, *kind))?;
            observer.fired(self.state.time, RuleId::new(rule), &self.firing.options);
            let mut computed = 0;
            for at in 0..self.firing.bodies.len() {
                self.assign(self.firing.bodies[at], &mut computed, observer);
            }
        }
        let traits = self.plan.traits[rule];
        if traits.tells {
            self.count_event(traits.event, observer);
        }
        for at in 0..self.firing.options.len() {
            self.count_event(self.firing.options[at], observer);
        }
        self.note_firing(rule);
        Ok(())
    }

    /// Counts a firing of the run.
    #[inline(always)]
    pub(super) fn count_firing(&mut self, rule: usize) -> Result<(), Box<Failure>> {
        self.state.firings += 1;
        if self.state.firings > MAX_FIRINGS {
            return Err(self.failure(rule, FailureKind::TooManyFirings).into());
        }
        Ok(())
    }

    /// Counts a firing of the instant.
    #[inline(always)]
    fn count_instant_firing(&mut self, rule: usize) -> Result<(), Box<Failure>> {
        self.fired.push(RuleId::new(rule));
        if self.fired.len() > MAX_INSTANT_FIRINGS as usize {
            return Err(self.failure(rule, FailureKind::EndlessCascade(self.loop_of_rules())).into());
        }
        Ok(())
    }

    /// The rules that kept firing: those of the later half of the instant, in the order of their firing.
    fn loop_of_rules(&self) -> Vec<RuleId> {
        let mut rules = Vec::new();
        for rule in &self.fired[self.fired.len() / 2..] {
            if !rules.contains(rule) {
                rules.push(*rule);
            }
        }
        rules
    }

    /// Takes options, from the outside in, and computes what the rule and they assign where that is not known beforehand.
    #[inline]
    fn resolve(&mut self, mut body: BodyTraits) -> Result<(), Box<FailureKind>> {
        self.firing.bodies.clear();
        self.firing.computed.clear();
        loop {
            self.firing.bodies.push(body);
            if body.computed {
                for at in body.from..body.to {
                    if let Effect::Computed(assignment) = self.plan.effects.assignments[at as usize] {
                        let value = self.compute(assignment)?;
                        self.firing.computed.push(value);
                    }
                }
            }
            let Some(choice) = body.choice else { return Ok(()) };
            let Some(option) = self.choose(self.plan.effects.choices[choice as usize])? else {
                return Ok(());
            };
            let option = &self.plan.effects.options[option];
            self.firing.options.push(option.event);
            body = self.plan.effects.bodies[option.body as usize];
        }
    }

    /// The option taken, if one is available: its position among all of the model.
    #[inline(never)]
    fn choose(&mut self, choice: ChoiceTraits<'_>) -> Result<Option<usize>, Box<FailureKind>> {
        let made = &mut self.state.choices[choice.number as usize];
        let occurrence = *made;
        *made += 1;
        let rationality = choice.rationality.map(|code| self.rationality(code)).transpose()?;
        self.measure_options(choice)?;
        if let [(only, _)] = *self.firing.available {
            return Ok(Some(only));
        }
        if let Some(script) = &mut self.script {
            return Ok(script.choose(rationality, &self.firing.available));
        }
        let mut best: Option<(f64, usize)> = None;
        for (option, measure) in &self.firing.available {
            let site = self.plan.effects.options[*option].site;
            let exponential = self.streams.exponential_at(site, self.state.drawn.run, occurrence);
            let score = match rationality {
                None => -(exponential / measure),
                Some(rationality) => rationality * measure - libm::log(exponential),
            };
            if best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, *option));
            }
        }
        Ok(best.map(|(_, option)| option))
    }

    fn rationality(&mut self, rationality: &Code) -> Result<f64, Box<FailureKind>> {
        let value = rationality.evaluate(&self.state.values, self.state.time, &mut self.stack);
        let sound = value >= 0.0 && value.is_finite();
        if sound { Ok(value) } else { Err(Box::new(FailureKind::Rationality(value))) }
    }

    /// Finds the available options and their weights or utilities.
    fn measure_options(&mut self, choice: ChoiceTraits<'_>) -> Result<(), Box<FailureKind>> {
        let Self { plan, state, stack, firing, .. } = self;
        firing.available.clear();
        let weights = choice.rationality.is_none();
        for at in choice.from as usize..choice.to as usize {
            let option = &plan.effects.options[at];
            if let Some(when) = option.when
                && when.evaluate(&state.values, state.time, stack) == 0.0
            {
                continue;
            }
            let measure = option.measure.evaluate(&state.values, state.time, stack);
            if weights && measure == 0.0 {
                continue;
            }
            if !measure.is_finite() || weights && measure < 0.0 {
                let kind = if weights { FailureKind::Weight } else { FailureKind::Utility };
                return Err(Box::new(kind(option.event, measure)));
            }
            firing.available.push((at, measure));
        }
        Ok(())
    }

    /// The value of a right-hand side, within the variable's bounds.
    #[inline]
    fn compute(&mut self, assignment: &Assignment) -> Result<f64, Box<FailureKind>> {
        let value = assignment.value.evaluate(&self.state.values, self.state.time, &mut self.stack);
        if value.is_finite() {
            Ok(value.clamp(assignment.low, assignment.high))
        } else {
            Err(Box::new(FailureKind::Assignment(assignment.variable, value)))
        }
    }

    /// Assigns what a body does, with the right-hand sides that were computed from a position on. What is known of a
    /// variable is known from its value before, which it still has: it is assigned but once.
    #[inline(always)]
    fn assign<O: Observer>(&mut self, body: BodyTraits, computed: &mut usize, observer: &mut O) {
        for at in body.from..body.to {
            match self.plan.effects.assignments[at as usize] {
                Effect::Known(column) => self.take_step(column, observer),
                Effect::Computed(assignment) => {
                    self.change(assignment.variable, self.firing.computed[*computed], observer);
                    *computed += 1;
                }
            }
        }
    }

    /// Takes a variable from its value to the one that is known to follow.
    #[inline(always)]
    fn take_step<O: Observer>(&mut self, column: Column, observer: &mut O) {
        let value = &mut self.state.values[column.variable.index()];
        let Step { value: new, moves, extent } = self.plan.effects.steps[column.step(*value) as usize];
        if extent != Extent::Nothing {
            let old = std::mem::replace(value, new);
            observer.changed(self.state.time, column.variable, old, new);
            self.mark_moves(column.variable, moves);
        }
    }

    /// Counts an event that fired, and leaves its answers to be looked at.
    #[inline]
    fn count_event<O: Observer>(&mut self, event: EventId, observer: &mut O) {
        let fired = self.plan.events[event.index()];
        if let Some(count) = fired.count {
            self.change(count, self.state.values[count.index()] + 1.0, observer);
        }
        if let Some(last) = fired.last_time {
            self.change(last, self.state.time, observer);
        }
        if fired.answered {
            self.firing.unanswered.push(event);
        }
    }
}
