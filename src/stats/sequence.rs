//! Turns a count of successes into an interval that holds at all numbers of trials at once, and so at any of them that
//! is chosen by looking at the trials.
//!
//! Under p, the ratio of the likelihood averaged over a uniform prior to that of p is a martingale with mean 1:
//! M(k, n) = B(k+1, n−k+1) / (pᵏ (1−p)ⁿ⁻ᵏ). By Ville's inequality it ever reaches 1/α with a probability of at most α,
//! so that the sets {p : M(k, n) < 1/α} hold p at all n together with a probability of at least 1 − α (Robbins 1970,
//! Annals of Mathematical Statistics 41, 1397–1409; Howard et al. 2021, Annals of Statistics 49,
//! 1055–1080, section 3.1). 1/M is the density of Beta(k+1, n−k+1) at p: the set is where it exceeds α.

use super::interval::Interval;
use super::root::{Tangent, increasing_zero};
use super::special::{LogitBeta, expit};

/// Logits beyond this are beyond what counts of up to 1e12 can tell.
const FARTHEST: f64 = 700.0;

/// The confidence sequence for a probability, at `successes` in `trials` independent trials.
///
/// `successes` ≤ `trials` ≤ 1e12; `confidence` strictly between 0 and 1. It covers at all `trials` at once with at least
/// that probability. No trials give [0, 1]. The ends are exact to a relative error of 1e-10 (and so is their distance
/// from 1, up to its rounding).
pub fn confidence_sequence(successes: u64, trials: u64, confidence: f64) -> Interval {
    debug_assert!(successes <= trials, "{successes} successes in {trials} trials");
    debug_assert!(confidence > 0.0 && confidence < 1.0, "confidence {confidence} is not within (0, 1)");
    if trials == 0 {
        return Interval::ALL;
    }
    if successes > trials / 2 {
        let Interval { low, high } = confidence_sequence(trials - successes, trials, confidence);
        return Interval { low: 1.0 - high, high: 1.0 - low };
    }
    let mixture = Mixture::new(successes, trials);
    let ln_alpha = libm::log1p(-confidence);
    Interval { low: mixture.low(ln_alpha), high: mixture.high(ln_alpha) }
}

/// Whether the confidence sequence holds `p`, strictly between 0 and 1; arguments as [`confidence_sequence`].
pub fn sequence_holds(p: f64, successes: u64, trials: u64, confidence: f64) -> bool {
    let logit = libm::log(p) - libm::log1p(-p);
    trials == 0 || Mixture::new(successes, trials).at(logit).value > libm::log1p(-confidence)
}

/// ln 1/M as a function of logit p; concave, with its peak at the share.
struct Mixture {
    successes: f64,
    failures: f64,
    posterior: LogitBeta,
}

impl Mixture {
    fn new(successes: u64, trials: u64) -> Self {
        let (successes, failures) = (successes as f64, (trials - successes) as f64);
        Self { successes, failures, posterior: LogitBeta::new(successes + 1.0, failures + 1.0) }
    }

    fn at(&self, logit: f64) -> Tangent {
        // ln p(1−p): what the density of the logit has more than that of p.
        let jacobian = -logit.abs() - 2.0 * libm::log1p(libm::exp(-logit.abs()));
        let value = self.posterior.ln_density(logit).0 - jacobian;
        Tangent { value, slope: self.successes * expit(-logit) - self.failures * expit(logit) }
    }

    /// Logit of the share, and the curvature there as a width.
    fn peak(&self) -> (f64, f64) {
        let (hits, misses) = (self.successes + 0.5, self.failures + 0.5);
        (libm::log(hits / misses), (1.0 / hits + 1.0 / misses).sqrt())
    }

    fn low(&self, ln_alpha: f64) -> f64 {
        if self.successes == 0.0 {
            return 0.0;
        }
        let (peak, width) = self.peak();
        let residual = |logit: f64| {
            let Tangent { value, slope } = self.at(logit);
            Tangent { value: value - ln_alpha, slope }
        };
        let top = libm::log(self.successes / self.failures);
        expit(increasing_zero(residual, (peak - 4.0 * width).min(top), -FARTHEST, top))
    }

    /// Asked only where there are failures.
    fn high(&self, ln_alpha: f64) -> f64 {
        let (peak, width) = self.peak();
        let top = if self.successes == 0.0 { -FARTHEST } else { libm::log(self.successes / self.failures) };
        // Mirrored, so that the function rises.
        let residual = |mirrored: f64| {
            let Tangent { value, slope } = self.at(-mirrored);
            Tangent { value: value - ln_alpha, slope: -slope }
        };
        expit(-increasing_zero(residual, (-peak - 4.0 * width).min(-top), -FARTHEST, -top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_success_has_a_closed_form() {
        // (n + 1)(1 − p)ⁿ = α
        for trials in [1_u64, 10, 1_000, 1_000_000, 1_000_000_000_000] {
            let n = trials as f64;
            let expected = -libm::expm1((libm::log(0.05) - libm::log1p(n)) / n);
            let Interval { low, high } = confidence_sequence(0, trials, 0.95);
            assert_eq!(low, 0.0);
            assert!((high / expected - 1.0).abs() < 1e-11, "{trials}: {high} {expected}");
            let all = confidence_sequence(trials, trials, 0.95);
            assert_eq!((all.low, all.high), (1.0 - high, 1.0));
        }
        assert_eq!(confidence_sequence(0, 0, 0.95), Interval::ALL);
    }

    proptest! {
        #[test]
        fn the_ends_are_where_the_martingale_reaches_its_bound(
            trials in 1_u64..1_000_000_000, part in 0.0..=1.0_f64, confidence in 0.5..0.999_999_f64
        ) {
            let successes = (part * part * trials as f64) as u64;
            let Interval { low, high } = confidence_sequence(successes, trials, confidence);
            let share = successes as f64 / trials as f64;
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0 && low < high);
            let holds = |p: f64| sequence_holds(p, successes, trials, confidence);
            let apart = 1e-9;
            if low > 0.0 {
                prop_assert!(holds(low + apart * low.min(1.0 - low)) && !holds(low - apart * low.min(1.0 - low)));
            }
            if high < 1.0 {
                prop_assert!(holds(high - apart * high.min(1.0 - high)));
                prop_assert!(!holds(high + apart * high.min(1.0 - high)));
            }
        }
    }
}
