//! The beta distribution on (0, 1): regularised incomplete beta function and its inverse.

use super::{
    Kernel, MAX_TERMS, NEGLIGIBLE, Tail,
    normal::normal_quantile,
    saddle::{deviance, excess, stirling_error},
};
use crate::stats::root::{Tangent, increasing_zero};
use core::f64::consts::PI;

/// `I_x(a, b)`, the probability that a Beta(a, b) value is at most `x`.
///
/// `a` and `b` in [1e-3, 1e9]; `x` outside [0, 1] is taken to its nearer end. Against 40-digit references
/// (`tests/oracles/special_reference.csv`) the error is below 3e-13 of the probability plus 2e-15; the latter counts
/// only where a shape is below 1, else small tails are as precise as large ones.
pub fn beta_lower(a: f64, b: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 0.0,
        _ if x >= 1.0 => 1.0,
        _ => LogitBeta::new(a, b).kernel(x, 1.0 - x).lower(),
    }
}

/// `1 − I_x(a, b)`, without cancellation; ranges and error as [`beta_lower`].
pub fn beta_upper(a: f64, b: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 1.0,
        _ if x >= 1.0 => 0.0,
        _ => LogitBeta::new(a, b).kernel(x, 1.0 - x).upper(),
    }
}

/// The x at which a Beta(a, b) distribution has the tail probability `tail`; parameters as [`beta_lower`].
///
/// The relative error of x is below 1e-12. For 1 − x to that precision, ask for the mirrored tail of Beta(b, a).
pub fn beta_quantile(a: f64, b: f64, tail: Tail) -> f64 {
    expit(LogitBeta::new(a, b).quantile(tail, None))
}

/// The logistic function: logit X to X.
#[inline]
pub(crate) fn expit(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

/// Smallest logit at which exp still has its full precision.
const LOWEST: f64 = -700.0;

/// The distribution of ln(X/(1−X)) for X ~ Beta(a, b): its density, unlike that of X, is always log-concave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogitBeta {
    a: f64,
    b: f64,
    /// ½ ln(ab/(2π(a+b))) + δ(a+b) − δ(a) − δ(b): ln of the density of the logit at x = a/(a+b).
    ln_peak: f64,
}

impl LogitBeta {
    pub(crate) fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let stirling = stirling_error(n) - stirling_error(a) - stirling_error(b);
        Self { a, b, ln_peak: 0.5 * libm::log(a * (b / n) / (2.0 * PI)) + stirling }
    }

    /// The logit at the given tail probability; −∞ or ∞ for an empty tail. `start` is a guess, where there is one.
    pub(crate) fn quantile(&self, tail: Tail, start: Option<f64>) -> f64 {
        match tail.smaller() {
            Tail::Lower(p) => self.at_lower(p, start),
            Tail::Upper(q) => -self.mirrored().at_lower(q, start.map(|logit| -logit)),
        }
    }

    /// ln of the density at `logit`, and the derivative of that.
    pub(crate) fn ln_density(&self, logit: f64) -> (f64, f64) {
        let (x, y) = pair(logit);
        let difference = self.difference(x, y);
        (self.ln_weight(x, y, difference), -difference)
    }

    /// ln of a tail at `logit` and its rate of change there (the density over the tail, positive).
    pub(crate) fn tangent(&self, logit: f64, lower: bool) -> (f64, f64) {
        let (x, y) = pair(logit);
        self.kernel(x, y).ln_tail(lower)
    }

    fn mirrored(&self) -> Self {
        Self { a: self.b, b: self.a, ln_peak: self.ln_peak }
    }

    /// The logit with lower tail `p` ≤ ½; ln I is concave.
    fn at_lower(&self, p: f64, start: Option<f64>) -> f64 {
        if p <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let (a, b, ln_p) = (self.a, self.b, libm::log(p));
        // ln x where the first term of the series, x^a / (a B(a, b)), stands for all; a B(a, b) is near 1 for small a
        let leading_term = (ln_p + libm::lgamma(a + 1.0) + libm::lgamma(b) - libm::lgamma(a + b)) / a;
        // Then it does, to full precision, and x itself may underflow.
        if leading_term < LOWEST {
            return leading_term;
        }
        let normal = || libm::log(a / b) + normal_quantile(p) * (1.0 / a + 1.0 / b).sqrt();
        let start = start.unwrap_or_else(|| if a < 1.0 { leading_term.min(0.0) } else { normal() });
        let residual = |logit: f64| {
            let (ln_lower, slope) = self.tangent(logit, true);
            Tangent { value: ln_lower - ln_p, slope }
        };
        increasing_zero(residual, start, LOWEST, -LOWEST)
    }

    /// (a + b)x − a, from the smaller of x and y = 1 − x, which is taken as exact.
    fn difference(&self, x: f64, y: f64) -> f64 {
        if x <= 0.5 { excess(self.a, self.b, x) } else { -excess(self.b, self.a, y) }
    }

    /// ln of x^a y^b / B(a, b).
    fn ln_weight(&self, x: f64, y: f64, difference: f64) -> f64 {
        let n = self.a + self.b;
        self.ln_peak - deviance(self.a, n * x, difference) - deviance(self.b, n * y, -difference)
    }

    /// The tail that converges best at x = 1 − y.
    fn kernel(&self, x: f64, y: f64) -> Kernel {
        let Self { a, b, .. } = *self;
        let difference = self.difference(x, y);
        let (factor, is_lower) = if a.min(b) > 1.0 {
            if difference <= 0.0 {
                (fraction(a, b, x, y, -difference), true)
            } else {
                (fraction(b, a, y, x, difference), false)
            }
        } else if x <= 0.5 {
            small_parameter(a, b, x, y, difference)
        } else {
            let (factor, is_lower) = small_parameter(b, a, y, x, -difference);
            (factor, !is_lower)
        };
        Kernel { ln_weight: self.ln_weight(x, y, difference), factor, is_lower }
    }
}

