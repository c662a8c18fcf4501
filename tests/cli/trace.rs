//! `escalade trace`.

use crate::support::{TWO_RIVALS, call};

#[test]
fn a_run_is_a_dated_timeline() {
    let traced = call(&["trace", TWO_RIVALS, "--run", "0"]);
    assert_eq!(traced.status, 0, "{}", traced.err);
    assert!(traced.out.starts_with("Run 0, seed 1\n  drawn  incident_risk "), "{}", traced.out);
    assert!(traced.out.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_replayed_run_is_the_run_that_was_counted() {
    let run = call(&["run", TWO_RIVALS, "--runs", "3000", "--seed", "7", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let mut seen = 0;
    for paths in report["paths"].as_array().unwrap() {
        for path in paths["top"].as_array().unwrap() {
            let example = path["example"].to_string();
            let traced = call(&["trace", TWO_RIVALS, "--seed", "7", "--run", &example, "--format", "json"]);
            let trace: serde_json::Value = serde_json::from_str(&traced.out).unwrap();
            assert_eq!(trace[0]["end"]["outcome"], paths["outcome"], "run {example}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn runs_are_found_by_outcome_or_group() {
    let wars = call(&["trace", TWO_RIVALS, "--outcome", "war", "--count", "2", "--format", "json"]);
    assert_eq!(wars.status, 0, "{}", wars.err);
    let traces: serde_json::Value = serde_json::from_str(&wars.out).unwrap();
    assert_eq!(traces.as_array().unwrap().len(), 2);
    for trace in traces.as_array().unwrap() {
        assert_eq!(trace["end"]["outcome"], "war");
        let crossed = |step: &serde_json::Value| step["latched"].to_string().contains("boreas.island");
        assert!(trace["steps"].as_array().unwrap().iter().any(crossed), "{trace}");
    }
    assert_eq!(call(&["trace", TWO_RIVALS, "--outcome", "bloodshed"]).status, 0);
}

#[test]
fn what_is_not_found_is_said() {
    let unknown = call(&["trace", TWO_RIVALS, "--outcome", "wr"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `war`?"), "{}", unknown.err);
    let none = call(&["trace", TWO_RIVALS, "--outcome", "war", "--runs", "1"]);
    assert_eq!(none.status, 1, "{}", none.out);
    assert_eq!(call(&["trace", TWO_RIVALS, "--outcome", "war", "--run", "1"]).status, 2);
}

#[test]
fn a_variant_and_settings_are_replayed_too() {
    let changes = ["--variant", "hotline", "--set", "incident_risk=0.9", "--seed", "3"];
    let run = call(&[&["run", TWO_RIVALS, "--runs", "500", "--format", "json"], &changes[..]].concat());
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    for paths in report["paths"].as_array().unwrap() {
        let Some(path) = paths["top"].get(0) else { continue };
        let number = path["example"].to_string();
        let arguments = [&["trace", TWO_RIVALS, "--format", "json", "--run", &number], &changes[..]].concat();
        let traced: serde_json::Value = serde_json::from_str(&call(&arguments).out).unwrap();
        assert_eq!(traced[0]["end"]["outcome"], paths["outcome"]);
    }
    assert!(call(&[&["trace", TWO_RIVALS], &changes[..]].concat()).out.starts_with("Run 0, seed 3\n"));
    assert_eq!(call(&["trace", TWO_RIVALS, "--variant", "hotlne"]).status, 2);
}

#[test]
fn a_timeline_tells_who_did_what_to_whom_and_why_it_ended() {
    let traced = call(&["trace", TWO_RIVALS, "--outcome", "war"]);
    for part in
        ["Boreas → Auria", "CAMEO ", "hostility(auria, boreas): ", "red line crossed", "War over the island"]
    {
        assert!(traced.out.contains(part), "{part}: {}", traced.out);
    }
}
