//! A model that is memoryless and finite → the probabilities of its outcomes, computed instead of sampled.
//!
//! `docs/exact.md` says what is accepted and how it is computed. The states are found with the engine's own firings.

mod certain;
mod chain;
mod document;
mod enough;
mod explore;
mod flat;
mod ignorance;
mod kept;
mod passage;
mod refuse;
mod since;
mod space;
mod table;

pub use document::{check, document};
pub use flat::{Flat, Label};
pub use ignorance::{Combination, combinations};
pub use kept::unbounded;
pub use space::Space;

use crate::diagnostic::Finding;
use crate::engine::Failure;
use crate::model::{Draw, Model};
use crate::report::Times;
use crate::schema::Scenario;

use certain::{Certainty, certainties};
use passage::{Followed, Passage};
use since::Wanted;

/// Most probability left out by ending sums over Poisson weights, in all.
pub const TRUNCATION: f64 = 1e-12;

/// What is less probable has no times.
const LEAST_TIMED: f64 = 1e-9;

/// What is short of its share of a total by no more than this part of the total reaches it: rounding must not hide that a
/// known instant has a probability of its own.
const SLACK: f64 = 1e-9;

/// Times are found to this share of the horizon.
pub const RESOLUTION: f64 = 1.0 / 67_108_864.0;

/// Most steps of uniformisation.
pub const MAX_STEPS: f64 = 1e9;

/// The quantiles of times.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How large a problem may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most states, 1 to 2³¹.
    pub max_states: usize,
    /// Whether states are also told in words, for an export.
    pub describe: bool,
}

/// Is told how far the work is, and may stop it.
pub trait Watcher {
    /// So many states have been found; it is not known how many there are.
    fn explored(&self, states: usize) {
        let _ = states;
    }

    /// This share of the steps has been made, 0 to 1.
    fn solved(&self, share: f64) {
        let _ = share;
    }

    /// Whether to stop.
    fn stop(&self) -> bool {
        false
    }
}

/// Watches nothing and never stops.
pub struct Unwatched;

impl Watcher for Unwatched {}

/// Why there is no exact solution.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The scenario is not memoryless and finite: everything that stands in the way.
    Refused(Vec<Finding>),
    /// There are more states than allowed; so many were found.
    TooManyStates {
        /// States, or combinations of values at the start.
        states: usize,
    },
    /// Some rate is so great that the time to the horizon takes too many steps, or more than there is memory for.
    TooManySteps {
        /// Steps that it would take, perhaps infinite.
        steps: f64,
    },
    /// In a state that runs can reach, a run fails.
    Failed(Failure),
    /// The watcher stopped the work.
    Stopped,
}

/// The probabilities of everything that is reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Of each outcome.
    pub outcomes: Vec<Exact>,
    /// Of each group.
    pub groups: Vec<Exact>,
    /// Of each watch.
    pub watches: Vec<Exact>,
    /// Of each red line.
    pub red_lines: Vec<Exact>,
    /// How it was computed.
    pub method: Method,
}

/// A probability, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// Of an outcome or group, to be the class; of a watch or red line, to hold at any time.
    pub probability: f64,
    /// To have held at any time.
    pub ever: f64,
    /// Quantiles of its time, given that there is one, in days.
    pub time: Option<Times>,
}

/// How large the problem was, and how exact its solution is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Method {
    /// States.
    pub states: usize,
    /// Transitions between them.
    pub transitions: usize,
    /// Known instants after the start.
    pub instants: usize,
    /// Steps of uniformisation.
    pub steps: usize,
    /// A bound on the error of each probability: what was left out, and rounding.
    pub error_bound: f64,
}

/// Explores the states of a model.
///
/// # Errors
/// If it is not memoryless and finite, too large, fails, or is stopped.
pub fn explore(
    scenario: &Scenario,
    model: &Model,
    limits: &Limits,
    watcher: &impl Watcher,
) -> Result<Space, Trouble> {
    let kept = kept::kept(model);
    let findings = refuse::refusals(scenario, model, &kept.variables);
    if !findings.is_empty() {
        return Err(Trouble::Refused(findings));
    }
    let combinations = starts(model, &kept.variables);
    if combinations > limits.max_states as f64 {
        return Err(Trouble::TooManyStates { states: combinations as usize });
    }
    explore::explore(model, &kept, limits, watcher)
}

