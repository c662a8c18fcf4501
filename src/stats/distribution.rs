//! Continuous distributions by their inverse distribution functions: one uniform number becomes one value.

mod check;
mod truncated_normal;

pub use check::DistributionError;
pub(crate) use truncated_normal::TruncatedNormal;

use super::special::{
    Tail, beta_lower, beta_quantile, beta_upper, gamma_lower, gamma_quantile, ln_gamma, normal_cdf,
    normal_quantile,
};

/// A continuous distribution (or a constant) over the real numbers; parameters are plain, [`validate`] checks them.
///
/// All methods but [`validate`] expect parameters that it accepts.
///
/// [`validate`]: Distribution::validate
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same value.
    Constant {
        /// The value, finite.
        value: f64,
    },
    /// Equally dense between two ends.
    Uniform {
        /// Lower end, finite.
        low: f64,
        /// Upper end, at least `low`.
        high: f64,
    },
    /// Normal, conditioned on lying between two bounds.
    Normal {
        /// Mean before truncation, finite.
        mean: f64,
        /// Standard deviation before truncation, at least 0.
        sd: f64,
        /// Lower bound; −∞ for none.
        low: f64,
        /// Upper bound; ∞ for none.
        high: f64,
    },
    /// The exponential of a normal value.
    LogNormal {
        /// Median, above 0.
        median: f64,
        /// Standard deviation of the logarithm, at least 0.
        sigma: f64,
    },
    /// Beta, stretched from [0, 1] to [`low`, `high`].
    Beta {
        /// First shape, in [1e-3, 1e9].
        alpha: f64,
        /// Second shape, in [1e-3, 1e9].
        beta: f64,
        /// Lower end, finite.
        low: f64,
        /// Upper end, at least `low`.
        high: f64,
    },
    /// Gamma: the time of the `shape`-th event of a Poisson process, for whole shapes.
    Gamma {
        /// Shape, in [1e-3, 1e9].
        shape: f64,
        /// Scale, above 0; the mean is `shape` · `scale`.
        scale: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, above 0.
        mean: f64,
    },
    /// Weibull: survival exp(−(x/scale)^shape).
    Weibull {
        /// Shape, in [0.05, 1e3].
        shape: f64,
        /// Scale, above 0: the quantile at 1 − 1/e.
        scale: f64,
    },
    /// Density rising in a line from `low` to `mode` and falling in a line to `high`.
    Triangular {
        /// Lower end, finite.
        low: f64,
        /// Peak, from `low` to `high`.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// The smooth cousin of the triangle: Beta with shapes 1 + 4(mode − low)/(high − low) and 1 + 4(high − mode)/…
    /// (Malcolm, Roseboom, Clark & Fazar 1959).
    Pert {
        /// Lower end, finite.
        low: f64,
        /// Peak, from `low` to `high`.
        mode: f64,
        /// Upper end.
        high: f64,
    },
}

/// The smallest uniform number used where the quantile at 0 would be infinite (or a positive value 0): half a step
/// of the 53-bit grid.
pub(crate) const LEAST_UNIFORM: f64 = 1.0 / 18_014_398_509_481_984.0; // 2⁻⁵⁴

/// The greatest 53-bit uniform number, 1 − 2⁻⁵³.
pub(crate) const GREATEST_UNIFORM: f64 = 1.0 - f64::EPSILON / 2.0;

impl Distribution {
    /// Whether the parameters lie in their ranges; the first that does not is named.
    pub fn validate(&self) -> Result<(), DistributionError> {
        check::check(self)
    }

