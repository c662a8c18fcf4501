//! Turns the parameters of a distribution into "usable" or the first complaint about them.

use super::{Distribution, GREATEST_UNIFORM, TruncatedNormal, truncated_normal::LEAST_MASS};
use core::ops::RangeInclusive;
use thiserror::Error;

/// What is wrong with the parameters of a [`Distribution`].
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum DistributionError {
    /// A parameter is outside its own range.
    #[error("`{parameter}` is {value}; it must be {permitted}")]
    OutOfRange {
        /// Name of the parameter as in [`Distribution`].
        parameter: &'static str,
        /// What it is.
        value: f64,
        /// What it may be, in words.
        permitted: &'static str,
    },
    /// Two parameters are in the wrong order.
    #[error("`{smaller}` ({smaller_value}) must not be above `{larger}` ({larger_value})")]
    Disordered {
        /// Name of the parameter that should be the smaller.
        smaller: &'static str,
        /// What it is.
        smaller_value: f64,
        /// Name of the parameter that should be the larger.
        larger: &'static str,
        /// What it is.
        larger_value: f64,
    },
    /// Truncation leaves nothing (less than 1e-200 of the probability).
    #[error("practically nothing of the distribution lies between `low` ({low}) and `high` ({high})")]
    Empty {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Each parameter is in its range, but the values or their mean are not finite numbers.
    #[error("its values or its mean would exceed the largest floating-point number")]
    Overflow,
}

type Checked = Result<(), DistributionError>;

const SHAPES: RangeInclusive<f64> = 1e-3..=1e9;

pub(super) fn check(distribution: &Distribution) -> Checked {
    check_parameters(distribution)?;
    let ends = [distribution.quantile(0.0), distribution.quantile(GREATEST_UNIFORM), distribution.mean()];
    if ends.iter().all(|value| value.is_finite()) { Ok(()) } else { Err(DistributionError::Overflow) }
}

fn check_parameters(distribution: &Distribution) -> Checked {
    match *distribution {
        Distribution::Constant { value } => finite("value", value),
        Distribution::Uniform { low, high } => ends(low, high),
        Distribution::Normal { mean, sd, low, high } => normal(mean, sd, low, high),
        Distribution::LogNormal { median, sigma } => {
            positive("median", median).and(not_negative("sigma", sigma))
        }
        Distribution::Beta { alpha, beta, low, high } => {
            shape("alpha", alpha).and(shape("beta", beta)).and(ends(low, high))
        }
        Distribution::Gamma { shape: value, scale } => shape("shape", value).and(positive("scale", scale)),
        Distribution::Exponential { mean } => positive("mean", mean),
        Distribution::Weibull { shape, scale } => {
            let in_range = (0.05..=1e3).contains(&shape);
            require(in_range, "shape", shape, "from 0.05 to 1000").and(positive("scale", scale))
        }
        Distribution::Triangular { low, mode, high } | Distribution::Pert { low, mode, high } => {
            finite("mode", mode).and(ends(low, high))?;
            ordered(("low", low), ("mode", mode)).and(ordered(("mode", mode), ("high", high)))
        }
    }
}

fn normal(mean: f64, sd: f64, low: f64, high: f64) -> Checked {
    finite("mean", mean).and(not_negative("sd", sd))?;
    require(low < f64::INFINITY, "low", low, "a finite number, or absent")?;
    require(high > f64::NEG_INFINITY, "high", high, "a finite number, or absent")?;
    ordered(("low", low), ("high", high))?;
    let held = if sd == 0.0 {
        (low..=high).contains(&mean)
    } else {
        low == high || TruncatedNormal::new(mean, sd, low, high).mass() >= LEAST_MASS
    };
    if held { Ok(()) } else { Err(DistributionError::Empty { low, high }) }
}

fn ends(low: f64, high: f64) -> Checked {
    finite("low", low).and(finite("high", high)).and(ordered(("low", low), ("high", high)))?;
    if (high - low).is_finite() { Ok(()) } else { Err(DistributionError::Overflow) }
}

fn finite(parameter: &'static str, value: f64) -> Checked {
    require(value.is_finite(), parameter, value, "a finite number")
}

fn positive(parameter: &'static str, value: f64) -> Checked {
    require(value > 0.0 && value.is_finite(), parameter, value, "a finite number above 0")
}

fn not_negative(parameter: &'static str, value: f64) -> Checked {
    require(value >= 0.0 && value.is_finite(), parameter, value, "a finite number of at least 0")
}

fn shape(parameter: &'static str, value: f64) -> Checked {
    require(SHAPES.contains(&value), parameter, value, "from 0.001 to 1000000000")
}

fn require(holds: bool, parameter: &'static str, value: f64, permitted: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(DistributionError::OutOfRange { parameter, value, permitted }) }
}

fn ordered(smaller: (&'static str, f64), larger: (&'static str, f64)) -> Checked {
    if smaller.1 <= larger.1 {
        return Ok(());
    }
    Err(DistributionError::Disordered {
        smaller: smaller.0,
        smaller_value: smaller.1,
        larger: larger.0,
        larger_value: larger.1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::INFINITY;

    #[test]
    fn every_complaint_names_its_parameter() {
        let cases = [
            (Distribution::Constant { value: f64::NAN }, "`value` is NaN; it must be a finite number"),
            (Distribution::Uniform { low: 2.0, high: 1.0 }, "`low` (2) must not be above `high` (1)"),
            (
                Distribution::Normal { mean: 0.0, sd: -1.0, low: -NONE, high: NONE },
                "`sd` is -1; it must be a finite number of at least 0",
            ),
            (
                Distribution::Normal { mean: 0.0, sd: 1.0, low: 80.0, high: 90.0 },
                "practically nothing of the distribution lies between `low` (80) and `high` (90)",
            ),
            (
                Distribution::Normal { mean: 5.0, sd: 0.0, low: 6.0, high: 7.0 },
                "practically nothing of the distribution lies between `low` (6) and `high` (7)",
            ),
            (
                Distribution::LogNormal { median: 0.0, sigma: 1.0 },
                "`median` is 0; it must be a finite number above 0",
            ),
            (
                Distribution::LogNormal { median: 1.0, sigma: 100.0 },
                "its values or its mean would exceed the largest floating-point number",
            ),
            (
                Distribution::Beta { alpha: 0.0, beta: 1.0, low: 0.0, high: 1.0 },
                "`alpha` is 0; it must be from 0.001 to 1000000000",
            ),
            (
                Distribution::Gamma { shape: 1.0, scale: NONE },
                "`scale` is inf; it must be a finite number above 0",
            ),
            (Distribution::Exponential { mean: -3.0 }, "`mean` is -3; it must be a finite number above 0"),
            (
                Distribution::Weibull { shape: 0.01, scale: 1.0 },
                "`shape` is 0.01; it must be from 0.05 to 1000",
            ),
            (
                Distribution::Triangular { low: 0.0, mode: 3.0, high: 2.0 },
                "`mode` (3) must not be above `high` (2)",
            ),
            (
                Distribution::Pert { low: 0.0, mode: -1.0, high: 2.0 },
                "`low` (0) must not be above `mode` (-1)",
            ),
            (
                Distribution::Uniform { low: -f64::MAX, high: f64::MAX },
                "its values or its mean would exceed the largest floating-point number",
            ),
        ];
        for (distribution, message) in cases {
            assert_eq!(distribution.validate().unwrap_err().to_string(), message);
        }
    }
}
