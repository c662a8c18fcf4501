//! A model becomes the places at which its runs are counted: which time goes to which histogram, which event matters.

use std::num::NonZeroU64;

use crate::codes::grade;
use crate::engine::Draws;
use crate::id::{ActorId, OutcomeId, VariableId};
use crate::model::{Event, Model};
use crate::stats::histogram::{BIN_COUNT, bin_of};

/// The built-in ladder by which escalation is told: the levels of Militarized Interstate Disputes.
const MID: &str = "mid";

/// In place of a bin: exactly 0.
pub(super) const AT_START: u16 = BIN_COUNT as u16;

/// Where things are counted.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) horizon: f64,
    pub(super) grid: Grid,
    pub(super) tracks: usize,
    pub(super) outcomes: usize,
    pub(super) actors: usize,
    /// How many parameter draws the runs share; none if each has its own.
    pub(super) draws: Option<NonZeroU64>,
    /// Whether what became of each run is logged.
    pub(super) log: bool,
    pub(super) variables: Vec<VariableTraits>,
    /// Histograms of times.
    pub(super) times: usize,
    /// Those of outcomes and latches, which come first.
    first_times: usize,
    pub(super) events: Vec<EventTraits>,
    /// Of each group, bits of its outcomes.
    pub(super) groups: Vec<u128>,
    /// Of each latch, its histogram, if it belongs to a watch or red line.
    pub(super) latches: Vec<Option<u32>>,
    pub(super) dyads: Vec<DyadTraits>,
    /// Tracks that are followed, one for each variable: of the others nothing is counted.
    pub(super) followed: Vec<Followed>,
    /// Of each track, the first that shows the same.
    same: Vec<usize>,
    /// Who does something to whom, rising.
    pub(super) pairs: Vec<(ActorId, ActorId)>,
}

/// The times at which tracks are recorded.
#[derive(Debug, PartialEq)]
pub(super) struct Grid {
    times: Vec<f64>,
    /// If they are equal steps from 0 on, of which the last may be shorter: tiny numbers are too coarse for that.
    steps_per_day: Option<f64>,
}

/// A track that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Followed {
    pub(super) track: usize,
    pub(super) variable: VariableId,
}

/// What matters of a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct VariableTraits {
    /// To rise from above this is vertical escalation, to leave it horizontal: 0 on the ladder `mid`, +∞ on others.
    pub(super) lowest: f64,
    /// The rung after that, until there was vertical escalation, and +∞ from then on; −∞ both times if it is tracked.
    second: [f64; 2],
    /// Which dyad it is, of those that are dyads, and the histogram of first times at its rung 1.
    pub(super) dyad: u32,
    pub(super) first_time: u32,
    /// The track that follows it, or [`UNTRACKED`].
    pub(super) track: u32,
}

/// In place of a track.
pub(super) const UNTRACKED: u32 = u32::MAX;

/// What matters of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct EventTraits {
    pub(super) milestone: bool,
    pub(super) support: Support,
    /// Its pair, by position, and its Goldstein value in tenths.
    pub(super) deed: Option<(u32, i16)>,
}

/// What an event rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    /// A claim that is not of low grade.
    Claim,
    /// Claims of low grade only.
    LowGrade,
    /// No claim.
    Assumption,
}

/// What matters of a dyad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DyadTraits {
    pub(super) variable: VariableId,
    pub(super) pair: (ActorId, ActorId),
    pub(super) mid: bool,
    /// The histogram of the second rung; those of higher rungs follow. The lowest is reached by every run.
    first_time: u32,
    /// How many rungs there are, and where it is counted that a run begins on the lowest; higher ones follow.
    pub(super) rungs: usize,
    first_start: usize,
}

impl Layout {
    pub(super) fn new(model: &Model, draws: Draws, log: bool) -> Self {
        let mut times = model.outcomes.len();
        let latches = latch_times(model, &mut times);
        let first_times = times;
        let dyads = dyads(model, &mut times);
        let pairs = pairs(model);
        let (followed, same) = followed(model);
        Self {
            horizon: model.horizon,
            grid: Grid::new(&model.grid),
            tracks: model.tracks.len(),
            outcomes: model.outcomes.len(),
            actors: model.actors.len(),
            variables: variables(model, &dyads, &followed),
            draws: match draws {
                Draws::Each => None,
                Draws::Of(draws) => Some(draws),
            },
            log,
            times,
            first_times,
            events: model.events.iter().map(|event| EventTraits::new(model, event, &pairs)).collect(),
            groups: model.groups.iter().map(|group| bits(&group.outcomes)).collect(),
            latches,
            dyads,
            followed,
            same,
            pairs,
        }
    }

