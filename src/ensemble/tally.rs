//! Parts of batches, merged in order, become the counts of all runs.

use std::ops::Range;
use std::sync::Arc;

use super::BATCH;
use super::draws::DrawCounts;
use super::layout::{AT_START, Layout};
use super::log::{PartLog, RunLog};
use super::path::{PartPaths, PathCount, Paths, Signature};
use crate::id::{ActorId, EventId, OutcomeId};
use crate::model::FEW;
use crate::stats::clusters::Cluster;
use crate::stats::histogram::{Bins, Sample};

/// Counts of everything that is told of runs. Nothing of a failed run is counted but that it failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    layout: Arc<Layout>,
    counts: Counts,
    times: Vec<TimeCounts>,
    values: Values,
    paths: Paths,
    draws: Option<DrawCounts>,
    log: Option<RunLog>,
}

/// Counts of times.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeCounts {
    /// How many were exactly 0; they are in `bins` too.
    at_start: u64,
    bins: Bins,
}

/// What a batch adds to the tally.
pub(super) struct Part {
    pub(super) counts: Counts,
    /// By histogram: the bin, or [`AT_START`], of each time. One histogram at a time stays in the cache when they are merged.
    pub(super) times: Vec<Vec<u16>>,
    pub(super) values: Values,
    /// By dyad, then rung: how many runs began there. They are not among the times.
    pub(super) starts: Vec<u32>,
    /// By grid position, then track: how many more runs have each of the few values there than at the position
    /// before; fewer are so many less than 2¹⁶. `values` leaves them out. The last position is that after the grid.
    pub(super) steps: Vec<[u16; FEW]>,
    pub(super) paths: PartPaths,
    /// Cells of [`DrawCounts`], one entry for each run that counts there.
    pub(super) draw_cells: Vec<u32>,
    pub(super) log: PartLog,
}

/// One run less.
pub(super) const FEWER: u16 = u16::MAX;

const _: () = assert!(BATCH <= u16::MAX as u64);

/// Numbers of runs and firings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    pub(super) runs: u64,
    pub(super) failed: u64,
    /// By outcome.
    pub(super) class: Vec<u64>,
    pub(super) ever: Vec<u64>,
    pub(super) assumption: Vec<u64>,
    pub(super) low_grade: Vec<u64>,
    /// By group.
    pub(super) group_ever: Vec<u64>,
    /// By event.
    pub(super) firings: Vec<u64>,
    /// By outcome, then event.
    pub(super) fired_in: Vec<u64>,
    pub(super) vertical: u64,
    pub(super) horizontal: u64,
    /// By actor.
    pub(super) involved: Vec<u64>,
}

/// Sums over the grid.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Values {
    /// By grid position, then track.
    pub(super) samples: Vec<Sample>,
    /// By pair, then grid position: tenths, of what was done since the position before.
    pub(super) goldstein: Vec<i64>,
}

impl Tally {
    pub(super) fn new(layout: Arc<Layout>) -> Self {
        let times = TimeCounts { at_start: 0, bins: Bins::new(layout.horizon) };
        Self {
            counts: Counts::new(&layout),
            times: vec![times; layout.times],
            values: Values::new(&layout),
            paths: Paths::new(layout.outcomes),
            draws: DrawCounts::new(&layout),
            log: layout.log.then(|| RunLog::new(&layout)),
            layout,
        }
    }

    /// Adds a batch; batches come in order.
    pub(super) fn merge(&mut self, part: &Part) {
        self.counts.merge(&part.counts);
        for (times, bins) in self.times.iter_mut().zip(&part.times) {
            times.add(bins);
        }
        self.merge_starts(&part.starts);
        self.values.merge(&part.values);
        self.values.merge_steps(&part.steps, self.layout.tracks);
        self.paths.merge(&part.paths);
        if let Some(draws) = &mut self.draws {
            draws.merge(&part.draw_cells);
        }
        if let Some(log) = &mut self.log {
            log.merge(&part.log);
        }
    }

