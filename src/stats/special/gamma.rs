//! The gamma distribution on (0, ∞) with scale 1: regularised incomplete gamma function and its inverse.

use super::{
    Kernel, MAX_TERMS, NEGLIGIBLE, Tail,
    normal::normal_quantile,
    saddle::{deviance, stirling_error},
};
use crate::stats::root::{Tangent, increasing_zero};
use core::f64::consts::PI;

/// ln Γ(x) for x > 0; relative error below 1e-15 against reference values from 1e-3 to 1e15.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// P(a, x), the probability that a Gamma(a) value (scale 1) is at most `x`.
///
/// `a` in [1e-3, 1e9]; `x` ≤ 0 gives 0. Against 40-digit references (`tests/oracles/special_reference.csv`) the error
/// is below 3e-13 of the probability plus 2e-15; the latter counts only for a below 1, else small tails are as
/// precise as large ones.
pub fn gamma_lower(a: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 0.0,
        f64::INFINITY => 1.0,
        _ => LogGamma::new(a).kernel(x).lower(),
    }
}

/// Q(a, x) = 1 − P(a, x), without cancellation; ranges and error as [`gamma_lower`].
pub fn gamma_upper(a: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 1.0,
        f64::INFINITY => 0.0,
        _ => LogGamma::new(a).kernel(x).upper(),
    }
}

/// The x at which a Gamma(a) distribution (scale 1) has the tail probability `tail`; `a` as [`gamma_lower`].
///
/// Relative error below 1e-12; 0 where x is below the smallest float, ∞ for an empty upper tail.
pub fn gamma_quantile(a: f64, tail: Tail) -> f64 {
    libm::exp(LogGamma::new(a).quantile(tail, None))
}

/// Smallest logarithm at which exp still has its full precision.
const LOWEST: f64 = -700.0;

/// The distribution of ln X for X ~ Gamma(a): its density, unlike that of X, is log-concave for every a.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogGamma {
    a: f64,
    /// ½ ln(a/2π) − δ(a): ln of the density of ln X at x = a.
    ln_peak: f64,
}

impl LogGamma {
    pub(crate) fn new(a: f64) -> Self {
        Self { a, ln_peak: 0.5 * libm::log(a / (2.0 * PI)) - stirling_error(a) }
    }

    /// ln x at the given tail probability; −∞ or ∞ for an empty tail. `start` is a guess, where there is one.
    pub(crate) fn quantile(&self, tail: Tail, start: Option<f64>) -> f64 {
        match tail.smaller() {
            Tail::Lower(p) => self.at_lower(p, start),
            Tail::Upper(q) => self.at_upper(q, start),
        }
    }

    /// ln of the density of ln X at ln x = `log`, and the derivative of that.
    pub(crate) fn ln_density(&self, log: f64) -> (f64, f64) {
        let x = libm::exp(log);
        (self.ln_weight(x), self.a - x)
    }

    /// ln of a tail at ln x = `log` and its rate of change there (the density over the tail, positive).
    pub(crate) fn tangent(&self, log: f64, lower: bool) -> (f64, f64) {
        self.kernel(libm::exp(log)).ln_tail(lower)
    }

    /// ln x with lower tail `p` ≤ ½; ln P is concave. x lies between the leading term of the series, which is above
    /// P, and a, which is above the median.
    fn at_lower(&self, p: f64, start: Option<f64>) -> f64 {
        if p <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let ln_p = libm::log(p);
        let leading_term = (ln_p + libm::lgamma(self.a + 1.0)) / self.a;
        // Far below, P = x^a / Γ(a+1) to full precision, and x itself may underflow.
        if leading_term < LOWEST {
            return leading_term;
        }
        let guess = || if self.a < 1.0 { leading_term } else { wilson_hilferty(self.a, normal_quantile(p)) };
        let residual = |log: f64| {
            let (ln_lower, slope) = self.tangent(log, true);
            Tangent { value: ln_lower - ln_p, slope }
        };
        increasing_zero(residual, start.unwrap_or_else(guess), leading_term, libm::log(self.a))
    }

