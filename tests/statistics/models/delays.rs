//! Delays: their distributions, races, cancellation, repetition, and answers that come later.

use crate::chain::{Chain, switched};
use crate::compare::{Case, Measure};
use crate::formula::{by_tails, counted, erlang, integral, normal};
use crate::scenario::scenario;

pub(super) fn cases() -> Vec<Case> {
    vec![families(), weibull_race(), cancelled(), unbroken(), sticky(), renewal(), late_answer(), service()]
}

/// Every family of delays, by when it has fired.
fn families() -> Case {
    let text = "
rules:
  fixed: {after: 2d}
  uniform: {after: {uniform: [1d, 4d]}}
  normal: {after: {normal: {mean: 2d, sd: 1d, min: 0d, max: 5d}}}
  lognormal: {after: {lognormal: {median: 2d, sigma: 0.5}}}
  beta: {after: {beta: {alpha: 2, beta: 2, min: 1d, max: 5d}}}
  gamma: {after: {gamma: {shape: 3, mean: 3d}}}
  exponential: {after: {exponential: 4d}}
  weibull: {after: {weibull: {shape: 1.5, scale: 3d}}}
  triangular: {after: {triangular: [1d, 2d, 5d]}}
  pert: {after: {pert: [0d, 2d, 4d]}}
  discrete: {after: {discrete: {1d: 1, 3d: 2}}}
outcomes: {all: {otherwise: true}}
grid: 1d
track:
  fixed: fired(fixed)
  uniform: fired(uniform)
  normal: fired(normal)
  lognormal: fired(lognormal)
  beta: fired(beta)
  gamma: fired(gamma)
  exponential: fired(exponential)
  weibull: fired(weibull)
  triangular: fired(triangular)
  pert: fired(pert)
  discrete: fired(discrete)
";
    let truncated = |x: f64| (normal(x - 2.0) - normal(-2.0)) / (normal(3.0) - normal(-2.0));
    let pert = integral(0.0, 0.25, |x| 30.0 * x * x * (1.0 - x) * (1.0 - x));
    Case::new("families of delays", "distribution functions in closed form", scenario(6.0, text))
        .expect(Measure::Share("fixed", 1.0), 0.0)
        .expect(Measure::Share("fixed", 2.0), 1.0)
        .expect(Measure::Share("uniform", 2.0), 1.0 / 3.0)
        .expect(Measure::Share("normal", 1.0), truncated(1.0))
        .expect(Measure::Share("normal", 3.0), truncated(3.0))
        .expect(Measure::Share("lognormal", 1.0), normal(-libm::log(2.0) / 0.5))
        .expect(Measure::Share("lognormal", 4.0), normal(libm::log(2.0) / 0.5))
        // 3x² − 2x³ at x = ¼
        .expect(Measure::Share("beta", 2.0), 5.0 / 32.0)
        .expect(Measure::Share("gamma", 2.0), erlang(3, 2.0))
        .expect(Measure::Share("gamma", 5.0), erlang(3, 5.0))
        .expect(Measure::Share("exponential", 3.0), -libm::expm1(-0.75))
        .expect(Measure::Share("weibull", 2.0), -libm::expm1(-libm::pow(2.0 / 3.0, 1.5)))
        .expect(Measure::Share("triangular", 2.0), 0.25)
        .expect(Measure::Share("triangular", 3.0), 2.0 / 3.0)
        .expect(Measure::Share("pert", 1.0), pert)
        .expect(Measure::Share("discrete", 2.0), 1.0 / 3.0)
        .expect(Measure::Share("discrete", 3.0), 1.0)
}

/// A delay with memory against one without.
fn weibull_race() -> Case {
    let text = "
rules:
  wears_out: {after: {weibull: {shape: 2, scale: 5d}}}
  breaks: {rate: 0.15 per day}
outcomes:
  worn: {when: fired(wears_out), ends: true}
  broken: {when: fired(breaks), ends: true}
  whole: {otherwise: true}
";
    let survival = |t: f64| libm::exp(-t * t / 25.0 - 0.15 * t);
    Case::new("Weibull against exponential", "∫ f(t)·S(t) dt by quadrature", scenario(6.0, text))
        .expect(Measure::Class("worn"), integral(0.0, 6.0, |t| 2.0 * t / 25.0 * survival(t)))
        .expect(Measure::Class("broken"), integral(0.0, 6.0, |t| 0.15 * survival(t)))
        .expect(Measure::Class("whole"), survival(6.0))
}

