//! A source text → all that can be said of a scenario without running it, and the models that it makes.

use crate::compile::{compile, resolve, sizes};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::lint::lint;
use crate::model::Model;
use crate::schema::Scenario;
use crate::schema::read::{Reading, read};
use crate::schema::screen::LOSSY_NUMBER;
use crate::source::SourceText;
use crate::source::place::{Place, Route, Step};

/// Most findings that are told of one text.
const MOST_FINDINGS: usize = 1000;

/// Findings on variants, after which no more variants are looked at: each costs a compilation.
const MOST_OF_VARIANTS: usize = 100;

/// Variants that are looked at beside other errors, all of which each compilation finds again.
const MOST_BESIDE: usize = 20;

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
    let Some(scenario) = &reading.value else { return placed(&findings, source, &reading) };
    if let Some(ready) = &ready {
        findings.extend(lint(scenario, &ready.model));
    }
    if sizes::of_scenario(scenario).is_empty() {
        let mut more = unknown_claims(scenario);
        for (at, id) in scenario.variants.keys().enumerate() {
            if more.len() >= MOST_OF_VARIANTS || (ready.is_none() && at >= MOST_BESIDE) {
                let place = Route::root().key("variants").key(id).as_key();
                let message = "this variant and those after it were not looked at: there are errors enough";
                more.push(Finding::note("more", place, message));
                break;
            }
            more.extend(of_variant(scenario, id, ready.is_some()));
        }
        findings.extend(more.into_iter().filter(|finding| !follows(finding, &reading)));
    }
    placed(&findings, source, &reading)
}

/// What is wrong with a variant; if something else is wrong too, only what the variant itself says.
fn of_variant(scenario: &Scenario, id: &str, sound: bool) -> Vec<Finding> {
    let (resolved, mut findings) = resolve::applied(scenario, id);
    let all = sound && findings.is_empty();
    let own = Route::root().key("variants").key(id).steps().len();
    let compiled = compile(&resolved).findings.into_iter().filter(Finding::is_error);
    let placed = compiled.map(|finding| in_variant(finding, scenario, id));
    findings.extend(placed.filter(|finding| all || finding.place.route.steps().len() > own));
    findings
}

/// Complaints with their places in the text, sorted by place. Of very many (to find a place takes a while), the gravest
/// that were found first, and a note on the others.
pub fn placed(findings: &[Finding], source: &SourceText, reading: &Reading<Scenario>) -> Vec<Diagnostic> {
    let mut told: Vec<&Finding> = findings.iter().collect();
    told.sort_by_key(|finding| finding.severity);
    let unlisted = told.split_off(told.len().min(MOST_FINDINGS)).len();
    let message = format!("{unlisted} more findings, none graver than those listed, are not listed");
    let rest = Finding::note("more", Route::root().as_key(), message);
    told.extend((unlisted > 0).then_some(&rest));
    let resolve = |finding: &&Finding| Diagnostic::resolve(finding, source, reading.tree.as_ref());
    let mut diagnostics: Vec<Diagnostic> = told.iter().map(resolve).collect();
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
        "actors" => match steps.get(3) {
            Some(Step::Key(member)) if changes.set.contains_key(&format!("{name}.{member}")) => {
                (variant.key("set").key(format!("{name}.{member}")), 5)
            }
            _ => return variant.as_key(),
        },
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
            [_, Step::Key(name), ..] => {
                let told = |end| finding.message.contains(&format!("`{name}{end}"));
                told('`') || told('.')
            }
            steps => steps.len() < 2,
        })
        || reading
            .findings
            .iter()
            .any(|told| told.code == LOSSY_NUMBER && told.place.route == finding.place.route)
}
