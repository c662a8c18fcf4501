//! Runs told by a script, and by the engine → the counts that a batch must have.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::scripted::{CALM, STANDOFF, WAR, ending, events, failure, model, plan, tell, tell_of};
use super::*;
use crate::id::{ActorId, EventId, OutcomeId, RuleId, SiteId, VariableId};
use crate::model::{Assignment, Body, Code, Dependents, Op, Rule, Site, Timing};
use crate::stats::clusters::Cluster;

/// Some numbers in [0, 1) that depend on the run: splitmix64 (Steele, Lea & Flood 2014).
fn noise(run: u64, at: u64) -> f64 {
    let mut z = (run * 64 + at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A run in which everything happens now and then.
#[expect(clippy::unnecessary_wraps, reason = "it is told like a run that may fail")]
fn varied(run: u64, observer: &mut dyn Observer) -> Result<Ending, Failure> {
    let chance = |at: u64, share: f64| noise(run, at) < share;
    observer.began(&[f64::from(u8::from(chance(0, 0.3))), 0.0, 1.0]);
    for at in 0..3 {
        if chance(10 + at, 0.6) {
            let time = at as f64 + noise(run, 20 + at);
            let order = [2, 0, 1][(at as usize + usize::from(chance(30, 0.5))) % 3];
            let options = if order == 2 { events(&[3]) } else { Vec::new() };
            observer.fired(time, RuleId::new(order), &options);
            observer.changed(time, VariableId::new(1), 0.0, 1.0);
            observer.changed(time, VariableId::new(1), 1.0, 0.0);
        }
    }
    if chance(40, 0.2) {
        observer.latched(4.0, 1);
        observer.held(4.0, OutcomeId::new(STANDOFF));
    }
    (0..3).for_each(|at| observer.tracked(0, at..at + 1, noise(run, 50 + at as u64) * 1e3));
    observer.tracked(1, 0..3, 1.0);
    let class = if chance(60, 0.1) { WAR } else { CALM };
    Ok(ending(class, (class == WAR).then(|| 10.0 * noise(run, 61))))
}

/// Stops once so many runs are done, and checks that progress is told in order.
struct StopAfter {
    runs: u64,
    done: AtomicU64,
    headline: AtomicU64,
}

impl StopAfter {
    fn new(runs: u64) -> Self {
        Self { runs, done: AtomicU64::new(0), headline: AtomicU64::new(0) }
    }
}

impl Watcher for StopAfter {
    fn batch_done(&self, progress: Progress) {
        let before = self.done.swap(progress.done, Ordering::SeqCst);
        assert!(progress.done > before && progress.done <= progress.runs);
        self.headline.store(progress.headline, Ordering::SeqCst);
    }

    fn stop(&self) -> bool {
        self.done.load(Ordering::SeqCst) >= self.runs
    }
}

#[test]
fn tallies_do_not_depend_on_the_number_of_threads() {
    let alone = tell(plan(9_000, 1), &Unwatched, varied).unwrap();
    assert_eq!((alone.runs, alone.end, alone.tally.runs()), (9_000, End::Complete, 9_000));
    for jobs in [2, 3, 8, 64] {
        let uneven = |run: u64, observer: &mut dyn Observer| {
            if run.is_multiple_of(2 * BATCH) {
                std::thread::sleep(Duration::from_millis(20));
            }
            varied(run, observer)
        };
        assert_eq!(tell(plan(9_000, jobs), &Unwatched, uneven).unwrap(), alone, "{jobs} jobs");
    }
}

#[test]
fn a_stop_keeps_a_prefix() {
    for jobs in [1, 8] {
        let watcher = StopAfter::new(2 * BATCH);
        let stopped = tell(plan(1_000_000, jobs), &watcher, varied).unwrap();
        assert!(stopped.end == End::Stopped && stopped.runs >= 2 * BATCH && stopped.runs < 1_000_000);
        let prefix = tell(plan(stopped.runs, 2), &Unwatched, varied).unwrap();
        assert_eq!(prefix.end, End::Complete);
        assert_eq!(stopped.tally, prefix.tally);
        let headline = prefix.tally.class(OutcomeId::new(WAR)) + prefix.tally.class(OutcomeId::new(STANDOFF));
        assert_eq!(watcher.headline.into_inner(), headline);
    }
    assert_eq!(tell(plan(1_000_000, 1), &StopAfter::new(2 * BATCH), varied).unwrap().runs, 2 * BATCH);
    assert_eq!(tell(plan(1_000, 2), &StopAfter::new(0), varied).unwrap().runs, 0);
}

#[test]
fn the_lowest_failing_run_is_told() {
    let script = |run: u64, observer: &mut dyn Observer| {
        if run == 1_500 {
            std::thread::sleep(Duration::from_millis(30)); // the later one is known first
        }
        if [1_500, 1_600, 3_000, 7_000].contains(&run) { Err(failure()) } else { varied(run, observer) }
    };
    for jobs in [1, 2, 8] {
        let failed = tell(plan(9_000, jobs), &Unwatched, script).unwrap_err();
        assert_eq!(failed, RunFailed { run: 1_500, failure: failure() }, "{jobs} jobs");
    }
    let kept = tell(Plan { keep_failed: true, ..plan(9_000, 2) }, &Unwatched, script).unwrap();
    assert_eq!((kept.tally.runs(), kept.tally.failed(), kept.tally.completed()), (9_000, 4, 8_996));
}

#[test]
fn nothing_of_a_failed_run_is_counted() {
    let script = |run: u64, observer: &mut dyn Observer| {
        let told = varied(run, observer);
        if run % 2 == 1 { Err(failure()) } else { told }
    };
    // The same even runs, with nothing told of the odd ones.
    let silent = |run: u64, observer: &mut dyn Observer| {
        if run % 2 == 1 { Err(failure()) } else { varied(run, observer) }
    };
    let keep = Plan { keep_failed: true, ..plan(3_000, 1) };
    assert_eq!(tell(keep, &Unwatched, script).unwrap(), tell(keep, &Unwatched, silent).unwrap());
}

/// Without deeds nobody needs to know of each firing.
#[test]
fn sums_are_counted_like_the_firings_that_they_are_of() {
    let mut quiet = model();
    quiet.events.iter_mut().for_each(|event| event.action = None);
    // Rules in the order of their first firings; those of the last run fire more often than 16 bits tell.
    let fired = |run: u64| {
        let rules = (0..3).map(move |at| (at + run) % 3).filter(move |rule| !(run + rule).is_multiple_of(5));
        rules.map(move |rule| {
            let firings = if run == 1_499 { 65_535 + 3_000 * rule } else { 1 + (7 * run + rule) % 3 };
            (RuleId::new(rule as usize), firings as u32)
        })
    };
    let one_by_one = |run: u64, observer: &mut dyn Observer| {
        observer.began(&[0.0; 3]);
        for (rule, firings) in fired(run) {
            (0..firings).for_each(|_| observer.fired(1.0, rule, &[]));
        }
        Ok(ending(CALM, None))
    };
    let summed = |run: u64, observer: &mut dyn Observer| {
        assert!(observer.wants_sums());
        observer.began(&[0.0; 3]);
        fired(run).for_each(|(rule, firings)| observer.fired_often(rule, firings));
        Ok(ending(CALM, None))
    };
    let one_by_one = tell_of(&quiet, plan(1_500, 1), &Unwatched, one_by_one).unwrap();
    assert_eq!(tell_of(&quiet, plan(1_500, 1), &Unwatched, summed).unwrap(), one_by_one);
    assert!(one_by_one.tally.paths(OutcomeId::new(CALM)).count() > 5);
    let asks = |_: u64, observer: &mut dyn Observer| {
        assert!(!observer.wants_sums(), "it matters when deeds are done");
        Err(failure())
    };
    assert!(tell(plan(1, 1), &Unwatched, asks).is_err());
}

#[test]
fn a_log_is_kept_if_it_is_asked_for() {
    let made =
        |log| tell(Plan { log, keep_failed: true, ..plan(3_000, 2) }, &Unwatched, varied).unwrap().tally;
    let (logged, other) = (made(true), made(false));
    assert!(logged.log().is_some_and(|bytes| bytes.len() > 100));
    assert_eq!(other.log(), None);
    for outcome in (0..3).map(OutcomeId::new) {
        assert_eq!(logged.class(outcome), other.class(outcome));
        assert!(logged.paths(outcome).eq(other.paths(outcome)));
    }
}

#[test]
fn no_thread_runs_too_far_ahead() {
    let furthest = AtomicU64::new(0);
    let at_end_of_first = AtomicU64::new(0);
    let script = |run: u64, observer: &mut dyn Observer| {
        furthest.fetch_max(run / BATCH, Ordering::SeqCst);
        if run == 0 {
            std::thread::sleep(Duration::from_millis(200));
            at_end_of_first.store(furthest.load(Ordering::SeqCst), Ordering::SeqCst);
        }
        observer.began(&[0.0; 3]);
        Ok(ending(CALM, None))
    };
    tell(plan(100 * BATCH, 2), &Unwatched, script).unwrap();
    let ahead = at_end_of_first.into_inner();
    assert!((1..2 * AHEAD).contains(&ahead), "{ahead} batches ahead");
    assert_eq!(furthest.into_inner(), 99);
}

#[test]
#[should_panic(expected = "a broken simulator")]
fn a_panic_ends_the_work_instead_of_hanging_it() {
    let script = |run: u64, observer: &mut dyn Observer| {
        assert!(run != 0, "a broken simulator");
        varied(run, observer)
    };
    let _ = tell(plan(100 * BATCH, 3), &Unwatched, script);
}

/// Counted again run by run, with 7 draws of 3,000 runs; every eleventh run fails.
#[test]
fn parameter_draws_have_counts_of_their_own() {
    let script = |run: u64, observer: &mut dyn Observer| {
        let told = varied(run, observer);
        if run.is_multiple_of(5) {
            observer.changed(6.0, VariableId::new(1), 1.0, 2.0);
        }
        if run.is_multiple_of(11) { Err(failure()) } else { told }
    };
    let draws = Draws::Of(NonZeroU64::new(7).unwrap());
    let shared = |runs: u64, jobs: usize| {
        let plan = Plan { draws, keep_failed: true, ..plan(runs, jobs) };
        tell(plan, &Unwatched, script).unwrap().tally
    };
    let tally = shared(3_000, 1);
    for jobs in [2, 3, 8] {
        assert_eq!(shared(3_000, jobs), tally, "{jobs} jobs");
    }
    let by_hand = |counts: fn(&Tally) -> u64| {
        let mut clusters = vec![Cluster { successes: 0, trials: 0 }; 7];
        for run in 0..3_000 {
            let keep = Plan { keep_failed: true, ..plan(1, 1) };
            let one = tell(keep, &Unwatched, |_, observer| script(run, observer)).unwrap().tally;
            clusters[run as usize % 7].trials += 1;
            clusters[run as usize % 7].successes += counts(&one);
        }
        Some(clusters)
    };
    let [war, standoff] = [WAR, STANDOFF].map(OutcomeId::new);
    assert_eq!(tally.class_by_draw(&[war]), by_hand(|one| one.class(OutcomeId::new(WAR))));
    assert_eq!(tally.class_by_draw(&[war, standoff]), tally.class_by_draw(&[war]));
    assert_eq!(tally.latch_by_draw(1), by_hand(|one| one.latch_times(1).unwrap().total()));
    assert_eq!(tally.latch_by_draw(2), None);
    assert_eq!(tally.failed_by_draw(), by_hand(Tally::failed));
    assert_eq!(tally.vertical_by_draw(), by_hand(Tally::vertical));
    assert_eq!(tally.horizontal_by_draw(), by_hand(Tally::horizontal));
    let sum = |clusters: Option<Vec<Cluster>>| clusters.unwrap().iter().map(|of| of.successes).sum::<u64>();
    assert!(sum(tally.vertical_by_draw()) > 0 && sum(tally.failed_by_draw()) == tally.failed());
    assert_eq!(shared(7, 1).class_by_draw(&[war]), None);
    assert!(shared(8, 1).class_by_draw(&[war]).is_some());
}

/// One run, told by hand.
fn one(script: impl Fn(&mut dyn Observer) -> Ending + Sync) -> Tally {
    tell(plan(1, 1), &Unwatched, |_, observer| Ok(script(observer))).unwrap().tally
}

fn move_to(observer: &mut dyn Observer, time: f64, dyad: usize, old: f64, new: f64) {
    observer.changed(time, VariableId::new(dyad), old, new);
}

#[test]
fn dyads_reach_rungs() {
    let tally = one(|observer| {
        observer.began(&[1.0, 0.0, 0.0]);
        move_to(observer, 2.0, 0, 1.0, 3.0);
        move_to(observer, 3.0, 0, 3.0, 0.0);
        move_to(observer, 4.0, 0, 0.0, 2.0);
        ending(CALM, None)
    });
    let median = |dyad, rung| tally.rung_times(dyad, rung).unwrap().quantile(0.5);
    assert!(tally.rung_times(0, 0).is_none());
    assert_eq!((median(0, 1), median(0, 4), median(1, 1)), (Some(0.0), None, None));
    for rung in [2, 3] {
        assert!((median(0, rung).unwrap() - 2.0).abs() <= 10.0 / 32_768.0);
        assert_eq!(tally.rung_times(0, rung).unwrap().total(), 1);
    }
    assert_eq!((tally.vertical(), tally.horizontal()), (1, 0));
}

#[test]
fn escalation_is_vertical_or_horizontal() {
    let spread = |began: [f64; 3], moves: &'static [(usize, f64, f64)]| {
        let tally = one(move |observer| {
            observer.began(&began);
            for (dyad, old, new) in moves {
                move_to(observer, 1.0, *dyad, *old, *new);
            }
            ending(CALM, None)
        });
        let involved = [0, 1, 2].map(|at| tally.involved(ActorId::new(at)));
        (tally.vertical(), tally.horizontal(), involved)
    };
    // A quiet dyad between quiet actors wakes; then it rises.
    assert_eq!(spread([0.0; 3], &[(1, 0.0, 1.0)]), (0, 1, [0, 1, 1]));
    assert_eq!(spread([0.0; 3], &[(1, 0.0, 1.0), (1, 1.0, 2.0)]), (1, 1, [0, 1, 1]));
    // b was not quiet before.
    assert_eq!(spread([2.0, 0.0, 0.0], &[(1, 0.0, 4.0)]), (0, 1, [0, 0, 1]));
    // Both of b's dyads wake: b counts once.
    assert_eq!(spread([0.0; 3], &[(0, 0.0, 1.0), (1, 0.0, 1.0)]), (0, 1, [1, 1, 1]));
    // Falling, waking again, and other ladders are neither.
    assert_eq!(spread([2.0, 0.0, 0.0], &[(0, 2.0, 0.0), (0, 0.0, 1.0)]), (0, 0, [0; 3]));
    assert_eq!(spread([0.0; 3], &[(2, 0.0, 1.0), (2, 1.0, 2.0)]), (0, 0, [0; 3]));
}

proptest! {
    /// Whatever the way of the dyads, of which the third is not on `mid`.
    #[test]
    fn ways_are_counted_as_they_are_defined(
        began in prop::array::uniform3(0..3_u8),
        moves in prop::collection::vec((0..3_usize, 0..5_u8), 0..12),
    ) {
        let mut rungs = began;
        let mut way = Vec::new();
        for (dyad, rung) in moves {
            let rung = if dyad == 2 { rung.min(2) } else { rung };
            let old = std::mem::replace(&mut rungs[dyad], rung);
            if old != rung {
                way.push((dyad, old, rung));
            }
        }
        let tally = one(|observer| {
            observer.began(&began.map(f64::from));
            for (time, (dyad, old, new)) in (1..).zip(&way) {
                move_to(observer, 0.5 * f64::from(time), *dyad, f64::from(*old), f64::from(*new));
            }
            ending(CALM, None)
        });
        let on_mid = || way.iter().filter(|(dyad, ..)| *dyad < 2);
        let stirred = |dyad: usize| began[dyad] == 0 && way.iter().any(|(at, ..)| *at == dyad);
        let quiet = [began[0] == 0, began[0] == 0 && began[1] == 0, began[1] == 0];
        let involved = [stirred(0), stirred(0) || stirred(1), stirred(1)];
        prop_assert_eq!(tally.vertical() > 0, on_mid().any(|(_, old, new)| 0 < *old && old < new));
        prop_assert_eq!(tally.horizontal() > 0, stirred(0) || stirred(1));
        for at in 0..3 {
            prop_assert_eq!(tally.involved(ActorId::new(at)) > 0, quiet[at] && involved[at], "{}", at);
        }
        for (dyad, rung) in (0..3).flat_map(|dyad| (1..5).map(move |rung| (dyad, rung))) {
            let first = way.iter().position(|(at, _, new)| *at == dyad && *new >= rung);
            let first = if began[dyad] >= rung { Some(0.0) } else { first.map(|at| 0.5 * (at + 1) as f64) };
            let times = (dyad < 2 || rung < 3).then(|| tally.rung_times(dyad, usize::from(rung)).unwrap());
            let counted = times.and_then(|times| times.quantile(0.5));
            prop_assert_eq!(counted.is_some(), first.is_some(), "dyad {} on rung {}", dyad, rung);
            prop_assert!((counted.unwrap_or(0.0) - first.unwrap_or(0.0)).abs() <= 10.0 / 32_768.0);
        }
    }
}

#[test]
fn outcomes_and_groups_hold_at_any_time() {
    let tally = one(|observer| {
        observer.began(&[0.0; 3]);
        observer.held(1.0, OutcomeId::new(STANDOFF));
        observer.held(2.0, OutcomeId::new(WAR));
        ending(STANDOFF, Some(1.0))
    });
    let of = |at: usize| (tally.class(OutcomeId::new(at)), tally.ever(OutcomeId::new(at)));
    assert_eq!([of(WAR), of(STANDOFF), of(CALM)], [(0, 1), (1, 1), (0, 0)]);
    assert_eq!((tally.group_ever(0), tally.class_times(OutcomeId::new(STANDOFF)).total()), (1, 1));
    let calm = one(|observer| {
        observer.began(&[0.0; 3]);
        ending(CALM, None)
    });
    assert_eq!((calm.ever(OutcomeId::new(CALM)), calm.group_ever(0)), (1, 0));
    assert_eq!(calm.class_times(OutcomeId::new(CALM)).total(), 0);
}

#[test]
fn signatures_hold_first_firings_of_milestones() {
    let tally = one(|observer| {
        observer.began(&[0.0; 3]);
        observer.fired(1.0, RuleId::new(2), &events(&[3]));
        observer.fired(2.0, RuleId::new(0), &[]);
        observer.fired(3.0, RuleId::new(2), &[]);
        ending(WAR, Some(3.0))
    });
    let paths: Vec<_> = tally.paths(OutcomeId::new(WAR)).collect();
    assert_eq!(paths.len(), 1);
    assert_eq!(paths[0].0.events().collect::<Vec<_>>(), events(&[2, 0]));
    assert_eq!(paths[0].1, PathCount { count: 1, example: 0 });
    let firings = [0, 1, 2, 3].map(|at| tally.firings(EventId::new(at)));
    let runs = [0, 1, 2, 3].map(|at| tally.fired_in(EventId::new(at), OutcomeId::new(WAR)));
    assert_eq!((firings, runs), ([1, 0, 2, 1], [1, 0, 1, 1]));
}

#[test]
fn support_is_the_worst_of_the_milestones() {
    let support = |rule: usize| {
        let tally = one(move |observer| {
            observer.began(&[0.0; 3]);
            observer.fired(1.0, RuleId::new(rule), &[]);
            ending(WAR, None)
        });
        (tally.assumption(OutcomeId::new(WAR)), tally.low_grade(OutcomeId::new(WAR)))
    };
    assert_eq!([support(0), support(1), support(2)], [(0, 0), (0, 1), (1, 0)]);
}

#[test]
fn goldstein_values_count_up_to_the_time_of_the_grid() {
    let tally = one(|observer| {
        observer.began(&[0.0; 3]);
        observer.fired(0.0, RuleId::new(0), &[]);
        observer.fired(5.0, RuleId::new(0), &[]);
        observer.fired(5.5, RuleId::new(2), &events(&[3]));
        observer.fired(10.0, RuleId::new(0), &[]);
        ending(CALM, None)
    });
    let [attack, bluff] = ["190", "010"].map(|code| crate::codes::cameo::action(code).unwrap());
    let (attack, bluff) = (i64::from(attack.goldstein_tenths), i64::from(bluff.goldstein_tenths));
    assert_eq!(attack, -100);
    let [a, b] = [0, 1].map(ActorId::new);
    assert_eq!(tally.pairs(), [(a, b), (b, a)]);
    assert_eq!(tally.goldstein(0), [attack, attack, attack]);
    assert_eq!(tally.goldstein(1), [0, 0, bluff]);
}

#[test]
fn latches_of_watches_and_red_lines_have_times() {
    let tally = one(|observer| {
        observer.began(&[0.0; 3]);
        observer.latched(0.0, 0);
        observer.latched(10.0, 1);
        observer.latched(1.0, 2);
        ending(CALM, None)
    });
    let time = |latch| tally.latch_times(latch).map(|times| (times.total(), times.quantile(0.5).unwrap()));
    assert_eq!(time(0), Some((1, 0.0)));
    assert!((time(1).unwrap().1 - 10.0).abs() <= 10.0 / 32_768.0);
    assert_eq!(time(2), None);
}

/// War breaks out at a rate of 0.1 per day, and ends the run.
fn exponential_war() -> Model {
    let war = VariableId::new(0);
    let mut model = scripted::model();
    model.rules = vec![Rule {
        event: EventId::new(0),
        when: None,
        timing: Timing::Hazard {
            rate: Code::constant(0.1),
            chance: false,
            quick: None,
            site: SiteId::new(0),
        },
        limit: None,
        cooldown: None,
        window: None,
        disabled: false,
        body: Body {
            assignments: vec![Assignment { variable: war, value: Code::constant(4.0), low: 0.0, high: 4.0 }],
            choice: None,
        },
    }];
    model.sites = vec![Site { name: "rule attack: exponential".into() }];
    model.outcomes[WAR].condition = Some(Code::new(vec![Op::VariableEq(war, 4.0)]));
    model.outcomes[WAR].ends = true;
    model.outcomes[STANDOFF].condition = Some(Code::constant(0.0));
    model.dependents = vec![Dependents::default(); 3];
    model.dependents[0].outcomes = vec![OutcomeId::new(WAR)];
    model
}

/// Null: P(war) = 1 − e⁻¹ within 10 days, and its median time, given that, is −10 ln(1 − (1 − e⁻¹)/2). α = 10⁻⁶ for the
/// share; n = 20,000, seed 1.
#[test]
fn the_engine_is_tallied_alike_at_any_number_of_threads() {
    let model = exponential_war();
    let alone = run(&model, &plan(20_000, 1), &Unwatched).unwrap();
    assert_eq!(run(&model, &plan(20_000, 3), &Unwatched).unwrap(), alone);
    let war = OutcomeId::new(WAR);
    let p = -libm::expm1(-1.0);
    let share = alone.tally.class(war) as f64 / 20_000.0;
    assert!((share - p).abs() < 4.9 * (p * (1.0 - p) / 20_000.0).sqrt(), "{share}");
    let median = alone.tally.class_times(war).quantile(0.5).unwrap();
    assert!((median + 10.0 * libm::log1p(-p / 2.0)).abs() < 0.25, "{median}");
    assert_eq!(alone.tally.firings(EventId::new(0)), alone.tally.class(war));
    assert_eq!(alone.tally.rung_times(0, 4).unwrap(), alone.tally.class_times(war));
    assert_eq!(alone.tally.involved(ActorId::new(1)), alone.tally.class(war));
}
