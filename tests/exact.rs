//! Exact figures against answers that were worked out by hand: `tests/oracles/exact.csv` for the models of `tests/exact`,
//! and the simulator against exact figures.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeMap;

use escalade::analysis::exact::{
    Exact, Limits, Solution, Trouble, Unwatched, check, combinations, document, explore, solve,
};
use escalade::check::{Ready, base};
use escalade::diagnostic::Diagnostic;
use escalade::engine::Draws;
use escalade::ensemble::{Goal, Plan, Unwatched as NoWatcher, run};
use escalade::render;
use escalade::report::{self, Inputs, Report, ScenarioRecord, digest};
use escalade::source::SourceText;
use escalade::stats::interval::Method;

const LIMITS: Limits = Limits { max_states: 100_000, describe: false };

/// What probabilities may be off.
const TOLERANCE: f64 = 1e-11;

fn ready(text: &str) -> Ready {
    let found = base(&SourceText::new("test", text));
    found.ready.unwrap_or_else(|| panic!("{:?}", found.findings))
}

fn model(name: &str) -> Ready {
    ready(&std::fs::read_to_string(format!("tests/exact/{name}.yaml")).unwrap())
}

fn solution(ready: &Ready) -> Solution {
    let space = explore(&ready.scenario, &ready.model, &LIMITS, &Unwatched).unwrap();
    solve(&ready.model, &space, &Unwatched).unwrap()
}

fn record(ready: &Ready) -> ScenarioRecord {
    let text = serde_yaml::to_string(&ready.scenario).unwrap();
    ScenarioRecord { digest: digest(&text), variant: None, set: indexmap::IndexMap::new(), text }
}

fn report(ready: &Ready) -> Report {
    let combinations = combinations(&ready.model, &LIMITS, &Unwatched).unwrap();
    document(&ready.model, &solution(ready), &combinations, record(ready))
}

/// All figures of a report by what they are of.
fn figures(report: &Report) -> BTreeMap<String, f64> {
    let outcomes = report.outcomes.iter().map(|o| (format!("outcome {}", o.id), o.share));
    let groups = report.groups.iter().map(|g| (format!("outcome {}", g.id), g.share));
    let watches = report.watch.iter().map(|w| (format!("watch {}", w.id), w.share));
    let lines = report.red_lines.iter().map(|l| (format!("red_line {}", l.id), l.share));
    outcomes.chain(groups).chain(watches).chain(lines).collect()
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let table = std::fs::read_to_string("tests/oracles/exact.csv").unwrap();
    let mut models: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let [name, quantity, value] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        models.entry(name.into()).or_default().insert(quantity.into(), value.parse().unwrap());
    }
    assert_eq!(models.len(), std::fs::read_dir("tests/exact").unwrap().count());
    for (name, quantities) in models {
        let report = report(&model(&name));
        let total: f64 = report.outcomes.iter().map(|outcome| outcome.share).sum();
        assert!((total - 1.0).abs() < TOLERANCE, "{name}: {total}");
        let found = figures(&report);
        for (quantity, expected) in quantities {
            let off = (found[&quantity] - expected).abs();
            assert!(off < TOLERANCE, "{name}, {quantity}: {} is off by {off:e}", found[&quantity]);
        }
    }
}

/// A time at which F(t) = q·F(T), by halving.
fn quantile(of: impl Fn(f64) -> f64, horizon: f64, q: f64) -> f64 {
    let (mut low, mut high) = (0.0, horizon);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if of(middle) < q * of(horizon) { low = middle } else { high = middle }
    }
    low
}

fn assert_times(exact: &Exact, of: impl Fn(f64) -> f64 + Copy, horizon: f64) {
    let time = exact.time.unwrap();
    for (q, found) in
        [(0.05, time.q05), (0.25, time.q25), (0.5, time.q50), (0.75, time.q75), (0.95, time.q95)]
    {
        let expected = quantile(of, horizon, q);
        assert!((found - expected).abs() < 1e-6 * horizon, "at {q}: {found}, not {expected}");
    }
}

#[test]
fn times_of_what_stays_true_are_first_passages() {
    let competing = solution(&model("competing"));
    let gone = |t: f64| 1.0 - libm::exp(-0.4 * t);
    assert_times(&competing.outcomes[0], gone, 4.0);
    assert_times(&competing.outcomes[1], gone, 4.0);
    assert_eq!(competing.outcomes[2].time, None);
    let was_off = &solution(&model("on_off")).watches[0];
    assert_times(was_off, |t| 1.0 - libm::exp(-0.4 * t), 3.0);
}

/// P(off now) with λ = 0.4, μ = 0.9, and then e^{−μ·rest} for staying so until the end.
#[test]
fn times_of_what_may_pass_are_since_when_it_has_held() {
    let off = |t: f64| 0.4 / 1.3 * (1.0 - libm::exp(-1.3 * t)) * libm::exp(-0.9 * (3.0 - t));
    assert_times(&solution(&model("on_off")).outcomes[0], off, 3.0);
}

