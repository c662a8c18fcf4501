//! The values of computed tracks at the times of the grid, told as long as they stay.

use super::Observer;
use super::dirty::Kind;
use super::run::Engine;

/// What a track shows.
#[derive(Clone, Copy, Default)]
pub(super) struct Shown {
    value: f64,
    /// The first position of the grid that has it and was not told.
    since: usize,
}

impl Shown {
    /// A run begins: nothing has been told.
    pub(super) fn begin(&mut self) {
        self.since = 0;
    }
}

impl Engine<'_> {
    /// Whether the observer is told of tracks.
    #[inline]
    pub(super) fn tells_tracks<O: Observer>(&self, observer: &O) -> bool {
        observer.wants_tracks() && !self.plan.computed_tracks.is_empty()
    }

    /// Goes past all grid times before a time at which something may change.
    #[inline]
    pub(super) fn record_before<O: Observer>(&mut self, until: f64, observer: &mut O) {
        if self.tells_tracks(observer)
            && self.model.grid.get(self.state.position).is_some_and(|time| *time < until)
        {
            self.record(until, observer);
        }
    }

    /// From this position of the grid on tracks show what has changed, and those that read the time what they are at the times
    /// that are gone past.
    #[inline(never)]
    fn record<O: Observer>(&mut self, until: f64, observer: &mut O) {
        let from = self.state.position;
        let past = self.model.grid[from..].iter().take_while(|time| **time < until).count();
        self.show_changed(self.state.time, observer);
        if !self.plan.timed_tracks.is_empty() {
            for position in from..from + past {
                self.state.position = position;
                self.show_timed(self.model.grid[position], observer);
            }
        }
        self.state.position = from + past;
    }

    /// Tells the rest of the grid: the run has ended and keeps its last values.
    pub(super) fn record_rest<O: Observer>(&mut self, observer: &mut O) {
        if !self.tells_tracks(observer) {
            return;
        }
        self.show_changed(self.state.time, observer);
        self.show_timed(self.state.time, observer);
        self.state.position = self.model.grid.len();
        for track in &self.plan.computed_tracks {
            tell(*track, self.state.tracks[*track], self.state.position, observer);
        }
    }

    fn show_changed<O: Observer>(&mut self, time: f64, observer: &mut O) {
        for word in self.state.dirty.words(Kind::Track) {
            for track in self.state.dirty.take(Kind::Track, word) {
                self.show(track, time, observer);
            }
        }
    }

    fn show_timed<O: Observer>(&mut self, time: f64, observer: &mut O) {
        for at in 0..self.plan.timed_tracks.len() {
            self.show(self.plan.timed_tracks[at], time, observer);
        }
    }

    /// From this position of the grid on a track shows its present value.
    #[inline(always)]
    fn show<O: Observer>(&mut self, track: usize, time: f64, observer: &mut O) {
        let value = self.model.tracks[track].code.evaluate(&self.state.values, time, &mut self.stack);
        let shown = &mut self.state.tracks[track];
        if value.to_bits() != shown.value.to_bits() {
            tell(track, *shown, self.state.position, observer);
            *shown = Shown { value, since: self.state.position };
        }
    }
}

/// Tells what a track showed up to a position.
fn tell<O: Observer>(track: usize, shown: Shown, until: usize, observer: &mut O) {
    if shown.since < until {
        observer.tracked(track, shown.since..until, shown.value);
    }
}
