//! How far the analyst's ignorance of the parameters moves a share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::Likelihood;

/// How far the analyst's ignorance of the parameters moves a share: how its probability differs from parameter draw to
/// parameter draw, apart from what chance makes of the runs of each. Approximate; `docs/uncertainty.md` has the formulas.
/// In an exact report, exact: over the combinations of values of the parameters, each with its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignorance {
    /// The probability below which 5 % of the parameter draws have theirs.
    pub low: f64,
    /// The probability below which 95 % of the parameter draws have theirs.
    pub high: f64,
    /// Words of estimative probability for `low` and `high`.
    pub likelihood: Likelihood,
    /// Which part of the variance between runs is ignorance, 0 to 1: it would go if the parameters were known.
    pub variance_share: f64,
    /// Whether it can be told from none: false if the draws' shares differ no more than chance makes them, or computed
    /// ones not at all; then `low` and `high` are both the mean.
    pub distinguishable: bool,
}
