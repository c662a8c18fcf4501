//! `escalade check`.

use crate::support::{TWO_RIVALS, call, call_with_input};

#[test]
fn sound_files_have_status_0_and_a_summary() {
    let checked = call(&["check", TWO_RIVALS, "scenarios/arms_race.yaml"]);
    assert_eq!(checked.status, 0, "{}", checked.err);
    assert!(checked.out.starts_with("2 files: no errors"), "{}", checked.out);
    assert_eq!(call(&["check"]).status, 0);
}

#[test]
fn all_errors_of_all_files_are_told_in_one_pass() {
    let text = std::fs::read_to_string(TWO_RIVALS).unwrap();
    let bad = text
        .replace("when: crossed(boreas.island)", "when: crossed(boreas.iland)")
        .replace("headline: war", "headline: wr");
    let checked = call_with_input(&["check", "-", "no.yaml"], bad.as_bytes());
    assert_eq!(checked.status, 2);
    for part in
        ["standard input:", "did you mean `boreas.island`?", "--> no.yaml", "there is no such file", "^^"]
    {
        assert!(checked.err.contains(part), "{part}: {}", checked.err);
    }
    assert!(checked.out.starts_with("2 files: 3 errors"), "{}", checked.out);
}

#[test]
fn json_has_every_diagnostic_with_its_place() {
    let text = std::fs::read_to_string(TWO_RIVALS).unwrap();
    let bad = text.replace("headline: war", "headline: wr");
    let checked = call_with_input(&["check", "-", "--format", "json"], bad.as_bytes());
    assert_eq!((checked.status, checked.err.as_str()), (2, ""));
    let json: serde_json::Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!((&json["format"], &json["errors"]), (&1.into(), &1.into()));
    assert_eq!(json["files"][0]["file"], "standard input");
    let diagnostic = &json["files"][0]["diagnostics"][0];
    assert!(diagnostic["line"].as_u64().unwrap() > 100, "{diagnostic}");
}

#[test]
fn warnings_fail_only_if_that_was_asked_for() {
    let text = std::fs::read_to_string(TWO_RIVALS).unwrap();
    let doubtful = text.replace("watch:\n", "watch:\n  never: 1 > 2\n");
    assert_ne!(doubtful, text);
    let checked = call_with_input(&["check", "-"], doubtful.as_bytes());
    assert_eq!(checked.status, 0, "{}", checked.err);
    assert!(checked.err.contains("warning["), "{}", checked.err);
    assert_eq!(call_with_input(&["check", "-", "--deny-warnings"], doubtful.as_bytes()).status, 1);
    assert_eq!(call(&["check", TWO_RIVALS, "--deny-warnings"]).status, 0);
}

#[test]
fn many_notes_of_a_kind_are_one_block_as_text_and_each_itself_as_json() {
    let text = call(&["check"]);
    assert!(text.err.matches("note[lifetime]").count() == 1, "{}", text.err);
    assert!(text.err.contains("20% per 30d is 74 % over 180d, if `caspian_exercise` is armed throughout"));
    assert!(text.err.lines().all(|line| line.chars().count() <= 80), "{}", text.err);
    let json: serde_json::Value = serde_json::from_str(&call(&["check", "--format", "json"]).out).unwrap();
    let diagnostics = json["files"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(json["notes"], diagnostics.iter().filter(|it| it["severity"] == "note").count());
    assert!(diagnostics.iter().filter(|it| it["code"] == "lifetime").count() > 20);
}