/// In how many ways a run can start.
fn starts(model: &Model, kept: &[bool]) -> f64 {
    let discrete = model.setup.iter().filter(|setup| kept[setup.variable.index()]);
    let values = |draw: &Draw| if let Draw::Discrete(steps) = draw { steps.len() as f64 } else { 1.0 };
    discrete.map(|setup| values(&setup.draw)).product()
}

/// Computes the probabilities of everything that is reported, in an explored space of the model.
///
/// # Errors
/// If it takes more than [`MAX_STEPS`] steps, or the watcher stops the work.
pub fn solve(model: &Model, space: &Space, watcher: &impl Watcher) -> Result<Solution, Trouble> {
    let steps = space.mean_steps();
    if steps > MAX_STEPS {
        return Err(Trouble::TooManySteps { steps });
    }
    let conditional: Vec<bool> = model.outcomes.iter().map(|outcome| outcome.condition.is_some()).collect();
    let certainties = certainties(space, &conditional);
    let solver = Solver { model, space, cut: TRUNCATION / space.segments.len() as f64, certainties };
    let followed = solver.followed();
    let passage = passage::pass(space, &followed, solver.cut, watcher)?;
    solver.solution(&passage, watcher)
}

struct Solver<'a> {
    model: &'a Model,
    space: &'a Space,
    /// Probability that may be left out in each segment.
    cut: f64,
    /// Of outcomes with a condition.
    certainties: Vec<Option<Certainty>>,
}

