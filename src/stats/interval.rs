//! Turns a count of successes into an interval for the probability behind it.

use super::special::{Tail, beta_quantile, normal_quantile};

/// How an interval for a proportion is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Exact: covers at least as often as it says, whatever the probability (Clopper & Pearson 1934).
    ClopperPearson,
    /// Inverted score test: covers as often as it says on average (Wilson 1927).
    Wilson,
    /// Equal-tailed posterior under the prior Beta(½, ½), also at 0 and at all successes (Brown, Cai & Das Gupta 2001,
    /// without their modified ends: the lower end at no success is above 0).
    Jeffreys,
}

/// A closed interval of probabilities, 0 ≤ `low` ≤ `high` ≤ 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// What is known without a single trial.
    pub const ALL: Self = Self { low: 0.0, high: 1.0 };
}

/// Two-sided interval for a probability after `successes` in `trials` independent trials.
///
/// `successes` ≤ `trials` ≤ 1e12; `confidence` strictly between 0 and 1, each tail getting half of the rest. No trials
/// give [0, 1]. The ends are exact to a relative error of 1e-10 (and so is their distance from 1, up to its rounding).
/// Takes some microseconds at any size.
pub fn proportion(method: Method, successes: u64, trials: u64, confidence: f64) -> Interval {
    debug_assert!(successes <= trials, "{successes} successes in {trials} trials");
    debug_assert!(confidence > 0.0 && confidence < 1.0, "confidence {confidence} is not within (0, 1)");
    if trials == 0 {
        return Interval::ALL;
    }
    let tail = 0.5 * (1.0 - confidence);
    let low = |hits: u64| lower_end(method, hits, trials - hits, tail);
    // The upper end is the lower end of failures, mirrored; where it is small it is computed as such.
    let high = if successes <= trials / 2 {
        upper_end(method, successes, trials - successes, tail)
    } else {
        1.0 - low(trials - successes)
    };
    let low = if successes <= trials / 2 {
        low(successes)
    } else {
        1.0 - upper_end(method, trials - successes, successes, tail)
    };
    Interval { low, high }
}

fn lower_end(method: Method, successes: u64, failures: u64, tail: f64) -> f64 {
    let (hits, misses) = (successes as f64, failures as f64);
    match method {
        Method::ClopperPearson if successes == 0 => 0.0,
        Method::ClopperPearson => beta_quantile(hits, misses + 1.0, Tail::Lower(tail)),
        Method::Jeffreys => beta_quantile(hits + 0.5, misses + 0.5, Tail::Lower(tail)),
        Method::Wilson => {
            // The product of both ends is p̂²/(1 + z²/n): no cancellation for few successes.
            let n = hits + misses;
            let z = normal_quantile(tail);
            let share = hits / n;
            share * share / ((1.0 + z * z / n) * wilson_upper(hits, misses, z))
        }
    }
}

fn upper_end(method: Method, successes: u64, failures: u64, tail: f64) -> f64 {
    let (hits, misses) = (successes as f64, failures as f64);
    match method {
        Method::ClopperPearson if failures == 0 => 1.0,
        Method::ClopperPearson => beta_quantile(hits + 1.0, misses, Tail::Upper(tail)),
        Method::Jeffreys => beta_quantile(hits + 0.5, misses + 0.5, Tail::Upper(tail)),
        Method::Wilson => wilson_upper(hits, misses, normal_quantile(tail)),
    }
}

/// (p̂ + z²/2n + |z| √(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n).
fn wilson_upper(hits: f64, misses: f64, z: f64) -> f64 {
    let n = hits + misses;
    let (share, rest) = (hits / n, misses / n);
    let half = z * z / (2.0 * n);
    let root = (share * rest / n + half * half / (z * z)).sqrt();
    ((share + half + z.abs() * root) / (1.0 + 2.0 * half)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const METHODS: [Method; 3] = [Method::ClopperPearson, Method::Wilson, Method::Jeffreys];

    #[test]
    fn no_trials_say_nothing() {
        for method in METHODS {
            assert_eq!(proportion(method, 0, 0, 0.95), Interval::ALL);
        }
    }

    #[test]
    fn one_sided_closed_forms_hold_up_to_a_billion_trials() {
        // no success: (1 − high)^n = α/2, so high = 1 − (α/2)^(1/n)
        for trials in [1, 7, 1_000, 1_000_000, 1_000_000_000] {
            let expected = -libm::expm1(libm::log(0.025) / trials as f64);
            let Interval { low, high } = proportion(Method::ClopperPearson, 0, trials, 0.95);
            assert_eq!(low, 0.0);
            assert!((high / expected - 1.0).abs() < 1e-12, "{trials}: {high} {expected}");
            let all = proportion(Method::ClopperPearson, trials, trials, 0.95);
            assert_eq!((all.low, all.high), (1.0 - high, 1.0));
        }
    }

    #[test]
    fn many_trials_agree_with_the_normal_limit() {
        let (billion, trillion) = (1_000_000_000, 1_000_000_000_000);
        for (tenths, trials) in [(3, billion), (5, billion), (9, billion), (3, trillion), (5, trillion)] {
            let successes = tenths * trials / 10;
            let share = successes as f64 / trials as f64;
            let half = 1.959_963_984_540_054 * (share * (1.0 - share) / trials as f64).sqrt();
            for method in METHODS {
                let Interval { low, high } = proportion(method, successes, trials, 0.95);
                // skewness and continuity are of the order 1/n
                let bound = 4.0 / trials as f64;
                assert!((low - (share - half)).abs() < bound && (high - (share + half)).abs() < bound);
            }
        }
    }

    proptest! {
        #[test]
        fn intervals_hold_the_share_and_mirror(
            trials in 1_u64..1_000_000, part in 0.0..=1.0_f64, confidence in 0.5..0.999_999_f64
        ) {
            let successes = (part * trials as f64) as u64;
            let share = successes as f64 / trials as f64;
            for method in METHODS {
                let Interval { low, high } = proportion(method, successes, trials, confidence);
                prop_assert!(0.0 <= low && low < high && high <= 1.0);
                let mirrored = proportion(method, trials - successes, trials, confidence);
                prop_assert!((mirrored.low - (1.0 - high)).abs() < 1e-12);
                if method != Method::Jeffreys {
                    prop_assert!(low <= share && share <= high, "{method:?} {successes} of {trials}");
                }
            }
        }
    }
}