/// x and 1 − x of a logit, both to full relative precision.
fn pair(logit: f64) -> (f64, f64) {
    let ratio = libm::exp(-logit.abs());
    let (small, large) = (ratio / (1.0 + ratio), 1.0 / (1.0 + ratio));
    if logit < 0.0 { (small, large) } else { (large, small) }
}

/// A tail over the weight, and whether it is the lower, where a or b is at most 1 and x at most ½.
fn small_parameter(a: f64, b: f64, x: f64, y: f64, difference: f64) -> (f64, bool) {
    if b <= 1.0 || b * x <= 1.0 { (series(a, b, x), true) } else { (fraction(b, a, y, x, difference), false) }
}

/// `I_x(a, b)` over its weight: Σ (a+b)ₙ/(a+1)ₙ xⁿ / a, all terms positive (DLMF 8.17.8).
fn series(a: f64, b: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 0..MAX_TERMS {
        let n = f64::from(n);
        let ratio = (a + b + n) / (a + 1.0 + n) * x;
        term *= ratio;
        sum += term;
        // the rest is at most a geometric series of this ratio or of x
        if term <= NEGLIGIBLE * sum * (1.0 - ratio.max(x)) {
            break;
        }
    }
    sum / a
}

/// `I_x(a, b)` over its weight by the continued fraction of Didonato & Morris (TOMS 708, 1992, eq. 9), for
/// `lambda` = a − (a + b)x ≥ 0: given λ to full precision none of its leading terms cancels. Modified Lentz.
fn fraction(a: f64, b: f64, x: f64, y: f64, lambda: f64) -> f64 {
    let mut numerator = a / (a + 1.0) * (lambda + 1.0);
    let mut value = numerator;
    let mut denominator = 0.0;
    for n in 1..MAX_TERMS {
        let n = f64::from(n);
        let middle = a + 2.0 * n - 1.0;
        let shrink = x / middle;
        let alpha = ((a + n - 1.0) * shrink) * ((a + b + n - 1.0) * shrink) * n * (b - n);
        let beta = n + n * (b - n) * shrink + (a + n) / (middle + 2.0) * (lambda + 1.0 + n * (1.0 + y));
        denominator = 1.0 / (beta + alpha * denominator);
        numerator = beta + alpha / numerator;
        let change = numerator * denominator;
        value *= change;
        if (change - 1.0).abs() <= 2.0 * NEGLIGIBLE {
            break;
        }
    }
    1.0 / value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn closed_forms_hold() {
        for x in [1e-9, 0.1, 0.3, 0.5, 0.77, 0.999] {
            // I_x(1, b) = 1 − (1−x)^b, I_x(a, 1) = x^a, I_x(½, ½) = (2/π) asin √x
            let one = beta_lower(1.0, 7.5, x);
            assert!((one / -libm::expm1(7.5 * libm::log1p(-x)) - 1.0).abs() < 4e-15, "{x}");
            assert!((beta_lower(3.25, 1.0, x) / libm::pow(x, 3.25) - 1.0).abs() < 1e-14, "{x}");
            let arcsine = 2.0 / PI * libm::asin(x.sqrt());
            assert!((beta_lower(0.5, 0.5, x) / arcsine - 1.0).abs() < 4e-15, "{x}");
        }
    }

    #[test]
    fn the_ends_are_certain() {
        assert_eq!((beta_lower(2.0, 3.0, 0.0), beta_upper(2.0, 3.0, 0.0)), (0.0, 1.0));
        assert_eq!((beta_lower(2.0, 3.0, 1.0), beta_upper(2.0, 3.0, 1.0)), (1.0, 0.0));
        assert_eq!(beta_quantile(2.0, 3.0, Tail::Lower(0.0)), 0.0);
        assert_eq!(beta_quantile(2.0, 3.0, Tail::Upper(0.0)), 1.0);
    }

    /// Evenly over the orders of magnitude.
    fn shape() -> impl Strategy<Value = f64> {
        (-3.0..9.0_f64).prop_map(libm::exp10)
    }

    proptest! {
        #[test]
        fn the_quantile_inverts_the_distribution_function(
            a in shape(), b in shape(), ln_p in -80.0..-0.7_f64, lower in any::<bool>()
        ) {
            let p = libm::exp(ln_p);
            let law = LogitBeta::new(a, b);
            let logit = law.quantile(if lower { Tail::Lower(p) } else { Tail::Upper(p) }, None);
            if logit.abs() >= 690.0 {
                return Ok(()); // x or 1 − x underflows
            }
            let (ln_back, slope) = law.tangent(logit, lower);
            // what rounding of the logit and of x does to the tail
            let rounding = slope * (4.0 + logit.abs()) * f64::EPSILON;
            prop_assert!((ln_back - ln_p).abs() < 3e-12 + rounding, "{a} {b} {p}: {ln_back} {ln_p}");
        }
    }
}
