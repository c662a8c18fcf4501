//! Limits, cooldowns, disabled rules, and what fails a run.

use super::scene::{Scene, attempt, code, days, fired, is, number, plus, told};
use crate::engine::{Failure, FailureKind};
use crate::id::{EventId, RuleId};
use crate::model::{ChoiceKind, ComputedFamily, Domain, Draw, Op, Timing};

fn kind(scene: Scene) -> (f64, Option<RuleId>, FailureKind) {
    let Failure { time, rule, kind } = attempt(scene).1.unwrap_err();
    (time, rule, kind)
}

#[test]
fn limits_count_firings_and_cooldowns_disarm_up_to_their_end() {
    let mut scene = Scene::new(10.0);
    scene.rule("thrice", Timing::Every(1.0), &[]).limit = Some(3);
    scene.rule("every other", Timing::Every(1.0), &[]).cooldown = Some(2.0);
    scene.rule("never", Timing::Every(1.0), &[]).limit = Some(0);
    scene.rule("off", Timing::Every(1.0), &[]).disabled = true;
    let all = fired(scene);
    let of =
        |rule: usize| all.iter().filter(|(_, at)| *at == rule).map(|(time, _)| *time).collect::<Vec<_>>();
    assert_eq!(of(0), [1.0, 2.0, 3.0]);
    assert_eq!(of(1), [1.0, 3.0, 5.0, 7.0, 9.0]);
    assert_eq!((of(2).len(), of(3).len()), (0, 0));
}

#[test]
fn a_rise_during_a_cooldown_is_lost_to_triggers_and_kept_by_delays() {
    let mut scene = Scene::new(10.0);
    let on = scene.variable("on", 1.0, Domain::Flag);
    let trigger = scene.trigger("trigger", is(on), &[]);
    trigger.cooldown = Some(4.0);
    let delay = scene.delay("delay", days(0.5), (false, false), &[]);
    delay.when = Some(is(on));
    delay.cooldown = Some(4.0);
    for (time, value) in [(1.0, 0.0), (2.0, 1.0), (6.0, 0.0), (7.0, 1.0)] {
        scene.at("switch", time, &[(on, number(value))]);
    }
    let firings: Vec<_> = fired(scene).into_iter().filter(|(_, rule)| *rule < 2).collect();
    // The trigger loses the rise at 2; the delay's cooldown ends at 4.5. Its next, to 9, delays the rise at 7.
    assert_eq!(firings, [(0.0, 0), (0.5, 1), (5.0, 1), (7.0, 0), (9.5, 1)]);
}

#[test]
fn a_repeated_delay_starts_anew_when_its_cooldown_ends() {
    let mut scene = Scene::new(10.0);
    scene.delay("again", days(1.0), (false, true), &[]).cooldown = Some(2.0);
    assert_eq!(fired(scene), [(1.0, 0), (4.0, 0), (7.0, 0), (10.0, 0)]);
}

#[test]
fn a_disabled_rule_does_not_rise_answer_or_wait() {
    let mut scene = Scene::new(10.0);
    scene.rule("trigger", Timing::Trigger, &[]).disabled = true;
    scene.delay("delay", days(1.0), (true, true), &[]).disabled = true;
    scene.hazard("hazard", number(f64::NAN), &[]).disabled = true;
    scene.answer("answer", &["source"], None, &[]).disabled = true;
    scene.at("source", 1.0, &[]);
    assert_eq!(fired(scene), [(1.0, 4)]);
}

#[test]
fn a_clock_that_does_not_advance_fails_the_run() {
    let mut scene = Scene::new(10.0);
    scene.delay("a", days(0.0), (false, true), &[]);
    assert_eq!(kind(scene), (0.0, Some(RuleId::new(0)), FailureKind::Stalled));
}

