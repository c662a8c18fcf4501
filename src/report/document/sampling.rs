//! The types that say how a scenario was sampled, or solved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::basis::IntervalMethod;
use crate::report::stopping::{Simultaneous, Stopping};

/// How a scenario was sampled, or solved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Whether figures were counted in simulated runs or computed.
    #[serde(default)]
    pub method: SamplingMethod,
    /// Of computed figures: how. There is no run then, and nothing that only runs can be asked: no counts, paths,
    /// tracks, firings, use of ladders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactMethod>,
    /// The seed, 0 to 2⁶⁴−1, in decimal: a string, as JSON numbers lose 64-bit integers. Computed figures have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Runs counted: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Of these, how many failed; nothing else of them is counted.
    pub failed: u64,
    /// How many parameters are drawn at random, the unnamed ones of `chance: likely` included.
    pub drawn_parameters: u64,
    /// How many times they are drawn: run i has those of draw i mod `draws`; nothing if each run has its own.
    pub draws: Option<u64>,
    /// Level of the intervals.
    pub confidence: f64,
    /// Method of the intervals of shares; each interval names its own.
    pub interval: IntervalMethod,
    /// How the intervals of all outcomes were made to hold at once, if that was asked for.
    pub simultaneous: Option<Simultaneous>,
    /// Width in days of the bins in which times are counted: quantiles of times are their middles.
    pub time_resolution: f64,
    /// Why sampling stopped.
    pub stopping: Stopping,
    /// Version of the program.
    pub version: String,
    /// Version of the random streams.
    pub streams: u32,
}

/// Where figures come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamplingMethod {
    /// Simulated runs.
    #[default]
    MonteCarlo,
    /// Computed from all states and what leads from one to the other.
    Exact,
}

/// How exact figures were computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactMethod {
    /// States that runs can be in.
    pub states: u64,
    /// Transitions between them.
    pub transitions: u64,
    /// Known instants after the start: schedules, ends of active spans.
    pub instants: u64,
    /// Steps of uniformisation.
    pub steps: u64,
    /// No probability is further from its true value than this.
    pub error_bound: f64,
    /// Quantiles of times are known to this many days.
    pub resolution: f64,
}

/// Simulated and exact figures side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactCheck {
    /// How the exact figures were computed.
    pub exact: ExactMethod,
    /// Outcomes, groups, watches and red lines.
    pub rows: Vec<ExactRow>,
    /// With right figures, the chance that any |z| is above this is at most 5 % (Bonferroni over the rows).
    pub limit: f64,
}

/// One figure of both kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactRow {
    /// `outcome`, `group`, `watch` or `red_line`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Share of the runs that did not fail.
    pub share: f64,
    /// Exact probability.
    pub exact: f64,
    /// (share − exact) / √(exact·(1 − exact) / runs); none where the exact figure is 0 or 1 within its error bound and the
    /// runs say the same.
    pub z: Option<f64>,
}
