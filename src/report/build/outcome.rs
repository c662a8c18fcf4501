//! Counts of outcomes, groups, watches and red lines.

use super::Source;
use crate::ensemble::TimeCounts;
use crate::report::document::{Counted, GroupCount, Outcome};
use crate::report::figure;

/// The id of the class of failed runs.
const FAILED: &str = "failed";

pub(super) fn outcomes(source: Source<'_>) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = source
        .outcomes()
        .map(|(id, outcome)| {
            let figure = source.base.figure(source.tally.class(id));
            Outcome {
                id: outcome.name.clone(),
                says: outcome.says.clone(),
                count: Some(figure.count),
                share: figure.share,
                interval: figure.interval,
                likelihood: figure.likelihood(),
                time: figure::times(source.tally.class_times(id)),
                ever: source.base.ever(source.tally.ever(id)),
                claims: source.claims(&outcome.claims),
            }
        })
        .collect();
    outcomes.extend((source.tally.failed() > 0).then(|| failed(source)));
    outcomes
}

fn failed(source: Source<'_>) -> Outcome {
    let figure = source.base.figure(source.tally.failed());
    Outcome {
        id: FAILED.into(),
        says: Some("The run failed.".into()),
        count: Some(figure.count),
        share: figure.share,
        interval: figure.interval,
        likelihood: figure.likelihood(),
        time: None,
        ever: source.base.ever(figure.count),
        claims: Vec::new(),
    }
}

pub(super) fn groups(source: Source<'_>) -> Vec<GroupCount> {
    let groups = source.model.groups.iter().enumerate();
    groups
        .map(|(at, group)| {
            let figure = source.base.figure(group.outcomes.iter().map(|id| source.tally.class(*id)).sum());
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
                likelihood: figure.likelihood(),
                time: together(times).as_ref().and_then(figure::times),
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
    let figure = source.base.figure(times.total());
    Counted {
        id: id.into(),
        says,
        count: Some(figure.count),
        share: figure.share,
        interval: figure.interval,
        likelihood: figure.likelihood(),
        time: figure::times(times),
    }
}
