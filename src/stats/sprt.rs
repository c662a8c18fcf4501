//! Wald's sequential probability ratio test: decides between two probabilities by as many trials as it takes.
//!
//! The likelihood ratio of `high` to `low` after k successes in n trials is Λ. Λ ≥ (1−β)/α decides for `high`, and
//! Λ ≤ β/(1−α) for `low` (Wald 1945, Annals of Mathematical Statistics 16, 117–186). If p ≤ `low`, Λ is a
//! supermartingale, so that a decision for `high` has a probability of at most α/(1−β); if p ≥ `high`, 1/Λ is one, and
//! a decision for `low` has at most β/(1−α). Both hold whenever one looks: at every trial, or at some only, which makes
//! mistakes rarer, as Λ then is further beyond its bound.

/// The question: is the probability at most `low` or at least `high`?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sprt {
    /// The lower probability, above 0.
    pub low: f64,
    /// The upper probability, above `low` and below 1.
    pub high: f64,
    /// Allowed probability to decide for `high` where `low` is true; below ½.
    pub alpha: f64,
    /// Allowed probability to decide for `low` where `high` is true; below ½.
    pub beta: f64,
}

/// What the trials so far decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// For the upper probability.
    High,
    /// For the lower probability.
    Low,
    /// Nothing yet.
    Open,
}

impl Sprt {
    /// What is decided at `successes` in `trials`, if nothing was before.
    pub fn decide(&self, successes: u64, trials: u64) -> Decision {
        let (lower, upper) = self.bounds();
        match self.log_ratio(successes, trials) {
            ratio if ratio >= upper => Decision::High,
            ratio if ratio <= lower => Decision::Low,
            _ => Decision::Open,
        }
    }

    /// ln Λ: natural logarithm of the likelihood ratio of `high` to `low`.
    pub fn log_ratio(&self, successes: u64, trials: u64) -> f64 {
        let (success, failure) = self.steps();
        successes as f64 * success + (trials - successes) as f64 * failure
    }

    /// ln Λ at which is decided for `low`, and for `high`.
    pub fn bounds(&self) -> (f64, f64) {
        let ratio = |part: f64, rest: f64| libm::log(part) - libm::log1p(-rest);
        (ratio(self.beta, self.alpha), -ratio(self.alpha, self.beta))
    }

    /// What a success and a failure add to ln Λ.
    pub fn steps(&self) -> (f64, f64) {
        (libm::log(self.high / self.low), libm::log1p(-self.high) - libm::log1p(-self.low))
    }
}
