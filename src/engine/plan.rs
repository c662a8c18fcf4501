//! What is the same in all runs of a model: in which state they start, and what each thing rests on.

use super::calendar::Calendar;
use super::cells::{Cell, Cells, CellsBuilder, Place};
use super::clock::Start;
use super::dirty::{Dirty, Kind, Members};
use super::effects::{Column, Effects, Finder};
use super::plain::plain;
use crate::id::{EventId, VariableId};
use crate::model::{Code, Dependents, Event, Model, QuickRate, Rule, SetupKind, Timing};

/// What is the same in all runs.
pub(super) struct Plan<'m> {
    /// The first slots of the calendar; a slot for each rule follows.
    pub(super) edges: Vec<Edge>,
    /// By rule.
    pub(super) traits: Vec<RuleTraits>,
    /// By rule: what its firing does, if that is plain. Apart from the rest, as for such a rule nothing else is looked at.
    pub(super) plain: Vec<Option<Column>>,
    pub(super) events: Vec<EventTraits>,
    /// Of each variable, what is marked whenever it changes. Cells mark the rest.
    pub(super) dependents: Vec<Members>,
    /// Rules with what is fixed in a run of their rates.
    pub(super) fixed: Vec<(u32, VariableId)>,
    pub(super) effects: Effects<'m>,
    /// By latch, and by outcome: whether its condition holds.
    pub(super) latches: Vec<Truth>,
    pub(super) outcomes: Vec<Truth>,
    /// Outcomes that end a run.
    pub(super) ends: Vec<usize>,
    /// Outcomes that read the time.
    pub(super) timed_outcomes: Vec<usize>,
    /// Tracks that are computed, not followed.
    pub(super) computed_tracks: Vec<usize>,
    /// Those of them that read the time.
    pub(super) timed_tracks: Vec<usize>,
    /// The state in which runs start.
    pub(super) values: Vec<f64>,
    /// What is drawn or computed at the start of each run: positions in the setup.
    pub(super) initial: Vec<usize>,
    /// Slots that are due at a time known from the start.
    scheduled: Vec<(usize, f64)>,
    /// By rule.
    pub(super) starts: Vec<Start>,
    pub(super) dirty: Dirty,
}

/// What is the same of a rule in all runs.
#[derive(Clone, Copy)]
pub(super) struct RuleTraits {
    /// Whether its condition holds.
    pub(super) condition: Truth,
    /// The slot of its cooldown's end.
    pub(super) cooldown: Option<u32>,
    pub(super) event: EventId,
    /// Whether the firing of that changes anything besides the assignments.
    pub(super) tells: bool,
}

