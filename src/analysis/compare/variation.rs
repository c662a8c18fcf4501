//! The differences of all outcomes → how far apart they are as a whole.

use std::f64::consts::PI;

use super::{Design, Difference, Variation};
use crate::report::{Report, SubjectKind};

/// Half the sum of the sizes of the differences, and what chance would make of it on average: a normal difference of
/// standard deviation σ has the mean size σ√(2/π).
pub(super) fn variation(baseline: &Report, design: &Design, differences: &[Difference]) -> Option<Variation> {
    let outcomes: Vec<&Difference> =
        differences.iter().filter(|of| of.kind == SubjectKind::Outcome).collect();
    let sum = |share: fn(&Difference) -> f64| outcomes.iter().map(|of| share(of)).sum::<f64>();
    // All outcomes of both sides are matched only if the matched ones take up all runs.
    let whole = |sum: f64| (sum - 1.0).abs() < 1e-9;
    if outcomes.len() != baseline.outcomes.len()
        || !whole(sum(|of| of.baseline.share))
        || !whole(sum(|of| of.side.share))
    {
        return None;
    }
    let deviation = |of: &Difference| {
        if let (Some(runs), Some(joint)) = (design.runs, of.joint) {
            return ((joint.baseline_only + joint.side_only) as f64).sqrt() / runs as f64;
        }
        let share = 0.5 * (of.baseline.share + of.side.share);
        let errors: f64 = of.n.iter().filter(|n| **n > 0).map(|n| 1.0 / *n as f64).sum();
        (share * (1.0 - share) * errors).sqrt()
    };
    Some(Variation {
        distance: 0.5 * outcomes.iter().map(|of| of.difference.abs()).sum::<f64>(),
        by_chance: 0.5 * (2.0 / PI).sqrt() * outcomes.iter().map(|of| deviation(of)).sum::<f64>(),
    })
}