#[test]
fn too_many_firings_fail_the_run() {
    let mut scene = Scene::new(10.0);
    scene.rule("a", Timing::Every(1.0 / 262_144.0), &[]);
    let (time, rule, kind) = kind(scene);
    assert_eq!((rule, kind), (Some(RuleId::new(0)), FailureKind::TooManyFirings));
    assert_eq!(time, 1_000_001.0 / 262_144.0);
}

#[test]
fn clocks_need_finite_numbers_not_below_zero() {
    let first = Some(RuleId::new(0));
    let mut scene = Scene::new(10.0);
    scene.hazard("a", number(-1.0), &[]);
    assert_eq!(kind(scene), (0.0, first, FailureKind::Hazard(-1.0)));
    let mut scene = Scene::new(10.0);
    scene.hazard("a", number(f64::INFINITY), &[]);
    assert_eq!(kind(scene), (0.0, first, FailureKind::Hazard(f64::INFINITY)));
    let mut scene = Scene::new(10.0);
    scene.hazard("a", code(&[Op::Constant(1.0), Op::Hazard]), &[]);
    if let Timing::Hazard { chance, .. } = &mut scene.model.rules[0].timing {
        *chance = true;
    }
    assert_eq!(kind(scene), (0.0, first, FailureKind::Probability));
    let mut scene = Scene::new(10.0);
    scene.delay("a", days(-0.5), (false, false), &[]);
    assert_eq!(kind(scene), (0.0, first, FailureKind::Delay(-0.5)));
    let mut scene = Scene::new(10.0);
    let arguments = vec![number(-1.0)];
    let delay = Draw::Computed { family: ComputedFamily::Exponential, arguments, factor: 1.0 };
    scene.delay("a", delay, (false, false), &[]);
    assert!(matches!(kind(scene).2, FailureKind::Delay(days) if days.is_nan()));
}

#[test]
fn assigned_and_initial_values_must_be_finite() {
    let mut scene = Scene::new(10.0);
    let a = scene.gauge("a", 0.0);
    scene.at("divide", 3.0, &[(a, code(&[Op::Constant(1.0), Op::Variable(a), Op::Div]))]);
    let expected = FailureKind::Assignment(a, f64::INFINITY);
    assert_eq!(kind(scene), (3.0, Some(RuleId::new(0)), expected));
    let mut scene = Scene::new(10.0);
    let a = scene.gauge("a", 0.0);
    scene.setup(a, Draw::Value(number(f64::INFINITY)));
    assert_eq!(kind(scene), (0.0, None, FailureKind::Initial(a, f64::INFINITY)));
}

#[test]
fn choices_need_sound_weights_utilities_and_rationality() {
    let failing = |choice_kind: ChoiceKind, measure: f64| {
        let mut scene = Scene::new(10.0);
        let body = scene.body(&[]);
        let options = vec![("a.x", number(1.0), body.clone()), ("a.y", number(measure), body)];
        let choice = scene.choice(choice_kind, options);
        scene.at("a", 1.0, &[]).body.choice = Some(choice);
        kind(scene).2
    };
    let second = EventId::new(2);
    assert_eq!(failing(ChoiceKind::Weights, -1.0), FailureKind::Weight(second, -1.0));
    let sound = ChoiceKind::Utilities { rationality: number(1.0) };
    assert_eq!(failing(sound, f64::INFINITY), FailureKind::Utility(second, f64::INFINITY));
    let negative = ChoiceKind::Utilities { rationality: number(-0.5) };
    assert_eq!(failing(negative, 0.0), FailureKind::Rationality(-0.5));
}

#[test]
fn initial_values_are_computed_in_order_and_kept_in_range() {
    let mut scene = Scene::new(1.0);
    let (a, b) = (scene.variable("a", 0.0, Domain::Number), scene.gauge("b", 0.0));
    scene.setup(a, Draw::Value(number(70.0)));
    scene.setup(b, Draw::Value(plus(a, 40.0)));
    assert_eq!(told(scene).0.began, [70.0, 100.0]);
}
