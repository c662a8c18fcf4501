//! Two counts, of the same trials or of others, become an interval for the difference of the probabilities behind them,
//! and a p-value; several p-values become ones that hold together.
//!
//! A difference is the second probability minus the first, −1 to 1; its interval is `[low, high]`.

use super::clusters::{Cluster, ClusterMethod, are_many, differ, fractional, mean_interval, standard_error};
use super::interval::{Interval, Method, proportion};
use super::special::{beta_lower, student_two_sided};

/// Trials in each of which two things happened or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Trials in which both happened.
    pub both: u64,
    /// Those in which only the first did.
    pub first_only: u64,
    /// Those in which only the second did.
    pub second_only: u64,
    /// Those in which neither did.
    pub neither: u64,
}

impl Pairs {
    /// How many there are.
    pub fn trials(self) -> u64 {
        self.both + self.first_only + self.second_only + self.neither
    }

    /// The difference of the two shares; 0 of none.
    pub fn difference(self) -> f64 {
        (self.second_only as f64 - self.first_only as f64) / self.trials().max(1) as f64
    }
}

/// Of independent shares, each known with its interval: the distances to the ends are added like standard errors
/// (Newcombe 1998a, method 10; for any intervals Zou & Donner 2008). With Wilson's intervals this is Newcombe's hybrid
/// score interval.
pub fn hybrid(first: (f64, Interval), second: (f64, Interval)) -> [f64; 2] {
    let ((p1, one), (p2, two)) = (first, second);
    let difference = p2 - p1;
    [
        (difference - libm::hypot(p2 - two.low, one.high - p1)).max(-1.0),
        (difference + libm::hypot(two.high - p2, p1 - one.low)).min(1.0),
    ]
}

/// Of independent trials, `k1` of `n1` and `k2` of `n2` successes: Newcombe's hybrid score interval; no trials give
/// [−1, 1].
pub fn independent((k1, n1): (u64, u64), (k2, n2): (u64, u64), confidence: f64) -> [f64; 2] {
    if n1 == 0 || n2 == 0 {
        return [-1.0, 1.0];
    }
    let wilson = |k: u64, n: u64| (k as f64 / n as f64, proportion(Method::Wilson, k, n, confidence));
    hybrid(wilson(k1, n1), wilson(k2, n2))
}

/// Of the same trials: Newcombe 1998b, method 10. If no pair differs, that the two differ in a trial has the probability
/// bound of Clopper & Pearson, 1 − (α/2)^(1/n), and so has their difference in both directions.
pub fn paired(pairs: Pairs, confidence: f64) -> [f64; 2] {
    let n = pairs.trials();
    if n == 0 {
        return [-1.0, 1.0];
    }
    if pairs.first_only + pairs.second_only == 0 {
        let bound = proportion(Method::ClopperPearson, 0, n, confidence).high;
        return [-bound, bound];
    }
    method_10(pairs, confidence)
}

/// Wilson's intervals of both shares, joined with the correlation of the pairs, corrected for continuity.
fn method_10(pairs: Pairs, confidence: f64) -> [f64; 2] {
    let n = pairs.trials();
    let share = |k: u64| (k as f64 / n as f64, proportion(Method::Wilson, k, n, confidence));
    let (p1, one) = share(pairs.both + pairs.first_only);
    let (p2, two) = share(pairs.both + pairs.second_only);
    let phi = correlation(pairs);
    let joined = |a: f64, b: f64| (a * a - 2.0 * phi * a * b + b * b).max(0.0).sqrt();
    let difference = pairs.difference();
    [difference - joined(p2 - two.low, one.high - p1), difference + joined(two.high - p2, p1 - one.low)]
}

/// φ, its numerator drawn towards 0 by n/2 where it is positive; 0 where a margin is empty.
fn correlation(pairs: Pairs) -> f64 {
    let [both, first, second, neither] =
        [pairs.both, pairs.first_only, pairs.second_only, pairs.neither].map(|count| count as f64);
    let margins = [both + first, second + neither, both + second, first + neither];
    let product = both * neither - first * second;
    let half = 0.5 * pairs.trials() as f64;
    let numerator = if product > 0.0 { (product - half).max(0.0) } else { product };
    let denominator: f64 = margins.iter().map(|margin| margin.sqrt()).product();
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}

/// The exact two-sided test of `McNemar` 1947: of the pairs that differ, either kind is as likely. Twice the smaller tail
/// of a fair coin, at most 1.
pub fn mcnemar(pairs: Pairs) -> f64 {
    let few = pairs.first_only.min(pairs.second_only);
    let many = pairs.first_only.max(pairs.second_only);
    if few == many {
        return 1.0;
    }
    // P(X ≤ k) of n tosses is I_½(n − k, k + 1).
    (2.0 * beta_lower(many as f64, few as f64 + 1.0, 0.5)).min(1.0)
}

