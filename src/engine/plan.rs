//! What is the same in all runs of a model: in which state they start, and what each thing rests on.

use super::calendar::Calendar;
use super::cells::{Cell, Cells, CellsBuilder};
use super::clock::{Condition, DISABLED};
use super::dirty::{Dirty, Kind, Members};
use crate::id::{SiteId, VariableId};
use crate::model::{Assignment, Code, Dependents, Domain, Event, Model, QuickRate, Rule, Timing};

/// What is the same in all runs.
pub(super) struct Plan {
    /// The first slots of the calendar; a slot for each rule follows.
    pub(super) edges: Vec<Edge>,
    /// For each rule, the slot of its cooldown's end.
    pub(super) cooldowns: Vec<Option<u32>>,
    pub(super) events: Vec<EventTraits>,
    /// Of each variable, what is marked whenever it changes. Cells mark the rest.
    pub(super) dependents: Vec<Members>,
    /// By rule: whether its condition holds.
    pub(super) conditions: Vec<Truth>,
    /// By rule.
    pub(super) clocks: Vec<Clock>,
    /// By rule: its firing, if it is plain.
    pub(super) plain: Vec<Option<Plain>>,
    /// The columns of plain firings, one after another.
    pub(super) columns: Vec<f64>,
    /// By latch, and by outcome: whether its condition holds.
    pub(super) latches: Vec<Truth>,
    pub(super) outcomes: Vec<Truth>,
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
    pub(super) dirty: Dirty,
}

/// How it is found whether a condition holds.
#[derive(Clone, Copy)]
pub(super) enum Truth {
    /// It always does.
    Always,
    /// Where a cell is above 0.
    Positive(Cell),
    /// Where a cell, the factor of a hazard, does not say that it is disarmed.
    NotDisarmed(Cell),
    /// By evaluating it.
    Evaluated,
}

/// How a rule's clock is settled.
#[derive(Clone, Copy)]
pub(super) enum Clock {
    /// A hazard whose rate is what is fixed in a run × what a cell holds; its exponentials come from the site.
    Product(Option<VariableId>, Cell, SiteId),
    /// By what the rule says.
    Evaluated,
}

/// The firing of a hazard that is one assignment and nothing else, as most are.
#[derive(Clone, Copy)]
pub(super) struct Plain {
    /// What is assigned.
    pub(super) variable: VariableId,
    /// The variable on which its value depends: that at its position above the lowest, in `columns`.
    pub(super) by: VariableId,
    /// Its lowest value; +∞ if what is assigned is always the same.
    pub(super) low: f64,
    pub(super) column: u32,
}

/// What changes arming by itself at a time known before.
#[derive(Clone, Copy)]
pub(super) enum Edge {
    /// The active span of a rule begins or ends.
    Window(usize),
    /// The cooldown of a rule ends.
    Cooldown(usize),
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

impl Plan {
    /// Of a model, with the cells of what it looks up.
    pub(super) fn new(model: &Model) -> (Self, Cells) {
        let enabled = || model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled);
        let (edges, cooldowns) = edges(model);
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
        let mut dirty = Dirty::all(model);
        let mut lookup = Lookup(CellsBuilder::new(&values, &dirty, &model.dependents));
        let latches = model.latches.iter().enumerate();
        let latches: Vec<Truth> =
            latches.map(|(at, latch)| lookup.truth(Some(&latch.condition), (Kind::Latch, at))).collect();
        let outcomes = model.outcomes.iter().enumerate();
        let outcomes: Vec<Truth> = outcomes
            .map(|(at, outcome)| lookup.truth(outcome.condition.as_ref(), (Kind::Outcome, at)))
            .collect();
        let rules = model.rules.iter().enumerate();
        let (conditions, clocks): (Vec<Truth>, Vec<Clock>) =
            rules.map(|(at, rule)| lookup.rule(rule, at)).unzip();
        let cells = lookup.0.build();
        let is_cell = |kind, at: usize| match kind {
            Kind::Latch => latches[at].is_cell(),
            Kind::Outcome => outcomes[at].is_cell(),
            Kind::Trigger => conditions[at].is_cell(),
            Kind::Clock => match model.rules[at].timing {
                Timing::Hazard { .. } => matches!(clocks[at], Clock::Product(..)),
                _ => conditions[at].is_cell(),
            },
            Kind::Track | Kind::Standing | Kind::Nothing => false,
        };
        // What does not hold in the state in which runs start need not be found not to hold in every run.
        for (kind, truths) in [
            (Kind::Latch, &latches),
            (Kind::Outcome, &outcomes),
            (Kind::Trigger, &conditions),
            (Kind::Clock, &conditions),
        ] {
            let falses = truths.iter().enumerate().filter(|(_, truth)| truth.known(&cells) == Some(false));
            falses.for_each(|(at, _)| dirty.remove(kind, at));
        }
        let dependents = model.dependents.iter().map(|all| dirty.members(&marked(all, is_cell))).collect();
        let mut columns = Vec::new();
        let rules = model.rules.iter().zip(&clocks);
        let plain = rules.map(|(rule, clock)| Plain::of(rule, *clock, model, &mut columns)).collect();
        let reads_time = |code: Option<&Code>| code.is_some_and(Code::timed);
        let all = 0..model.outcomes.len();
        let tracks = 0..model.tracks.len();
        let plan = Self {
            events: model.events.iter().map(EventTraits::of).collect(),
            dependents,
            conditions,
            plain,
            columns,
            clocks,
            latches,
            outcomes,
            ends: all.clone().filter(|at| model.outcomes[*at].ends).collect(),
            timed_outcomes: all.filter(|at| reads_time(model.outcomes[*at].condition.as_ref())).collect(),
            timed_tracks: tracks.filter(|at| model.tracks[*at].code.timed()).collect(),
            rules: model.rules.iter().map(|rule| Condition::new(rule, DISABLED)).collect(),
            dirty,
            edges,
            cooldowns,
            values,
            calendar,
        };
        (plan, cells)
    }
}

