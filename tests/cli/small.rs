//! The verbs `schema`, `new` and `completions`, and the program's own help.

use crate::support::{call, call_in};

#[test]
fn schemas_are_json() {
    for of in [&["schema"][..], &["schema", "scenario"], &["schema", "report"]] {
        let call = call(of);
        assert_eq!(call.status, 0);
        assert!(call.out.ends_with("}\n"));
        let schema: serde_json::Value = serde_json::from_str(&call.out).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    }
}

#[test]
fn a_new_scenario_is_sound_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| call_in(folder.path(), arguments);
    assert_eq!(here(&["new", "my.yaml"]).status, 0);
    let again = here(&["new", "my.yaml"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(here(&["new", "my.yaml", "--force"]).status, 0);
    let checked = here(&["check", "my.yaml", "--deny-warnings"]);
    assert_eq!(checked.status, 0, "{}", checked.err);
    let run = here(&["run", "my.yaml", "--runs", "100", "--variant", "hotline"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let text = here(&["new"]).out;
    assert_eq!(text, std::fs::read_to_string(folder.path().join("my.yaml")).unwrap());
    assert!(text.starts_with("# yaml-language-server: $schema="));
}

#[test]
fn completions_are_for_known_shells() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let call = call(&["completions", shell]);
        assert_eq!(call.status, 0);
        assert!(call.out.contains("escalade"));
    }
    assert_eq!(call(&["completions", "csh"]).status, 2);
}

#[test]
fn negative_numbers_are_values_and_refused_as_such() {
    for (flag, message) in
        [("--runs", "not a whole number"), ("--seed", "not a whole number"), ("--draws", "nor `each`")]
    {
        let call = call(&["run", flag, "-1"]);
        assert_eq!(call.status, 2, "{flag}");
        assert!(call.err.contains(&format!("invalid value '-1' for '{flag}")), "{}", call.err);
        assert!(call.err.contains(message), "{}", call.err);
    }
}

#[test]
fn help_and_mistakes_in_the_call() {
    let help = call(&["--help"]);
    assert_eq!(help.status, 0);
    assert!(help.out.lines().count() <= 40, "{}", help.out);
    for verb in ["run", "check", "trace", "schema", "new", "completions"] {
        let help = call(&[verb, "--help"]);
        assert!(help.status == 0 && help.out.contains("Example"), "{verb}");
        assert!(help.out.lines().all(|line| line.chars().count() <= 100), "{verb}: {}", help.out);
    }
    for wrong in [&["rn"][..], &["run", "--bogus"], &[], &["run", "--force"]] {
        let call = call(wrong);
        assert_eq!((call.status, call.out.as_str()), (2, ""), "{wrong:?}");
    }
}
