//! Turns successes counted in clusters of trials that share a probability into an interval for the mean probability, and
//! into how far the clusters' own probabilities lie apart.
//!
//! Clusters are independent; within one, trials are independent given its probability. Clusters may differ in size, if
//! their size says nothing of their probability.

use super::interval::Interval;
use super::special::{Tail, beta_quantile, student_two_sided};

/// Trials that share a probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// How many succeeded, at most `trials`.
    pub successes: u64,
    /// How many there were.
    pub trials: u64,
}

/// How an interval for the mean probability of clusters is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterMethod {
    /// Student's t on the shares of the clusters, with one degree of freedom less than there are clusters; clipped to
    /// [0, 1].
    StudentT,
    /// Clopper & Pearson's with each cluster taken for one trial, the shares for successes: what holds if a cluster's
    /// trials always agree, the worst that can be.
    ClopperPearson,
}

/// Clusters for each unit of the squared skewness of their shares that Student's t takes, so that intervals of 95 % miss
/// in at most 6 % (Cochran 1977, 2.15); `tests/draws.rs` has the coverage on both sides.
const PER_SQUARED_SKEWNESS: f64 = 25.0;

/// Two-sided interval for the mean probability at `confidence` in (0, 1); no clusters give [0, 1].
///
/// It is taken from the clusters' shares, never from all trials as if they were independent. Where these are too skewed
/// for Student's t (few clusters with a success, or with a failure) or all the same, the interval is Clopper & Pearson's
/// over clusters. With no success at all that is exact: the probability of a cluster without one is at most 1 − p̄.
pub fn mean_interval(clusters: &[Cluster], confidence: f64) -> (Interval, ClusterMethod) {
    debug_assert!(confidence > 0.0 && confidence < 1.0, "confidence {confidence} is not within (0, 1)");
    let trials: u64 = clusters.iter().map(|cluster| cluster.trials).sum();
    if trials == 0 {
        return (Interval::ALL, ClusterMethod::ClopperPearson);
    }
    let successes: u64 = clusters.iter().map(|cluster| cluster.successes).sum();
    if differ(clusters) && are_many(clusters) {
        let mean = successes as f64 / trials as f64;
        let error = standard_error(clusters, mean, trials);
        let half = error * student_two_sided(1.0 - confidence, clusters.len() as f64 - 1.0);
        let interval = Interval { low: (mean - half).max(0.0), high: (mean + half).min(1.0) };
        return (interval, ClusterMethod::StudentT);
    }
    let parts = |count: u64| count as f64 / trials as f64 * clusters.len() as f64;
    let interval = fractional(parts(successes), parts(trials - successes), confidence);
    (interval, ClusterMethod::ClopperPearson)
}

/// Clopper & Pearson's interval for numbers of successes and failures that need not be whole.
pub(super) fn fractional(hits: f64, misses: f64, confidence: f64) -> Interval {
    let tail = 0.5 * (1.0 - confidence);
    let low = if hits <= 0.0 { 0.0 } else { beta_quantile(hits, misses + 1.0, Tail::Lower(tail)) };
    let high = if misses <= 0.0 { 1.0 } else { beta_quantile(hits + 1.0, misses, Tail::Upper(tail)) };
    Interval { low, high }
}

/// Whether the clusters' shares are not all the same; exact, where sums of floats would not be.
pub(super) fn differ(clusters: &[Cluster]) -> bool {
    let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
    let pairs = clusters.iter().zip(clusters.iter().skip(1));
    let mut unequal = pairs.filter(|(a, b)| product(a.successes, b.trials) != product(b.successes, a.trials));
    unequal.next().is_some()
}

/// Whether there are enough clusters for the skewness of their shares.
pub(super) fn are_many(clusters: &[Cluster]) -> bool {
    let number = clusters.len() as f64;
    let mean = clusters.iter().map(share).sum::<f64>() / number;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for cluster in clusters {
        let deviation = share(cluster) - mean;
        squares += deviation * deviation;
        cubes += deviation * deviation * deviation;
    }
    // D ≥ 25 G², G = (cubes/D) / (squares/D)^(3/2)
    squares * squares * squares >= PER_SQUARED_SKEWNESS * cubes * cubes
}

