//! A scenario that compiles → what in it is probably a slip, as warnings and notes.

mod choices;
mod conditions;
mod firing;
mod lifetime;
mod loops;
mod reach;
mod support;
mod variables;

use crate::diagnostic::Finding;
use crate::expr::{ExprKind, parse_name};
use crate::id::VariableId;
use crate::model::Model;
use crate::schema::Scenario;

use firing::firings;
use reach::Reach;

/// What is probably a slip in a scenario whose model this is; first what is unsupported, then what cannot happen,
/// what has no effect, what counts twice or never ends, and last what the chances add up to.
///
/// What is said about conditions holds for all runs of the scenario and of variants that only `set`: values that a
/// variant sets count as open. Where deciding would take too long, there is no complaint.
pub fn lint(scenario: &Scenario, model: &Model) -> Vec<Finding> {
    let firings = firings(model);
    let reach = Reach::new(model, &firings, &set_by_variants(scenario, model));
    let mut findings = support::lint(scenario, model);
    findings.extend(conditions::lint(scenario, model, &firings, &reach));
    findings.extend(variables::lint(scenario, model));
    findings.extend(choices::lint(model, &firings, &reach));
    findings.extend(loops::lint(model, &firings, &reach));
    findings.extend(lifetime::lint(scenario, model));
    findings
}

/// Variables whose value at the start some variant sets.
fn set_by_variants(scenario: &Scenario, model: &Model) -> Vec<VariableId> {
    let mut open = Vec::new();
    for name in scenario.variants.values().flat_map(|variant| variant.set.keys()) {
        let Ok(name) = parse_name(name) else { continue };
        let mut spellings = vec![name.to_string()];
        if let ExprKind::Call(relation, pair) = &name.kind
            && let [first, second] = pair.as_slice()
        {
            spellings.push(format!("{}({second}, {first})", relation.name));
        }
        open.extend(
            model
                .variables
                .iter()
                .enumerate()
                .filter(|(_, variable)| spellings.contains(&variable.name))
                .map(|(position, _)| VariableId::new(position)),
        );
    }
    open
}
