//! What the runs are made for, and whether the counts so far are enough for it.
//!
//! A goal is asked at the ends of batches, in their order, with the counts of a prefix of the run numbers. So where it
//! is reached depends on no thread; and both rules here hold whenever one looks, so the looks cost no confidence.

use super::Tally;
use crate::id::OutcomeId;
use crate::model::{Headline, Model};
use crate::stats::sequence::confidence_sequence;
use crate::stats::sprt::{Decision, Sprt};

/// What the runs are made for.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// All runs asked for.
    AllRuns,
    /// A share that is known precisely enough.
    Precision(Precision),
    /// A decision whether a share is above a threshold.
    Threshold(Threshold),
}

/// Something that happens in a run or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The run ends in an outcome.
    Outcome(OutcomeId),
    /// The run ends in one of a group, by position.
    Group(usize),
    /// A watch, by position, holds at any time.
    Watch(usize),
    /// A red line, by position, is crossed.
    RedLine(usize),
}

/// A share that is known precisely enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Whose.
    pub subject: Subject,
    /// Half the width that its confidence sequence may have.
    pub half_width: HalfWidth,
    /// Level of that sequence, strictly between 0 and 1.
    pub confidence: f64,
}

/// Half the width of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfWidth {
    /// As a difference of shares, 0 to ½.
    Absolute(f64),
    /// As a part of the share itself, 0 to 1.
    Relative(f64),
}

/// A decision whether a share is above a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Whose.
    pub subject: Subject,
    /// The threshold.
    pub share: f64,
    /// How far from it a share must be for the error rates to hold.
    pub margin: f64,
    /// Allowed probability of a wrong yes.
    pub alpha: f64,
    /// Allowed probability of a wrong no.
    pub beta: f64,
}

impl Goal {
    /// Whether the runs so far are enough.
    pub fn is_reached(&self, model: &Model, tally: &Tally) -> bool {
        match self {
            Self::AllRuns => false,
            Self::Precision(wanted) => wanted.is_reached(wanted.subject.count(model, tally), tally.runs()),
            Self::Threshold(asked) => {
                asked.decide(asked.subject.count(model, tally), tally.runs()) != Decision::Open
            }
        }
    }
}

impl Subject {
    /// What a name stands for: the first of the outcomes, groups, watches and red lines that has it.
    pub fn find(model: &Model, name: &str) -> Option<Self> {
        let outcome = || model.outcomes.iter().position(|it| it.name == name);
        let group = || model.groups.iter().position(|it| it.name == name).map(Self::Group);
        let watch = || model.watches.iter().position(|it| it.name == name).map(Self::Watch);
        let line = || model.red_lines.iter().position(|it| it.name == name).map(Self::RedLine);
        let outcome = outcome().map(|at| Self::Outcome(OutcomeId::new(at)));
        outcome.or_else(group).or_else(watch).or_else(line)
    }

    /// All names that stand for something, in the order in which they are looked up.
    pub fn names(model: &Model) -> impl Iterator<Item = &str> {
        let outcomes = model.outcomes.iter().map(|it| it.name.as_str());
        let groups = model.groups.iter().map(|it| it.name.as_str());
        let watches = model.watches.iter().map(|it| it.name.as_str());
        outcomes.chain(groups).chain(watches).chain(model.red_lines.iter().map(|it| it.name.as_str()))
    }

    /// What the scenario answers first.
    pub fn headline(model: &Model) -> Self {
        match model.headline {
            Headline::Outcome(outcome) => Self::Outcome(outcome),
            Headline::Group(group) => Self::Group(group),
        }
    }

    /// Its name in the scenario.
    pub fn name(self, model: &Model) -> &str {
        match self {
            Self::Outcome(outcome) => &model.outcomes[outcome.index()].name,
            Self::Group(at) => &model.groups[at].name,
            Self::Watch(at) => &model.watches[at].name,
            Self::RedLine(at) => &model.red_lines[at].name,
        }
    }

    /// Runs in which it happened; failed runs are none.
    pub fn count(self, model: &Model, tally: &Tally) -> u64 {
        let latched = |latch| tally.latch_times(latch).map_or(0, super::TimeCounts::total);
        match self {
            Self::Outcome(outcome) => tally.class(outcome),
            Self::Group(at) => model.groups[at].outcomes.iter().map(|outcome| tally.class(*outcome)).sum(),
            Self::Watch(at) => latched(model.watches[at].latch),
            Self::RedLine(at) => latched(model.red_lines[at].latch),
        }
    }
}

impl Precision {
    /// Whether the interval after `count` of `runs` is narrow enough.
    pub fn is_reached(&self, count: u64, runs: u64) -> bool {
        let wanted = match self.half_width {
            HalfWidth::Absolute(half) | HalfWidth::Relative(half) => half,
        };
        self.reached(count, runs).is_some_and(|reached| reached <= wanted)
    }

    /// Half the width of the interval after `count` of `runs`, in the terms of what is wanted; none for a part of a share
    /// that is 0.
    pub fn reached(&self, count: u64, runs: u64) -> Option<f64> {
        let interval = confidence_sequence(count, runs, self.confidence);
        let half = 0.5 * (interval.high - interval.low);
        match self.half_width {
            HalfWidth::Absolute(_) => Some(half),
            HalfWidth::Relative(_) => (count > 0).then(|| half * runs as f64 / count as f64),
        }
    }
}

impl Threshold {
    /// The test of share + margin against share − margin.
    pub fn test(&self) -> Sprt {
        let Self { share, margin, alpha, beta, .. } = *self;
        Sprt { low: share - margin, high: share + margin, alpha, beta }
    }

