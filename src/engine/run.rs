//! A run from its start to its end: instant after instant, in order of time.

use super::calendar::Calendar;
use super::classes::Standing;
use super::clock::{Condition, DISABLED};
use super::draws::{Draws, ParameterCache};
use super::marks::{Marks, Members};
use super::script::Script;
use super::streams::Streams;
use super::{Ending, Failure, FailureKind, MAX_STALLED_INSTANTS, Observer};
use crate::id::{EventId, RuleId, VariableId};
use crate::model::{self, Body, Choice, Code, Event, Model, Setup, SetupKind, Timing};

/// Runs a model under a seed, one run after another, without allocating for each.
///
/// A run depends on model, seed, draws and index alone: not on the runs made before, nor on the observer.
pub struct Engine<'m> {
    pub(super) model: &'m Model,
    pub(super) plan: Plan,
    pub(super) streams: Streams,
    draws: Draws,
    parameters: ParameterCache,
    pub(super) stack: Vec<f64>,
    pub(super) time: f64,
    pub(super) values: Vec<f64>,
    pub(super) calendar: Calendar,
    pub(super) rules: Vec<Condition>,
    pub(super) outcomes: Vec<Standing>,
    pub(super) dirty: Dirty,
    /// Rules that are due in this instant by hazard, delay or schedule.
    pub(super) scheduled: Marks,
    /// Triggers and answers that are due in this cascade.
    pub(super) due: Marks,
    /// How often each choice was made.
    pub(super) choices: Vec<u64>,
    pub(super) firings: u64,
    /// What fired in this instant.
    pub(super) fired: Vec<RuleId>,
    /// Instants at this time.
    instants: u32,
    pub(super) recorded: Vec<f64>,
    /// Grid times recorded.
    pub(super) position: usize,
    pub(super) firing: Scratch<'m>,
    /// Makes choices instead of the draws, if there is one.
    pub(super) script: Option<Box<Script>>,
}

/// What is the same in all runs.
pub(super) struct Plan {
    /// The first slots of the calendar; a slot for each rule follows.
    pub(super) edges: Vec<Edge>,
    /// For each rule, the slot of its cooldown's end.
    pub(super) cooldowns: Vec<Option<u32>>,
    pub(super) events: Vec<EventTraits>,
    /// Of each variable, what is marked when it changes.
    pub(super) dependents: Vec<Dependents>,
    /// Outcomes that end a run.
    pub(super) ends: Vec<usize>,
    /// Outcomes that read the time.
    pub(super) timed_outcomes: Vec<usize>,
    /// Tracks that read the time.
    pub(super) timed_tracks: Vec<usize>,
    /// The state in which runs start.
    pub(super) values: Vec<f64>,
    pub(super) calendar: Calendar,
    pub(super) rules: Vec<Condition>,
    dirty: Dirty,
}

/// What to look at again when a variable changes.
pub(super) struct Dependents {
    pub(super) latches: Members,
    pub(super) outcomes: Members,
    pub(super) triggers: Members,
    pub(super) clocks: Members,
    pub(super) tracks: Members,
}

/// What the firing of an event changes besides its assignments.
#[derive(Clone, Copy)]
pub(super) struct EventTraits {
    /// Counts its firings.
    pub(super) count: Option<VariableId>,
    /// Holds when it last fired.
    pub(super) last_time: Option<VariableId>,
    /// Whether there are answers to it.
    pub(super) answered: bool,
}

/// What changes arming by itself at a time known before.
#[derive(Clone, Copy)]
pub(super) enum Edge {
    /// The active span of a rule begins or ends.
    Window(usize),
    /// The cooldown of a rule ends.
    Cooldown(usize),
}

/// What to look at again.
#[derive(Clone)]
pub(super) struct Dirty {
    pub(super) latches: Marks,
    pub(super) outcomes: Marks,
    pub(super) triggers: Marks,
    pub(super) clocks: Marks,
    pub(super) tracks: Marks,
    /// Outcomes looked at since the last instant.
    pub(super) standings: Marks,
}

