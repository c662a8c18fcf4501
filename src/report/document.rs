//! The types of the report document. Shares are of all runs counted, 0 to 1; times are days from the start.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::{Basis, IntervalMethod};
use super::ignorance::Ignorance;
use super::stopping::{Simultaneous, Stopping, Threshold};

/// Version of the report format.
pub const FORMAT: u32 = 1;

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

/// How a scenario was sampled, or solved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Whether figures were counted in simulated runs or computed.
    #[serde(default)]
    pub method: SamplingMethod,
    /// Of computed figures: how. There is no run then, and nothing that only runs can be asked: no counts, paths,
    /// tracks, firings, use of ladders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactMethod>,
    /// The seed, 0 to 2⁶⁴−1, in decimal: a string, as JSON numbers lose 64-bit integers. Computed figures have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Runs counted: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Of these, how many failed; nothing else of them is counted.
    pub failed: u64,
    /// How many parameters are drawn at random, the unnamed ones of `chance: likely` included.
    pub drawn_parameters: u64,
    /// How many times they are drawn: run i has those of draw i mod `draws`; nothing if each run has its own.
    pub draws: Option<u64>,
    /// Level of the intervals.
    pub confidence: f64,
    /// Method of the intervals of shares; each interval names its own.
    pub interval: IntervalMethod,
    /// How the intervals of all outcomes were made to hold at once, if that was asked for.
    pub simultaneous: Option<Simultaneous>,
    /// Width in days of the bins in which times are counted: quantiles of times are their middles.
    pub time_resolution: f64,
    /// Why sampling stopped.
    pub stopping: Stopping,
    /// Version of the program.
    pub version: String,
    /// Version of the random streams.
    pub streams: u32,
}

/// Where figures come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamplingMethod {
    /// Simulated runs.
    #[default]
    MonteCarlo,
    /// Computed from all states and what leads from one to the other.
    Exact,
}

/// How exact figures were computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactMethod {
    /// States that runs can be in.
    pub states: u64,
    /// Transitions between them.
    pub transitions: u64,
    /// Known instants after the start: schedules, ends of active spans.
    pub instants: u64,
    /// Steps of uniformisation.
    pub steps: u64,
    /// No probability is further from its true value than this.
    pub error_bound: f64,
    /// Quantiles of times are known to this many days.
    pub resolution: f64,
}

/// Simulated and exact figures side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactCheck {
    /// How the exact figures were computed.
    pub exact: ExactMethod,
    /// Outcomes, groups, watches and red lines.
    pub rows: Vec<ExactRow>,
    /// With right figures, the chance that any |z| is above this is at most 5 % (Bonferroni over the rows).
    pub limit: f64,
}

/// One figure of both kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactRow {
    /// `outcome`, `group`, `watch` or `red_line`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Share of the runs that did not fail.
    pub share: f64,
    /// Exact probability.
    pub exact: f64,
    /// (share − exact) / √(exact·(1 − exact) / runs); none where the exact figure is 0 or 1 within its error bound and the
    /// runs say the same.
    pub z: Option<f64>,
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

/// How often an outcome was the class of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// Times since which it held, in the runs of this class; none for `otherwise` or if there is no such run.
    pub time: Option<Times>,
    /// Runs in which its condition held at any time, whatever their class; for `otherwise`, those of its class.
    pub ever: Ever,
    /// Claims that its definition cites.
    pub claims: Vec<String>,
}

/// How often the class of a run was in a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupCount {
    /// Its id.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Its outcomes.
    pub outcomes: Vec<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// Times since which the class held, in the runs of these classes.
    pub time: Option<Times>,
    /// Runs in which the condition of any of its outcomes held at any time.
    pub ever: Ever,
}

/// How often a watch held or a red line was crossed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Its id; of a red line `actor.red_line`.
    pub id: String,
    /// What it means.
    pub says: Option<String>,
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// Words of estimative probability for the interval.
    pub likelihood: Likelihood,
    /// First times, in the runs in which there was one.
    pub time: Option<Times>,
}

/// In how many runs something held at any time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ever {
    /// Runs; none of computed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// `count` / runs, or the computed probability.
    pub share: f64,
}

/// Words of estimative probability (ICD 203) for the two ends of an interval: one if both have the same, none at an end
/// below 1 % or above 99 %, where the scale has no word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Likelihood {
    /// The word for the lower end.
    pub low: Option<String>,
    /// The word for the upper end.
    pub high: Option<String>,
}

/// Quantiles of a time, in days, known to 1/16,384 of the horizon; computed ones as stated in `sampling.exact`.
/// Exactly 0 for what held at the start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// 5 %
    pub q05: f64,
    /// 25 %
    pub q25: f64,
    /// Median.
    pub q50: f64,
    /// 75 %
    pub q75: f64,
    /// 95 %
    pub q95: f64,
    /// Intervals of the quantiles, which are there whatever the distribution; nothing if runs share parameter draws.
    pub intervals: Option<TimeIntervals>,
    /// What these rest on.
    pub basis: Option<Basis>,
}

impl Times {
    /// Quantiles at 5, 25, 50, 75 and 95 % that are computed, not sampled.
    pub fn computed(quantiles: [f64; 5]) -> Self {
        let [q05, q25, q50, q75, q95] = quantiles;
        let [i05, i25, i50, i75, i95] = quantiles.map(|quantile| [quantile; 2]);
        let intervals = Some(TimeIntervals { q05: i05, q25: i25, q50: i50, q75: i75, q95: i95 });
        Self { q05, q25, q50, q75, q95, intervals, basis: Some(Basis::alone(IntervalMethod::Exact, 1.0, 0)) }
    }
}

