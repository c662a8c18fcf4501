//! One run, observed → its history: what happened when, through whom, what it changed, and why it ended.

use crate::engine::{Ending, Failure, FailureKind, Observer};
use crate::id::{EventId, OutcomeId, RuleId, VariableId};
use crate::model::{Domain, Model};
use serde::Serialize;

/// The history of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// Number of the run.
    pub run: u64,
    /// The seed, in decimal.
    pub seed: String,
    /// Values drawn at the start: parameters and initial values.
    pub drawn: Vec<Drawn>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// How it ended; nothing if it failed.
    pub end: Option<End>,
    /// Why it failed; nothing if it did not.
    pub failure: Option<String>,
}

/// A value drawn at the start of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// The parameter or variable.
    pub name: String,
    /// Its value, as it is written in the file.
    pub value: String,
    /// What it stands for.
    pub says: Option<String>,
}

/// One firing with what it brought about, or latches and outcomes that came about by the passage of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Days from the start.
    pub time: f64,
    /// Calendar day.
    pub date: String,
    /// What fired: the rule, or the innermost option taken; nothing if only time passed.
    pub event: Option<Happening>,
    /// What took another value, in order.
    pub changes: Vec<Change>,
    /// Red lines crossed, watches and other conditions that came to hold.
    pub latched: Vec<Latched>,
    /// Outcomes whose condition held for the first time.
    pub outcomes: Vec<String>,
}

/// A firing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Happening {
    /// `rule`, or `rule.option` of the innermost option taken.
    pub id: String,
    /// What happened, as the scenario says it.
    pub says: Option<String>,
    /// Who acted.
    pub actor: Option<String>,
    /// Towards whom.
    pub target: Option<String>,
    /// CAMEO code.
    pub code: Option<String>,
    /// Its name.
    pub action: Option<String>,
}

/// A variable that took another value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// As it is written: `hostility(iran, israel)`.
    pub variable: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// A condition that came to hold and stays so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latched {
    /// What it is.
    pub kind: LatchKind,
    /// Its id; of a red line `actor.red_line`.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
}

/// What a latch belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LatchKind {
    /// A red line that was crossed.
    RedLine,
    /// A watch that held.
    Watch,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct End {
    /// Days from the start.
    pub time: f64,
    /// Calendar day.
    pub date: String,
    /// Its class.
    pub outcome: String,
    /// What that means.
    pub says: Option<String>,
    /// Days from the start since which the class has held; nothing for `otherwise`.
    pub since: Option<f64>,
    /// Whether an outcome that ends a run ended it; otherwise the horizon did.
    pub by_outcome: bool,
    /// How many rules fired.
    pub firings: u64,
}

/// Collects the history of a run as its observer.
#[derive(Debug)]
pub struct Tracer<'m> {
    model: &'m Model,
    drawn: Vec<Drawn>,
    steps: Vec<Step>,
}

impl<'m> Tracer<'m> {
    /// Nothing has happened yet.
    pub fn new(model: &'m Model) -> Self {
        Self { model, drawn: Vec::new(), steps: Vec::new() }
    }

    /// The history, once the run is over.
    pub fn finish(self, run: u64, seed: u64, result: Result<Ending, Failure>) -> Trace {
        let model = self.model;
        let (end, failure) = match result {
            Ok(ending) => (Some(end(model, ending)), None),
            Err(failure) => (None, Some(explain(model, &failure))),
        };
        Trace { run, seed: seed.to_string(), drawn: self.drawn, steps: self.steps, end, failure }
    }

    /// The step that belongs to this time: the last, or a new one without a firing.
    fn step(&mut self, time: f64) -> &mut Step {
        if self.steps.last().is_none_or(|last| last.time != time) {
            self.push(time, None);
        }
        self.steps.last_mut().expect("pushed if there was none")
    }

    fn push(&mut self, time: f64, event: Option<Happening>) {
        self.steps.push(Step {
            time,
            date: self.model.date(time).to_string(),
            event,
            changes: Vec::new(),
            latched: Vec::new(),
            outcomes: Vec::new(),
        });
    }
}

