//! The scenarios that are timed, as texts, and the way from a text to a model.

use std::fmt::Write;

use escalade::check;
use escalade::engine::Draws;
use escalade::model::Model;
use escalade::source::SourceText;

/// The reference: 28 memoryless rules; `twin` is the same model written by hand.
pub(crate) const REFERENCE: &str = include_str!("../scenarios/reference.yaml");

/// The scenario that is built into the program.
pub(crate) const BUILT_IN: &str = include_str!("../../scenarios/south_caucasus.yaml");

/// All that are timed by themselves, with their names, and how often parameters are drawn if not as often as usual.
pub(crate) fn all() -> Vec<(&'static str, String, Option<Draws>)> {
    let shipped = [
        ("built-in", BUILT_IN),
        ("reference", REFERENCE),
        ("arms_race (delays)", include_str!("../../scenarios/arms_race.yaml")),
        ("two_rivals", include_str!("../../scenarios/two_rivals.yaml")),
    ];
    let mut all = shipped.map(|(name, text)| (name, text.to_owned(), None)).to_vec();
    all.push(("large", large(), None));
    all.push(("parameters", parameters(), Some(Draws::Each)));
    all.push(("decisions", decisions(), None));
    all.push(("delays", delays(), None));
    all
}

/// A text as a model.
pub(crate) fn model(text: &str) -> Model {
    check::base(&SourceText::new("bench", text))
        .ready
        .expect("the scenarios of the benches have no errors")
        .model
}

/// 300 actors and 2,000 rules; an event touches about as many as one of the reference does.
pub(crate) fn large() -> String {
    rings(300, 2_000)
}

/// Actors in a ring, each looking at its two neighbours only.
fn rings(actors: usize, rules: usize) -> String {
    let mut text = head("rings", "365d");
    text.push_str("actors:\n");
    for at in 0..actors {
        let stances = "stances: {posture: {values: [calm, tense, hard], initial: calm}}";
        let _ = writeln!(text, "  a{at}: {{name: Actor {at}, kind: state, {stances}}}");
    }
    text.push_str("rules:\n");
    for rule in 0..rules {
        let (own, next) = (rule % actors, (rule + 1) % actors);
        let (when, to) = match rule / actors % 4 {
            0 => (format!("a{own}.posture == calm"), "tense"),
            1 => (format!("a{own}.posture == tense and a{next}.posture != calm"), "hard"),
            2 => (format!("a{own}.posture == hard"), "calm"),
            _ => (format!("a{own}.posture == tense and a{next}.posture == calm"), "calm"),
        };
        let _ = writeln!(
            text,
            "  r{rule}: {{when: {when}, rate: {} per 365d, effects: [a{own}.posture = {to}], milestone: false}}",
            1 + rule % 3
        );
    }
    text.push_str("outcomes:\n  hard: {when: a0.posture == hard}\n  other: {otherwise: true}\n");
    text
}

/// Many parameters, each of which a hazard reads.
fn parameters() -> String {
    let mut text = head("parameters", "365d");
    text.push_str("parameters:\n");
    let families =
        ["uniform: [0.5, 2]", "pert: [0.5, 1, 3]", "beta: [2, 3]", "lognormal: {median: 1, sigma: 0.5}"];
    for at in 0..60 {
        let _ = writeln!(text, "  p{at}: {{value: {{{}}}}}", families[at % families.len()]);
    }
    text.push_str("indicators:\n");
    for at in 0..60 {
        let _ = writeln!(text, "  f{at}: {{type: flag, initial: false}}");
    }
    text.push_str("rules:\n");
    for at in 0..60 {
        let _ =
            writeln!(text, "  on{at}: {{when: not f{at}, rate: p{at} per 365d, effects: [f{at} = true]}}");
    }
    text.push_str("outcomes:\n  both: {when: f0 and f1}\n  other: {otherwise: true}\n");
    text
}

/// Actors that decide again and again between six options.
fn decisions() -> String {
    let mut text = head("decisions", "365d");
    text.push_str("parameters:\n  bias: {value: {uniform: [0, 1]}}\nactors:\n");
    for at in 0..6 {
        let _ = writeln!(
            text,
            "  a{at}: {{name: Actor {at}, kind: state, attributes: {{heat: {{type: level, range: 0..5, initial: 2}}}}}}"
        );
    }
    text.push_str("rules:\n");
    for at in 0..6 {
        let _ = writeln!(
            text,
            "  decide{at}:\n    rate: 10 per 365d\n    decide:\n      by: a{at}\n      rationality: 1.5\n      options:"
        );
        for option in 0..6 {
            let _ = writeln!(
                text,
                "        o{option}: {{utility: \"bias * {option} - 0.1 * a{}.heat\", effects: [a{at}.heat {}= 1]}}",
                (at + option) % 6,
                if option % 2 == 0 { '+' } else { '-' }
            );
        }
    }
    text.push_str("outcomes:\n  hot: {when: a0.heat == 5}\n  other: {otherwise: true}\n");
    text
}

/// Delays of all kinds that start one another.
fn delays() -> String {
    let mut text = head("delays", "365d");
    text.push_str("indicators:\n  stage: {type: status, values: [s0, s1, s2, s3], initial: s0}\nrules:\n");
    let families = [
        "uniform: [2d, 9d]",
        "gamma: {shape: 2, mean: 6d}",
        "weibull: {shape: 1.5, scale: 7d}",
        "lognormal: {median: 5d, sigma: 0.6}",
    ];
    for (at, family) in families.iter().enumerate() {
        let next = (at + 1) % 4;
        let _ = writeln!(
            text,
            "  go{at}: {{when: stage == s{at}, after: {{{family}}}, effects: [stage = s{next}]}}\n  \
             again{at}: {{when: stage != s{at}, after: {{{family}}}, repeat: true, effects: []}}"
        );
    }
    text.push_str("outcomes:\n  last: {when: stage == s3}\n  other: {otherwise: true}\n");
    text
}

fn head(id: &str, horizon: &str) -> String {
    format!("format: 1\nid: {id}\ntitle: What is timed\nstart: 2040-01-01\nhorizon: {horizon}\n")
}
