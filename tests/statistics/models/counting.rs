//! Firings counted: Poisson streams, their races, limits, batches, dead times and mixtures.

use crate::compare::{Case, Measure};
use crate::formula::{by_tails, counted, erlang, integral, poisson};
use crate::scenario::scenario;

pub(super) fn cases() -> Vec<Case> {
    vec![
        race(),
        stages(),
        stream(),
        batches(),
        chance(),
        dead_time(),
        uniform_rate(),
        gamma_rate(),
        discrete_rate(),
    ]
}

/// Three hazards race; the first ends the run.
fn race() -> Case {
    let text = "
indicators: {first: {type: gauge, range: 0..100, initial: 4}}
rules:
  a: {rate: 0.1 per day, effects: [first = time / 1d]}
  b: {rate: 0.2 per day, effects: [first = time / 1d]}
  c: {rate: 0.3 per day, effects: [first = time / 1d]}
outcomes:
  a_first: {when: fired(a), ends: true}
  b_first: {when: fired(b), ends: true}
  c_first: {when: fired(c), ends: true}
  none: {otherwise: true}
grid: 1d
track: {first: first, over: fired(a) or fired(b) or fired(c)}
";
    let all = 0.6;
    let none = libm::exp(-all * 4.0);
    let mean = (1.0 - none) / all;
    let central = |power: f64| {
        let early = integral(0.0, 4.0, |t| libm::pow(t - mean, power) * all * libm::exp(-all * t));
        early + none * libm::pow(4.0 - mean, power)
    };
    Case::new(
        "competing exponentials",
        "λᵢ/Λ·(1 − e^(−Λt)); moments of min(T, 4) by quadrature",
        scenario(4.0, text),
    )
    .expect(Measure::Class("a_first"), 0.1 / all * (1.0 - none))
    .expect(Measure::Class("b_first"), 0.2 / all * (1.0 - none))
    .expect(Measure::Class("c_first"), 0.3 / all * (1.0 - none))
    .expect(Measure::Class("none"), none)
    .expect(Measure::Share("over", 1.0), 1.0 - libm::exp(-all))
    .expect(Measure::Mean("first", 4.0), mean)
    .expect(Measure::Sd("first", 4.0, central(4.0)), central(2.0).sqrt())
}

/// One stage after another at equal rates.
fn stages() -> Case {
    let text = "
indicators: {stage: {type: level, range: 0..5, initial: 0}}
rules:
  step: {when: stage < 5, rate: 0.7 per day, effects: [raise stage]}
outcomes:
  done: {when: stage == 5}
  under_way: {otherwise: true}
grid: 1d
track: {stage: stage, done: stage == 5}
";
    let at = |days: f64| {
        let tails: Vec<f64> = (0..=5).map(|k| erlang(k, 0.7 * days)).collect();
        counted(&by_tails(&tails))
    };
    Case::new("Erlang chain", "distribution function of a gamma with whole shape", scenario(7.0, text))
        .expect(Measure::Class("done"), erlang(5, 4.9))
        .expect(Measure::Share("done", 4.0), erlang(5, 2.8))
        .distribution("stage", 2.0, &at(2.0))
        .distribution("stage", 7.0, &at(7.0))
}

/// A Poisson stream, free and with limits.
fn stream() -> Case {
    let text = "
rules:
  free: {rate: 2 per week}
  thrice: {rate: 2 per week, limit: 3}
  single: {rate: 1 / 30 per 12h, once: true}
outcomes:
  three: {when: count(thrice) == 3}
  fewer: {otherwise: true}
grid: 1w
track: {free: count(free), thrice: count(thrice), single: fired(single)}
";
    let tails: Vec<f64> = (0..=3).map(|k| erlang(k, 4.0)).collect();
    Case::new("Poisson streams with limits", "Poisson probabilities", scenario(14.0, text))
        .expect(Measure::Class("three"), erlang(3, 4.0))
        .distribution("free", 7.0, &counted(&poisson(2.0, 40)))
        .distribution("free", 14.0, &counted(&poisson(4.0, 60)))
        .distribution("thrice", 14.0, &counted(&by_tails(&tails)))
        .expect(Measure::Share("single", 14.0), -libm::expm1(-28.0 / 30.0))
}

/// A Poisson stream of batches of 1, 2 or 5.
fn batches() -> Case {
    let text = "
indicators: {stock: {type: level, range: 0..300, initial: 0}}
rules:
  arrival:
    rate: 0.5 per day
    choose:
      one: {weight: 3, effects: [raise stock by 1]}
      two: {weight: 2, effects: [raise stock by 2]}
      five: {weight: 1, effects: [raise stock by 5]}
outcomes:
  empty: {when: stock == 0}
  some: {otherwise: true}
grid: 5d
track: {stock: stock, three: stock == 3}
";
    let panjer = |mean: f64| {
        // Panjer 1981: n·p(n) = λ Σ j·f(j)·p(n−j)
        let mut p = vec![libm::exp(-mean)];
        for n in 1..=200_usize {
            let sizes = [(1, 3.0 / 6.0), (2, 2.0 / 6.0), (5, 1.0 / 6.0)];
            let reach = sizes.iter().filter(|(size, _)| *size <= n);
            p.push(mean / n as f64 * reach.map(|(size, f)| *size as f64 * f * p[n - size]).sum::<f64>());
        }
        p
    };
    Case::new("batch arrivals", "compound Poisson by Panjer's recursion", scenario(10.0, text))
        .expect(Measure::Class("empty"), libm::exp(-5.0))
        .expect(Measure::Share("three", 5.0), panjer(2.5)[3])
        .distribution("stock", 5.0, &counted(&panjer(2.5)))
        .distribution("stock", 10.0, &counted(&panjer(5.0)))
}

