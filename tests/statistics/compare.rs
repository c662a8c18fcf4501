//! Exact answers and the tally of a batch become standard scores, and a limit for them.
//!
//! Null: the engine samples the model exactly. Shares of runs are scored by their deviance, see `score`. A mean is scored
//! against its sample's standard error, a standard deviation against the error that the exact fourth moment gives; both are
//! normal to within n^−½, and the limit is beyond the normal one.

use escalade::ensemble::Batch;
use escalade::id::OutcomeId;
use escalade::model::Model;

use crate::formula::moments;
use crate::score::share_z;

/// A scenario with known answers.
pub(crate) struct Case {
    /// What it is called.
    pub(crate) name: &'static str,
    /// Where the answers come from.
    pub(crate) source: &'static str,
    /// The scenario file.
    pub(crate) text: String,
    /// The answers.
    pub(crate) expected: Vec<Expected>,
}

/// One exact answer.
pub(crate) struct Expected {
    /// Of what.
    pub(crate) measure: Measure,
    /// The answer.
    pub(crate) exact: f64,
}

/// What is compared. Tracks are named with a time of the grid, in days.
pub(crate) enum Measure {
    /// Share of runs in an outcome's class.
    Class(&'static str),
    /// Share of runs in which a watch was ever true.
    Watch(&'static str),
    /// Share of runs in which a track of truth values is true.
    Share(&'static str, f64),
    /// Mean of a track.
    Mean(&'static str, f64),
    /// Standard deviation of a track, with the exact fourth central moment.
    Sd(&'static str, f64, f64),
}

/// A comparison made.
pub(crate) struct Score {
    /// What was compared.
    pub(crate) what: String,
    /// The exact answer.
    pub(crate) exact: f64,
    /// The simulated one.
    pub(crate) simulated: f64,
    /// How many standard errors apart.
    pub(crate) z: f64,
}

impl Case {
    /// Without answers yet.
    pub(crate) fn new(name: &'static str, source: &'static str, text: String) -> Self {
        Self { name, source, text, expected: Vec::new() }
    }

    /// Adds an answer.
    pub(crate) fn expect(mut self, measure: Measure, exact: f64) -> Self {
        self.expected.push(Expected { measure, exact });
        self
    }

    /// Adds the mean and standard deviation of a track whose whole distribution is known.
    pub(crate) fn distribution(self, track: &'static str, day: f64, distribution: &[(f64, f64)]) -> Self {
        let total: f64 = distribution.iter().map(|(_, p)| p).sum();
        assert!((total - 1.0).abs() < 1e-9, "{}: probabilities add to {total}", self.name);
        let [mean, variance, fourth] = moments(distribution);
        self.expect(Measure::Mean(track, day), mean).expect(Measure::Sd(track, day, fourth), variance.sqrt())
    }

    /// Compares all answers with a batch of the model.
    pub(crate) fn scores(&self, model: &Model, batch: &Batch) -> Vec<Score> {
        self.expected.iter().map(|expected| expected.score(model, batch)).collect()
    }
}

impl Expected {
    fn score(&self, model: &Model, batch: &Batch) -> Score {
        let tally = &batch.tally;
        let runs = batch.runs as f64;
        let (what, simulated, z) = match &self.measure {
            Measure::Class(id) => {
                let at = model.outcomes.iter().position(|outcome| outcome.name == *id).unwrap();
                let count = tally.class(OutcomeId::new(at)) as f64;
                (format!("share of `{id}`"), count / runs, share_z(count, runs, self.exact))
            }
            Measure::Watch(id) => {
                let watch = model.watches.iter().find(|watch| watch.name == *id).unwrap();
                let count = tally.latch_times(watch.latch).unwrap().total() as f64;
                (format!("share ever `{id}`"), count / runs, share_z(count, runs, self.exact))
            }
            Measure::Share(track, day) => {
                let (mean, _) = track_at(model, batch, track, *day);
                let z = share_z((mean * runs).round(), runs, self.exact);
                (format!("share of `{track}` at day {day}"), mean, z)
            }
            Measure::Mean(track, day) => {
                let (mean, sd) = track_at(model, batch, track, *day);
                (format!("mean of `{track}` at day {day}"), mean, ratio(mean - self.exact, sd / runs.sqrt()))
            }
            Measure::Sd(track, day, fourth) => {
                let (_, sd) = track_at(model, batch, track, *day);
                let variance = self.exact * self.exact;
                let error = ((fourth - variance * variance) / runs).sqrt();
                (format!("sd of `{track}` at day {day}"), sd, ratio(sd * sd - variance, error))
            }
        };
        Score { what, exact: self.exact, simulated, z }
    }
}

/// Mean and standard deviation of a track at a time of the grid.
fn track_at(model: &Model, batch: &Batch, track: &str, day: f64) -> (f64, f64) {
    let position = model.grid.iter().position(|time| (time - day).abs() < 1e-9);
    let position = position.unwrap_or_else(|| panic!("day {day} is not on the grid"));
    let at = model.tracks.iter().position(|known| known.name == track).unwrap();
    let moments = batch.tally.sample(at, position).moments();
    (moments.mean().unwrap(), moments.sd().unwrap())
}

/// A difference over its standard error; beyond all bounds if there is a difference and no error.
fn ratio(difference: f64, error: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / error }
}

/// The score farthest from 0, or beyond all bounds if there is one that is no number.
pub(crate) fn worst(scores: &[Score]) -> f64 {
    scores
        .iter()
        .map(|score| if score.z.is_nan() { f64::INFINITY } else { score.z.abs() })
        .fold(0.0, f64::max)
}
