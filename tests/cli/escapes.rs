//! Terminal escapes, control characters and invisible characters in the texts of a scenario reach nobody's terminal,
//! whatever is written.

use crate::support::{Call, call_in, call_with_input};

/// Colours, a C1 control, an override of direction, a bell.
const EVIL: &str = "\\e[31m\\x9b31m\\u202e\\a|<b>=1+1";

/// A scenario with that in every text that it may hold.
fn scenario() -> String {
    let text = "\
format: 1
id: small
title: EVIL
says: EVIL
start: 2030-01-01
horizon: 10d
sources: {s: {title: EVIL, author: EVIL, url: EVIL, published: EVIL}}
claims: {c: {says: EVIL, source: s, paragraph: EVIL, grade: B2}}
parameters: {p: {says: EVIL, value: {uniform: [0.1, 0.2]}, unit: EVIL}}
actors:
  a:
    name: EVIL
    kind: state
    stances: {mood: {says: EVIL, values: [calm, angry], initial: calm}}
    attributes: {purse: {says: EVIL, type: gauge, range: 0..9, initial: 1, unit: EVIL}}
    red_lines: {line: {says: EVIL, when: f}}
  b: {name: EVIL, kind: place}
relations:
  hostility:
    says: EVIL
    symmetric: true
    ladder: mid
    initial: none
    between: [{pair: [a, b], says: EVIL}]
indicators: {f: {says: EVIL, type: flag, initial: false}}
rules:
  r:
    says: EVIL
    actor: a
    target: b
    action: \"190\"
    chance: p per 1d
    times: [{when: f, by: 2, says: EVIL}]
    choose:
      one: {says: EVIL, weight: 1, effects: [f = true, \"hostility(a, b) = war\", a.mood = angry]}
      two: {says: EVIL, weight: 1, effects: [a.purse = 2]}
outcomes:
  yes: {says: EVIL, when: f}
  no: {says: EVIL, otherwise: true}
groups: {any: {says: EVIL, outcomes: [yes]}}
watch: {seen: f}
track: {purse: a.purse}
variants: {v: {says: EVIL, set: {p: 0.5}}}
";
    text.replace("EVIL", &format!("\"{EVIL}\""))
}

fn assert_harmless(what: &str, call: &Call) {
    for (stream, text) in [("out", &call.out), ("err", &call.err)] {
        let hazard = text.chars().find(|c| {
            let line = *c == '\n' || *c == '\r' && what.contains("csv");
            !line && (c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'))
        });
        assert_eq!(hazard, None, "{what}, {stream}: {text}");
    }
}

#[test]
fn texts_of_a_scenario_are_harmless_in_every_form() {
    let text = scenario();
    for arguments in [
        &["run", "-", "--runs", "200"][..],
        &["run", "-", "--runs", "200", "--variant", "v", "--format", "markdown"],
        &["run", "-", "--runs", "200", "--format", "csv"],
        &["run", "-", "--runs", "200", "--format", "json"],
        &["trace", "-", "--outcome", "yes"],
        &["trace", "-", "--outcome", "yes", "--format", "json"],
        &["check", "-"],
        &["check", "-", "--format", "json"],
    ] {
        let call = call_with_input(arguments, text.as_bytes());
        assert_eq!(call.status, 0, "{arguments:?}: {}", call.err);
        assert_harmless(&arguments.join(" "), &call);
    }
}

#[test]
fn mistakes_and_names_are_shown_harmless() {
    let text = scenario();
    for (old, new) in [
        ("horizon: 10d", "horizon: \"EVIL\""),
        ("title:", "\"tEVIL\":"),
        ("chance: p per 1d", "chance: \"pEVIL per 1d\""),
        ("f = true", "\"f = EVIL\""),
        ("actor: a\n", "actor: \"EVIL\"\n"),
        ("claims:", "claims: \u{202e}\u{9b}\n#"),
    ] {
        let bad = text.replace(old, &new.replace("EVIL", EVIL));
        for arguments in
            [&["run", "-", "--runs", "20"][..], &["check", "-"], &["check", "-", "--format", "json"]]
        {
            let call = call_with_input(arguments, bad.as_bytes());
            assert_eq!(call.status, 2, "{new}: {}", call.err);
            assert_harmless(new, &call);
        }
    }
    for arguments in [
        &["run", "\u{1b}[31m\u{202e}.yaml"][..],
        &["check", "\u{1b}[31m\u{202e}.yaml", "--format", "json"],
        &["run", "--variant", "\u{1b}[31m"],
        &["run", "--set", "\u{1b}[31m=1"],
        &["run", "--out", "\u{1b}[31m/\u{202e}.json"],
        &["trace", "--outcome", "\u{1b}[31m"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let call = call_in(folder.path(), arguments);
        assert_eq!(call.status, 2, "{arguments:?}: {}", call.err);
        assert_harmless(&arguments.join(" "), &call);
    }
}
