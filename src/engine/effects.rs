//! What firings do, worked out beforehand as far as that is known, and kept short: runs look at it with every firing.

use std::collections::HashMap;

use super::cells::{Cells, Moves};
use super::dirty::{Dirty, Kind, Members};
use crate::id::{EventId, SiteId, VariableId};
use crate::model::{Assignment, Body, Choice, ChoiceKind, Code, Domain, Model};

/// Most values of a variable for which it is worked out what becomes of each.
const MAX_VALUES: f64 = 64.0;

/// What all firings of a model do.
pub(super) struct Effects<'m> {
    /// Of rules, by their position; then of options.
    pub(super) bodies: Vec<BodyTraits>,
    pub(super) assignments: Vec<Effect<'m>>,
    pub(super) choices: Vec<ChoiceTraits<'m>>,
    pub(super) options: Vec<OptionTraits<'m>>,
    pub(super) steps: Vec<Step>,
}

/// What a rule or an option does.
#[derive(Clone, Copy)]
pub(super) struct BodyTraits {
    /// Its assignments, from one to another.
    pub(super) from: u32,
    pub(super) to: u32,
    /// Whether some of these are to be computed.
    pub(super) computed: bool,
    pub(super) choice: Option<u32>,
}

/// What an assignment does.
#[derive(Clone, Copy)]
pub(super) enum Effect<'m> {
    /// It is known for each value that the variable can have before.
    Known(Column),
    /// It is to be computed.
    Computed(&'m Assignment),
}

/// What becomes of a variable from each of its values.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) variable: VariableId,
    /// The step from its lowest value; those from higher ones follow.
    pub(super) first: u32,
    /// Its lowest value.
    pub(super) low: f64,
}

/// What an assignment does where the variable has a certain value: half a cache line.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Step {
    pub(super) value: f64,
    pub(super) moves: Moves,
    pub(super) extent: Extent,
}

const _: () = assert!(size_of::<Step>() == 32);

/// How far a change reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The value stays what it is.
    Nothing,
    /// Rates, outcomes and tracks: nothing that may fire in this instant.
    Closed,
    Anything,
}

/// A choice between options that are not disabled.
#[derive(Clone, Copy)]
pub(super) struct ChoiceTraits<'m> {
    /// The options, from one to another.
    pub(super) from: u32,
    pub(super) to: u32,
    /// Position of this choice among all of the model.
    pub(super) number: u32,
    /// None for weights.
    pub(super) rationality: Option<&'m Code>,
}

/// An option that is not disabled: a cache line.
#[repr(align(64))]
pub(super) struct OptionTraits<'m> {
    /// Its weight, or utility.
    pub(super) measure: Code,
    /// Its condition, if it has one.
    pub(super) when: Option<&'m Code>,
    /// The event of its being taken.
    pub(super) event: EventId,
    /// Where its exponentials come from.
    pub(super) site: SiteId,
    /// What it does: position of its body.
    pub(super) body: u32,
}

const _: () = assert!(size_of::<OptionTraits>() == 64);

impl BodyTraits {
    /// Whether it is known beforehand.
    #[inline]
    pub(super) fn is_known(&self) -> bool {
        !self.computed && self.choice.is_none()
    }

    /// What its assignments do.
    pub(super) fn assignments<'a, 'm>(&self, effects: &'a Effects<'m>) -> &'a [Effect<'m>] {
        &effects.assignments[self.from as usize..self.to as usize]
    }
}

impl Column {
    /// The step from this value of the variable.
    #[inline]
    pub(super) fn step(&self, value: f64) -> u32 {
        self.first + whole(value - self.low)
    }
}

/// A whole number from 0 below 2³²: put into the fraction of 2⁵².
#[inline]
fn whole(value: f64) -> u32 {
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    (value + TWO_TO_52).to_bits() as u32
}

/// Works out what the firings of a model do.
pub(super) struct Finder<'m, 'a> {
    model: &'m Model,
    cells: &'a Cells,
    /// Of each variable, what is marked whenever it changes.
    dependents: &'a [Members],
    dirty: &'a Dirty,
    /// Whether no outcome reads the time.
    timeless: bool,
    /// Where the steps of an assignment stand, by its variable and the bits of its values: equal assignments share them.
    known: HashMap<(VariableId, Vec<u64>), u32>,
    effects: Effects<'m>,
}

impl<'m, 'a> Finder<'m, 'a> {
    /// Of a model with these cells.
    pub(super) fn new(
        model: &'m Model,
        cells: &'a Cells,
        dependents: &'a [Members],
        dirty: &'a Dirty,
        timeless: bool,
    ) -> Self {
        let none = BodyTraits { from: 0, to: 0, computed: false, choice: None };
        let bodies = vec![none; model.rules.len()];
        let effects =
            Effects { bodies, assignments: vec![], choices: vec![], options: vec![], steps: vec![] };
        Self { model, cells, dependents, dirty, timeless, known: HashMap::new(), effects }
    }

    /// What the firings of all rules do.
    pub(super) fn find(mut self) -> Effects<'m> {
        for (rule, body) in self.model.rules.iter().map(|rule| &rule.body).enumerate() {
            self.effects.bodies[rule] = self.body(body, &mut Vec::new());
        }
        self.effects
    }

    /// What a body does where these variables are assigned already.
    fn body(&mut self, body: &'m Body, assigned: &mut Vec<VariableId>) -> BodyTraits {
        let from = self.effects.assignments.len() as u32;
        for assignment in &body.assignments {
            let again = assigned.contains(&assignment.variable);
            let column = if again { None } else { self.column(assignment) };
            self.effects.assignments.push(column.map_or(Effect::Computed(assignment), Effect::Known));
            assigned.push(assignment.variable);
        }
        let to = self.effects.assignments.len() as u32;
        let mut effects = self.effects.assignments[from as usize..].iter();
        let computed = effects.any(|effect| matches!(effect, Effect::Computed(_)));
        let choice = body.choice.as_ref().map(|choice| self.choice(choice, assigned));
        BodyTraits { from, to, computed, choice }
    }

    /// The position of a choice, which is added.
    fn choice(&mut self, choice: &'m Choice, assigned: &mut Vec<VariableId>) -> u32 {
        let mut options = Vec::new();
        for option in choice.options.iter().filter(|option| !option.disabled) {
            let outer = assigned.len();
            let body = self.body(&option.body, assigned);
            assigned.truncate(outer);
            options.push(OptionTraits {
                measure: option.measure.clone(),
                when: option.when.as_ref(),
                event: option.event,
                site: option.site,
                body: self.effects.bodies.len() as u32,
            });
            self.effects.bodies.push(body);
        }
        let from = self.effects.options.len() as u32;
        self.effects.options.extend(options);
        let to = self.effects.options.len() as u32;
        let rationality = match &choice.kind {
            ChoiceKind::Weights => None,
            ChoiceKind::Utilities { rationality } => Some(rationality),
        };
        self.effects.choices.push(ChoiceTraits { from, to, number: choice.number, rationality });
        self.effects.choices.len() as u32 - 1
    }

    /// What becomes of the variable of an assignment; none if that is not known beforehand.
    fn column(&mut self, assignment: &Assignment) -> Option<Column> {
        let (low, values) = values(assignment, self.model)?;
        let variable = assignment.variable;
        let first = self.steps_of(variable, low, values)?;
        Some(Column { variable, first, low })
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
        let first = self.effects.steps.len() as u32;
        self.effects.steps.extend(steps?);
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