    /// What `count` of `runs` decide.
    pub fn decide(&self, count: u64, runs: u64) -> Decision {
        self.test().decide(count, runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::scripted::{CALM, WAR, ending, failure, model, plan, tell};
    use crate::ensemble::{BATCH, Batch, End, Plan, Unwatched, Watcher};
    use std::time::Duration;

    struct Until<'a>(&'a Goal);

    impl Watcher for Until<'_> {
        fn enough(&self, tally: &Tally) -> bool {
            self.0.is_reached(&model(), tally)
        }
    }

    /// Every tenth run is a war; some batches take their time, so that threads finish out of order.
    fn made(goal: &Goal, runs: u64, jobs: usize) -> Batch {
        let script = |run: u64, observer: &mut dyn crate::engine::Observer| {
            if run.is_multiple_of(3 * BATCH) {
                std::thread::sleep(Duration::from_millis(10));
            }
            observer.began(&[0.0; 3]);
            Ok(ending(if run.is_multiple_of(10) { WAR } else { CALM }, None))
        };
        tell(plan(runs, jobs), &Until(goal), script).unwrap()
    }

    fn war() -> Subject {
        Subject::find(&model(), "war").unwrap()
    }

    fn precision(half_width: HalfWidth) -> Precision {
        Precision { subject: war(), half_width, confidence: 0.95 }
    }

    #[test]
    fn names_are_looked_up_in_order() {
        let (model, found) = (model(), |name: &str| Subject::find(&model(), name));
        assert_eq!(found("war"), Some(Subject::Outcome(OutcomeId::new(WAR))));
        assert_eq!(found("bad"), Some(Subject::Group(0)));
        assert_eq!(
            (found("line_seen"), found("a.line")),
            (Some(Subject::Watch(1)), Some(Subject::RedLine(0)))
        );
        assert_eq!(found("peace"), None);
        assert_eq!(Subject::headline(&model), Subject::Group(0));
        for name in Subject::names(&model) {
            assert_eq!(found(name).unwrap().name(&model), name);
        }
    }

    #[test]
    fn runs_stop_at_the_first_end_of_a_batch_that_is_enough_on_any_number_of_threads() {
        for half_width in [HalfWidth::Absolute(0.01), HalfWidth::Relative(0.1)] {
            let wanted = precision(half_width);
            let goal = Goal::Precision(wanted);
            let alone = made(&goal, 1_000_000, 1);
            let count = |runs: u64| runs.div_ceil(10);
            assert_eq!((alone.end, alone.runs % BATCH), (End::Enough, 0));
            assert!(wanted.is_reached(count(alone.runs), alone.runs));
            assert!(!wanted.is_reached(count(alone.runs - BATCH), alone.runs - BATCH));
            assert_eq!(alone.tally, made(&Goal::AllRuns, alone.runs, 2).tally);
            for jobs in [2, 3, 8] {
                assert_eq!(made(&goal, 1_000_000, jobs), alone, "{jobs} jobs");
            }
            // A cap that comes first.
            let capped = made(&goal, alone.runs - BATCH, 3);
            assert_eq!((capped.end, capped.runs), (End::Complete, alone.runs - BATCH));
            assert_eq!(made(&goal, alone.runs, 3).end, End::Enough);
        }
    }

    #[test]
    fn a_failure_after_the_end_does_not_count() {
        let goal = Goal::Precision(precision(HalfWidth::Absolute(0.01)));
        let enough = made(&goal, 1_000_000, 1).runs;
        let failing = |at: u64| {
            move |run: u64, observer: &mut dyn crate::engine::Observer| {
                if run == at {
                    return Err(failure());
                }
                if run == enough - BATCH {
                    std::thread::sleep(Duration::from_millis(30)); // the failure is known first
                }
                observer.began(&[0.0; 3]);
                Ok(ending(if run.is_multiple_of(10) { WAR } else { CALM }, None))
            }
        };
        for jobs in [1, 2, 8] {
            let told = |at| tell(plan(1_000_000, jobs), &Until(&goal), failing(at));
            assert_eq!(told(enough).unwrap().runs, enough, "{jobs} jobs");
            assert_eq!(told(enough - 1).unwrap_err().run, enough - 1, "{jobs} jobs");
        }
    }

    #[test]
    fn nothing_seen_has_no_relative_precision() {
        let (relative, absolute) =
            (precision(HalfWidth::Relative(0.5)), precision(HalfWidth::Absolute(0.01)));
        assert_eq!(relative.reached(0, 1_000_000), None);
        assert!(!relative.is_reached(0, 1_000_000) && absolute.is_reached(0, 1_000_000));
    }

    #[test]
    fn a_threshold_is_decided() {
        let asked = |share| {
            Goal::Threshold(Threshold { subject: war(), share, margin: 0.02, alpha: 0.01, beta: 0.01 })
        };
        for (share, decision) in [(0.05, Decision::High), (0.15, Decision::Low)] {
            let goal = asked(share);
            let batch = made(&goal, 1_000_000, 4);
            let Goal::Threshold(threshold) = &goal else { unreachable!() };
            assert_eq!(threshold.decide(batch.runs.div_ceil(10), batch.runs), decision);
            assert_eq!(batch, made(&goal, 1_000_000, 1));
        }
        let kept = Plan { keep_failed: true, ..plan(3 * BATCH, 2) };
        let failed = tell(kept, &Unwatched, |_, _| Err(failure())).unwrap();
        assert_eq!(war().count(&model(), &failed.tally), 0);
    }
}
