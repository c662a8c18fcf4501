//! Why sampling stopped and what it found out → sentences.

use super::figure::{percent, points, thousands};
use crate::ensemble::{self, HalfWidth};
use crate::report::{Answer, IntervalMethod, Precision, Report, StoppingKind, Threshold};

/// What must be known before any figure is read: an interrupted batch, a cap that came first, failed runs.
pub(super) fn alarm(report: &Report) -> Option<String> {
    let sampling = &report.sampling;
    let (runs, asked) = (thousands(sampling.runs), thousands(sampling.stopping.asked));
    let mut parts = Vec::new();
    match sampling.stopping.kind {
        StoppingKind::Partial => {
            parts.push(format!(
                "PARTIAL: interrupted after {runs} of {asked} runs. All figures are of these."
            ));
            if sampling.interval == IntervalMethod::StudentT {
                parts.push(
                    "Intervals over parameter draws are made for a number of runs fixed before, \
                     which an interruption is not."
                        .to_owned(),
                );
            }
        }
        StoppingKind::CapReached => {
            let missed = if report.threshold.is_some() { "the answer" } else { "the precision asked for" };
            parts.push(format!("CAP REACHED: {runs} runs were made without {missed}; --runs allows more."));
        }
        StoppingKind::Complete | StoppingKind::PrecisionReached | StoppingKind::ThresholdDecided => {}
    }
    if sampling.failed > 0 {
        let failed = thousands(sampling.failed);
        parts.push(format!("FAILED: {failed} of {runs} runs failed; they count as the outcome `failed`."));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// What was asked for with a precision or a threshold, and what came of it.
pub(super) fn answers(report: &Report) -> Option<String> {
    let threshold = report.threshold.as_ref().map(|threshold| answer(report, threshold));
    threshold.or_else(|| report.sampling.stopping.precision.as_ref().map(|wanted| precision(report, wanted)))
}

/// `spillover at least 5 %? Yes, after 2,048 runs: …`
fn answer(report: &Report, asked: &Threshold) -> String {
    let answer = match asked.answer {
        Answer::Yes => "Yes",
        Answer::No => "No",
        Answer::Undecided => "Undecided",
    };
    let (low, high) = (percent(asked.at_least - asked.margin), percent(asked.at_least + asked.margin));
    format!(
        "{} at least {}? {answer}, after {} runs: Wald's test of {high} or more against {low} or less, error rates {} \
         (yes) and {} (no). Between {low} and {high} either answer may come.",
        asked.of.id,
        percent(asked.at_least),
        thousands(report.sampling.runs),
        percent(asked.alpha),
        percent(asked.beta),
    )
}

/// `Precision of spillover: ± 0.5 pp asked for, ± 0.49 pp after 20,480 runs.`
fn precision(report: &Report, wanted: &Precision) -> String {
    let (unit, scale): (_, fn(f64) -> String) =
        if wanted.relative { (" of its share", percent) } else { ("", points) };
    let reached = match wanted.reached {
        Some(reached) => format!("± {}", scale(rounded_up(reached))),
        None => "none, as it was never seen,".to_owned(),
    };
    let runs = thousands(report.sampling.runs);
    format!(
        "Precision of {}: ± {}{unit} asked for, {reached} after {runs} runs.",
        wanted.of.id,
        scale(wanted.half_width)
    )
}

/// For a line of progress: `, ± 0.62 pp of ± 0.5 pp`.
pub fn precision_so_far(wanted: &ensemble::Precision, count: u64, runs: u64) -> String {
    let (wanted_half, scale): (_, fn(f64) -> String) = match wanted.half_width {
        HalfWidth::Absolute(half) => (half, points),
        HalfWidth::Relative(half) => (half, percent),
    };
    let reached = wanted.reached(count, runs).map_or_else(|| "–".to_owned(), |half| scale(rounded_up(half)));
    format!(", ± {reached} of ± {}", scale(wanted_half))
}

/// To three significant digits, upwards: no more precision is claimed than there is.
fn rounded_up(number: f64) -> f64 {
    let mut unit = 1.0;
    while number > 0.0 && number < 100.0 * unit && unit > 1e-9 {
        unit /= 10.0;
    }
    (number / unit).ceil() * unit
}

/// What was asked for with simultaneous intervals and could not be had.
pub(super) fn fallback(report: &Report) -> Option<String> {
    let reason = report.sampling.simultaneous.as_ref()?.reason.as_ref()?;
    Some(format!("Sison–Glaz intervals were asked for, but {reason}: Bonferroni's inequality was used."))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::{JointMethod, Simultaneous, Subject, SubjectKind};

    fn subject() -> Subject {
        Subject { kind: SubjectKind::Group, id: "spillover".into() }
    }

    #[test]
    fn a_precision_says_what_was_reached() {
        let mut report = sample::report();
        let wanted =
            |half_width, relative, reached| Precision { of: subject(), half_width, relative, reached };
        let mut told = |precision| {
            report.sampling.stopping.precision = Some(precision);
            answers(&report).unwrap()
        };
        assert_eq!(
            told(wanted(0.005, false, Some(0.004_901))),
            "Precision of spillover: ± 0.5 pp asked for, ± 0.491 pp after 100,000 runs."
        );
        assert!(
            told(wanted(0.05, true, Some(0.062_3))).contains("± 5 % of its share asked for, ± 6.23 % after")
        );
        assert!(told(wanted(0.05, true, None)).contains("none, as it was never seen"));
    }

    #[test]
    fn an_answer_says_what_it_means() {
        let mut report = sample::report();
        report.threshold = Some(Threshold {
            of: subject(),
            at_least: 0.05,
            margin: 0.005,
            alpha: 0.01,
            beta: 0.02,
            answer: Answer::No,
            count: 3_512,
            log_ratio: -50.0,
            bounds: [-4.6, 4.6],
        });
        assert_eq!(
            answers(&report).unwrap(),
            "spillover at least 5 %? No, after 100,000 runs: Wald's test of 5.5 % or more against 4.5 % or less, error \
             rates 1 % (yes) and 2 % (no). Between 4.5 % and 5.5 % either answer may come."
        );
        report.sampling.stopping.kind = StoppingKind::CapReached;
        assert!(
            alarm(&report).unwrap().starts_with("CAP REACHED: 100,000 runs were made without the answer;")
        );
    }

    #[test]
    fn a_fallback_has_its_reason() {
        let mut report = sample::report();
        assert_eq!(fallback(&report), None);
        report.sampling.simultaneous = Some(Simultaneous {
            asked: JointMethod::SisonGlaz,
            used: JointMethod::Bonferroni,
            reason: Some("an outcome has fewer than 5 runs".into()),
        });
        assert!(fallback(&report).unwrap().contains("but an outcome has fewer than 5 runs: Bonferroni"));
    }
}
