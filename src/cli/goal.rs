//! The flags that say what the runs are made for → a goal with names looked up.

use super::number;
use super::output::Stop;
use crate::diagnostic::suggest;
use crate::ensemble::{Goal, HalfWidth, Precision, Subject, Threshold};
use crate::model::Model;
use clap::Args;

/// Runs made if their number is not given and all are to be made.
const RUNS: u64 = 100_000;

/// Most runs made for a precision or a threshold, if it is not given.
const CAP: u64 = 10_000_000;

/// Error rate of the answer to a threshold question, each way, if it is not given.
const ERROR_RATE: f64 = 0.01;

/// Margin of a threshold, if it is not given: its distance from 0 or 1, whichever is nearer, divided by this.
const MARGIN_PART: f64 = 10.0;

/// Flags as given.
#[derive(Debug, Args)]
pub(super) struct GoalFlags {
    /// How many runs: 100000 (the default) or 1e6; with --precision or
    /// --at-least the most that are made (then 1e7)
    #[arg(long, value_name = "N", value_parser = number::count)]
    #[arg(allow_negative_numbers = true)]
    runs: Option<u64>,
    /// Run until the headline is known to ± 0.5pp (percentage points),
    /// or ± 5% of itself
    #[arg(long, value_name = "WIDTH", value_parser = number::half_width, conflicts_with = "at_least")]
    precision: Option<HalfWidth>,
    /// Outcome, group, watch or red line for --precision instead
    #[arg(long, value_name = "ID", requires = "precision")]
    of: Option<String>,
    /// Run until it is decided whether a share is at least so large:
    /// "spillover 5%". Exit status 1 if not, or undecided
    #[arg(long, value_name = "ID SHARE", value_parser = number::claimed_share)]
    at_least: Option<(String, f64)>,
    /// How far off the threshold a share must be for a sure answer: 0.5pp,
    /// or 10% of it [default: a tenth of the way to 0 or 1]
    #[arg(long, value_name = "WIDTH", requires = "at_least", value_parser = number::half_width)]
    margin: Option<HalfWidth>,
    /// Allowed rate of a wrong yes [default: 1%]
    #[arg(long, value_name = "RATE", requires = "at_least", value_parser = number::error_rate)]
    #[arg(allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// Allowed rate of a wrong no [default: 1%]
    #[arg(long, value_name = "RATE", requires = "at_least", value_parser = number::error_rate)]
    #[arg(allow_negative_numbers = true)]
    beta: Option<f64>,
}

impl GoalFlags {
    /// Runs to make, or the most of them.
    pub(super) fn runs(&self) -> u64 {
        self.runs.unwrap_or(if self.sequential().is_some() { CAP } else { RUNS })
    }

    /// The flag that lets the runs decide their number, if one was given.
    pub(super) fn sequential(&self) -> Option<&'static str> {
        let precision = self.precision.as_ref().map(|_| "--precision");
        precision.or(self.at_least.as_ref().map(|_| "--at-least"))
    }

    /// What the runs are made for. A precision is that of the interval as it will be shown: `joint` says how many of those
    /// of the outcomes hold at once.
    pub(super) fn goal(&self, model: &Model, confidence: f64, joint: u64) -> Result<Goal, Stop> {
        if let Some(half_width) = self.precision {
            let subject = match &self.of {
                Some(id) => find(model, "--of", id)?,
                None => Subject::headline(model),
            };
            let confidence = match subject {
                Subject::Outcome(_) if joint > 1 => 1.0 - (1.0 - confidence) / joint as f64,
                _ => confidence,
            };
            return Ok(Goal::Precision(Precision { subject, half_width, confidence }));
        }
        match &self.at_least {
            Some((id, share)) => Ok(Goal::Threshold(self.threshold(find(model, "--at-least", id)?, *share)?)),
            None => Ok(Goal::AllRuns),
        }
    }

    fn threshold(&self, subject: Subject, share: f64) -> Result<Threshold, Stop> {
        let margin = match self.margin {
            Some(HalfWidth::Absolute(margin)) => margin,
            Some(HalfWidth::Relative(part)) => part * share,
            None => share.min(1.0 - share) / MARGIN_PART,
        };
        if margin >= share || share + margin >= 1.0 {
            return Err(Stop::bad_input(format!(
                "--margin: {} to either side of {} leaves the shares between 0 and 100 %",
                points(margin),
                percent(share),
            )));
        }
        let (alpha, beta) = (self.alpha.unwrap_or(ERROR_RATE), self.beta.unwrap_or(ERROR_RATE));
        Ok(Threshold { subject, share, margin, alpha, beta })
    }
}

fn points(share: f64) -> String {
    format!("{} pp", 100.0 * share)
}

fn percent(share: f64) -> String {
    format!("{} %", 100.0 * share)
}

fn find(model: &Model, flag: &str, id: &str) -> Result<Subject, Stop> {
    Subject::find(model, id).ok_or_else(|| {
        let help = match suggest(id, Subject::names(model)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are: {}", Subject::names(model).collect::<Vec<_>>().join(", ")),
        };
        Stop::bad_input(format!("{flag}: no outcome, group, watch or red line is called `{id}`; {help}"))
    })
}
