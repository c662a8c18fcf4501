//! A normal distribution between bounds, its tail probabilities worked out once.

use super::{GREATEST_UNIFORM, LEAST_UNIFORM};
use crate::stats::special::{normal_cdf, normal_density, normal_quantile};

/// The least probability between the bounds (before truncation) that is still told precisely by differences of Φ.
pub(super) const LEAST_MASS: f64 = 1e-200;

/// A truncated normal distribution, ready to be sampled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TruncatedNormal {
    mean: f64,
    /// Negative if everything is mirrored: then both bounds were above the mean.
    sd: f64,
    low: f64,
    high: f64,
    /// Standardised (and mirrored) bounds, the first of them at most 0 or below the other.
    first: f64,
    last: f64,
    /// Φ at the first bound, and 1 − Φ at the first and the last.
    below_first: f64,
    above_first: f64,
    above_last: f64,
    /// Φ(last) − Φ(first).
    inside: f64,
}

impl TruncatedNormal {
    /// `low` ≤ `high`, infinite for no bound; with `sd` = 0 all values are `mean`.
    pub(crate) fn new(mean: f64, sd: f64, low: f64, high: f64) -> Self {
        // Above the mean, work in the lower tail of the mirror image, where Φ keeps its precision.
        let (sd, start, end) = if low > mean { (-sd, high, low) } else { (sd, low, high) };
        let standardise = |bound: f64| if bound == mean { 0.0 } else { (bound - mean) / sd };
        let (first, last) = (standardise(start), standardise(end));
        let (below_first, above_last) = (normal_cdf(first), normal_cdf(-last));
        let inside =
            if last <= 0.0 { normal_cdf(last) - below_first } else { (1.0 - above_last) - below_first };
        Self {
            mean,
            sd,
            low,
            high,
            first,
            last,
            below_first,
            above_first: normal_cdf(-first),
            above_last,
            inside,
        }
    }

    /// Probability between the bounds before truncation.
    pub(super) fn mass(&self) -> f64 {
        self.inside
    }

    /// The value at the share `u`.
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        if self.sd == 0.0 {
            return self.mean;
        }
        let u = u.clamp(LEAST_UNIFORM, GREATEST_UNIFORM);
        // Shares of the mirror image count from its other end.
        let (below, above) = if self.sd < 0.0 { (1.0 - u, u) } else { (u, 1.0 - u) };
        let p = self.below_first + below * self.inside;
        let z = if p <= 0.5 {
            normal_quantile(p)
        } else {
            -normal_quantile((self.above_last + above * (self.above_first - self.above_last)).min(0.5))
        };
        (self.mean + self.sd * z).clamp(self.low, self.high)
    }

    /// The share of values of at most `x`, for x within the bounds.
    pub(crate) fn cdf(&self, x: f64) -> f64 {
        if self.sd == 0.0 {
            return if x < self.mean { 0.0 } else { 1.0 };
        }
        let z = (x - self.mean) / self.sd;
        let below = if z <= 0.0 {
            (normal_cdf(z) - self.below_first) / self.inside
        } else {
            1.0 - (normal_cdf(-z) - self.above_last) / self.inside
        };
        if self.sd < 0.0 { 1.0 - below } else { below }.clamp(0.0, 1.0)
    }

    /// mean + sd (φ(first) − φ(last)) / (Φ(last) − Φ(first)).
    pub(crate) fn mean(&self) -> f64 {
        if self.sd == 0.0 || self.low == self.high {
            return self.mean.clamp(self.low, self.high);
        }
        let shift = (normal_density(self.first) - normal_density(self.last)) / self.inside;
        (self.mean + self.sd * shift).clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_bounds_it_is_the_normal_distribution() {
        let free = TruncatedNormal::new(3.0, 2.0, f64::NEG_INFINITY, f64::INFINITY);
        for (u, z) in [(0.025, -1.959_963_984_540_054), (0.5, 0.0), (0.975, 1.959_963_984_540_054)] {
            assert!((free.quantile(u) - (3.0 + 2.0 * z)).abs() < 1e-14);
            assert!((free.cdf(3.0 + 2.0 * z) - u).abs() < 1e-15);
        }
        assert!((free.mean() - 3.0).abs() < 1e-15);
        assert!(free.quantile(0.0).is_finite());
    }

    /// Beyond ten standard deviations the excess over the bound is nearly exponential with rate z: its mean is
    /// Mills' ratio less z, 1/z − 2/z³ + 10/z⁵ − 74/z⁷ (from the asymptotic series of φ/Q).
    #[test]
    fn a_far_tail_keeps_its_precision_on_both_sides() {
        for z in [15.0_f64, 25.0] {
            let s = 1.0 / (z * z);
            let excess = 1.0 / z - (2.0 - (10.0 - 74.0 * s) * s) * s / z;
            let upper = TruncatedNormal::new(0.0, 1.0, z, f64::INFINITY);
            let lower = TruncatedNormal::new(0.0, 1.0, f64::NEG_INFINITY, -z);
            assert!(((upper.mean() - z) / excess - 1.0).abs() < 2e-5, "{z}");
            for u in [0.001, 0.25, 0.5, 0.999] {
                let value = upper.quantile(u);
                assert!((value + lower.quantile(1.0 - u)).abs() < 1e-13);
                assert!((upper.cdf(value) - u).abs() < 1e-12, "{z} {u} {}", upper.cdf(value));
            }
        }
    }

    #[test]
    fn bounds_are_kept_and_met() {
        let narrow = TruncatedNormal::new(0.0, 1.0, 0.3, 0.3 + 1e-9);
        for step in 0..100 {
            let value = narrow.quantile(f64::from(step) / 100.0);
            let line = 0.3 + 1e-11 * f64::from(step);
            assert!((0.3..=0.3 + 1e-9).contains(&value) && (value - line).abs() < 1e-15, "{value} {line}");
        }
    }
}
