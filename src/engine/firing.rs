//! One firing: choices are resolved and right-hand sides computed in the state before, then all is assigned at once.

use super::run::Engine;
use super::{Failure, FailureKind, MAX_FIRINGS, MAX_INSTANT_FIRINGS, Observer};
use crate::id::{EventId, RuleId};
use crate::model::{Assignment, Body, Choice, ChoiceKind, ChoiceOption};

impl<'m> Engine<'m> {
    /// Fires a rule that is armed, or due all the same.
    pub(super) fn fire<O: Observer>(&mut self, rule: usize, observer: &mut O) -> Result<(), Box<Failure>> {
        let model = self.model;
        let body = &model.rules[rule].body;
        self.count_firing(rule)?;
        self.resolve(body).and_then(|()| self.compute()).map_err(|kind| self.failure(rule, *kind))?;
        observer.fired(self.state.time, RuleId::new(rule), &self.firing.options);
        for at in 0..self.firing.assigned.len() {
            let (variable, value) = self.firing.assigned[at];
            self.change(variable, value, observer);
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

    #[inline]
    pub(super) fn count_firing(&mut self, rule: usize) -> Result<(), Box<Failure>> {
        self.state.firings += 1;
        if self.state.firings > MAX_FIRINGS {
            return Err(self.failure(rule, FailureKind::TooManyFirings).into());
        }
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

    /// Takes options, from the outside in.
    #[inline]
    fn resolve(&mut self, outer: &'m Body) -> Result<(), Box<FailureKind>> {
        self.firing.options.clear();
        self.firing.bodies.clear();
        let mut body = outer;
        loop {
            self.firing.bodies.push(body);
            let Some(choice) = &body.choice else { return Ok(()) };
            let Some(option) = self.choose(choice)? else { return Ok(()) };
            self.firing.options.push(option.event);
            body = &option.body;
        }
    }

    /// The option taken, if one is available.
    #[inline(never)]
    fn choose(&mut self, choice: &'m Choice) -> Result<Option<&'m ChoiceOption>, Box<FailureKind>> {
        let made = &mut self.state.choices[choice.number as usize];
        let occurrence = *made;
        *made += 1;
        let rationality = self.rationality(&choice.kind)?;
        self.measure_options(choice)?;
        if let [(only, _)] = *self.firing.available {
            return Ok(Some(&choice.options[only]));
        }
        if let Some(script) = &mut self.script {
            let taken = script.choose(rationality, &self.firing.available);
            return Ok(taken.map(|at| &choice.options[at]));
        }
        let mut best: Option<(f64, &ChoiceOption)> = None;
        for (at, measure) in &self.firing.available {
            let option = &choice.options[*at];
            let exponential = self.streams.exponential_at(option.site, self.state.drawn.run, occurrence);
            let score = match rationality {
                None => -(exponential / measure),
                Some(rationality) => rationality * measure - libm::log(exponential),
            };
            if best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, option));
            }
        }
        Ok(best.map(|(_, option)| option))
    }

    fn rationality(&mut self, kind: &ChoiceKind) -> Result<Option<f64>, Box<FailureKind>> {
        let ChoiceKind::Utilities { rationality } = kind else { return Ok(None) };
        let value = rationality.evaluate(&self.state.values, self.state.time, &mut self.stack);
        if value >= 0.0 && value.is_finite() {
            Ok(Some(value))
        } else {
            Err(Box::new(FailureKind::Rationality(value)))
        }
    }

    /// Finds the available options and their weights or utilities.
    fn measure_options(&mut self, choice: &Choice) -> Result<(), Box<FailureKind>> {
        self.firing.available.clear();
        for (at, option) in choice.options.iter().enumerate() {
            if option.disabled || !self.is_open(option) {
                continue;
            }
            let measure = option.measure.evaluate(&self.state.values, self.state.time, &mut self.stack);
            match choice.kind {
                ChoiceKind::Weights if !(measure >= 0.0 && measure.is_finite()) => {
                    return Err(Box::new(FailureKind::Weight(option.event, measure)));
                }
                ChoiceKind::Utilities { .. } if !measure.is_finite() => {
                    return Err(Box::new(FailureKind::Utility(option.event, measure)));
                }
                ChoiceKind::Weights if measure == 0.0 => {}
                _ => self.firing.available.push((at, measure)),
            }
        }
        Ok(())
    }

    fn is_open(&mut self, option: &ChoiceOption) -> bool {
        match &option.when {
            None => true,
            Some(when) => when.evaluate(&self.state.values, self.state.time, &mut self.stack) != 0.0,
        }
    }

    /// Computes all right-hand sides of the rule and of the options taken, within their variables' bounds.
    #[inline]
    fn compute(&mut self) -> Result<(), Box<FailureKind>> {
        self.firing.assigned.clear();
        for at in 0..self.firing.bodies.len() {
            for assignment in &self.firing.bodies[at].assignments {
                let value = self.assigned(assignment)?;
                self.firing.assigned.push((assignment.variable, value));
            }
        }
        Ok(())
    }

    /// The value of a right-hand side, within the variable's bounds.
    #[inline]
    fn assigned(&mut self, assignment: &Assignment) -> Result<f64, Box<FailureKind>> {
        let value = assignment.value.evaluate(&self.state.values, self.state.time, &mut self.stack);
        if value.is_finite() {
            Ok(value.clamp(assignment.low, assignment.high))
        } else {
            Err(Box::new(FailureKind::Assignment(assignment.variable, value)))
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
