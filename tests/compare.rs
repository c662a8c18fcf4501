//! Comparisons where the exact difference is known, coverage of the intervals of paired differences, and attribution
//! against all orders made by hand.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "a test prints the table of docs/compare.md")]

use std::num::NonZeroU64;

use escalade::analysis::attribution::{Task, attribute, subject};
use escalade::analysis::compare::{
    Comparison, Difference, DifferenceMethod, Side, SideKind, comparison, measure,
};
use escalade::analysis::edits::Edits;
use escalade::analysis::ledger::ledger;
use escalade::analysis::replay::{Luck, twins};
use escalade::check::{Ready, base};
use escalade::compile::compile;
use escalade::engine::Draws;
use escalade::ensemble::{Goal, Plan, Unwatched, run};
use escalade::report::{self, Inputs, Report, ScenarioRecord, SubjectKind};
use escalade::source::SourceText;
use escalade::stats::interval::Method;

/// Seeds of a coverage.
const REPEATS: u64 = 1_000;

fn ready(body: &str) -> Ready {
    let text = format!("format: 1\nid: test\ntitle: A test\nstart: 2030-01-01\nhorizon: 10d\n{body}");
    let found = base(&SourceText::new("test", &text));
    found.ready.unwrap_or_else(|| panic!("{:?}\n{text}", found.findings))
}

fn report_of(ready: &Ready, seed: u64, runs: u64, draws: Draws) -> Report {
    let draws = Draws::of_model(&ready.model, Some(draws));
    let plan =
        Plan { seed, draws, runs, jobs: if runs < 10_000 { 1 } else { 2 }, keep_failed: false, log: true };
    let batch = run(&ready.model, &plan, &Unwatched).unwrap();
    report::build(Inputs {
        model: &ready.model,
        batch: &batch,
        seed,
        draws,
        asked: runs,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
        confidence: 0.95,
        scenario: ScenarioRecord {
            digest: String::new(),
            variant: None,
            set: indexmap::IndexMap::new(),
            text: String::new(),
        },
    })
}

fn compared(one: &Report, two: &Report) -> Comparison {
    let side = |name: &str, report| -> Side<'_> {
        let runs = Report::runs(report).map(Result::unwrap);
        Side { name: name.into(), kind: SideKind::Report, report, runs }
    };
    let sides = [side("one", one), side("two", two)];
    comparison(&sides, 0, 0.95, &measure(&sides, 0))
}

fn first(document: &Comparison) -> &Difference {
    &document.pairs[0].differences[0]
}

/// Two scenarios whose only outcome of interest has these exact probabilities.
struct Known {
    name: &'static str,
    before: Ready,
    after: Ready,
    exact: f64,
    draws: Draws,
    runs: u64,
}

fn outcome(parameters: &str, rules: &str) -> Ready {
    ready(&format!(
        "{parameters}indicators: {{f: {{type: flag, initial: false}}}}\nrules:\n{rules}outcomes: {{yes: {{when: f}}, no: {{otherwise: true}}}}\n"
    ))
}

