//! What an interval of the report rests on: its method, its level and its sample size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an interval rests on. Two intervals with equal bases were made in the same way of equally many observations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// How it was made.
    pub method: IntervalMethod,
    /// How often such an interval covers, 0 to 1.
    pub level: f64,
    /// Sample size: independent observations behind it; 0 for what is computed instead of sampled.
    pub n: u64,
    /// How many intervals, this one among them, cover all at once with `level`; 1 for an interval that stands alone.
    pub joint: u64,
}

impl Basis {
    /// Of an interval that stands alone.
    pub fn alone(method: IntervalMethod, level: f64, n: u64) -> Self {
        Self { method, level, n, joint: 1 }
    }
}

/// How an interval was made; `docs/statistics.md` has the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// Of a share, at a number of runs fixed before: Clopper & Pearson 1934.
    ClopperPearson,
    /// Of a share, with each parameter draw taken for one run: where too few draws saw it happen, or not happen, for
    /// Student's t.
    ClopperPearsonDraws,
    /// Of a share, at a number of runs fixed before: Wilson 1927.
    Wilson,
    /// Of a share, at a number of runs fixed before: posterior under the prior of Jeffreys.
    Jeffreys,
    /// Of a share, at a number of runs that the runs themselves or a person watching may have decided: Robbins 1970.
    ConfidenceSequence,
    /// Of all shares of a partition at once, at a number of runs fixed before: Sison & Glaz 1995.
    SisonGlaz,
    /// Of a mean of independent draws: Student 1908.
    StudentT,
    /// Of a quantile, between two of the sorted observations.
    OrderStatistics,
    /// Computed, not sampled: of width 0; `sampling.exact` has the numerical error.
    Exact,
}
