//! Choices: by weights, by utilities, nested, in cascades.

use crate::compare::{Case, Measure};
use crate::formula::integral;
use crate::scenario::scenario;

pub(super) fn cases() -> Vec<Case> {
    vec![die(), response(), factions(), weighted_by_parameter()]
}

/// A die from coin tosses, by triggers alone: all in the instant 0.
fn die() -> Case {
    let text = "
indicators:
  at: {type: status, values: [s0, s1, s2, s3, s4, s5, s6, d1, d2, d3, d4, d5, d6], initial: s0}
rules:
  t0: {when: at == s0, choose: {h: {weight: 1, effects: [at = s1]}, t: {weight: 1, effects: [at = s2]}}}
  t1: {when: at == s1, choose: {h: {weight: 1, effects: [at = s3]}, t: {weight: 1, effects: [at = s4]}}}
  t2: {when: at == s2, choose: {h: {weight: 1, effects: [at = s5]}, t: {weight: 1, effects: [at = s6]}}}
  t3: {when: at == s3, choose: {h: {weight: 1, effects: [at = s1]}, t: {weight: 1, effects: [at = d1]}}}
  t4: {when: at == s4, choose: {h: {weight: 1, effects: [at = d2]}, t: {weight: 1, effects: [at = d3]}}}
  t5: {when: at == s5, choose: {h: {weight: 1, effects: [at = d4]}, t: {weight: 1, effects: [at = d5]}}}
  t6: {when: at == s6, choose: {h: {weight: 1, effects: [at = d6]}, t: {weight: 1, effects: [at = s2]}}}
outcomes:
  one: {when: at == d1}
  two: {when: at == d2}
  three: {when: at == d3}
  four: {when: at == d4}
  five: {when: at == d5}
  six: {when: at == d6}
  none: {otherwise: true}
grid: 1d
track: {tosses: count(t0) + count(t1) + count(t2) + count(t3) + count(t4) + count(t5) + count(t6)}
";
    // Knuth & Yao 1976. Tosses: 3 + 2G, G geometric with success 3/4.
    let tosses: Vec<(f64, f64)> =
        (0..40).map(|g| (3.0 + 2.0 * f64::from(g), 0.75 * libm::pow(0.25, f64::from(g)))).collect();
    let case = Case::new(
        "Knuth's die",
        "a sixth each; 3 + 2·geometric tosses (Knuth & Yao 1976)",
        scenario(1.0, text),
    );
    let faces = ["one", "two", "three", "four", "five", "six"];
    faces
        .into_iter()
        .fold(case, |case, face| case.expect(Measure::Class(face), 1.0 / 6.0))
        .expect(Measure::Class("none"), 0.0)
        .distribution("tosses", 0.0, &tosses)
}

/// Quantal response: probabilities ∝ exp(rationality × utility).
fn response() -> Case {
    let text = "
actors: {north: {name: North, kind: state}}
indicators: {angry: {type: flag, initial: {discrete: {true: 1, false: 1}}}}
rules:
  decides:
    at: 1d
    decide:
      by: north
      rationality: 2
      options:
        strike: {utility: 1}
        wait: {utility: 0.5}
        talk: {when: not angry, utility: 0}
outcomes:
  strike: {when: fired(decides.strike)}
  wait: {when: fired(decides.wait)}
  talk: {when: fired(decides.talk)}
  nothing: {otherwise: true}
";
    let e = libm::exp;
    let calm = e(2.0) + e(1.0) + 1.0;
    let angry = e(2.0) + e(1.0);
    Case::new("quantal response", "e² : e : 1, and e² : e without the third (by hand)", scenario(2.0, text))
        .expect(Measure::Class("strike"), 0.5 * (e(2.0) / calm + e(2.0) / angry))
        .expect(Measure::Class("wait"), 0.5 * (e(1.0) / calm + e(1.0) / angry))
        .expect(Measure::Class("talk"), 0.5 / calm)
        .expect(Measure::Class("nothing"), 0.0)
}

/// Factions with influence, and a choice within an option.
fn factions() -> Case {
    let text = "
actors:
  north:
    name: North
    kind: state
    factions: {hawks: {influence: 3}, doves: {influence: 1}}
rules:
  decides:
    at: 1d
    decide:
      by: north
      options:
        strike: {utility: {hawks: 2, doves: -2}}
        press:
          utility: {hawks: 0, doves: 2}
          choose:
            sanctions: {weight: 2}
            blockade: {weight: 1}
        wait: {utility: 0}
outcomes:
  strike: {when: fired(decides.strike)}
  sanctions: {when: fired(decides.press.sanctions)}
  blockade: {when: fired(decides.press.blockade)}
  wait: {otherwise: true}
";
    // Utilities: (3·2 − 2)/4 = 1, (0 + 2)/4 = ½, 0.
    let sum = libm::exp(1.0) + libm::exp(0.5) + 1.0;
    Case::new(
        "factions and nested choice",
        "influence-weighted utilities 1, ½, 0 (by hand)",
        scenario(2.0, text),
    )
    .expect(Measure::Class("strike"), libm::exp(1.0) / sum)
    .expect(Measure::Class("sanctions"), libm::exp(0.5) / sum * 2.0 / 3.0)
    .expect(Measure::Class("blockade"), libm::exp(0.5) / sum / 3.0)
    .expect(Measure::Class("wait"), 1.0 / sum)
}

/// A weight that the analyst does not know.
fn weighted_by_parameter() -> Case {
    let text = "
parameters: {pull: {value: {uniform: [0.2, 2]}}}
rules:
  event: {rate: 0.3 per day, once: true, choose: {yes: {weight: pull}, no: {weight: 1}}}
outcomes:
  yes: {when: fired(event.yes)}
  no: {when: fired(event.no)}
  neither: {otherwise: true}
";
    let fired = -libm::expm1(-0.3 * 6.0);
    let yes = integral(0.2, 2.0, |w| w / (1.0 + w)) / 1.8;
    Case::new("weight by parameter", "∫ w/(1+w) by quadrature", scenario(6.0, text))
        .expect(Measure::Class("yes"), fired * yes)
        .expect(Measure::Class("no"), fired * (1.0 - yes))
        .expect(Measure::Class("neither"), 1.0 - fired)
}