/// The level is set to 3 at day 2 and 4 where a coin says so, and to 0 at day 3; it is 2 from the start in half of the runs.
#[test]
fn times_at_known_instants_are_exact() {
    let text = "format: 1\nid: jumps\ntitle: When?\nstart: 2030-01-01\nhorizon: 6d\nindicators:\n  x: {type: level, \
                range: 0..3, initial: 0}\nrules:\n  rise: {every: 2d, choose: {up: {weight: 1, effects: [x = 3]}, stay: \
                {weight: 1, effects: []}}}\n  fall: {at: 3d, effects: [x = 0]}\noutcomes:\n  high: {when: x == 3}\n  \
                low: {otherwise: true}\nwatch:\n  ever_high: x == 3\n";
    let solved = solution(&ready(text));
    // Held since day 4 (1/2) or 6 (1/4); first high at day 2 (1/2), 4 (1/4) or 6 (1/8).
    assert!((solved.outcomes[0].probability - 0.75).abs() < TOLERANCE);
    assert!((solved.watches[0].probability - 0.875).abs() < TOLERANCE);
    let times = solved.outcomes[0].time.unwrap();
    assert_eq!([times.q05, times.q50, times.q75, times.q95], [4.0, 4.0, 6.0, 6.0]);
    let times = solved.watches[0].time.unwrap();
    assert_eq!([times.q05, times.q50, times.q75, times.q95], [2.0, 2.0, 4.0, 6.0]);
    assert!((solved.outcomes[0].ever - 0.875).abs() < TOLERANCE);
}

/// Null: the engine draws from the distribution that is computed. 100,000 runs under seed 5 of each model; every |z|
/// within the limit for a family-wise alpha of 5 % in each.
#[test]
fn runs_agree_with_exact_figures() {
    for name in ["birth_death", "coin", "epidemic", "ladder", "mixture", "resets", "die", "cascade", "limits"]
    {
        let ready = model(name);
        let plan =
            Plan { seed: 5, draws: Draws::Each, runs: 100_000, jobs: 2, keep_failed: false, log: true };
        let batch = run(&ready.model, &plan, &NoWatcher).unwrap();
        let simulated = report::build(Inputs {
            model: &ready.model,
            batch: &batch,
            scenario: record(&ready),
            confidence: 0.95,
            seed: 5,
            draws: plan.draws,
            asked: plan.runs,
            goal: &Goal::AllRuns,
            method: Method::ClopperPearson,
            simultaneous: None,
        });
        let solved = solution(&ready);
        let both = check(&ready.model, &simulated, &solved);
        for row in &both.rows {
            assert!(row.z.is_none_or(|z| z.abs() < both.limit), "{name}: {row:?}");
        }
        for (counted, exact) in simulated.outcomes.iter().zip(&solved.outcomes) {
            let Some((counted, exact)) = counted.time.zip(exact.time) else { continue };
            // A quantile's standard error is far below 2 % of these horizons.
            let horizon = ready.model.horizon;
            assert!((counted.q50 - exact.q50).abs() < 0.02 * horizon, "{name}: {counted:?} {exact:?}");
        }
    }
}

#[test]
fn everything_in_the_way_is_told_with_its_place() {
    let text = std::fs::read_to_string("tests/regressions/not_exact.yaml").unwrap();
    let source = SourceText::new("test", text);
    let found = base(&source);
    let ready = found.ready.unwrap();
    let Err(Trouble::Refused(findings)) = explore(&ready.scenario, &ready.model, &LIMITS, &Unwatched) else {
        panic!("not refused")
    };
    let told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let told = Diagnostic::resolve(finding, &source, found.reading.tree.as_ref());
            let place = told.location.unwrap();
            format!("{}:{} {}", place.line, place.column, told.label)
        })
        .collect();
    let expected: Vec<String> = source
        .text()
        .lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let (_, marks) = line.split_once("#! ")?;
            Some(marks.split("; ").map(move |mark| format!("{}:{mark}", at + 1)).collect::<Vec<_>>())
        })
        .flatten()
        .collect();
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    assert_eq!(sorted(told), sorted(expected));
}

#[test]
fn what_only_tracks_read_does_not_count() {
    let text = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 9d\nparameters:\n  p: {value: {uniform: [0, 1]}}\n\
                indicators:\n  price: {type: gauge, range: 0..9, initial: p}\n  x: {type: flag, initial: false}\nrules:\n  \
                go: {rate: 1 per day, effects: [price += 0.3, x = true]}\noutcomes:\n  yes: {when: x}\n  no: \
                {otherwise: true}\ntrack:\n  price: price\n  times: count(go)\n  fresh: if since(go) > 1d then 1 else 0\n";
    let solved = solution(&ready(text));
    // Whether x is true and whether it ever was: two states.
    assert_eq!(solved.method.states, 2);
    assert!((solved.outcomes[0].probability - (1.0 - libm::exp(-9.0))).abs() < TOLERANCE);
}

