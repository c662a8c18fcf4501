//! Counts and probabilities become standard scores, and a limit for them.
//!
//! A share of runs is scored by the signed root of its deviance, ±√(2n·KL(k/n ‖ p)). By Chernoff's bound
//! P(|z| > x) ≤ 2exp(−x²/2) at every n and p, so that m comparisons within √(2 ln(2m/α)) keep the chance that any goes
//! beyond it under α, whatever their dependence.

/// Chance that a right engine fails, had the seed been drawn: a third of 10⁻⁶ for each of three families of comparisons
/// (small models, integrated hazards, random scenarios).
pub(crate) const ALPHA: f64 = 1e-6 / 3.0;

/// The signed root of the deviance of `count` out of `runs` at probability `p`.
pub(crate) fn share_z(count: f64, runs: f64, p: f64) -> f64 {
    let part = |observed: f64, expected: f64| {
        if observed == 0.0 { 0.0 } else { observed * libm::log(observed / expected) }
    };
    let deviance = part(count, runs * p) + part(runs - count, runs * (1.0 - p));
    (2.0 * deviance.max(0.0)).sqrt().copysign(count - runs * p)
}

/// The limit for each of so many comparisons.
pub(crate) fn limit(comparisons: usize) -> f64 {
    (2.0 * libm::log(2.0 * comparisons as f64 / ALPHA)).sqrt()
}

#[test]
fn a_share_is_scored_by_its_deviance() {
    // n = 100, p = 0.5, k = 60: 2(60 ln 1.2 + 40 ln 0.8) = 4.0271, by hand.
    assert!((share_z(60.0, 100.0, 0.5) - 2.006_75).abs() < 1e-4);
    assert!((share_z(40.0, 100.0, 0.5) + 2.006_75).abs() < 1e-4);
    assert_eq!(share_z(100.0, 100.0, 1.0), 0.0);
    assert_eq!(share_z(99.0, 100.0, 1.0), f64::NEG_INFINITY);
    assert_eq!(share_z(1.0, 100.0, 0.0), f64::INFINITY);
}
