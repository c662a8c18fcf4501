//! Special functions of probability: arguments in, probabilities (or quantiles) out, to about thirteen digits.

mod beta;
mod gamma;
mod normal;
mod saddle;
mod student;

pub(crate) use beta::{LogitBeta, expit};
pub use beta::{beta_lower, beta_quantile, beta_upper};
pub(crate) use gamma::LogGamma;
pub use gamma::{gamma_lower, gamma_quantile, gamma_upper, ln_gamma};
pub use normal::{normal_cdf, normal_density, normal_quantile};
pub(crate) use saddle::stirling_error;
pub use student::student_two_sided;

/// A probability told by the tail it fills, so that both tails keep their full relative precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tail {
    /// The probability of being at most the value looked for, in [0, 1].
    Lower(f64),
    /// The probability of exceeding the value looked for, in [0, 1].
    Upper(f64),
}

impl Tail {
    /// The same point told by whichever tail holds at most one half.
    pub(crate) fn smaller(self) -> Self {
        match self {
            Self::Lower(p) if p > 0.5 => Self::Upper(1.0 - p),
            Self::Upper(q) if q > 0.5 => Self::Lower(1.0 - q),
            tail => tail,
        }
    }
}

/// One tail of a distribution function at a point: its probability is exp(`ln_weight`) · `factor`.
#[derive(Clone, Copy, Debug)]
struct Kernel {
    /// ln of x·f(x) (gamma) or x·(1−x)·f(x) (beta): the density of ln X or of logit X.
    ln_weight: f64,
    /// The tail's probability over that density.
    factor: f64,
    /// Whether the tail is the lower one.
    is_lower: bool,
}

impl Kernel {
    fn probability(self) -> f64 {
        (libm::exp(self.ln_weight) * self.factor).min(1.0)
    }

    fn lower(self) -> f64 {
        if self.is_lower { self.probability() } else { 1.0 - self.probability() }
    }

    fn upper(self) -> f64 {
        if self.is_lower { 1.0 - self.probability() } else { self.probability() }
    }

    /// ln of the tail asked for and the density over it; never underflows in the tail that was computed.
    fn ln_tail(self, lower: bool) -> (f64, f64) {
        if lower == self.is_lower {
            (self.ln_weight + libm::log(self.factor), 1.0 / self.factor)
        } else {
            let rest = 1.0 - self.probability();
            (libm::log(rest), libm::exp(self.ln_weight) / rest)
        }
    }
}

/// More terms than any series or fraction here needs for parameters up to 1e12.
const MAX_TERMS: u32 = 10_000_000;

/// Relative size at which a further term is lost in rounding.
const NEGLIGIBLE: f64 = 1.2e-16;
