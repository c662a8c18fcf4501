//! Rules, events and choices as the engine sees them.

use super::{Code, Draw, Table};
use crate::id::{ActorId, ClaimId, EventId, SiteId, VariableId};

/// A rule: condition, timing, body.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The event of its firing.
    pub event: EventId,
    /// Its condition, with the window of `active`; none if it always holds.
    pub when: Option<Code>,
    /// When it fires.
    pub timing: Timing,
    /// Most firings in a run.
    pub limit: Option<u64>,
    /// Days for which it is disarmed after a firing; above 0.
    pub cooldown: Option<f64>,
    /// Its active span, if it has one.
    pub window: Option<Window>,
    /// Switched off: never fires.
    pub disabled: bool,
    /// What a firing does.
    pub body: Body,
}

/// The active span of a rule: from ≤ t < until, in days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// First time.
    pub from: f64,
    /// End, not included; +∞ if open.
    pub until: f64,
    /// The variable that is 1 within it; at the start as at time 0.
    pub variable: VariableId,
}

/// When a rule fires.
#[derive(Clone, Debug)]
pub enum Timing {
    /// As a Poisson process while armed.
    Hazard {
        /// Firings per day, before `factors`; not below 0.
        rate: Code,
        /// Whether `rate` comes from a `chance`: then it is NaN for a probability outside [0, 1).
        chance: bool,
        /// The rate under `when` in its quickest form, if it has one; none as compiled.
        quick: Option<Box<QuickRate>>,
        /// Where its exponentials come from.
        site: SiteId,
    },
    /// Once a delay has passed since it was armed.
    Delay {
        /// The delay, in days, already divided by `scale`.
        delay: Draw,
        /// Not cancelled by disarming.
        sticky: bool,
        /// Starts anew after a firing that leaves it armed.
        repeat: bool,
        /// Where its random numbers come from.
        site: SiteId,
    },
    /// At each multiple of a duration in days, above 0.
    Every(f64),
    /// At one time, in days.
    At(f64),
    /// At once, when `when` becomes true.
    Trigger,
    /// At each firing of one of these events.
    Answer {
        /// What it waits for.
        sources: Vec<EventId>,
        /// How long after, if not at once: the delay, whether sticky, and its site.
        after: Option<AnswerDelay>,
    },
}

/// A rate under a condition, as what is fixed in a run × what is looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct QuickRate {
    /// What parameters make of it; 1 if there is none.
    pub fixed: Option<VariableId>,
    /// The rest, [`QuickRate::DISARMED`] where the condition does not hold; elsewhere never −0.
    pub factor: Table,
}

impl QuickRate {
    /// A factor of 0 that tells that it is so by the condition.
    pub const DISARMED: f64 = -0.0;

    /// Whether a factor tells that the condition does not hold.
    #[inline]
    pub fn is_disarmed(factor: f64) -> bool {
        factor.to_bits() == Self::DISARMED.to_bits()
    }
}

/// The delay of an answer.
#[derive(Clone, Debug)]
pub struct AnswerDelay {
    /// The delay, in days.
    pub delay: Draw,
    /// Not cancelled by disarming.
    pub sticky: bool,
    /// Where its random numbers come from.
    pub site: SiteId,
}

/// What a firing does: assignments, and possibly a choice.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Applied at once, all computed in the state before.
    pub assignments: Vec<Assignment>,
    /// Then exactly one available option, if there is one.
    pub choice: Option<Choice>,
}

/// One assignment; the engine clamps the value to the variable's bounds.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// What is assigned.
    pub variable: VariableId,
    /// The value, before clamping.
    pub value: Code,
    /// The lowest value that the variable holds.
    pub low: f64,
    /// The highest value that the variable holds.
    pub high: f64,
}

/// A choice between options.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Which kind.
    pub kind: ChoiceKind,
    /// The options, in the order of the file.
    pub options: Vec<ChoiceOption>,
    /// Position of this choice among all of the model: it counts how often it was made.
    pub number: u32,
}

/// How options are weighed.
#[derive(Clone, Debug)]
pub enum ChoiceKind {
    /// By weights.
    Weights,
    /// By utilities: probability ∝ exp(rationality × utility).
    Utilities {
        /// Not below 0.
        rationality: Code,
    },
}

/// One option of a choice.
#[derive(Clone, Debug)]
pub struct ChoiceOption {
    /// The event of its being taken.
    pub event: EventId,
    /// Its condition, if it has one.
    pub when: Option<Code>,
    /// Its weight, or utility.
    pub measure: Code,
    /// Switched off.
    pub disabled: bool,
    /// Where its exponentials come from.
    pub site: SiteId,
    /// What it does.
    pub body: Body,
}

/// What can fire: a rule or an option.
#[derive(Clone, Debug)]
pub struct Event {
    /// `rule`, `rule.option`, `rule.option.inner`.
    pub name: String,
    /// What happens.
    pub says: Option<String>,
    /// Who acts.
    pub actor: Option<ActorId>,
    /// Towards whom.
    pub target: Option<ActorId>,
    /// What is done, in the terms of CAMEO.
    pub action: Option<&'static crate::codes::cameo::Action>,
    /// The claims it rests on; an option's own and its rule's.
    pub claims: Vec<ClaimId>,
    /// Whether its first firing is part of a path's signature.
    pub milestone: bool,
    /// Counts its firings, if something reads that.
    pub count: Option<VariableId>,
    /// Holds when it last fired, if something reads that.
    pub last_time: Option<VariableId>,
    /// Answers to its firing, in the order of the file.
    pub answers: Vec<crate::id::RuleId>,
}
