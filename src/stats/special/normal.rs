//! The standard normal distribution: abscissa to probability and back.

use core::f64::consts::{FRAC_1_SQRT_2, PI};

/// Φ(z), the probability that a standard normal value is at most `z`. Relative error about (1 + z²)·1e-16, also in
/// the lower tail; Φ(−z) is the upper tail to the same precision.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// φ(z) = exp(−z²/2)/√(2π).
pub fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

/// Φ⁻¹(p) for p in [0, 1], relative error about 1e-16 (algorithm AS 241, `PPND16`: M. Wichura, Appl. Stat. 37 (1988)).
///
/// 0 gives −∞ and 1 gives ∞. For a small upper tail q call −Φ⁻¹(q).
pub fn normal_quantile(p: f64) -> f64 {
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    let magnitude = tail_quantile(tail);
    if centred < 0.0 { -magnitude } else { magnitude }
}

/// −Φ⁻¹(tail) for a tail below 0.075.
fn tail_quantile(tail: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    let r = (-libm::log(tail)).sqrt();
    if r <= 5.0 {
        polynomial(&NEAR.0, r - 1.6) / polynomial(&NEAR.1, r - 1.6)
    } else {
        polynomial(&FAR.0, r - 5.0) / polynomial(&FAR.1, r - 5.0)
    }
}

/// Horner's rule, constant term first in `coefficients`.
#[inline]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Numerator and denominator for |p − ½| ≤ 0.425.
#[expect(clippy::excessive_precision, reason = "as published")]
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ],
);

/// For √(−ln tail) ≤ 5.
#[expect(clippy::excessive_precision, reason = "as published")]
const NEAR: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_77,
        0.022_723_844_989_269_184_583_3,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        0.689_767_334_985_100_004_55,
        0.148_103_976_427_480_074_59,
        0.015_198_666_563_616_457_196_6,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);

/// For √(−ln tail) > 5.
#[expect(clippy::excessive_precision, reason = "as published")]
const FAR: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        0.296_560_571_828_504_891_23,
        0.026_532_189_526_576_123_093,
        0.001_242_660_947_388_078_438_6,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_937_69,
        0.136_929_880_922_735_805_31,
        0.014_875_361_290_850_614_852_5,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_inverts_the_distribution_function() {
        for step in -800..=800 {
            let z = f64::from(step) * 0.01;
            let back =
                if z < 0.0 { normal_quantile(normal_cdf(z)) } else { -normal_quantile(normal_cdf(-z)) };
            assert!((back - z).abs() < 4e-16 * (1.0 + z.abs()) * 2.0, "{z} {back}");
        }
    }

    #[test]
    fn the_ends_are_infinite_and_the_centre_is_zero() {
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert_eq!(normal_quantile(0.5), 0.0);
    }
}
