//! A model → which of its variables tell states apart, and up to where its counters do: those that decide what happens,
//! not those only recorded.

use crate::id::VariableId;
use crate::model::{Body, Choice, ChoiceKind, Code, Domain, Model, Op, Rule, Timing};

use super::enough::{Bounds, enough};

/// What tells states apart.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    /// By variable, whether something that decides what happens reads it. Tracks do not count.
    pub(super) variables: Vec<bool>,
    /// By variable, the count from which on a counter makes no difference any more: infinite if there is none.
    pub(super) enough: Vec<f64>,
}

/// What of a model tells its states apart.
pub(super) fn kept(model: &Model) -> Kept {
    let none =
        Kept { variables: vec![false; model.variables.len()], enough: vec![0.0; model.variables.len()] };
    let mut search = Search { bounds: Bounds::new(model), kept: none };
    let watches = model.watches.iter().map(|watch| watch.latch);
    for latch in watches.chain(model.red_lines.iter().map(|line| line.latch)) {
        search.kept.variables[model.latches[latch].variable.index()] = true;
    }
    let outcomes = model.outcomes.iter().filter_map(|outcome| outcome.condition.as_ref());
    outcomes.for_each(|code| search.read(code));
    model.rules.iter().filter(|rule| !rule.disabled).for_each(|rule| search.by_rule(rule));
    while search.spread(model) {}
    let mut kept = search.kept;
    for (kept, variable) in kept.variables.iter_mut().zip(&model.variables) {
        *kept &= !matches!(variable.domain, Domain::Window | Domain::LastTime);
    }
    kept
}

/// The names of the counters that are counted without bound.
pub fn unbounded(model: &Model) -> impl Iterator<Item = &str> {
    let Kept { variables, enough } = kept(model);
    let told = variables.into_iter().zip(enough);
    let counters = model.variables.iter().zip(told);
    let counters = counters.filter(|(variable, _)| variable.domain == Domain::Count);
    counters.filter(|(_, (kept, enough))| *kept && enough.is_infinite()).map(|(it, _)| it.name.as_str())
}

struct Search<'m> {
    bounds: Bounds<'m>,
    kept: Kept,
}

impl Search<'_> {
    /// What decides whether and when a rule fires, and which option it takes.
    fn by_rule(&mut self, rule: &Rule) {
        rule.when.iter().for_each(|code| self.read(code));
        if let Timing::Hazard { rate, .. } = &rule.timing {
            self.read(rate);
        }
        rule.body.choice.iter().for_each(|choice| self.by_choice(choice));
    }

    fn by_choice(&mut self, choice: &Choice) {
        if let ChoiceKind::Utilities { rationality } = &choice.kind {
            self.read(rationality);
        }
        for option in choice.options.iter().filter(|option| !option.disabled) {
            option.when.iter().for_each(|code| self.read(code));
            self.read(&option.measure);
            option.body.choice.iter().for_each(|choice| self.by_choice(choice));
        }
    }

    /// Adds what the values of kept variables come from; whether that is more.
    fn spread(&mut self, model: &Model) -> bool {
        let count = |kept: &Kept| kept.variables.iter().filter(|kept| **kept).count();
        let before = count(&self.kept);
        for latch in &model.latches {
            if self.kept.variables[latch.variable.index()] {
                self.read(&latch.condition);
            }
        }
        for setup in &model.setup {
            if self.kept.variables[setup.variable.index()] {
                setup.draw.codes().iter().for_each(|code| self.read(code));
            }
        }
        model.rules.iter().filter(|rule| !rule.disabled).for_each(|rule| self.by_effects(&rule.body));
        count(&self.kept) > before
    }

    fn by_effects(&mut self, body: &Body) {
        for assignment in &body.assignments {
            if may_fail(&assignment.value) {
                self.read(&assignment.value);
            } else if self.kept.variables[assignment.variable.index()] {
                self.read_up_to(&assignment.value, assignment.high);
            }
        }
        let options = body.choice.iter().flat_map(|choice| &choice.options);
        options.filter(|option| !option.disabled).for_each(|option| self.by_effects(&option.body));
    }

    fn read(&mut self, code: &Code) {
        self.read_up_to(code, f64::INFINITY);
    }

    /// Reads a value of which all that is not below `high` is one.
    fn read_up_to(&mut self, code: &Code, high: f64) {
        code.reads().iter().for_each(|id: &VariableId| self.kept.variables[id.index()] = true);
        enough(code, high, &self.bounds, &mut self.kept.enough);
    }
}

/// Whether an assigned value may be no finite number, which fails the run, whoever reads it.
pub(super) fn may_fail(code: &Code) -> bool {
    code.ops().iter().any(|op| matches!(op, Op::Div | Op::Pow | Op::Exp | Op::Ln | Op::Sqrt))
}
