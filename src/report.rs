//! What a batch of runs produced, as a versioned document.
//!
//! Everything shown of a batch, on the terminal or in a file, is rendered from this document. The same inputs give the
//! same bytes: nothing of it depends on the machine, the time or the number of threads.

mod basis;
mod build;
mod document;
mod figure;
mod ignorance;
mod record;
mod stopping;
mod text;

pub use basis::{Basis, IntervalMethod};
pub use build::{Inputs, ScenarioRecord, build, headline, scenario};
pub use document::{
    ActorCount, Assumption, Counted, Dyad, DyadGoldstein, Ever, ExactCheck, ExactMethod, ExactRow, FORMAT,
    GroupCount, Headline, HeadlineKind, Ladder, Likelihood, Outcome, OutcomeCount, Path, Paths, Provenance,
    Quantile, Report, RuleCount, Rung, Sampling, SamplingMethod, Scenario, Spread, Support, TimeIntervals,
    Times, Track,
};
pub use figure::likelihood;
pub use ignorance::Ignorance;
pub use record::{Coding, FAILED, Record, Runs};
pub use stopping::{
    Answer, JointMethod, Precision, Simultaneous, Stopping, StoppingKind, Subject, SubjectKind, Threshold,
};
pub use text::{ReportError, digest};

/// The JSON Schema of a report.
pub fn json_schema() -> serde_json::Value {
    let mut settings = schemars::generate::SchemaSettings::draft07();
    settings.meta_schema = Some("http://json-schema.org/draft-07/schema#".into());
    settings.into_generator().into_root_schema_for::<Report>().to_value()
}