impl Solver<'_> {
    /// Latches first, then the outcomes that are nowhere open.
    fn followed(&self) -> Followed<'_> {
        let layout = &self.space.layout;
        let facts = (0..layout.latches.len()).map(|at| layout.latch(at)).collect();
        let outcomes = self.certainties.iter().flatten().filter(|certainty| !certainty.open).collect();
        Followed { facts, outcomes }
    }

    /// Where an outcome that is nowhere open stands among what is followed.
    fn place(&self, outcome: usize) -> Option<usize> {
        let certain = |at: usize| self.certainties[at].as_ref().is_some_and(|certainty| !certainty.open);
        let before = (0..outcome).filter(|at| certain(*at)).count();
        certain(outcome).then_some(self.space.layout.latches.len() + before)
    }

    fn solution(&self, passage: &Passage, watcher: &impl Watcher) -> Result<Solution, Trouble> {
        let model = self.model;
        let mut outcomes: Vec<Exact> =
            (0..model.outcomes.len()).map(|at| self.outcome(passage, at)).collect();
        let mut groups: Vec<Exact> = (0..model.groups.len()).map(|at| self.group(passage, at)).collect();
        self.times(passage, &mut outcomes, &mut groups, watcher)?;
        let watches = model.watches.len();
        let latch = |at: usize| self.latch(passage, at);
        Ok(Solution {
            outcomes,
            groups,
            watches: (0..watches).map(latch).collect(),
            red_lines: (watches..watches + model.red_lines.len()).map(latch).collect(),
            method: self.method(passage),
        })
    }

    fn outcome(&self, passage: &Passage, at: usize) -> Exact {
        let facts = self.space.facts(self.space.segments.len() - 1);
        let is_class = |state: usize| facts.class[state] as usize == at;
        let ever = |state: usize| is_class(state) || facts.get(state, self.space.layout.ever(at));
        Exact { probability: end(passage, is_class), ever: end(passage, ever), time: None }
    }

    fn group(&self, passage: &Passage, at: usize) -> Exact {
        let facts = self.space.facts(self.space.segments.len() - 1);
        let of = &self.model.groups[at].outcomes;
        let is_class = |state: usize| of.iter().any(|id| facts.class[state] as usize == id.index());
        let ever = |state: usize| {
            is_class(state) || of.iter().any(|id| facts.get(state, self.space.layout.ever(id.index())))
        };
        Exact { probability: end(passage, is_class), ever: end(passage, ever), time: None }
    }

    fn latch(&self, passage: &Passage, at: usize) -> Exact {
        let facts = self.space.facts(self.space.segments.len() - 1);
        let probability = end(passage, |state| facts.get(state, self.space.layout.latch(at)));
        Exact { probability, ever: probability, time: self.forwards(passage, &[at], probability) }
    }

    /// The times of outcomes and groups: forwards where all of their outcomes are nowhere open, else also backwards.
    fn times(
        &self,
        passage: &Passage,
        outcomes: &mut [Exact],
        groups: &mut [Exact],
        watcher: &impl Watcher,
    ) -> Result<(), Trouble> {
        let timed = |members: Vec<usize>| -> Vec<usize> {
            members.into_iter().filter(|at| self.certainties[*at].is_some()).collect()
        };
        let probabilities: Vec<f64> = outcomes.iter().map(|exact| exact.probability).collect();
        let singles = (0..outcomes.len()).map(|at| timed(vec![at]));
        let groups_of = self.model.groups.iter();
        let groups_of = groups_of.map(|group| timed(group.outcomes.iter().map(|id| id.index()).collect()));
        let sets: Vec<Vec<usize>> = singles.chain(groups_of).collect();
        let mut wanted = Vec::new();
        let mut open = Vec::new();
        let all = outcomes.iter_mut().chain(groups.iter_mut());
        for (set, exact) in sets.iter().zip(all) {
            let total: f64 = set.iter().map(|at| probabilities[*at]).sum();
            let places: Option<Vec<usize>> = set.iter().map(|at| self.place(*at)).collect();
            match places {
                Some(places) => exact.time = self.forwards(passage, &places, total),
                None if total > LEAST_TIMED => {
                    for q in QUANTILES {
                        let place = wanted.len();
                        let target = (q - SLACK) * total;
                        wanted.push(Wanted { outcomes: set.clone(), target, place });
                    }
                    open.push(exact);
                }
                None => {}
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        let resolution = RESOLUTION * self.model.horizon;
        let found = since::earliest(self.space, wanted, (self.cut, resolution), watcher);
        let found = found.ok_or(Trouble::Stopped)?;
        for (exact, times) in open.into_iter().zip(found.chunks(QUANTILES.len())) {
            exact.time = Some(quantiles(|at| times[at]));
        }
        Ok(())
    }

    fn forwards(&self, passage: &Passage, places: &[usize], total: f64) -> Option<Times> {
        let resolution = RESOLUTION * self.model.horizon;
        let at = |at: usize| passage.earliest(places, (QUANTILES[at] - SLACK) * total, resolution);
        (total > LEAST_TIMED && !places.is_empty()).then(|| quantiles(at))
    }

    /// Sums of products of numbers that are not negative: each step adds at most a rounding for each term of a sum and
    /// a few more, which the steps after it do not enlarge (Higham 2002, 3.1).
    fn method(&self, passage: &Passage) -> Method {
        let terms = self.space.epochs.iter().map(|epoch| epoch.chain.most_sources() + 4).max().unwrap_or(0);
        let rounding = (passage.steps * terms) as f64 * (f64::EPSILON / 2.0);
        let given_up = self.space.lost * (passage.steps + self.space.instants() + 1) as f64;
        Method {
            states: self.space.states(),
            transitions: self.space.transitions(),
            instants: self.space.instants(),
            steps: passage.steps,
            error_bound: TRUNCATION + rounding + given_up,
        }
    }
}

/// The probability of a state at the horizon with a property.
fn end(passage: &Passage, has: impl Fn(usize) -> bool) -> f64 {
    let states = passage.end.iter().enumerate().filter(|(state, _)| has(*state));
    // A sum of nothing is −0.
    (states.map(|(_, probability)| probability).sum::<f64>() + 0.0).clamp(0.0, 1.0)
}

fn quantiles(at: impl Fn(usize) -> f64) -> Times {
    Times::computed([at(0), at(1), at(2), at(3), at(4)])
}
