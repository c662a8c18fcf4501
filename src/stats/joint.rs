//! Turns the counts of a partition into intervals that hold for all its shares at once.
//!
//! The counts are taken as independent Poisson variables with the same means, given their sum; what is the chance that
//! each is within c of its mean? The distribution of their sum, each within c, comes from an Edgeworth expansion (Sison
//! & Glaz 1995, Journal of the American Statistical Association 90, 366–369). The smallest such c makes the intervals;
//! their excess on the upper side is that of the paper, for skewness.

use super::interval::Interval;
use super::special::{normal_density, stirling_error};

/// Least count at which the approximation is taken.
pub const LEAST_COUNT: u64 = 5;

/// Fewest counts at which it is taken: of two, each tells the other, and an interval for one holds for both.
pub const LEAST_CLASSES: usize = 3;

/// The intervals of Sison and Glaz, in the order of `counts`, for shares that were counted in a number of trials fixed
/// before. Approximate: they cover about as often as `confidence`, strictly between 0 and 1, says.
///
/// None unless there are at least [`LEAST_CLASSES`] counts, each at least [`LEAST_COUNT`]. All intervals are about equally wide, so
/// small shares are better served by Bonferroni's inequality. The time taken grows with the root of the counts.
pub fn sison_glaz(counts: &[u64], confidence: f64) -> Option<Vec<Interval>> {
    if counts.len() < LEAST_CLASSES || counts.iter().any(|count| *count < LEAST_COUNT) {
        return None;
    }
    let (reach, before, at) = reach(counts, confidence);
    let total: u64 = counts.iter().sum();
    // How much of the last step is needed.
    let part = ((confidence - before) / (at - before)).clamp(0.0, 1.0);
    let (total, below) = (total as f64, (reach - 1) as f64);
    let interval = |count: &u64| {
        let count = *count as f64;
        Interval {
            low: ((count - below) / total).max(0.0),
            high: ((count + below + 2.0 * part) / total).min(1.0),
        }
    };
    Some(counts.iter().map(interval).collect())
}

/// The smallest distance at which the chance reaches `confidence`, and the chances at the distance before and there.
fn reach(counts: &[u64], confidence: f64) -> (u64, f64, f64) {
    let total: u64 = counts.iter().sum();
    let (mut low, mut high) = (0, 1);
    while high < total && chance_within(counts, high) < confidence {
        (low, high) = (high, 2 * high);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if chance_within(counts, middle) < confidence { low = middle } else { high = middle }
    }
    let before = if low == 0 { 0.0 } else { chance_within(counts, low) };
    (high, before, chance_within(counts, high))
}

/// The chance that multinomial counts with expectations `counts` are all within `distance` of them, 0 to 1.
fn chance_within(counts: &[u64], distance: u64) -> f64 {
    let total: u64 = counts.iter().sum();
    let parts: Vec<Truncated> = counts.iter().map(|count| Truncated::new(*count, distance)).collect();
    let sum = |part: fn(&Truncated) -> f64| parts.iter().map(part).sum::<f64>();
    let variance = sum(|part| part.variance);
    let deviation = variance.sqrt();
    let z = -sum(|part| part.shift) / deviation;
    let skewness = sum(|part| part.third) / (variance * deviation);
    let kurtosis = sum(|part| part.fourth - 3.0 * part.variance * part.variance) / (variance * variance);
    let ln_chance = sum(|part| part.ln_chance) - ln_poisson_at_mean(total as f64);
    (libm::exp(ln_chance) * edgeworth(z, skewness, kurtosis) / deviation).clamp(0.0, 1.0)
}

/// Density of a standardised sum: terms to 1/n.
fn edgeworth(z: f64, skewness: f64, kurtosis: f64) -> f64 {
    let z2 = z * z;
    let third = z * (z2 - 3.0);
    let fourth = (z2 - 6.0) * z2 + 3.0;
    let sixth = ((z2 - 15.0) * z2 + 45.0) * z2 - 15.0;
    let terms = skewness / 6.0 * third + kurtosis / 24.0 * fourth + skewness * skewness / 72.0 * sixth;
    normal_density(z) * (1.0 + terms)
}