/// Chances per horizon are exact probabilities of an outcome; a choice has the probability of its weight.
fn known() -> Vec<Known> {
    let chance = |p: &str| outcome("", &format!("  a: {{chance: {p} per 10d, effects: [f = true]}}\n"));
    let two = |p: &str, q: &str| {
        outcome(
            "",
            &format!(
                "  a: {{chance: {p} per 10d, effects: [f = true]}}\n  b: {{chance: {q} per 10d, effects: [f = true]}}\n"
            ),
        )
    };
    let drawn = |law: &str, weight: &str| {
        outcome(
            &format!("parameters: {{p: {{value: {law}}}}}\n"),
            &format!(
                "  a: {{choose: {{up: {{weight: {weight}, effects: [f = true]}}, down: {{weight: \"1 - ({weight})\"}}}}}}\n"
            ),
        )
    };
    let hundred = Draws::Of(NonZeroU64::new(100).unwrap());
    let of = |name, before, after, exact, draws, runs| Known { name, before, after, exact, draws, runs };
    vec![
        of("20 % and 23 %, nested", chance("20%"), chance("23%"), 0.03, Draws::Each, 1_000),
        of("2 % and 2.5 %, nested", chance("2%"), chance("2.5%"), 0.005, Draws::Each, 1_000),
        // 1 − 0.8 · 0.9 = 0.28; 1 − 0.75 · 0.95 = 0.2875
        of("28 % and 28.75 %, both ways", two("20%", "10%"), two("25%", "5%"), 0.0075, Draws::Each, 1_000),
        of("equal shares, both ways", two("20%", "10%"), two("10%", "20%"), 0.0, Draws::Each, 1_000),
        of(
            "30 % and 24 %, 100 draws",
            drawn("{uniform: [0.1, 0.5]}", "p"),
            drawn("{uniform: [0.1, 0.5]}", "0.8 * p"),
            -0.06,
            hundred,
            1_000,
        ),
        of(
            "5 % and 6 %, 100 draws",
            drawn("{uniform: [0, 0.1]}", "p"),
            drawn("{uniform: [0, 0.1]}", "1.2 * p"),
            0.01,
            hundred,
            2_000,
        ),
    ]
}

/// Null: 95 % intervals of paired differences cover the exact one in at least 95 % of batches, less what 1,000 repeats
/// allow at three standard errors of 0.69 points; those of method 10 need not more than nearly so.
#[test]
fn paired_intervals_cover_the_exact_difference() {
    println!(
        "| difference | covered, paired | mean half width | covered, independent | mean half width | narrower by |"
    );
    println!("|---|---|---|---|---|---|");
    for case in known() {
        let (mut covered, mut width) = ([0_u64; 2], [0.0; 2]);
        for seed in 0..REPEATS {
            let one = report_of(&case.before, seed, case.runs, case.draws);
            let paired = compared(&one, &report_of(&case.after, seed, case.runs, case.draws));
            let apart = compared(&one, &report_of(&case.after, seed + REPEATS, case.runs, case.draws));
            for (at, document) in [paired, apart].iter().enumerate() {
                let [low, high] = first(document).interval;
                covered[at] += u64::from(low <= case.exact && case.exact <= high);
                width[at] += 0.5 * (high - low) / REPEATS as f64;
            }
        }
        let share = covered.map(|count| 100.0 * count as f64 / REPEATS as f64);
        println!(
            "| {} | {:.1} % | {:.2} pp | {:.1} % | {:.2} pp | {:.1} |",
            case.name,
            share[0],
            100.0 * width[0],
            share[1],
            100.0 * width[1],
            width[1] / width[0]
        );
        assert!(share.iter().all(|share| *share > 92.5), "{}: {share:?}", case.name);
        // Where neither side's draws allow for Student's t of the difference, pairing gains nothing, and loses nothing.
        assert!(width[0] < 1.05 * width[1], "{}: {width:?}", case.name);
    }
}

/// Two independent things of 20 % and 10 %; the edit makes the second impossible. Exactly 1 − 0.8 · 0.9 − 0.2 = 8 % of
/// runs move, all in one direction, and the runs that are touched are those in which the second happens: 10 %.
#[test]
fn a_ledger_holds_what_is_known_exactly() {
    let body = |more: &str| {
        outcome(
            "",
            &format!(
                "  a: {{chance: 20% per 10d, effects: [f = true]}}\n  b: {{chance: 10% per 10d, limit: 1{more}, effects: [f = true]}}\n"
            ),
        )
    };
    let (before, after) = (body(""), body(", disabled: true"));
    let luck = Luck { seed: 5, draws: Draws::Each, runs: 100_000, jobs: 0 };
    let found = ledger(&twins(&before.model, &after.model, luck, &|| false).unwrap());
    let within = |count: u64, p: f64| (count as f64 - 1e5 * p).abs() < 4.0 * (1e5 * p * (1.0 - p)).sqrt();
    assert!(within(found.touched, 0.10), "{}", found.touched);
    assert!(within(found.moved, 0.08), "{}", found.moved);
    let moves: Vec<_> = found.cells.iter().filter(|cell| cell.from != cell.to).collect();
    assert_eq!(moves.len(), 1);
    assert_eq!((moves[0].from.as_str(), moves[0].to.as_str()), ("yes", "no"));
    let parting = moves[0].parting.as_ref().unwrap();
    assert_eq!((parting.baseline.as_deref(), parting.side.as_deref()), (Some("b"), None));
    assert_eq!(parting.runs, moves[0].runs);
}