    /// Where a time is counted in its histogram: the bin, or [`AT_START`].
    pub(super) fn bin(&self, time: f64) -> u16 {
        if time == 0.0 { AT_START } else { bin_of(time, self.horizon) }
    }

    /// The histogram of an outcome's times as a class: they come first.
    pub(super) fn class_time(outcome: OutcomeId) -> u32 {
        outcome.index() as u32
    }

    /// Where a run is counted by its parameter draw: as an outcome and a latch at the number of the histogram, and after
    /// these as vertical and horizontal escalation.
    pub(super) fn draw_places(&self) -> usize {
        self.first_times + 2
    }

    /// Latches that belong to a watch or red line.
    pub(super) fn logged(&self) -> usize {
        self.first_times - self.outcomes
    }

    pub(super) fn vertical_place(&self) -> usize {
        self.first_times
    }

    pub(super) fn horizontal_place(&self) -> usize {
        self.first_times + 1
    }

    /// Where it is counted on which rungs runs begin.
    pub(super) fn starts(&self) -> usize {
        self.dyads.iter().map(|dyad| dyad.rungs).sum()
    }

    /// Where it is counted that a run begins on a rung.
    pub(super) fn start(&self, dyad: usize, rung: usize) -> usize {
        self.dyads[dyad].first_start + rung
    }

    /// The histogram of first times at a rung above the lowest, or higher.
    pub(super) fn rung_time(&self, dyad: usize, rung: usize) -> u32 {
        self.dyads[dyad].first_time + rung as u32 - 1
    }

    /// Where the values of a track are counted: followed tracks of one variable share that.
    pub(super) fn counted_at(&self, track: usize) -> usize {
        self.same[track]
    }
}

