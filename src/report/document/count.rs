//! The types of counts of outcomes, groups, watches and red lines, with their times.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::basis::{Basis, IntervalMethod};
use crate::report::ignorance::Ignorance;

/// How often an outcome was the class of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// Times since which it held, in the runs of this class; none for `otherwise` or if there is no such run.
    pub time: Option<Times>,
    /// Runs in which its condition held at any time, whatever their class; for `otherwise`, those of its class.
    pub ever: Ever,
    /// Claims that its definition cites.
    pub claims: Vec<String>,
}

/// How often the class of a run was in a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupCount {
    /// Its id.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Its outcomes.
    pub outcomes: Vec<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// Times since which the class held, in the runs of these classes.
    pub time: Option<Times>,
    /// Runs in which the condition of any of its outcomes held at any time.
    pub ever: Ever,
}

/// How often a watch held or a red line was crossed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Its id; of a red line `actor.red_line`.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// First times, in the runs in which there was one.
    pub time: Option<Times>,
}

/// In how many runs something held at any time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ever {
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
}

/// Words of estimative probability (ICD 203) for the two ends of an interval: one if both have the same, none at an end
/// below 1 % or above 99 %, where the scale has no word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Likelihood {
    /// The word for the lower end.
    pub low: Option<String>,
    /// The word for the upper end.
    pub high: Option<String>,
}

/// Quantiles of a time, in days, known to 1/16,384 of the horizon; computed ones as stated in `sampling.exact`.
/// Exactly 0 for what held at the start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// 5 %
    pub q05: f64,
    /// 25 %
    pub q25: f64,
    /// Median.
    pub q50: f64,
    /// 75 %
    pub q75: f64,
    /// 95 %
    pub q95: f64,
    /// Intervals of the quantiles, which are there whatever the distribution; nothing if runs share parameter draws.
    pub intervals: Option<TimeIntervals>,
    /// What these rest on.
    pub basis: Option<Basis>,
}

impl Times {
    /// Quantiles at 5, 25, 50, 75 and 95 % that are computed, not sampled.
    pub fn computed(quantiles: [f64; 5]) -> Self {
        let [q05, q25, q50, q75, q95] = quantiles;
        let [i05, i25, i50, i75, i95] = quantiles.map(|quantile| [quantile; 2]);
        let intervals = Some(TimeIntervals { q05: i05, q25: i25, q50: i50, q75: i75, q95: i95 });
        Self { q05, q25, q50, q75, q95, intervals, basis: Some(Basis::alone(IntervalMethod::Exact, 1.0, 0)) }
    }
}

/// Intervals of quantiles of a time, in days: from the start of the bin of one time that was seen to the end of that of
/// another; 0 or the horizon where there are too few.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeIntervals {
    /// Of the quantile at 5 %.
    pub q05: [f64; 2],
    /// Of that at 25 %.
    pub q25: [f64; 2],
    /// Of the median.
    pub q50: [f64; 2],
    /// Of the quantile at 75 %.
    pub q75: [f64; 2],
    /// Of that at 95 %.
    pub q95: [f64; 2],
}
