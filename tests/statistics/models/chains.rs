//! Markov chains: hazards that change with the state.

use crate::chain::{Chain, switched};
use crate::compare::{Case, Measure};
use crate::formula::{counted, poisson};
use crate::scenario::scenario;

pub(super) fn cases() -> Vec<Case> {
    vec![
        birth_death(),
        immigration_death(),
        dimerisation(),
        ruin(),
        switch(),
        queue(),
        epidemic(),
        ladder(),
        modulated(),
        collector(),
    ]
}

/// Linear birth and death from one.
fn birth_death() -> Case {
    let text = "
indicators: {size: {type: level, range: 0..2000, initial: 1}}
rules:
  birth: {when: size > 0, rate: 0.3 * size per day, effects: [raise size]}
  death: {when: size > 0, rate: 0.2 * size per day, effects: [lower size]}
outcomes:
  extinct: {when: size == 0}
  alive: {otherwise: true}
grid: 1d
track: {size: size}
";
    let at = |t: f64| {
        // Kendall 1948: p₀ = α, pₙ = (1−α)(1−β)βⁿ⁻¹
        let grown = libm::exp(0.1 * t);
        let alpha = 0.2 * (grown - 1.0) / (0.3 * grown - 0.2);
        let beta = 0.3 * (grown - 1.0) / (0.3 * grown - 0.2);
        let mut p = vec![alpha];
        p.extend((0..1500).map(|n| (1.0 - alpha) * (1.0 - beta) * libm::pow(beta, f64::from(n))));
        p
    };
    Case::new("birth and death", "modified geometric (Kendall 1948)", scenario(8.0, text))
        .expect(Measure::Class("extinct"), at(8.0)[0])
        .distribution("size", 4.0, &counted(&at(4.0)))
        .distribution("size", 8.0, &counted(&at(8.0)))
}

/// Arrivals at a constant rate, each leaving on its own.
fn immigration_death() -> Case {
    let text = "
indicators: {present: {type: level, range: 0..200, initial: 0}}
rules:
  arrive: {rate: 3 per day, effects: [present += 1]}
  leave: {when: present > 0, rate: 0.5 * present per day, effects: [present -= 1]}
outcomes:
  deserted: {when: present == 0}
  peopled: {otherwise: true}
grid: 1d
track: {present: present}
";
    let at = |t: f64| poisson(6.0 * -libm::expm1(-0.5 * t), 80);
    Case::new("immigration and death", "Poisson with mean ν/μ·(1 − e^(−μt))", scenario(4.0, text))
        .expect(Measure::Class("deserted"), at(4.0)[0])
        .distribution("present", 1.0, &counted(&at(1.0)))
        .distribution("present", 4.0, &counted(&at(4.0)))
}

/// Pairs bind and part: the rate counts pairs.
fn dimerisation() -> Case {
    let text = "
indicators: {free: {type: level, range: 0..12, initial: 12}}
rules:
  bind: {when: free >= 2, rate: 0.05 * free * (free - 1) / 2 per day, effects: [free -= 2]}
  part: {when: free <= 10, rate: 0.2 * (12 - free) / 2 per day, effects: [free += 2]}
outcomes:
  all_bound: {when: free == 0}
  rest: {otherwise: true}
grid: 1d
track: {free: free}
";
    let mut chain = Chain::new(7);
    for pairs in 0..=6_usize {
        let free = (12 - 2 * pairs) as f64;
        if pairs < 6 {
            chain.arrow(pairs, pairs + 1, 0.05 * free * (free - 1.0) / 2.0);
        }
        if pairs > 0 {
            chain.arrow(pairs, pairs - 1, 0.2 * pairs as f64);
        }
    }
    let at = |t: f64| -> Vec<(f64, f64)> {
        chain.after(0, t).iter().enumerate().map(|(pairs, p)| (12.0 - 2.0 * pairs as f64, *p)).collect()
    };
    Case::new("dimerisation", "generator of 7 states, uniformised", scenario(6.0, text))
        .expect(Measure::Class("all_bound"), chain.after(0, 6.0)[6])
        .distribution("free", 1.0, &at(1.0))
        .distribution("free", 6.0, &at(6.0))
}

