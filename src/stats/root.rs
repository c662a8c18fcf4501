//! Turns a log-concave distribution function into its inverse by a bracketed Newton iteration that cannot hang.

/// Bisections and Newton steps together; a bracket of width 1,400 is at machine precision after 63 bisections.
const MAX_STEPS: usize = 120;

/// A residual in ln F below which one more Newton step lands at rounding error: the step squares it, and the
/// curvature of a log-concave ln F in units of its slope is of order one.
const LAST_STEP: f64 = 1e-7;

/// Value and slope of a function at one point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tangent {
    /// The function's value; infinite values are allowed.
    pub(crate) value: f64,
    /// Its derivative.
    pub(crate) slope: f64,
}

/// The zero of an increasing `function` on `[low, high]`, from `start`; the nearer end if there is no zero inside.
///
/// `function` is meant to be ln F(t) − ln p (or its mirror ln q − ln Q(t)) with F log-concave: Newton then closes
/// in from one side and needs two to eight evaluations. Whatever `function` is, there are at most 120.
pub(crate) fn increasing_zero(function: impl Fn(f64) -> Tangent, start: f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    let mut point = start.clamp(low, high);
    for _ in 0..MAX_STEPS {
        let Tangent { value, slope } = function(point);
        if value > 0.0 {
            high = point;
        } else {
            low = point;
        }
        let newton = point - value / slope;
        if value.abs() <= LAST_STEP {
            return if newton.is_finite() { newton } else { point };
        }
        let next = if newton > low && newton < high { newton } else { low + 0.5 * (high - low) };
        if next == point {
            break;
        }
        point = next;
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concave_function_is_solved_to_rounding_error() {
        let function = |t: f64| Tangent { value: libm::log(t) - 1.0, slope: 1.0 / t };
        for start in [1e-9, 1.0, 2.7, 500.0] {
            let zero = increasing_zero(function, start, 1e-9, 1e3);
            assert!((zero - core::f64::consts::E).abs() < 1e-14, "{start}: {zero}");
        }
    }

    #[test]
    fn a_flat_or_hostile_function_ends_inside_the_bracket() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, -1.0] {
            let zero = increasing_zero(|_| Tangent { value, slope: 0.0 }, 0.0, -5.0, 5.0);
            assert!((-5.0..=5.0).contains(&zero));
        }
    }
}
