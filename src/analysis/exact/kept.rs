//! A model → which of its variables tell states apart: those that decide what happens, not those only recorded.

use crate::id::VariableId;
use crate::model::{Body, Choice, ChoiceKind, Code, Domain, Model, Op, Rule, Timing};

/// By variable, whether something that decides what happens reads it. Tracks do not count.
pub(super) fn kept(model: &Model) -> Vec<bool> {
    let mut kept = vec![false; model.variables.len()];
    let watches = model.watches.iter().map(|watch| watch.latch);
    for latch in watches.chain(model.red_lines.iter().map(|line| line.latch)) {
        kept[model.latches[latch].variable.index()] = true;
    }
    let outcomes = model.outcomes.iter().filter_map(|outcome| outcome.condition.as_ref());
    outcomes.for_each(|code| read(code, &mut kept));
    model.rules.iter().filter(|rule| !rule.disabled).for_each(|rule| by_rule(rule, &mut kept));
    while spread(model, &mut kept) {}
    for (kept, variable) in kept.iter_mut().zip(&model.variables) {
        *kept &= !matches!(variable.domain, Domain::Window | Domain::LastTime);
    }
    kept
}

/// What decides whether and when a rule fires, and which option it takes.
fn by_rule(rule: &Rule, kept: &mut [bool]) {
    rule.when.iter().for_each(|code| read(code, kept));
    if let Timing::Hazard { rate, .. } = &rule.timing {
        read(rate, kept);
    }
    rule.body.choice.iter().for_each(|choice| by_choice(choice, kept));
}

fn by_choice(choice: &Choice, kept: &mut [bool]) {
    if let ChoiceKind::Utilities { rationality } = &choice.kind {
        read(rationality, kept);
    }
    for option in choice.options.iter().filter(|option| !option.disabled) {
        option.when.iter().for_each(|code| read(code, kept));
        read(&option.measure, kept);
        option.body.choice.iter().for_each(|choice| by_choice(choice, kept));
    }
}

/// Adds what the values of kept variables come from; whether that is more.
fn spread(model: &Model, kept: &mut [bool]) -> bool {
    let before = kept.iter().filter(|kept| **kept).count();
    for latch in &model.latches {
        if kept[latch.variable.index()] {
            read(&latch.condition, kept);
        }
    }
    for setup in &model.setup {
        if kept[setup.variable.index()] {
            setup.draw.codes().iter().for_each(|code| read(code, kept));
        }
    }
    model.rules.iter().filter(|rule| !rule.disabled).for_each(|rule| by_effects(&rule.body, kept));
    kept.iter().filter(|kept| **kept).count() > before
}

fn by_effects(body: &Body, kept: &mut [bool]) {
    for assignment in &body.assignments {
        if kept[assignment.variable.index()] || may_fail(&assignment.value) {
            read(&assignment.value, kept);
        }
    }
    let options = body.choice.iter().flat_map(|choice| &choice.options);
    options.filter(|option| !option.disabled).for_each(|option| by_effects(&option.body, kept));
}

/// Whether an assigned value may be no finite number, which fails the run, whoever reads it.
pub(super) fn may_fail(code: &Code) -> bool {
    code.ops().iter().any(|op| matches!(op, Op::Div | Op::Pow | Op::Exp | Op::Ln | Op::Sqrt))
}

fn read(code: &Code, kept: &mut [bool]) {
    code.reads().iter().for_each(|id: &VariableId| kept[id.index()] = true);
}