/// How it is found whether a condition holds.
#[derive(Clone, Copy)]
pub(super) enum Truth {
    /// It always does.
    Always,
    /// Where a cell is above 0.
    Positive(Cell),
    /// Where some cells are above 0: the first, and how many follow one another.
    AllPositive(Cell, u32),
    /// Where the factor of the hazard does not say that it is disarmed.
    NotDisarmed,
    /// By evaluating it.
    Evaluated,
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

impl<'m> Plan<'m> {
    /// Of a model, with the cells of what it looks up.
    pub(super) fn new(model: &'m Model) -> (Self, Cells) {
        let enabled = || model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled);
        let (edges, cooldowns) = edges(model);
        let mut scheduled = Vec::new();
        let mut values = model.initial.clone();
        for (slot, edge) in edges.iter().enumerate() {
            if let Edge::Window(rule) = edge
                && let Some(window) = model.rules[*rule].window
            {
                let within = window.from <= 0.0 && 0.0 < window.until;
                values[window.variable.index()] = f64::from(u8::from(within));
                let next = if window.from > 0.0 { window.from } else { window.until };
                scheduled.extend((next > 0.0).then_some((slot, next)));
            }
        }
        for (at, rule) in enabled() {
            match rule.timing {
                Timing::Every(time) => scheduled.push((edges.len() + at, time)),
                Timing::At(time) if time >= 0.0 => scheduled.push((edges.len() + at, time + 0.0)), // −0 becomes 0
                _ => {}
            }
        }
        let mut dirty = Dirty::all(model);
        let mut lookup = Lookup {
            cells: CellsBuilder::new(&values, &dirty, &model.dependents),
            starts: model.rules.iter().map(Start::new).collect(),
        };
        let latches = model.latches.iter().enumerate();
        let latches: Vec<Truth> =
            latches.map(|(at, latch)| lookup.truth(Some(&latch.condition), (Kind::Latch, at))).collect();
        let outcomes = model.outcomes.iter().enumerate();
        let outcomes: Vec<Truth> = outcomes
            .map(|(at, outcome)| lookup.truth(outcome.condition.as_ref(), (Kind::Outcome, at)))
            .collect();
        let rules = model.rules.iter().enumerate();
        let conditions: Vec<Truth> = rules.map(|(at, rule)| lookup.rule(rule, at)).collect();
        let Lookup { cells, starts } = lookup;
        let cells = cells.build();
        let is_computed = |track: usize| model.followed(track).is_none();
        let is_unmarked = |kind, at: usize| match kind {
            Kind::Latch => latches[at].is_cell(),
            Kind::Outcome => outcomes[at].is_cell(),
            Kind::Trigger => conditions[at].is_cell(),
            Kind::Clock => match model.rules[at].timing {
                Timing::Hazard { .. } => starts[at].is_product(),
                _ => conditions[at].is_cell(),
            },
            Kind::Track => !is_computed(at),
            Kind::Nothing => false,
        };
        // What does not hold in the state in which runs start need not be found not to hold in every run.
        let holds = |rule: usize| conditions[rule].known_of(starts[rule].factor, &cells.starts, &cells);
        let known = |truth: &Truth| truth.known(&cells.starts, &cells);
        dirty.keep(Kind::Latch, |at| known(&latches[at]) != Some(false));
        dirty.keep(Kind::Outcome, |at| known(&outcomes[at]) != Some(false));
        dirty.keep(Kind::Trigger, |at| holds(at) != Some(false));
        dirty.keep(Kind::Clock, |at| holds(at) != Some(false));
        dirty.keep(Kind::Track, is_computed);
        let dependents: Vec<Members> =
            model.dependents.iter().map(|all| dirty.members(&marked(all, is_unmarked))).collect();
        let reads_time = |code: Option<&Code>| code.is_some_and(Code::timed);
        let all = 0..model.outcomes.len();
        let timed_outcomes: Vec<usize> =
            all.clone().filter(|at| reads_time(model.outcomes[*at].condition.as_ref())).collect();
        let timeless = timed_outcomes.is_empty();
        let effects = Finder::new(model, &cells, &dependents, &dirty, timeless).find();
        let events: Vec<EventTraits> = model.events.iter().map(EventTraits::of).collect();
        let traits = model.rules.iter().enumerate().map(|(at, rule)| RuleTraits {
            condition: conditions[at],
            cooldown: cooldowns[at],
            event: rule.event,
            tells: events[rule.event.index()].any(),
        });
        let traits = traits.collect();
        let computed_tracks: Vec<usize> = (0..model.tracks.len()).filter(|at| is_computed(*at)).collect();
        let timed_tracks = computed_tracks.iter().copied().filter(|at| model.tracks[*at].code.timed());
        let setup = 0..model.setup.len();
        let plan = Self {
            traits,
            plain: (0..model.rules.len()).map(|at| plain(model, at, &starts[at], &effects)).collect(),
            events,
            dependents,
            effects,
            fixed: enabled().filter_map(|(at, rule)| Some((at as u32, fixed(rule, &starts[at])?))).collect(),
            latches,
            outcomes,
            ends: all.filter(|at| model.outcomes[*at].ends).collect(),
            timed_outcomes,
            timed_tracks: timed_tracks.collect(),
            computed_tracks,
            initial: setup.filter(|at| model.setup[*at].kind == SetupKind::Initial).collect(),
            starts,
            dirty,
            edges,
            values,
            scheduled,
        };
        (plan, cells)
    }

    /// The calendar with which runs start.
    pub(super) fn calendar(&self) -> Calendar {
        let mut calendar = Calendar::new(self.edges.len() + self.starts.len());
        self.schedule(&mut calendar);
        calendar
    }

