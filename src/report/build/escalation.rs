//! How dyads used their ladders.

use super::{Source, series};
use crate::id::ActorId;
use crate::model;
use crate::report::document::{ActorCount, Dyad, Ladder, Rung, Spread, Times};
use crate::report::figure::Count;

pub(super) fn ladder(source: Source<'_>) -> Ladder {
    let dyads = source.model.dyads.iter().enumerate();
    let tally = source.tally;
    let vertical = Count { total: tally.vertical(), by_draw: tally.vertical_by_draw() };
    let horizontal = Count { total: tally.horizontal(), by_draw: tally.horizontal_by_draw() };
    Ladder {
        dyads: dyads.map(|(at, declared)| dyad(source, at, declared)).collect(),
        vertical: spread(source, &vertical, Vec::new()),
        horizontal: spread(source, &horizontal, newly_involved(source)),
        goldstein: series::goldstein(source),
    }
}

fn dyad(source: Source<'_>, at: usize, dyad: &model::Dyad) -> Dyad {
    let set = &source.model.sets[dyad.set.index()];
    let rungs = set.values.iter().enumerate();
    Dyad {
        id: source.model.variables[dyad.variable.index()].name.clone(),
        ladder: set.name.clone(),
        rungs: rungs.map(|(rung, name)| self::rung(source, at, rung, name)).collect(),
    }
}

fn rung(source: Source<'_>, dyad: usize, rung: usize, name: &str) -> Rung {
    let (count, time) = if let Some(times) = source.tally.rung_times(dyad, rung) {
        (times.total(), source.base.times(times))
    } else {
        // Every run is at the lowest rung or above when it begins.
        let count = source.tally.completed();
        (count, (count > 0).then(|| Times::computed([0.0; 5])))
    };
    Rung { rung: name.into(), count, share: source.base.share(count), time }
}

fn spread(source: Source<'_>, count: &Count, newly_involved: Vec<ActorCount>) -> Spread {
    let figure = source.base.figure(count);
    Spread {
        count: figure.count,
        share: figure.share,
        interval: figure.interval,
        basis: figure.basis,
        ignorance: figure.ignorance,
        newly_involved,
    }
}

/// Those that became involved in any run, in the order of the file. Places are left out: they are where, not who.
fn newly_involved(source: Source<'_>) -> Vec<ActorCount> {
    let actors = source.model.actors.iter().enumerate().filter(|(_, actor)| !actor.is_place);
    let counts = actors.map(|(at, actor)| ActorCount {
        actor: actor.id.clone(),
        runs: source.tally.involved(ActorId::new(at)),
    });
    counts.filter(|count| count.runs > 0).collect()
}