/// Exponential delays in a random environment: cancelled when it turns, they are hazards; sticky, they are not.
fn cancelled() -> Case {
    let text = "
indicators: {open: {type: flag, initial: true}}
rules:
  close: {when: open, rate: 0.5 per day, effects: [open = false]}
  reopen: {when: not open, rate: 0.8 per day, effects: [open = true]}
  passes: {when: open, after: {exponential: 2d}, once: true}
  sticks: {when: open, after: {exponential: 2d}, sticky: true, once: true}
  again: {when: open, after: {exponential: 1d}, repeat: true}
outcomes:
  passed: {when: fired(passes)}
  not_yet: {otherwise: true}
grid: 1d
track: {passed: fired(passes), stuck: fired(sticks), again: count(again)}
";
    let mut chain = Chain::new(3);
    chain.arrow(0, 1, 0.5);
    chain.arrow(1, 0, 0.8);
    chain.arrow(0, 2, 0.5);
    let mut free = Chain::new(2);
    free.arrow(0, 1, 0.5);
    free.arrow(1, 0, 0.8);
    Case::new(
        "exponential delays, cancelled and sticky",
        "as hazards: 3 states, uniformised",
        scenario(8.0, text),
    )
    .expect(Measure::Share("passed", 3.0), chain.after(0, 3.0)[2])
    .expect(Measure::Class("passed"), chain.after(0, 8.0)[2])
    .expect(Measure::Share("stuck", 3.0), -libm::expm1(-1.5))
    .expect(Measure::Mean("again", 8.0), free.stay(0, 8.0)[0])
}

/// A fixed delay that starts anew with each spell: the first spell of three days.
fn unbroken() -> Case {
    let text = "
indicators: {quiet: {type: flag, initial: true}}
rules:
  shock: {when: quiet, rate: 0.4 per day, effects: [quiet = false]}
  calm: {when: not quiet, rate: 1.5 per day, effects: [quiet = true]}
  settle: {when: quiet, after: 3d}
outcomes:
  settled: {when: fired(settle)}
  unsettled: {otherwise: true}
grid: 1d
track: {settled: fired(settle), still: quiet}
";
    // By t ≤ 2D: a spell that lasts D begins at 0 or at one of the returns in (0, t − D]; two cannot.
    let by = |t: f64| {
        let returns = integral(0.0, t - 3.0, |u| 1.5 * switched(0.4, 1.5, u));
        libm::exp(-1.2) * (1.0 + returns)
    };
    Case::new("cancelled fixed delay", "e^(−μD)(1 + mean returns by t − D), D ≤ t ≤ 2D", scenario(6.0, text))
        .expect(Measure::Share("settled", 2.0), 0.0)
        .expect(Measure::Share("settled", 3.0), libm::exp(-1.2))
        .expect(Measure::Share("settled", 5.0), by(5.0))
        .expect(Measure::Class("settled"), by(6.0))
        .expect(Measure::Share("still", 6.0), 1.0 - switched(0.4, 1.5, 6.0))
}

/// A fixed delay that nothing cancels, once started, beside one that is cancelled.
fn sticky() -> Case {
    let text = "
indicators: {open: {type: flag, initial: false}}
rules:
  opens: {when: not open and not fired(opens), rate: 0.5 per day, effects: [open = true]}
  closes: {when: open, rate: 0.4 per day, effects: [open = false]}
  sure: {when: open, after: 2d, sticky: true}
  unsure: {when: open, after: 2d}
outcomes:
  both: {when: fired(sure) and fired(unsure)}
  sure_only: {when: fired(sure)}
  unsure_only: {when: fired(unsure)}
  neither: {otherwise: true}
grid: 1d
track: {sure: fired(sure), unsure: fired(unsure)}
";
    // Opens at U ~ exp(½); fires at U + 2 if sticky, or else if open for two days: e^(−0.8).
    let sure = |t: f64| -libm::expm1(-0.5 * (t - 2.0));
    let lasting = libm::exp(-0.8);
    Case::new(
        "sticky and cancelled fixed delays",
        "shifted exponential, thinned by e^(−μD)",
        scenario(7.0, text),
    )
    .expect(Measure::Class("both"), sure(7.0) * lasting)
    .expect(Measure::Class("sure_only"), sure(7.0) * (1.0 - lasting))
    .expect(Measure::Class("unsure_only"), 0.0)
    .expect(Measure::Share("sure", 4.0), sure(4.0))
    .expect(Measure::Share("unsure", 4.0), sure(4.0) * lasting)
}

