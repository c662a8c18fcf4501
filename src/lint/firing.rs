//! The rules of a model and all their options, as one list of what can happen.

use crate::id::EventId;
use crate::model::{Body, ChoiceKind, ChoiceOption, Code, Model, Rule, Timing};
use crate::source::place::Route;

/// A rule, or one of its options.
pub(super) struct Firing<'m> {
    /// Position of the rule.
    pub(super) rule: usize,
    /// Its event.
    pub(super) event: EventId,
    /// Position in the list of what it is an option of.
    pub(super) parent: Option<usize>,
    /// The option, if it is one.
    pub(super) option: Option<&'m ChoiceOption>,
    /// Conditions that hold in the state before it happens.
    pub(super) guards: Vec<&'m Code>,
    /// What it does.
    pub(super) body: &'m Body,
    /// Where it is declared.
    pub(super) route: Route,
}

/// All rules and options that are not switched off: each rule before its options, options before those within.
pub(super) fn firings(model: &Model) -> Vec<Firing<'_>> {
    let mut firings = Vec::with_capacity(model.events.len());
    for (position, rule) in model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
        let route = Route::root().key("rules").key(model.event(rule.event).name.clone());
        let guards = if is_sticky(rule) { Vec::new() } else { rule.when.iter().collect() };
        let first = firings.len();
        let (event, body) = (rule.event, &rule.body);
        firings.push(Firing { rule: position, event, parent: None, option: None, guards, body, route });
        add_options(model, &mut firings, first);
    }
    firings
}

fn add_options<'m>(model: &'m Model, firings: &mut Vec<Firing<'m>>, parent: usize) {
    let body = firings[parent].body;
    let Some(choice) = &body.choice else { return };
    let route = match choice.kind {
        ChoiceKind::Weights => firings[parent].route.key("choose"),
        ChoiceKind::Utilities { .. } => firings[parent].route.key("decide").key("options"),
    };
    for option in choice.options.iter().filter(|option| !option.disabled) {
        let name = &model.event(option.event).name;
        let name = name.rsplit('.').next().expect("splitting gives one part at least");
        let mut guards = firings[parent].guards.clone();
        guards.extend(&option.when);
        let position = firings.len();
        firings.push(Firing {
            rule: firings[parent].rule,
            event: option.event,
            parent: Some(parent),
            option: Some(option),
            guards,
            body: &option.body,
            route: route.key(name),
        });
        add_options(model, firings, position);
    }
}

/// Whether a rule may fire in a state in which its condition does not hold.
fn is_sticky(rule: &Rule) -> bool {
    match &rule.timing {
        Timing::Delay { sticky, .. } => *sticky,
        Timing::Answer { after, .. } => after.as_ref().is_some_and(|after| after.sticky),
        _ => false,
    }
}
