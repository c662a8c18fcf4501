//! The text of a scenario → all that is wrong with it, and, if nothing is, the model to run.

use super::output::{Status, Stop};
use super::terminal::Terminal;
use crate::check::{self, Base, Ready};
use crate::compile::{compile, resolve};
use crate::diagnostic::{Diagnostic, Finding, Severity, draw_folded, suggest};
use crate::schema::read::Reading;
use crate::schema::{Quantity, Scenario};
use crate::source::SourceText;

/// What is applied to a scenario before it is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changes<'c> {
    /// One of its variants.
    pub(super) variant: Option<&'c str>,
    /// Parameters and initial values.
    pub(super) set: &'c [(String, String)],
}

/// The scenario as it is to be run; what is wrong is told, and then it is not run.
pub(super) fn prepare(
    source: &SourceText,
    changes: Changes<'_>,
    terminal: &Terminal,
) -> Result<(Ready, usize), Stop> {
    let Base { reading, ready, findings } = check::base(source);
    let (Some(scenario), Some(mut ready)) = (&reading.value, ready) else {
        return Err(tell(&findings, source, &reading, terminal));
    };
    if let Some(id) = changes.variant {
        if !scenario.variants.contains_key(id) {
            return Err(no_variant(scenario, id));
        }
        ready = check::variant(scenario, id).map_err(|found| tell(&found, source, &reading, terminal))?;
    }
    if !changes.set.is_empty() {
        ready = with_settings(ready.scenario, changes.set)?;
    }
    let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
    Ok((ready, warnings))
}

/// Draws diagnostics on standard error, notes of one kind together if they are many.
pub(super) fn draw_all(diagnostics: &[Diagnostic], source: &SourceText, terminal: &Terminal) {
    let style = terminal.error_style();
    terminal.tell(&draw_folded(diagnostics, source, style.color, style.width));
}

/// Draws a diagnostic about a file that could not be read, and stops.
pub(super) fn refuse(diagnostic: Diagnostic, terminal: &Terminal) -> Stop {
    draw_all(&[diagnostic], &SourceText::new("", ""), terminal);
    Stop::told(Status::BadInput)
}

fn tell(findings: &[Finding], source: &SourceText, reading: &Reading<Scenario>, terminal: &Terminal) -> Stop {
    let errors: Vec<Finding> = findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    draw_all(&check::placed(&errors, source, reading), source, terminal);
    let count = if errors.len() == 1 { "1 error".to_owned() } else { format!("{} errors", errors.len()) };
    Stop::bad_input(format!("{} has {count}: it was not run", source.name()))
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
    let compiled = compile(&scenario);
    compiled.model.map(|model| Ready { scenario, model }).ok_or_else(|| {
        let shown: Vec<_> = set.iter().map(|(name, value)| format!("--set {name}={value}")).collect();
        let errors = compiled.findings.iter().filter(|finding| finding.is_error());
        let messages: Vec<_> = errors.map(|finding| finding.message.as_str()).collect();
        Stop::bad_input(format!("with {}: {}", shown.join(" "), messages.join("; ")))
    })
}
