//! Every shipped scenario compiles without complaint, with each of its variants.

use escalade::compile::{compile, resolve};
use escalade::diagnostic::{Diagnostic, Finding, draw};
use escalade::schema::Scenario;
use escalade::schema::read::read;
use escalade::source::SourceText;

const SHIPPED: [&str; 4] = [
    "scenarios/south_caucasus.yaml",
    "scenarios/two_rivals.yaml",
    "scenarios/standoff.yaml",
    "scenarios/arms_race.yaml",
];

fn complaints(source: &SourceText, findings: &[Finding]) -> String {
    let tree = read::<Scenario>(source).tree;
    let diagnostics: Vec<Diagnostic> =
        findings.iter().map(|finding| Diagnostic::resolve(finding, source, tree.as_ref())).collect();
    draw(&diagnostics, source, false, 100)
}

#[test]
fn shipped_scenarios_compile_with_all_variants() {
    for path in SHIPPED {
        let text = std::fs::read_to_string(path).unwrap();
        let source = SourceText::new(path, text);
        let reading = read::<Scenario>(&source);
        assert!(reading.findings.is_empty(), "{}", complaints(&source, &reading.findings));
        let scenario = reading.value.unwrap();
        let compiled = compile(&scenario);
        assert!(compiled.findings.is_empty(), "{}", complaints(&source, &compiled.findings));
        assert!(compiled.model.is_some());
        for id in scenario.variants.keys() {
            let resolved = resolve::variant(&scenario, id)
                .unwrap_or_else(|findings| panic!("{id}: {}", complaints(&source, &findings)));
            let compiled = compile(&resolved);
            assert!(compiled.findings.is_empty(), "{id}: {}", complaints(&source, &compiled.findings));
        }
    }
}

#[test]
fn a_resolved_scenario_is_written_and_read_back_the_same() {
    for path in SHIPPED {
        let source = SourceText::new(path, std::fs::read_to_string(path).unwrap());
        let resolved = resolve::base(&read::<Scenario>(&source).value.unwrap());
        let text = serde_yaml::to_string(&resolved).unwrap();
        let again = read::<Scenario>(&SourceText::new("resolved", text.clone()));
        assert!(again.findings.is_empty(), "{:?}", again.findings);
        assert_eq!(again.value.unwrap(), resolved);
    }
}
