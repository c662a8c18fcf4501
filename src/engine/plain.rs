//! Plain firings, as most are: a hazard whose firing is one assignment and nothing else.
//!
//! What such a firing does is known for each value that the variable can have before; it is worked out once.

use std::collections::HashMap;

use super::cells::{Cells, Moves};
use super::dirty::{Dirty, Kind, Members};
use super::plan::{Clock, EventTraits};
use super::run::Engine;
use super::{Failure, FailureKind, MAX_FIRINGS, Observer};
use crate::id::{RuleId, VariableId};
use crate::model::{Assignment, Domain, Model, Rule};

/// Most values of the variable of a plain firing.
const MAX_VALUES: f64 = 64.0;

/// A plain firing.
#[derive(Clone, Copy)]
pub(super) struct Plain {
    /// What is assigned.
    pub(super) variable: VariableId,
    /// Its lowest value.
    pub(super) low: f64,
    /// What is done where it has that value; what is done where it has higher ones follows.
    pub(super) first: u32,
}

/// What a plain firing does where the variable has a certain value.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) value: f64,
    pub(super) moves: Moves,
    pub(super) extent: Extent,
}

/// How far a change reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The value stays what it is.
    Nothing,
    /// Rates, outcomes and tracks: nothing that may fire in this instant.
    Closed,
    Anything,
}

/// Finds the plain firings of a model.
pub(super) struct Finder<'a> {
    pub(super) model: &'a Model,
    pub(super) cells: &'a Cells,
    /// Of each variable, what is marked whenever it changes.
    pub(super) dependents: &'a [Members],
    pub(super) dirty: &'a Dirty,
    /// Whether no outcome reads the time.
    pub(super) timeless: bool,
    /// What the firings do.
    pub(super) steps: Vec<Step>,
    /// Where that of an assignment stands, by its variable and the bits of its values: equal assignments share it.
    pub(super) known: HashMap<(VariableId, Vec<u64>), u32>,
}

impl Finder<'_> {
    /// The firing of a rule with this clock, if it is plain.
    pub(super) fn find(&mut self, rule: &Rule, clock: Clock) -> Option<Plain> {
        let Clock::Product(..) = clock else { return None };
        let told = EventTraits::of(&self.model.events[rule.event.index()]).any();
        let limited = rule.limit.is_some() || rule.cooldown.is_some();
        let (None, [assignment]) = (&rule.body.choice, &*rule.body.assignments) else { return None };
        if told || limited {
            return None;
        }
        let (low, values) = values(assignment, self.model)?;
        let variable = assignment.variable;
        let first = self.steps_of(variable, low, values)?;
        Some(Plain { variable, low, first })
    }

    /// Where it stands what becomes of a variable, from its lowest value on; none if that is not known beforehand.
    fn steps_of(&mut self, variable: VariableId, low: f64, values: Vec<f64>) -> Option<u32> {
        let key = (variable, values.iter().map(|value| value.to_bits()).collect());
        if let Some(first) = self.known.get(&key) {
            return Some(*first);
        }
        let step = |(at, value)| {
            let before = low + at as f64;
            let moves = self.cells.listed(variable, before, value)?;
            Some(Step { value, moves, extent: self.extent(variable, before != value, moves) })
        };
        let steps: Option<Vec<Step>> = values.into_iter().enumerate().map(step).collect();
        let first = self.steps.len() as u32;
        self.steps.extend(steps?);
        self.known.insert(key, first);
        Some(first)
    }

    fn extent(&self, variable: VariableId, changes: bool, moves: Moves) -> Extent {
        let marked = &self.dependents[variable.index()];
        if !changes {
            Extent::Nothing
        } else if self.timeless
            && self.cells.are_outcomes(moves, self.dirty)
            && self.dirty.is_only(Kind::Track, marked)
        {
            Extent::Closed
        } else {
            Extent::Anything
        }
    }
}

/// The lowest value of the variable that is assigned, and what it becomes from each of its values; none if it has too
/// many, or what it becomes does not depend on it alone.
fn values(Assignment { variable, value, low, high }: &Assignment, model: &Model) -> Option<(f64, Vec<f64>)> {
    let domain = model.variables[variable.index()].domain;
    let (Domain::Flag | Domain::Set(_) | Domain::Level { .. }) = domain else { return None };
    let (lowest, highest) = domain.bounds(&model.sets);
    if highest - lowest >= MAX_VALUES {
        return None;
    }
    let size = (highest - lowest + 1.0) as usize;
    let values = match (value.as_constant(), value.lookup()) {
        (Some(constant), _) => vec![constant; size],
        (None, Some(table)) if matches!(table.axes(), [axis] if axis.variable == *variable) => {
            table.values().to_vec()
        }
        _ => return None,
    };
    let all = values.len() == size && values.iter().all(|value| value.is_finite());
    all.then(|| (lowest, values.into_iter().map(|value| value.clamp(*low, *high)).collect()))
}

impl Engine<'_> {
    /// Fires a hazard whose firing is plain and whose clock has run out in an instant of its own: nothing can have disarmed
    /// it since it was settled. Whether the run may have ended.
    #[inline]
    pub(super) fn fire_plain<O: Observer>(
        &mut self,
        rule: usize,
        plain: Plain,
        observer: &mut O,
    ) -> Result<bool, Box<Failure>> {
        self.state.firings += 1;
        if self.state.firings > MAX_FIRINGS {
            return Err(self.failure(rule, FailureKind::TooManyFirings).into());
        }
        observer.fired(self.state.time, RuleId::new(rule), &[]);
        self.start_anew(rule, self.plan.traits[rule].clock.site());
        let value = &mut self.state.values[plain.variable.index()];
        let old = *value;
        let Step { value: new, moves, extent } =
            self.plan.steps[(plain.first + whole(old - plain.low)) as usize];
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

/// A whole number from 0 below 2³²: put into the fraction of 2⁵².
#[inline]
fn whole(value: f64) -> u32 {
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    (value + TWO_TO_52).to_bits() as u32
}
