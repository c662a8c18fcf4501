//! Scripted batches → the figures that their reports must have.

use super::*;
use crate::engine::{Draws, Ending, Failure, Observer};
use crate::ensemble::scripted::{CALM, WAR, ending, events, failure, model, plan, tell};
use crate::ensemble::{Goal, Plan, Unwatched};
use crate::id::{RuleId, VariableId};
use crate::report::{Basis, IntervalMethod, JointMethod};
use crate::report::{Report, digest};

fn report_of(batch: &Batch) -> Report {
    report_of_model(&model(), batch)
}

fn report_of_model(model: &Model, batch: &Batch) -> Report {
    let text = "id: small\n".to_owned();
    let scenario = ScenarioRecord {
        digest: digest(&text),
        variant: Some("calmer".into()),
        set: IndexMap::from([("p".to_owned(), "0.5".to_owned())]),
        text,
    };
    build(Inputs {
        model,
        batch,
        scenario,
        confidence: 0.95,
        seed: u64::MAX,
        draws: Draws::Each,
        asked: batch.runs,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
    })
}

/// Of ten runs the first is a war after an attack at day 2, the last fails if failures are kept; the rest is calm.
fn script(run: u64, observer: &mut dyn Observer) -> Result<Ending, Failure> {
    observer.began(&[0.0, 0.0, 2.0]);
    observer.tracked(0, 0..3, run as f64);
    observer.tracked(1, 0..3, 1.0);
    match run {
        0 => {
            observer.fired(2.0, RuleId::new(0), &[]);
            observer.changed(2.0, VariableId::new(0), 0.0, 4.0);
            observer.latched(2.0, 1);
            Ok(ending(WAR, Some(2.0)))
        }
        9 => Err(failure()),
        _ => {
            observer.fired(1.0, RuleId::new(2), &events(&[3]));
            Ok(ending(CALM, None))
        }
    }
}

fn nine() -> Report {
    report_of(&tell(plan(9, 1), &Unwatched, script).unwrap())
}

fn ten() -> Report {
    report_of(&tell(Plan { keep_failed: true, ..plan(10, 1) }, &Unwatched, script).unwrap())
}

#[test]
fn reports_survive_json() {
    for report in [nine(), ten()] {
        let json = report.to_json();
        assert!(json.ends_with("}\n"));
        let back = Report::from_json(&json).unwrap();
        assert_eq!(back, report);
        assert_eq!(back.to_json(), json);
    }
    assert_eq!(nine().sampling.seed.as_deref(), Some("18446744073709551615"));
}

#[test]
fn shares_add_to_one_and_failed_comes_last() {
    let names =
        |report: &Report| report.outcomes.iter().map(|outcome| outcome.id.clone()).collect::<Vec<_>>();
    assert_eq!(names(&nine()), ["war", "standoff", "calm"]);
    assert_eq!(names(&ten()), ["war", "standoff", "calm", "failed"]);
    for report in [nine(), ten()] {
        assert!((report.outcomes.iter().map(|outcome| outcome.share).sum::<f64>() - 1.0).abs() < 1e-15);
        assert_eq!(
            report.outcomes.iter().map(|outcome| outcome.count.unwrap()).sum::<u64>(),
            report.sampling.runs
        );
    }
    assert_eq!((ten().sampling.failed, ten().outcomes[3].count), (1, Some(1)));
}

#[test]
fn what_was_never_seen_may_still_be() {
    let standoff = &nine().outcomes[1];
    assert_eq!((standoff.count, standoff.share, standoff.time), (Some(0), 0.0, None));
    // no success in n trials: (1 − high)^n = α/2
    let high = 1.0 - libm::pow(0.025, 1.0 / 9.0);
    assert!(standoff.interval[0] == 0.0 && (standoff.interval[1] - high).abs() < 1e-12);
    assert_eq!(standoff.likelihood.low, None);
    assert_eq!(standoff.likelihood.high.as_deref(), Some("unlikely"));
}

#[test]
fn times_are_within_their_resolution() {
    let report = nine();
    let at_two = |time: Option<crate::report::Times>| {
        let time = time.unwrap();
        assert!((time.q05 - 2.0).abs() <= 10.0 / 32_768.0 && time.q05 == time.q95);
    };
    at_two(report.outcomes[0].time);
    at_two(report.groups[0].time);
    at_two(report.red_lines[0].time);
    at_two(report.watch[1].time);
    assert_eq!((report.watch[0].count, report.watch[0].time), (Some(0), None));
    assert_eq!((report.groups[0].count, report.groups[0].ever.count), (Some(1), Some(1)));
}