#[test]
fn too_many_states_and_failing_states_are_told() {
    let counted = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 9d\nindicators: {x: {type: level, range: 0..9, \
                   initial: 5}}\nrules:\n  go: {rate: EXPR per day, effects: [x -= 1]}\noutcomes:\n  yes: {when: count(go) \
                   > 3}\n  no: {otherwise: true}\n";
    let tried = |rate: &str| {
        let ready = ready(&counted.replace("EXPR", rate));
        let limits = Limits { max_states: 5_000, describe: false };
        explore(&ready.scenario, &ready.model, &limits, &Unwatched).map(|space| space.states())
    };
    assert!(matches!(tried("1 + count(go)"), Err(Trouble::TooManyStates { states }) if states > 5_000));
    assert!(matches!(tried("x - 3.5"), Err(Trouble::Failed(failure)) if failure.rule.is_some()));
}

#[test]
fn an_exact_report_is_a_report() {
    for name in ["ladder", "cascade"] {
        let report = report(&model(name));
        let json = report.to_json();
        assert_eq!(Report::from_json(&json).unwrap(), report);
        for absent in ["\"count\"", "\"seed\"", "\"ladder\": {"] {
            assert!(!json.contains(absent), "{absent}");
        }
        let text = render::text(&report, &render::Style { color: false, width: 72 });
        assert!(text.lines().all(|line| line.chars().count() <= 72) && text.contains("exactly computed"));
        assert!(render::markdown(&report).contains("| outcome | meaning | probability |"));
        let csv = render::csv(&report);
        let columns = csv.lines().next().map(|line| line.matches(',').count());
        assert!(columns > Some(10) && csv.lines().all(|line| Some(line.matches(',').count()) == columns));
    }
}

/// What is independent multiplies: the probability that all of some ladders are at their top is the product of each alone.
#[test]
fn independent_parts_multiply() {
    let of = |ladders: std::ops::Range<usize>| {
        let all = |part: &dyn Fn(usize) -> String, with: &str| {
            ladders.clone().map(part).collect::<Vec<_>>().join(with)
        };
        let levels = all(&|at| format!("  x{at}: {{type: level, range: 0..3, initial: 0}}\n"), "");
        let rules = all(
            &|at| {
                format!(
                    "  up{at}: {{rate: 0.{} per day, effects: [x{at} += 1]}}\n  down{at}: {{when: x{at} > 0, rate: 0.2 \
                     per day, effects: [x{at} -= 1]}}\n",
                    at + 3
                )
            },
            "",
        );
        let top = all(&|at| format!("x{at} == 3"), " and ");
        let text = format!(
            "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 20d\nindicators:\n{levels}rules:\n{rules}\
             outcomes:\n  top: {{when: {top}}}\n  no: {{otherwise: true}}\n"
        );
        solution(&ready(&text))
    };
    let together = of(0..5);
    assert!(together.method.states > 1_024, "with what ever held, more than 4⁵: {}", together.method.states);
    let product: f64 = (0..5).map(|at| of(at..at + 1).outcomes[0].probability).product();
    assert!((together.outcomes[0].probability - product).abs() < TOLERANCE);
}

#[test]
fn the_order_of_threads_changes_nothing() {
    let ready = model("epidemic");
    assert_eq!(solution(&ready), solution(&ready));
}

/// A counter that is only compared, and a level that counts the same up to there, are the same chain.
#[test]
fn counters_are_counted_up_to_where_they_matter() {
    let head = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 12d\nindicators:\n  calm: {type: flag, initial: true}\n";
    let tail = "  lull: {rate: 0.5 per day, effects: [calm = not calm]}\noutcomes:\n  third: {when: MANY, ends: true}\n  rest: {otherwise: true}\nwatch: {seen: ONE}\n";
    let of = |level: &str, effects: &str, one: &str, many: &str| {
        let rules = format!(
            "rules:\n  hit: {{rate: 0.3 per day, times: [{{when: \"{one}\", by: 1.7}}, {{when: calm, by: 0.2}}]{effects}}}\n"
        );
        let tail = tail.replace("MANY", many).replace("ONE", one);
        ready(&format!("{head}{level}{rules}{tail}"))
    };
    let counted = of("", "", "fired(hit)", "count(hit) >= 3");
    let level = of(
        "  hits: {type: level, range: 0..3, initial: 0}\n",
        ", effects: [hits += 1]",
        "hits > 0",
        "hits == 3",
    );
    let (one, other) = (solution(&counted), solution(&level));
    assert_eq!((one.method.states, one.method.transitions), (other.method.states, other.method.transitions));
    for (one, other) in
        one.outcomes.iter().chain(&one.watches).zip(other.outcomes.iter().chain(&other.watches))
    {
        assert!(
            (one.probability - other.probability).abs() < 1e-13 && one.time == other.time,
            "{one:?} {other:?}"
        );
    }
    // Without the flag and the factors, the third event of a Poisson process.
    let plain = "rules:\n  hit: {rate: 0.3 per day}\noutcomes:\n  third: {when: count(hit) >= 3}\n  rest: {otherwise: true}\n";
    let plain = solution(&ready(&format!(
        "{}{plain}",
        head.replace("indicators:\n  calm: {type: flag, initial: true}\n", "")
    )));
    let mean = 0.3 * 12.0;
    let expected = 1.0 - libm::exp(-mean) * (1.0 + mean + mean * mean / 2.0);
    assert!((plain.outcomes[0].probability - expected).abs() < TOLERANCE);
    assert_eq!(plain.method.states, 4);
}