    /// Sets what is due at a time known from the start.
    pub(super) fn schedule(&self, calendar: &mut Calendar) {
        self.scheduled.iter().for_each(|(slot, time)| calendar.set(*slot, *time));
    }
}

/// What is fixed in a run of the rate of a rule that starts so, if that is a product of it.
fn fixed(rule: &Rule, start: &Start) -> Option<VariableId> {
    match &rule.timing {
        Timing::Hazard { quick: Some(quick), .. } if start.is_product() => quick.fixed,
        _ => None,
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

/// What is marked when a variable changes: not what is a cell, nor a track that is followed.
fn marked(dependents: &Dependents, is_unmarked: impl Fn(Kind, usize) -> bool) -> Vec<(Kind, usize)> {
    let kinds = [Kind::Latch, Kind::Outcome, Kind::Trigger, Kind::Clock, Kind::Track];
    let all = kinds.into_iter().flat_map(|kind| kind.all_in(dependents).map(move |at| (kind, at)));
    all.filter(|(kind, at)| !is_unmarked(*kind, *at)).collect()
}

/// Makes cells of what is looked up.
struct Lookup<'a> {
    cells: CellsBuilder<'a>,
    starts: Vec<Start>,
}

impl Lookup<'_> {
    fn truth(&mut self, condition: Option<&Code>, owner: (Kind, usize)) -> Truth {
        let Some(condition) = condition else { return Truth::Always };
        if let Some(table) = condition.lookup() {
            return Truth::Positive(self.cells.add(table, owner));
        }
        let Some(tables) = condition.conjunction() else { return Truth::Evaluated };
        let cells: Vec<Cell> = tables.map(|table| self.cells.add_part(table, owner)).collect();
        Truth::AllPositive(cells[0], cells.len() as u32)
    }

    fn rule(&mut self, rule: &Rule, at: usize) -> Truth {
        if rule.disabled {
            // Nothing asks.
            return Truth::Evaluated;
        }
        if let Timing::Hazard { quick: Some(quick), .. } = &rule.timing
            && let Some((place, factor)) = self.cells.add_rate(&quick.factor, at)
        {
            self.starts[at].be_product(place, factor);
            return Truth::NotDisarmed;
        }
        let owner = match &rule.timing {
            Timing::Trigger => (Kind::Trigger, at),
            Timing::Delay { .. } | Timing::Answer { after: Some(_), .. } => (Kind::Clock, at),
            // A hazard that is evaluated is looked at whenever its condition or its rate may have changed.
            Timing::Hazard { .. } | Timing::Answer { after: None, .. } | Timing::Every(_) | Timing::At(_) => {
                (Kind::Nothing, 0)
            }
        };
        self.truth(rule.when.as_ref(), owner)
    }
}

impl Truth {
    fn is_cell(self) -> bool {
        matches!(self, Self::Positive(_) | Self::AllPositive(..) | Self::NotDisarmed)
    }

    /// Whether the condition holds, if that can be told without evaluating it.
    #[inline]
    pub(super) fn known(self, places: &[Place], cells: &Cells) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Positive(cell) => Some(cells.value(places, cell) > 0.0),
            Self::AllPositive(first, count) => {
                Some(first.following(count).all(|cell| cells.value(places, cell) > 0.0))
            }
            Self::NotDisarmed | Self::Evaluated => None,
        }
    }

    /// The same of a rule with this factor, if it is a product.
    #[inline]
    pub(super) fn known_of(self, factor: f64, places: &[Place], cells: &Cells) -> Option<bool> {
        match self {
            Self::NotDisarmed => Some(!QuickRate::is_disarmed(factor)),
            truth => truth.known(places, cells),
        }
    }
}

impl EventTraits {
    pub(super) fn of(event: &Event) -> Self {
        Self { count: event.count, last_time: event.last_time, answered: !event.answers.is_empty() }
    }

    /// Whether there is anything.
    pub(super) fn any(&self) -> bool {
        self.count.is_some() || self.last_time.is_some() || self.answered
    }
}
