//! What the engine runs: the compiled scenario, immutable, with indices only.
//!
//! Nothing here is looked up by name during a run; names are kept for reports. All quantities are `f64`: truth values
//! are 0 and 1, stances, rungs and status values are positions in their set, durations and times are days.

mod code;
mod draw;
mod quick;
mod rule;
mod table;

pub use code::{Code, Op};
pub use draw::{ComputedFamily, Draw};
pub use rule::{
    AnswerDelay, Assignment, Body, Choice, ChoiceKind, ChoiceOption, Event, QuickRate, Rule, Timing, Window,
};
pub use table::{Axis, Table};

use jiff::civil::Date;

use crate::id::{ActorId, ClaimId, EventId, OutcomeId, RuleId, SetId, SiteId, VariableId};

/// A compiled scenario.
#[derive(Clone, Debug)]
pub struct Model {
    /// Short name.
    pub id: String,
    /// The question it answers.
    pub title: String,
    /// Day 0.
    pub start: Date,
    /// Days until a run ends at the latest; finite, above 0.
    pub horizon: f64,
    /// Declared sets.
    pub sets: Vec<Set>,
    /// All variables of the state: parameters first, then what the file declares, then latches and counters.
    pub variables: Vec<Variable>,
    /// Values at the start, one for each variable; those drawn or computed are filled in by `setup`.
    pub initial: Vec<f64>,
    /// Parameters and initial values to be drawn or computed at the start of a run, in this order.
    pub setup: Vec<Setup>,
    /// What is computed from parameters at the start of a run, so that it need not be again; empty as compiled.
    pub derived: Vec<Derived>,
    /// Rules in the order of the file.
    pub rules: Vec<Rule>,
    /// Events: the rules first, in their order, then the options, in the order of the file.
    pub events: Vec<Event>,
    /// Conditions that stay true once they have held: red lines, watches, `ever(…)`.
    pub latches: Vec<Latch>,
    /// Outcomes, most severe first; the last takes what no other does.
    pub outcomes: Vec<Outcome>,
    /// Named sets of outcomes.
    pub groups: Vec<Group>,
    /// What the report answers first.
    pub headline: Headline,
    /// Watches: name and latch.
    pub watches: Vec<Watch>,
    /// Red lines: actor, name and latch.
    pub red_lines: Vec<RedLine>,
    /// Times at which tracks are recorded, rising, in days; the first is 0, the last the horizon.
    pub grid: Vec<f64>,
    /// What is recorded at the grid's times.
    pub tracks: Vec<Track>,
    /// Pairs of a relation that is measured on a ladder.
    pub dyads: Vec<Dyad>,
    /// Actors.
    pub actors: Vec<Actor>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// Parameters, for the report.
    pub parameters: Vec<Parameter>,
    /// Places that draw, by name.
    pub sites: Vec<Site>,
    /// For each variable, what to look at again when it changes.
    pub dependents: Vec<Dependents>,
}

/// A declared set of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The ladder's name, or the variable whose values these are.
    pub name: String,
    /// The values, lowest first.
    pub values: Vec<String>,
    /// Whether it is a ladder: its rungs have an order.
    pub ladder: bool,
}

/// A variable of the state.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// As it is written: `iran.retaliation`, `hostility(iran, israel)`.
    pub name: String,
    /// Which values it takes.
    pub domain: Domain,
    /// Unit, for display.
    pub unit: Option<String>,
}

/// Which values a variable takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// 0 or 1.
    Flag,
    /// Integers within bounds.
    Level {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Reals within bounds.
    Gauge {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// A position in a set.
    Set(SetId),
    /// A parameter: a number, constant in a run.
    Number,
    /// A parameter: a duration in days, constant in a run.
    Duration,
    /// A latch: 0, then 1.
    Latch,
    /// How often an event fired.
    Count,
    /// When an event last fired: −∞ before it first did.
    LastTime,
    /// Whether the time is within a rule's active span.
    Window,
}

/// Whole numbers from 0 below this are few: where a track has no others, they are counted one by one.
pub const FEW: usize = 16;

impl Domain {
    /// The lowest and highest value, if all are whole numbers within these bounds.
    pub fn discrete(self, sets: &[Set]) -> Option<(f64, f64)> {
        match self {
            Self::Flag | Self::Latch | Self::Window | Self::Level { .. } | Self::Set(_) => {
                Some(self.bounds(sets))
            }
            Self::Gauge { .. } | Self::Number | Self::Duration | Self::Count | Self::LastTime => None,
        }
    }

    /// The lowest and highest value that a variable of this domain holds, with the model's sets.
    pub fn bounds(self, sets: &[Set]) -> (f64, f64) {
        match self {
            Self::Level { low, high } | Self::Gauge { low, high } => (low, high),
            Self::Flag | Self::Latch | Self::Window => (0.0, 1.0),
            Self::Set(set) => (0.0, (sets[set.index()].values.len() - 1) as f64),
            Self::Number | Self::Duration | Self::Count | Self::LastTime => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
        }
    }
}

/// A value drawn or computed at the start of a run.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Which variable.
    pub variable: VariableId,
    /// How; its expressions read earlier entries only.
    pub draw: Draw,
    /// Where its random number comes from.
    pub site: SiteId,
    /// What it sets.
    pub kind: SetupKind,
}

/// What is set at the start of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupKind {
    /// A parameter: uncertain to the analyst; runs of one parameter draw share it.
    Parameter,
    /// An initial value: every run has its own.
    Initial,
}

