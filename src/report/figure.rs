//! Counts become shares with their intervals, words and times.

use super::document::{Ever, Likelihood, Times};
use crate::codes::estimate;
use crate::ensemble::TimeCounts;
use crate::stats::interval::{Method, proportion};

/// The method of all intervals, as the report names it.
pub(super) const INTERVAL: &str = "clopper-pearson";

/// A share of all runs.
pub(super) struct Figure {
    pub(super) count: u64,
    pub(super) share: f64,
    pub(super) interval: [f64; 2],
}

/// What shares are taken of, and how sure their intervals are.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) runs: u64,
    pub(super) confidence: f64,
}

impl Base {
    /// `count` of all runs.
    pub(super) fn figure(self, count: u64) -> Figure {
        let interval = proportion(Method::ClopperPearson, count, self.runs, self.confidence);
        Figure { count, share: self.share(count), interval: [interval.low, interval.high] }
    }

    pub(super) fn ever(self, count: u64) -> Ever {
        Ever { count: Some(count), share: self.share(count) }
    }

    pub(super) fn share(self, count: u64) -> f64 {
        share(count, self.runs)
    }
}

impl Figure {
    /// The words for the two ends of the interval.
    pub(super) fn likelihood(&self) -> Likelihood {
        likelihood(self.interval)
    }
}

/// Words of estimative probability for the two ends of an interval.
pub fn likelihood(interval: [f64; 2]) -> Likelihood {
    let [low, high] = interval.map(|end| estimate::word(end).map(str::to_owned));
    Likelihood { low, high }
}

/// `count` of `total`; 0 of none.
pub(super) fn share(count: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { count as f64 / total as f64 }
}

/// The quantiles of times; none if there are no times.
pub(super) fn times(counts: &TimeCounts) -> Option<Times> {
    Some(Times {
        q05: counts.quantile(0.05)?,
        q25: counts.quantile(0.25)?,
        q50: counts.quantile(0.5)?,
        q75: counts.quantile(0.75)?,
        q95: counts.quantile(0.95)?,
    })
}