/// Trials of a cluster in which two things happened or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCluster {
    /// Trials in which only the first happened.
    pub first_only: u64,
    /// Those in which only the second did.
    pub second_only: u64,
    /// All its trials.
    pub trials: u64,
}

/// Of the same trials in clusters that share a probability: the mean difference's interval, from the clusters' own
/// differences; no clusters give [−1, 1].
///
/// Student's t where the differences, and the shares of trials that differ at all, are not too skewed for the number of
/// clusters (as in [`mean_interval`]). Otherwise each cluster counts as one trial, both kinds of differing trials have
/// Clopper & Pearson's interval at half the allowed error, and the difference lies between the differences of their ends;
/// if no trial differs, within the bound 1 − (α/2)^(1/D).
pub fn clustered(clusters: &[PairCluster], confidence: f64) -> ([f64; 2], ClusterMethod) {
    let trials: u64 = clusters.iter().map(|cluster| cluster.trials).sum();
    if trials == 0 {
        return ([-1.0, 1.0], ClusterMethod::ClopperPearson);
    }
    if let Some((mean, error)) = student(clusters) {
        let half = error * student_two_sided(1.0 - confidence, clusters.len() as f64 - 1.0);
        return ([(mean - half).max(-1.0), (mean + half).min(1.0)], ClusterMethod::StudentT);
    }
    let parts = |count: u64| count as f64 / trials as f64 * clusters.len() as f64;
    let first = parts(clusters.iter().map(|cluster| cluster.first_only).sum());
    let second = parts(clusters.iter().map(|cluster| cluster.second_only).sum());
    let number = clusters.len() as f64;
    if first + second == 0.0 {
        let bound = fractional(0.0, number, confidence).high;
        return ([-bound, bound], ClusterMethod::ClopperPearson);
    }
    let level = 0.5 * (1.0 + confidence);
    let (first, second) =
        (fractional(first, number - first, level), fractional(second, number - second, level));
    ([second.low - first.high, second.high - first.low], ClusterMethod::ClopperPearson)
}

/// The mean difference and its standard error, where Student's t may be taken.
fn student(clusters: &[PairCluster]) -> Option<(f64, f64)> {
    // Shares of what is no share: first the trials that differ, then the differences, moved to [0, 2].
    let of = |successes: &dyn Fn(&PairCluster) -> u64| -> Vec<Cluster> {
        clusters.iter().map(|of| Cluster { successes: successes(of), trials: of.trials }).collect()
    };
    let moved = of(&|of| of.trials + of.second_only - of.first_only);
    let any = of(&|of| of.first_only + of.second_only);
    if !differ(&moved) || !are_many(&moved) || (differ(&any) && !are_many(&any)) {
        return None;
    }
    let trials: u64 = clusters.iter().map(|of| of.trials).sum();
    let sum: f64 = clusters.iter().map(|of| of.second_only as f64 - of.first_only as f64).sum();
    let mean = sum / trials as f64;
    Some((mean, standard_error(&moved, mean + 1.0, trials)))
}

/// The two-sided p-value of no mean difference by Student's t, where [`clustered`] takes that.
pub fn clustered_p(clusters: &[PairCluster]) -> Option<f64> {
    let (mean, error) = student(clusters)?;
    let (freedom, t) = (clusters.len() as f64 - 1.0, mean / error);
    // P(|T| > t) = I_{ν/(ν+t²)}(ν/2, ½) (Abramowitz & Stegun 1964, 26.7.1)
    Some(beta_lower(0.5 * freedom, 0.5, freedom / (freedom + t * t)))
}

/// Whether the shares of the same clusters have a covariance of at least 0.
pub fn go_together(first: &[Cluster], second: &[Cluster]) -> bool {
    let share = |of: &Cluster| of.successes as f64 / of.trials.max(1) as f64;
    let mean = |clusters: &[Cluster]| clusters.iter().map(share).sum::<f64>() / clusters.len() as f64;
    let (one, two) = (mean(first), mean(second));
    first.iter().zip(second).map(|(a, b)| (share(a) - one) * (share(b) - two)).sum::<f64>() >= 0.0
}

/// Of two independent sets of clusters: their mean probabilities' intervals, joined by [`hybrid`].
pub fn clustered_apart(first: &[Cluster], second: &[Cluster], confidence: f64) -> [f64; 2] {
    let mean = |clusters: &[Cluster]| {
        let sum = |count: fn(&Cluster) -> u64| clusters.iter().map(count).sum::<u64>() as f64;
        sum(|of| of.successes) / sum(|of| of.trials).max(1.0)
    };
    let one = (mean(first), mean_interval(first, confidence).0);
    hybrid(one, (mean(second), mean_interval(second, confidence).0))
}

