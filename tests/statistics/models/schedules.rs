//! Calendar and cascade: active spans, dates, multiples of a span, triggers and answers.

use crate::chain::{Chain, switched};
use crate::compare::{Case, Measure};
use crate::formula::{by_tails, counted, erlang, poisson};
use crate::scenario::scenario;

pub(super) fn cases() -> Vec<Case> {
    vec![step_hazards(), resets(), triggered(), urn(), ehrenfest(), since(), tit_for_tat()]
}

/// A hazard that the calendar raises, lowers and switches off.
fn step_hazards() -> Case {
    let text = "
rules:
  low: {active: {until: 10d}, rate: 0.05 per day, effects: [hit = true]}
  high: {active: {from: 10d, until: 2030-01-16}, rate: 0.2 per day, effects: [hit = true]}
  late: {active: {from: 25d}, rate: 0.1 per day, effects: [hit = true]}
indicators: {hit: {type: flag, initial: false}}
outcomes:
  hit: {when: hit}
  missed: {otherwise: true}
grid: 2.5d
track: {hit: hit, hits: count(low) + count(high) + count(late)}
";
    let mean = |t: f64| 0.05 * t.min(10.0) + 0.2 * (t.clamp(10.0, 15.0) - 10.0) + 0.1 * (t.max(25.0) - 25.0);
    let by = |t: f64| -libm::expm1(-mean(t));
    Case::new("step hazards", "1 − exp(−integrated hazard); Poisson counts", scenario(35.0, text))
        .expect(Measure::Share("hit", 10.0), by(10.0))
        .expect(Measure::Share("hit", 12.5), by(12.5))
        .expect(Measure::Share("hit", 25.0), by(25.0))
        .expect(Measure::Class("hit"), by(35.0))
        .distribution("hits", 12.5, &counted(&poisson(mean(12.5), 40)))
        .distribution("hits", 35.0, &counted(&poisson(mean(35.0), 40)))
}

/// A level grows at random and is cleared every ten days; on day 12 it is doubled.
fn resets() -> Case {
    let text = "
indicators: {heap: {type: level, range: 0..200, initial: 0}}
rules:
  grow: {rate: 0.6 per day, effects: [raise heap]}
  clear: {every: 10d, effects: [heap = 0]}
  double: {at: 12d, effects: [heap = 2 * heap]}
outcomes:
  none: {when: heap == 0}
  some: {otherwise: true}
grid: 2d
track: {heap: heap}
";
    let doubled: Vec<(f64, f64)> = counted(&poisson(1.2, 40)).iter().map(|(x, p)| (2.0 * x, *p)).collect();
    Case::new("scheduled resets", "Poisson since the last reset", scenario(25.0, text))
        .distribution("heap", 8.0, &counted(&poisson(4.8, 60)))
        .expect(Measure::Mean("heap", 10.0), 0.0)
        .distribution("heap", 12.0, &doubled)
        .distribution("heap", 24.0, &counted(&poisson(2.4, 60)))
        .expect(Measure::Class("none"), libm::exp(-3.0))
}

/// A level that falls to 0 as soon as it reaches 3.
fn triggered() -> Case {
    let text = "
indicators: {drops: {type: level, range: 0..3, initial: 0}}
rules:
  drip: {rate: 1.5 per day, effects: [raise drops]}
  spill: {when: drops >= 3, effects: [drops = 0]}
outcomes:
  empty: {when: drops == 0}
  wet: {otherwise: true}
grid: 1d
track: {drops: drops, spills: count(spill)}
";
    let at = |t: f64| {
        let p = poisson(1.5 * t, 90);
        let modulo = |rest: usize| p.iter().skip(rest).step_by(3).sum::<f64>();
        [modulo(0), modulo(1), modulo(2)]
    };
    let tails: Vec<f64> = (0..=25).map(|n| erlang(3 * n, 7.5)).collect();
    Case::new("state-triggered resets", "Poisson modulo 3; every third arrival spills", scenario(5.0, text))
        .expect(Measure::Class("empty"), at(5.0)[0])
        .distribution("drops", 1.0, &counted(&at(1.0)))
        .distribution("drops", 5.0, &counted(&at(5.0)))
        .distribution("spills", 5.0, &counted(&by_tails(&tails)))
}

