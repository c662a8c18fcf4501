//! The types that say why sampling stopped, and what it was to find out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why sampling stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stopping {
    /// Why.
    pub kind: StoppingKind,
    /// Runs asked for; with a precision or a threshold, the most that were to be made.
    pub asked: u64,
    /// The precision that was asked for.
    pub precision: Option<Precision>,
}

/// Why sampling stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoppingKind {
    /// All runs asked for were made.
    Complete,
    /// Interrupted: the report covers the runs made until then, all of a prefix of the run numbers.
    Partial,
    /// The precision asked for was reached.
    PrecisionReached,
    /// The question of a threshold was decided.
    ThresholdDecided,
    /// Neither was before the most runs that were to be made.
    CapReached,
}

/// A precision that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Precision {
    /// Whose share.
    pub of: Subject,
    /// Half the width that its interval was to have.
    pub half_width: f64,
    /// Whether that is a part of the share; otherwise a difference of shares.
    pub relative: bool,
    /// Half the width that it has, in the same terms; none for a part of a share of 0.
    pub reached: Option<f64>,
}

/// A question that was asked: is a share at least so large? Decided by Wald's sequential probability ratio test of
/// `at_least` + `margin` against `at_least` − `margin` at the ends of batches of 1,024 runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Whose share.
    pub of: Subject,
    /// The threshold.
    pub at_least: f64,
    /// Distance from the threshold within which either answer may come.
    pub margin: f64,
    /// Allowed probability of a yes where the share is at most `at_least` − `margin`.
    pub alpha: f64,
    /// Allowed probability of a no where the share is at least `at_least` + `margin`.
    pub beta: f64,
    /// The answer.
    pub answer: Answer,
    /// Runs in which it happened.
    pub count: u64,
    /// Natural logarithm of the likelihood ratio of the upper share to the lower.
    pub log_ratio: f64,
    /// At or below the first the answer is no, at or above the second yes.
    pub bounds: [f64; 2],
}

/// Whether a share is at least so large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The runs made do not decide it.
    Undecided,
}

/// Something that happens in a run or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its id.
    pub id: String,
}

/// What can happen in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// An outcome.
    Outcome,
    /// A group of outcomes.
    Group,
    /// A watch.
    Watch,
    /// A red line.
    RedLine,
}

/// How the intervals of all outcomes were made to hold at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Simultaneous {
    /// The method asked for.
    pub asked: JointMethod,
    /// The method used.
    pub used: JointMethod,
    /// Why another one was used.
    pub reason: Option<String>,
}

/// How intervals are made to hold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JointMethod {
    /// Each at the level that makes the chances of missing add up to the one allowed.
    Bonferroni,
    /// Sison & Glaz 1995.
    SisonGlaz,
}
