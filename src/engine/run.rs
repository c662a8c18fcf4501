//! A run from its start to its end: instant after instant, in order of time.

use super::calendar::Next;
use super::cells::Cells;
use super::draws::{Draws, ParameterCache};
use super::effects::BodyTraits;
use super::lockstep::{Lockstep, SIDE_BY_SIDE};
use super::marks::Marks;
use super::plan::{Edge, Plan};
use super::script::Script;
use super::state::State;
use super::streams::Streams;
use super::{Ending, Failure, FailureKind, MAX_STALLED_INSTANTS, Observer};
use crate::id::{EventId, RuleId};
use crate::model::{Code, Model, Setup, SetupKind};

/// Runs a model under a seed, one run after another, without allocating for each.
///
/// A run depends on model, seed, draws and index alone: not on the runs made before, nor on the observer.
pub struct Engine<'m> {
    pub(super) model: &'m Model,
    pub(super) plan: Plan<'m>,
    pub(super) streams: Streams,
    pub(super) draws: Draws,
    pub(super) parameters: ParameterCache,
    pub(super) stack: Vec<f64>,
    pub(super) cells: Cells,
    pub(super) state: State,
    /// Rules that are due in this instant by hazard, delay or schedule.
    pub(super) scheduled: Marks,
    /// Triggers and answers that are due in this cascade.
    pub(super) due: Marks,
    /// What fired in this instant.
    pub(super) fired: Vec<RuleId>,
    pub(super) firing: Scratch,
    /// Makes runs side by side, if that is how they are made.
    lockstep: Option<Box<Lockstep>>,
    /// Makes choices instead of the draws, if there is one.
    pub(super) script: Option<Box<Script>>,
}

/// Room for the firing that is being worked out.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) options: Vec<EventId>,
    /// Positions and measures of available options.
    pub(super) available: Vec<(usize, f64)>,
    /// Of the rule, then of the options taken.
    pub(super) bodies: Vec<BodyTraits>,
    /// The right-hand sides of theirs that are to be computed.
    pub(super) computed: Vec<f64>,
    /// Events whose answers have not been looked at.
    pub(super) unanswered: Vec<EventId>,
}

impl<'m> Engine<'m> {
    /// For runs of a model under a seed, with these parameter draws.
    pub fn new(model: &'m Model, seed: u64, draws: Draws) -> Self {
        let (plan, cells) = Plan::new(model);
        let state = State::new(model, &plan, &cells);
        let mut streams = Streams::new(&model.sites, seed);
        let lockstep = Lockstep::new(model, &plan, &cells, &state);
        if lockstep.is_some() {
            streams.keep_for(SIDE_BY_SIDE as u64);
        }
        Self {
            model,
            streams,
            draws,
            parameters: ParameterCache::new(model, draws),
            stack: Vec::with_capacity(Code::MAX_STACK),
            state,
            cells,
            scheduled: Marks::new(model.rules.len()),
            due: Marks::new(model.rules.len()),
            fired: Vec::new(),
            firing: Scratch::default(),
            lockstep,
            script: None,
            plan,
        }
    }

    /// Makes the runs of consecutive indices from the first on, and tells each to an observer of its own: how each ended.
    /// [`SIDE_BY_SIDE`] at a time take the least effort, the first of which has a multiple of that as its index.
    pub fn run_each<O: Observer>(&mut self, first: u64, observers: &mut [O]) -> Vec<Result<Ending, Failure>> {
        let mut endings = Vec::with_capacity(observers.len());
        for (first, observers) in (first..).step_by(SIDE_BY_SIDE).zip(observers.chunks_mut(SIDE_BY_SIDE)) {
            if first.is_multiple_of(SIDE_BY_SIDE as u64)
                && let Ok(observers) = (&mut *observers).try_into()
                && let Some(mut lockstep) = self.lockstep.take()
            {
                endings.extend(self.run_in_step(&mut lockstep, first, observers));
                self.lockstep = Some(lockstep);
            } else {
                let runs = (first..).zip(observers);
                endings.extend(runs.map(|(index, observer)| self.run(index, observer)));
            }
        }
        endings
    }

