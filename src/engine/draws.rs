//! Which parameter draw a run takes.

use std::num::NonZeroU64;

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
    /// The draw whose parameters a run takes.
    pub fn of_run(self, run: u64) -> u64 {
        match self {
            Self::Each => run,
            Self::Of(draws) => run % draws,
        }
    }
}