    /// Rungs on which runs began, and those below, were reached at the start.
    fn merge_starts(&mut self, starts: &[u32]) {
        for (dyad, traits) in self.layout.dyads.iter().enumerate() {
            let mut reached = 0;
            for rung in (1..traits.rungs).rev() {
                reached += u64::from(starts[self.layout.start(dyad, rung)]);
                self.times[self.layout.rung_time(dyad, rung) as usize].add_at_start(reached);
            }
        }
    }

    /// Runs, failed ones included.
    pub fn runs(&self) -> u64 {
        self.counts.runs
    }

    /// Runs that failed.
    pub fn failed(&self) -> u64 {
        self.counts.failed
    }

    /// Runs that did not fail.
    pub fn completed(&self) -> u64 {
        self.counts.runs - self.counts.failed
    }

    /// Runs of an outcome's class.
    pub fn class(&self, outcome: OutcomeId) -> u64 {
        self.counts.class[outcome.index()]
    }

    /// Times since which an outcome held, in the runs of its class.
    pub fn class_times(&self, outcome: OutcomeId) -> &TimeCounts {
        &self.times[Layout::class_time(outcome) as usize]
    }

    /// Runs in which an outcome held at any time, its class included.
    pub fn ever(&self, outcome: OutcomeId) -> u64 {
        self.counts.ever[outcome.index()]
    }

    /// Runs in which any outcome of a group, by position, held at any time.
    pub fn group_ever(&self, group: usize) -> u64 {
        self.counts.group_ever[group]
    }

    /// First times of a latch, by position; their total is the number of runs in which there was one. None for latches
    /// that belong to no watch and no red line.
    pub fn latch_times(&self, latch: usize) -> Option<&TimeCounts> {
        self.layout.latches[latch].map(|histogram| &self.times[histogram as usize])
    }

    /// Firings of an event.
    pub fn firings(&self, event: EventId) -> u64 {
        self.counts.firings[event.index()]
    }

    /// Runs of a class in which an event fired.
    pub fn fired_in(&self, event: EventId, outcome: OutcomeId) -> u64 {
        self.counts.fired_in[outcome.index() * self.layout.events.len() + event.index()]
    }

    /// First times at which a dyad, by position, was at a rung or above. None for the lowest rung: every run is there at
    /// the start.
    pub fn rung_times(&self, dyad: usize, rung: usize) -> Option<&TimeCounts> {
        (rung > 0).then(|| &self.times[self.layout.rung_time(dyad, rung) as usize])
    }

    /// Runs with a dyad of the ladder `mid` that rose from above its lowest rung.
    pub fn vertical(&self) -> u64 {
        self.counts.vertical
    }

    /// Runs with a dyad of the ladder `mid` that left the lowest rung, having begun there.
    pub fn horizontal(&self) -> u64 {
        self.counts.horizontal
    }

    /// Runs in which an actor, all of whose dyads of the ladder `mid` began at the lowest rung, left it in one.
    pub fn involved(&self, actor: ActorId) -> u64 {
        self.counts.involved[actor.index()]
    }

    /// Runs of a class with a milestone that cites no claim.
    pub fn assumption(&self, outcome: OutcomeId) -> u64 {
        self.counts.assumption[outcome.index()]
    }

    /// Runs of a class with a milestone that cites claims of low grade only.
    pub fn low_grade(&self, outcome: OutcomeId) -> u64 {
        self.counts.low_grade[outcome.index()]
    }

    /// Whether any two runs share a parameter draw.
    pub fn shares_draws(&self) -> bool {
        self.by_draw(&[]).is_some()
    }

    /// Of each parameter draw, its runs, and those of any of these classes. None, here and below, if no two runs share a
    /// draw.
    pub fn class_by_draw(&self, outcomes: &[OutcomeId]) -> Option<Vec<Cluster>> {
        self.by_draw(&outcomes.iter().map(|outcome| outcome.index()).collect::<Vec<_>>())
    }

