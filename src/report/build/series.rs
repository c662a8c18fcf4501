//! Figures over the grid of times; none if no run was completed.

use super::Source;
use crate::report::document::{DyadGoldstein, Quantile, Track};
use crate::stats::histogram::Moments;

/// The quantiles shown.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

pub(super) fn tracks(source: Source<'_>) -> Vec<Track> {
    if source.tally.completed() == 0 {
        return Vec::new();
    }
    (0..source.model.tracks.len()).map(|at| track(source, at)).collect()
}

fn track(source: Source<'_>, at: usize) -> Track {
    let track = &source.model.tracks[at];
    let positions = 0..source.model.grid.len();
    let samples = positions.map(|position| source.tally.sample(at, position));
    let (moments, quantiles): (Vec<_>, Vec<_>) =
        samples.map(|sample| (sample.moments(), sample.sketch().quantiles(QUANTILES))).unzip();
    let quantile = |at: usize| Quantile {
        q: QUANTILES[at],
        values: quantiles.iter().flatten().map(|values| values[at]).collect(),
    };
    Track {
        id: track.name.clone(),
        values: track.set.map(|set| source.model.sets[set.index()].values.clone()),
        times: source.model.grid.clone(),
        mean: moments.iter().filter_map(Moments::mean).collect(),
        // A single run has no spread to tell.
        sd: moments.iter().map(|moments| moments.sd().unwrap_or(0.0)).collect(),
        quantiles: (0..QUANTILES.len()).map(quantile).collect(),
    }
}

pub(super) fn goldstein(source: Source<'_>) -> Vec<DyadGoldstein> {
    let completed = source.tally.completed();
    if completed == 0 {
        return Vec::new();
    }
    let pairs = source.tally.pairs().iter().enumerate();
    pairs
        .map(|(at, (actor, target))| DyadGoldstein {
            actor: source.model.actors[actor.index()].id.clone(),
            target: source.model.actors[target.index()].id.clone(),
            times: source.model.grid.clone(),
            mean: cumulated(source.tally.goldstein(at), completed),
        })
        .collect()
}

/// Sums of tenths up to each position, as means.
fn cumulated(tenths: &[i64], runs: u64) -> Vec<f64> {
    let sums = tenths.iter().scan(0_i64, |sum, more| {
        *sum += more;
        Some(*sum)
    });
    sums.map(|sum| sum as f64 / 10.0 / runs as f64).collect()
}
