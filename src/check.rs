//! A source text → all that can be said of a scenario without running it: errors, warnings, notes, and the model.

use crate::compile::{compile, resolve};
use crate::diagnostic::{Diagnostic, Finding};
use crate::model::Model;
use crate::schema::Scenario;
use crate::schema::read::{Reading, read};
use crate::source::SourceText;
use crate::source::place::{Route, Step};

/// What is known of a scenario file.
#[derive(Debug)]
pub struct Checked {
    /// The scenario as written, if the text makes one.
    pub scenario: Option<Scenario>,
    /// Its model, if it and all its variants are without errors.
    pub model: Option<Model>,
    /// All complaints, in no particular order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads and compiles a scenario with all its variants.
pub fn check(source: &SourceText) -> Checked {
    let reading = read::<Scenario>(source);
    let mut findings = reading.findings.clone();
    let mut model = None;
    if let Some(scenario) = &reading.value {
        let compiled = compile(&resolve::base(scenario));
        let errors = compiled.findings.len();
        findings.extend(compiled.findings.into_iter().filter(|finding| !follows(finding, &reading)));
        if errors == 0 {
            findings.extend(variants(scenario));
        }
        model = compiled.model.filter(|_| !findings.iter().any(Finding::is_error));
    }
    let diagnostics =
        findings.iter().map(|finding| Diagnostic::resolve(finding, source, reading.tree.as_ref())).collect();
    Checked { scenario: reading.value, model, diagnostics }
}

/// What is wrong with the variants of a scenario that is right itself, placed at the variants.
fn variants(scenario: &Scenario) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, variant) in &scenario.variants {
        let route = Route::root().key("variants").key(id.clone());
        for (index, claim) in variant.claims.iter().enumerate() {
            if !scenario.claims.contains_key(claim) {
                let place = route.key("claims").index(index).as_value();
                let message = format!("no claim is called `{claim}`");
                findings.push(Finding::error("unknown-name", place, message).label("not declared"));
            }
        }
        match resolve::variant(scenario, id) {
            Ok(resolved) => {
                let compiled = compile(&resolved);
                findings
                    .extend(compiled.findings.into_iter().map(|finding| within_variant(finding, id, &route)));
            }
            Err(refusals) => findings.extend(refusals),
        }
    }
    findings
}

/// A complaint about a resolved scenario, placed where the variant is written.
fn within_variant(finding: Finding, id: &str, route: &Route) -> Finding {
    let mut steps = route.steps().to_vec();
    let in_rule = matches!(finding.place.route.steps(), [Step::Key(section), ..] if section == "rules");
    let place = if in_rule {
        steps.extend_from_slice(finding.place.route.steps());
        crate::source::place::Place { route: Route::from(steps), part: finding.place.part.clone() }
    } else {
        route.as_key()
    };
    let message = format!("{} (in the variant `{id}`)", finding.message);
    Finding { place, message, related: Vec::new(), ..finding }
}

/// Whether a complaint only follows from something that was left out for an error reported already.
fn follows(finding: &Finding, reading: &Reading<Scenario>) -> bool {
    reading.lacks(&finding.place.route)
        || reading.pruned.iter().any(|route| match route.steps().last() {
            Some(Step::Key(name)) => finding.message.contains(&format!("`{name}`")),
            _ => false,
        })
}
