//! A state → the states that can follow it, with their probabilities: what a run draws is enumerated here, by the same
//! firings, cascades and latches.
//!
//! Between known instants only hazards fire, so a state is told by the values that something reads, by what limits
//! leave, and by what has been true at any time: a key of a few words. That is so only without delays, cooldowns, time
//! and continuous values; whoever makes an explorer has made sure of that.

mod packing;
mod schedule;

pub use schedule::{Kind, Schedule};

use super::classes::Standing;
use super::clock::Condition;
use super::run::Engine;
use super::script::Script;
use super::{Draws, Failure, FailureKind, Unobserved};
use crate::id::{OutcomeId, RuleId, VariableId};
use crate::model::{Draw, Model, Timing};
use packing::Packing;

/// Most ways through one instant.
const MAX_WAYS: u32 = if cfg!(fuzzing) { 10_000 } else { 1_000_000 };

/// Explores the states of a model.
pub struct Explorer<'m> {
    engine: Engine<'m>,
    packing: Packing,
    starts: Vec<Start>,
    /// Enabled hazards.
    hazards: Vec<usize>,
    /// Enabled triggers.
    triggers: Vec<usize>,
    /// What variables are that never change and are the same in all runs.
    constant: Vec<f64>,
    /// The state that was loaded.
    values: Vec<f64>,
    rules: Vec<Condition>,
    outcomes: Vec<Standing>,
}

/// A value at the start that is computed, or one of a few.
struct Start {
    /// Its position in the model's setup.
    setup: usize,
    /// Values with their probabilities; none if it is computed.
    values: Vec<(f64, f64)>,
}

/// States that follow, each with its probability.
#[derive(Clone, Debug, Default)]
pub struct Successors {
    probabilities: Vec<f64>,
    keys: Vec<u64>,
    /// Probability of ways through an instant that were given up, the greatest of all calls.
    pub lost: f64,
}

impl Successors {
    /// Their probabilities and keys.
    pub fn iter(&self) -> impl Iterator<Item = (f64, &[u64])> {
        let words = self.keys.len().checked_div(self.probabilities.len()).unwrap_or(1);
        self.probabilities.iter().copied().zip(self.keys.chunks(words.max(1)))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.probabilities.clear();
        self.keys.clear();
    }
}

impl<'m> Explorer<'m> {
    /// For a model of which only these variables are told apart: all that conditions, rates, weights, utilities, and
    /// the right-hand sides of what is assigned to such variables read, and the latches of watches and red lines. Of a
    /// counter, all values from `enough` on are one; infinite where each is of its own.
    pub fn new(model: &'m Model, kept: &[bool], enough: &[f64]) -> Self {
        let mut engine = Engine::new(model, 0, Draws::Each);
        engine.script = Some(Box::default());
        let enabled = |of: fn(&Timing) -> bool| {
            let rules = model.rules.iter().enumerate();
            rules.filter(|(_, rule)| !rule.disabled && of(&rule.timing)).map(|(at, _)| at).collect()
        };
        let mut explorer = Self {
            packing: Packing::default(),
            starts: starts(model, kept),
            hazards: enabled(|timing| matches!(timing, Timing::Hazard { .. })),
            triggers: enabled(|timing| matches!(timing, Timing::Trigger)),
            constant: engine.plan.values.clone(),
            values: engine.plan.values.clone(),
            rules: engine.state.rules.clone(),
            outcomes: engine.state.outcomes.clone(),
            engine,
        };
        let possible = explorer.possible();
        for (constant, values) in explorer.constant.iter_mut().zip(&possible) {
            *constant = values.first().copied().unwrap_or(*constant);
        }
        explorer.packing = Packing::new(model, kept, enough, &possible);
        explorer.clear_calendar();
        explorer
    }

    /// Words of a key.
    pub fn words(&self) -> usize {
        self.packing.words()
    }

