//! A uniform number → a unit exponential, in a form that a compiler turns into vector instructions.
//!
//! `libm`'s logarithm is exact to a unit in the last place and branches; this one is made of + − × ÷ and bit operations
//! only, without a branch, and is off by a few units in the last place.

use core::f64::consts::{LN_2, SQRT_2};

/// −ln(1 − u) in place of each u, a multiple of 2⁻⁵³ in [0, 1): 0 to 36.74. Relative error below 4 × 2⁻⁵³.
///
/// 1 − u is exact and split into m × 2ᵏ with m within √½ and √2. Then ln m = 2 artanh s with s = (m − 1)/(m + 1), by its
/// series in s² < 0.0295 (Abramowitz and Stegun 4.1.27).
///
/// All numbers go through one part after another: within a number each step waits for the step before, and the shorter a
/// part, the more numbers a processor has in hand at once.
#[inline(always)]
#[expect(clippy::inline_always, reason = "so that it is made of the vectors that its caller has")]
pub fn unit_exponentials<const N: usize>(numbers: &mut [f64; N]) {
    let (mut exponents, mut series) = ([0.0; N], [0.0; N]);
    for (number, exponent) in numbers.iter_mut().zip(&mut exponents) {
        // Adding the bits of 2/√2 − 1 moves the exponent's step from powers of two to √½ times powers of two.
        let shifted = (1.0 - *number).to_bits() + (1.0_f64.to_bits() - (SQRT_2 / 2.0).to_bits());
        let m = f64::from_bits((shifted & ((1 << MANTISSA) - 1)) + (SQRT_2 / 2.0).to_bits());
        *exponent = whole(shifted >> MANTISSA) - BIAS;
        *number = (m - 1.0) / (m + 1.0);
    }
    for (sum, s) in series.iter_mut().zip(&*numbers) {
        let [lower @ .., highest] = SERIES;
        *sum = lower.iter().rev().fold(highest, |sum, coefficient| sum * (s * s) + coefficient);
    }
    for ((number, series), k) in numbers.iter_mut().zip(&series).zip(&exponents) {
        let s = *number;
        *number = 0.0 - (k * LN_2 + (2.0 * s + 2.0 * s * (s * s) * series));
    }
}

/// An integer below 2⁵² as a float, exactly: put into the mantissa of 2⁵², which is then taken away. Few vectors have a
/// conversion of 64 bits.
#[inline(always)]
pub fn whole(integer: u64) -> f64 {
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    f64::from_bits(integer | TWO_TO_52.to_bits()) - TWO_TO_52
}

/// Bits of a double's fraction.
const MANTISSA: u32 = 52;

/// What is added to a double's exponent.
const BIAS: f64 = 1023.0;

/// artanh s = s + s³ (1/3 + s²/5 + s⁴/7 + …); the first term left out is below 2⁻⁵⁷ of the whole.
const SERIES: [f64; 10] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNIT: f64 = f64::EPSILON / 2.0;

    fn unit_exponential(u: f64) -> f64 {
        let mut numbers = [u];
        unit_exponentials(&mut numbers);
        numbers[0]
    }

    /// The error against `libm`, in units of 2⁻⁵³ of the value.
    fn error(j: u64) -> f64 {
        let u = j as f64 * UNIT;
        let exact = -libm::log1p(-u);
        if exact == 0.0 {
            unit_exponential(u).abs()
        } else {
            (unit_exponential(u) / exact - 1.0).abs() / UNIT
        }
    }

    #[test]
    fn a_million_points_are_within_the_stated_error() {
        let even = (0..600_000_u64).map(|i| i * ((1 << 53) / 600_000));
        let near_zero = 0..200_000_u64;
        let near_one = (0..200_000_u64).map(|i| (1 << 53) - 1 - i);
        // Around 1 − u = 2⁻ᵏ and √½ × 2⁻ᵏ, where pieces meet.
        let seams = (0..52_u32).flat_map(|k| {
            [1.0, SQRT_2 / 2.0].into_iter().flat_map(move |piece| {
                let x = piece * (1.0 / (1_u64 << k) as f64) * (1_u64 << 53) as f64;
                (0..1_000_u64).map(move |i| ((1 << 53) - x as u64).saturating_add(i).saturating_sub(500))
            })
        });
        let points = even.chain(near_zero).chain(near_one).chain(seams).filter(|j| *j < 1 << 53);
        let (mut count, mut worst) = (0, 0.0_f64);
        for j in points {
            count += 1;
            worst = worst.max(error(j));
        }
        assert!(count > 1_000_000, "{count}");
        assert!(worst < 4.0, "{worst}");
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(unit_exponential(0.0), 0.0);
        assert_eq!(unit_exponential(1.0 - UNIT), 53.0 * LN_2);
    }

    proptest! {
        #[test]
        fn it_is_nondecreasing_up_to_rounding(j in 0..(1_u64 << 53) - 1) {
            let (low, high) = (unit_exponential(j as f64 * UNIT), unit_exponential((j + 1) as f64 * UNIT));
            prop_assert!(low <= high * (1.0 + 8.0 * UNIT));
        }
    }
}
