//! How a parameter, an initial value or a delay comes from one uniform number.

use super::Code;
use crate::stats::distribution::Distribution;
use crate::stats::sampler::Sampler;
use crate::stats::table::GammaTable;

/// A value from one uniform number through an inverse distribution function.
#[derive(Clone, Debug)]
pub enum Draw {
    /// No randomness: the expression's value.
    Value(Code),
    /// A distribution with constant arguments.
    Sampled {
        /// Prepared for speed.
        sampler: Box<Sampler>,
        /// Multiplies what is drawn: 1, or 1/scale.
        factor: f64,
    },
    /// A gamma with a constant shape and a scale that is computed.
    Gamma {
        /// The standard gamma of the shape.
        table: Box<GammaTable>,
        /// Its scale: mean / shape.
        scale: Code,
    },
    /// A distribution whose arguments are computed.
    Computed {
        /// Which distribution, and the order of its arguments.
        family: ComputedFamily,
        /// The arguments.
        arguments: Vec<Code>,
        /// Multiplies what is drawn: 1, or 1/scale.
        factor: f64,
    },
    /// Given values with weights: the value and the cumulative share up to and with it, rising to 1.
    Discrete(Vec<(f64, f64)>),
}

/// Distributions with computed arguments, in the order of their arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputedFamily {
    /// low, high
    Uniform,
    /// mean, sd, min, max
    Normal,
    /// median, sigma
    Lognormal,
    /// alpha, beta, min, max
    Beta,
    /// shape, scale
    Gamma,
    /// mean
    Exponential,
    /// shape, scale
    Weibull,
    /// low, mode, high
    Triangular,
    /// low, mode, high
    Pert,
}

impl ComputedFamily {
    /// The distribution with these arguments.
    pub fn with(self, a: &[f64]) -> Distribution {
        match self {
            Self::Uniform => Distribution::Uniform { low: a[0], high: a[1] },
            Self::Normal => Distribution::Normal { mean: a[0], sd: a[1], low: a[2], high: a[3] },
            Self::Lognormal => Distribution::LogNormal { median: a[0], sigma: a[1] },
            Self::Beta => Distribution::Beta { alpha: a[0], beta: a[1], low: a[2], high: a[3] },
            Self::Gamma => Distribution::Gamma { shape: a[0], scale: a[1] },
            Self::Exponential => Distribution::Exponential { mean: a[0] },
            Self::Weibull => Distribution::Weibull { shape: a[0], scale: a[1] },
            Self::Triangular => Distribution::Triangular { low: a[0], mode: a[1], high: a[2] },
            Self::Pert => Distribution::Pert { low: a[0], mode: a[1], high: a[2] },
        }
    }
}

impl Draw {
    /// Whether it needs a random number.
    pub fn is_random(&self) -> bool {
        !matches!(self, Self::Value(_))
    }

    /// The expressions it computes.
    pub fn codes(&self) -> &[Code] {
        match self {
            Self::Value(code) | Self::Gamma { scale: code, .. } => std::slice::from_ref(code),
            Self::Computed { arguments, .. } => arguments,
            Self::Sampled { .. } | Self::Discrete(_) => &[],
        }
    }

    /// The value for a uniform number in [0, 1); NaN if computed arguments make no distribution.
    pub fn value(&self, uniform: f64, values: &[f64], time: f64, stack: &mut Vec<f64>) -> f64 {
        match self {
            Self::Value(code) => code.evaluate(values, time, stack),
            Self::Sampled { sampler, factor } => sampler.sample(uniform) * factor,
            Self::Gamma { table, scale } => {
                table.sample_standard(uniform) * scale.evaluate(values, time, stack)
            }
            Self::Computed { family, arguments, factor } => {
                let mut computed = [0.0; 4];
                for (argument, code) in computed.iter_mut().zip(arguments) {
                    *argument = code.evaluate(values, time, stack);
                }
                let distribution = family.with(&computed);
                match distribution.validate() {
                    Ok(()) => distribution.quantile(uniform) * factor,
                    Err(_) => f64::NAN,
                }
            }
            Self::Discrete(steps) => {
                let at = steps.partition_point(|(_, share)| *share <= uniform);
                steps[at.min(steps.len() - 1)].0
            }
        }
    }
}