/// ln P(X = n) for X Poisson with mean n.
fn ln_poisson_at_mean(n: f64) -> f64 {
    -0.5 * libm::log(2.0 * core::f64::consts::PI * n) - stirling_error(n)
}

/// A Poisson variable with a whole mean, given that it is within a distance of it.
struct Truncated {
    /// ln of the chance that it is.
    ln_chance: f64,
    /// Its mean, less the mean of the untruncated one.
    shift: f64,
    variance: f64,
    third: f64,
    fourth: f64,
}

impl Truncated {
    /// Sums outwards from the mean, over weights relative to that of the mean.
    fn new(mean: u64, distance: u64) -> Self {
        let rate = mean as f64;
        let mut sums = [1.0, 0.0, 0.0, 0.0, 0.0];
        let mut add = |offset: f64, weight: f64| {
            let mut power = weight;
            for sum in &mut sums {
                *sum += power;
                power *= offset;
            }
        };
        let (mut above, mut below) = (1.0, 1.0);
        for step in 1..=distance {
            let offset = step as f64;
            above *= rate / (rate + offset);
            add(offset, above);
            if step <= mean {
                below *= (rate - offset + 1.0) / rate;
                add(-offset, below);
            }
        }
        let [all, moments @ ..] = sums;
        let [m1, m2, m3, m4] = moments.map(|moment| moment / all);
        let square = m1 * m1;
        Self {
            ln_chance: ln_poisson_at_mean(rate) + libm::log(all),
            shift: m1,
            variance: m2 - square,
            third: m3 - 3.0 * m1 * m2 + 2.0 * m1 * square,
            fourth: m4 - 4.0 * m1 * m3 + 6.0 * square * m2 - 3.0 * square * square,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::special::ln_gamma;

    /// The chance itself: the sum over all tables of counts within the distance.
    fn exact(counts: [u64; 3], distance: u64) -> f64 {
        let total: u64 = counts.iter().sum();
        let near = |count: u64, at: usize| count.abs_diff(counts[at]) <= distance;
        let factorial = |count: u64| ln_gamma(count as f64 + 1.0);
        let mut sum = 0.0;
        for first in (0..=total).filter(|first| near(*first, 0)) {
            for second in (0..=total - first).filter(|second| near(*second, 1)) {
                let table = [first, second, total - first - second];
                if near(table[2], 2) {
                    let ln = |at: usize| {
                        let expected = libm::log(counts[at] as f64 / total as f64);
                        table[at] as f64 * expected - factorial(table[at])
                    };
                    sum += libm::exp(factorial(total) + ln(0) + ln(1) + ln(2));
                }
            }
        }
        sum
    }

    #[test]
    fn the_expansion_is_close_to_the_multinomial_sum() {
        // With three classes, the fewest for which the sum is not degenerate, the expansion is at its worst.
        for counts in [[5, 10, 15], [20, 30, 50], [23, 12, 44], [200, 300, 500]] {
            for distance in 1..40 {
                let (approximate, exact) = (chance_within(&counts, distance), exact(counts, distance));
                let bound = if exact > 0.8 { 0.006 } else { 0.03 };
                assert!(
                    (approximate - exact).abs() < bound,
                    "{counts:?} ± {distance}: {approximate} {exact}"
                );
            }
        }
    }

    #[test]
    fn few_counts_have_no_intervals() {
        assert_eq!(sison_glaz(&[4, 100, 100], 0.95), None);
        assert_eq!(sison_glaz(&[50, 50], 0.95), None);
        assert_eq!(sison_glaz(&[], 0.95), None);
        assert!(sison_glaz(&[5, 5, 5], 0.95).is_some());
    }
}
