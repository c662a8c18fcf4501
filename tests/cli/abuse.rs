//! What a stranger's file may hold: `run` and `check` refuse it, each mistake with its own message, or take it safely.

use crate::support::{Call, call_with_input};

/// A scenario that runs.
const SOUND: &str = "\
format: 1
id: small
title: A small one
start: 2030-01-01
horizon: 10d
indicators:
  f: {type: flag, initial: false}
rules:
  r: {chance: 10% per 1d, effects: [f = true]}
outcomes:
  yes: {when: f}
  no: {otherwise: true}
";

/// `run` and `check`, as they take a text.
fn both(text: &[u8]) -> [Call; 2] {
    [&["run", "-", "--runs", "50"][..], &["check", "-"]].map(|arguments| call_with_input(arguments, text))
}

fn refused(what: &str, text: &[u8], message: &str) {
    for call in both(text) {
        assert_eq!(call.status, 2, "{what}: {}", call.err);
        assert!(call.err.contains(message), "{what}: {}", call.err);
        assert!(!call.out.contains("Outcomes"), "{what}: {}", call.out);
    }
}

fn with(old: &str, new: &str) -> String {
    let text = SOUND.replace(old, new);
    assert_ne!(text, SOUND, "{old}");
    text
}

#[test]
fn what_yaml_readers_let_through() {
    let aliases = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 100_000].join(","));
    let nested = format!("a: {}1{}\n", "{a: ".repeat(20_000), "}".repeat(20_000));
    let parameter = |value: &str| with("rules:", &format!("parameters: {{p: {{value: {value}}}}}\nrules:"));
    for (what, text, message) in [
        ("aliases", aliases, "aliases (`*name`) are not used here"),
        ("nesting", nested, "nested deeper than 64 levels"),
        ("sequences", "- ".repeat(300_000), "nested deeper than 64 levels"),
        ("duplicate section", format!("{SOUND}title: Again\n"), "`title` stands twice"),
        ("duplicate rule", with("outcomes:", "  r: {rate: 1 per 1d}\noutcomes:"), "`r` stands twice"),
        ("not a number", parameter(".nan"), "a number here must be finite"),
        ("infinity", parameter(".inf"), "a number here must be finite"),
        ("too small", parameter("1e-400"), "this number is too small"),
        ("too large", parameter("1e400"), "this number is too large"),
        ("rounded", parameter("9007199254740993"), "integers above 2^53 are not exact"),
        ("tilde", with("A small one", "~"), "there is no value here"),
        ("null", with("A small one", "null"), "there is no value here"),
        ("nothing", with("A small one", ""), "there is no value here"),
        ("merge key", with("{chance:", "{<<: {once: true}, chance:"), "merge keys (`<<`) are not used here"),
        ("tag", parameter("!uniform [0, 1]"), "tags (`!…`) are not used here"),
        ("two documents", format!("{SOUND}---\n{SOUND}"), "a second document begins here"),
        ("only a comment", "# nothing\n".into(), "the document is empty"),
        ("tab", with("  r:", "\tr:"), "a tab is used as indentation"),
    ] {
        refused(what, text.as_bytes(), message);
    }
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_taken() {
    let dos = SOUND.replace('\n', "\r\n");
    for text in [format!("\u{feff}{SOUND}"), dos.clone(), format!("\u{feff}{dos}")] {
        for call in both(text.as_bytes()) {
            assert_eq!(call.status, 0, "{}", call.err);
        }
    }
}

#[test]
fn what_would_take_gigabytes_or_minutes_is_refused() {
    let many = |count: usize, entry: &dyn Fn(usize) -> String| (0..count).map(entry).collect::<String>();
    let parameters = many(1_001, &|at| format!("  p{at}: {{value: {{beta: [2, 3]}}}}\n"));
    let watches = many(2_001, &|at| format!("  w{at}: f\n"));
    let tracks = many(6, &|at| format!("  t{at}: time\n"));
    for (what, text, message) in [
        (
            "parameters",
            with("rules:", &format!("parameters:\n{parameters}rules:")),
            "at most 1000 parameters",
        ),
        ("watches", format!("{SOUND}watch:\n{watches}"), "at most 2000 watches"),
        ("tracks", format!("{SOUND}grid: 0.001d\ntrack:\n{tracks}"), "at most 50000 values of tracks"),
        ("schedule", with("chance: 10% per 1d", "every: 0.0002h"), "at most 1000000 times"),
    ] {
        refused(what, text.as_bytes(), message);
    }
}

