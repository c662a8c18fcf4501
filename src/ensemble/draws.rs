//! What each run counted towards becomes, for every parameter draw, in how many of its runs each thing was seen.
//!
//! Its size depends on the number of draws and of things counted, not on the number of runs.

use super::layout::Layout;
use crate::stats::clusters::Cluster;

/// Counts by parameter draw of what has an interval.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DrawCounts {
    draws: u64,
    width: usize,
    /// By draw, then place.
    counts: Vec<u64>,
}

impl DrawCounts {
    /// None if every run has parameters of its own.
    pub(super) fn new(layout: &Layout) -> Option<Self> {
        let draws = layout.draws?.get();
        let width = layout.draw_places();
        Some(Self { draws, width, counts: vec![0; draws as usize * width] })
    }

    /// Counts one run in each of these cells: draw × places + place.
    pub(super) fn merge(&mut self, cells: &[u32]) {
        for cell in cells {
            self.counts[*cell as usize] += 1;
        }
    }

    /// Of each draw, its runs among the first `runs`, and those counted at any of the places, at most one of which a run
    /// counts at. None if no two runs share a draw.
    pub(super) fn clusters(&self, runs: u64, places: &[usize]) -> Option<Vec<Cluster>> {
        if runs <= self.draws {
            return None;
        }
        let rows = (0..self.draws).zip(self.counts.chunks_exact(self.width));
        let cluster = |(draw, row): (u64, &[u64])| Cluster {
            successes: places.iter().map(|place| row[*place]).sum(),
            trials: runs / self.draws + u64::from(draw < runs % self.draws),
        };
        Some(rows.map(cluster).collect())
    }
}
