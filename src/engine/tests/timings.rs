//! Hazards, delays, schedules, windows: what fires when.

use super::scene::{Scene, code, days, equals, fired, is, is_not, number, plus, told};
use crate::engine::{Draws, Engine, Observer};
use crate::id::{RuleId, VariableId};
use crate::model::{Code, Draw, Op, Timing};
use crate::stats::distribution::Distribution;
use crate::stats::sampler::Sampler;

/// Sum of the times of first firings of a rule.
#[derive(Default)]
struct First(Option<f64>);

impl Observer for First {
    fn fired(&mut self, time: f64, _: RuleId, _: &[crate::id::EventId]) {
        self.0.get_or_insert(time);
    }
}

/// The mean time of the first firing over runs.
fn mean_first(scene: Scene, seed: u64, runs: u64) -> f64 {
    let model = scene.finish();
    let mut engine = Engine::new(&model, seed, Draws::Each);
    let mut sum = 0.0;
    for run in 0..runs {
        let mut first = First::default();
        engine.run(run, &mut first).unwrap();
        sum += first.0.expect("it fires before the horizon");
    }
    sum / runs as f64
}

/// Null: the first firing of a hazard of 0.25 per day is exponential with mean 4 and sd 4. z-test, alpha 1e-4
/// (|z| < 3.89), n = 20,000, seed 11.
#[test]
fn a_hazard_has_its_mean() {
    let mut scene = Scene::new(1e4);
    scene.hazard("a", number(0.25), &[]).limit = Some(1);
    let z = (mean_first(scene, 11, 20_000) - 4.0) / (4.0 / libm::sqrt(20_000.0));
    assert!(z.abs() < 3.89, "z = {z}");
}

/// Null: a hazard of 0.5 that becomes 0.1 at day 1 has mean 1/0.5 (1 − e^−0.5) + e^−0.5 · 10 (integral of the
/// survival function) = 6.8522; second moment ∫ 2t S(t) dt, by parts: variance below 10². z-test with sd 9.6 taken
/// from the same integral, alpha 1e-4, n = 20,000, seed 12.
#[test]
fn a_hazard_is_integrated_over_changes_of_its_rate() {
    let mut scene = Scene::new(1e5);
    let low = scene.flag("low");
    scene.at("drop", 1.0, &[(low, number(1.0))]);
    let rate = code(&[Op::Variable(low), Op::Constant(0.1), Op::Constant(0.5), Op::Select]);
    let stop = scene.flag("stop");
    scene.hazard("a", rate, &[(stop, number(1.0))]).limit = Some(1);
    let model = scene.finish();
    let mut engine = Engine::new(&model, 12, Draws::Each);
    let n = 20_000;
    let mut sum = 0.0;
    for run in 0..n {
        let mut told = super::scene::Told::default();
        engine.run(run, &mut told).unwrap();
        sum += told.fired.iter().find(|(_, rule)| *rule == 1).unwrap().0;
    }
    let e = libm::exp(-0.5);
    let mean = 2.0 * (1.0 - e) + 10.0 * e;
    // E[T²] = ∫₀¹ 2t e^(−t/2) dt + e^(−1/2) ∫₀^∞ 2 (1+s) e^(−s/10) ds
    let second = 8.0 * (1.0 - e) - 4.0 * e + e * (20.0 + 200.0);
    let z = (sum / n as f64 - mean) / libm::sqrt((second - mean * mean) / n as f64);
    assert!(z.abs() < 3.89, "z = {z}");
}

/// Null: an Erlang delay of shape 3 and mean 6 has mean 6 and variance 12. z-test, alpha 1e-4, n = 20,000, seed 13.
#[test]
fn a_delay_has_its_distribution() {
    let mut scene = Scene::new(1e4);
    let sampler = Box::new(Sampler::new(&Distribution::Gamma { shape: 3.0, scale: 2.0 }));
    scene.delay("a", Draw::Sampled { sampler, factor: 1.0 }, (false, false), &[]);
    let z = (mean_first(scene, 13, 20_000) - 6.0) / libm::sqrt(12.0 / 20_000.0);
    assert!(z.abs() < 3.89, "z = {z}");
}

