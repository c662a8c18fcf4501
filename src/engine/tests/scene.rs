//! Builds small models, and writes down what a run tells.

use std::ops::Range;

use jiff::civil::date;

use crate::engine::{Draws, Ending, Engine, Failure, Observer};
use crate::id::{EventId, OutcomeId, RuleId, SiteId, VariableId};
use crate::model::{
    AnswerDelay, Assignment, Body, Choice, ChoiceKind, ChoiceOption, Code, Dependents, Domain, Draw, Event,
    Headline, Latch, Model, Op, Outcome, Rule, Setup, SetupKind, Site, Timing, Track, Variable, Window,
};

/// A model in the making.
pub(super) struct Scene {
    pub(super) model: Model,
    /// For each answer, the names of what it waits for.
    upon: Vec<(usize, Vec<String>)>,
    choices: u32,
}

pub(super) fn code(ops: &[Op]) -> Code {
    Code::new(ops.to_vec())
}

pub(super) fn number(value: f64) -> Code {
    Code::constant(value)
}

pub(super) fn is(variable: VariableId) -> Code {
    code(&[Op::Variable(variable)])
}

pub(super) fn is_not(variable: VariableId) -> Code {
    code(&[Op::VariableEq(variable, 0.0)])
}

pub(super) fn equals(variable: VariableId, value: f64) -> Code {
    code(&[Op::VariableEq(variable, value)])
}

pub(super) fn plus(variable: VariableId, value: f64) -> Code {
    code(&[Op::Variable(variable), Op::Constant(value), Op::Add])
}

pub(super) fn days(value: f64) -> Draw {
    Draw::Value(number(value))
}

impl Scene {
    /// With an `otherwise` alone and a track grid of ten steps.
    pub(super) fn new(horizon: f64) -> Self {
        let model = Model {
            id: "scene".into(),
            title: "A scene".into(),
            start: date(2026, 1, 1),
            horizon,
            sets: vec![],
            variables: vec![],
            initial: vec![],
            setup: vec![],
            derived: Vec::new(),
            rules: vec![],
            events: vec![],
            latches: vec![],
            outcomes: vec![],
            groups: vec![],
            headline: Headline::Outcome(OutcomeId::new(0)),
            watches: vec![],
            red_lines: vec![],
            grid: (0..=10).map(|step| f64::from(step) / 10.0 * horizon).collect(),
            tracks: vec![],
            dyads: vec![],
            actors: vec![],
            claims: vec![],
            parameters: vec![],
            sites: vec![],
            dependents: vec![],
        };
        Self { model, upon: vec![], choices: 0 }
    }

    pub(super) fn variable(&mut self, name: &str, initial: f64, domain: Domain) -> VariableId {
        self.model.variables.push(Variable { name: name.into(), domain, unit: None });
        self.model.initial.push(initial);
        VariableId::new(self.model.variables.len() - 1)
    }

    pub(super) fn flag(&mut self, name: &str) -> VariableId {
        self.variable(name, 0.0, Domain::Flag)
    }

    pub(super) fn gauge(&mut self, name: &str, initial: f64) -> VariableId {
        self.variable(name, initial, Domain::Gauge { low: 0.0, high: 100.0 })
    }

    pub(super) fn site(&mut self, name: &str) -> SiteId {
        self.model.sites.push(Site { name: name.into() });
        SiteId::new(self.model.sites.len() - 1)
    }

    pub(super) fn setup(&mut self, variable: VariableId, draw: Draw) {
        let site = self.site(&format!("parameter {}", self.model.variables[variable.index()].name.clone()));
        self.model.setup.push(Setup { variable, draw, site, kind: SetupKind::Parameter });
    }

    /// A rule, to be completed in place.
    pub(super) fn rule(&mut self, name: &str, timing: Timing, effects: &[(VariableId, Code)]) -> &mut Rule {
        self.model.events.push(event(name));
        let body = self.body(effects);
        self.model.rules.push(Rule {
            event: EventId::new(self.model.rules.len()),
            when: None,
            timing,
            limit: None,
            cooldown: None,
            window: None,
            disabled: false,
            body,
        });
        self.model.rules.last_mut().unwrap()
    }