/// Repeated delays are renewals.
fn renewal() -> Case {
    let text = "
rules:
  beat: {after: {uniform: [0d, 2d]}, repeat: true}
  stage: {after: {gamma: {shape: 2, mean: 1d}}, repeat: true}
  tick: {after: 9h, repeat: true, limit: 4}
outcomes: {all: {otherwise: true}}
grid: 1d
track: {beats: count(beat), stages: count(stage), ticks: count(tick)}
";
    // Uniform on (0, 2): P(N(2x) ≥ n) = xⁿ/n! for x ≤ 1. Gamma of shape 2, rate 2 per day: every second of a Poisson stream.
    let mut beats = vec![1.0];
    (1..=25).for_each(|n| beats.push(beats[n - 1] / n as f64));
    let halves: Vec<f64> =
        beats.iter().enumerate().map(|(n, tail)| tail * libm::pow(0.5, n as f64)).collect();
    let stages: Vec<f64> = (0..=30).map(|n| erlang(2 * n, 6.0)).collect();
    Case::new("repeated delays", "renewals: xⁿ/n!; every second of a Poisson stream", scenario(3.0, text))
        .distribution("beats", 1.0, &counted(&by_tails(&halves)))
        .distribution("beats", 2.0, &counted(&by_tails(&beats)))
        .distribution("stages", 3.0, &counted(&by_tails(&stages)))
        .expect(Measure::Mean("ticks", 1.0), 2.0)
        .expect(Measure::Mean("ticks", 3.0), 4.0)
}

/// An answer after two days, one pending at most.
fn late_answer() -> Case {
    let text = "
rules:
  call: {rate: 0.5 per day}
  reply: {upon: call, after: 2d}
outcomes:
  three: {when: count(reply) >= 3}
  fewer: {otherwise: true}
grid: 1d
track: {replies: count(reply)}
";
    let at = |days: f64| {
        let tail = |n: usize| if n == 0 { 1.0 } else { erlang(n, 0.5 * (days - 2.0 * n as f64)) };
        (0..=15).map(tail).collect::<Vec<f64>>()
    };
    Case::new(
        "late answers",
        "dead time while one is pending: P(N ≥ n) = P(Γ(n, λ) ≤ t − nD)",
        scenario(12.0, text),
    )
    .expect(Measure::Class("three"), at(12.0)[3])
    .distribution("replies", 5.0, &counted(&by_tails(&at(5.0))))
    .distribution("replies", 12.0, &counted(&by_tails(&at(12.0))))
}

/// Answers after an exponential delay, cancelled when the line closes: a chain of four states.
fn service() -> Case {
    let text = "
indicators: {line: {type: flag, initial: true}}
rules:
  call: {rate: 0.9 per day}
  cut: {when: line, rate: 0.3 per day, effects: [line = false]}
  mend: {when: not line, rate: 0.7 per day, effects: [line = true]}
  answer: {upon: call, when: line, after: {exponential: 2d}}
outcomes:
  answered: {when: fired(answer)}
  silent: {otherwise: true}
grid: 1d
track: {answers: count(answer), answered: fired(answer)}
";
    // 0 line free, 1 answer pending, 2 line cut; 3 answered once.
    let line = |answered: usize| {
        let mut chain = Chain::new(4);
        chain.arrow(0, 1, 0.9);
        chain.arrow(0, 2, 0.3);
        chain.arrow(1, 2, 0.3);
        chain.arrow(2, 0, 0.7);
        chain.arrow(1, answered, 0.5);
        chain
    };
    Case::new("cancelled answers", "chain of 4 states, uniformised", scenario(9.0, text))
        .expect(Measure::Share("answered", 4.0), line(3).after(0, 4.0)[3])
        .expect(Measure::Class("answered"), line(3).after(0, 9.0)[3])
        .expect(Measure::Mean("answers", 9.0), 0.5 * line(0).stay(0, 9.0)[1])
}
