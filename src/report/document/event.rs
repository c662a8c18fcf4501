//! The types that say how often rules fired, in which order, and what they rest on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a rule or option fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCount {
    /// `rule` or `rule.option`.
    pub id: String,
    /// What happens.
    pub says: Option<String>,
    /// Runs in which it fired.
    pub runs: u64,
    /// Firings in all runs.
    pub firings: u64,
    /// Of `runs`, how many ended in each outcome.
    pub by_outcome: Vec<OutcomeCount>,
    /// Claims that it cites.
    pub claims: Vec<String>,
}

/// Runs that ended in an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: String,
    /// Runs.
    pub runs: u64,
}

/// The most frequent paths of an outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// The outcome.
    pub outcome: String,
    /// How many different ones were seen in the first 65,536 runs of the batch.
    pub distinct: u64,
    /// Runs whose path was first seen later: counted as other.
    pub other: u64,
    /// The most frequent, first.
    pub top: Vec<Path>,
}

/// A path: the order in which milestones first fired, at most 12.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The milestones: rules and options.
    pub signature: Vec<String>,
    /// Runs.
    pub count: u64,
    /// `count` / runs of the outcome.
    pub share: f64,
    /// The number of the first run with this path.
    pub example: u64,
}

/// What outcomes rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Of each outcome, how much rests on assumption or on low grades.
    pub outcomes: Vec<Support>,
    /// Rules, options and parameters that cite no claim, the most fired first; parameters have no firings.
    pub assumptions: Vec<Assumption>,
}

/// What the runs of one outcome rest on. A milestone is an event that belongs to path signatures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The outcome.
    pub outcome: String,
    /// Its runs.
    pub runs: u64,
    /// Runs in which at least one milestone fired that cites no claim.
    pub assumption: u64,
    /// Runs in which at least one milestone fired that cites claims of low grade (D–F or 4–6) only.
    pub low_grade: u64,
}

/// Something that cites no claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// `rule`, `rule.option` or parameter.
    pub id: String,
    /// Whether it is a parameter.
    pub parameter: bool,
    /// Its reasoning.
    pub says: Option<String>,
    /// Firings in all runs.
    pub firings: u64,
}