    pub(super) fn body(&self, effects: &[(VariableId, Code)]) -> Body {
        let assignments = effects.iter().map(|(variable, value)| {
            let (low, high) = match self.model.variables[variable.index()].domain {
                Domain::Level { low, high } | Domain::Gauge { low, high } => (low, high),
                _ => (0.0, 1.0),
            };
            Assignment { variable: *variable, value: value.clone(), low, high }
        });
        Body { assignments: assignments.collect(), choice: None }
    }

    pub(super) fn at(&mut self, name: &str, time: f64, effects: &[(VariableId, Code)]) -> &mut Rule {
        self.rule(name, Timing::At(time), effects)
    }

    pub(super) fn trigger(&mut self, name: &str, when: Code, effects: &[(VariableId, Code)]) -> &mut Rule {
        let rule = self.rule(name, Timing::Trigger, effects);
        rule.when = Some(when);
        rule
    }

    pub(super) fn hazard(&mut self, name: &str, rate: Code, effects: &[(VariableId, Code)]) -> &mut Rule {
        let site = self.site(&format!("rule {name}: hazard"));
        self.rule(name, Timing::Hazard { rate, chance: false, quick: None, site }, effects)
    }

    pub(super) fn delay(
        &mut self,
        name: &str,
        delay: Draw,
        (sticky, repeat): (bool, bool),
        effects: &[(VariableId, Code)],
    ) -> &mut Rule {
        let site = self.site(&format!("rule {name}: delay"));
        self.rule(name, Timing::Delay { delay, sticky, repeat, site }, effects)
    }

    pub(super) fn answer(
        &mut self,
        name: &str,
        sources: &[&str],
        after: Option<(Draw, bool)>,
        effects: &[(VariableId, Code)],
    ) -> &mut Rule {
        let site = self.site(&format!("rule {name}: delay"));
        let after = after.map(|(delay, sticky)| AnswerDelay { delay, sticky, site });
        let sources = sources.iter().map(|&name| name.to_owned()).collect();
        self.upon.push((self.model.rules.len(), sources));
        self.rule(name, Timing::Answer { sources: vec![], after }, effects)
    }

    /// A choice between options of these names, with weights or utilities, and bodies.
    pub(super) fn choice(&mut self, kind: ChoiceKind, options: Vec<(&str, Code, Body)>) -> Choice {
        let options = options.into_iter().map(|(name, measure, body)| ChoiceOption {
            event: EventId::new(0),
            when: None,
            measure,
            disabled: false,
            site: self.site(name),
            body,
        });
        let options = options.collect();
        self.choices += 1;
        Choice { kind, options, number: self.choices - 1 }
    }

    pub(super) fn window(&mut self, rule: usize, from: f64, until: f64) {
        let variable = self.variable("active", 0.0, Domain::Window);
        let rule = &mut self.model.rules[rule];
        rule.window = Some(Window { from, until, variable });
        rule.when = Some(match &rule.when {
            None => is(variable),
            Some(when) => code(&[when.ops(), &[Op::Variable(variable), Op::And]].concat()),
        });
    }

    pub(super) fn latch(&mut self, condition: Code) -> VariableId {
        let variable = self.variable("latch", 0.0, Domain::Latch);
        self.model.latches.push(Latch { condition, variable });
        variable
    }

    pub(super) fn outcome(&mut self, name: &str, condition: Code, ends: bool) {
        let outcome =
            Outcome { name: name.into(), says: None, condition: Some(condition), ends, claims: vec![] };
        self.model.outcomes.push(outcome);
    }

    pub(super) fn track(&mut self, code: Code) {
        self.model.tracks.push(Track { name: "track".into(), code, set: None });
    }

    /// The model, with options' events, answers and dependents filled in.
    pub(super) fn finish(mut self) -> Model {
        let otherwise =
            Outcome { name: "otherwise".into(), says: None, condition: None, ends: false, claims: vec![] };
        self.model.outcomes.push(otherwise);
        let Model { rules, events, sites, .. } = &mut self.model;
        for rule in rules {
            name_options(&mut rule.body, events, sites);
        }
        for (rule, sources) in &self.upon {
            for source in sources {
                let named = self.model.events.iter_mut().find(|event| event.name == *source);
                named.expect("the source exists").answers.push(RuleId::new(*rule));
            }
        }
        self.model.dependents = dependents(&self.model);
        self.model
    }
}

