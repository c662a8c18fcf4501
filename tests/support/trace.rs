//! A run becomes a list of all that it told, by name and to the last bit.

use std::ops::Range;

use escalade::engine::{Draws, Engine, Observer};
use escalade::id::{EventId, RuleId, VariableId};
use escalade::model::Model;

/// One thing that was told; floats as their bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Time, rule, options taken.
    Fired(u64, String, Vec<String>),
    /// Time, variable, new value.
    Changed(u64, String, u64),
    /// A track, positions of the grid, and its value there.
    Tracked(usize, Range<usize>, u64),
    /// Time, class, since when it has held.
    Ended(u64, String, Option<u64>),
    /// Why it failed.
    Failed(String),
}

struct Recorder<'m> {
    model: &'m Model,
    told: Vec<Told>,
    tracks: bool,
}

impl Observer for Recorder<'_> {
    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        let name = |event: EventId| self.model.event(event).name.clone();
        let options = options.iter().map(|option| name(*option)).collect();
        self.told.push(Told::Fired(time.to_bits(), name(self.model.rule(rule).event), options));
    }

    fn changed(&mut self, time: f64, variable: VariableId, _old: f64, new: f64) {
        let name = self.model.variables[variable.index()].name.clone();
        self.told.push(Told::Changed(time.to_bits(), name, new.to_bits()));
    }

    fn wants_tracks(&self) -> bool {
        self.tracks
    }

    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.told.push(Told::Tracked(track, positions, value.to_bits()));
    }
}

/// Runs of a model under a seed, each as all that it told; with or without its tracks.
pub(crate) fn traces(model: &Model, seed: u64, runs: std::ops::Range<u64>, tracks: bool) -> Vec<Vec<Told>> {
    let mut engine = Engine::new(model, seed, Draws::Each);
    let mut recorder = Recorder { model, told: Vec::new(), tracks };
    let trace = |run| {
        let last = match engine.run(run, &mut recorder) {
            Ok(ending) => {
                let class = model.outcomes[ending.outcome.index()].name.clone();
                Told::Ended(ending.time.to_bits(), class, ending.since.map(f64::to_bits))
            }
            Err(failure) => Told::Failed(format!("{failure:?}")),
        };
        recorder.told.push(last);
        std::mem::take(&mut recorder.told)
    };
    runs.map(trace).collect()
}
