//! Values to counts to quantiles, in memory that does not grow with the number of values; all but the moments are
//! integers, so that merging is exact and blind to order.
//!
//! A quantile at q of n values is, everywhere, the smallest x such that at least ⌈q·n⌉ (and at least one) of the
//! values are ≤ x.

mod bins;
mod moments;
mod sample;
mod sketch;

pub use bins::{BIN_COUNT, Bins, bin_of};
pub use moments::Moments;
pub use sample::Sample;
pub use sketch::Sketch;

/// ⌈q·n⌉, at least 1: the rank (from 1) of the quantile at `q` in [0, 1] among `total` values.
///
/// A product within rounding of a whole number is that number: 0.07 · 100 is 7, not 8.
fn rank(q: f64, total: u64) -> u64 {
    debug_assert!((0.0..=1.0).contains(&q), "quantile at {q}, outside [0, 1]");
    let product = q * total as f64;
    ((product * (1.0 - 4.0 * f64::EPSILON)).ceil() as u64).clamp(1, total.max(1))
}

/// The first key whose running count reaches the rank of `q`; none if there are no values.
fn key_at<K>(q: f64, total: u64, counts: impl Iterator<Item = (K, u64)>) -> Option<K> {
    let mut missing = rank(q, total);
    for (key, count) in counts {
        if count >= missing {
            return Some(key);
        }
        missing -= count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn ranks_are_whole_where_the_product_is() {
        for total in 1..=1000_u64 {
            for hundredth in 0..=100_u64 {
                let expected = (hundredth * total).div_ceil(100).max(1);
                assert_eq!(rank(hundredth as f64 / 100.0, total), expected, "{hundredth} % of {total}");
            }
        }
        assert_eq!(rank(1.0, 1_000_000_000_000), 1_000_000_000_000);
    }
}
