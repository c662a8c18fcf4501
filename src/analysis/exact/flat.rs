//! An explored space without known instants → one chain with labels, as other tools take it.

use crate::diagnostic::Finding;
use crate::model::{Model, Timing};
use crate::source::place::Route;

use super::space::{Facts, Space};

/// A Markov chain in continuous time with labels.
pub struct Flat {
    /// The scenario's id and title.
    pub name: String,
    /// The question it answers.
    pub title: String,
    /// Days.
    pub horizon: f64,
    /// States in words.
    pub states: Vec<String>,
    /// Where it starts, with probabilities.
    pub starts: Vec<(usize, f64)>,
    /// Out of each state: where to, and how often per day.
    pub rows: Vec<Vec<(u32, f64)>>,
    /// What is asked at the horizon.
    pub labels: Vec<Label>,
}

/// A set of states.
pub struct Label {
    /// A word for it: `class_war`, `watch_mobilised`.
    pub name: String,
    /// What it means.
    pub says: String,
    /// The states, rising.
    pub states: Vec<usize>,
}

impl Flat {
    /// What of a model happens at known instants, which such a chain does not have.
    pub fn refusals(model: &Model) -> Vec<Finding> {
        let mut findings = Vec::new();
        for rule in model.rules.iter().filter(|rule| !rule.disabled) {
            let route = Route::root().key("rules").key(model.event(rule.event).name.clone());
            let mut refuse = |key: &str| {
                let message = "this happens at a known time; a Markov chain of that language knows no times";
                let finding = Finding::error("no-known-times", route.key(key).as_key(), message);
                findings
                    .push(finding.label("at a known time").help("`escalade exact` solves it all the same"));
            };
            match rule.timing {
                Timing::At(time) if time > 0.0 && time <= model.horizon => refuse("at"),
                Timing::Every(step) if step <= model.horizon => refuse("every"),
                _ => {}
            }
            let edges = rule.window.map(|window| [window.from, window.until]);
            if edges.is_some_and(|edges| edges.iter().any(|edge| *edge > 0.0 && *edge <= model.horizon)) {
                refuse("active");
            }
        }
        findings
    }

    /// The chain of a model's space, which has no known instants and was explored with words.
    pub fn new(model: &Model, space: &Space) -> Self {
        let epoch = &space.epochs[0];
        Self {
            name: model.id.clone(),
            title: model.title.clone(),
            horizon: model.horizon,
            states: epoch.words.clone(),
            starts: space.starts.clone(),
            rows: epoch.chain.rows(),
            labels: labels(model, space, &epoch.facts),
        }
    }
}

fn labels(model: &Model, space: &Space, facts: &Facts) -> Vec<Label> {
    let label = |name: String, says: String, has: &dyn Fn(usize) -> bool| Label {
        name: name.replace('.', "_"),
        says,
        states: (0..facts.len()).filter(|state| has(*state)).collect(),
    };
    let mut labels = Vec::new();
    for (at, outcome) in model.outcomes.iter().enumerate() {
        let says = format!("the class is {}", outcome.name);
        let is_class = |state: usize| facts.class[state] as usize == at;
        labels.push(label(format!("class_{}", outcome.name), says, &is_class));
        if outcome.condition.is_some() {
            let says = format!("{} has held", outcome.name);
            let ever = |state: usize| facts.get(state, space.layout.ever(at));
            labels.push(label(format!("ever_{}", outcome.name), says, &ever));
        }
    }
    for group in &model.groups {
        let says = format!("the class is in {}", group.name);
        let is_class =
            |state: usize| group.outcomes.iter().any(|id| facts.class[state] as usize == id.index());
        labels.push(label(format!("group_{}", group.name), says, &is_class));
    }
    let watches = model.watches.iter().map(|watch| ("watch", "has held", &watch.name));
    let red_lines = model.red_lines.iter().map(|line| ("red_line", "was crossed", &line.name));
    for (at, (kind, what, name)) in watches.chain(red_lines).enumerate() {
        let holds = |state: usize| facts.get(state, space.layout.latch(at));
        labels.push(label(format!("{kind}_{name}"), format!("{name} {what}"), &holds));
    }
    labels
}
