//! The values of tracks at the times of the grid.

use super::Observer;
use super::dirty::Kind;
use super::run::Engine;

impl Engine<'_> {
    /// Records all grid times before a time at which something may change.
    #[inline]
    pub(super) fn record_before<O: Observer>(&mut self, until: f64, observer: &mut O) {
        if !observer.wants_tracks() {
            return;
        }
        let model = self.model;
        while let Some(time) = model.grid.get(self.position).filter(|time| **time < until) {
            self.compute_tracks(*time);
            observer.tracked(self.position, &self.recorded);
            self.position += 1;
        }
    }

    /// Records the rest of the grid: the run has ended and keeps its last values.
    pub(super) fn record_rest<O: Observer>(&mut self, observer: &mut O) {
        if !observer.wants_tracks() {
            return;
        }
        self.compute_tracks(self.time);
        for position in self.position..self.model.grid.len() {
            observer.tracked(position, &self.recorded);
        }
    }

    fn compute_tracks(&mut self, time: f64) {
        while let Some(at) = self.dirty.pop(Kind::Track) {
            self.compute_track(at, time);
        }
        for at in 0..self.plan.timed_tracks.len() {
            self.compute_track(self.plan.timed_tracks[at], time);
        }
    }

    fn compute_track(&mut self, at: usize, time: f64) {
        self.recorded[at] = self.model.tracks[at].code.evaluate(&self.values, time, &mut self.stack);
    }
}