fn event(name: &str) -> Event {
    Event {
        name: name.into(),
        says: None,
        actor: None,
        target: None,
        action: None,
        claims: vec![],
        milestone: true,
        count: None,
        last_time: None,
        answers: vec![],
    }
}

/// Options bear the names of their sites.
fn name_options(body: &mut Body, events: &mut Vec<Event>, sites: &[Site]) {
    let options = body.choice.iter_mut().flat_map(|choice| &mut choice.options);
    for option in options {
        option.event = EventId::new(events.len());
        events.push(event(&sites[option.site.index()].name));
        name_options(&mut option.body, events, sites);
    }
}

fn dependents(model: &Model) -> Vec<Dependents> {
    let mut all = vec![Dependents::default(); model.variables.len()];
    for (at, latch) in model.latches.iter().enumerate() {
        latch.condition.reads().iter().for_each(|read| all[read.index()].latches.push(at as u32));
    }
    for (at, outcome) in model.outcomes.iter().enumerate() {
        let reads = outcome.condition.iter().flat_map(Code::reads);
        reads.for_each(|read| all[read.index()].outcomes.push(OutcomeId::new(at)));
    }
    for (at, track) in model.tracks.iter().enumerate() {
        track.code.reads().iter().for_each(|read| all[read.index()].tracks.push(at as u32));
    }
    for (at, rule) in model.rules.iter().enumerate() {
        for read in rule.when.iter().flat_map(Code::reads) {
            match rule.timing {
                Timing::Trigger => all[read.index()].triggers.push(RuleId::new(at)),
                _ => all[read.index()].clocks.push(RuleId::new(at)),
            }
        }
        if let Timing::Hazard { rate, .. } = &rule.timing {
            for read in rate.reads() {
                let clocks = &mut all[read.index()].clocks;
                if clocks.last() != Some(&RuleId::new(at)) {
                    clocks.push(RuleId::new(at));
                }
            }
        }
    }
    all
}

/// Everything that a run told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// Time and rule.
    pub(super) fired: Vec<(f64, usize)>,
    /// Of each firing.
    pub(super) options: Vec<Vec<usize>>,
    /// Time, variable, new value.
    pub(super) changed: Vec<(f64, usize, f64)>,
    pub(super) latched: Vec<(f64, usize)>,
    pub(super) held: Vec<(f64, usize)>,
    pub(super) tracked: Vec<Vec<f64>>,
    pub(super) began: Vec<f64>,
}

impl Observer for Told {
    fn began(&mut self, values: &[f64]) {
        self.began = values.to_vec();
    }

    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        self.fired.push((time, rule.index()));
        self.options.push(options.iter().map(|option| option.index()).collect());
    }

    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        assert_ne!(old, new);
        self.changed.push((time, variable.index(), new));
    }

    fn latched(&mut self, time: f64, latch: usize) {
        self.latched.push((time, latch));
    }

    fn held(&mut self, time: f64, outcome: OutcomeId) {
        self.held.push((time, outcome.index()));
    }

    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        for position in positions {
            if self.tracked.len() <= position {
                self.tracked.resize(position + 1, Vec::new());
            }
            let values = &mut self.tracked[position];
            values.resize(values.len().max(track + 1), f64::NAN);
            assert!(values[track].is_nan(), "told twice");
            values[track] = value;
        }
    }
}

/// Run 0 under seed 1 and what it told.
pub(super) fn told(scene: Scene) -> (Told, Ending) {
    let (told, ending) = attempt(scene);
    (told, ending.expect("the run does not fail"))
}

pub(super) fn attempt(scene: Scene) -> (Told, Result<Ending, Failure>) {
    let model = scene.finish();
    let mut told = Told::default();
    let ending = Engine::new(&model, 1, Draws::Each).run(0, &mut told);
    (told, ending)
}

/// When and which rules fired.
pub(super) fn fired(scene: Scene) -> Vec<(f64, usize)> {
    told(scene).0.fired
}
