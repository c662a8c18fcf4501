//! Bytes → text → scenario → model: whatever they are, they are refused with messages or accepted, never a panic.

#![no_main]

use escalade::compile::{compile, resolve};
use escalade::diagnostic::{Diagnostic, Finding, draw};
use escalade::schema::Scenario;
use escalade::schema::read::read;
use escalade::source::SourceText;
use libfuzzer_sys::fuzz_target;

/// Largest text, in bytes.
const LIMIT: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = SourceText::from_bytes("fuzz.yaml", bytes.to_vec(), LIMIT) else { return };
    let reading = read::<Scenario>(&source);
    let mut findings = reading.findings;
    if let Some(scenario) = &reading.value {
        findings.extend(check(scenario));
        for variant in scenario.variants.keys() {
            match resolve::variant(scenario, variant) {
                Ok(resolved) => drop(check(&resolved)),
                Err(own) => findings.extend(own),
            }
        }
    }
    let diagnostics: Vec<Diagnostic> =
        findings.iter().map(|finding| Diagnostic::resolve(finding, &source, reading.tree.as_ref())).collect();
    draw(&diagnostics, &source, false, 80);
});

/// What is wrong with a scenario. A model and errors exclude each other.
fn check(scenario: &Scenario) -> Vec<Finding> {
    let compiled = compile(scenario);
    assert_eq!(compiled.model.is_none(), compiled.findings.iter().any(Finding::is_error));
    // A run of the model belongs here: it ends or fails, and must not panic.
    compiled.findings
}
