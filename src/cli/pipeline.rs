//! The text of a scenario → all that is wrong with it, and, if nothing is, the model to run.

use super::output::{Status, Stop};
use super::terminal::Terminal;
use crate::compile::{compile, resolve};
use crate::diagnostic::{Diagnostic, Finding, Severity, draw, suggest};
use crate::model::Model;
use crate::schema::read::{Reading, read};
use crate::schema::{Quantity, Scenario};
use crate::source::SourceText;
use crate::source::place::{Place, Route, Step};

/// A scenario that can be run.
#[derive(Debug)]
pub(super) struct Ready {
    /// As it is run: with variant and settings applied.
    pub(super) scenario: Scenario,
    /// The same, compiled.
    pub(super) model: Model,
}

/// A scenario that was looked at.
#[derive(Debug)]
pub(super) struct Checked {
    /// Its text.
    pub(super) source: SourceText,
    /// Errors, warnings and notes, by place.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What is applied to a scenario before it is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changes<'c> {
    /// One of its variants.
    pub(super) variant: Option<&'c str>,
    /// Parameters and initial values.
    pub(super) set: &'c [(String, String)],
}

/// Looks at a whole scenario with all its variants.
pub(super) fn check(source: SourceText) -> Checked {
    let mut diagnostics = crate::check::check(&source).diagnostics;
    diagnostics.sort_by_key(order);
    Checked { source, diagnostics }
}

/// The scenario as it is to be run; what is wrong is told, and then it is not run.
pub(super) fn prepare(
    source: &SourceText,
    changes: Changes<'_>,
    terminal: &Terminal,
) -> Result<(Ready, usize), Stop> {
    let reading = read::<Scenario>(source);
    let mut findings = reading.findings.clone();
    let Some(scenario) = &reading.value else { return Err(tell(&findings, source, &reading, terminal)) };
    let (base, found) = compiled(&resolve::base(scenario));
    findings.extend(found.into_iter().filter(|finding| !follows(finding, &reading)));
    let Some(mut ready) = base.filter(|_| !findings.iter().any(Finding::is_error)) else {
        return Err(tell(&findings, source, &reading, terminal));
    };
    if let Some(id) = changes.variant {
        if !scenario.variants.contains_key(id) {
            return Err(no_variant(scenario, id));
        }
        ready = match applied(scenario, id) {
            Ok(ready) => ready,
            Err(found) => return Err(tell(&found, source, &reading, terminal)),
        };
    }
    if !changes.set.is_empty() {
        ready = with_settings(ready.scenario, changes.set)?;
    }
    let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
    Ok((ready, warnings))
}

/// Draws diagnostics on standard error.
pub(super) fn draw_all(diagnostics: &[Diagnostic], source: &SourceText, terminal: &Terminal) {
    let style = terminal.error_style();
    terminal.tell(&draw(diagnostics, source, style.color, style.width));
}

/// Draws a diagnostic about a file that could not be read, and stops.
pub(super) fn refuse(diagnostic: Diagnostic, terminal: &Terminal) -> Stop {
    draw_all(&[diagnostic], &SourceText::new("", ""), terminal);
    Stop::told(Status::BadInput)
}

fn tell(findings: &[Finding], source: &SourceText, reading: &Reading<Scenario>, terminal: &Terminal) -> Stop {
    let errors: Vec<Finding> = findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    draw_all(&placed(&errors, source, reading), source, terminal);
    let count = if errors.len() == 1 { "1 error".to_owned() } else { format!("{} errors", errors.len()) };
    Stop::bad_input(format!("{} has {count}: it was not run", source.name()))
}

fn placed(findings: &[Finding], source: &SourceText, reading: &Reading<Scenario>) -> Vec<Diagnostic> {
    let resolve = |finding| Diagnostic::resolve(finding, source, reading.tree.as_ref());
    let mut diagnostics: Vec<Diagnostic> = findings.iter().map(resolve).collect();
    diagnostics.sort_by_key(order);
    diagnostics
}