#[test]
fn rates_that_are_too_fast_are_refused() {
    let at_rate = |rate: &str| {
        let ready = ready(&format!(
            "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 180d\nindicators:\n  f: {{type: flag, initial: false}}\n\
             rules:\n  on: {{when: not f, rate: {rate} per day, effects: [f = true]}}\n  off: {{when: f, rate: {rate} per day, \
             effects: [f = false]}}\noutcomes:\n  yes: {{when: f}}\n  no: {{otherwise: true}}\n"
        ));
        let space = explore(&ready.scenario, &ready.model, &LIMITS, &Unwatched).unwrap();
        solve(&ready.model, &space, &Unwatched)
    };
    for (rate, least) in [("1e8", 1e10), ("1e300", 1e302), ("1e308", f64::INFINITY)] {
        match at_rate(rate) {
            Err(Trouble::TooManySteps { steps }) => assert!(steps >= least, "{rate}: {steps}"),
            other => panic!("{rate}: {other:?}"),
        }
    }
    assert!(at_rate("100").is_ok());
}

/// An event at one of three rates, or a coin that no parameter moves.
#[test]
fn parameters_of_several_values_have_a_range_and_a_part_of_the_variance() {
    let text = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 4d\nparameters:\n  pace: {value: {discrete: {0.1: 1, \
                0.5: 18, 2: 1}}}\n  idle: {value: {discrete: {1: 1, 2: 1}}}\nindicators:\n  hit: {type: flag, initial: false}\n  \
                luck: {type: flag, initial: {discrete: {true: 1, false: 3}}}\nrules:\n  hits: {when: not hit, rate: pace per day, \
                effects: [hit = true]}\noutcomes:\n  hit: {when: hit}\n  missed: {otherwise: true}\ngroups: {any: {outcomes: [hit, \
                missed]}}\nheadline: hit\nwatch: {lucky: luck}\n";
    let report = report(&ready(text));
    let cases =
        [(0.1, 0.05), (0.5, 0.9), (2.0, 0.05)].map(|(pace, weight)| (-libm::expm1(-4.0 * pace), weight));
    let mean: f64 = cases.iter().map(|(p, weight)| p * weight).sum();
    let variance: f64 = cases.iter().map(|(p, weight)| weight * (p - mean) * (p - mean)).sum();
    let hit = &report.outcomes[0];
    let known = hit.ignorance.as_ref().unwrap();
    assert!((hit.share - mean).abs() < TOLERANCE, "{}", hit.share);
    // 5 % of the weight lies on the lowest value, and 95 % up to and with the middle one.
    assert!(
        (known.low - cases[0].0).abs() < TOLERANCE && (known.high - cases[1].0).abs() < TOLERANCE,
        "{known:?}"
    );
    let part = variance / (mean * (1.0 - mean));
    assert!((known.variance_share - part).abs() < TOLERANCE && known.distinguishable, "{known:?} {part}");
    for unmoved in [&report.groups[0].ignorance, &report.watch[0].ignorance] {
        let unmoved = unmoved.as_ref().unwrap();
        assert!(!unmoved.distinguishable && unmoved.variance_share == 0.0, "{unmoved:?}");
    }
    assert!((report.watch[0].share - 0.25).abs() < TOLERANCE);
    for shown in [render::text(&report, &render::Style::default()), render::markdown(&report)] {
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            shown.contains("Ignorance of the parameters: 33–86 % in 90 % of their values, exactly computed."),
            "{shown}"
        );
        assert!(shown.contains("by their weights"), "{shown}");
    }
    assert!(model("ladder").model.parameters.is_empty());
    assert!(self::report(&model("ladder")).outcomes.iter().all(|outcome| outcome.ignorance.is_none()));
}