/// A value that is computed from parameters at the start of a run.
#[derive(Clone, Debug)]
pub struct Derived {
    /// Which variable: one that nothing else changes.
    pub variable: VariableId,
    /// Its value, finite or not; it reads parameters only.
    pub code: Code,
}

/// A condition that stays true once it has held.
#[derive(Clone, Debug)]
pub struct Latch {
    /// The condition.
    pub condition: Code,
    /// The variable that becomes 1.
    pub variable: VariableId,
}

/// A class of runs.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id in the file.
    pub name: String,
    /// What it means.
    pub says: Option<String>,
    /// Its condition; none for `otherwise`.
    pub condition: Option<Code>,
    /// Whether a run ends as soon as it holds.
    pub ends: bool,
    /// The claims it rests on.
    pub claims: Vec<ClaimId>,
}

/// A named set of outcomes.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its id in the file.
    pub name: String,
    /// What it means.
    pub says: Option<String>,
    /// Its outcomes, in the order of the outcomes.
    pub outcomes: Vec<OutcomeId>,
}

/// What the report answers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    /// An outcome.
    Outcome(OutcomeId),
    /// A group, by position.
    Group(usize),
}

/// A condition whose first time is recorded.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Its id in the file.
    pub name: String,
    /// Its latch, by position.
    pub latch: usize,
}

/// A publicly stated condition of an actor.
#[derive(Clone, Debug)]
pub struct RedLine {
    /// Whose.
    pub actor: ActorId,
    /// `actor.red_line`.
    pub name: String,
    /// What would cross it.
    pub says: Option<String>,
    /// Its latch, by position.
    pub latch: usize,
    /// The claims it rests on.
    pub claims: Vec<ClaimId>,
}

/// An expression recorded over time.
#[derive(Clone, Debug)]
pub struct Track {
    /// Its id in the file.
    pub name: String,
    /// The expression.
    pub code: Code,
    /// The set whose positions it gives, if it is not a number.
    pub set: Option<SetId>,
}

/// A pair of a relation measured on a ladder.
#[derive(Clone, Debug)]
pub struct Dyad {
    /// The relation.
    pub relation: String,
    /// The pair, as declared.
    pub pair: (ActorId, ActorId),
    /// Whether the two orders are one variable.
    pub symmetric: bool,
    /// The variable.
    pub variable: VariableId,
    /// The ladder.
    pub set: SetId,
}

/// An actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its id in the file.
    pub id: String,
    /// Its name for display.
    pub name: String,
    /// Whether it is a place, which things happen to and which does nothing.
    pub is_place: bool,
}

/// A statement of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its id in the file.
    pub id: String,
    /// The statement.
    pub says: String,
    /// Admiralty grade, such as `B2`.
    pub grade: String,
}

/// A parameter, for the report.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name; of an unnamed one, the rule's chance.
    pub name: String,
    /// What it stands for.
    pub says: Option<String>,
    /// Its distribution as written.
    pub value: String,
    /// The variable.
    pub variable: VariableId,
    /// The claims it rests on.
    pub claims: Vec<ClaimId>,
}

/// A place that draws random numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name and purpose, `rule iran_decides: delay`.
    pub name: String,
}

/// What to look at again when a variable changes; each list rises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependents {
    /// Latches, by position.
    pub latches: Vec<u32>,
    /// Outcomes.
    pub outcomes: Vec<OutcomeId>,
    /// Triggers whose condition reads it.
    pub triggers: Vec<RuleId>,
    /// Hazards and delays whose condition, rate or factor reads it.
    pub clocks: Vec<RuleId>,
    /// Tracks, by position.
    pub tracks: Vec<u32>,
}

impl Model {
    /// The parameters that are drawn at random.
    pub fn drawn_parameters(&self) -> impl Iterator<Item = &Setup> {
        self.setup.iter().filter(|setup| setup.kind == SetupKind::Parameter && setup.draw.is_random())
    }

    /// The event of an id.
    pub fn event(&self, event: EventId) -> &Event {
        &self.events[event.index()]
    }

    /// The rule of an id.
    pub fn rule(&self, rule: RuleId) -> &Rule {
        &self.rules[rule.index()]
    }

    /// The variable that is all of a track, by position, if its values are whole numbers from 0 below [`FEW`]: to be told of
    /// its changes is to know the track. No track is the window of a rule, which is the one variable of such values that has
    /// no name.
    pub fn followed(&self, track: usize) -> Option<VariableId> {
        let variable = self.tracks[track].code.as_variable()?;
        let (low, high) = self.variables[variable.index()].domain.discrete(&self.sets)?;
        (low >= 0.0 && high < FEW as f64).then_some(variable)
    }

    /// A value of a variable, as it is written in the file: a name of its set, `true`, a number.
    pub fn show(&self, variable: VariableId, value: f64) -> String {
        match self.variables[variable.index()].domain {
            Domain::Flag | Domain::Latch | Domain::Window => (value != 0.0).to_string(),
            Domain::Set(set) => self.sets[set.index()].values[value as usize].clone(),
            Domain::Duration | Domain::LastTime => format!("{value}d"),
            Domain::Level { .. } | Domain::Gauge { .. } | Domain::Number | Domain::Count => value.to_string(),
        }
    }

    /// The calendar day of a time in days from the start.
    pub fn date(&self, time: f64) -> Date {
        let days = jiff::Span::new().try_days(time.floor() as i64);
        days.and_then(|days| self.start.checked_add(days)).unwrap_or(Date::MAX)
    }
}