impl Observer for Tracer<'_> {
    fn began(&mut self, values: &[f64]) {
        let model = self.model;
        let drawn = model.setup.iter().filter(|setup| setup.draw.is_random());
        self.drawn = drawn
            .map(|setup| {
                let parameter = model.parameters.iter().find(|known| known.variable == setup.variable);
                Drawn {
                    name: model.variables[setup.variable.index()].name.clone(),
                    value: show(model, setup.variable, values[setup.variable.index()]),
                    says: parameter.and_then(|parameter| parameter.says.clone()),
                }
            })
            .collect();
    }

    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        let happening = happening(self.model, rule, options);
        self.push(time, Some(happening));
    }

    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        let model = self.model;
        let described = &model.variables[variable.index()];
        let inner =
            matches!(described.domain, Domain::Latch | Domain::Count | Domain::LastTime | Domain::Window);
        if !inner {
            let (old, new) = (show(model, variable, old), show(model, variable, new));
            self.step(time).changes.push(Change { variable: described.name.clone(), old, new });
        }
    }

    fn latched(&mut self, time: f64, latch: usize) {
        let model = self.model;
        let red_lines = model.red_lines.iter().filter(|line| line.latch == latch).map(|line| Latched {
            kind: LatchKind::RedLine,
            id: line.name.clone(),
            says: line.says.clone(),
        });
        let watches = model.watches.iter().filter(|watch| watch.latch == latch).map(|watch| Latched {
            kind: LatchKind::Watch,
            id: watch.name.clone(),
            says: None,
        });
        let named: Vec<Latched> = red_lines.chain(watches).collect();
        if !named.is_empty() {
            self.step(time).latched.extend(named);
        }
    }

    fn held(&mut self, time: f64, outcome: OutcomeId) {
        let outcome = &self.model.outcomes[outcome.index()];
        if outcome.condition.is_some() {
            let name = outcome.name.clone();
            self.step(time).outcomes.push(name);
        }
    }
}

/// The innermost option names the event; who acts and what is done comes from the innermost that says so.
fn happening(model: &Model, rule: RuleId, options: &[EventId]) -> Happening {
    let events: Vec<_> = std::iter::once(model.rule(rule).event)
        .chain(options.iter().copied())
        .map(|event| model.event(event))
        .collect();
    let innermost = events.last().expect("the rule itself is an event");
    let actor = events.iter().rev().find_map(|event| event.actor);
    let target = events.iter().rev().find_map(|event| event.target);
    let action = events.iter().rev().find_map(|event| event.action);
    let name = |actor: crate::id::ActorId| model.actors[actor.index()].name.clone();
    Happening {
        id: innermost.name.clone(),
        says: events.iter().rev().find_map(|event| event.says.clone()),
        actor: actor.map(name),
        target: target.map(name),
        code: action.map(|action| action.code.to_owned()),
        action: action.map(|action| action.label.to_owned()),
    }
}

fn end(model: &Model, ending: Ending) -> End {
    let outcome = &model.outcomes[ending.outcome.index()];
    End {
        time: ending.time,
        date: model.date(ending.time).to_string(),
        outcome: outcome.name.clone(),
        says: outcome.says.clone(),
        since: ending.since,
        by_outcome: ending.by_outcome,
        firings: ending.firings,
    }
}

/// A value as it is written in the file, numbers with at most four decimals.
fn show(model: &Model, variable: VariableId, value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    let exact = matches!(
        model.variables[variable.index()].domain,
        Domain::Set(_) | Domain::Flag | Domain::Latch | Domain::Window
    );
    let small = value != 0.0 && value.abs() < 0.01;
    if small && !exact {
        return format!("{value:.3e}");
    }
    model.show(variable, if exact { value } else { rounded })
}

/// Why a run failed, in a sentence that names the rule.
pub fn explain(model: &Model, failure: &Failure) -> String {
    let event = |event: EventId| &model.event(event).name;
    let variable = |variable: VariableId| &model.variables[variable.index()].name;
    let rule = |rule: RuleId| &model.event(model.rule(rule).event).name;
    let what = match &failure.kind {
        FailureKind::TooManyFirings => format!("more than {} firings", crate::engine::MAX_FIRINGS),
        FailureKind::EndlessCascade(rules) => {
            let names: Vec<_> = rules.iter().map(|id| format!("`{}`", rule(*id))).collect();
            let most = crate::engine::MAX_INSTANT_FIRINGS;
            format!("more than {most} firings in one instant; these rules keep firing: {}", names.join(", "))
        }
        FailureKind::TooManyWays => {
            "choices within one instant combine in more than a million ways".to_owned()
        }
        FailureKind::Stalled => "the clock no longer advances".to_owned(),
        FailureKind::Hazard(value) => format!("a rate of {value}"),
        FailureKind::Probability => "a probability outside [0, 1)".to_owned(),
        FailureKind::Delay(value) => format!("a delay of {value} days"),
        FailureKind::Weight(option, value) => format!("option `{}` has a weight of {value}", event(*option)),
        FailureKind::Utility(option, value) => {
            format!("option `{}` has a utility of {value}", event(*option))
        }
        FailureKind::Rationality(value) => format!("a rationality of {value}"),
        FailureKind::Assignment(id, value) => format!("`{}` would become {value}", variable(*id)),
        FailureKind::Initial(id, value) => format!("`{}` would start at {value}", variable(*id)),
    };
    let date = model.date(failure.time);
    match failure.rule {
        Some(id) => format!("on day {:.2} ({date}), rule `{}`: {what}", failure.time, rule(id)),
        None => format!("at the start: {what}"),
    }
}
