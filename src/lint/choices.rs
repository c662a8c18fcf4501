//! Options that count twice, and questions that are asked only once although they stay open.

use std::collections::BTreeSet;

use crate::diagnostic::Finding;
use crate::id::{EventId, VariableId};
use crate::model::{Body, ChoiceKind, ChoiceOption, Code, Model, Timing};

use super::firing::Firing;
use super::reach::{Known, Reach};

/// `near-duplicate`, `decide-once`.
pub(super) fn lint(model: &Model, firings: &[Firing<'_>], reach: &Reach<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (position, owner) in firings.iter().enumerate() {
        let Some(choice) = &owner.body.choice else { continue };
        if !matches!(choice.kind, ChoiceKind::Utilities { .. }) {
            continue;
        }
        let options: Vec<&Firing<'_>> =
            firings[position..].iter().filter(|firing| firing.parent == Some(position)).collect();
        near_duplicates(model, &options, reach, &mut findings);
        if owner.parent.is_none() {
            decide_once(model, owner, &options, &mut findings);
        }
    }
    findings
}

fn near_duplicates(model: &Model, options: &[&Firing<'_>], reach: &Reach<'_>, findings: &mut Vec<Finding>) {
    for (index, second) in options.iter().enumerate() {
        let first = options[..index].iter().find(|first| alike(first, second, reach));
        let Some(first) = first else { continue };
        let (one, other) = (&model.event(first.event).name, &model.event(second.event).name);
        let message = format!("`{one}` and `{other}` have the same utility and overlapping effects");
        findings.push(
            Finding::warning("near-duplicate", second.route.as_key(), message)
                .label("together they count twice")
                .related(first.route.as_key(), "like this one")
                .help("nest them in one option with a `choose` inside, or give the rule a `choose` with weights"),
        );
    }
}

fn alike(first: &Firing<'_>, second: &Firing<'_>, reach: &Reach<'_>) -> bool {
    let (Some(one), Some(other)) = (first.option, second.option) else { return false };
    let conditions: Vec<&Code> = one.when.iter().chain(&other.when).collect();
    one.measure == other.measure
        && overlap(one, other)
        && (conditions.is_empty() || reach.possible(&conditions, &Known::new()))
}

fn overlap(one: &ChoiceOption, other: &ChoiceOption) -> bool {
    let nothing = |body: &Body| body.assignments.is_empty() && body.choice.is_none();
    let shared = one.body.assignments.iter().any(|first| {
        let others = &other.body.assignments;
        others.iter().any(|second| first.variable == second.variable && first.value == second.value)
    });
    shared || nothing(&one.body) && nothing(&other.body)
}

fn decide_once(model: &Model, owner: &Firing<'_>, options: &[&Firing<'_>], findings: &mut Vec<Finding>) {
    let rule = &model.rules[owner.rule];
    let (Timing::Delay { repeat: false, .. }, Some(when), None) = (&rule.timing, &rule.when, rule.limit)
    else {
        return;
    };
    let asked = read_through_latches(model, when);
    let window = rule.window.map(|window| window.variable);
    if asked.iter().all(|variable| Some(*variable) == window) {
        return;
    }
    let mut always = BTreeSet::new();
    touched(model, owner.event, &rule.body, &mut always);
    let stays = |option: &&&Firing<'_>| {
        always.is_disjoint(&asked) && leaves(model, option.event, option.body, &asked)
    };
    let mut open = options.iter().filter(stays);
    let Some(first) = open.next() else { return };
    let (name, taken) = (&model.event(owner.event).name, &model.event(first.event).name);
    let message = format!("after `{taken}` the question of `{name}` will not come up again");
    let mut finding = Finding::warning("decide-once", first.route.as_key(), message)
        .label("leaves `when` as it is")
        .related(owner.route.key("after").as_key(), "fires once for each time `when` becomes true")
        .help("add `repeat: true`, or `once: true` if that is meant");
    for option in open {
        finding = finding.related(option.route.as_key(), "so does this");
    }
    findings.push(finding);
}

/// Whether an option, with the options that may be taken within it, can leave these variables alone.
fn leaves(model: &Model, event: EventId, body: &Body, asked: &BTreeSet<VariableId>) -> bool {
    let mut changed = BTreeSet::new();
    touched(model, event, body, &mut changed);
    let within = body.choice.as_ref().is_none_or(|choice| {
        choice.options.iter().any(|option| leaves(model, option.event, &option.body, asked))
    });
    changed.is_disjoint(asked) && within
}

/// What the firing of an event certainly or by its answers changes, options aside.
fn touched(model: &Model, event: EventId, body: &Body, into: &mut BTreeSet<VariableId>) {
    into.extend(body.assignments.iter().map(|assignment| assignment.variable));
    into.extend(model.event(event).count);
    for answer in &model.event(event).answers {
        all_assigned(&model.rule(*answer).body, into);
    }
}

fn all_assigned(body: &Body, into: &mut BTreeSet<VariableId>) {
    into.extend(body.assignments.iter().map(|assignment| assignment.variable));
    for option in body.choice.iter().flat_map(|choice| &choice.options) {
        all_assigned(&option.body, into);
    }
}

fn read_through_latches(model: &Model, code: &Code) -> BTreeSet<VariableId> {
    let mut reads: BTreeSet<VariableId> = code.reads().iter().copied().collect();
    for latch in &model.latches {
        if reads.contains(&latch.variable) {
            reads.extend(latch.condition.reads());
        }
    }
    reads
}
