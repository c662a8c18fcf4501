//! A model and the tally of its runs become a report.

mod escalation;
mod event;
mod joint;
mod outcome;
mod series;
mod stopping;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;

use super::basis::IntervalMethod;
use super::document::{FORMAT, Headline, HeadlineKind, Report, Sampling, SamplingMethod, Scenario};
use super::figure::{self, Base};
use super::record;
use super::stopping::{JointMethod, Simultaneous};
use crate::engine::{Draws, STREAMS_VERSION};
use crate::ensemble::{Batch, End, Goal, Tally};
use crate::id::{ClaimId, EventId, OutcomeId};
use crate::model::{self, Model};
use crate::stats::interval::Method;

/// What a report is made of.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// What was run.
    pub model: &'a Model,
    /// What came out.
    pub batch: &'a Batch,
    /// The scenario behind the model.
    pub scenario: ScenarioRecord,
    /// Level of the intervals, strictly between 0 and 1.
    pub confidence: f64,
    /// The seed of the batch.
    pub seed: u64,
    /// Its parameter draws.
    pub draws: Draws,
    /// Runs asked for, or the most that were to be made for the goal.
    pub asked: u64,
    /// What the runs were made for.
    pub goal: &'a Goal,
    /// How the intervals of shares are made, where the goal was to make all runs and they were made.
    pub method: Method,
    /// How the intervals of the outcomes are made to hold at once, if they shall.
    pub simultaneous: Option<JointMethod>,
}

/// The scenario as it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioRecord {
    /// [`digest`](super::digest) of `text`.
    pub digest: String,
    /// The variant that was applied.
    pub variant: Option<String>,
    /// Settings from the call, name to value.
    pub set: IndexMap<String, String>,
    /// The scenario with variant and settings applied.
    pub text: String,
}

/// The report of a batch.
pub fn build(inputs: Inputs<'_>) -> Report {
    let source = Source { model: inputs.model, tally: &inputs.batch.tally, base: base(&inputs) };
    let (outcomes, simultaneous) = outcome::outcomes(source, inputs.simultaneous);
    Report {
        format: FORMAT,
        sampling: sampling(&inputs, source.base, simultaneous),
        headline: headline(inputs.model),
        threshold: stopping::threshold(&inputs),
        outcomes,
        groups: outcome::groups(source),
        watch: outcome::watches(source),
        red_lines: outcome::red_lines(source),
        tracks: series::tracks(source),
        rules: event::rules(source),
        paths: event::paths(source),
        ladder: Some(escalation::ladder(source)),
        provenance: event::provenance(source),
        scenario: scenario(inputs.model, inputs.scenario),
        exact_check: None,
        record: record::record(inputs.model, &inputs.batch.tally),
    }
}

/// What all parts of a report are made of.
#[derive(Clone, Copy)]
struct Source<'a> {
    model: &'a Model,
    tally: &'a Tally,
    base: Base,
}

impl<'a> Source<'a> {
    fn outcomes(self) -> impl Iterator<Item = (OutcomeId, &'a model::Outcome)> {
        self.model.outcomes.iter().enumerate().map(|(at, outcome)| (OutcomeId::new(at), outcome))
    }

    fn events(self) -> impl Iterator<Item = (EventId, &'a model::Event)> {
        self.model.events.iter().enumerate().map(|(at, event)| (EventId::new(at), event))
    }

    fn claims(self, claims: &[ClaimId]) -> Vec<String> {
        claims.iter().map(|claim| self.model.claims[claim.index()].id.clone()).collect()
    }
}

/// The scenario as a report tells it.
pub fn scenario(model: &Model, record: ScenarioRecord) -> Scenario {
    Scenario {
        id: model.id.clone(),
        title: model.title.clone(),
        start: model.start.to_string(),
        horizon: model.horizon,
        digest: record.digest,
        variant: record.variant,
        set: record.set,
        text: record.text,
    }
}

/// Only a number of runs that was fixed before, and made, allows intervals for a fixed number.
fn base(inputs: &Inputs<'_>) -> Base {
    let fixed = *inputs.goal == Goal::AllRuns && inputs.batch.end == End::Complete;
    Base {
        runs: inputs.batch.runs,
        confidence: inputs.confidence,
        sampling: if fixed { figure::Sampling::Fixed(inputs.method) } else { figure::Sampling::Sequential },
        shared: inputs.batch.tally.shares_draws(),
        horizon: inputs.model.horizon,
    }
}

fn sampling(inputs: &Inputs<'_>, base: Base, simultaneous: Option<Simultaneous>) -> Sampling {
    Sampling {
        method: SamplingMethod::MonteCarlo,
        exact: None,
        seed: Some(inputs.seed.to_string()),
        runs: inputs.batch.runs,
        failed: inputs.batch.tally.failed(),
        drawn_parameters: inputs.model.drawn_parameters().count() as u64,
        draws: inputs.draws.number(),
        confidence: inputs.confidence,
        interval: if base.shared { IntervalMethod::StudentT } else { base.sampling.method() },
        simultaneous,
        time_resolution: figure::resolution(inputs.model.horizon),
        stopping: stopping::stopping(inputs),
        version: env!("CARGO_PKG_VERSION").into(),
        streams: STREAMS_VERSION,
    }
}

/// What a report answers first.
pub fn headline(model: &Model) -> Headline {
    match model.headline {
        model::Headline::Outcome(outcome) => {
            Headline { kind: HeadlineKind::Outcome, id: model.outcomes[outcome.index()].name.clone() }
        }
        model::Headline::Group(group) => {
            Headline { kind: HeadlineKind::Group, id: model.groups[group].name.clone() }
        }
    }
}