fn share(cluster: &Cluster) -> f64 {
    cluster.successes as f64 / cluster.trials as f64
}

/// Of the share of successes in all trials: √(D/(D−1) Σ w²(p̂ − p̄)²) with each of D clusters weighing w, its part of the
/// trials (Cochran 1977, 3.12); S/√D if they are alike. At least two clusters.
pub(super) fn standard_error(clusters: &[Cluster], mean: f64, trials: u64) -> f64 {
    let parts = clusters.iter().map(|cluster| {
        let part = (cluster.successes as f64 - mean * cluster.trials as f64) / trials as f64;
        part * part
    });
    let number = clusters.len() as f64;
    (number / (number - 1.0) * parts.sum::<f64>()).sqrt()
}

/// How far the probabilities of clusters lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Variance of the probabilities, estimated; 0 if the shares differ no more than chance makes them.
    pub between: f64,
    /// `between` of the variance p̄(1−p̄) of a trial in any cluster, 0 to 1: what would go if the probability were known.
    pub variance_share: f64,
    /// The 5 % quantile of the probabilities, approximate.
    pub low: f64,
    /// The 95 % quantile of the probabilities, approximate.
    pub high: f64,
}

/// How far the probabilities of clusters lie apart; none with fewer than two clusters, with one of fewer than two trials,
/// or where both quantiles fall on one share although the probabilities differ: few of many small clusters have hits.
///
/// The shares differ by their probabilities and by chance: S² = between + mean of p(1−p)/m. p̂(1−p̂)/(m−1) estimates the
/// latter without bias in each cluster, whatever its m, and what is left is `between` (the analysis of variance of a
/// random effect; Searle, Casella & `McCulloch` 1992, 3). The quantiles are those of the shares after shrinking them
/// towards their mean until their variance is `between` (Louis 1984).
pub fn spread(clusters: &[Cluster]) -> Option<Spread> {
    if clusters.len() < 2 || clusters.iter().any(|cluster| cluster.trials < 2) {
        return None;
    }
    let number = clusters.len() as f64;
    let mean = clusters.iter().map(share).sum::<f64>() / number;
    let deviation = |cluster: &Cluster| share(cluster) - mean;
    let variance = clusters.iter().map(|of| deviation(of) * deviation(of)).sum::<f64>() / (number - 1.0);
    let chance = |of: &Cluster| share(of) * (1.0 - share(of)) / (of.trials - 1) as f64;
    let between = (variance - clusters.iter().map(chance).sum::<f64>() / number).max(0.0);
    let shrink = if between > 0.0 { (between / variance).sqrt() } else { 0.0 };
    let mut shares: Vec<f64> = clusters.iter().map(|cluster| mean + shrink * deviation(cluster)).collect();
    shares.sort_unstable_by(f64::total_cmp);
    let total = mean * (1.0 - mean);
    let variance_share = if between > 0.0 { (between / total).min(1.0) } else { 0.0 };
    let (low, high) = (quantile(&shares, 0.05), quantile(&shares, 0.95));
    (between == 0.0 || low < high).then_some(Spread { between, variance_share, low, high })
}

