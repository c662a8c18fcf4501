//! Counts become shares with their intervals, words and times.

use super::basis::{Basis, IntervalMethod};
use super::document::{Ever, Likelihood, TimeIntervals, Times};
use super::ignorance::Ignorance;
use crate::codes::estimate;
use crate::ensemble::TimeCounts;
use crate::stats::clusters::{Cluster, ClusterMethod, Spread, mean_interval, spread};
use crate::stats::histogram::BIN_COUNT;
use crate::stats::interval::{Interval, Method, proportion};
use crate::stats::ranks::{quantile_ranks, sequence_ranks};
use crate::stats::sequence::confidence_sequence;

/// How many runs a share is of.
pub(super) struct Count {
    pub(super) total: u64,
    /// By parameter draw, if runs share draws.
    pub(super) by_draw: Option<Vec<Cluster>>,
}

/// A share of all runs.
pub(super) struct Figure {
    pub(super) count: u64,
    pub(super) share: f64,
    pub(super) interval: [f64; 2],
    pub(super) basis: Basis,
    pub(super) ignorance: Option<Ignorance>,
}

/// What shares are taken of, and how their intervals are made.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) runs: u64,
    pub(super) confidence: f64,
    pub(super) sampling: Sampling,
    /// Whether runs share parameter draws, and so depend on one another.
    pub(super) shared: bool,
    /// Days until a run ends at the latest.
    pub(super) horizon: f64,
}

/// What decided the number of runs, and so which intervals are valid.
#[derive(Clone, Copy)]
pub(super) enum Sampling {
    /// The call, before any run was made.
    Fixed(Method),
    /// The runs themselves, or a person who watched them.
    Sequential,
}

impl Sampling {
    /// The method of intervals of shares.
    pub(super) fn method(self) -> IntervalMethod {
        match self {
            Self::Fixed(Method::ClopperPearson) => IntervalMethod::ClopperPearson,
            Self::Fixed(Method::Wilson) => IntervalMethod::Wilson,
            Self::Fixed(Method::Jeffreys) => IntervalMethod::Jeffreys,
            Self::Sequential => IntervalMethod::ConfidenceSequence,
        }
    }
}

impl Base {
    /// A count of all runs, with an interval that stands alone.
    pub(super) fn figure(self, count: &Count) -> Figure {
        self.figure_of(count, 1)
    }

    /// A count of all runs, with an interval that holds together with others, `joint` in all (Bonferroni).
    pub(super) fn figure_of(self, count: &Count, joint: u64) -> Figure {
        let level = if joint == 1 { self.confidence } else { 1.0 - (1.0 - self.confidence) / joint as f64 };
        if let Some(draws) = &count.by_draw {
            return self.figure_over(count.total, draws, level, joint);
        }
        let interval = match self.sampling {
            Sampling::Fixed(method) => proportion(method, count.total, self.runs, level),
            Sampling::Sequential => confidence_sequence(count.total, self.runs, level),
        };
        self.with(count.total, interval, self.sampling.method(), joint)
    }

    /// A count of all runs, with an interval from the shares of parameter draws.
    fn figure_over(self, count: u64, draws: &[Cluster], level: f64, joint: u64) -> Figure {
        let (interval, method) = mean_interval(draws, level);
        let method = match method {
            ClusterMethod::StudentT => IntervalMethod::StudentT,
            ClusterMethod::ClopperPearson => IntervalMethod::ClopperPearsonDraws,
        };
        let basis = Basis { method, level: self.confidence, n: draws.len() as u64, joint };
        let ignorance = ignorance(draws);
        Figure { basis, ignorance, ..self.with(count, interval, method, joint) }
    }

    /// `count` of all runs, with an interval that is known.
    pub(super) fn with(self, count: u64, interval: Interval, method: IntervalMethod, joint: u64) -> Figure {
        let basis = Basis { method, level: self.confidence, n: self.runs, joint };
        let interval = [interval.low, interval.high];
        Figure { count, share: self.share(count), interval, basis, ignorance: None }
    }

    pub(super) fn ever(self, count: u64) -> Ever {
        Ever { count: Some(count), share: self.share(count) }
    }

    pub(super) fn share(self, count: u64) -> f64 {
        share(count, self.runs)
    }

    /// The quantiles of times, with their intervals if runs are independent; none if there are no times.
    pub(super) fn times(self, counts: &TimeCounts) -> Option<Times> {
        let quantile = |q: f64| counts.quantile(q);
        let interval = |q: f64| self.time_interval(counts, q);
        let method = match self.sampling {
            Sampling::Fixed(_) => IntervalMethod::OrderStatistics,
            Sampling::Sequential => IntervalMethod::ConfidenceSequence,
        };
        Some(Times {
            q05: quantile(0.05)?,
            q25: quantile(0.25)?,
            q50: quantile(0.5)?,
            q75: quantile(0.75)?,
            q95: quantile(0.95)?,
            intervals: (!self.shared).then(|| TimeIntervals {
                q05: interval(0.05),
                q25: interval(0.25),
                q50: interval(0.5),
                q75: interval(0.75),
                q95: interval(0.95),
            }),
            basis: (!self.shared).then(|| Basis::alone(method, self.confidence, counts.total())),
        })
    }

    /// From the lower edge of the bin of one order statistic to the upper edge of that of the other.
    fn time_interval(self, counts: &TimeCounts, q: f64) -> [f64; 2] {
        let ranks = match self.sampling {
            Sampling::Fixed(_) => quantile_ranks(q, counts.total(), self.confidence),
            Sampling::Sequential => sequence_ranks(q, counts.total(), self.confidence),
        };
        let [low, _] = self.bin_at(counts, ranks.low);
        let [_, high] = self.bin_at(counts, ranks.high);
        [low, high]
    }

    /// The edges of the bin that holds the time of a rank; beyond the ranks there are the start and the horizon.
    fn bin_at(self, counts: &TimeCounts, rank: u64) -> [f64; 2] {
        if rank == 0 {
            return [0.0; 2];
        }
        if rank > counts.total() {
            return [self.horizon; 2];
        }
        let middle = counts.quantile((rank as f64 - 0.5) / counts.total() as f64).unwrap_or_default();
        if middle == 0.0 {
            return [0.0; 2];
        }
        let half = 0.5 * resolution(self.horizon);
        [(middle - half).max(0.0), (middle + half).min(self.horizon)]
    }
}

/// Width in days of the bins in which times are counted.
pub(super) fn resolution(horizon: f64) -> f64 {
    horizon / BIN_COUNT as f64
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

fn ignorance(draws: &[Cluster]) -> Option<Ignorance> {
    let Spread { between, variance_share, low, high } = spread(draws)?;
    let likelihood = likelihood([low, high]);
    Some(Ignorance { low, high, likelihood, variance_share, distinguishable: between > 0.0 })
}

/// `count` of `total`; 0 of none.
pub(super) fn share(count: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { count as f64 / total as f64 }
}