    /// Of each parameter draw, its runs, and those that failed.
    pub fn failed_by_draw(&self) -> Option<Vec<Cluster>> {
        let mut clusters = self.by_draw(&(0..self.layout.outcomes).collect::<Vec<_>>())?;
        for cluster in &mut clusters {
            cluster.successes = cluster.trials - cluster.successes;
        }
        Some(clusters)
    }

    /// Of each parameter draw, its runs, and those in which a latch, by position, was set; it belongs to a watch or red
    /// line.
    pub fn latch_by_draw(&self, latch: usize) -> Option<Vec<Cluster>> {
        self.by_draw(&[self.layout.latches[latch]? as usize])
    }

    /// Of each parameter draw, its runs, and those with vertical escalation.
    pub fn vertical_by_draw(&self) -> Option<Vec<Cluster>> {
        self.by_draw(&[self.layout.vertical_place()])
    }

    /// Of each parameter draw, its runs, and those with horizontal escalation.
    pub fn horizontal_by_draw(&self) -> Option<Vec<Cluster>> {
        self.by_draw(&[self.layout.horizontal_place()])
    }

    fn by_draw(&self, places: &[usize]) -> Option<Vec<Cluster>> {
        self.draws.as_ref()?.clusters(self.counts.runs, places)
    }

    /// The class of each run, and which latches it set, to be read with [`read_log`](super::read_log); failed runs have
    /// the class after the last outcome. Nothing if that takes more than [`MAX_LOG`](super::MAX_LOG) bytes, or if it was not
    /// asked for.
    pub fn log(&self) -> Option<Vec<u8>> {
        self.log.as_ref()?.bytes()
    }

    /// The place of a latch, by position, in the log; nothing for one that belongs to no watch and no red line.
    pub fn logged_at(&self, latch: usize) -> Option<usize> {
        self.layout.latches[latch].map(|histogram| histogram as usize - self.layout.outcomes)
    }

    /// The values of a track at a position of the grid.
    pub fn sample(&self, track: usize, position: usize) -> &Sample {
        &self.values.samples[position * self.layout.tracks + self.layout.counted_at(track)]
    }

    /// Who does something with a Goldstein value to whom, rising.
    pub fn pairs(&self) -> &[(ActorId, ActorId)] {
        &self.layout.pairs
    }

    /// Of a pair, by position: at each position of the grid, the sum over the runs, in tenths, of the Goldstein values
    /// of what was done up to that time and after the time before.
    pub fn goldstein(&self, pair: usize) -> &[i64] {
        let positions = self.layout.grid.len();
        &self.values.goldstein[pair * positions..(pair + 1) * positions]
    }

    /// The paths of an outcome, in the order of their first runs.
    pub fn paths(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Signature, PathCount)> {
        self.paths.of(outcome)
    }

    /// Runs of an outcome whose signature was first seen too late to be taken up.
    pub fn other_paths(&self, outcome: OutcomeId) -> u64 {
        self.paths.other(outcome)
    }
}

impl TimeCounts {
    fn add(&mut self, bins: &[u16]) {
        for bin in bins {
            let at_start = *bin == AT_START;
            self.at_start += u64::from(at_start);
            self.bins.add_bin(if at_start { 0 } else { *bin });
        }
    }

    fn add_at_start(&mut self, count: u64) {
        self.at_start += count;
        self.bins.add_to_bin(0, count);
    }

    /// Adds other times of the same span.
    pub fn merge(&mut self, other: &Self) {
        self.at_start += other.at_start;
        self.bins.merge(&other.bins);
    }

    /// How many.
    pub fn total(&self) -> u64 {
        self.bins.total()
    }

    /// The quantile at `q` in [0, 1], within 1/32,768 of the horizon; exactly 0 where it is 0. None without times.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let is_start = self.at_start > 0 && self.at_start as f64 >= q * self.total() as f64;
        if is_start { Some(0.0) } else { self.bins.quantile(q) }
    }
}

