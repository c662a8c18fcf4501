//! Triggers, answers and latches within an instant.

use super::scene::{Scene, attempt, code, days, equals, fired, is, is_not, number, plus, told};
use crate::engine::{Draws, Engine, FailureKind};
use crate::model::{Choice, ChoiceKind, Domain, Op, Timing};

#[test]
fn triggers_fire_in_file_order_each_with_its_cascade() {
    let mut scene = Scene::new(10.0);
    let (a, b) = (scene.flag("a"), scene.flag("b"));
    scene.trigger("third", is(a), &[]);
    scene.trigger("first", is(b), &[]);
    scene.trigger("second", is(b), &[(a, number(1.0))]);
    scene.trigger("never", equals(b, 2.0), &[]);
    scene.at("begin", 1.0, &[(b, number(1.0))]);
    // "second" makes the rule at the top of the file due, after "first" has fired.
    assert_eq!(fired(scene), [(1.0, 4), (1.0, 1), (1.0, 2), (1.0, 0)]);
}

#[test]
fn a_trigger_that_is_due_but_no_longer_holds_is_dropped() {
    let mut scene = Scene::new(10.0);
    let on = scene.flag("on");
    scene.trigger("first", is(on), &[(on, number(0.0))]);
    scene.trigger("second", is(on), &[]);
    scene.rule("every", Timing::Every(4.0), &[(on, number(1.0))]);
    assert_eq!(fired(scene), [(4.0, 2), (4.0, 0), (8.0, 2), (8.0, 0)]);
}

#[test]
fn triggers_answer_rises_only_and_what_is_true_at_the_start_rises_there() {
    let mut scene = Scene::new(10.0);
    let level = scene.gauge("level", 5.0);
    scene.trigger("high", code(&[Op::VariableGe(level, 5.0)]), &[]);
    scene.rule("every", Timing::Every(3.0), &[(level, plus(level, 1.0))]);
    scene.at("fall", 7.0, &[(level, number(0.0))]);
    scene.at("rise", 8.0, &[(level, number(9.0))]);
    scene.rule("always", Timing::Trigger, &[]);
    scene.at("scheduled at the start", 0.0, &[]);
    let expected = [(0.0, 0), (0.0, 4), (0.0, 5), (3.0, 1), (6.0, 1), (7.0, 2), (8.0, 3), (8.0, 0), (9.0, 1)];
    assert_eq!(fired(scene), expected);
}

#[test]
fn answers_fire_once_for_each_firing_in_file_order_if_armed_at_their_turn() {
    let mut scene = Scene::new(10.0);
    let (on, off) = (scene.variable("on", 1.0, Domain::Flag), scene.flag("off"));
    scene.answer("early", &["source"], None, &[(off, number(1.0))]).when = Some(is(on));
    scene.answer("late", &["source"], None, &[]).when = Some(is_not(off));
    scene.rule("source", Timing::Every(4.0), &[]);
    scene.answer("chained", &["early", "source"], None, &[]);
    scene.at("off", 6.0, &[(on, number(0.0)), (off, number(0.0))]);
    let expected = [
        (4.0, 2),
        (4.0, 0),
        // "late" was armed at the firing, but is no longer; "chained" is due twice.
        (4.0, 3),
        (4.0, 3),
        (6.0, 4),
        (8.0, 2),
        (8.0, 1),
        (8.0, 3),
    ];
    assert_eq!(fired(scene), expected);
}

/// A rule with an option that has a choice of its own.
fn nested(scene: &mut Scene) -> Choice {
    let counter = scene.gauge("counter", 0.0);
    let mut outer = scene.body(&[(counter, plus(counter, 1.0))]);
    let leaf = scene.body(&[(counter, plus(counter, 10.0))]);
    outer.choice = Some(scene.choice(ChoiceKind::Weights, vec![("act.outer.inner", number(1.0), leaf)]));
    scene.choice(ChoiceKind::Weights, vec![("act.outer", number(1.0), outer)])
}