/// A hazard disarmed for three days fires three days later than one that never was, bits of rounding apart.
#[test]
fn a_disarmed_hazard_keeps_what_is_left() {
    let first = |off: Option<(f64, f64)>| {
        let mut scene = Scene::new(1000.0);
        let armed = scene.variable("armed", 1.0, crate::model::Domain::Flag);
        scene.hazard("a", number(0.01), &[]).when = Some(is(armed));
        if let Some((from, until)) = off {
            scene.at("off", from, &[(armed, number(0.0))]);
            scene.at("on", until, &[(armed, number(1.0))]);
        }
        fired(scene).into_iter().find(|(_, rule)| *rule == 0).unwrap().0
    };
    let plain = first(None);
    let pause = plain / 2.0;
    assert!((first(Some((pause, pause + 3.0))) - plain - 3.0).abs() < 1e-9);
    assert_eq!(first(Some((plain + 1.0, plain + 2.0))), plain);
}

#[test]
fn schedules_fire_at_their_times_if_armed() {
    let mut scene = Scene::new(10.0);
    let on = scene.flag("on");
    scene.rule("every", Timing::Every(2.5), &[]).when = Some(is(on));
    scene.at("begin", 3.0, &[(on, number(1.0))]);
    scene.at("start", 0.0, &[]);
    scene.at("horizon", 10.0, &[]);
    scene.at("beyond", 10.1, &[]);
    assert_eq!(fired(scene), [(0.0, 2), (3.0, 1), (5.0, 0), (7.5, 0), (10.0, 0), (10.0, 3)]);
}

/// A delay of four days from day 1 on, with the condition off within (3, 3.5).
fn interrupted(sticky: bool, repeat: bool) -> Vec<(f64, usize)> {
    let mut scene = Scene::new(13.0);
    let on = scene.flag("on");
    scene.delay("a", days(4.0), (sticky, repeat), &[]).when = Some(is(on));
    scene.at("on", 1.0, &[(on, number(1.0))]);
    scene.at("off", 3.0, &[(on, number(0.0))]);
    scene.at("on again", 3.5, &[(on, number(1.0))]);
    fired(scene).into_iter().filter(|(_, rule)| *rule == 0).collect()
}

#[test]
fn a_delay_is_cancelled_by_disarming_unless_sticky_and_repeats_if_told() {
    assert_eq!(interrupted(false, false), [(7.5, 0)]);
    // The rise at 3.5 falls into the pending delay and is lost.
    assert_eq!(interrupted(true, false), [(5.0, 0)]);
    assert_eq!(interrupted(false, true), [(7.5, 0), (11.5, 0)]);
    assert_eq!(interrupted(true, true), [(5.0, 0), (9.0, 0), (13.0, 0)]);
}

#[test]
fn a_sticky_delay_fires_though_disarmed_and_the_next_spell_starts_another() {
    let mut scene = Scene::new(20.0);
    let on = scene.flag("on");
    scene.delay("a", days(4.0), (true, false), &[]).when = Some(is(on));
    for (time, value) in [(1.0, 1.0), (2.0, 0.0), (9.0, 1.0), (9.5, 0.0)] {
        scene.at("switch", time, &[(on, number(value))]);
    }
    let firings: Vec<_> = fired(scene).into_iter().filter(|(_, rule)| *rule == 0).collect();
    assert_eq!(firings, [(5.0, 0), (13.0, 0)]);
}

#[test]
fn clocks_see_only_the_state_after_an_instant() {
    let mut scene = Scene::new(10.0);
    let on = scene.variable("on", 1.0, crate::model::Domain::Flag);
    scene.delay("a", days(4.0), (false, false), &[]).when = Some(is(on));
    scene.at("off", 2.0, &[(on, number(0.0))]);
    scene.at("on", 2.0, &[(on, number(1.0))]);
    assert_eq!(fired(scene), [(2.0, 1), (2.0, 2), (4.0, 0)]);
}

#[test]
fn what_is_due_fires_only_if_still_due_at_its_turn() {
    let mut scene = Scene::new(10.0);
    let on = scene.variable("on", 1.0, crate::model::Domain::Flag);
    scene.at("off", 4.0, &[(on, number(0.0))]);
    scene.delay("a", days(4.0), (false, false), &[]).when = Some(is(on));
    scene.delay("sticky", days(4.0), (true, false), &[]).when = Some(is(on));
    scene.at("on", 4.0, &[(on, number(1.0))]);
    scene.at("too", 4.0, &[]).when = Some(is_not(on));
    // The cancelled delay starts anew, since its spell is unanswered and holds after the instant.
    assert_eq!(fired(scene), [(4.0, 0), (4.0, 2), (4.0, 3), (8.0, 1)]);
}