impl Part {
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            counts: Counts::new(layout),
            times: vec![Vec::new(); layout.times],
            starts: vec![0; layout.starts()],
            values: Values::new(layout),
            steps: vec![[0; FEW]; (layout.grid.len() + 1) * layout.tracks],
            paths: PartPaths::new(),
            draw_cells: Vec::new(),
            log: PartLog::default(),
        }
    }

    /// Counts one run more, or less by [`FEWER`], that has one of the few values from a cell of `steps` on.
    #[inline]
    pub(super) fn step(&mut self, cell: usize, whole: u8, by: u16) {
        let count = &mut self.steps[cell][usize::from(whole) % FEW];
        *count = count.wrapping_add(by);
    }

    /// Counts the value of a track, of so many, at positions of the grid.
    pub(super) fn show(&mut self, track: usize, tracks: usize, positions: Range<usize>, value: f64) {
        let whole = value as u8; // saturates at 0 for negative values
        if f64::from(whole) == value && usize::from(whole) < FEW {
            self.step(positions.start * tracks + track, whole, 1);
            self.step(positions.end * tracks + track, whole, FEWER);
        } else {
            for position in positions {
                self.values.samples[position * tracks + track].add(value);
            }
        }
    }

    /// Nothing, with the room that it has.
    pub(super) fn cleared(mut self, layout: &Layout) -> Self {
        self.counts = Counts::new(layout);
        self.times.iter_mut().for_each(Vec::clear);
        self.starts.fill(0);
        self.values.clear();
        self.steps.fill([0; FEW]);
        self.paths.clear();
        self.draw_cells.clear();
        self.log.clear();
        self
    }
}

impl Counts {
    fn new(layout: &Layout) -> Self {
        let by_outcome = || vec![0; layout.outcomes];
        Self {
            runs: 0,
            failed: 0,
            class: by_outcome(),
            ever: by_outcome(),
            assumption: by_outcome(),
            low_grade: by_outcome(),
            group_ever: vec![0; layout.groups.len()],
            firings: vec![0; layout.events.len()],
            fired_in: vec![0; layout.events.len() * layout.outcomes],
            vertical: 0,
            horizontal: 0,
            involved: vec![0; layout.actors],
        }
    }

    fn merge(&mut self, more: &Self) {
        self.runs += more.runs;
        self.failed += more.failed;
        self.vertical += more.vertical;
        self.horizontal += more.horizontal;
        add(&mut self.class, &more.class);
        add(&mut self.ever, &more.ever);
        add(&mut self.assumption, &more.assumption);
        add(&mut self.low_grade, &more.low_grade);
        add(&mut self.group_ever, &more.group_ever);
        add(&mut self.firings, &more.firings);
        add(&mut self.fired_in, &more.fired_in);
        add(&mut self.involved, &more.involved);
    }
}

impl Values {
    fn new(layout: &Layout) -> Self {
        let cells = layout.grid.len() * layout.tracks;
        Self {
            samples: vec![Sample::new(); cells],
            goldstein: vec![0; layout.pairs.len() * layout.grid.len()],
        }
    }

    fn clear(&mut self) {
        self.samples.iter_mut().for_each(Sample::clear);
        self.goldstein.fill(0);
    }

    fn merge(&mut self, more: &Self) {
        self.samples.iter_mut().zip(&more.samples).for_each(|(sum, more)| sum.merge(more));
        self.goldstein.iter_mut().zip(&more.goldstein).for_each(|(sum, more)| *sum += more);
    }
}

impl Values {
    /// Adds the counts that such steps make, of so many tracks.
    fn merge_steps(&mut self, steps: &[[u16; FEW]], tracks: usize) {
        let mut counts = vec![[0_u16; FEW]; tracks];
        for (cell, (sample, steps)) in self.samples.iter_mut().zip(steps).enumerate() {
            let counts = &mut counts[cell % tracks];
            for (whole, (count, step)) in counts.iter_mut().zip(steps).enumerate() {
                *count = count.wrapping_add(*step);
                sample.add_whole(whole, u64::from(*count));
            }
        }
    }
}

fn add(sums: &mut [u64], more: &[u64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}