impl Grid {
    fn new(times: &[f64]) -> Self {
        let (last, others) = times.split_last().expect("a grid has its ends");
        let per_day = 1.0 / times.get(1).unwrap_or(last);
        let off = |position: usize, time: f64| time * per_day - position as f64;
        let equal = others.iter().enumerate().all(|(at, time)| off(at, *time).abs() < 0.25)
            && (-1.0..0.25).contains(&off(others.len(), *last));
        Self { times: times.to_vec(), steps_per_day: equal.then_some(per_day) }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// The first position whose time is not before this one, which is neither before 0 nor past the last.
    #[inline]
    pub(super) fn position(&self, time: f64) -> u16 {
        let Some(per_day) = self.steps_per_day else { return self.search(time) };
        // The nearest time, rounded however: only whether it is before is to be told.
        let nearest = (time * per_day + 0.5) as u16;
        let position = nearest + u16::from(self.times[usize::from(nearest)] < time);
        debug_assert_eq!(position, self.search(time), "{time}");
        position
    }

    #[cold]
    fn search(&self, time: f64) -> u16 {
        self.times.partition_point(|at| *at < time) as u16
    }
}

impl VariableTraits {
    /// A change of one that is not tracked matters only if it is to a value above this: to a rung that was not yet reached, or
    /// from one above the lowest as long as no dyad has risen so.
    #[inline]
    pub(super) fn watched(&self, highest: f64, vertical: bool) -> f64 {
        let second = self.second[usize::from(vertical)];
        if highest < second { highest } else { second }
    }
}

impl EventTraits {
    fn new(model: &Model, event: &Event, pairs: &[(ActorId, ActorId)]) -> Self {
        let is_low = |claim: &crate::id::ClaimId| grade::is_low(&model.claims[claim.index()].grade);
        let support = match event.claims.as_slice() {
            [] => Support::Assumption,
            claims if claims.iter().all(is_low) => Support::LowGrade,
            _ => Support::Claim,
        };
        let deed = event.action.zip(pair(event)).map(|(action, pair)| {
            let at = pairs.binary_search(&pair).expect("pairs are collected from the events");
            (at as u32, action.goldstein_tenths)
        });
        Self { milestone: event.milestone, support, deed }
    }
}

/// Histograms for the latches of watches and red lines, one for each latch.
fn latch_times(model: &Model, times: &mut usize) -> Vec<Option<u32>> {
    let mut latches = vec![None; model.latches.len()];
    let watches = model.watches.iter().map(|watch| watch.latch);
    for latch in watches.chain(model.red_lines.iter().map(|line| line.latch)) {
        if latches[latch].is_none() {
            latches[latch] = Some(*times as u32);
            *times += 1;
        }
    }
    latches
}

fn dyads(model: &Model, times: &mut usize) -> Vec<DyadTraits> {
    let mut dyads = Vec::with_capacity(model.dyads.len());
    let mut first_start = 0;
    for dyad in &model.dyads {
        let set = &model.sets[dyad.set.index()];
        dyads.push(DyadTraits {
            variable: dyad.variable,
            pair: dyad.pair,
            mid: set.name == MID,
            first_time: *times as u32,
            rungs: set.values.len(),
            first_start,
        });
        *times += set.values.len().saturating_sub(1);
        first_start += set.values.len();
    }
    dyads
}

fn variables(model: &Model, dyads: &[DyadTraits], followed: &[Followed]) -> Vec<VariableTraits> {
    let (lowest, second) = (f64::INFINITY, [f64::INFINITY; 2]);
    let none = VariableTraits { lowest, second, dyad: 0, first_time: 0, track: UNTRACKED };
    let mut variables = vec![none; model.variables.len()];
    for (at, dyad) in dyads.iter().enumerate() {
        let variable = &mut variables[dyad.variable.index()];
        if dyad.mid {
            (variable.lowest, variable.second[0]) = (0.0, 1.0);
        }
        (variable.dyad, variable.first_time) = (at as u32, dyad.first_time);
    }
    for Followed { track, variable } in followed {
        let variable = &mut variables[variable.index()];
        (variable.track, variable.second) = (*track as u32, [f64::NEG_INFINITY; 2]);
    }
    variables
}

/// Tracks that are followed, one for each variable, and of each track the first that shows the same.
fn followed(model: &Model) -> (Vec<Followed>, Vec<usize>) {
    let mut all: Vec<Followed> = Vec::new();
    let mut first = vec![None; model.variables.len()];
    let mut first_of = |track| {
        let Some(variable) = model.followed(track) else { return track };
        *first[variable.index()].get_or_insert_with(|| {
            all.push(Followed { track, variable });
            track
        })
    };
    let same = (0..model.tracks.len()).map(&mut first_of).collect();
    (all, same)
}

/// Who acts, and towards whom.
fn pair(event: &Event) -> Option<(ActorId, ActorId)> {
    event.actor.zip(event.target)
}

fn pairs(model: &Model) -> Vec<(ActorId, ActorId)> {
    let deeds = model.events.iter().filter(|event| event.action.is_some());
    let mut pairs: Vec<_> = deeds.filter_map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn bits(outcomes: &[OutcomeId]) -> u128 {
    outcomes.iter().fold(0, |bits, outcome| bits | 1 << outcome.index())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// At times of the grid, beside them, and between.
        #[test]
        fn positions_are_those_of_a_search(horizon in 0.01..1e4_f64, steps in 0.1..300_f64, at in 0.0..1.0_f64) {
            let step = horizon / steps;
            let times = (0..300).map(|k| f64::from(k) * step).take_while(|time| *time < horizon);
            let times: Vec<f64> = times.chain([horizon]).collect();
            let grid = Grid::new(&times);
            let beside = times.iter().flat_map(|time| [time.next_down(), *time, time.next_up()]);
            for time in beside.chain([at * horizon]).filter(|time| (0.0..=horizon).contains(time)) {
                let found = times.partition_point(|other| *other < time);
                prop_assert!(grid.steps_per_day.is_some());
                prop_assert_eq!(usize::from(grid.position(time)), found, "{}", time);
            }
        }
    }

    #[test]
    fn tiny_and_uneven_steps_are_searched() {
        let tiny = f64::from_bits(3);
        for (times, time, found) in [
            (vec![0.0, 0.0, 0.0, tiny], tiny, 3),
            (vec![0.0, 1e-310, 2e-310], 1.5e-310, 2),
            (vec![0.0, 1.0, 5.0], 1.5, 2),
        ] {
            let grid = Grid::new(&times);
            assert_eq!((grid.steps_per_day, grid.position(0.0), grid.position(time)), (None, 0, found));
        }
    }
}