/// A gambler plays until ruined or rich.
fn ruin() -> Case {
    let text = "
indicators: {purse: {type: level, range: 0..10, initial: 4}}
rules:
  win: {when: purse > 0 and purse < 10, rate: 5 per day, effects: [raise purse]}
  lose: {when: purse > 0 and purse < 10, rate: 6 per day, effects: [lower purse]}
outcomes:
  ruined: {when: purse == 0, ends: true}
  rich: {when: purse == 10, ends: true}
  playing: {otherwise: true}
track: {won: count(win), lost: count(lose)}
";
    // Feller I, XIV.2–3, with q/p = 1.2
    let powers = |n: f64| libm::pow(1.2, n);
    let ruined = (powers(10.0) - powers(4.0)) / (powers(10.0) - 1.0);
    let (p, q) = (5.0 / 11.0, 6.0 / 11.0);
    let bets = 4.0 / (q - p) - 10.0 / (q - p) * (1.0 - powers(4.0)) / (1.0 - powers(10.0));
    let gain = 10.0 * (1.0 - ruined) - 4.0;
    Case::new(
        "gambler's ruin",
        "Feller I, XIV.2 and 3 (horizon long enough for all games to end)",
        scenario(300.0, text),
    )
    .expect(Measure::Class("ruined"), ruined)
    .expect(Measure::Class("playing"), 0.0)
    .expect(Measure::Mean("won", 300.0), bets / 2.0 + gain / 2.0)
    .expect(Measure::Mean("lost", 300.0), bets / 2.0 - gain / 2.0)
}

/// A flag goes on and off.
fn switch() -> Case {
    let text = "
actors:
  north: {name: North, kind: state, stances: {mood: {values: [calm, angry], initial: calm}}}
rules:
  anger: {when: north.mood == calm, rate: 0.3 per day, effects: [north.mood = angry]}
  soothe: {when: north.mood == angry, rate: 1.2 per day, effects: [north.mood = calm]}
outcomes:
  angry: {when: north.mood == angry}
  calm: {otherwise: true}
grid: 1d
track: {angry: north.mood == angry, outbursts: count(anger), calms: count(soothe)}
";
    let mut chain = Chain::new(2);
    chain.arrow(0, 1, 0.3);
    chain.arrow(1, 0, 1.2);
    Case::new(
        "on and off",
        "two states in closed form; mean firings λ·(time in the state)",
        scenario(20.0, text),
    )
    .expect(Measure::Share("angry", 1.0), switched(0.3, 1.2, 1.0))
    .expect(Measure::Class("angry"), switched(0.3, 1.2, 20.0))
    .expect(Measure::Mean("outbursts", 20.0), 0.3 * chain.stay(0, 20.0)[0])
    .expect(Measure::Mean("calms", 20.0), 1.2 * chain.stay(0, 20.0)[1])
}

/// A queue with five places: arrivals beyond are turned away.
fn queue() -> Case {
    let text = "
indicators: {queue: {type: level, range: 0..5, initial: 0}}
rules:
  arrive: {rate: 4 per day, effects: [raise queue]}
  serve: {when: queue > 0, rate: 5 per day, effects: [lower queue]}
outcomes:
  full: {when: queue == 5}
  open: {otherwise: true}
grid: 12h
track: {queue: queue, served: count(serve)}
watch: {was_full: queue == 5}
";
    let line = |absorbing: bool| {
        let mut chain = Chain::new(6);
        for n in 0..5 {
            chain.arrow(n, n + 1, 4.0);
            if !(absorbing && n + 1 == 5) {
                chain.arrow(n + 1, n, 5.0);
            }
        }
        chain
    };
    let chain = line(false);
    let busy: f64 = chain.stay(0, 3.0)[1..].iter().sum();
    Case::new("M/M/1/5 queue", "generator of 6 states, uniformised", scenario(3.0, text))
        .expect(Measure::Class("full"), chain.after(0, 3.0)[5])
        .expect(Measure::Watch("was_full"), line(true).after(0, 3.0)[5])
        .expect(Measure::Mean("served", 3.0), 5.0 * busy)
        .distribution("queue", 0.5, &counted(&chain.after(0, 0.5)))
        .distribution("queue", 3.0, &counted(&chain.after(0, 3.0)))
}

/// Susceptible, infected, recovered: ten people, one of them ill.
fn epidemic() -> Case {
    let text = "
indicators:
  healthy: {type: level, range: 0..9, initial: 9}
  ill: {type: level, range: 0..10, initial: 1}
rules:
  infect: {when: healthy > 0 and ill > 0, rate: 0.6 * healthy * ill / 10 per day, effects: [healthy -= 1, ill += 1]}
  recover: {when: ill > 0, rate: 0.25 * ill per day, effects: [ill -= 1]}
outcomes:
  minor: {when: healthy >= 8 and ill == 0}
  major: {when: ill == 0}
  going_on: {otherwise: true}
grid: 5d
track: {healthy: healthy, ill: ill}
";
    let at = |healthy: usize, ill: usize| healthy * 11 + ill;
    let mut chain = Chain::new(110);
    for healthy in 0..=9_usize {
        for ill in 1..=(10 - healthy) {
            chain.arrow(at(healthy, ill), at(healthy, ill - 1), 0.25 * ill as f64);
            if healthy > 0 {
                chain.arrow(at(healthy, ill), at(healthy - 1, ill + 1), 0.06 * (healthy * ill) as f64);
            }
        }
    }
    let of = |days: f64, value: fn(usize, usize) -> usize| -> Vec<(f64, f64)> {
        let p = chain.after(at(9, 1), days);
        p.iter().enumerate().map(|(state, p)| (value(state / 11, state % 11) as f64, *p)).collect()
    };
    let end = chain.after(at(9, 1), 20.0);
    let over = |healthy: usize| end[at(healthy, 0)];
    Case::new("SIR epidemic", "generator of 110 states, uniformised", scenario(20.0, text))
        .expect(Measure::Class("minor"), over(8) + over(9))
        .expect(Measure::Class("major"), (0..8).map(over).sum())
        .distribution("ill", 5.0, &of(5.0, |_, ill| ill))
        .distribution("healthy", 20.0, &of(20.0, |healthy, _| healthy))
}