/// Of a hundred wars, the k-th begins at day (k − ½)/10.
fn wars(end: End, method: Method, simultaneous: Option<JointMethod>) -> Report {
    let script = |run: u64, observer: &mut dyn Observer| {
        observer.began(&[0.0; 3]);
        Ok(ending(WAR, Some((run as f64 + 0.5) / 10.0)))
    };
    let batch = Batch { end, ..tell(plan(100, 1), &Unwatched, script).unwrap() };
    let model = model();
    let scenario =
        ScenarioRecord { digest: String::new(), variant: None, set: IndexMap::new(), text: String::new() };
    let goal = &Goal::AllRuns;
    build(Inputs {
        model: &model,
        batch: &batch,
        scenario,
        confidence: 0.95,
        seed: 1,
        asked: 100,
        draws: Draws::Each,
        goal,
        method,
        simultaneous,
    })
}

#[test]
fn quantiles_of_times_have_the_intervals_of_their_ranks() {
    let bin = 10.0 / 16_384.0;
    let time = wars(End::Complete, Method::Wilson, None).outcomes[0].time.unwrap();
    // Ranks from tests/oracles/quantile_ci_orderstat.csv: 40 and 61 for the median, 1 and 11, 90 and 100.
    let intervals = time.intervals.unwrap();
    let expected = [(intervals.q05, 1, 11), (intervals.q50, 40, 61), (intervals.q95, 90, 100)];
    for ([low, high], from, to) in expected {
        let at = |rank: u32| (f64::from(rank) - 0.5) / 10.0;
        assert!(low <= at(from) && at(from) <= low + bin, "{low} {from}");
        assert!(high >= at(to) && at(to) >= high - bin, "{high} {to}");
    }
    assert_eq!(time.basis, Some(Basis::alone(IntervalMethod::OrderStatistics, 0.95, 100)));
    let few = nine().outcomes[0].time.unwrap();
    assert_eq!((few.basis.unwrap().n, few.intervals.unwrap().q50), (1, [0.0, 10.0]));
}

#[test]
fn what_was_interrupted_has_intervals_that_hold_whenever_one_stops() {
    let fixed = wars(End::Complete, Method::Wilson, None);
    let stopped = wars(End::Stopped, Method::Wilson, Some(JointMethod::SisonGlaz));
    assert_eq!(fixed.outcomes[0].basis, Basis::alone(IntervalMethod::Wilson, 0.95, 100));
    let basis = Basis::alone(IntervalMethod::ConfidenceSequence, 0.95, 100);
    assert_eq!((stopped.groups[0].basis, stopped.watch[0].basis), (basis, basis));
    assert_eq!(stopped.outcomes[0].basis, Basis { joint: 3, ..basis });
    let simultaneous = stopped.sampling.simultaneous.unwrap();
    assert_eq!(simultaneous.used, JointMethod::Bonferroni);
    assert_eq!(simultaneous.reason.as_deref(), Some("the number of runs was not fixed before"));
    let widths = |report: &Report| {
        let time = report.groups[0].time.unwrap().intervals.unwrap().q50;
        (report.groups[0].interval[1] - report.groups[0].interval[0], time[1] - time[0])
    };
    let stopped = wars(End::Stopped, Method::Wilson, None);
    assert!(widths(&stopped).0 > widths(&fixed).0 && widths(&stopped).1 > widths(&fixed).1);
}

#[test]
fn ladders_are_told_from_the_lowest_rung() {
    let ladder = nine().ladder.unwrap();
    let counts = |dyad: usize| ladder.dyads[dyad].rungs.iter().map(|rung| rung.count).collect::<Vec<_>>();
    assert_eq!((counts(0), counts(1), counts(2)), (vec![9, 1, 1, 1, 1], vec![9, 0, 0, 0, 0], vec![9, 9, 9]));
    assert_eq!(ladder.dyads[2].rungs[2].time.unwrap().q95, 0.0);
    assert_eq!((ladder.vertical.count, ladder.horizontal.count), (0, 1));
    let involved: Vec<_> =
        ladder.horizontal.newly_involved.iter().map(|it| (it.actor.as_str(), it.runs)).collect();
    assert_eq!(involved, [("a", 1), ("b", 1)]);
    let attack = &ladder.goldstein[0];
    assert_eq!((attack.actor.as_str(), attack.target.as_str()), ("a", "b"));
    assert_eq!(attack.mean, [0.0, -10.0 / 9.0, -10.0 / 9.0]);
}