    /// ln x with upper tail `q` ≤ ½; ln Q is concave too. x is at most a + √(2as) + s with s = −ln q (Boucheron,
    /// Lugosi & Massart 2013, section 2.4); without that bound Newton would crawl down from where ln Q ≈ −x.
    fn at_upper(&self, q: f64, start: Option<f64>) -> f64 {
        if q <= 0.0 {
            return f64::INFINITY;
        }
        let ln_q = libm::log(q);
        let highest = libm::log(self.a - ln_q + (-2.0 * self.a * ln_q).sqrt());
        let guess = || if self.a < 1.0 { highest } else { wilson_hilferty(self.a, -normal_quantile(q)) };
        let residual = |log: f64| {
            let (ln_upper, slope) = self.tangent(log, false);
            Tangent { value: ln_q - ln_upper, slope }
        };
        increasing_zero(residual, start.unwrap_or_else(guess), LOWEST, highest)
    }

    /// ln of x^a e^−x / Γ(a).
    fn ln_weight(&self, x: f64) -> f64 {
        self.ln_peak - deviance(self.a, x, x - self.a)
    }

    /// The tail that converges best at `x` > 0.
    fn kernel(&self, x: f64) -> Kernel {
        let is_lower = x - self.a < 1.0;
        let factor = if is_lower { series(self.a, x) } else { fraction(self.a, x - self.a) };
        Kernel { ln_weight: self.ln_weight(x), factor, is_lower }
    }
}

/// ln x at the normal abscissa `z` by Wilson & Hilferty (1931): the cube root of a gamma value is nearly normal.
fn wilson_hilferty(a: f64, z: f64) -> f64 {
    let ninth = 1.0 / (9.0 * a);
    let cube_root = 1.0 - ninth + z * ninth.sqrt();
    libm::log(a) + 3.0 * libm::log(cube_root.max(0.05))
}

/// P(a, x) over its weight: Σ xⁿ/(a+1)ₙ / a (DLMF 8.7.1), for x < a + 1.
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..MAX_TERMS {
        let ratio = x / (a + f64::from(n));
        term *= ratio;
        sum += term;
        if term <= NEGLIGIBLE * sum * (1.0 - ratio) {
            break;
        }
    }
    sum / a
}

/// Q(a, x) over its weight for `difference` = x − a ≥ 1: 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …)))
/// (DLMF 8.9.2, even part), by modified Lentz.
fn fraction(a: f64, difference: f64) -> f64 {
    let mut numerator = difference + 1.0;
    let mut value = numerator;
    let mut denominator = 0.0;
    for n in 1..MAX_TERMS {
        let n = f64::from(n);
        let alpha = n * (a - n);
        let beta = difference + 2.0 * n + 1.0;
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
        for x in [1e-9, 0.1, 0.9, 2.0, 5.0, 40.0] {
            // P(1, x) = 1 − e^−x; Q(3, x) = e^−x (1 + x + x²/2); P(½, x) = erf √x
            assert!((gamma_lower(1.0, x) / -libm::expm1(-x) - 1.0).abs() < 2e-15, "{x}");
            let erlang = libm::exp(-x) * (1.0 + x + 0.5 * x * x);
            assert!((gamma_upper(3.0, x) / erlang - 1.0).abs() < 1e-14, "{x}");
            assert!((gamma_lower(0.5, x) / libm::erf(x.sqrt()) - 1.0).abs() < 4e-15, "{x}");
        }
    }

    #[test]
    fn the_ends_are_certain() {
        assert_eq!((gamma_lower(2.0, 0.0), gamma_upper(2.0, 0.0)), (0.0, 1.0));
        assert_eq!((gamma_lower(2.0, f64::INFINITY), gamma_upper(2.0, f64::INFINITY)), (1.0, 0.0));
        assert_eq!(gamma_quantile(2.0, Tail::Lower(0.0)), 0.0);
        assert_eq!(gamma_quantile(2.0, Tail::Upper(0.0)), f64::INFINITY);
        assert_eq!(gamma_quantile(0.001, Tail::Lower(0.25)), 0.0, "x = 1e-602 underflows");
    }

    proptest! {
        #[test]
        fn the_quantile_inverts_the_distribution_function(
            log_shape in -3.0..8.0_f64, ln_p in -80.0..-0.7_f64, lower in any::<bool>()
        ) {
            let a = libm::exp10(log_shape);
            let p = libm::exp(ln_p);
            let law = LogGamma::new(a);
            let log = law.quantile(if lower { Tail::Lower(p) } else { Tail::Upper(p) }, None);
            if log <= -690.0 {
                return Ok(()); // x underflows
            }
            let (ln_back, slope) = law.tangent(log, lower);
            let rounding = slope * (4.0 + log.abs()) * f64::EPSILON;
            prop_assert!((ln_back - ln_p).abs() < 3e-12 + rounding, "{a} {p}: {ln_back} {ln_p}");
        }
    }
}