/// Escalation by rungs, absorbed at the third.
fn ladder() -> Case {
    let text = "
ladders: {heat: [calm, uneasy, tense, war]}
actors:
  north: {name: North, kind: state}
  south: {name: South, kind: state, red_lines: {tension: {when: \"heat(south, north) >= tense\"}}}
relations: {heat: {symmetric: true, ladder: heat, initial: calm}}
rules:
  up: {when: \"heat(north, south) < war\", rate: 0.5 per day, effects: [\"raise heat(north, south)\"]}
  down: {when: \"heat(north, south) in [uneasy, tense]\", rate: 0.2 per day, effects: [\"lower heat(north, south)\"]}
outcomes:
  war: {when: \"heat(north, south) == war\", ends: true}
  peace: {otherwise: true}
grid: 1d
watch: {was_tense: crossed(south.tension)}
track: {rung_two: \"heat(south, north) == tense\", downs: count(down)}
";
    let line = |top: usize| {
        let mut chain = Chain::new(top + 1);
        for rung in 0..top {
            chain.arrow(rung, rung + 1, 0.5);
            if rung > 0 {
                chain.arrow(rung, rung - 1, 0.2);
            }
        }
        chain
    };
    Case::new(
        "escalation ladder",
        "0.362480427191496 by matrix exponential; generator, uniformised",
        scenario(5.0, text),
    )
    .expect(Measure::Class("war"), 0.362_480_427_191_496)
    .expect(Measure::Watch("was_tense"), line(2).after(0, 5.0)[2])
    .expect(Measure::Share("rung_two", 3.0), line(3).after(0, 3.0)[2])
    .expect(Measure::Mean("downs", 5.0), 0.2 * line(3).stay(0, 5.0)[1..3].iter().sum::<f64>())
}

/// A hazard that a random environment multiplies.
fn modulated() -> Case {
    let text = "
indicators: {crisis: {type: flag, initial: false}}
rules:
  begin: {when: not crisis, rate: 0.2 per day, effects: [crisis = true]}
  end: {when: crisis, rate: 0.5 per day, effects: [crisis = false]}
  strike:
    rate: 0.1 per day
    times: [{when: crisis, by: 6}, {by: 0.5}]
outcomes:
  struck: {when: fired(strike)}
  spared: {otherwise: true}
grid: 5d
track: {strikes: count(strike), struck: fired(strike)}
";
    let mut chain = Chain::new(3);
    chain.arrow(0, 1, 0.2);
    chain.arrow(1, 0, 0.5);
    chain.arrow(0, 2, 0.05);
    chain.arrow(1, 2, 0.3);
    let mut free = Chain::new(2);
    free.arrow(0, 1, 0.2);
    free.arrow(1, 0, 0.5);
    let stay = free.stay(0, 15.0);
    Case::new(
        "hazard with multipliers",
        "Markov-modulated Poisson: 3 states, uniformised",
        scenario(15.0, text),
    )
    .expect(Measure::Share("struck", 5.0), chain.after(0, 5.0)[2])
    .expect(Measure::Class("struck"), chain.after(0, 15.0)[2])
    .expect(Measure::Mean("strikes", 15.0), 0.05 * stay[0] + 0.3 * stay[1])
}

/// Six coupons, each found by itself: the time to all of them.
fn collector() -> Case {
    let text = "
indicators: {found: {type: level, range: 0..6, initial: 0}}
rules:
  find: {when: found < 6, rate: 0.4 * (6 - found) per day, effects: [found += 1]}
outcomes:
  all: {when: found == 6, ends: true}
  some: {otherwise: true}
grid: 1d
track: {found: found}
";
    let at = |t: f64| {
        let p = -libm::expm1(-0.4 * t);
        let ways = [1.0, 6.0, 15.0, 20.0, 15.0, 6.0, 1.0];
        let term = |k: usize| ways[k] * libm::pow(p, k as f64) * libm::pow(1.0 - p, 6.0 - k as f64);
        (0..=6).map(term).collect::<Vec<f64>>()
    };
    Case::new("pure death (coupons)", "binomial: each found by t with 1 − e^(−λt)", scenario(5.0, text))
        .expect(Measure::Class("all"), at(5.0)[6])
        .distribution("found", 2.0, &counted(&at(2.0)))
        .distribution("found", 5.0, &counted(&at(5.0)))
}