/// To find the place of each finding takes time that grows with the file.
#[test]
fn of_very_many_findings_the_gravest_are_told() {
    let many = |count: usize, entry: &dyn Fn(usize) -> String| (0..count).map(entry).collect::<String>();
    let unused = many(20_000, &|at| format!("  i{at}: {{type: flag, initial: false}}\n"));
    let text = with("indicators:\n", &format!("indicators:\n{unused}")).replace("f = true", "f = tru");
    let call = call_with_input(&["check", "-", "--format", "json"], text.as_bytes());
    let report: serde_json::Value = serde_json::from_str(&call.out).unwrap();
    assert_eq!((call.status, &report["errors"], &report["warnings"]), (2, &1.into(), &0.into()));
    let sound = with("indicators:\n", &format!("indicators:\n{unused}"));
    let call = call_with_input(&["check", "-", "--format", "json"], sound.as_bytes());
    let report: serde_json::Value = serde_json::from_str(&call.out).unwrap();
    assert_eq!((call.status, &report["warnings"], &report["notes"]), (0, &1_000.into(), &1.into()));
    assert!(
        call.out.contains("19002 more findings, none graver than those listed, are not listed"),
        "{}",
        call.out.len()
    );
}

/// To compare every unknown name with every known one would take minutes.
#[test]
fn many_unknown_names_are_told_soon() {
    let many = |count: usize, entry: &dyn Fn(usize) -> String| (0..count).map(entry).collect::<String>();
    let wrong =
        many(15_000, &|at| format!("  indicator_{at}: {{type: flag, initial: not indicater_{at}}}\n"));
    let names = with("indicators:\n", &format!("indicators:\n{wrong}"));
    let disabled = many(30_000, &|at| format!("rule_{at}, "));
    let rules = many(3_000, &|at| format!("  rule_{at}_: {{rate: 1 per day}}\n"));
    let variant = format!(
        "{}variants: {{v: {{disable: [{disabled}]}}}}\n",
        with("outcomes:", &format!("{rules}outcomes:"))
    );
    for (text, errors) in [(names, 1_000), (variant, 100)] {
        let begun = std::time::Instant::now();
        let call = call_with_input(&["check", "-", "--format", "json"], text.as_bytes());
        let report: serde_json::Value = serde_json::from_str(&call.out).unwrap();
        assert_eq!((call.status, &report["errors"]), (2, &errors.into()));
        assert!(call.out.contains("did you mean"), "the first are helped");
        // Comparing all took a minute and a half, optimised.
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}

#[test]
fn a_run_that_does_not_end_names_its_rule() {
    let endless = with("outcomes:", "  s: {upon: [r, s]}\noutcomes:");
    let million = with("chance: 10% per 1d", "rate: 1e6 per 1d");
    let infinite = with("chance: 10% per 1d", "rate: 1 / (if f then 1 else 0) per 1d");
    let standing = with("chance: 10% per 1d", "after: 0d, repeat: true");
    for (text, message) in [
        (endless, "rule `s`: more than 1000 firings in one instant"),
        (million, "rule `r`: more than 1000000 firings"),
        (infinite, "rule `r`: a rate of inf"),
        (standing, "rule `r`: the clock no longer advances"),
    ] {
        let call = call_with_input(&["run", "-", "--runs", "50"], text.as_bytes());
        assert_eq!(call.status, 3, "{message}: {}", call.err);
        assert!(call.err.contains(message), "{message}: {}", call.err);
    }
}
