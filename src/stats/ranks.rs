//! Turns a quantile's place and a sample size into the ranks of the two observations between which it lies.
//!
//! The number N of observations at or below the quantile at q is binomial with probability q: if l ≤ N < u, the quantile
//! lies between the l-th and the u-th smallest observation (David & Nagaraja, Order Statistics, 2003, section 7.1). With
//! ties or a stepped distribution it does so at least as often.

use super::sequence::sequence_holds;
use super::special::{beta_lower, beta_upper};

/// Two ranks, from 1 up to the sample size; `low` 0 stands for the least value that there can be, `high` one more than
/// the sample size for the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranks {
    /// Rank of the lower observation.
    pub low: u64,
    /// Rank of the upper observation.
    pub high: u64,
}

/// The narrowest ranks around the quantile at `q`, strictly between 0 and 1, whose interval misses it on either side with a
/// probability of at most (1 − `confidence`)/2. `trials` up to 1e9.
pub fn quantile_ranks(q: f64, trials: u64, confidence: f64) -> Ranks {
    let tail = 0.5 * (1.0 - confidence);
    // P(N ≤ k) and P(N > k)
    let at_most = |k: u64| if k >= trials { 1.0 } else { beta_upper(k as f64 + 1.0, (trials - k) as f64, q) };
    let above = |k: u64| if k >= trials { 0.0 } else { beta_lower(k as f64 + 1.0, (trials - k) as f64, q) };
    Ranks {
        low: first(0, trials, |k| at_most(k) > tail),
        // P(N ≥ high) ≤ tail
        high: first(0, trials, |k| above(k) <= tail) + 1,
    }
}

/// The same where the sample size may have been chosen by looking at the observations: all that the confidence
/// sequence for N at `q` allows.
pub fn sequence_ranks(q: f64, trials: u64, confidence: f64) -> Ranks {
    let allowed = |count: u64| sequence_holds(q, count, trials, confidence);
    let middle = ((q * trials as f64).round() as u64).min(trials);
    Ranks {
        low: first(0, middle, allowed),
        high: first(middle, trials + 1, |count| count > trials || !allowed(count)),
    }
}

/// The first of `from..to` at which a condition holds that, once it does, holds on; `to` if there is none.
fn first(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut from, mut to) = (from, to);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_observations_leave_the_ends_open() {
        for trials in 0..6 {
            // (½)⁵ > 0.025
            assert_eq!(quantile_ranks(0.5, trials, 0.95), Ranks { low: 0, high: trials + 1 }, "{trials}");
        }
        assert_eq!(quantile_ranks(0.5, 6, 0.95), Ranks { low: 1, high: 6 });
        assert_eq!(sequence_ranks(0.5, 0, 0.95), Ranks { low: 0, high: 1 });
    }

    #[test]
    fn ranks_mirror() {
        for trials in [7, 100, 1_001, 54_321] {
            for q in [0.05, 0.25, 0.5] {
                for ranks in [quantile_ranks, sequence_ranks] {
                    let (below, above) = (ranks(q, trials, 0.95), ranks(1.0 - q, trials, 0.95));
                    assert_eq!((below.low, below.high), (trials + 1 - above.high, trials + 1 - above.low));
                }
            }
        }
    }

    #[test]
    fn a_sequence_holds_all_counts_that_it_allows_and_no_others() {
        for (q, trials) in [(0.5, 40), (0.05, 300), (0.95, 300)] {
            let Ranks { low, high } = sequence_ranks(q, trials, 0.9);
            for count in 0..=trials {
                let inside = (low..high).contains(&count);
                assert_eq!(sequence_holds(q, count, trials, 0.9), inside, "{q} {count} of {trials}");
            }
        }
    }
}
