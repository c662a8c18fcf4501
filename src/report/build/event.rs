//! How often rules and options fired, in which order, and what they rest on.

use std::cmp::Reverse;

use super::Source;
use crate::ensemble::{PathCount, Signature};
use crate::id::{EventId, OutcomeId};
use crate::model;
use crate::report::document::{Assumption, OutcomeCount, Path, Paths, Provenance, RuleCount, Support};
use crate::report::figure::share;

/// Most paths shown of an outcome.
const TOP_PATHS: usize = 10;

pub(super) fn rules(source: Source<'_>) -> Vec<RuleCount> {
    source.events().map(|(id, event)| rule(source, id, event)).collect()
}

fn rule(source: Source<'_>, id: EventId, event: &model::Event) -> RuleCount {
    let by_outcome: Vec<OutcomeCount> = source
        .outcomes()
        .map(|(at, outcome)| OutcomeCount {
            outcome: outcome.name.clone(),
            runs: source.tally.fired_in(id, at),
        })
        .collect();
    RuleCount {
        id: event.name.clone(),
        says: event.says.clone(),
        runs: by_outcome.iter().map(|count| count.runs).sum(),
        firings: source.tally.firings(id),
        by_outcome,
        claims: source.claims(&event.claims),
    }
}

pub(super) fn paths(source: Source<'_>) -> Vec<Paths> {
    source.outcomes().map(|(id, outcome)| outcome_paths(source, id, outcome)).collect()
}

fn outcome_paths(source: Source<'_>, id: OutcomeId, outcome: &model::Outcome) -> Paths {
    let mut all: Vec<(&Signature, PathCount)> = source.tally.paths(id).collect();
    let distinct = all.len();
    let rank = |(_, path): &(&Signature, PathCount)| (Reverse(path.count), path.example);
    if distinct > TOP_PATHS {
        all.select_nth_unstable_by_key(TOP_PATHS, rank);
        all.truncate(TOP_PATHS);
    }
    all.sort_unstable_by_key(rank);
    Paths {
        outcome: outcome.name.clone(),
        distinct: distinct as u64,
        other: source.tally.other_paths(id),
        top: all.iter().map(|(signature, path)| top(source, id, signature, *path)).collect(),
    }
}

fn top(source: Source<'_>, outcome: OutcomeId, signature: &Signature, path: PathCount) -> Path {
    let name = |event: EventId| source.model.event(event).name.clone();
    Path {
        signature: signature.events().map(name).collect(),
        count: path.count,
        share: share(path.count, source.tally.class(outcome)),
        example: path.example,
    }
}

pub(super) fn provenance(source: Source<'_>) -> Provenance {
    let supports = source.outcomes().map(|(id, outcome)| Support {
        outcome: outcome.name.clone(),
        runs: source.tally.class(id),
        assumption: source.tally.assumption(id),
        low_grade: source.tally.low_grade(id),
    });
    Provenance { outcomes: supports.collect(), assumptions: assumptions(source) }
}

fn assumptions(source: Source<'_>) -> Vec<Assumption> {
    let events = source.events().filter(|(_, event)| event.claims.is_empty());
    let mut all: Vec<Assumption> = events
        .map(|(id, event)| Assumption {
            id: event.name.clone(),
            parameter: false,
            says: event.says.clone(),
            firings: source.tally.firings(id),
        })
        .collect();
    all.sort_by_key(|assumption| Reverse(assumption.firings));
    let parameters = source.model.parameters.iter().filter(|parameter| parameter.claims.is_empty());
    all.extend(parameters.map(|parameter| Assumption {
        id: parameter.name.clone(),
        parameter: true,
        says: parameter.says.clone(),
        firings: 0,
    }));
    all
}