/// Of three edits that interact, the parts are the means over the six orders, made one by one here.
#[test]
fn parts_are_means_over_all_orders() {
    let body = |values: [&str; 3]| {
        let [a, b, c] = values;
        ready(&format!(
            "indicators: {{f: {{type: flag, initial: false}}, g: {{type: flag, initial: false}}}}\nrules:\n  \
             a: {{chance: {a} per 10d, effects: [f = true]}}\n  b: {{when: f, rate: {b} per 10d, effects: [g = true]}}\n  \
             c: {{chance: {c} per 10d, effects: [g = true]}}\noutcomes: {{yes: {{when: g}}, no: {{otherwise: true}}}}\n"
        ))
    };
    let (old, new) = (["20%", "0.5", "5%"], ["40%", "2", "10%"]);
    let luck = Luck { seed: 3, draws: Draws::Each, runs: 4_000, jobs: 0 };
    let count = |edited: [bool; 3]| {
        let values = [0, 1, 2].map(|at| if edited[at] { new[at] } else { old[at] });
        report_of(&body(values), luck.seed, luck.runs, luck.draws).outcomes[0].count.unwrap().cast_signed()
    };
    let mut expected = [0_i64; 3];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut edited = [false; 3];
        for at in order {
            let before = count(edited);
            edited[at] = true;
            expected[at] += count(edited) - before;
        }
    }
    let (first, second) = (body(old), body(new));
    let edits = Edits::between(&first.scenario, &second.scenario);
    let task =
        Task { edits: &edits, luck, of: subject(SubjectKind::Outcome, "yes"), orders: 1, confidence: 0.95 };
    let found = attribute(&task, (&first.model, &second.model), &|| false).unwrap();
    let parts: Vec<i64> = found.parts.iter().map(|part| part.runs).collect();
    assert_eq!((parts.as_slice(), found.denominator), (expected.as_slice(), 6));
    assert_eq!(expected.iter().sum::<i64>(), 6 * found.total);
    assert_eq!(found.total, count([true; 3]) - count([false; 3]));
    assert!(found.spared > 0);
}

/// Edits of nine rules are more than are all computed: their sampled parts add up as exactly, with an error that is told.
/// A further pair of edits only compiles together, and is one.
#[test]
fn sampled_orders_add_up_too() {
    let body = |p: &str, more: &str| {
        let rules: String = (0..9).fold(String::new(), |rules, at| {
            rules + &format!("  r{at}: {{chance: {p} per 10d, effects: [n += 1]}}\n")
        });
        ready(&format!(
            "indicators: {{n: {{type: level, range: 0..20, initial: 0}}{}}}\nrules:\n{rules}{}outcomes: {{yes: {{when: n >= 3}}, no: {{otherwise: true}}}}\n",
            if more.is_empty() { "" } else { ", x: {type: flag, initial: true}" },
            more
        ))
    };
    let first = body("15%", "");
    let second = body("25%", "  extra: {when: x, chance: 10% per 10d, effects: [n += 1]}\n");
    let luck = Luck { seed: 9, draws: Draws::Each, runs: 1_000, jobs: 0 };
    let edits = Edits::between(&first.scenario, &second.scenario);
    let task =
        Task { edits: &edits, luck, of: subject(SubjectKind::Outcome, "yes"), orders: 12, confidence: 0.95 };
    let found = attribute(&task, (&first.model, &second.model), &|| false).unwrap();
    assert_eq!((found.parts.len(), found.orders, found.denominator), (10, Some(12), 12));
    assert!(found.parts.iter().any(|part| part.edits == ["indicator x", "rule extra"]), "{:?}", found.parts);
    assert_eq!(found.parts.iter().map(|part| part.runs).sum::<i64>(), 12 * found.total);
    assert!(found.parts.iter().all(|part| part.order_error.is_some()));
}