    /// The value below which the share `u` of the distribution lies: `u` in [0, 1), the result finite and
    /// nondecreasing in `u` up to rounding.
    ///
    /// Accurate to about 1e-12 of the value (or of the width). Beta, Pert and Gamma take a microsecond, and more for
    /// large shapes: [`Sampler`](super::sampler::Sampler) is the fast form. Where the distribution has no finite
    /// (or no positive) least value, `u` is taken to be at least 2⁻⁵⁴.
    pub fn quantile(&self, u: f64) -> f64 {
        debug_assert!((0.0..1.0).contains(&u), "uniform {u} is not in [0, 1)");
        let u = u.min(GREATEST_UNIFORM);
        let inner = u.max(LEAST_UNIFORM);
        match *self {
            Self::Constant { value } => value,
            Self::Uniform { low, high } => stretch(low, high, u),
            Self::Normal { mean, sd, low, high } => TruncatedNormal::new(mean, sd, low, high).quantile(u),
            Self::LogNormal { median, sigma } => median * libm::exp(sigma * normal_quantile(inner)),
            Self::Beta { alpha, beta, low, high } => {
                stretch(low, high, beta_quantile(alpha, beta, Tail::Lower(inner)))
            }
            Self::Gamma { shape, scale } => scale * gamma_quantile(shape, Tail::Lower(inner)),
            Self::Exponential { mean } => -mean * libm::log1p(-u),
            Self::Weibull { shape, scale } => scale * libm::pow(-libm::log1p(-u), 1.0 / shape),
            Self::Triangular { low, mode, high } => triangular_quantile(low, mode, high, u),
            Self::Pert { low, mode, high } => pert_as_beta(low, mode, high).quantile(u),
        }
    }

    /// The mean (of the truncated distribution, for `Normal`).
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Constant { value } => value,
            Self::Uniform { low, high } => stretch(low, high, 0.5),
            Self::Normal { mean, sd, low, high } => TruncatedNormal::new(mean, sd, low, high).mean(),
            Self::LogNormal { median, sigma } => median * libm::exp(0.5 * sigma * sigma),
            Self::Beta { alpha, beta, low, high } => stretch(low, high, alpha / (alpha + beta)),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Exponential { mean } => mean,
            Self::Weibull { shape, scale } => scale * libm::exp(ln_gamma(1.0 + 1.0 / shape)),
            Self::Triangular { low, mode, high } => low + ((mode - low) + (high - low)) / 3.0,
            Self::Pert { low, mode, high } => low + (4.0 * (mode - low) + (high - low)) / 6.0,
        }
    }

    /// The probability of a value of at most `x`; a distribution of one point jumps from 0 to 1 there.
    pub fn cdf(&self, x: f64) -> f64 {
        let (least, greatest) = self.support();
        if x >= greatest {
            return 1.0;
        }
        if x < least {
            return 0.0;
        }
        match *self {
            Self::Constant { .. } => 1.0,
            Self::Uniform { low, high } => share(low, high, x),
            Self::Normal { mean, sd, low, high } => TruncatedNormal::new(mean, sd, low, high).cdf(x),
            Self::LogNormal { median, sigma } => normal_cdf(libm::log(x / median) / sigma),
            Self::Beta { alpha, beta, low, high } => beta_share(alpha, beta, low, high, x),
            Self::Gamma { shape, scale } => gamma_lower(shape, x / scale),
            Self::Exponential { mean } => -libm::expm1(-x / mean),
            Self::Weibull { shape, scale } => -libm::expm1(-libm::pow(x / scale, shape)),
            Self::Triangular { low, mode, high } => triangular_cdf(low, mode, high, x),
            Self::Pert { low, mode, high } => pert_as_beta(low, mode, high).cdf(x),
        }
    }

    /// The smallest closed interval that holds all values; its ends may be infinite.
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Constant { value } => (value, value),
            Self::Normal { mean, sd: 0.0, .. } => (mean, mean),
            Self::LogNormal { median, sigma: 0.0 } => (median, median),
            Self::Uniform { low, high }
            | Self::Normal { low, high, .. }
            | Self::Beta { low, high, .. }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (low, high),
            Self::LogNormal { .. } | Self::Gamma { .. } | Self::Exponential { .. } | Self::Weibull { .. } => {
                (0.0, f64::INFINITY)
            }
        }
    }

    /// This distribution with `Pert` written as the `Beta` (or the constant) that it is.
    pub(crate) fn without_pert(&self) -> Self {
        match *self {
            Self::Pert { low, mode, high } => pert_as_beta(low, mode, high),
            other => other,
        }
    }
}

