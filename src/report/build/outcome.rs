//! Counts of outcomes, groups, watches and red lines.

use super::{Source, joint};
use crate::ensemble::TimeCounts;
use crate::id::OutcomeId;
use crate::report::document::{Counted, GroupCount, Outcome};
use crate::report::figure::{Count, Figure};
use crate::report::record::FAILED;
use crate::report::stopping::{JointMethod, Simultaneous};

pub(super) fn outcomes(
    source: Source<'_>,
    simultaneous: Option<JointMethod>,
) -> (Vec<Outcome>, Option<Simultaneous>) {
    let failures = (source.tally.failed() > 0)
        .then(|| Count { total: source.tally.failed(), by_draw: source.tally.failed_by_draw() });
    let has_failed = failures.is_some();
    let classes = source.outcomes().map(|(id, _)| class(source, &[id]));
    let counts: Vec<Count> = classes.chain(failures).collect();
    let (mut figures, simultaneous) = joint::figures(source.base, &counts, simultaneous);
    let failed = if has_failed { figures.pop() } else { None }.map(|figure| failed(source, figure));
    let outcomes = source.outcomes().zip(figures).map(|((id, outcome), figure)| Outcome {
        id: outcome.name.clone(),
        says: outcome.says.clone(),
        count: Some(figure.count),
        share: figure.share,
        interval: figure.interval,
        basis: figure.basis,
        likelihood: figure.likelihood(),
        ignorance: figure.ignorance,
        time: source.base.times(source.tally.class_times(id)),
        ever: source.base.ever(source.tally.ever(id)),
        claims: source.claims(&outcome.claims),
    });
    (outcomes.chain(failed).collect(), simultaneous)
}

/// Runs whose class is one of these.
fn class(source: Source<'_>, outcomes: &[OutcomeId]) -> Count {
    let total = outcomes.iter().map(|id| source.tally.class(*id)).sum();
    Count { total, by_draw: source.tally.class_by_draw(outcomes) }
}

fn failed(source: Source<'_>, figure: Figure) -> Outcome {
    Outcome {
        id: FAILED.into(),
        says: Some("The run failed.".into()),
        count: Some(figure.count),
        share: figure.share,
        interval: figure.interval,
        basis: figure.basis,
        likelihood: figure.likelihood(),
        ignorance: figure.ignorance,
        time: None,
        ever: source.base.ever(figure.count),
        claims: Vec::new(),
    }
}

pub(super) fn groups(source: Source<'_>) -> Vec<GroupCount> {
    let groups = source.model.groups.iter().enumerate();
    groups
        .map(|(at, group)| {
            let figure = source.base.figure(&class(source, &group.outcomes));
            let times = group.outcomes.iter().map(|id| source.tally.class_times(*id));
            GroupCount {
                id: group.name.clone(),
                says: group.says.clone(),
                outcomes: group
                    .outcomes
                    .iter()
                    .map(|id| source.model.outcomes[id.index()].name.clone())
                    .collect(),
                count: Some(figure.count),
                share: figure.share,
                interval: figure.interval,
                basis: figure.basis,
                likelihood: figure.likelihood(),
                ignorance: figure.ignorance,
                time: together(times).as_ref().and_then(|times| source.base.times(times)),
                ever: source.base.ever(source.tally.group_ever(at)),
            }
        })
        .collect()
}

fn together<'a>(mut times: impl Iterator<Item = &'a TimeCounts>) -> Option<TimeCounts> {
    let first = times.next()?.clone();
    Some(times.fold(first, |mut sum, more| {
        sum.merge(more);
        sum
    }))
}

pub(super) fn watches(source: Source<'_>) -> Vec<Counted> {
    let watches = source.model.watches.iter();
    watches.map(|watch| counted(source, &watch.name, None, watch.latch)).collect()
}

pub(super) fn red_lines(source: Source<'_>) -> Vec<Counted> {
    let lines = source.model.red_lines.iter();
    lines.map(|line| counted(source, &line.name, line.says.clone(), line.latch)).collect()
}

fn counted(source: Source<'_>, id: &str, says: Option<String>, latch: usize) -> Counted {
    let times = source.tally.latch_times(latch).expect("latches of watches and red lines are counted");
    let count = Count { total: times.total(), by_draw: source.tally.latch_by_draw(latch) };
    let figure = source.base.figure(&count);
    Counted {
        id: id.into(),
        says,
        count: Some(figure.count),
        share: figure.share,
        interval: figure.interval,
        basis: figure.basis,
        likelihood: figure.likelihood(),
        ignorance: figure.ignorance,
        time: source.base.times(times),
    }
}
