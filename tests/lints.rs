//! Every lint: one tiny scenario with the slip, drawn, and one close to it without.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic, and one prints what it is asked for"
)]

use escalade::compile::compile;
use escalade::diagnostic::{Diagnostic, Finding, Severity, draw};
use escalade::lint::lint;
use escalade::schema::Scenario;
use escalade::schema::read::read;
use escalade::source::SourceText;

fn findings(path: &str) -> (SourceText, Vec<Finding>) {
    let source = SourceText::new(path, std::fs::read_to_string(path).unwrap());
    let scenario = read::<Scenario>(&source).value.expect("the scenario is sound");
    let compiled = compile(&scenario);
    assert!(compiled.findings.is_empty(), "{path}: {:?}", compiled.findings);
    let model = compiled.model.expect("there was no error");
    let findings = lint(&scenario, &model);
    (source, findings)
}

fn drawn(source: &SourceText, findings: &[Finding]) -> String {
    let tree = read::<Scenario>(source).tree;
    let mut diagnostics: Vec<Diagnostic> =
        findings.iter().map(|finding| Diagnostic::resolve(finding, source, tree.as_ref())).collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.location.map(|location| location.span));
    draw(&diagnostics, source, false, 100)
}

/// What is drawn of one kind, from `tests/lints/<kind>.yaml`; the scenario close to it must not have any.
fn slip(name: &str) -> String {
    let code = name.replace('_', "-");
    let (_, clean) = findings(&format!("tests/lints/{name}_clean.yaml"));
    let clean: Vec<&Finding> = clean.iter().filter(|finding| finding.code == code).collect();
    assert!(clean.is_empty(), "{name}_clean.yaml: {clean:?}");
    let (source, mut found) = findings(&format!("tests/lints/{name}.yaml"));
    found.retain(|finding| finding.code == code);
    assert!(!found.is_empty(), "{name}.yaml has nothing to complain of");
    drawn(&source, &found)
}

macro_rules! slips {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), slip(stringify!($name)));
        }
    )*};
}

slips!(
    unused_claim,
    assumption,
    unsourced_claim,
    never_fires,
    always_true,
    never_available,
    never_holds,
    shadowed_outcome,
    saturates,
    never_read,
    never_written,
    unused,
    near_duplicate,
    decide_once,
    may_loop,
    lifetime,
);

#[test]
fn the_tutorial_scenario_has_no_warnings() {
    let (source, mut found) = findings("scenarios/two_rivals.yaml");
    found.retain(|finding| finding.severity != Severity::Note);
    assert!(found.is_empty(), "{}", drawn(&source, &found));
}

#[test]
#[ignore = "prints what the lints say about shipped scenarios"]
fn shipped() {
    for name in ["two_rivals", "standoff", "arms_race", "south_caucasus"] {
        let path = format!("scenarios/{name}.yaml");
        let start = std::time::Instant::now();
        let (source, findings) = findings(&path);
        let total = start.elapsed();
        eprintln!("== {name} {total:?}");
        let (warnings, notes): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.severity == Severity::Warning);
        eprintln!("{} warnings, {} notes\n{}", warnings.len(), notes.len(), drawn(&source, &warnings));
        for note in notes {
            eprintln!("{} {}", note.code, note.message);
        }
    }
}
