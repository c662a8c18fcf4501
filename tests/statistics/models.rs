//! Small scenarios whose answers are known without simulation.

mod chains;
mod choices;
mod counting;
mod delays;
mod schedules;

use crate::compare::Case;

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    [counting::cases(), chains::cases(), schedules::cases(), delays::cases(), choices::cases()]
        .into_iter()
        .flatten()
        .collect()
}