/// The least p-value that [`inverted`] tells.
pub const LEAST_P: f64 = 1e-12;

/// The p-value of no difference that belongs to intervals: the least α at whose level, 1 − α, the interval does not hold
/// 0; at least [`LEAST_P`].
pub fn inverted(interval: impl Fn(f64) -> [f64; 2]) -> f64 {
    let holds = |alpha: f64| {
        let [low, high] = interval(1.0 - alpha);
        low <= 0.0 && 0.0 <= high
    };
    let (mut excludes, mut within) = (1.0 - 1e-9, LEAST_P);
    if holds(excludes) {
        return 1.0;
    }
    if !holds(within) {
        return LEAST_P;
    }
    for _ in 0..60 {
        let middle = (excludes * within).sqrt();
        if holds(middle) { within = middle } else { excludes = middle }
    }
    excludes
}

/// P-values that hold together: the chance that any of true nulls falls to or below α is at most α (Holm 1979). In the
/// order given; each at least as large as it was, at most 1.
pub fn holm(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut adjusted = vec![0.0; values.len()];
    let mut so_far = 0.0_f64;
    for (rank, at) in order.into_iter().enumerate() {
        so_far = so_far.max(((values.len() - rank) as f64 * values[at]).min(1.0));
        adjusted[at] = so_far;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Differences 0.1, 0.3, 0.5 of ten trials: mean 0.3, S² = 0.04, error 0.2/√3; t(2) at 50 % is 0.816497.
    #[test]
    fn clusters_by_hand() {
        let cluster = |first_only, second_only| PairCluster { first_only, second_only, trials: 10 };
        let clusters = [cluster(0, 1), cluster(0, 3), cluster(0, 5)];
        let ([low, high], method) = clustered(&clusters, 0.5);
        assert_eq!(method, ClusterMethod::StudentT);
        let half = 0.816_496_580_927_726 * 0.2 / 3.0_f64.sqrt();
        assert!((low - (0.3 - half)).abs() < 1e-9 && (high - (0.3 + half)).abs() < 1e-9, "{low} {high}");
        // t = 0.3 / (0.2/√3) = 2.598; P(|T₂| > t) = 1 − t/√(2 + t²)
        let t = 1.5 * 3.0_f64.sqrt();
        assert!((clustered_p(&clusters).unwrap() - (1.0 - t / (2.0 + t * t).sqrt())).abs() < 1e-9);
    }

    #[test]
    fn what_no_cluster_saw_has_the_bound_of_clusters() {
        let clusters = vec![PairCluster { trials: 100, ..PairCluster::default() }; 1_000];
        let ([low, high], method) = clustered(&clusters, 0.95);
        assert_eq!(method, ClusterMethod::ClopperPearson);
        let bound = -libm::expm1(libm::log(0.025) / 1_000.0);
        assert!((high - bound).abs() < 1e-12 && (low + bound).abs() < 1e-12);
        assert_eq!(clustered_p(&clusters), None);
        // One plus and one minus are no reason for Student's t, however symmetric.
        let mut few = clusters;
        few[3].first_only = 100;
        few[4].second_only = 100;
        let ([low, high], method) = clustered(&few, 0.95);
        assert_eq!((method, low), (ClusterMethod::ClopperPearson, -high));
        assert!(high > bound && clustered_p(&few).is_none());
    }

    #[test]
    fn intervals_and_p_values_agree() {
        for (first_only, second_only) in [(20, 45), (30, 31), (0, 9)] {
            let mut clusters = [PairCluster { trials: 10, ..PairCluster::default() }; 200];
            (0..first_only).for_each(|at| clusters[at * 3].first_only += 1);
            (0..second_only).for_each(|at| clusters[at * 4].second_only += 2);
            let p = clustered_p(&clusters)
                .unwrap_or_else(|| inverted(|confidence| clustered(&clusters, confidence).0));
            for confidence in [0.5, 0.9, 0.95, 0.999] {
                let ([low, high], _) = clustered(&clusters, confidence);
                assert_eq!(low > 0.0 || high < 0.0, p < 1.0 - confidence, "{first_only} {second_only} {p}");
            }
        }
    }

    #[test]
    fn few_pairs_that_differ_are_tested_exactly() {
        let pairs = |first_only, second_only| Pairs { both: 1, first_only, second_only, neither: 1 };
        assert_eq!(mcnemar(pairs(0, 0)), 1.0);
        assert_eq!(mcnemar(pairs(7, 7)), 1.0);
        assert!((mcnemar(pairs(0, 5)) - 0.0625).abs() < 1e-12);
        // 2 (1 + 10) / 2^10
        assert!((mcnemar(pairs(9, 1)) - 22.0 / 1024.0).abs() < 1e-12);
    }
}