fn order(diagnostic: &Diagnostic) -> (Option<usize>, Severity) {
    (diagnostic.location.map(|location| location.span.start), diagnostic.severity)
}

fn compiled(scenario: &Scenario) -> (Option<Ready>, Vec<Finding>) {
    let compiled = compile(scenario);
    (compiled.model.map(|model| Ready { scenario: scenario.clone(), model }), compiled.findings)
}

fn applied(scenario: &Scenario, id: &str) -> Result<Ready, Vec<Finding>> {
    let resolved = resolve::variant(scenario, id)?;
    let (ready, findings) = compiled(&resolved);
    let moved = findings.into_iter().map(|finding| in_variant(finding, scenario, id)).collect();
    ready.ok_or(moved)
}

/// A finding about what a variant changed, placed where the variant says it.
fn in_variant(mut finding: Finding, scenario: &Scenario, id: &str) -> Finding {
    let place = |place: &Place| {
        let variant = Route::root().key("variants").key(id);
        let (Some(Step::Key(section)), Some(Step::Key(name))) =
            (place.route.steps().first(), place.route.steps().get(1))
        else {
            return place.clone();
        };
        let changes = &scenario.variants[id];
        let (start, skipped) = match section.as_str() {
            "rules" if changes.rules.contains_key(name) => (variant.key("rules").key(name), 2),
            "rules" if place.route.steps().last() == Some(&Step::Key("scale".into())) => {
                (variant.key("scale").key(name), usize::MAX)
            }
            "parameters" | "indicators" if changes.set.contains_key(name) => {
                (variant.key("set").key(name), 3)
            }
            _ => return place.clone(),
        };
        let rest = place.route.steps().iter().skip(skipped).cloned();
        Place { route: rest.fold(start, |route, step| route.step(step)), part: place.part.clone() }
    };
    finding.place = place(&finding.place);
    for (related, _) in &mut finding.related {
        *related = place(related);
    }
    finding.help(format!("this is so with the variant `{id}`"))
}

/// Whether a finding only follows from an entry that was left out because something in it is wrong.
fn follows(finding: &Finding, reading: &Reading<Scenario>) -> bool {
    let whole_section = reading.pruned.iter().any(|route| route.steps().len() < 2);
    let names =
        reading.pruned.iter().filter_map(|route| route.steps().get(1)).filter_map(|step| match step {
            Step::Key(name) => Some(format!("`{name}")),
            Step::Index(_) => None,
        });
    let mut names = names;
    !reading.pruned.is_empty() && (whole_section || names.any(|name| finding.message.contains(&name)))
}

fn no_variant(scenario: &Scenario, id: &str) -> Stop {
    let known: Vec<&str> = scenario.variants.keys().map(String::as_str).collect();
    let help = match suggest(id, &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => "it has none".to_owned(),
        None => format!("its variants: {}", known.join(", ")),
    };
    Stop::bad_input(format!("the scenario has no variant `{id}`; {help}"))
}

/// Settings from the call, in their order. What they make wrong is told without a place: the file does not say it.
fn with_settings(mut scenario: Scenario, set: &[(String, String)]) -> Result<Ready, Stop> {
    for (name, value) in set {
        let wrong = |what: &str| Stop::bad_input(format!("--set {name}={value}: {what}"));
        let quantity: Quantity = serde_yaml::from_str(value).map_err(|error| wrong(&error.to_string()))?;
        resolve::set(&mut scenario, name, &quantity).map_err(|refusal| {
            let help = refusal.help.map_or_else(String::new, |help| format!("; {help}"));
            wrong(&format!("{}{help}", refusal.message))
        })?;
    }
    let (ready, findings) = compiled(&scenario);
    ready.ok_or_else(|| {
        let shown: Vec<_> = set.iter().map(|(name, value)| format!("--set {name}={value}")).collect();
        let errors = findings.iter().filter(|finding| finding.is_error());
        let messages: Vec<_> = errors.map(|finding| finding.message.as_str()).collect();
        Stop::bad_input(format!("with {}: {}", shown.join(" "), messages.join("; ")))
    })
}