fn pert_as_beta(low: f64, mode: f64, high: f64) -> Distribution {
    if low == high {
        return Distribution::Constant { value: low };
    }
    let rise = share(low, high, mode);
    Distribution::Beta { alpha: 1.0 + 4.0 * rise, beta: 1.0 + 4.0 * (1.0 - rise), low, high }
}

/// The point at the given share of the way from `low` to `high`.
pub(crate) fn stretch(low: f64, high: f64, share: f64) -> f64 {
    (low + (high - low) * share).min(high)
}

/// The share of the way from `low` to `high` at which `x` lies.
fn share(low: f64, high: f64, x: f64) -> f64 {
    (x - low) / (high - low)
}

fn beta_share(alpha: f64, beta: f64, low: f64, high: f64, x: f64) -> f64 {
    let share = share(low, high, x);
    if share <= 0.5 {
        beta_lower(alpha, beta, share)
    } else {
        beta_upper(beta, alpha, (high - x) / (high - low))
    }
}

fn triangular_quantile(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    if low == high {
        return low;
    }
    if u * (high - low) < mode - low {
        (low + (u * (high - low) * (mode - low)).sqrt()).min(mode)
    } else {
        (high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()).max(mode)
    }
}

fn triangular_cdf(low: f64, mode: f64, high: f64, x: f64) -> f64 {
    if x < mode {
        (x - low) / (high - low) * ((x - low) / (mode - low))
    } else {
        1.0 - (high - x) / (high - low) * ((high - x) / (high - mode))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any valid distribution of ordinary size, degenerate ones included.
    pub(crate) fn distribution() -> impl Strategy<Value = Distribution> {
        let real = || -50.0..50.0_f64;
        let width = || prop_oneof![1 => Just(0.0), 9 => 0.01..100.0_f64];
        let positive = || 0.01..100.0_f64;
        let shape = || (-1.6..5.3_f64).prop_map(libm::exp); // 0.2 to 200
        prop_oneof![
            real().prop_map(|value| Distribution::Constant { value }),
            (real(), width()).prop_map(|(low, width)| Distribution::Uniform { low, high: low + width }),
            (real(), width()).prop_map(|(mean, sd)| {
                Distribution::Normal { mean, sd, low: f64::NEG_INFINITY, high: f64::INFINITY }
            }),
            (real(), positive(), -12.0..12.0_f64, positive()).prop_map(|(mean, sd, low, width)| {
                let low = mean + sd * low;
                Distribution::Normal { mean, sd, low, high: low + width }
            }),
            (positive(), 0.0..3.0_f64).prop_map(|(median, sigma)| Distribution::LogNormal { median, sigma }),
            (shape(), shape(), real(), width()).prop_map(|(alpha, beta, low, width)| Distribution::Beta {
                alpha,
                beta,
                low,
                high: low + width
            }),
            (shape(), positive()).prop_map(|(shape, scale)| Distribution::Gamma { shape, scale }),
            positive().prop_map(|mean| Distribution::Exponential { mean }),
            (0.3..20.0_f64, positive()).prop_map(|(shape, scale)| Distribution::Weibull { shape, scale }),
            (real(), width(), width()).prop_map(|(low, a, b)| Distribution::Triangular {
                low,
                mode: low + a,
                high: low + a + b
            }),
            (real(), width(), width()).prop_map(|(low, a, b)| Distribution::Pert {
                low,
                mode: low + a,
                high: low + a + b
            }),
        ]
    }

    /// A size against which the rounding of values is told.
    pub(crate) fn size(distribution: &Distribution) -> f64 {
        distribution.quantile(0.0).abs().max(distribution.quantile(GREATEST_UNIFORM).abs())
    }

    /// E X = ∫ quantile(Φ(t)) φ(t) dt by the trapezoidal rule, which converges exponentially for smooth quantiles.
    fn mean_by_quadrature(distribution: &Distribution) -> f64 {
        const STEP: f64 = 1.0 / 64.0;
        let term = |index: i32| {
            let t = f64::from(index) * STEP;
            let u = normal_cdf(t).min(GREATEST_UNIFORM);
            distribution.quantile(u) * crate::stats::special::normal_density(t) * STEP
        };
        (-64 * 8..=64 * 8).map(term).sum()
    }

    #[test]
    fn known_quantiles_and_means() {
        let pert = Distribution::Pert { low: 0.0, mode: 1.0, high: 4.0 };
        assert_eq!(pert.without_pert(), Distribution::Beta { alpha: 2.0, beta: 4.0, low: 0.0, high: 4.0 });
        // Beta(2, 4): F(x) = 10x² − 20x³ + 15x⁴ − 4x⁵, F(¼) = 0.3671875
        assert!((pert.quantile(0.367_187_5) - 1.0).abs() < 1e-14);
        assert!((pert.mean() - 4.0 / 3.0).abs() < 1e-15);
        let triangular = Distribution::Triangular { low: 0.0, mode: 1.0, high: 4.0 };
        assert_eq!((triangular.quantile(0.25), triangular.quantile(0.0)), (1.0, 0.0));
        let exponential = Distribution::Exponential { mean: 2.0 };
        assert!((exponential.quantile(0.5) - 2.0 * core::f64::consts::LN_2).abs() < 1e-15);
        let weibull = Distribution::Weibull { shape: 2.0, scale: 3.0 };
        assert!((weibull.mean() - 1.5 * core::f64::consts::PI.sqrt()).abs() < 1e-14);
        assert_eq!(weibull.quantile(0.0), 0.0);
        assert_eq!(Distribution::Pert { low: 2.0, mode: 2.0, high: 2.0 }.quantile(0.7), 2.0);
    }

    #[test]
    fn means_agree_with_quadrature_of_the_quantiles() {
        let free = f64::INFINITY;
        for (distribution, error) in [
            (Distribution::Normal { mean: 3.0, sd: 2.0, low: -free, high: free }, 1e-12),
            (Distribution::Normal { mean: 3.0, sd: 2.0, low: 4.0, high: 9.0 }, 1e-9),
            (Distribution::Normal { mean: 3.0, sd: 2.0, low: -free, high: -7.0 }, 1e-9),
            (Distribution::LogNormal { median: 2.0, sigma: 0.7 }, 1e-9),
            (Distribution::Beta { alpha: 0.4, beta: 2.5, low: -1.0, high: 3.0 }, 1e-9),
            (Distribution::Gamma { shape: 0.7, scale: 2.0 }, 1e-9),
            (Distribution::Exponential { mean: 5.0 }, 1e-9),
            (Distribution::Weibull { shape: 0.8, scale: 2.0 }, 1e-9),
            // its quantile has a kink
            (Distribution::Triangular { low: -2.0, mode: 1.0, high: 7.0 }, 1e-3),
            (Distribution::Pert { low: -2.0, mode: 1.0, high: 7.0 }, 1e-9),
            (Distribution::Uniform { low: -2.0, high: 7.0 }, 1e-9),
        ] {
            let (mean, check) = (distribution.mean(), mean_by_quadrature(&distribution));
            assert!((mean - check).abs() < error, "{distribution:?}: {mean} {check}");
        }
    }

    proptest! {
        #[test]
        fn quantiles_are_finite_inside_the_support_and_nondecreasing(
            distribution in distribution(), a in 0.0..1.0_f64, b in 0.0..1.0_f64
        ) {
            prop_assert_eq!(distribution.validate(), Ok(()));
            let (least, greatest) = distribution.support();
            let values = [0.0, a.min(b), a.max(b), GREATEST_UNIFORM].map(|u| distribution.quantile(u));
            for value in values {
                prop_assert!(value.is_finite() && least <= value && value <= greatest, "{value}");
            }
            prop_assert!(values.is_sorted(), "{values:?}");
            prop_assert!(values[0] <= distribution.mean() && distribution.mean() <= values[3]);
        }

        #[test]
        fn the_distribution_function_undoes_the_quantile(distribution in distribution(), u in 0.001..0.999_f64) {
            let value = distribution.quantile(u);
            // Rounding of the value moves u by what the distribution function does over a few last places.
            let step = 4.0 * f64::EPSILON * size(&distribution);
            let (below, above) = (distribution.cdf(value - step), distribution.cdf(value + step));
            prop_assert!(below - 1e-11 <= u && u <= above + 1e-11, "{below} {u} {above}");
        }
    }
}