/// Runs that no edit touches alone are left out; with all runs simulated the same comes out.
#[test]
fn what_is_spared_would_have_come_out_the_same() {
    let text = std::fs::read_to_string("scenarios/two_rivals.yaml").unwrap();
    let found = base(&SourceText::new("two_rivals", &text));
    let scenario = found.reading.value.unwrap();
    let before = found.ready.unwrap();
    let mut edited = before.scenario.clone();
    for variant in ["hotline", "firm_boreas"] {
        let with = escalade::check::variant(&scenario, variant).unwrap().scenario;
        for (id, rule) in with.rules {
            if rule != before.scenario.rules[&id] {
                edited.rules.insert(id, rule);
            }
        }
    }
    let after = compile(&edited).model.unwrap();
    let edits = Edits::between(&before.scenario, &edited);
    let draws = Draws::Of(NonZeroU64::new(100).unwrap());
    let luck = Luck { seed: 1, draws, runs: 2_000, jobs: 0 };
    let task =
        Task { edits: &edits, luck, of: subject(SubjectKind::Outcome, "war"), orders: 1, confidence: 0.95 };
    let found = attribute(&task, (&before.model, &after), &|| false).unwrap();
    assert!(found.spared > 500, "{}", found.spared);
    // By hand: each subset of the edits, all runs of it.
    let groups = edits.moving();
    let k = groups.len();
    let counts: Vec<i64> = (0..1_usize << k)
        .map(|mask| {
            let wanted = (0..k).filter(|at| mask >> at & 1 == 1).flat_map(|at| groups[at].clone()).collect();
            let scenario = edits.with(&wanted).unwrap();
            let model = compile(&scenario).model.unwrap();
            let plan = Plan { seed: 1, draws, runs: 2_000, jobs: 0, keep_failed: false, log: true };
            let batch = run(&model, &plan, &Unwatched).unwrap();
            batch.tally.class(escalade::id::OutcomeId::new(0)).cast_signed()
        })
        .collect();
    let factorial = |n: usize| (1..=n.cast_signed() as i64).product::<i64>();
    for (at, part) in found.parts.iter().enumerate() {
        let expected: i64 = (0..1_usize << k)
            .filter(|mask| mask >> at & 1 == 0)
            .map(|mask| {
                let s = mask.count_ones() as usize;
                factorial(s) * factorial(k - s - 1) * (counts[mask | 1 << at] - counts[mask])
            })
            .sum();
        assert_eq!(part.runs, expected, "{:?}", part.edits);
    }
}

/// A record of a million runs takes less than a megabyte, of the largest shipped scenario too. Its cost per run is that of
/// 60,000 runs, less what is learnt at the start.
#[test]
fn a_record_is_small() {
    let text = std::fs::read_to_string("scenarios/south_caucasus.yaml").unwrap();
    let ready = base(&SourceText::new("south_caucasus", &text)).ready.unwrap();
    let size = |runs: u64| {
        let draws = Draws::Of(NonZeroU64::new(1_000).unwrap());
        let record = report_of(&ready, 1, runs, draws).record.unwrap();
        let lines = record.data.iter().map(|line| line.len() + 12).sum::<usize>();
        lines as f64
    };
    let (few, many) = (size(20_000), size(60_000));
    let per_run = (many - few) / 40_000.0;
    println!("{per_run:.4} bytes a run");
    assert!(few + 980_000.0 * per_run < 1_000_000.0, "{per_run}");
}

