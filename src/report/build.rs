//! A model and the tally of its runs become a report.

mod escalation;
mod event;
mod outcome;
mod series;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;

use super::document::{
    FORMAT, Headline, HeadlineKind, Report, Sampling, SamplingMethod, Scenario, Stopping, StoppingKind,
};
use super::figure::{Base, INTERVAL};
use crate::engine::STREAMS_VERSION;
use crate::ensemble::{Batch, Tally};
use crate::id::{ClaimId, EventId, OutcomeId};
use crate::model::{self, Model};

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
    /// Runs asked for.
    pub asked: u64,
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
    let source = Source {
        model: inputs.model,
        tally: &inputs.batch.tally,
        base: Base { runs: inputs.batch.runs, confidence: inputs.confidence },
    };
    Report {
        format: FORMAT,
        sampling: sampling(&inputs),
        headline: headline(inputs.model),
        outcomes: outcome::outcomes(source),
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

fn sampling(inputs: &Inputs<'_>) -> Sampling {
    let kind = if inputs.batch.partial { StoppingKind::Partial } else { StoppingKind::Complete };
    Sampling {
        method: SamplingMethod::MonteCarlo,
        exact: None,
        seed: Some(inputs.seed.to_string()),
        runs: inputs.batch.runs,
        failed: inputs.batch.tally.failed(),
        confidence: inputs.confidence,
        interval: INTERVAL.into(),
        stopping: Stopping { kind, asked: inputs.asked },
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