/// The quantile of sorted numbers, between neighbours in proportion (Hyndman & Fan 1996, definition 7).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let below = sorted[place as usize];
    let above = sorted[(place as usize + 1).min(sorted.len() - 1)];
    below + place.fract() * (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(counts: &[(u64, u64)]) -> Vec<Cluster> {
        counts.iter().map(|(successes, trials)| Cluster { successes: *successes, trials: *trials }).collect()
    }

    /// Shares 0.2, 0.5, 0.8 have mean 0.5 and S² = 0.09; t(2) at 50 % is ½ √(2/(½ · 1.5)).
    #[test]
    fn student_t_by_hand() {
        let (interval, method) = mean_interval(&clusters(&[(2, 10), (5, 10), (8, 10)]), 0.5);
        assert_eq!(method, ClusterMethod::StudentT);
        let half = (0.09_f64 / 3.0).sqrt() * (0.5 * (2.0_f64 / 0.75).sqrt());
        assert!((interval.low - (0.5 - half)).abs() < 1e-12 && (interval.high - (0.5 + half)).abs() < 1e-12);
        let (clipped, _) = mean_interval(&clusters(&[(2, 10), (5, 10), (8, 10)]), 0.95);
        assert_eq!((clipped.low, clipped.high), (0.0, 1.0));
    }

    #[test]
    fn what_was_never_seen_is_bounded_by_the_number_of_clusters() {
        let none = clusters(&[(0, 100); 1000]);
        let (interval, method) = mean_interval(&none, 0.95);
        assert_eq!((method, interval.low), (ClusterMethod::ClopperPearson, 0.0));
        // 1 − 0.025^(1/1000)
        assert!((interval.high + libm::expm1(libm::log(0.025) / 1000.0)).abs() < 1e-12);
        let all = clusters(&[(100, 100); 1000]);
        let (mirrored, _) = mean_interval(&all, 0.95);
        assert_eq!(mirrored.high, 1.0);
        assert!((mirrored.low - (1.0 - interval.high)).abs() < 1e-12);
        assert_eq!(mean_interval(&[], 0.95).0, Interval::ALL);
    }

    /// In clusters of one trial it is the interval for as many trials; `proportion` is the independent computation.
    #[test]
    fn rare_successes_are_intervals_of_clusters() {
        use crate::stats::interval::{Method, proportion};
        let mut single = clusters(&[(0, 1); 200]);
        // The squared skewness of k in 200, (1 − 2k/200)²/(k/200 (1 − k/200)), falls below 200/25 with k = 19.
        for successes in 0..19 {
            let (found, method) = mean_interval(&single, 0.9);
            let expected = proportion(Method::ClopperPearson, successes, 200, 0.9);
            assert_eq!(method, ClusterMethod::ClopperPearson);
            assert!((found.low - expected.low).abs() < 1e-12 && (found.high - expected.high).abs() < 1e-12);
            single[successes as usize].successes = 1;
        }
        assert_eq!(mean_interval(&single, 0.9).1, ClusterMethod::StudentT);
        // One success in 10⁹ trials still has ends on both sides of its share.
        let mut many = clusters(&[(0, 1_000_000); 1000]);
        many[3].successes = 1;
        let (interval, _) = mean_interval(&many, 0.95);
        assert!(interval.low < 1e-9 && interval.high > 1e-3, "{interval:?}");
    }

    #[test]
    fn equal_shares_are_no_certainty() {
        let (interval, method) = mean_interval(&clusters(&[(5, 10); 60]), 0.95);
        assert_eq!(method, ClusterMethod::ClopperPearson);
        assert!(interval.low < 0.4 && interval.high > 0.6);
        assert_eq!(mean_interval(&clusters(&[(1, 3); 1000]), 0.95).1, ClusterMethod::ClopperPearson);
        let (single, _) = mean_interval(&clusters(&[(5, 10)]), 0.95);
        assert!(single.low < 0.05 && single.high > 0.95);
    }

    /// Shares 0.1, 0.5, 0.9 of 10: S² = 0.16, chance (0.09 + 0.25 + 0.09)/27, and the middle of the total is 0.25.
    #[test]
    fn spread_by_hand() {
        let found = spread(&clusters(&[(1, 10), (5, 10), (9, 10)])).unwrap();
        let between = 0.16 - 0.43 / 27.0;
        assert!((found.between - between).abs() < 1e-15);
        assert!((found.variance_share - between / 0.25).abs() < 1e-14);
        let reach = 0.4 * (between / 0.16_f64).sqrt() * 0.9;
        assert!((found.low - (0.5 - reach)).abs() < 1e-15 && (found.high - (0.5 + reach)).abs() < 1e-15);
        // Shares that differ less than chance makes them: nothing is left.
        let none = spread(&clusters(&[(5, 10), (5, 10), (6, 10)])).unwrap();
        assert_eq!((none.between, none.variance_share), (0.0, 0.0));
        assert_eq!(none.low, none.high);
        assert_eq!(spread(&clusters(&[(0, 10), (0, 10)])).unwrap().variance_share, 0.0);
        let mut rare = clusters(&[(0, 3); 100]);
        rare[0].successes = 3;
        assert!(spread(&rare).is_none());
        assert!(spread(&clusters(&[(1, 1), (5, 10)])).is_none() && spread(&clusters(&[(5, 10)])).is_none());
    }
}
