//! A run depends on model, seed, draws and index alone.

use std::num::NonZeroU64;

use super::scene::{Scene, Told, code, days, is, is_not, number, plus};
use crate::engine::{Draws, Engine, Observer, Unobserved};
use crate::model::{ChoiceKind, ComputedFamily, Domain, Draw, Model, Op, SetupKind, Timing};

/// Something of everything. With `more`, a busy rule that nothing depends on, at the front of the file.
fn medley(more: bool) -> Model {
    let mut scene = Scene::new(100.0);
    let (on, heat) = (scene.flag("on"), scene.gauge("heat", 10.0));
    let pace = scene.variable("pace", 0.0, Domain::Number);
    let uniform = || Draw::Computed {
        family: ComputedFamily::Uniform,
        arguments: vec![number(0.5), number(3.0)],
        factor: 1.0,
    };
    scene.setup(pace, uniform());
    if more {
        let alone = scene.gauge("alone", 0.0);
        scene.hazard("busy", number(3.0), &[(alone, plus(alone, 1.0))]);
    }
    let rate = code(&[Op::Variable(heat), Op::Constant(0.02), Op::Mul]);
    scene.hazard("heat", rate, &[(heat, plus(heat, 1.0))]).when = Some(is_not(on));
    scene.hazard("switch", is(pace), &[(on, number(1.0))]).cooldown = Some(2.0);
    scene.delay("back", uniform(), (false, false), &[(on, number(0.0))]).when = Some(is(on));
    let (up, down) = (scene.body(&[(heat, plus(heat, 5.0))]), scene.body(&[(heat, plus(heat, -5.0))]));
    let kind = ChoiceKind::Utilities { rationality: number(1.5) };
    let choice = scene.choice(kind, vec![("choose.up", number(0.2), up), ("choose.down", number(0.3), down)]);
    scene.trigger("choose", is(on), &[]).body.choice = Some(choice);
    scene.answer("answer", &["choose.up"], Some((days(1.0), false)), &[(heat, plus(heat, -1.0))]);
    scene.rule("every", Timing::Every(7.0), &[(heat, number(10.0))]);
    scene.outcome("hot", code(&[Op::VariableGe(heat, 30.0)]), true);
    scene.track(is(heat));
    scene.finish()
}

fn told(engine: &mut Engine<'_>, run: u64) -> Told {
    let mut told = Told::default();
    engine.run(run, &mut told).unwrap();
    told
}

#[test]
fn a_run_is_the_same_whatever_ran_before_and_whoever_watches() {
    let model = medley(false);
    let mut engine = Engine::new(&model, 8, Draws::Each);
    let runs = [0, 5, 6, 7, 1, u64::MAX, 5, 2, u64::MAX - 1, 0];
    for run in runs {
        let fresh = told(&mut Engine::new(&model, 8, Draws::Each), run);
        assert!(fresh.fired.len() > 20, "run {run} has {} firings", fresh.fired.len());
        assert_eq!(told(&mut engine, run), fresh);
        let ending = engine.run(run, &mut Unobserved).unwrap();
        assert_eq!(ending.firings, fresh.fired.len() as u64);
    }
    assert_ne!(told(&mut engine, 0).fired, told(&mut engine, 1).fired);
    assert_ne!(told(&mut engine, 0).fired, told(&mut Engine::new(&model, 9, Draws::Each), 0).fired);
}

/// A parameter `p` and an initial value `q`, both drawn, seen by an observer at the start.
#[test]
fn runs_of_one_draw_share_parameters_and_nothing_else() {
    #[derive(Default)]
    struct Began(Vec<f64>);
    impl Observer for Began {
        fn began(&mut self, values: &[f64]) {
            self.0 = values[..2].to_vec();
        }
    }
    let mut scene = Scene::new(1.0);
    let uniform = || Draw::Computed {
        family: ComputedFamily::Uniform,
        arguments: vec![number(0.0), number(1.0)],
        factor: 1.0,
    };
    for name in ["p", "q"] {
        let variable = scene.variable(name, 0.0, Domain::Number);
        scene.setup(variable, uniform());
    }
    let mut model = scene.finish();
    model.setup[1].kind = SetupKind::Initial;
    let values = |draws: Draws, run: u64| {
        let mut began = Began::default();
        Engine::new(&model, 8, draws).run(run, &mut began).unwrap();
        began.0
    };
    let seven = Draws::Of(NonZeroU64::new(7).unwrap());
    let mut warm = Engine::new(&model, 8, seven);
    for run in 0..40 {
        let found = values(seven, run);
        assert_eq!(found, [values(Draws::Each, run % 7)[0], values(Draws::Each, run)[1]], "run {run}");
        let mut began = Began::default();
        warm.run(run, &mut began).unwrap();
        assert_eq!(began.0, found);
    }
    assert_ne!(values(seven, 0), values(seven, 1));
}

#[test]
fn a_failed_run_leaves_nothing_behind() {
    let mut scene = Scene::new(10.0);
    let (u, heat) = (scene.variable("u", 0.0, Domain::Number), scene.gauge("heat", 0.0));
    let family = ComputedFamily::Uniform;
    scene.setup(u, Draw::Computed { family, arguments: vec![number(-1.0), number(1.0)], factor: 1.0 });
    scene.hazard("a", code(&[Op::Variable(u), Op::Constant(3.0), Op::Mul]), &[(heat, plus(heat, 1.0))]);
    scene.trigger("at once", number(1.0), &[]);
    let model = scene.finish();
    let mut engine = Engine::new(&model, 4, Draws::Each);
    let mut failed = 0;
    for run in 0..40 {
        let (mut told, mut fresh) = (Told::default(), Told::default());
        let ending = engine.run(run, &mut told);
        failed += usize::from(ending.is_err());
        assert_eq!(ending, Engine::new(&model, 4, Draws::Each).run(run, &mut fresh));
        assert_eq!(told, fresh);
    }
    assert!((5..35).contains(&failed), "{failed} of 40");
}

#[test]
fn another_rule_leaves_the_events_of_all_others_as_they_were() {
    let (without, with) = (medley(false), medley(true));
    for run in 0..20 {
        let expected = told(&mut Engine::new(&without, 8, Draws::Each), run);
        let found = told(&mut Engine::new(&with, 8, Draws::Each), run);
        let others = found.fired.iter().filter(|(_, rule)| *rule != 0);
        let others: Vec<(f64, usize)> = others.map(|(time, rule)| (*time, rule - 1)).collect();
        assert_eq!(others, expected.fired);
        assert!(found.fired.len() > others.len());
        assert_eq!(found.tracked, expected.tracked);
    }
}
