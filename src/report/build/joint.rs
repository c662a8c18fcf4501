//! Intervals of all outcomes, each for itself or all at once.

use crate::report::basis::IntervalMethod;
use crate::report::figure::{Base, Count, Figure, Sampling};
use crate::report::stopping::{JointMethod, Simultaneous};
use crate::stats::joint::{LEAST_CLASSES, LEAST_COUNT, sison_glaz};

/// The figures of all outcomes by their counts, and how their intervals were made to hold at once, if that was asked for.
pub(super) fn figures(
    base: Base,
    counts: &[Count],
    asked: Option<JointMethod>,
) -> (Vec<Figure>, Option<Simultaneous>) {
    let Some(asked) = asked else {
        return (counts.iter().map(|count| base.figure(count)).collect(), None);
    };
    let joint = counts.len() as u64;
    let together = match asked {
        JointMethod::Bonferroni => Err(None),
        JointMethod::SisonGlaz => intervals(base, counts).map_err(Some),
    };
    match together {
        Ok(figures) => (figures, Some(Simultaneous { asked, used: JointMethod::SisonGlaz, reason: None })),
        Err(reason) => {
            let figures = counts.iter().map(|count| base.figure_of(count, joint)).collect();
            (figures, Some(Simultaneous { asked, used: JointMethod::Bonferroni, reason }))
        }
    }
}

/// The intervals of Sison and Glaz, or why they are not to be used.
fn intervals(base: Base, counts: &[Count]) -> Result<Vec<Figure>, String> {
    if let Sampling::Sequential = base.sampling {
        return Err("the number of runs was not fixed before".into());
    }
    if base.shared {
        return Err("runs that share parameter draws are not independent".into());
    }
    let totals: Vec<u64> = counts.iter().map(|count| count.total).collect();
    let intervals = sison_glaz(&totals, base.confidence).ok_or_else(|| {
        if counts.len() < LEAST_CLASSES {
            format!("there are fewer than {LEAST_CLASSES} outcomes")
        } else {
            format!("an outcome has fewer than {LEAST_COUNT} runs")
        }
    })?;
    let figures = counts.iter().zip(intervals);
    let joint = counts.len() as u64;
    Ok(figures
        .map(|(count, interval)| base.with(count.total, interval, IntervalMethod::SisonGlaz, joint))
        .collect())
}