/// Pólya's urn, drawn once a day: the composition is uniform.
fn urn() -> Case {
    let text = "
indicators:
  red: {type: level, range: 0..100, initial: 1}
  blue: {type: level, range: 0..100, initial: 1}
rules:
  draw:
    every: 1d
    choose:
      red: {weight: red, effects: [red += 1]}
      blue: {weight: blue, effects: [blue += 1]}
outcomes:
  one_red: {when: red == 1}
  few_blue: {when: blue <= 3}
  other: {otherwise: true}
grid: 1d
track: {red: red, two_red: red == 2}
";
    let uniform: Vec<(f64, f64)> = (1..=13).map(|red| (f64::from(red), 1.0 / 13.0)).collect();
    Case::new(
        "Pólya's urn",
        "uniform over 1…n+1 after n draws (Eggenberger & Pólya 1923)",
        scenario(12.0, text),
    )
    .expect(Measure::Class("one_red"), 1.0 / 13.0)
    .expect(Measure::Class("few_blue"), 3.0 / 13.0)
    .expect(Measure::Share("two_red", 4.0), 1.0 / 5.0)
    .distribution("red", 12.0, &uniform)
}

/// Ehrenfest's urns: one of six balls changes sides every day at which a coin shows heads.
fn ehrenfest() -> Case {
    let text = "
indicators: {left: {type: level, range: 0..6, initial: 6}}
rules:
  toss:
    every: 1d
    choose:
      heads:
        weight: 1
        choose:
          to_right: {when: left > 0, weight: left, effects: [left -= 1]}
          to_left: {when: left < 6, weight: 6 - left, effects: [left += 1]}
      tails: {weight: 1}
outcomes:
  half: {when: left == 3}
  other: {otherwise: true}
grid: 1d
track: {left: left}
";
    let mut p = vec![0.0; 7];
    p[6] = 1.0;
    for _ in 0..9 {
        let mut next: Vec<f64> = p.iter().map(|p| p / 2.0).collect();
        for left in 0..=6_usize {
            if left > 0 {
                next[left - 1] += p[left] / 2.0 * left as f64 / 6.0;
            }
            if left < 6 {
                next[left + 1] += p[left] / 2.0 * (6 - left) as f64 / 6.0;
            }
        }
        p = next;
    }
    Case::new("Ehrenfest's urns", "nine steps of the transition matrix", scenario(9.0, text))
        .expect(Measure::Class("half"), p[3])
        .distribution("left", 9.0, &counted(&p))
}

/// What was long ago decides less: `since` at a date.
fn since() -> Case {
    let text = "
indicators: {state: {type: status, values: [unknown, fresh, stale, never], initial: unknown}}
rules:
  event: {active: {until: 6d}, rate: 0.25 per day}
  look:
    at: 8d
    choose:
      fresh: {when: since(event) <= 5d, weight: 1, effects: [state = fresh]}
      stale: {when: since(event) > 5d and fired(event), weight: 1, effects: [state = stale]}
      never: {when: not fired(event), weight: 1, effects: [state = never]}
outcomes:
  fresh: {when: state == fresh}
  stale: {when: state == stale}
  never: {otherwise: true}
";
    Case::new("since a firing", "last of a Poisson stream: fresh if one in days 3–6", scenario(9.0, text))
        .expect(Measure::Class("fresh"), -libm::expm1(-0.75))
        .expect(Measure::Class("stale"), libm::exp(-0.75) - libm::exp(-1.5))
        .expect(Measure::Class("never"), libm::exp(-1.5))
}

/// Answers in the same instant: each attack is answered while the guard is up.
fn tit_for_tat() -> Case {
    let text = "
indicators:
  guard: {type: flag, initial: true}
  score: {type: level, range: 0..100, initial: 0}
rules:
  raise_guard: {when: not guard, rate: 0.6 per day, effects: [guard = true]}
  attack: {rate: 1 per day, choose: {feint: {weight: 1}, blow: {weight: 3}}}
  answer: {upon: attack.blow, when: guard, effects: [guard = false, score += 1]}
outcomes:
  up: {when: guard}
  down: {otherwise: true}
grid: 1d
track: {score: score, guard: guard}
";
    let mut chain = Chain::new(2);
    chain.arrow(0, 1, 0.75);
    chain.arrow(1, 0, 0.6);
    Case::new("answers at once", "two states: guard falls at ¾ per day, rises at 0.6", scenario(8.0, text))
        .expect(Measure::Share("guard", 2.0), 1.0 - switched(0.75, 0.6, 2.0))
        .expect(Measure::Class("down"), switched(0.75, 0.6, 8.0))
        .expect(Measure::Mean("score", 8.0), 0.75 * chain.stay(0, 8.0)[0])
}
