//! The types of expressions over time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An expression over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its id.
    pub id: String,
    /// The names of its values, if it gives positions in a set; the numbers below are then positions from 0.
    pub values: Option<Vec<String>>,
    /// Times of the grid.
    pub times: Vec<f64>,
    /// Mean over the runs that did not fail, at each time.
    pub mean: Vec<f64>,
    /// Standard deviation over these runs, at each time; 0 for a single run.
    pub sd: Vec<f64>,
    /// Quantiles over these runs, each with its values at each time; relative error up to 2⁻⁹, none for integers to 512.
    pub quantiles: Vec<Quantile>,
}

/// A quantile over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    /// Which, 0 to 1.
    pub q: f64,
    /// Its value at each time.
    pub values: Vec<f64>,
}