/// Intervals of quantiles of a time, in days: from the start of the bin of one time that was seen to the end of that of
/// another; 0 or the horizon where there are too few.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeIntervals {
    /// Of the quantile at 5 %.
    pub q05: [f64; 2],
    /// Of that at 25 %.
    pub q25: [f64; 2],
    /// Of the median.
    pub q50: [f64; 2],
    /// Of the quantile at 75 %.
    pub q75: [f64; 2],
    /// Of that at 95 %.
    pub q95: [f64; 2],
}

/// An expression over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its id.
    pub id: String,
    /// The names of its values, if it gives positions in a set; the numbers below are then positions from 0.
    pub values: Option<Vec<String>>,
    /// Times of the grid.
    pub times: Vec<f64>,
    /// Mean over the runs that did not fail, at each time.
    pub mean: Vec<f64>,
    /// Standard deviation over these runs, at each time; 0 for a single run.
    pub sd: Vec<f64>,
    /// Quantiles over these runs, each with its values at each time; relative error up to 2⁻⁹, none for integers to 512.
    pub quantiles: Vec<Quantile>,
}

/// A quantile over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    /// Which, 0 to 1.
    pub q: f64,
    /// Its value at each time.
    pub values: Vec<f64>,
}

/// How often a rule or option fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCount {
    /// `rule` or `rule.option`.
    pub id: String,
    /// What happens.
    pub says: Option<String>,
    /// Runs in which it fired.
    pub runs: u64,
    /// Firings in all runs.
    pub firings: u64,
    /// Of `runs`, how many ended in each outcome.
    pub by_outcome: Vec<OutcomeCount>,
    /// Claims that it cites.
    pub claims: Vec<String>,
}

/// Runs that ended in an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: String,
    /// Runs.
    pub runs: u64,
}

/// The most frequent paths of an outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// The outcome.
    pub outcome: String,
    /// How many different ones were seen in the first 65,536 runs of the batch.
    pub distinct: u64,
    /// Runs whose path was first seen later: counted as other.
    pub other: u64,
    /// The most frequent, first.
    pub top: Vec<Path>,
}

/// A path: the order in which milestones first fired, at most 12.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The milestones: rules and options.
    pub signature: Vec<String>,
    /// Runs.
    pub count: u64,
    /// `count` / runs of the outcome.
    pub share: f64,
    /// The number of the first run with this path.
    pub example: u64,
}

/// How dyads used their ladders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Each pair of a relation that is measured on a ladder.
    pub dyads: Vec<Dyad>,
    /// Runs in which a dyad on the ladder `mid` rose that was above its lowest rung before: vertical escalation.
    pub vertical: Spread,
    /// Runs in which a dyad on the ladder `mid` left the lowest rung, having begun there: horizontal escalation.
    pub horizontal: Spread,
    /// Sum of the Goldstein values of what one actor did to another, cumulated, mean over the runs that did not fail;
    /// none if all did.
    pub goldstein: Vec<DyadGoldstein>,
}

/// Runs in which escalation took one direction, and through whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Runs.
    pub count: u64,
    /// `count` / runs.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// For horizontal escalation: actors, but for places, all of whose dyads were quiet at the start, and the runs in
    /// which one was not.
    pub newly_involved: Vec<ActorCount>,
}

/// Runs in which an actor became involved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorCount {
    /// The actor.
    pub actor: String,
    /// Runs.
    pub runs: u64,
}

/// One pair of a relation on a ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dyad {
    /// As it is written: `hostility(iran, israel)`.
    pub id: String,
    /// The ladder.
    pub ladder: String,
    /// Its rungs, lowest first.
    pub rungs: Vec<Rung>,
}

/// How often a dyad reached a rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The rung.
    pub rung: String,
    /// Runs in which the dyad was at this rung or above at any time.
    pub count: u64,
    /// `count` / runs.
    pub share: f64,
    /// First times at this rung or above, in these runs; 0 if it began there.
    pub time: Option<Times>,
}

/// Cumulated Goldstein values of what one actor did to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DyadGoldstein {
    /// Who acts.
    pub actor: String,
    /// Towards whom.
    pub target: String,
    /// Times of the grid.
    pub times: Vec<f64>,
    /// Mean over the runs of the sum up to each time.
    pub mean: Vec<f64>,
}

/// What outcomes rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Of each outcome, how much rests on assumption or on low grades.
    pub outcomes: Vec<Support>,
    /// Rules, options and parameters that cite no claim, the most fired first; parameters have no firings.
    pub assumptions: Vec<Assumption>,
}

/// What the runs of one outcome rest on. A milestone is an event that belongs to path signatures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The outcome.
    pub outcome: String,
    /// Its runs.
    pub runs: u64,
    /// Runs in which at least one milestone fired that cites no claim.
    pub assumption: u64,
    /// Runs in which at least one milestone fired that cites claims of low grade (D–F or 4–6) only.
    pub low_grade: u64,
}

/// Something that cites no claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// `rule`, `rule.option` or parameter.
    pub id: String,
    /// Whether it is a parameter.
    pub parameter: bool,
    /// Its reasoning.
    pub says: Option<String>,
    /// Firings in all runs.
    pub firings: u64,
}
