//! A difference of shares → how much of it is due to each edit, by Shapley values under shared draws.
//!
//! The part of an edit is the mean, over all orders in which the edits can be made, of what it adds when its turn comes
//! (Shapley 1953). Every part is a whole number of runs over one denominator, so that the parts add up to the difference
//! exactly.

mod merge;
mod shapley;
mod subsets;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::edits::Edits;
use super::replay::Luck;
use crate::engine::STREAMS_VERSION;
use crate::model::Model;
use crate::report::{Subject, SubjectKind};
use subsets::Subsets;

/// Up to so many edits all their subsets are simulated; above, orders are sampled.
pub const MOST_EXACT: usize = 8;

/// How much of a difference is due to which edit. It holds under shared draws of this version of the random streams, and
/// only the total is a property of the scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// Whose share.
    pub of: Subject,
    /// Runs simulated of each scenario: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Version of the random streams.
    pub streams: u32,
    /// Runs in which it happened at the side, less those at the baseline: the sum of all `runs` of the parts over
    /// `denominator`.
    pub total: i64,
    /// What the parts' numbers are over: k! for k parts, or the number of orders sampled.
    pub denominator: u64,
    /// Orders of the edits that were sampled; nothing if all were computed.
    pub orders: Option<u64>,
    /// The edits and their parts, in the order of the edits.
    pub parts: Vec<Part>,
    /// Runs that were simulated, of all scenarios together.
    pub simulated: u64,
    /// Runs that were not, as no edit among those made touches them.
    pub spared: u64,
}

/// What one edit contributes, or several that only compile together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What was edited: `rule quarrel`.
    pub edits: Vec<String>,
    /// Runs × `denominator`.
    pub runs: i64,
    /// Its part of the difference of shares.
    pub difference: f64,
    /// Interval of that from the runs, or from the draws they share (Student 1908); nothing where fewer than 25 of them
    /// contribute. The choice of orders is not in it.
    pub interval: Option<[f64; 2]>,
    /// Standard error of the choice of orders; nothing if all were computed.
    pub order_error: Option<f64>,
    /// The difference of shares if only this were edited.
    pub alone: f64,
}

/// What is to be attributed.
pub struct Task<'t> {
    /// The edits.
    pub edits: &'t Edits,
    /// The runs.
    pub luck: Luck,
    /// Whose share.
    pub of: Subject,
    /// Orders to sample if there are more than [`MOST_EXACT`] edits.
    pub orders: u64,
    /// Level of the intervals.
    pub confidence: f64,
}

/// Why there is no attribution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was interrupted.
    #[error("interrupted")]
    Stopped,
    /// No edit can change a run.
    #[error("nothing was edited that could change a run")]
    NoEdit,
    /// What is asked for is not in both scenarios, or not the same thing.
    #[error("`{0}` is not the same in both scenarios: the difference has no parts")]
    NotCommon(String),
}

/// Attributes a difference; `stop` is asked from any thread between batches of runs.
pub fn attribute(
    task: &Task<'_>,
    (first, second): (&Model, &Model),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Attribution, Refusal> {
    let members = |model: &Model| subsets::members(model, &task.of);
    match (members(first), members(second)) {
        (Some(one), Some(two)) if one == two => {}
        _ => return Err(Refusal::NotCommon(task.of.id.clone())),
    }
    let mut groups = task.edits.moving();
    if groups.is_empty() {
        return Err(Refusal::NoEdit);
    }
    merge::until_sound(task.edits, &mut groups);
    loop {
        let mut subsets = Subsets::new(task, &groups, stop)?;
        let sums = if groups.len() <= MOST_EXACT {
            Ok(shapley::all_orders(&mut subsets, groups.len())?)
        } else {
            shapley::sampled_orders(&mut subsets, groups.len(), task)?
        };
        match sums {
            Ok(sums) => return described(task, &groups, &mut subsets, &sums),
            Err(unsound) => merge::join(task.edits, &mut groups, unsound),
        }
    }
}

fn described(
    task: &Task<'_>,
    groups: &[Vec<usize>],
    subsets: &mut Subsets<'_>,
    sums: &shapley::Sums,
) -> Result<Attribution, Refusal> {
    let list = task.edits.list();
    let runs = task.luck.runs as f64;
    let none = subsets.count(&[])?.cast_signed();
    let all: Vec<usize> = (0..groups.len()).collect();
    let total = subsets.count(&all)?.cast_signed() - none;
    let mut parts = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let number = sums.of(at);
        let name = |edit: &usize| format!("{} {}", list[*edit].what, list[*edit].id);
        parts.push(Part {
            edits: group.iter().map(name).collect(),
            runs: number,
            difference: number as f64 / sums.denominator as f64 / runs,
            interval: sums.interval(at, task.luck, task.confidence),
            order_error: sums.order_error(at).map(|error| error / runs),
            alone: (subsets.count(&[at])?.cast_signed() - none) as f64 / runs,
        });
    }
    Ok(Attribution {
        of: task.of.clone(),
        runs: task.luck.runs,
        streams: STREAMS_VERSION,
        total,
        denominator: sums.denominator,
        orders: sums.orders,
        parts,
        simulated: subsets.simulated,
        spared: subsets.spared,
    })
}

/// What a subject is called in a sentence.
pub fn subject(kind: SubjectKind, id: &str) -> Subject {
    Subject { kind, id: id.to_owned() }
}
