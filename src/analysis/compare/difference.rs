//! One share at two sides → its difference, with an interval and a p-value.

use super::single::Single;
use super::subject::Row;
use super::{Design, DesignKind, Difference, DifferenceMethod, Joint, MedianDifference, Share, Side};
use crate::report::{SamplingMethod, Times};
use crate::stats::clusters::{Cluster, ClusterMethod};
use crate::stats::difference::{
    PairCluster, Pairs, clustered, clustered_apart, clustered_p, go_together, hybrid, inverted, mcnemar,
    paired,
};
use crate::stats::interval::Interval;

/// One share at two sides, with what its difference rests on.
pub(super) struct Measured<'s> {
    pub(super) row: Row<'s>,
    baseline: Share,
    side: Share,
    evidence: Evidence,
    joint: Option<Joint>,
    median: Option<MedianDifference>,
}

/// What a difference rests on.
enum Evidence {
    Pairs(Pairs),
    /// Of parameter draws: pairs that differ, and the shares at the baseline and at the side.
    Draws(Vec<PairCluster>, [Vec<Cluster>; 2]),
    Apart(Single, Single),
}

impl<'s> Measured<'s> {
    pub(super) fn of(
        (baseline, row): (&'s Side<'s>, &Row<'s>),
        (side, other): (&'s Side<'s>, &Row<'s>),
        design: &Design,
    ) -> Self {
        let (mut one, mut two) = (share(row), share(other));
        let (evidence, joint) = match (design.kind, design.runs, &baseline.runs, &side.runs) {
            (DesignKind::Paired, Some(runs), Some(first), Some(second)) => {
                let (first, second) = (row.seen(first), other.seen(second));
                let (evidence, pairs) = in_pairs(&first, &second, runs, design.draws);
                let count = |of: &mut Share, count: u64, all: u64| {
                    of.count = Some(count);
                    if all != runs {
                        of.share = count as f64 / runs as f64;
                    }
                };
                count(&mut one, pairs.both + pairs.first_only, baseline.report.sampling.runs);
                count(&mut two, pairs.both + pairs.second_only, side.report.sampling.runs);
                (evidence, Some(joint(pairs)))
            }
            _ => (Evidence::Apart(single(baseline, row), single(side, other)), None),
        };
        let median = median(row.time, other.time);
        Self { row: row.clone(), baseline: one, side: two, evidence, joint, median }
    }

    /// The interval of the difference at a level, how it was made, and of how many.
    pub(super) fn interval(&self, level: f64) -> ([f64; 2], DifferenceMethod, [u64; 2]) {
        match &self.evidence {
            Evidence::Pairs(pairs) => {
                let differs = pairs.first_only + pairs.second_only > 0;
                let method =
                    if differs { DifferenceMethod::NewcombePaired } else { DifferenceMethod::NoPairDiffers };
                (paired(*pairs, level), method, [pairs.trials(); 2])
            }
            Evidence::Draws(clusters, shares) => {
                let (interval, method) = over_draws(clusters, shares, level);
                (interval, method, [clusters.len() as u64; 2])
            }
            Evidence::Apart(one, two) => {
                let counts = matches!((one, two), (Single::Count(..), Single::Count(..)));
                let method = if counts { DifferenceMethod::NewcombeHybrid } else { DifferenceMethod::Hybrid };
                (apart(one, two, level), method, [one.n(), two.n()])
            }
        }
    }

    /// The p-value of no difference.
    pub(super) fn p(&self) -> f64 {
        match &self.evidence {
            Evidence::Pairs(pairs) => mcnemar(*pairs),
            Evidence::Draws(clusters, shares) => clustered_p(clusters)
                .unwrap_or_else(|| inverted(|level| over_draws(clusters, shares, level).0)),
            Evidence::Apart(one, two) => inverted(|level| apart(one, two, level)),
        }
    }

    pub(super) fn estimate(&self) -> f64 {
        match &self.evidence {
            Evidence::Pairs(pairs) => pairs.difference(),
            Evidence::Draws(..) | Evidence::Apart(..) => self.side.share - self.baseline.share,
        }
    }

    pub(super) fn difference(&self, p: f64, p_holm: f64, confidence: f64) -> Difference {
        let (interval, method, n) = self.interval(confidence);
        Difference {
            kind: self.row.kind,
            id: self.row.id.to_owned(),
            says: self.row.says.map(str::to_owned),
            ratio: (self.baseline.share > 0.0).then(|| self.side.share / self.baseline.share),
            baseline: self.baseline.clone(),
            side: self.side.clone(),
            difference: self.estimate(),
            interval,
            method,
            n,
            joint: self.joint,
            p,
            p_holm,
            beyond_chance: p_holm < 1.0 - confidence,
            median: self.median,
        }
    }
}

/// Student's t on the differences of draws. Where these are too skewed for it, the narrower of what holds if all runs of a
/// draw agree, and of what does not use that runs are paired: if the shares of draws do not go against each other, their
/// difference varies no more than if they were independent.
fn over_draws(
    clusters: &[PairCluster],
    [first, second]: &[Vec<Cluster>; 2],
    level: f64,
) -> ([f64; 2], DifferenceMethod) {
    let (interval, method) = clustered(clusters, level);
    if method == ClusterMethod::StudentT {
        return (interval, DifferenceMethod::StudentT);
    }
    if clusters.iter().any(|of| of.first_only + of.second_only > 0) && go_together(first, second) {
        let joined = clustered_apart(first, second, level);
        if joined[1] - joined[0] < interval[1] - interval[0] {
            return (joined, DifferenceMethod::Hybrid);
        }
    }
    (interval, DifferenceMethod::ClopperPearsonDraws)
}

fn apart(one: &Single, two: &Single, level: f64) -> [f64; 2] {
    hybrid((one.share(), one.interval(level)), (two.share(), two.interval(level)))
}

fn share(row: &Row<'_>) -> Share {
    Share { count: row.count, share: row.share, interval: row.interval, likelihood: row.likelihood.clone() }
}

fn joint(pairs: Pairs) -> Joint {
    Joint {
        both: pairs.both,
        baseline_only: pairs.first_only,
        side_only: pairs.second_only,
        neither: pairs.neither,
    }
}

/// Counts pairs, and by draws if these are shared.
fn in_pairs(first: &[bool], second: &[bool], runs: u64, draws: Option<u64>) -> (Evidence, Pairs) {
    let mut pairs = Pairs::default();
    let mut clusters = vec![PairCluster::default(); draws.unwrap_or(1) as usize];
    let mut shares = [(); 2].map(|()| vec![Cluster { successes: 0, trials: 0 }; clusters.len()]);
    for (run, (one, two)) in first.iter().zip(second).take(runs as usize).enumerate() {
        let cluster = run % clusters.len();
        clusters[cluster].trials += 1;
        for (share, seen) in shares.iter_mut().zip([*one, *two]) {
            share[cluster].trials += 1;
            share[cluster].successes += u64::from(seen);
        }
        match (one, two) {
            (true, true) => pairs.both += 1,
            (true, false) => {
                pairs.first_only += 1;
                clusters[cluster].first_only += 1;
            }
            (false, true) => {
                pairs.second_only += 1;
                clusters[cluster].second_only += 1;
            }
            (false, false) => pairs.neither += 1,
        }
    }
    (if draws.is_some() { Evidence::Draws(clusters, shares) } else { Evidence::Pairs(pairs) }, pairs)
}

/// What is known of a share of one side by itself.
fn single(side: &Side<'_>, row: &Row<'_>) -> Single {
    let sampling = &side.report.sampling;
    if sampling.method == SamplingMethod::Exact {
        return Single::Exact(row.share);
    }
    let shared = sampling.draws.filter(|draws| *draws < sampling.runs);
    match (shared, &side.runs, row.count) {
        (None, _, Some(count)) => Single::Count(count, sampling.runs),
        (Some(draws), Some(runs), _) => {
            let mut clusters = vec![Cluster { successes: 0, trials: 0 }; draws as usize];
            for (run, seen) in row.seen(runs).into_iter().enumerate() {
                let cluster = &mut clusters[run % draws as usize];
                cluster.trials += 1;
                cluster.successes += u64::from(seen);
            }
            Single::Clusters(clusters)
        }
        _ => Single::Told(row.share, row.interval, sampling.confidence),
    }
}

fn median(one: Option<Times>, two: Option<Times>) -> Option<MedianDifference> {
    let (one, two) = (one?, two?);
    let interval = |times: Times| times.intervals.map(|of| Interval { low: of.q50[0], high: of.q50[1] });
    let joined = interval(one).zip(interval(two)).map(|(first, second)| {
        let difference = two.q50 - one.q50;
        [
            difference - libm::hypot(two.q50 - second.low, first.high - one.q50),
            difference + libm::hypot(second.high - two.q50, one.q50 - first.low),
        ]
    });
    Some(MedianDifference {
        baseline: one.q50,
        side: two.q50,
        difference: two.q50 - one.q50,
        interval: joined,
    })
}