    /// Makes the run of this index and tells it to the observer.
    pub fn run<O: Observer>(&mut self, index: u64, observer: &mut O) -> Result<Ending, Failure> {
        self.run_to_end(index, observer).map_err(|failure| *failure)
    }

    fn run_to_end<O: Observer>(&mut self, index: u64, observer: &mut O) -> Result<Ending, Box<Failure>> {
        if let Some(ending) = self.start(index, observer)? {
            return Ok(ending);
        }
        loop {
            self.go_on(false, observer)?;
            if let Some(ending) = self.end(observer) {
                return Ok(ending);
            }
        }
    }

    /// Begins the run of this index, up to the end of its first instant; how it ended if it has.
    pub(super) fn start<O: Observer>(
        &mut self,
        index: u64,
        observer: &mut O,
    ) -> Result<Option<Ending>, Box<Failure>> {
        self.reset(index);
        self.set_up(self.draws.of_run(index))?;
        observer.began(&self.state.values);
        self.go_on(true, observer)?;
        Ok(self.end(observer))
    }

    /// How the run ended, if it has: the observer has then been told all.
    pub(super) fn end<O: Observer>(&mut self, observer: &mut O) -> Option<Ending> {
        let ending = self.ending()?;
        self.record_rest(observer);
        Some(ending)
    }

    /// Makes the first instant, or goes on to the end of the next one that may end the run.
    #[inline(never)]
    fn go_on<O: Observer>(&mut self, first: bool, observer: &mut O) -> Result<(), Box<Failure>> {
        let horizon = self.model.horizon;
        loop {
            let (mut due, mut changed) = (None, first);
            if first {
                self.take_due();
            } else {
                let Next { slot, time, alone } = self.state.calendar.next();
                self.record_before(time.min(horizon), observer);
                if time > horizon {
                    self.state.time = horizon;
                    self.take_standings(observer);
                    return Ok(());
                }
                self.advance(slot, time)?;
                if alone {
                    self.state.calendar.take_first();
                    due = slot.checked_sub(self.plan.edges.len());
                    if let Some(rule) = due
                        && let Some((variable, step)) = self.plain_step(rule)
                    {
                        if self.fire_plain(rule, variable, step, observer)? {
                            return Ok(());
                        }
                        continue;
                    }
                    changed = due.is_none() && self.take(slot);
                } else {
                    changed = self.take_due();
                }
            }
            self.unfold(due, changed, observer)?;
            if self.end_instant(observer)? || first {
                return Ok(());
            }
        }
    }

    pub(super) fn reset(&mut self, index: u64) {
        self.streams.begin(index);
        self.state.begin(&self.plan, &self.cells, index);
        self.stack.clear();
        self.scheduled.clear();
        self.due.clear();
        self.firing.unanswered.clear();
    }

    /// Sets parameters and what is derived from them to those of a parameter draw, and draws initial values.
    fn set_up(&mut self, draw: u64) -> Result<(), Box<Failure>> {
        let model = self.model;
        if !self.parameters.recall(draw, &mut self.state.values) {
            for setup in model.setup.iter().filter(|setup| setup.kind == SetupKind::Parameter) {
                let random = setup.draw.is_random();
                let uniform = if random { self.streams.parameter(setup.site, draw) } else { 0.0 };
                self.set_initial(setup, uniform)?;
            }
            for derived in &model.derived {
                let value = derived.code.evaluate(&self.state.values, 0.0, &mut self.stack);
                self.state.values[derived.variable.index()] = value;
            }
            self.parameters.keep(draw, &self.state.values);
        }
        for at in 0..self.plan.initial.len() {
            let setup = &model.setup[self.plan.initial[at]];
            let uniform = if setup.draw.is_random() {
                self.streams.next(setup.site, &mut self.state.drawn)
            } else {
                0.0
            };
            self.set_initial(setup, uniform)?;
        }
        self.fix_rates();
        Ok(())
    }