#[test]
fn a_place_is_not_said_to_be_involved() {
    let mut model = model();
    model.actors[1].is_place = true;
    let report = report_of_model(&model, &tell(plan(9, 1), &Unwatched, script).unwrap());
    let horizontal = report.ladder.unwrap().horizontal;
    let involved: Vec<_> = horizontal.newly_involved.iter().map(|it| it.actor.as_str()).collect();
    assert_eq!((horizontal.count, involved.as_slice()), (1, ["a"].as_slice()));
}

#[test]
fn tracks_leave_failed_runs_out() {
    let level = &ten().tracks[0];
    // the numbers 0 to 8: mean 4, variance 60/8
    assert!((level.mean[1] - 4.0).abs() < 1e-15 && (level.sd[1] - libm::sqrt(7.5)).abs() < 1e-14);
    let quantiles: Vec<_> = level.quantiles.iter().map(|quantile| quantile.values[2]).collect();
    assert_eq!(quantiles, [0.0, 2.0, 4.0, 6.0, 8.0]);
    assert_eq!(ten().tracks[1].values.as_deref().unwrap(), ["cold", "warm", "hot"]);
}

#[test]
fn paths_and_assumptions_name_events() {
    let report = ten();
    let calm = &report.paths[2];
    assert_eq!((calm.distinct, calm.other, calm.top.len()), (1, 0, 1));
    assert_eq!((calm.top[0].signature.as_slice(), calm.top[0].count), (["guess".to_owned()].as_slice(), 8));
    assert_eq!((calm.top[0].share, calm.top[0].example), (1.0, 1));
    assert!(report.paths[1].top.is_empty());
    let assumptions: Vec<_> =
        report.provenance.assumptions.iter().map(|it| (it.id.as_str(), it.firings)).collect();
    assert_eq!(assumptions, [("guess", 8), ("guess.bluff", 8)]);
    let calm = &report.provenance.outcomes[2];
    assert_eq!((calm.runs, calm.assumption, calm.low_grade), (8, 8, 0));
    assert_eq!((report.rules[0].runs, report.rules[0].by_outcome[0].runs), (1, 1));
}

#[test]
fn no_run_at_all_gives_a_report_that_says_nothing() {
    let report = report_of(&tell(plan(0, 1), &Unwatched, script).unwrap());
    assert_eq!(report.outcomes[0].interval, [0.0, 1.0]);
    let ladder = report.ladder.as_ref().unwrap();
    assert!(report.tracks.is_empty() && ladder.goldstein.is_empty());
    assert_eq!(ladder.dyads[0].rungs[0].time, None);
    assert_eq!(Report::from_json(&report.to_json()).unwrap(), report);
}

#[test]
fn at_most_ten_paths_are_shown_the_most_frequent_first() {
    // Twelve orders in which up to three milestones fire, the order number k in 13 − k of 78 runs.
    let orders: [&[usize]; 12] =
        [&[], &[0], &[1], &[2], &[0, 1], &[1, 0], &[0, 2], &[2, 0], &[1, 2], &[2, 1], &[0, 1, 2], &[2, 1, 0]];
    let numbers: Vec<usize> =
        (0..12).rev().flat_map(|order| std::iter::repeat_n(order, 12 - order)).collect();
    let script = |run: u64, observer: &mut dyn Observer| {
        observer.began(&[0.0; 3]);
        for rule in orders[numbers[run as usize]] {
            observer.fired(1.0, RuleId::new(*rule), &[]);
        }
        Ok(ending(CALM, None))
    };
    let calm = report_of(&tell(plan(78, 1), &Unwatched, script).unwrap()).paths.remove(2);
    assert_eq!((calm.distinct, calm.top.len()), (12, 10));
    let counts: Vec<_> = calm.top.iter().map(|path| path.count).collect();
    assert_eq!(counts, (3..=12).rev().collect::<Vec<u64>>());
    assert_eq!(calm.top[9].signature, ["guess", "rumour"]);
    assert_eq!(calm.top[9].example, 3);
}
