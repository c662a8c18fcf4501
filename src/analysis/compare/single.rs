//! What is known of one share by itself, whatever it was counted from.

use crate::stats::clusters::{Cluster, mean_interval};
use crate::stats::interval::{Interval, Method, proportion};
use crate::stats::special::normal_quantile;

/// A share and what it rests on.
pub(super) enum Single {
    /// So many of so many independent runs.
    Count(u64, u64),
    /// Of runs that share parameter draws.
    Clusters(Vec<Cluster>),
    /// A share with an interval at a level.
    Told(f64, [f64; 2], f64),
    /// A computed probability.
    Exact(f64),
}

impl Single {
    pub(super) fn share(&self) -> f64 {
        match self {
            Self::Count(count, runs) => *count as f64 / (*runs).max(1) as f64,
            Self::Clusters(clusters) => {
                let sum = |of: fn(&Cluster) -> u64| clusters.iter().map(of).sum::<u64>() as f64;
                sum(|of| of.successes) / sum(|of| of.trials).max(1.0)
            }
            Self::Told(share, _, _) | Self::Exact(share) => *share,
        }
    }

    /// Its interval at a level. One that is only told at another level is stretched like that of a normal estimate.
    pub(super) fn interval(&self, level: f64) -> Interval {
        match self {
            Self::Count(count, runs) => proportion(Method::Wilson, *count, *runs, level),
            Self::Clusters(clusters) => mean_interval(clusters, level).0,
            Self::Exact(share) => Interval { low: *share, high: *share },
            Self::Told(share, [low, high], told) => {
                let z = |level: f64| -normal_quantile(0.5 * (1.0 - level));
                let stretch = if level == *told { 1.0 } else { z(level) / z(*told) };
                Interval {
                    low: (share - stretch * (share - low)).max(0.0),
                    high: (share + stretch * (high - share)).min(1.0),
                }
            }
        }
    }

    /// Independent observations.
    pub(super) fn n(&self) -> u64 {
        match self {
            Self::Count(_, runs) => *runs,
            Self::Clusters(clusters) => clusters.len() as u64,
            Self::Told(..) | Self::Exact(_) => 0,
        }
    }
}