/// By what factor pairing narrows the intervals of differences between the built-in scenario and its variants: against
/// the same variant under another seed. Prints the table of docs/compare.md.
#[test]
#[ignore = "minutes: 40,000 runs of each variant, four times"]
fn pairing_narrows_the_intervals_of_the_built_in_variants() {
    let text = std::fs::read_to_string("scenarios/south_caucasus.yaml").unwrap();
    let found = base(&SourceText::new("south_caucasus", &text));
    let (scenario, before) = (found.reading.value.unwrap(), found.ready.unwrap());
    let draws = Draws::Of(NonZeroU64::new(1_000).unwrap());
    println!(
        "| variant | runs touched | difference | paired | independent | factor | all shares: median factor | least | greatest |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (sampled, name) in [(draws, "1,000 draws"), (Draws::Each, "a draw for each run")] {
        let one = report_of(&before, 1, 40_000, sampled);
        for variant in scenario.variants.keys() {
            let after = escalade::check::variant(&scenario, variant).unwrap();
            let paired = compared(&one, &report_of(&after, 1, 40_000, sampled));
            let apart = compared(&one, &report_of(&after, 2, 40_000, sampled));
            let luck = Luck { seed: 1, draws: sampled, runs: 10_000, jobs: 0 };
            let moved = ledger(&twins(&before.model, &after.model, luck, &|| false).unwrap());
            let half = |of: &Difference| 50.0 * (of.interval[1] - of.interval[0]);
            let both = paired.pairs[0].differences.iter().zip(&apart.pairs[0].differences);
            let mut factors: Vec<f64> = both.map(|(paired, apart)| half(apart) / half(paired)).collect();
            factors.sort_by(f64::total_cmp);
            let headline = |of: &Comparison| -> (f64, f64) {
                let id = of.pairs[0].headline.clone().unwrap();
                let found = of.pairs[0].differences.iter().find(|of| of.id == id).unwrap();
                (100.0 * found.difference, half(found))
            };
            let ((difference, narrow), (_, wide)) = (headline(&paired), headline(&apart));
            println!(
                "| {variant}, {name} | {:.1} % | {difference:+.2} pp | ± {narrow:.3} | ± {wide:.3} | {:.1} | {:.1} | {:.1} | {:.1} |",
                moved.touched as f64 / 100.0,
                wide / narrow,
                factors[factors.len() / 2],
                factors[0],
                factors[factors.len() - 1]
            );
            assert!(wide > narrow, "{variant}");
        }
    }
}

/// Sides that are not paired, or only partly, are compared by what is known of each.
#[test]
fn the_statistics_fit_the_design() {
    let chance = |p: &str| outcome("", &format!("  a: {{chance: {p} per 10d, effects: [f = true]}}\n"));
    let (a, b) = (chance("20%"), chance("30%"));
    let long = report_of(&a, 1, 2_000, Draws::Each);
    let short = report_of(&b, 1, 1_500, Draws::Each);
    let document = compared(&long, &short);
    let of = first(&document);
    assert_eq!((of.method, of.n), (DifferenceMethod::NewcombePaired, [1_500; 2]));
    let joint = of.joint.unwrap();
    assert_eq!(of.baseline.count, Some(joint.both + joint.baseline_only));
    assert_eq!(joint.baseline_only, 0, "a higher hazard under the same luck loses no firing");
    assert!(document.pairs[0].notes.iter().any(|note| note.contains("compared are those that both have")));
    // With draws on one side only, runs are still paired, and by draw.
    let draws = Draws::Of(NonZeroU64::new(50).unwrap());
    let law = "parameters: {p: {value: {uniform: [0.1, 0.3]}}}\n";
    let drawn = outcome(law, "  a: {chance: p per 10d, effects: [f = true]}\n");
    let by_draw = compared(&report_of(&a, 1, 2_000, draws), &report_of(&drawn, 1, 2_000, draws));
    assert_eq!(first(&by_draw).n, [50; 2]);
    let apart = compared(&report_of(&a, 1, 2_000, draws), &report_of(&drawn, 2, 2_000, draws));
    assert_eq!((first(&apart).method, first(&apart).n), (DifferenceMethod::Hybrid, [2_000, 50]));
}
