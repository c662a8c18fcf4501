//! `escalade run`.

use crate::support::{TWO_RIVALS, call, call_in, call_with_input, command};
use std::path::Path;

fn rivals(more: &[&str]) -> crate::support::Call {
    call(&[&["run", TWO_RIVALS, "--runs", "2000"], more].concat())
}

#[test]
fn the_built_in_scenario_runs_without_a_file() {
    let call = call(&["run", "--runs", "500"]);
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(call.out.contains("south_caucasus: 500 runs, seed 1"), "{}", call.out);
    assert!(call.err.contains("500 runs in "), "{}", call.err);
}

#[test]
fn results_go_to_standard_output_without_colour_in_80_columns() {
    let call = rivals(&[]);
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(!call.out.contains('\u{1b}'));
    assert!(call.out.lines().all(|line| line.chars().count() <= 80), "{}", call.out);
    assert!(rivals(&["--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn the_same_call_gives_the_same_bytes_on_any_number_of_threads() {
    let one = rivals(&["--jobs", "1", "--format", "json"]);
    let three = rivals(&["--jobs", "3", "--format", "json"]);
    assert_eq!((one.status, three.status), (0, 0));
    assert_eq!(one.out, three.out);
    assert_ne!(one.out, rivals(&["--seed", "2", "--format", "json"]).out);
}

#[test]
fn numbers_may_be_written_in_several_ways() {
    for runs in ["1e3", "1_000", "1000"] {
        let call = call(&["run", TWO_RIVALS, "--runs", runs]);
        assert!(call.out.contains("1,000 runs"), "{runs}: {}", call.err);
    }
    for wrong in ["0", "-1", "1.5", "many"] {
        assert_eq!(call(&["run", TWO_RIVALS, &format!("--runs={wrong}")]).status, 2, "{wrong}");
    }
}

#[test]
fn parameters_are_drawn_as_often_as_asked() {
    let draws = |more: &[&str]| {
        let call = rivals(&[more, &["--format", "json"]].concat());
        assert_eq!(call.status, 0, "{}", call.err);
        serde_json::from_str::<serde_json::Value>(&call.out).unwrap()
    };
    let (usual, each, hundred) = (draws(&[]), draws(&["--draws", "each"]), draws(&["--draws", "100"]));
    assert_eq!(usual, draws(&["--draws", "1e3"]));
    let method = |report: &serde_json::Value| {
        let war = &report["outcomes"][0];
        (report["sampling"]["draws"].clone(), war["basis"]["method"].clone(), war["ignorance"].is_null())
    };
    assert_eq!(method(&usual), (1_000.into(), "student_t".into(), false));
    assert_eq!(method(&hundred), (100.into(), "student_t".into(), false));
    assert_eq!(method(&each), (serde_json::Value::Null, "clopper_pearson".into(), true));
    for wrong in ["0", "all", "100001"] {
        let call = rivals(&["--draws", wrong]);
        assert_eq!(call.status, 2);
        assert!(call.err.contains("from 1 to 100,000, nor `each`"), "{}", call.err);
    }
}

#[test]
fn what_needs_independent_runs_gets_them_but_not_against_the_call() {
    for flags in [
        ["--precision=5pp", "--format=json"],
        ["--interval=wilson", "--format=json"],
        ["--simultaneous=sison-glaz", "--format=json"],
    ] {
        let call = rivals(&flags);
        assert_eq!(call.status, 0, "{}", call.err);
        let report: serde_json::Value = serde_json::from_str(&call.out).unwrap();
        assert!(report["sampling"]["draws"].is_null() && report["outcomes"][0]["ignorance"].is_null());
        let refused = rivals(&[flags[0], "--draws", "100"]);
        assert_eq!(refused.status, 2);
        assert!(refused.err.contains("needs independent runs, but with --draws 100"), "{}", refused.err);
        assert_eq!(rivals(&[flags[0], "--draws", "each"]).status, 0);
    }
}

#[test]
fn variant_settings_and_level_are_in_the_report() {
    let changes = ["--variant", "hotline", "--set", "incident_risk=0.2", "--confidence", "99%"];
    let call = rivals(&[&changes[..], &["--format", "json"]].concat());
    assert_eq!(call.status, 0, "{}", call.err);
    let report: serde_json::Value = serde_json::from_str(&call.out).unwrap();
    assert_eq!(report["scenario"]["variant"], "hotline");
    assert_eq!(report["scenario"]["set"]["incident_risk"], "0.2");
    assert_eq!(report["sampling"]["confidence"], 0.99);
    assert_eq!(report["sampling"]["seed"], "1");
}

#[test]
fn what_is_unknown_is_refused_with_a_suggestion() {
    let call = rivals(&["--variant", "hotlne"]);
    assert_eq!(call.status, 2);
    assert!(call.err.contains("did you mean `hotline`?"), "{}", call.err);
    let call = rivals(&["--set", "incident_rsk=0.2"]);
    assert_eq!(call.status, 2);
    assert!(call.err.contains("did you mean `incident_risk`?"), "{}", call.err);
    for wrong in [["--set", "incident_risk"], ["--set", "incident_risk=maybe so"], ["--confidence", "1"]] {
        assert_eq!(rivals(&wrong).status, 2, "{wrong:?}");
    }
    assert_eq!(rivals(&["--seed=-1"]).status, 2);
}

#[test]
fn a_report_appears_whole_and_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| {
        call_in(folder.path(), &[&["run", TWO_RIVALS, "--runs", "200", "--out", "r.json"], more].concat())
    };
    let first = run(&[]);
    assert_eq!(first.status, 0, "{}", first.err);
    assert!(first.out.contains("200 runs"));
    let saved = std::fs::read_to_string(folder.path().join("r.json")).unwrap();
    let refused = run(&[]);
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("--force"), "{}", refused.err);
    let forced = run(&["--force", "--quiet"]);
    assert_eq!((forced.status, forced.out.as_str(), forced.err.as_str()), (0, "", ""));
    assert_eq!(std::fs::read_to_string(folder.path().join("r.json")).unwrap(), saved);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_simulating() {
    let call = call(&["run", TWO_RIVALS, "--runs", "1e12", "--out", "no/such/folder/r.json"]);
    assert_eq!(call.status, 2);
    assert!(call.err.contains("there is no folder"), "{}", call.err);
}

#[test]
fn markdown_and_csv_are_written() {
    assert!(rivals(&["--format", "markdown"]).out.starts_with("# Do two rivals"));
    let csv = rivals(&["--format", "csv", "--quiet"]);
    assert!(csv.out.starts_with("kind,id,count,share,low,high,method,level,n,joint,ignorance_low,ignorance_high,ignorance_share,ever_share,q05"));
    assert_eq!(csv.err, "");
}

#[test]
fn standard_input_is_a_scenario() {
    let call = call_with_input(&["run", "-", "--runs", "100"], &std::fs::read(TWO_RIVALS).unwrap());
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(call.out.contains("two_rivals: 100 runs"));
}

#[test]
fn a_failing_run_names_the_rule_and_can_be_kept() {
    let text = std::fs::read_to_string(TWO_RIVALS).unwrap();
    let bad = text.replace("chance: incident_risk per 30d", "rate: ln(incident_risk) per 30d");
    assert_ne!(bad, text);
    let failed = call_with_input(&["run", "-", "--runs", "100"], bad.as_bytes());
    assert_eq!(failed.status, 3, "{}", failed.err);
    assert!(failed.err.contains("rule `border_incident`"), "{}", failed.err);
    assert!(failed.err.contains("--run 0"), "{}", failed.err);
    let kept = call_with_input(&["run", "-", "--runs", "100", "--keep-failed"], bad.as_bytes());
    assert_eq!(kept.status, 0, "{}", kept.err);
    assert!(kept.out.contains("FAILED: 100 of 100 runs failed"), "{}", kept.out);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_in_a_partial_report_of_status_130() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Whoever interrupts may have watched: no interval for a fixed number would be valid, and that is said.
    for (draws, said) in [("each", "confidence sequence"), ("1000", "which an interruption is not")] {
        let child =
            command(&["run", TWO_RIVALS, "--runs", "1e12", "--draws", draws], folder).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(2));
        let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("PARTIAL: interrupted after"), "{text}");
        assert!(text.replace('\n', " ").contains(said), "{text}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = command(&["run", TWO_RIVALS, "--runs", "1000", "--quiet"], folder).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