/// Room for the firing that is being worked out.
#[derive(Default)]
pub(super) struct Scratch<'m> {
    pub(super) options: Vec<EventId>,
    /// Of the options taken.
    pub(super) bodies: Vec<&'m Body>,
    /// Positions and measures of available options.
    pub(super) available: Vec<(usize, f64)>,
    pub(super) assigned: Vec<(VariableId, f64)>,
    /// Events whose answers have not been looked at.
    pub(super) unanswered: Vec<EventId>,
}

impl<'m> Engine<'m> {
    /// For runs of a model under a seed, with these parameter draws.
    pub fn new(model: &'m Model, seed: u64, draws: Draws) -> Self {
        let plan = Plan::new(model);
        Self {
            model,
            streams: Streams::new(&model.sites, seed),
            draws,
            parameters: ParameterCache::new(model, draws),
            stack: Vec::with_capacity(Code::MAX_STACK),
            time: 0.0,
            values: plan.values.clone(),
            calendar: plan.calendar.clone(),
            rules: plan.rules.clone(),
            outcomes: vec![Standing::default(); model.outcomes.len()],
            dirty: plan.dirty.clone(),
            scheduled: Marks::new(model.rules.len()),
            due: Marks::new(model.rules.len()),
            choices: vec![0; choices(model)],
            firings: 0,
            fired: Vec::new(),
            instants: 0,
            recorded: vec![0.0; model.tracks.len()],
            position: 0,
            firing: Scratch::default(),
            script: None,
            plan,
        }
    }

    /// Makes the run of this index and tells it to the observer.
    pub fn run<O: Observer>(&mut self, index: u64, observer: &mut O) -> Result<Ending, Failure> {
        self.reset(index);
        self.set_up(self.draws.of_run(index))?;
        observer.began(&self.values);
        self.instant(true, observer)?;
        let horizon = self.model.horizon;
        loop {
            if let Some(ending) = self.ending() {
                self.record_rest(observer);
                return Ok(ending);
            }
            let (slot, next) = self.calendar.next();
            self.record_before(next.min(horizon), observer);
            if next > horizon {
                self.time = horizon;
                self.take_standings(observer);
            } else {
                self.advance(slot, next)?;
                self.calendar.set(slot, f64::INFINITY);
                let alone = slot >= self.plan.edges.len() && self.calendar.next().1 > next;
                if alone {
                    self.instant_of(slot - self.plan.edges.len(), observer)?;
                } else {
                    self.calendar.set(slot, next);
                    self.instant(false, observer)?;
                }
            }
        }
    }

    pub(super) fn reset(&mut self, index: u64) {
        let plan = &self.plan;
        self.streams.begin(index);
        self.stack.clear();
        self.time = 0.0;
        self.values.copy_from_slice(&plan.values);
        self.calendar.copy_from(&plan.calendar);
        self.rules.copy_from_slice(&plan.rules);
        self.outcomes.fill(Standing::default());
        self.dirty.copy_from(&plan.dirty);
        self.scheduled.clear();
        self.due.clear();
        self.choices.fill(0);
        self.firings = 0;
        self.instants = 1;
        self.position = 0;
        self.firing.unanswered.clear();
    }

    /// Sets parameters and what is derived from them to those of a parameter draw, and draws initial values.
    fn set_up(&mut self, draw: u64) -> Result<(), Failure> {
        let model = self.model;
        if !self.parameters.recall(draw, &mut self.values) {
            for setup in model.setup.iter().filter(|setup| setup.kind == SetupKind::Parameter) {
                let random = setup.draw.is_random();
                let uniform = if random { self.streams.parameter(setup.site, draw) } else { 0.0 };
                self.set_initial(setup, uniform)?;
            }
            for derived in &model.derived {
                let value = derived.code.evaluate(&self.values, 0.0, &mut self.stack);
                self.values[derived.variable.index()] = value;
            }
            self.parameters.keep(draw, &self.values);
        }
        for setup in model.setup.iter().filter(|setup| setup.kind == SetupKind::Initial) {
            let uniform = if setup.draw.is_random() { self.streams.next(setup.site) } else { 0.0 };
            self.set_initial(setup, uniform)?;
        }
        Ok(())
    }