/// The edges of all rules, and for each rule the slot of its cooldown's end.
fn edges(model: &Model) -> (Vec<Edge>, Vec<Option<u32>>) {
    let mut edges = Vec::new();
    let mut cooldowns = vec![None; model.rules.len()];
    for (at, rule) in model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
        edges.extend(rule.window.map(|_| Edge::Window(at)));
        if rule.cooldown.is_some() {
            cooldowns[at] = Some(edges.len() as u32);
            edges.push(Edge::Cooldown(at));
        }
    }
    (edges, cooldowns)
}

/// What is marked when a variable changes, except what is a cell.
fn marked(dependents: &Dependents, is_cell: impl Fn(Kind, usize) -> bool) -> Vec<(Kind, usize)> {
    let kinds = [Kind::Latch, Kind::Outcome, Kind::Trigger, Kind::Clock, Kind::Track];
    let all = kinds.into_iter().flat_map(|kind| kind.all_in(dependents).map(move |at| (kind, at)));
    all.filter(|(kind, at)| !is_cell(*kind, *at)).collect()
}

/// Makes cells of what is looked up.
struct Lookup<'a>(CellsBuilder<'a>);

impl Lookup<'_> {
    fn truth(&mut self, condition: Option<&Code>, owner: (Kind, usize)) -> Truth {
        let Some(condition) = condition else { return Truth::Always };
        let Some(table) = condition.lookup() else { return Truth::Evaluated };
        Truth::Positive(self.0.add(table, owner))
    }

    fn rule(&mut self, rule: &Rule, at: usize) -> (Truth, Clock) {
        let owner = match &rule.timing {
            Timing::Hazard { quick: Some(quick), site, .. } => {
                let cell = self.0.add(&quick.factor, (Kind::Clock, at));
                return (Truth::NotDisarmed(cell), Clock::Product(quick.fixed, cell, *site));
            }
            Timing::Trigger => (Kind::Trigger, at),
            Timing::Delay { .. } | Timing::Answer { after: Some(_), .. } => (Kind::Clock, at),
            // A hazard that is evaluated is looked at whenever its condition or its rate may have changed.
            Timing::Hazard { .. } | Timing::Answer { after: None, .. } | Timing::Every(_) | Timing::At(_) => {
                (Kind::Nothing, 0)
            }
        };
        (self.truth(rule.when.as_ref(), owner), Clock::Evaluated)
    }
}

impl Truth {
    fn is_cell(self) -> bool {
        matches!(self, Self::Positive(_) | Self::NotDisarmed(_))
    }

    /// Whether the condition holds, if that can be told without evaluating it.
    #[inline]
    pub(super) fn known(self, cells: &Cells) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Positive(cell) => Some(cells.value(cell) > 0.0),
            Self::NotDisarmed(cell) => Some(cells.value(cell) != QuickRate::DISARMED),
            Self::Evaluated => None,
        }
    }
}

impl Plain {
    /// Of a rule with this clock, if it is so.
    fn of(rule: &Rule, clock: Clock, model: &Model, columns: &mut Vec<f64>) -> Option<Self> {
        let event = &model.events[rule.event.index()];
        let told = event.count.is_some() || event.last_time.is_some() || !event.answers.is_empty();
        let limited = rule.limit.is_some() || rule.cooldown.is_some();
        let (Clock::Product(..), None, [assignment]) = (clock, &rule.body.choice, &*rule.body.assignments)
        else {
            return None;
        };
        if told || limited {
            return None;
        }
        let Assignment { variable, value, low, high } = assignment;
        let (by, lowest, values) =
            match (value.as_constant(), value.lookup().map(|table| (table, table.axes()))) {
                (Some(constant), _) => (*variable, f64::INFINITY, vec![constant]),
                // A count goes on beyond the table.
                (None, Some((table, [axis])))
                    if model.variables[axis.variable.index()].domain != Domain::Count =>
                {
                    (axis.variable, axis.low, table.values().to_vec())
                }
                _ => return None,
            };
        let column = columns.len() as u32;
        columns.extend(values.iter().map(|value| value.clamp(*low, *high)));
        let is_finite = values.iter().all(|value| value.is_finite());
        is_finite.then_some(Self { variable: *variable, by, low: lowest, column })
    }
}

impl EventTraits {
    fn of(event: &Event) -> Self {
        Self { count: event.count, last_time: event.last_time, answered: !event.answers.is_empty() }
    }
}
