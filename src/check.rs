//! A source text → all that can be said of a scenario without running it, and the models that it makes.

use crate::compile::{compile, resolve, sizes};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::lint::lint;
use crate::model::Model;
use crate::schema::Scenario;
use crate::schema::read::{Reading, read};
use crate::source::SourceText;
use crate::source::place::{Place, Route, Step};

/// A scenario that can be run.
#[derive(Debug)]
pub struct Ready {
    /// As it is run: without variants, or with one of them applied.
    pub scenario: Scenario,
    /// The same, compiled.
    pub model: Model,
}

/// What a text is without its variants.
#[derive(Debug)]
pub struct Base {
    /// What came of reading it.
    pub reading: Reading<Scenario>,
    /// The scenario without variants, if there are no errors.
    pub ready: Option<Ready>,
    /// All complaints of reading and compiling, but for those that only follow from others.
    pub findings: Vec<Finding>,
}

/// Reads and compiles a scenario, leaving its variants aside.
pub fn base(source: &SourceText) -> Base {
    let reading = read::<Scenario>(source);
    let mut findings = reading.findings.clone();
    let mut ready = None;
    if let Some(scenario) = &reading.value {
        let too_large = sizes::of_scenario(scenario);
        if too_large.is_empty() {
            let scenario = resolve::base(scenario);
            let compiled = compile(&scenario);
            findings.extend(compiled.findings.into_iter().filter(|finding| !follows(finding, &reading)));
            ready = compiled.model.map(|model| Ready { scenario, model });
        }
        findings.extend(too_large);
    }
    let ready = ready.filter(|_| !findings.iter().any(Finding::is_error));
    Base { reading, ready, findings }
}

/// Applies a variant, and compiles the scenario with it.
///
/// # Errors
/// What is wrong, placed where the variant says it.
///
/// # Panics
/// If the scenario has no variant of that name.
pub fn variant(scenario: &Scenario, id: &str) -> Result<Ready, Vec<Finding>> {
    let resolved = resolve::variant(scenario, id)?;
    let compiled = compile(&resolved);
    let placed = compiled.findings.into_iter().map(|finding| in_variant(finding, scenario, id));
    compiled.model.map(|model| Ready { scenario: resolved, model }).ok_or_else(|| placed.collect())
}

/// All complaints about a text: errors, lints, and errors of its variants; sorted by place.
pub fn check(source: &SourceText) -> Vec<Diagnostic> {
    let Base { reading, ready, mut findings } = base(source);
    if let (Some(scenario), Some(ready)) = (&reading.value, &ready) {
        findings.extend(lint(scenario, &ready.model));
        findings.extend(unknown_claims(scenario));
        findings.extend(scenario.variants.keys().filter_map(|id| variant(scenario, id).err()).flatten());
    }
    placed(&findings, source, &reading)
}

/// Complaints with their places in the text, sorted by place.
pub fn placed(findings: &[Finding], source: &SourceText, reading: &Reading<Scenario>) -> Vec<Diagnostic> {
    let resolve = |finding| Diagnostic::resolve(finding, source, reading.tree.as_ref());
    let mut diagnostics: Vec<Diagnostic> = findings.iter().map(resolve).collect();
    diagnostics.sort_by_key(|diagnostic| -> (Option<usize>, Severity) {
        (diagnostic.location.map(|location| location.span.start), diagnostic.severity)
    });
    diagnostics
}

/// Claims that variants cite and nobody makes.
fn unknown_claims(scenario: &Scenario) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, variant) in &scenario.variants {
        let route = Route::root().key("variants").key(id.clone()).key("claims");
        for (index, claim) in variant.claims.iter().enumerate() {
            if !scenario.claims.contains_key(claim) {
                let message = format!("no claim is called `{claim}`");
                let place = route.index(index).as_value();
                findings.push(Finding::error("unknown-name", place, message).label("not declared"));
            }
        }
    }
    findings
}

/// A complaint about what a variant changed, placed where the variant says it.
///
/// # Panics
/// If the scenario has no variant of that name.
pub fn in_variant(mut finding: Finding, scenario: &Scenario, id: &str) -> Finding {
    finding.place = place_in_variant(&finding.place, scenario, id);
    for (related, _) in &mut finding.related {
        *related = place_in_variant(related, scenario, id);
    }
    finding.help(format!("this is so with the variant `{id}`"))
}

fn place_in_variant(place: &Place, scenario: &Scenario, id: &str) -> Place {
    let steps = place.route.steps();
    let variant = Route::root().key("variants").key(id);
    let [Step::Key(section), Step::Key(name), ..] = steps else { return variant.as_key() };
    let changes = &scenario.variants[id];
    let (start, skipped) = match section.as_str() {
        "rules" if changes.rules.contains_key(name) => (variant.key("rules").key(name), 2),
        "rules" if steps.last() == Some(&Step::Key("scale".into())) => {
            (variant.key("scale").key(name), usize::MAX)
        }
        "parameters" | "indicators" if changes.set.contains_key(name) => (variant.key("set").key(name), 3),
        _ => return variant.as_key(),
    };
    let rest = steps.iter().skip(skipped).cloned();
    Place { route: rest.fold(start, |route, step| route.step(step)), part: place.part.clone() }
}

/// Whether a complaint only follows from something that was left out because something in it is wrong: a section, or an
/// entry that is named.
fn follows(finding: &Finding, reading: &Reading<Scenario>) -> bool {
    reading.lacks(&finding.place.route)
        || reading.pruned.iter().any(|route| match route.steps() {
            [_, Step::Key(name), ..] => finding.message.contains(&format!("`{name}`")),
            steps => steps.len() < 2,
        })
}
