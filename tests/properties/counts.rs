//! What came of a batch, by name: what must not change when something that means nothing does.

use std::collections::BTreeMap;

use escalade::engine::Draws;
use escalade::ensemble::{Batch, Plan, Unwatched, run};
use escalade::id::{EventId, OutcomeId};
use escalade::model::Model;

/// A batch of a model.
pub(crate) fn batch(model: &Model, seed: u64, runs: u64, jobs: usize) -> Batch {
    run(model, &Plan { seed, draws: Draws::Each, runs, jobs, keep_failed: false, log: true }, &Unwatched)
        .unwrap()
}

/// All counts of a batch, and the bits of the means of its tracks at the end. Red lines are numbered, as their names hold
/// those of actors.
pub(crate) fn counts(model: &Model, seed: u64, runs: u64) -> BTreeMap<String, u64> {
    let batch = batch(model, seed, runs, 1);
    let tally = &batch.tally;
    let mut counts = BTreeMap::new();
    for (at, outcome) in model.outcomes.iter().enumerate() {
        let id = OutcomeId::new(at);
        counts.insert(format!("class {}", outcome.name), tally.class(id));
        counts.insert(format!("ever {}", outcome.name), tally.ever(id));
        for (event, known) in model.events.iter().enumerate() {
            let runs = tally.fired_in(EventId::new(event), id);
            counts.insert(format!("{} in {}", known.name, outcome.name), runs);
        }
    }
    for (at, event) in model.events.iter().enumerate() {
        counts.insert(format!("firings {}", event.name), tally.firings(EventId::new(at)));
    }
    for watch in &model.watches {
        counts.insert(format!("watch {}", watch.name), tally.latch_times(watch.latch).unwrap().total());
    }
    for (at, line) in model.red_lines.iter().enumerate() {
        counts.insert(format!("red line {at}"), tally.latch_times(line.latch).unwrap().total());
    }
    for (at, track) in model.tracks.iter().enumerate() {
        let mean = tally.sample(at, model.grid.len() - 1).moments().mean().unwrap();
        counts.insert(format!("track {}", track.name), mean.to_bits());
    }
    counts.insert("vertical".into(), tally.vertical());
    counts.insert("horizontal".into(), tally.horizontal());
    counts
}
