//! The saddle-point form of factorial-like weights: keeps full relative precision where differences of ln Γ lose it.
//!
//! Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), written for real arguments
//! and for a difference that the caller knows more precisely than either operand.

/// Smallest argument at which the asymptotic series below is exact to rounding (next term < 1e-17).
const SERIES_FROM: f64 = 12.0;

/// δ(x) = ln Γ(x+1) − (x+½) ln x + x − ½ ln 2π: what Stirling's formula misses, for x > 0. Absolute error < 1e-14.
pub(crate) fn stirling_error(x: f64) -> f64 {
    let mut shifted = x;
    let mut correction = 0.0;
    while shifted < SERIES_FROM {
        // δ(x) − δ(x+1) = (x+½) ln(1+1/x) − 1
        correction += stirling_step(shifted);
        shifted += 1.0;
    }
    correction + stirling_series(shifted)
}

fn stirling_step(x: f64) -> f64 {
    if x >= 1.0 {
        // (x+½) ln(1+1/x) − 1 = atanh(v)/v − 1 with v = 1/(2x+1)
        let square = 1.0 / ((2.0 * x + 1.0) * (2.0 * x + 1.0));
        odd_series(square, 3.0) * square
    } else {
        (x + 0.5) * libm::log1p(1.0 / x) - 1.0
    }
}

/// Σ B₂ₖ / (2k(2k−1) x²ᵏ⁻¹), k = 1…8.
fn stirling_series(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let square = 1.0 / (x * x);
    COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| sum * square + coefficient) / x
}

/// observed · ln(observed / expected) + difference, where difference = expected − observed; never negative.
///
/// This is Loader's `bd0`. All arguments but the difference are positive.
pub(super) fn deviance(observed: f64, expected: f64, difference: f64) -> f64 {
    let t = difference / observed;
    if (-0.5..=1.0).contains(&t) {
        // t − ln(1+t) with v = t/(2+t): t = 2v/(1−v), ln(1+t) = 2 atanh v
        let v = t / (2.0 + t);
        let square = v * v;
        observed * v * (t - 2.0 * square * odd_series(square, 3.0))
    } else {
        difference - observed * libm::log(expected / observed)
    }
}

/// Σ squareᵏ / (first + 2k), for a square of at most 1/9.
fn odd_series(square: f64, first: f64) -> f64 {
    let mut sum = 0.0;
    let mut power = 1.0;
    let mut divisor = first;
    loop {
        let next = sum + power / divisor;
        if next == sum {
            return sum;
        }
        sum = next;
        power *= square;
        divisor += 2.0;
    }
}

/// (a + b)·x − a to nearly full relative precision, by error-free sum and product (Dekker 1971, Knuth).
pub(super) fn excess(a: f64, b: f64, x: f64) -> f64 {
    let sum = a + b;
    let virtual_b = sum - a;
    let sum_error = (a - (sum - virtual_b)) + (b - virtual_b);
    let product = sum * x;
    let (sum_high, sum_low) = split(sum);
    let (x_high, x_low) = split(x);
    let product_error =
        ((sum_high * x_high - product) + sum_high * x_low + sum_low * x_high) + sum_low * x_low;
    (product - a) + (product_error + sum_error * x)
}

/// High and low halves of the significand.
fn split(value: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * value; // 2²⁷ + 1
    let high = scaled - (scaled - value);
    (high, value - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as in Loader's table of half-integers.
    #[test]
    fn stirling_error_matches_published_values() {
        for (x, expected) in [
            (0.5, 0.153_426_409_720_027_35),
            (1.0, 0.081_061_466_795_327_26),
            (2.5, 0.033_162_873_519_936_29),
            (7.0, 0.011_896_709_945_891_77),
            (15.0, 0.005_554_733_551_962_801),
        ] {
            assert!((stirling_error(x) - expected).abs() < 3e-17 + 1e-15 * expected, "{x}");
        }
    }

    #[test]
    fn deviance_is_continuous_where_its_forms_meet() {
        for ratio in [0.5, 2.0] {
            let below = deviance(1.0, ratio - 1e-12, ratio - 1e-12 - 1.0);
            let above = deviance(1.0, ratio + 1e-12, ratio + 1e-12 - 1.0);
            assert!((above - below).abs() < 3e-12);
        }
    }

    #[test]
    fn excess_keeps_its_digits_under_cancellation() {
        // 2 000 000 001 · 0.5 − 1 000 000 000 = 0.5 exactly
        assert_eq!(excess(1e9, 1_000_000_001.0, 0.5), 0.5);
        // the double nearest 1/3 is 1/3 − 2⁻⁵⁴/3
        let third = 1.0_f64 / 3.0;
        let expected = -(3.0e9 * 5.551_115_123_125_783e-17 / 3.0);
        assert!((excess(1e9, 2e9, third) / expected - 1.0).abs() < 1e-9);
    }
}