    fn set_initial(&mut self, setup: &Setup, uniform: f64) -> Result<(), Failure> {
        let value = setup.draw.value(uniform, &self.values, 0.0, &mut self.stack);
        if !value.is_finite() {
            let kind = FailureKind::Initial(setup.variable, value);
            return Err(Failure { time: 0.0, rule: None, kind });
        }
        let (low, high) = self.model.variables[setup.variable.index()].domain.bounds(&self.model.sets);
        self.values[setup.variable.index()] = value.clamp(low, high);
        Ok(())
    }

    /// Goes to the time of the next instant, at which this slot is due.
    fn advance(&mut self, slot: usize, time: f64) -> Result<(), Failure> {
        self.instants = if time == self.time { self.instants + 1 } else { 1 };
        self.time = time;
        if self.instants > MAX_STALLED_INSTANTS {
            let rule = match self.plan.edges.get(slot) {
                Some(Edge::Window(rule) | Edge::Cooldown(rule)) => *rule,
                None => slot - self.plan.edges.len(),
            };
            return Err(self.failure(rule, FailureKind::Stalled));
        }
        Ok(())
    }

    /// All that happens at this time, and what it leaves: clocks, outcomes.
    fn instant<O: Observer>(&mut self, first: bool, observer: &mut O) -> Result<(), Failure> {
        self.happen(first, observer)?;
        self.settle_clocks()?;
        self.take_standings(observer);
        Ok(())
    }

    /// All that happens at this time: edges and due firings, with their cascades.
    pub(super) fn happen<O: Observer>(&mut self, first: bool, observer: &mut O) -> Result<(), Failure> {
        self.fired.clear();
        let edges = self.take_due();
        if edges || first {
            self.cascade(observer)?;
        }
        while let Some(rule) = self.scheduled.pop() {
            self.fire_if_due(rule, observer)?;
        }
        Ok(())
    }

    /// The same where a rule is due alone, as it nearly always is.
    fn instant_of<O: Observer>(&mut self, rule: usize, observer: &mut O) -> Result<(), Failure> {
        self.fired.clear();
        self.fire_if_due(rule, observer)?;
        self.settle_clocks()?;
        self.take_standings(observer);
        Ok(())
    }

    fn fire_if_due<O: Observer>(&mut self, rule: usize, observer: &mut O) -> Result<(), Failure> {
        if self.is_still_due(rule) {
            self.fire(rule, observer)?;
            self.cascade(observer)?;
        }
        Ok(())
    }

    /// Takes all slots due now from the calendar; whether there were edges, which take effect.
    fn take_due(&mut self) -> bool {
        let mut edges = false;
        loop {
            let (slot, time) = self.calendar.next();
            if time > self.time {
                return edges;
            }
            edges |= self.take(slot);
        }
    }

    /// Takes a slot that is due from the calendar; whether it is an edge, which takes effect.
    fn take(&mut self, slot: usize) -> bool {
        self.calendar.set(slot, f64::INFINITY);
        let edge = self.plan.edges.get(slot).copied();
        match edge {
            Some(edge) => self.pass(slot, edge),
            None => self.scheduled.insert(slot - self.plan.edges.len()),
        }
        edge.is_some()
    }

    pub(super) fn failure(&self, rule: usize, kind: FailureKind) -> Failure {
        Failure { time: self.time, rule: Some(RuleId::new(rule)), kind }
    }
}

impl Dirty {
    /// All that a run looks at in its first instant.
    fn all(model: &Model) -> Self {
        let enabled = |of: fn(&Timing) -> bool| {
            let rules = model.rules.iter().enumerate();
            let chosen = rules.filter(move |(_, rule)| !rule.disabled && of(&rule.timing));
            Marks::of(model.rules.len(), chosen.map(|(at, _)| at))
        };
        let outcomes = model.outcomes.iter().enumerate();
        let conditions = outcomes.filter(|(_, outcome)| outcome.condition.is_some()).map(|(at, _)| at);
        Self {
            latches: Marks::of(model.latches.len(), 0..model.latches.len()),
            outcomes: Marks::of(model.outcomes.len(), conditions),
            triggers: enabled(|timing| matches!(timing, Timing::Trigger)),
            clocks: enabled(|timing| matches!(timing, Timing::Hazard { .. } | Timing::Delay { .. })),
            tracks: Marks::of(model.tracks.len(), 0..model.tracks.len()),
            standings: Marks::new(model.outcomes.len()),
        }
    }

