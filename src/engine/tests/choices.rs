//! Which options are taken, and what a firing assigns.

use super::scene::{Scene, code, equals, number, plus, told};
use crate::engine::{Draws, Engine, Observer};
use crate::id::{EventId, RuleId};
use crate::model::{ChoiceKind, Code, Model, Op};

/// How often each option of a model's only choice was taken.
#[derive(Default)]
struct Taken([u64; 4]);

impl Observer for Taken {
    fn fired(&mut self, _: f64, _: RuleId, options: &[EventId]) {
        let place = options.first().map_or(3, |option| option.index() - 1);
        self.0[place] += 1;
    }
}

/// One rule that chooses among three options at day 1.
fn chooser(kind: ChoiceKind, measures: [Code; 3]) -> Model {
    let mut scene = Scene::new(2.0);
    let body = scene.body(&[]);
    let options = ["a.x", "a.y", "a.z"].into_iter().zip(measures);
    let choice = scene.choice(kind, options.map(|(name, measure)| (name, measure, body.clone())).collect());
    scene.at("a", 1.0, &[]).body.choice = Some(choice);
    scene.finish()
}

fn taken(model: &Model, runs: u64, seed: u64) -> [u64; 4] {
    let mut taken = Taken::default();
    let mut engine = Engine::new(model, seed, Draws::Each);
    for run in 0..runs {
        engine.run(run, &mut taken).unwrap();
    }
    taken.0
}

/// Pearson's statistic of counts against shares.
fn chi_square(counts: [u64; 4], shares: [f64; 3]) -> f64 {
    let n = counts.iter().sum::<u64>() as f64;
    let cells = counts.iter().zip(shares);
    cells.map(|(count, share)| (*count as f64 - n * share) * (*count as f64 - n * share) / (n * share)).sum()
}

/// Null: shares 0.2, 0.3, 0.5. Chi-square with 2 degrees of freedom, alpha 1e-4 (below 18.42), n = 20,000, seed 21.
#[test]
fn options_are_taken_in_proportion_to_their_weights() {
    let model = chooser(ChoiceKind::Weights, [number(2.0), number(3.0), number(5.0)]);
    let counts = taken(&model, 20_000, 21);
    assert_eq!(counts[3], 0);
    assert!(chi_square(counts, [0.2, 0.3, 0.5]) < 18.42, "{counts:?}");
}

/// Null: shares ∝ exp(2u) for u = 0, −0.5, 1: 1, e⁻¹, e². Chi-square as above, seed 22.
#[test]
fn options_are_taken_by_utility_and_rationality() {
    let kind = ChoiceKind::Utilities { rationality: number(2.0) };
    let model = chooser(kind, [number(0.0), number(-0.5), number(1.0)]);
    let counts = taken(&model, 20_000, 22);
    let odds = [1.0, libm::exp(-1.0), libm::exp(2.0)];
    let sum: f64 = odds.iter().sum();
    assert!(chi_square(counts, odds.map(|odd| odd / sum)) < 18.42, "{counts:?}");
}

#[test]
fn only_available_options_are_taken() {
    let mut model = chooser(ChoiceKind::Weights, [number(2.0), number(0.0), number(5.0)]);
    assert_eq!(taken(&model, 200, 1)[1], 0);
    let choice = model.rules[0].body.choice.as_mut().unwrap();
    choice.options[0].disabled = true;
    assert_eq!(taken(&model, 200, 1), [0, 0, 200, 0]);
    let choice = model.rules[0].body.choice.as_mut().unwrap();
    choice.options[2].when = Some(number(0.0));
    // The rule fires all the same, with no option.
    assert_eq!(taken(&model, 200, 1), [0, 0, 0, 200]);
}

/// Raising one option's weight moves runs into it, and none between the others.
#[test]
fn editing_an_option_moves_runs_only_into_or_out_of_it() {
    let before = chooser(ChoiceKind::Weights, [number(2.0), number(3.0), number(5.0)]);
    let after = chooser(ChoiceKind::Weights, [number(4.0), number(3.0), number(5.0)]);
    let mut moved = 0;
    for run in 0..500 {
        let option = |model| {
            let mut taken = Taken::default();
            Engine::new(model, 5, Draws::Each).run(run, &mut taken).unwrap();
            taken.0.iter().position(|count| *count == 1).unwrap()
        };
        let (old, new) = (option(&before), option(&after));
        assert!(new == old || new == 0, "run {run}");
        moved += usize::from(new != old);
    }
    assert!(moved > 20, "{moved} of 500 moved; expected some 13 in 100");
}

#[test]
fn right_hand_sides_see_the_state_before_and_saturate() {
    let mut scene = Scene::new(10.0);
    let (a, b) = (scene.gauge("a", 3.0), scene.gauge("b", 99.5));
    scene.at("swap", 1.0, &[(a, code(&[Op::Variable(b)])), (b, code(&[Op::Variable(a)]))]);
    scene.at("raise", 2.0, &[(a, plus(a, 1.0)), (b, plus(b, -50.0))]);
    scene.trigger("at the bound", equals(a, 100.0), &[]);
    let (told, _) = told(scene);
    let expected = [(1.0, 0, 99.5), (1.0, 1, 3.0), (2.0, 0, 100.0), (2.0, 1, 0.0)];
    assert_eq!(told.changed, expected);
    assert_eq!(told.fired, [(1.0, 0), (2.0, 1), (2.0, 2)]);
}
