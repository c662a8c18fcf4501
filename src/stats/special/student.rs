//! Quantiles of Student's t distribution.

use super::{Tail, beta_quantile};

/// The t that |T| exceeds with probability `tail` in (0, 1), for T with `freedom` ≥ 1 degrees of freedom; relative error
/// about 1e-10.
///
/// T²/(ν + T²) has the distribution Beta(½, ν/2) (Abramowitz & Stegun 1964, 26.7.1).
pub fn student_two_sided(tail: f64, freedom: f64) -> f64 {
    let part = beta_quantile(0.5, 0.5 * freedom, Tail::Upper(tail));
    // 1 − part, without cancellation
    let rest = beta_quantile(0.5 * freedom, 0.5, Tail::Lower(tail));
    (freedom * part / rest).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms: ν = 1 is Cauchy, t = cot(πα/2); ν = 2 has t = (1−α) √(2/(α(2−α))). Beyond, the normal limit with its
    /// first two corrections (Fisher & Cornish 1960).
    #[test]
    fn quantiles_are_those_of_closed_forms_and_of_the_limit() {
        for tail in [0.5, 0.1, 0.05, 0.01, 1e-4] {
            let cauchy = 1.0 / libm::tan(std::f64::consts::FRAC_PI_2 * tail);
            assert!((student_two_sided(tail, 1.0) / cauchy - 1.0).abs() < 1e-10, "{tail}");
            let two = (1.0 - tail) * (2.0 / (tail * (2.0 - tail))).sqrt();
            assert!((student_two_sided(tail, 2.0) / two - 1.0).abs() < 1e-10, "{tail}");
        }
        let z = 1.959_963_984_540_054_f64;
        for freedom in [999.0, 99_999.0] {
            let (z3, z5) = (z * z * z, z * z * z * z * z);
            let first = (z3 + z) / (4.0 * freedom);
            let second = (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom);
            let found = student_two_sided(0.05, freedom);
            assert!((found - (z + first + second)).abs() < 10.0 / (freedom * freedom * freedom), "{found}");
        }
    }
}
