//! `escalade exact`, `export` and `run --exact-check`.

use crate::support::{TWO_RIVALS, call, call_in, call_with_input};

const STANDOFF: &str = "scenarios/standoff.yaml";

#[test]
fn exact_figures_fit_eighty_columns_and_say_how_exact_they_are() {
    let call = call(&["exact", STANDOFF]);
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(call.out.lines().all(|line| line.chars().count() <= 80), "{}", call.out);
    assert!(call.out.contains("War at the strait: 1.666 %, exactly computed"), "{}", call.out);
    assert!(call.out.contains("of their true values") && !call.out.contains('\u{1b}'), "{}", call.out);
    assert!(call.err.contains(" states in "), "{}", call.err);
}

#[test]
fn what_is_in_the_way_is_told_and_nothing_is_computed() {
    for arguments in [["exact", TWO_RIVALS], ["export", TWO_RIVALS]] {
        let call = call(&arguments);
        assert_eq!((call.status, call.out.as_str()), (2, ""));
        assert!(call.err.contains("two_rivals.yaml:33:12"), "{}", call.err);
        assert!(call.err.contains("4 points stand in the way of exact figures"), "{}", call.err);
    }
    let call = call(&["run", TWO_RIVALS, "--exact-check", "--runs", "10"]);
    assert_eq!((call.status, call.out.as_str()), (2, ""));
}

#[test]
fn the_search_is_given_up_at_the_limit() {
    let call = call(&["exact", STANDOFF, "--max-states", "100"]);
    assert_eq!((call.status, call.out.as_str()), (2, ""));
    assert!(call.err.contains("more than 100 states"), "{}", call.err);
}

#[test]
fn both_kinds_of_figures_stand_side_by_side() {
    let both = call(&["run", STANDOFF, "--exact-check", "--runs", "2000", "--quiet"]);
    assert_eq!(both.status, 0, "{}", both.err);
    assert!(both.out.contains("Simulated and exact") && both.out.contains("(Bonferroni)"), "{}", both.out);
    let json = call(&["run", STANDOFF, "--exact-check", "--runs", "2000", "--quiet", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["exact_check"]["rows"].as_array().unwrap().len(), 8);
}

#[test]
fn a_number_of_runs_that_was_not_fixed_is_told() {
    let note = "The number of runs was not fixed before";
    for (more, told) in [(&["--runs", "2000"][..], false), (&["--precision", "2pp"], true)] {
        for format in ["text", "markdown"] {
            let arguments =
                [&["run", STANDOFF, "--exact-check", "--quiet", "--format", format], more].concat();
            let text = call(&arguments).out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(text.contains(note), told, "{more:?}: {text}");
        }
    }
}

#[test]
fn what_takes_too_many_steps_or_states_says_why() {
    let head = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 180d\nindicators: {f: {type: flag, initial: false}}\n";
    let tail = "outcomes:\n  yes: {when: f}\n  no: {otherwise: true}\n";
    let fast = "rules:\n  on: {rate: 1e200 per day, effects: [f = not f]}\n";
    let call = call_with_input(&["exact", "-"], format!("{head}{fast}{tail}").as_bytes());
    assert_eq!((call.status, call.out.as_str()), (2, ""), "{}", call.err);
    assert!(call.err.contains("too fast for exact figures: it takes 1.8e202 steps"), "{}", call.err);
    let endless = "rules:\n  r: {rate: 1 per day}\n  s: {rate: 1 per day}\n  on: {rate: 0.1 * count(r) per day, when: count(s) < 9, \
                   effects: [f = true]}\n";
    let arguments = ["exact", "-", "--max-states", "2000"];
    let call = call_with_input(&arguments, format!("{head}{endless}{tail}").as_bytes());
    assert_eq!((call.status, call.out.as_str()), (2, ""), "{}", call.err);
    assert!(call.err.contains("without bound: count(r)\n"), "{}", call.err);
}

#[test]
fn a_chain_is_exported_with_its_questions() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exact/ladder.yaml");
    let arguments = ["export", scenario, "--out", "a.prism", "--properties", "a.props"];
    let written = call_in(folder.path(), &arguments);
    assert_eq!((written.status, written.out.as_str()), (0, ""), "{}", written.err);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("a.prism").contains("\nctmc\n") && read("a.prism").contains("label \"class_top\" = s=3;"));
    assert!(read("a.props").contains("P=? [ F[T,T] \"class_top\" ]"));
    let again = call_in(folder.path(), &arguments);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
}

#[test]
fn known_times_cannot_be_exported() {
    let refused = call(&["export", STANDOFF]);
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
    assert!(
        refused.err.contains("error[no-known-times]") && refused.err.contains("every: 1w"),
        "{}",
        refused.err
    );
    let allowed = call(&["export", STANDOFF, "--variant", "undated", "--set", "resolve=1.2"]);
    assert_eq!(allowed.status, 0, "{}", allowed.err);
    assert!(allowed.out.contains("init 0;"), "{}", allowed.out);
}