    /// Nothing is to be looked at.
    pub(super) fn clear(&mut self) {
        for marks in [&mut self.latches, &mut self.outcomes, &mut self.triggers, &mut self.clocks] {
            marks.clear();
        }
        self.tracks.clear();
        self.standings.clear();
    }

    fn copy_from(&mut self, other: &Self) {
        self.latches.copy_from(&other.latches);
        self.outcomes.copy_from(&other.outcomes);
        self.triggers.copy_from(&other.triggers);
        self.clocks.copy_from(&other.clocks);
        self.tracks.copy_from(&other.tracks);
        self.standings.copy_from(&other.standings);
    }
}

impl Dependents {
    fn new(dependents: &model::Dependents) -> Self {
        Self {
            latches: Members::of(dependents.latches.iter().map(|at| *at as usize)),
            outcomes: Members::of(dependents.outcomes.iter().map(|outcome| outcome.index())),
            triggers: Members::of(dependents.triggers.iter().map(|rule| rule.index())),
            clocks: Members::of(dependents.clocks.iter().map(|rule| rule.index())),
            tracks: Members::of(dependents.tracks.iter().map(|at| *at as usize)),
        }
    }
}

impl Plan {
    fn new(model: &Model) -> Self {
        let mut edges = Vec::new();
        let mut cooldowns = vec![None; model.rules.len()];
        let enabled = || model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled);
        for (at, rule) in enabled() {
            edges.extend(rule.window.map(|_| Edge::Window(at)));
            if rule.cooldown.is_some() {
                cooldowns[at] = Some(edges.len() as u32);
                edges.push(Edge::Cooldown(at));
            }
        }
        let mut calendar = Calendar::new(edges.len() + model.rules.len());
        let mut values = model.initial.clone();
        for (slot, edge) in edges.iter().enumerate() {
            if let Edge::Window(rule) = edge
                && let Some(window) = model.rules[*rule].window
            {
                let within = window.from <= 0.0 && 0.0 < window.until;
                values[window.variable.index()] = f64::from(u8::from(within));
                let next = if window.from > 0.0 { window.from } else { window.until };
                calendar.set(slot, if next > 0.0 { next } else { f64::INFINITY });
            }
        }
        for (at, rule) in enabled() {
            match rule.timing {
                Timing::Every(time) => calendar.set(edges.len() + at, time),
                Timing::At(time) if time >= 0.0 => calendar.set(edges.len() + at, time),
                _ => {}
            }
        }
        let reads_time = |code: Option<&Code>| code.is_some_and(Code::timed);
        let outcomes = 0..model.outcomes.len();
        let tracks = 0..model.tracks.len();
        let traits = |event: &Event| EventTraits {
            count: event.count,
            last_time: event.last_time,
            answered: !event.answers.is_empty(),
        };
        Self {
            events: model.events.iter().map(traits).collect(),
            dependents: model.dependents.iter().map(Dependents::new).collect(),
            ends: outcomes.clone().filter(|at| model.outcomes[*at].ends).collect(),
            timed_outcomes: outcomes
                .filter(|at| reads_time(model.outcomes[*at].condition.as_ref()))
                .collect(),
            timed_tracks: tracks.filter(|at| model.tracks[*at].code.timed()).collect(),
            rules: model.rules.iter().map(|rule| Condition::new(rule, DISABLED)).collect(),
            dirty: Dirty::all(model),
            edges,
            cooldowns,
            values,
            calendar,
        }
    }
}

/// How many numbers choices have.
fn choices(model: &Model) -> usize {
    fn within(choice: &Choice) -> usize {
        let inner = choice.options.iter().filter_map(|option| option.body.choice.as_ref());
        inner.map(within).max().unwrap_or(0).max(choice.number as usize + 1)
    }
    let choices = model.rules.iter().filter_map(|rule| rule.body.choice.as_ref());
    choices.map(within).max().unwrap_or(0)
}