    fn set_initial(&mut self, setup: &Setup, uniform: f64) -> Result<(), Box<Failure>> {
        let value = setup.draw.value(uniform, &self.state.values, 0.0, &mut self.stack);
        if !value.is_finite() {
            let kind = FailureKind::Initial(setup.variable, value);
            return Err(Box::new(Failure { time: 0.0, rule: None, kind }));
        }
        let (low, high) = self.model.variables[setup.variable.index()].domain.bounds(&self.model.sets);
        let value = value.clamp(low, high);
        let old = std::mem::replace(&mut self.state.values[setup.variable.index()], value);
        if setup.kind == SetupKind::Initial {
            self.mark(setup.variable, old, value);
        }
        Ok(())
    }

    /// Goes to the time of the next instant, at which this slot is due.
    fn advance(&mut self, slot: usize, time: f64) -> Result<(), Box<Failure>> {
        self.state.instants = if time == self.state.time { self.state.instants + 1 } else { 1 };
        self.state.time = time;
        if self.state.instants > MAX_STALLED_INSTANTS {
            let rule = match self.plan.edges.get(slot) {
                Some(Edge::Window(rule) | Edge::Cooldown(rule)) => *rule,
                None => slot - self.plan.edges.len(),
            };
            return Err(self.failure(rule, FailureKind::Stalled).into());
        }
        Ok(())
    }

    /// What an instant leaves: clocks, outcomes. Whether the run may have ended.
    #[inline]
    pub(super) fn end_instant<O: Observer>(&mut self, observer: &mut O) -> Result<bool, Box<Failure>> {
        self.settle_clocks()?;
        let looked = self.take_standings(observer);
        Ok(looked || self.state.time >= self.model.horizon)
    }

    /// All that happens at this time: edges and due firings, with their cascades.
    pub(super) fn happen<O: Observer>(&mut self, first: bool, observer: &mut O) -> Result<(), Box<Failure>> {
        let edges = self.take_due();
        self.unfold(None, edges || first, observer)
    }

    /// Fires the rule that is due alone, or those that are scheduled, each with its cascade; before them what follows from
    /// what has changed. There is one place where rules fire: what they do becomes part of the loop.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "calls within the loop save and restore what it holds: measured"
    )]
    fn unfold<O: Observer>(
        &mut self,
        mut due: Option<usize>,
        mut changed: bool,
        observer: &mut O,
    ) -> Result<(), Box<Failure>> {
        self.fired.clear();
        let alone = due.is_some();
        loop {
            let mut next = if changed { self.follow(observer) } else { None };
            if next.is_none() {
                let scheduled = || if alone { None } else { self.scheduled.pop() };
                let Some(rule) = due.take().or_else(scheduled) else { return Ok(()) };
                next = self.is_still_due(rule).then_some(rule);
            }
            changed = next.is_some();
            if let Some(rule) = next {
                self.fire(rule, observer)?;
            }
        }
    }

    /// Takes all slots due now from the calendar; whether there were edges, which take effect.
    fn take_due(&mut self) -> bool {
        let mut edges = false;
        while let Some(slot) = self.state.calendar.due_by(self.state.time) {
            self.state.calendar.set(slot, f64::INFINITY);
            edges |= self.take(slot);
        }
        edges
    }

    /// Takes what is due at a slot; whether it is an edge, which takes effect.
    fn take(&mut self, slot: usize) -> bool {
        let edge = self.plan.edges.get(slot).copied();
        match edge {
            Some(edge) => self.pass(slot, edge),
            None => self.scheduled.insert(slot - self.plan.edges.len()),
        }
        edge.is_some()
    }

    /// What fails the run now. It is boxed on its way: what may fail is called for every instant, and returns one word.
    pub(super) fn failure(&self, rule: usize, kind: FailureKind) -> Failure {
        Failure { time: self.state.time, rule: Some(RuleId::new(rule)), kind }
    }
}
