//! Why sampling stopped, and what it found out.

use super::Inputs;
use crate::ensemble::{self, End, Goal, HalfWidth};
use crate::model::Model;
use crate::report::stopping::{Answer, Precision, Stopping, StoppingKind, Subject, SubjectKind, Threshold};
use crate::stats::sprt::Decision;

pub(super) fn stopping(inputs: &Inputs<'_>) -> Stopping {
    let kind = match (inputs.batch.end, inputs.goal) {
        (End::Stopped, _) => StoppingKind::Partial,
        (_, Goal::AllRuns) => StoppingKind::Complete,
        (End::Complete, _) => StoppingKind::CapReached,
        (End::Enough, Goal::Precision(_)) => StoppingKind::PrecisionReached,
        (End::Enough, Goal::Threshold(_)) => StoppingKind::ThresholdDecided,
    };
    let precision = match inputs.goal {
        Goal::Precision(wanted) => Some(precision(inputs, wanted)),
        Goal::AllRuns | Goal::Threshold(_) => None,
    };
    Stopping { kind, asked: inputs.asked, precision }
}

fn precision(inputs: &Inputs<'_>, wanted: &ensemble::Precision) -> Precision {
    let (half_width, relative) = match wanted.half_width {
        HalfWidth::Absolute(half) => (half, false),
        HalfWidth::Relative(half) => (half, true),
    };
    let count = wanted.subject.count(inputs.model, &inputs.batch.tally);
    let reached = wanted.reached(count, inputs.batch.runs);
    Precision { of: subject(inputs.model, wanted.subject), half_width, relative, reached }
}

pub(super) fn threshold(inputs: &Inputs<'_>) -> Option<Threshold> {
    let Goal::Threshold(asked) = inputs.goal else { return None };
    let runs = inputs.batch.runs;
    let count = asked.subject.count(inputs.model, &inputs.batch.tally);
    let answer = match asked.decide(count, runs) {
        Decision::High => Answer::Yes,
        Decision::Low => Answer::No,
        Decision::Open => Answer::Undecided,
    };
    let (no, yes) = asked.test().bounds();
    Some(Threshold {
        of: subject(inputs.model, asked.subject),
        at_least: asked.share,
        margin: asked.margin,
        alpha: asked.alpha,
        beta: asked.beta,
        answer,
        count,
        log_ratio: asked.test().log_ratio(count, runs),
        bounds: [no, yes],
    })
}

fn subject(model: &Model, subject: ensemble::Subject) -> Subject {
    let kind = match subject {
        ensemble::Subject::Outcome(_) => SubjectKind::Outcome,
        ensemble::Subject::Group(_) => SubjectKind::Group,
        ensemble::Subject::Watch(_) => SubjectKind::Watch,
        ensemble::Subject::RedLine(_) => SubjectKind::RedLine,
    };
    Subject { kind, id: subject.name(model).into() }
}