#[test]
fn options_taken_fire_count_and_are_answered() {
    let mut scene = Scene::new(10.0);
    let choice = nested(&mut scene);
    let count = scene.variable("count", 0.0, Domain::Count);
    let last = scene.variable("last", f64::NEG_INFINITY, Domain::LastTime);
    scene.at("act", 2.0, &[]).body.choice = Some(choice);
    scene.answer("answer", &["act.outer.inner"], None, &[]);
    scene.answer("delayed", &["act.outer"], Some((days(1.5), false)), &[]);
    let mut scene_model = scene;
    let extra = scene_model.flag("extra");
    scene_model.trigger("counted", equals(count, 1.0), &[(extra, number(1.0))]);
    let mut model = scene_model.finish();
    // Events: four rules, then the options from the outside in.
    model.events[5].count = Some(count);
    model.events[5].last_time = Some(last);
    let mut told = super::scene::Told::default();
    Engine::new(&model, 1, Draws::Each).run(0, &mut told).unwrap();
    assert_eq!(told.fired, [(2.0, 0), (2.0, 1), (2.0, 3), (3.5, 2)]);
    assert_eq!(told.options[0], [4, 5]);
    // Both raise the counter from the state before: the later assignment stands.
    let counter: Vec<f64> =
        told.changed.iter().filter(|change| change.1 == 0).map(|change| change.2).collect();
    assert_eq!(counter, [1.0, 10.0]);
    assert!(told.changed.contains(&(2.0, count.index(), 1.0)));
    assert!(told.changed.contains(&(2.0, last.index(), 2.0)));
}

#[test]
fn an_answer_with_a_delay_is_one_at_most_and_cancelled_like_a_delay() {
    let run = |sticky: bool| {
        let mut scene = Scene::new(12.0);
        let on = scene.variable("on", 1.0, Domain::Flag);
        scene.answer("answer", &["source"], Some((days(2.5), sticky)), &[]).when = Some(is(on));
        scene.rule("source", Timing::Every(1.0), &[]).limit = Some(7);
        scene.at("off", 5.25, &[(on, number(0.0))]);
        scene.at("on", 7.5, &[(on, number(1.0))]);
        fired(scene).into_iter().filter(|(_, rule)| *rule == 0).collect::<Vec<_>>()
    };
    // Started at 1, then by the source at 4; the rise at 7.5 alone starts nothing.
    assert_eq!(run(false), [(3.5, 0)]);
    assert_eq!(run(true), [(3.5, 0), (6.5, 0)]);
}

#[test]
fn a_delayed_answer_must_be_armed_at_the_firing_and_after_the_instant() {
    let run = |effect: f64, before: f64| {
        let mut scene = Scene::new(10.0);
        let on = scene.variable("on", before, Domain::Flag);
        scene.answer("answer", &["source"], Some((days(1.0), false)), &[]).when = Some(is(on));
        scene.at("source", 3.0, &[]);
        scene.at("switch", 3.0, &[(on, number(effect))]);
        fired(scene).len()
    };
    assert_eq!(run(1.0, 1.0), 3);
    assert_eq!(run(0.0, 1.0), 2);
    assert_eq!(run(1.0, 0.0), 2);
}

#[test]
fn latches_stay_and_hold_at_any_look() {
    let mut scene = Scene::new(10.0);
    let on = scene.flag("on");
    let first = scene.latch(is(on));
    scene.latch(is(first));
    scene.trigger("off again", is(on), &[(on, number(0.0))]);
    scene.trigger("latched", is(first), &[]);
    scene.at("begin", 2.0, &[(on, number(1.0))]);
    scene.outcome("on", is(on), true);
    scene.outcome("latched", is(first), false);
    let (told, ending) = told(scene);
    assert_eq!(told.fired, [(2.0, 2), (2.0, 0), (2.0, 1)]);
    assert_eq!(told.latched, [(2.0, 0), (2.0, 1)]);
    // The first outcome held in the cascade only: ever, but not after the instant.
    assert_eq!(told.held, [(2.0, 0), (2.0, 1)]);
    assert_eq!((ending.time, ending.outcome.index(), ending.since), (10.0, 1, Some(2.0)));
}

#[test]
fn an_endless_cascade_names_its_loop() {
    let mut scene = Scene::new(10.0);
    let on = scene.flag("on");
    scene.at("begin", 2.0, &[(on, number(1.0))]);
    scene.trigger("off", is(on), &[(on, number(0.0))]);
    scene.trigger("bystander", equals(on, 7.0), &[]);
    scene.trigger("on", is_not(on), &[(on, number(1.0))]).window = None;
    let failure = attempt(scene).1.unwrap_err();
    let FailureKind::EndlessCascade(rules) = failure.kind else { panic!("{failure:?}") };
    let mut rules: Vec<usize> = rules.iter().map(|rule| rule.index()).collect();
    rules.sort_unstable();
    assert_eq!((failure.time, rules), (0.0, vec![1, 3]));
}
