//! Which parameter draw a run takes.

use std::num::NonZeroU64;

use crate::id::VariableId;
use crate::model::{Model, SetupKind};

/// Parameter draws if not said otherwise. In 100,000 runs their 100 runs each tell ignorance from chance down to a
/// thousandth of the variance, while the 5 % and 95 % quantiles of 1,000 draws are known to a hundredth of their range;
/// `docs/uncertainty.md` has the comparison with 100 and 10,000.
pub const USUAL_DRAWS: NonZeroU64 = NonZeroU64::new(1_000).expect("1,000 is not 0");

/// Most parameter draws: counts are kept of each.
pub const MAX_DRAWS: u64 = 100_000;

/// How many times the parameters are drawn. Which runs share a draw depends on the number of the run alone, so that the
/// first runs of a longer batch are those of a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// Every run has parameters of its own.
    Each,
    /// So many times: run i takes those of draw i mod D.
    Of(NonZeroU64),
}

impl Draws {
    /// Those asked for, or else the usual ones; for a model without drawn parameters there is nothing to share.
    pub fn of_model(model: &Model, asked: Option<Self>) -> Self {
        let drawn = model.drawn_parameters().next().is_some();
        if drawn { asked.unwrap_or(Self::Of(USUAL_DRAWS)) } else { Self::Each }
    }

    /// How many, if runs share them.
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Each => None,
            Self::Of(draws) => Some(draws.get()),
        }
    }

    /// The draw whose parameters a run takes.
    pub fn of_run(self, run: u64) -> u64 {
        match self {
            Self::Each => run,
            Self::Of(draws) => run % draws,
        }
    }
}

/// Most values that are kept of parameter draws: 32 MiB.
const MAX_KEPT: u64 = 1 << 22;

/// The values of the parameters, and of what is derived from them, in the draws that were made.
pub(super) struct ParameterCache {
    variables: Vec<VariableId>,
    /// By draw, then variable.
    values: Vec<f64>,
    /// Of each draw, whether its values are kept; empty if none are to be.
    known: Vec<bool>,
}

impl ParameterCache {
    pub(super) fn new(model: &Model, draws: Draws) -> Self {
        let parameters = model.setup.iter().filter(|setup| setup.kind == SetupKind::Parameter);
        let derived = model.derived.iter().map(|derived| derived.variable);
        let variables: Vec<VariableId> = parameters.map(|setup| setup.variable).chain(derived).collect();
        let kept = match draws {
            Draws::Of(draws) if draws.get().saturating_mul(variables.len().max(1) as u64) <= MAX_KEPT => {
                draws.get()
            }
            Draws::Of(_) | Draws::Each => 0,
        };
        let values = vec![0.0; kept as usize * variables.len()];
        Self { variables, values, known: vec![false; kept as usize] }
    }

    /// Gives the variables their values in a draw, if there are none or they are kept.
    pub(super) fn recall(&self, draw: u64, values: &mut [f64]) -> bool {
        if self.variables.is_empty() {
            return true;
        }
        if !self.known.get(draw as usize).is_some_and(|known| *known) {
            return false;
        }
        let start = draw as usize * self.variables.len();
        for (variable, value) in self.variables.iter().zip(&self.values[start..]) {
            values[variable.index()] = *value;
        }
        true
    }

    /// Keeps the values of a draw.
    pub(super) fn keep(&mut self, draw: u64, values: &[f64]) {
        if let Some(known) = self.known.get_mut(draw as usize) {
            *known = true;
            let start = draw as usize * self.variables.len();
            for (variable, value) in self.variables.iter().zip(&mut self.values[start..]) {
                *value = values[variable.index()];
            }
        }
    }
}
