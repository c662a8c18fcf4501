//! The types of the report document. Shares are of all runs counted, 0 to 1; times are days from the start.

mod count;
mod escalation;
mod event;
mod sampling;
mod track;

pub use count::{Counted, Ever, GroupCount, Likelihood, Outcome, TimeIntervals, Times};
pub use escalation::{ActorCount, Dyad, DyadGoldstein, Ladder, Rung, Spread};
pub use event::{Assumption, OutcomeCount, Path, Paths, Provenance, RuleCount, Support};
pub use sampling::{ExactCheck, ExactMethod, ExactRow, Sampling, SamplingMethod};
pub use track::{Quantile, Track};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::Record;
use super::stopping::Threshold;

/// Version of the report format. Format 1 had no record of runs.
pub const FORMAT: u32 = 2;

/// A report: what a batch of runs of one scenario produced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of the report format.
    pub format: u32,
    /// The scenario that was run.
    pub scenario: Scenario,
    /// How it was sampled.
    pub sampling: Sampling,
    /// What is answered first.
    pub headline: Headline,
    /// Whether a share is at least so large, if that was asked.
    pub threshold: Option<Threshold>,
    /// Classes of runs, most severe first, those never seen included; `failed` last if runs failed.
    pub outcomes: Vec<Outcome>,
    /// Named sets of outcomes.
    pub groups: Vec<GroupCount>,
    /// Watched conditions: runs in which each ever held, and when first.
    pub watch: Vec<Counted>,
    /// Red lines: runs in which each was crossed, and when.
    pub red_lines: Vec<Counted>,
    /// Expressions over time; none if no run was completed.
    pub tracks: Vec<Track>,
    /// Rules and options (`rule.option`): how often they fired.
    pub rules: Vec<RuleCount>,
    /// Of each outcome, its most frequent paths.
    pub paths: Vec<Paths>,
    /// How each dyad used its ladder; nothing of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Ladder>,
    /// What each outcome rests on.
    pub provenance: Provenance,
    /// Simulated and exact figures side by side, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_check: Option<ExactCheck>,
    /// What became of each run; nothing of computed figures, or where it would take more than a megabyte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
}

/// The scenario that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its short name.
    pub id: String,
    /// The question it answers.
    pub title: String,
    /// The date of day 0.
    pub start: String,
    /// Days until a run ends at the latest.
    pub horizon: f64,
    /// SHA-256 of `text`, in hexadecimal: blind to comments and layout.
    pub digest: String,
    /// The variant that was applied.
    pub variant: Option<String>,
    /// Settings from the call, name to value, that were applied.
    pub set: IndexMap<String, String>,
    /// The scenario as it was run, with variant and settings applied; it can be run alone.
    pub text: String,
}

/// What the report answers first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Whether it is an outcome or a group.
    pub kind: HeadlineKind,
    /// Its id.
    pub id: String,
}

/// Whether the headline is an outcome or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeadlineKind {
    /// An outcome.
    Outcome,
    /// A group.
    Group,
}
