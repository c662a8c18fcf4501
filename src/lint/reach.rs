//! Which values each variable can take: an over-approximation, by fixpoint over all rules that may fire. What no
//! combination of these values can do, no run does.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::id::VariableId;
use crate::model::{ChoiceKind, Code, Domain, Draw, Model, Op, Timing};

use super::firing::Firing;

/// Most values of a variable that are told apart.
const MAX_VALUES: usize = 64;

/// Most combinations of values that one question goes through.
const MAX_COMBINATIONS: usize = 65_536;

/// Most operations for the fixpoint, and again for all questions after it: some 20 ms each.
const MAX_WORK: u64 = 4_000_000;

/// Values that some variables are known to have, beside what is reachable.
pub(super) type Known = BTreeMap<VariableId, Vec<f64>>;

/// What a condition can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Never,
    Always,
    Sometimes,
    /// It reads something with too many values, or the time.
    Undecided,
}

/// The reachable values of a model's variables.
pub(super) struct Reach<'m> {
    model: &'m Model,
    /// Rising; nothing if there are too many to tell.
    values: Vec<Option<Vec<f64>>>,
    /// For each event, whether it may fire.
    fires: Vec<bool>,
    work: Cell<u64>,
}

impl<'m> Reach<'m> {
    /// The fixpoint. Variables in `open` may start with any value.
    pub(super) fn new(model: &'m Model, firings: &[Firing<'m>], open: &[VariableId]) -> Self {
        let mut reach = Self {
            model,
            values: model.initial.iter().map(|value| Some(vec![*value])).collect(),
            fires: vec![false; model.events.len()],
            work: Cell::new(MAX_WORK),
        };
        reach.start(open);
        while reach.round(firings) {}
        if reach.work.get() == 0 {
            reach.give_up();
        }
        reach.work = Cell::new(MAX_WORK);
        reach
    }

    /// Whether an event may fire.
    pub(super) fn fires(&self, event: crate::id::EventId) -> bool {
        self.fires[event.index()]
    }

    /// What a condition can be, where some variables have known values.
    pub(super) fn verdict(&self, condition: &Code, known: &Known) -> Verdict {
        let (mut holds, mut fails) = (false, false);
        let decided = self.combinations(&[condition], known, |state, stack| {
            if condition.evaluate(state, 0.0, stack) == 0.0 {
                fails = true;
            } else {
                holds = true;
            }
            holds && fails
        });
        match (decided, holds, fails) {
            (_, true, true) => Verdict::Sometimes,
            (false, ..) => Verdict::Undecided,
            (true, true, false) => Verdict::Always,
            (true, false, _) => Verdict::Never,
        }
    }

    /// Whether a state may exist in which all these conditions hold; true if that cannot be decided.
    pub(super) fn possible(&self, conditions: &[&Code], known: &Known) -> bool {
        let mut found = false;
        let decided = self.combinations(conditions, known, |state, stack| {
            found = conditions.iter().all(|condition| condition.evaluate(state, 0.0, stack) != 0.0);
            found
        });
        found || !decided
    }

    /// Whether `second` certainly holds in all states in which `first` does.
    pub(super) fn implies(&self, first: &Code, second: &Code) -> bool {
        let mut counter = false;
        let decided = self.combinations(&[first, second], &Known::new(), |state, stack| {
            counter = first.evaluate(state, 0.0, stack) != 0.0 && second.evaluate(state, 0.0, stack) == 0.0;
            counter
        });
        decided && !counter
    }

    /// The values of an expression, clamped, over all states in which the guards hold, paired with whether one of
    /// them differs from the value of `target`; nothing if that cannot be decided.
    pub(super) fn image(
        &self,
        code: &Code,
        guards: &[&Code],
        (low, high): (f64, f64),
        target: VariableId,
    ) -> Option<(Vec<f64>, bool)> {
        let own = Code::new(vec![Op::Variable(target)]);
        let mut codes = guards.to_vec();
        codes.push(code);
        let mut result: (Vec<f64>, bool) = (Vec::new(), false);
        let mut visit = |codes: &[&Code], compared: bool| {
            result = (Vec::new(), false);
            self.combinations(codes, &Known::new(), |state, stack| {
                if guards.iter().all(|guard| guard.evaluate(state, 0.0, stack) != 0.0) {
                    let value = code.evaluate(state, 0.0, stack).clamp(low, high);
                    result.1 |= !compared || value != state[target.index()];
                    if value.is_finite() {
                        insert(&mut result.0, value);
                    }
                }
                result.0.len() > MAX_VALUES
            }) && result.0.len() <= MAX_VALUES
        };
        codes.push(&own);
        if visit(&codes, true) {
            return Some(result);
        }
        codes.pop();
        visit(&codes, false).then_some(result)
    }

    /// Values at the start.
    fn start(&mut self, open: &[VariableId]) {
        for (position, variable) in self.model.variables.iter().enumerate() {
            if variable.domain == Domain::LastTime {
                self.values[position] = None;
            }
        }
        for setup in &self.model.setup {
            let domain = self.model.variables[setup.variable.index()].domain;
            let values = match &setup.draw {
                Draw::Discrete(steps) => {
                    let mut values = Vec::new();
                    steps.iter().filter(|step| step.1 > 0.0).for_each(|step| insert(&mut values, step.0));
                    Some(values)
                }
                Draw::Value(code) => self
                    .image(code, &[], domain.bounds(&self.model.sets), setup.variable)
                    .map(|image| image.0),
                _ => None,
            };
            let values = values.filter(|values| values.len() <= MAX_VALUES);
            self.values[setup.variable.index()] = values.or_else(|| self.whole(domain));
        }
        for variable in open {
            self.values[variable.index()] = self.whole(self.model.variables[variable.index()].domain);
        }
        for rule in &self.model.rules {
            if let Some(window) = rule.window {
                let mut values = Vec::new();
                if window.from > 0.0 || window.until <= self.model.horizon {
                    values.push(0.0);
                }
                if window.from <= self.model.horizon {
                    values.push(1.0);
                }
                self.values[window.variable.index()] = Some(values);
            }
        }
    }

    /// Lets all that may happen happen once more; whether that led to anything new.
    fn round(&mut self, firings: &[Firing<'m>]) -> bool {
        let mut changed = false;
        for firing in firings {
            if !self.fires(firing.event) {
                if !self.may_fire(firing, firings) {
                    continue;
                }
                self.fires[firing.event.index()] = true;
                self.counts(firing);
                changed = true;
            }
            for assignment in &firing.body.assignments {
                let (variable, bounds) = (assignment.variable, (assignment.low, assignment.high));
                if self.is_top(variable) {
                    continue;
                }
                let image = self
                    .image(&assignment.value, &firing.guards, bounds, variable)
                    .or_else(|| self.image(&assignment.value, &[], bounds, variable));
                changed |= self.add(variable, image.map(|image| image.0));
            }
        }
        for latch in &self.model.latches {
            if self.values[latch.variable.index()].as_ref().is_some_and(|values| values.len() == 1)
                && self.possible(&[&latch.condition], &Known::new())
            {
                changed |= self.add(latch.variable, Some(vec![1.0]));
            }
        }
        changed && self.work.get() > 0
    }

    fn may_fire(&self, firing: &Firing<'m>, firings: &[Firing<'m>]) -> bool {
        if let (Some(parent), Some(option)) = (firing.parent, firing.option) {
            let choice = firings[parent].body.choice.as_ref();
            let weighed = choice.is_some_and(|choice| matches!(choice.kind, ChoiceKind::Weights));
            return self.fires(firings[parent].event)
                && self.possible(&firing.guards, &Known::new())
                && !(weighed && option.measure.as_constant() == Some(0.0));
        }
        let when = &self.model.rules[firing.rule].when;
        self.in_time(firing.rule) && when.as_ref().is_none_or(|when| self.possible(&[when], &Known::new()))
    }

    /// Whether a rule's timing lets it fire before the horizon.
    pub(super) fn in_time(&self, rule: usize) -> bool {
        let horizon = self.model.horizon;
        match &self.model.rules[rule].timing {
            Timing::At(time) | Timing::Every(time) => *time <= horizon,
            Timing::Hazard { rate, .. } => rate.as_constant() != Some(0.0),
            Timing::Delay { delay: Draw::Value(code), .. } => {
                code.as_constant().is_none_or(|delay| delay <= horizon)
            }
            Timing::Delay { .. } | Timing::Trigger => true,
            Timing::Answer { sources, .. } => sources.iter().any(|source| self.fires(*source)),
        }
    }

    fn counts(&mut self, firing: &Firing<'m>) {
        let Some(count) = self.model.event(firing.event).count else { return };
        self.values[count.index()] = match self.model.rules[firing.rule].limit {
            Some(limit) if limit < MAX_VALUES as u64 => Some((0..=limit).map(|n| n as f64).collect()),
            _ => None,
        };
    }

    fn add(&mut self, variable: VariableId, more: Option<Vec<f64>>) -> bool {
        let domain = self.model.variables[variable.index()].domain;
        let Some(values) = &mut self.values[variable.index()] else { return false };
        let before = values.len();
        let Some(more) = more else {
            self.values[variable.index()] = self.whole(domain);
            return true;
        };
        for value in more {
            insert(values, value);
        }
        let after = values.len();
        if after > MAX_VALUES {
            self.values[variable.index()] = self.whole(domain);
        }
        after > before
    }

    /// Whether nothing can be added to what is known of a variable.
    fn is_top(&self, variable: VariableId) -> bool {
        let values = &self.values[variable.index()];
        let (low, high) = self.model.variables[variable.index()].domain.bounds(&self.model.sets);
        let domain = self.model.variables[variable.index()].domain;
        values.as_ref().is_none_or(|values| {
            !matches!(domain, Domain::Gauge { .. }) && values.len() as f64 == high - low + 1.0
        })
    }

    /// All values of a domain; nothing if there are too many.
    fn whole(&self, domain: Domain) -> Option<Vec<f64>> {
        let (low, high) = domain.bounds(&self.model.sets);
        let discrete = matches!(domain, Domain::Flag | Domain::Latch | Domain::Window | Domain::Set(_))
            || matches!(domain, Domain::Level { .. });
        (discrete && high - low < MAX_VALUES as f64)
            .then(|| (0..=(high - low) as usize).map(|step| low + step as f64).collect())
    }

    /// Too much work: everything is possible.
    fn give_up(&mut self) {
        for position in 0..self.values.len() {
            self.values[position] = None;
        }
        self.fires.fill(true);
    }

    /// Goes through all states that differ in what the codes read, until `visit` has seen enough. Whether the
    /// answer is complete: false if there are too many states.
    fn combinations(
        &self,
        codes: &[&Code],
        known: &Known,
        mut visit: impl FnMut(&[f64], &mut Vec<f64>) -> bool,
    ) -> bool {
        // Setting up costs work as well, and a question too many gets no answer.
        self.work.set(self.work.get().saturating_sub(self.model.initial.len() as u64 / 16 + 1));
        if self.work.get() == 0 {
            return false;
        }
        let Some(axes) = self.axes(codes, known) else { return false };
        let operations: usize = codes.iter().map(|code| code.ops().len()).sum();
        let mut state = self.model.initial.clone();
        let mut stack = Vec::new();
        let mut indices = vec![0_usize; axes.len()];
        for (variable, values) in &axes {
            let Some(first) = values.first() else { return true };
            state[variable.index()] = *first;
        }
        loop {
            let left = self.work.get().saturating_sub(operations as u64 + 1);
            self.work.set(left);
            if left == 0 {
                return false;
            }
            if visit(&state, &mut stack) {
                return true;
            }
            let mut axis = 0;
            loop {
                let Some((variable, values)) = axes.get(axis) else { return true };
                indices[axis] = (indices[axis] + 1) % values.len();
                state[variable.index()] = values[indices[axis]];
                if indices[axis] > 0 {
                    break;
                }
                axis += 1;
            }
        }
    }

    /// What the codes read, with the values each can take; nothing if there are too many.
    fn axes(&self, codes: &[&Code], known: &Known) -> Option<Vec<(VariableId, Vec<f64>)>> {
        if codes.iter().any(|code| code.timed()) {
            return None;
        }
        let mut reads: Vec<VariableId> = codes.iter().flat_map(|code| code.reads()).copied().collect();
        reads.sort_unstable();
        reads.dedup();
        let mut combinations = 1_usize;
        let mut axes = Vec::with_capacity(reads.len());
        for variable in reads {
            let values = match (known.get(&variable), &self.values[variable.index()]) {
                (Some(values), _) | (None, Some(values)) => values.clone(),
                (None, None) => self.representatives(variable, codes)?,
            };
            combinations = combinations.saturating_mul(values.len());
            if combinations > MAX_COMBINATIONS {
                return None;
            }
            axes.push((variable, values));
        }
        Some(axes)
    }

    /// For a variable with many values that the codes only compare with constants: one value for each answer that
    /// these comparisons can give together.
    fn representatives(&self, variable: VariableId, codes: &[&Code]) -> Option<Vec<f64>> {
        let domain = self.model.variables[variable.index()].domain;
        let (low, high) = match domain {
            Domain::Count => (0.0, f64::INFINITY),
            domain => domain.bounds(&self.model.sets),
        };
        let integral = matches!(domain, Domain::Count | Domain::Level { .. });
        let mut points = Vec::new();
        for op in codes.iter().flat_map(|code| code.ops()).filter(|op| op.variable() == Some(variable)) {
            match *op {
                Op::VariableEq(_, at)
                | Op::VariableNe(_, at)
                | Op::VariableLt(_, at)
                | Op::VariableLe(_, at)
                | Op::VariableGt(_, at)
                | Op::VariableGe(_, at) => insert(&mut points, at),
                _ => return None,
            }
        }
        let mut values = Vec::new();
        let between: Vec<f64> = points.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        let ends = [points.first()? - 1.0, points.last()? + 1.0, low, high];
        for value in points.iter().copied().chain(between).chain(ends) {
            let near = if integral { [value.floor(), value.ceil()] } else { [value, value] };
            for value in near.into_iter().filter(|value| value.is_finite() && (low..=high).contains(value)) {
                insert(&mut values, value);
            }
        }
        Some(values)
    }
}

/// Adds a value to a rising list.
fn insert(values: &mut Vec<f64>, value: f64) {
    let at = values.partition_point(|earlier| *earlier < value);
    if values.get(at) != Some(&value) {
        values.insert(at, value);
    }
}