/// Probabilities per span, and a word of estimative probability.
fn chance() -> Case {
    let text = "
rules:
  rare: {chance: 6% per 30d, once: true}
  worded: {chance: likely per 60d, once: true}
  repeated: {chance: 0.25 per week}
outcomes:
  rare_first: {when: fired(rare)}
  other: {otherwise: true}
grid: 30d
track: {rare: fired(rare), worded: fired(worded), repeated: count(repeated)}
";
    // P ~ U(0.55, 0.80) per 60 days, over 90 days: 1 − E[(1−P)^1.5] = 1 − [0.45^2.5 − 0.2^2.5]/(2.5·0.25)
    let worded = |power: f64| {
        let primitive = |q: f64| libm::pow(q, power + 1.0) / (power + 1.0);
        1.0 - (primitive(0.45) - primitive(0.2)) / 0.25
    };
    let weekly = -libm::log(0.75) / 7.0;
    Case::new(
        "chance per span",
        "1 − (1−p)^(t/span), averaged over an estimative word's range",
        scenario(180.0, text),
    )
    .expect(Measure::Share("rare", 30.0), 0.06)
    .expect(Measure::Class("rare_first"), 1.0 - libm::pow(0.94, 6.0))
    .expect(Measure::Share("worded", 60.0), 0.675)
    .expect(Measure::Share("worded", 90.0), worded(1.5))
    .distribution("repeated", 90.0, &counted(&poisson(90.0 * weekly, 80)))
}

/// A stream that is deaf for 2 days after each firing.
fn dead_time() -> Case {
    let text = "
rules:
  click: {rate: 0.4 per day, cooldown: 2d}
outcomes:
  four: {when: count(click) >= 4}
  fewer: {otherwise: true}
grid: 1d
track: {clicks: count(click)}
";
    let at = |days: f64| {
        let tail = |n: usize| if n == 0 { 1.0 } else { erlang(n, 0.4 * (days - 2.0 * (n as f64 - 1.0))) };
        (0..=20).map(tail).collect::<Vec<f64>>()
    };
    Case::new("cooldown", "renewal with dead time: P(N ≥ n) = P(Γ(n, λ) ≤ t − (n−1)D)", scenario(14.0, text))
        .expect(Measure::Class("four"), at(14.0)[4])
        .distribution("clicks", 5.0, &counted(&by_tails(&at(5.0))))
        .distribution("clicks", 14.0, &counted(&by_tails(&at(14.0))))
}

/// A hazard that the analyst does not know, uniform.
fn uniform_rate() -> Case {
    let text = "
parameters: {pace: {value: {uniform: [0.05, 0.35]}}}
rules:
  event: {rate: pace per day, once: true}
outcomes:
  yes: {when: fired(event), ends: true}
  no: {otherwise: true}
grid: 1d
track: {yes: fired(event), pace: pace}
";
    let by = |t: f64| 1.0 - (libm::exp(-0.05 * t) - libm::exp(-0.35 * t)) / (0.3 * t);
    let variance = 0.09 / 12.0;
    Case::new("uniform hazard parameter", "1 − (e^(−at) − e^(−bt))/((b−a)t)", scenario(8.0, text))
        .expect(Measure::Class("yes"), by(8.0))
        .expect(Measure::Share("yes", 3.0), by(3.0))
        .expect(Measure::Mean("pace", 8.0), 0.2)
        .expect(Measure::Sd("pace", 8.0, 1.8 * variance * variance), variance.sqrt())
}

/// A gamma hazard makes counts negative binomial.
fn gamma_rate() -> Case {
    let text = "
parameters: {pace: {value: {gamma: {shape: 2.5, mean: 0.5}}}}
rules:
  event: {rate: pace per day}
outcomes:
  quiet: {when: not fired(event)}
  busy: {otherwise: true}
grid: 1d
track: {events: count(event)}
";
    // Greenwood & Yule 1920: shape k = 2.5, mean m = 3; p(n) = Γ(k+n)/(Γ(k) n!) (k/(k+m))^k (m/(k+m))^n
    let term = |n: usize| {
        let n = n as f64;
        let ways = libm::lgamma(2.5 + n) - libm::lgamma(2.5) - libm::lgamma(n + 1.0);
        libm::exp(ways + 2.5 * libm::log(2.5 / 5.5) + n * libm::log(3.0 / 5.5))
    };
    let p: Vec<f64> = (0..=150).map(term).collect();
    Case::new("gamma hazard parameter", "negative binomial (Greenwood & Yule 1920)", scenario(6.0, text))
        .expect(Measure::Class("quiet"), p[0])
        .distribution("events", 6.0, &counted(&p))
}

/// A discrete parameter scales one hazard and a drawn initial value bars another.
fn discrete_rate() -> Case {
    let text = "
parameters: {factor: {value: {discrete: {1: 3, 4: 1}}}}
indicators:
  barred: {type: flag, initial: {discrete: {true: 2, false: 3}}}
rules:
  event: {when: not barred, rate: 0.1 * factor per day, once: true}
outcomes:
  yes: {when: fired(event), ends: true}
  no: {otherwise: true}
grid: 1d
track: {yes: fired(event), barred: barred}
";
    let by = |t: f64| 0.6 * (1.0 - 0.75 * libm::exp(-0.1 * t) - 0.25 * libm::exp(-0.4 * t));
    Case::new("discrete parameter and start", "mixture of exponentials", scenario(10.0, text))
        .expect(Measure::Class("yes"), by(10.0))
        .expect(Measure::Share("yes", 4.0), by(4.0))
        .expect(Measure::Share("barred", 0.0), 0.4)
}
