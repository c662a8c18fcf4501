//! Counts become shares with their intervals, words and times.

use super::basis::{Basis, IntervalMethod};
use super::document::{Ever, Likelihood, Times};
use super::ignorance::Ignorance;
use crate::codes::estimate;
use crate::ensemble::TimeCounts;
use crate::stats::clusters::{Cluster, ClusterMethod, Spread, mean_interval, spread};
use crate::stats::interval::{Method, proportion};

/// A share of all runs.
pub(super) struct Figure {
    pub(super) count: u64,
    pub(super) share: f64,
    pub(super) interval: [f64; 2],
    pub(super) basis: Basis,
    pub(super) ignorance: Option<Ignorance>,
}

/// What shares are taken of, and how sure their intervals are.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) runs: u64,
    pub(super) confidence: f64,
}

impl Base {
    /// `count` of all runs; with the counts by parameter draw, if runs share draws.
    pub(super) fn figure(self, count: u64, by_draw: Option<&[Cluster]>) -> Figure {
        let (interval, method, n) = match by_draw {
            None => {
                let interval = proportion(Method::ClopperPearson, count, self.runs, self.confidence);
                (interval, IntervalMethod::ClopperPearson, self.runs)
            }
            Some(draws) => {
                let (interval, method) = mean_interval(draws, self.confidence);
                let method = match method {
                    ClusterMethod::StudentT => IntervalMethod::StudentT,
                    ClusterMethod::ClopperPearson => IntervalMethod::ClopperPearsonDraws,
                };
                (interval, method, draws.len() as u64)
            }
        };
        Figure {
            count,
            share: self.share(count),
            interval: [interval.low, interval.high],
            basis: Basis::alone(method, self.confidence, n),
            ignorance: by_draw.and_then(ignorance),
        }
    }

    pub(super) fn ever(self, count: u64) -> Ever {
        Ever { count, share: self.share(count) }
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

fn likelihood(range: [f64; 2]) -> Likelihood {
    let [low, high] = range.map(|end| estimate::word(end).map(str::to_owned));
    Likelihood { low, high }
}

fn ignorance(draws: &[Cluster]) -> Option<Ignorance> {
    let Spread { between, variance_share, low, high } = spread(draws)?;
    let likelihood = likelihood([low, high]);
    Some(Ignorance { low, high, likelihood, variance_share, distinguishable: between > 0.0 })
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
