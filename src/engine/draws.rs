//! Which parameter draw a run takes.

use std::num::NonZeroU64;

use crate::model::Model;

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

    /// The draw whose parameters a run takes.
    pub fn of_run(self, run: u64) -> u64 {
        match self {
            Self::Each => run,
            Self::Of(draws) => run % draws,
        }
    }
}