#[test]
fn a_span_holds_from_its_start_up_to_but_not_including_its_end() {
    let mut scene = Scene::new(10.0);
    scene.rule("every", Timing::Every(1.0), &[]);
    scene.window(0, 2.0, 5.0);
    scene.delay("at its end", days(3.0), (false, false), &[]);
    scene.window(1, 2.0, 5.0);
    scene.delay("before its end", days(2.5), (false, false), &[]);
    scene.window(2, 2.0, 5.0);
    scene.rule("trigger", Timing::Trigger, &[]);
    scene.window(3, 3.0, f64::INFINITY);
    scene.rule("from the start", Timing::Trigger, &[]);
    scene.window(4, -1.0, 1.0);
    let expected = [(0.0, 4), (2.0, 0), (3.0, 3), (3.0, 0), (4.0, 0), (4.5, 2)];
    assert_eq!(fired(scene), expected);
}

#[test]
fn durations_are_computed_when_the_delay_starts() {
    let mut scene = Scene::new(20.0);
    let pace = scene.gauge("pace", 1.0);
    scene.delay("a", Draw::Value(plus(pace, 1.0)), (false, true), &[(pace, plus(pace, 1.0))]);
    assert_eq!(fired(scene), [(2.0, 0), (5.0, 0), (9.0, 0), (14.0, 0), (20.0, 0)]);
}

#[test]
fn grid_times_take_the_state_after_all_instants_at_that_time() {
    let mut scene = Scene::new(10.0);
    let level = scene.gauge("level", 0.0);
    scene.rule("every", Timing::Every(2.0), &[(level, plus(level, 1.0))]);
    scene.track(is(level));
    scene.track(code(&[Op::Time]));
    scene.outcome("high", equals(level, 3.0), true);
    let (told, ending) = told(scene);
    let levels: Vec<f64> = told.tracked.iter().map(|values| values[0]).collect();
    assert_eq!(levels, [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
    let times: Vec<f64> = told.tracked.iter().map(|values| values[1]).collect();
    assert_eq!(times, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0, 6.0, 6.0, 6.0]);
    assert!(ending.by_outcome);
    assert_eq!((ending.time, ending.since, ending.firings), (6.0, Some(6.0), 3));
}

#[test]
fn an_outcome_is_timed_from_when_it_holds_unbroken() {
    let mut scene = Scene::new(10.0);
    let on = scene.flag("on");
    let last = scene.variable("last", f64::NEG_INFINITY, crate::model::Domain::LastTime);
    for (name, time, value) in
        [("a", 1.0, 1.0), ("b", 4.0, 0.0), ("c", 4.0, 1.0), ("d", 6.0, 0.0), ("e", 7.0, 1.0)]
    {
        scene.at(name, time, &[(on, number(value))]);
    }
    scene.at("look", 9.0, &[]);
    scene.model.events[0].last_time = Some(last);
    scene.outcome(
        "long ago",
        code(&[
            Op::Since(last),
            Op::Constant(8.5),
            Op::Ge,
            Op::Since(last),
            Op::Constant(1e9),
            Op::Lt,
            Op::And,
        ]),
        false,
    );
    scene.outcome("on", is(on), false);
    let mut other = Scene::new(10.0);
    std::mem::swap(&mut other, &mut scene);
    let (told, ending) = told(other);
    // Nine days since day 1 are seen at the horizon only: 8 at day 9.
    assert_eq!(ending.outcome.index(), 0);
    assert_eq!((ending.time, ending.since, ending.by_outcome), (10.0, Some(10.0), false));
    assert_eq!(told.held, [(1.0, 1), (10.0, 0)]);
}

#[test]
fn the_class_keeps_the_instant_since_which_it_held() {
    let since = |times: &[(f64, f64)]| {
        let mut scene = Scene::new(10.0);
        let on: VariableId = scene.flag("on");
        for (time, value) in times {
            scene.at("switch", *time, &[(on, number(*value))]);
        }
        scene.outcome("on", is(on), false);
        told(scene).1.since
    };
    assert_eq!(since(&[(1.0, 1.0), (4.0, 0.0), (4.0, 1.0)]), Some(1.0));
    assert_eq!(since(&[(1.0, 1.0), (4.0, 0.0), (5.0, 1.0)]), Some(5.0));
    assert_eq!(since(&[(1.0, 1.0), (4.0, 0.0)]), None);
    let always: Code = number(1.0);
    let mut scene = Scene::new(10.0);
    scene.outcome("always", always, false);
    assert_eq!(told(scene).1.since, Some(0.0));
}
