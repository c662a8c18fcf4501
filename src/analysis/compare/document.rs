//! The types of the comparison document. Shares are 0 to 1, differences are the side's minus the baseline's.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::attribution::Attribution;
use crate::analysis::edits::Edit;
use crate::analysis::gate::Gated;
use crate::analysis::ledger::Ledger;
use crate::report::{Likelihood, SamplingMethod, StoppingKind, SubjectKind};

/// Version of the format of comparisons.
pub const COMPARISON_FORMAT: u32 = 1;

/// What differs between sides and a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Version of the format of comparisons.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Level of the intervals of differences, each for itself.
    pub confidence: f64,
    /// Differences over which p-values are corrected.
    pub tests: u64,
    /// The name of the side that the others are set against.
    pub baseline: String,
    /// All sides.
    pub sides: Vec<SideRecord>,
    /// Each other side against the baseline.
    pub pairs: Vec<Pair>,
    /// Gates that were asked for.
    pub gates: Vec<Gated>,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SideRecord {
    /// What it is called here.
    pub name: String,
    /// Where it comes from.
    pub kind: SideKind,
    /// The scenario's short name.
    pub scenario: String,
    /// The question it answers.
    pub title: String,
    /// SHA-256 of the resolved scenario.
    pub digest: String,
    /// The variant that was applied.
    pub variant: Option<String>,
    /// Settings that were applied.
    pub set: IndexMap<String, String>,
    /// Whether its figures were counted in runs or computed.
    pub method: SamplingMethod,
    /// The seed, in decimal; computed figures have none.
    pub seed: Option<String>,
    /// Runs.
    pub runs: u64,
    /// Of these, how many failed.
    pub failed: u64,
    /// How many times the parameters were drawn; nothing if each run has its own.
    pub draws: Option<u64>,
    /// Why sampling stopped.
    pub stopping: StoppingKind,
    /// Version of the program that made the runs.
    pub version: String,
    /// Version of its random streams.
    pub streams: u32,
    /// Whether it is known what became of each run.
    pub recorded: bool,
}

/// Where a side comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SideKind {
    /// Read from a file.
    Report,
    /// Simulated for this comparison.
    Scenario,
}

/// A side against the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The side's name.
    pub side: String,
    /// How the two were sampled, and so how they are compared.
    pub design: Design,
    /// Whether both have the same scenario, seed, runs, draws and counts.
    pub identical: bool,
    /// The baseline's headline, if the side has it too.
    pub headline: Option<String>,
    /// Outcomes, groups, watches and red lines that both have.
    pub differences: Vec<Difference>,
    /// How far the outcomes are apart as a whole; nothing if the two do not have the same outcomes.
    pub variation: Option<Variation>,
    /// What only one of them has.
    pub unmatched: Unmatched,
    /// What differs between the two scenarios; what is told of claims and words included.
    pub edits: Vec<Edit>,
    /// How runs moved between outcomes; nothing if the two are not paired, or were not simulated again.
    pub ledger: Option<Ledger>,
    /// How much of a difference is due to which edit, if that was asked for.
    pub attribution: Option<Attribution>,
    /// What is to be kept in mind.
    pub notes: Vec<String>,
}

/// How two sides were sampled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Paired or independent.
    pub kind: DesignKind,
    /// Of paired sides: runs that both have, numbers 0 to `runs` − 1; all counts are of these.
    pub runs: Option<u64>,
    /// Of paired sides: parameter draws that these runs share; nothing if each has its own.
    pub draws: Option<u64>,
    /// Why they are independent, or taken as such.
    pub reason: Option<String>,
}

/// Whether runs of the same number share their luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignKind {
    /// They do: same seed, same version of the random streams.
    Paired,
    /// They do not.
    Independent,
}

/// The difference of one share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What it is.
    pub kind: SubjectKind,
    /// Its id.
    pub id: String,
    /// What it means, at the baseline.
    pub says: Option<String>,
    /// The share at the baseline.
    pub baseline: Share,
    /// The share at the side.
    pub side: Share,
    /// The side's share minus the baseline's.
    pub difference: f64,
    /// Its interval.
    pub interval: [f64; 2],
    /// How the interval was made.
    pub method: DifferenceMethod,
    /// Sample sizes: pairs of runs or draws, twice the same; of independent sides each side's runs or draws.
    pub n: [u64; 2],
    /// The side's share over the baseline's; nothing if that is 0.
    pub ratio: Option<f64>,
    /// Of paired sides: in how many runs it happened where.
    pub joint: Option<Joint>,
    /// P-value of no difference.
    pub p: f64,
    /// The same, corrected over all differences of this comparison (Holm 1979).
    pub p_holm: f64,
    /// Whether `p_holm` is below 1 − `confidence`.
    pub beyond_chance: bool,
    /// Median times, where both have one.
    pub median: Option<MedianDifference>,
}

/// A share of one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Runs; none of computed figures.
    pub count: Option<u64>,
    /// The share.
    pub share: f64,
    /// Its interval in the report.
    pub interval: [f64; 2],
    /// Words of estimative probability for that.
    pub likelihood: Likelihood,
}

/// How the interval of a difference was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceMethod {
    /// Of pairs of runs: Newcombe 1998, method 10 for paired shares.
    NewcombePaired,
    /// Of pairs of runs none of which differ: Clopper & Pearson's bound for the chance that one does.
    NoPairDiffers,
    /// Of the differences of parameter draws: Student 1908.
    StudentT,
    /// Of the differences of parameter draws, where these are too skewed for Student's t: each draw taken for one run.
    ClopperPearsonDraws,
    /// Of independent runs: Newcombe 1998, method 10 for independent shares (hybrid score).
    NewcombeHybrid,
    /// Each side's own interval, joined in the same way (Zou & Donner 2008): of independent sides, and of paired ones whose
    /// draws allow for nothing narrower.
    Hybrid,
}

/// In how many pairs of runs something happened at which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    /// At both.
    pub both: u64,
    /// At the baseline only.
    pub baseline_only: u64,
    /// At the side only.
    pub side_only: u64,
    /// At neither.
    pub neither: u64,
}

/// The difference of two medians of times, in days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MedianDifference {
    /// The median at the baseline.
    pub baseline: f64,
    /// The median at the side.
    pub side: f64,
    /// The side's minus the baseline's.
    pub difference: f64,
    /// Its interval, from the two medians' own, taken as independent (Zou & Donner 2008): too wide where runs share their
    /// luck. Nothing where either has none: runs that share parameter draws.
    pub interval: Option<[f64; 2]>,
}

/// How far apart two sets of shares are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// Total variation distance: half the sum of the differences' sizes, 0 to 1. It has no interval: it cannot be below 0,
    /// and chance alone makes it larger.
    pub distance: f64,
    /// What chance alone would make of it on average, if runs are independent and no share differed.
    pub by_chance: f64,
}

/// What only one side has: outcomes, groups, watches and red lines, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmatched {
    /// Only the baseline.
    pub baseline: Vec<String>,
    /// Only the side.
    pub side: Vec<String>,
}