    /// All known times after 0 and up to the horizon at which something may happen.
    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.engine.model, &self.engine.plan)
    }

    /// Adds the states after the first instant.
    pub fn start(&mut self, successors: &mut Successors) -> Result<(), Box<Failure>> {
        let combinations = self.combinations();
        for taken in combinations {
            let chances = self.starts.iter().zip(&taken);
            let chances = chances.filter_map(|(start, at)| start.values.get(*at).map(|(_, p)| *p));
            let probability = chances.product();
            self.replay(successors, probability, |explorer| {
                explorer.engine.reset(0);
                explorer.set_up(&taken)?;
                Ok(true)
            })?;
        }
        self.clear_calendar();
        Ok(())
    }

    /// Loads a state that has not ended, as it is between the instants of two times; `time` is that of the first.
    pub fn load(&mut self, key: &[u64], time: f64) {
        let engine = &mut self.engine;
        engine.state.values.copy_from_slice(&self.constant);
        engine.state.begin_rules(&engine.plan);
        engine.state.outcomes.fill(Standing::default());
        for window in engine.model.rules.iter().filter_map(|rule| rule.window) {
            let within = window.from <= time && time < window.until;
            engine.state.values[window.variable.index()] = f64::from(u8::from(within));
        }
        self.packing.unpack(
            key,
            &mut engine.state.values,
            &mut engine.state.rules,
            &mut engine.state.outcomes,
        );
        for (standing, outcome) in engine.state.outcomes.iter_mut().zip(&engine.model.outcomes) {
            let condition = outcome.condition.as_ref();
            standing.holds = condition.is_some_and(|condition| {
                condition.evaluate(&engine.state.values, 0.0, &mut engine.stack) != 0.0
            });
        }
        // Every change has been looked at when an instant is over, so what holds is what held at the last look.
        for rule in &self.triggers {
            engine.state.rules[*rule].held = engine.holds(*rule);
        }
        self.values.copy_from_slice(&engine.state.values);
        self.rules.copy_from_slice(&engine.state.rules);
        self.outcomes.copy_from_slice(&engine.state.outcomes);
    }

    /// Adds the hazards above 0 of the state loaded: rule and firings per day.
    pub fn rates(&mut self, rates: &mut Vec<(RuleId, f64)>) -> Result<(), Box<Failure>> {
        self.rewind(0.0);
        for rule in &self.hazards {
            let rate = self.engine.rate(*rule).map_err(|kind| self.engine.failure(*rule, *kind))?;
            if rate > 0.0 {
                rates.push((RuleId::new(*rule), rate));
            }
        }
        Ok(())
    }

    /// Adds the states that follow the firing of a hazard in the state loaded.
    pub fn fire(&mut self, rule: RuleId, successors: &mut Successors) -> Result<(), Box<Failure>> {
        self.replay(successors, 1.0, |explorer| {
            explorer.rewind(0.0);
            explorer.engine.scheduled.insert(rule.index());
            Ok(false)
        })
    }

    /// Adds the states that follow an instant of a kind at a time in the state loaded.
    pub fn pass(&mut self, kind: &Kind, time: f64, successors: &mut Successors) -> Result<(), Box<Failure>> {
        self.replay(successors, 1.0, |explorer| {
            explorer.rewind(time);
            kind.slots().for_each(|slot| explorer.engine.state.calendar.set(slot, time));
            Ok(false)
        })?;
        kind.slots().for_each(|slot| self.engine.state.calendar.set(slot, f64::INFINITY));
        Ok(())
    }

    /// The class of a run that ends in this state, which is loaded if it has not ended.
    pub fn class(&mut self, key: &[u64]) -> OutcomeId {
        self.packing.ended(key).unwrap_or_else(|| {
            self.engine.state.outcomes.copy_from_slice(&self.outcomes);
            self.engine.class()
        })
    }

    /// Whether the condition of an outcome holds in the state loaded.
    pub fn holds(&self, outcome: OutcomeId) -> bool {
        self.outcomes[outcome.index()].holds
    }

    /// Whether a run that is in this state has ended.
    pub fn is_ended(&self, key: &[u64]) -> bool {
        self.packing.ended(key).is_some()
    }

    /// Whether the condition of an outcome has held at any time.
    pub fn ever(&self, key: &[u64], outcome: OutcomeId) -> bool {
        self.packing.ever(key, outcome)
    }

    /// Whether a latch, by position, has latched: of a watch or a red line.
    pub fn latched(&self, key: &[u64], latch: usize) -> bool {
        self.packing.value(key, self.engine.model.latches[latch].variable) == Some(1.0)
    }

    /// The values by which a state is told, with their variables.
    pub fn values(&self, key: &[u64]) -> Vec<(VariableId, f64)> {
        self.packing.values(key)
    }

    /// Whether a value that is told stands for greater ones too.
    pub fn is_enough(&self, variable: VariableId, value: f64) -> bool {
        self.packing.is_enough(variable, value)
    }

    /// Makes an instant with every choice that can be made in it; `prepare` sets it up and says whether it is the first.
    fn replay(
        &mut self,
        successors: &mut Successors,
        probability: f64,
        prepare: impl Fn(&mut Self) -> Result<bool, Box<Failure>>,
    ) -> Result<(), Box<Failure>> {
        self.script().clear();
        let mut lost = 0.0;
        for _ in 0..MAX_WAYS {
            let first = prepare(self)?;
            let happened = self.engine.happen(first, &mut Unobserved);
            let chosen = self.script().probability();
            if self.script().is_given_up() {
                lost += chosen;
            } else {
                happened?;
                successors.probabilities.push(probability * chosen);
                self.packing.pack(&self.engine, &mut successors.keys);
            }
            if !self.script().advance() {
                successors.lost = successors.lost.max(lost);
                return Ok(());
            }
        }
        let rule = self.engine.fired.first().copied();
        Err(Box::new(Failure { time: self.engine.state.time, rule, kind: FailureKind::TooManyWays }))
    }

    fn script(&mut self) -> &mut Script {
        self.engine.script.get_or_insert_default()
    }

    /// Goes back to the state loaded, at this time.
    fn rewind(&mut self, time: f64) {
        let engine = &mut self.engine;
        engine.state.time = time;
        engine.state.values.copy_from_slice(&self.values);
        engine.state.rules.copy_from_slice(&self.rules);
        engine.state.outcomes.copy_from_slice(&self.outcomes);
        engine.state.dirty.clear();
        engine.scheduled.clear();
        engine.due.clear();
        engine.firing.unanswered.clear();
        engine.state.firings = 0;
    }

    fn clear_calendar(&mut self) {
        self.engine.state.calendar.clear();
    }

    /// All combinations of values at the start, as positions in `starts`.
    fn combinations(&self) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        for start in &self.starts {
            let longer = |taken: &Vec<usize>| {
                let taken = taken.clone();
                (0..start.values.len().max(1)).map(move |at| [taken.as_slice(), &[at]].concat())
            };
            all = all.iter().flat_map(longer).collect();
        }
        all
    }

    /// Of each variable, the values that it can have at the start, rising.
    fn possible(&mut self) -> Vec<Vec<f64>> {
        let mut possible: Vec<Vec<f64>> = self.engine.plan.values.iter().map(|value| vec![*value]).collect();
        for start in &self.starts {
            possible[self.engine.model.setup[start.setup].variable.index()].clear();
        }
        for taken in self.combinations() {
            self.engine.reset(0);
            // What cannot be set up is told when the start is explored.
            if self.set_up(&taken).is_ok() {
                for (values, value) in possible.iter_mut().zip(&self.engine.state.values) {
                    if let Err(at) = values.binary_search_by(|known| known.total_cmp(value)) {
                        values.insert(at, *value);
                    }
                }
            }
        }
        possible
    }

    /// Gives parameters and initial values one combination of their values.
    fn set_up(&mut self, taken: &[usize]) -> Result<(), Box<Failure>> {
        let engine = &mut self.engine;
        for (start, at) in self.starts.iter().zip(taken) {
            let setup = &engine.model.setup[start.setup];
            let value = match start.values.get(*at) {
                Some((value, _)) => *value,
                None => setup.draw.value(0.0, &engine.state.values, 0.0, &mut engine.stack),
            };
            if !value.is_finite() {
                let kind = FailureKind::Initial(setup.variable, value);
                return Err(Box::new(Failure { time: 0.0, rule: None, kind }));
            }
            let domain = engine.model.variables[setup.variable.index()].domain;
            let (low, high) = domain.bounds(&engine.model.sets);
            engine.state.values[setup.variable.index()] = value.clamp(low, high);
        }
        Ok(())
    }
}

/// The values at the start of what is kept, in the order in which they are set up.
fn starts(model: &Model, kept: &[bool]) -> Vec<Start> {
    let setup = model.setup.iter().enumerate().filter(|(_, setup)| kept[setup.variable.index()]);
    setup
        .map(|(at, setup)| {
            let mut before = 0.0;
            let values = match &setup.draw {
                Draw::Discrete(steps) => {
                    let share = |(value, up_to): &(f64, f64)| {
                        (*value, up_to - std::mem::replace(&mut before, *up_to))
                    };
                    steps.iter().map(share).collect()
                }
                _ => Vec::new(),
            };
            Start { setup: at, values }
        })
        .collect()
}
