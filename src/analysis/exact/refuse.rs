//! A scenario and its model → everything in it that an exact solution cannot take, with its place.

use crate::diagnostic::Finding;
use crate::id::VariableId;
use crate::model::{Body, Choice, ChoiceKind, Code, Domain, Draw, Model, Rule, Timing};
use crate::schema::Scenario;
use crate::source::place::{Place, Route};

use super::kept::may_fail;

/// What stands in the way, in the order of the file's sections: continuous values at the start, gauges, then rules, then
/// outcomes.
pub(super) fn refusals(scenario: &Scenario, model: &Model, kept: &[bool]) -> Vec<Finding> {
    let mut findings = Vec::new();
    starts(scenario, model, kept, &mut findings);
    gauges(scenario, model, kept, &mut findings);
    for rule in model.rules.iter().filter(|rule| !rule.disabled) {
        let route = Route::root().key("rules").key(model.event(rule.event).name.clone());
        timing(rule, &route, &mut findings);
        body(model, &rule.body, kept, &route, &mut findings);
    }
    for outcome in &model.outcomes {
        if outcome.condition.as_ref().is_some_and(Code::timed) {
            let place = Route::root().key("outcomes").key(outcome.name.clone()).key("when").as_value();
            findings.push(timed(place, "this condition"));
        }
    }
    say_once(&mut findings);
    findings
}

/// Leaves out help that stands with an earlier finding.
fn say_once(findings: &mut [Finding]) {
    let mut said = std::collections::BTreeSet::new();
    for finding in findings {
        finding.help.retain(|help| said.insert(help.clone()));
    }
}

fn finding(place: Place, message: impl Into<String>, label: &str) -> Finding {
    Finding::error("not-exact", place, message).label(label)
}

fn timed(place: Place, what: &str) -> Finding {
    let message = format!("{what} reads `time` or `since`, so the state alone does not tell what follows");
    finding(place, message, "changes with time")
        .help("`active`, `at` and `every` depend on time and are exact")
}

/// Values at the start that are drawn from a continuum.
fn starts(scenario: &Scenario, model: &Model, kept: &[bool], findings: &mut Vec<Finding>) {
    for setup in model.setup.iter().filter(|setup| kept[setup.variable.index()]) {
        if matches!(setup.draw, Draw::Value(_) | Draw::Discrete(_)) {
            continue;
        }
        let name = &model.variables[setup.variable.index()].name;
        let (place, what) = start_place(scenario, model, setup.variable);
        let message = format!("the {what} `{name}` takes any value of a range");
        let finding = finding(place, message, "continuous");
        findings.push(if what == "unnamed parameter" {
            finding
                .help("say the chance as a percentage, or by a parameter of its own: `chance: 10% per 180d`")
        } else {
            finding
                .help("a fixed value will do: --set NAME=VALUE")
                .help("so will a few values with weights: `{discrete: {0.2: 1, 0.5: 2}}`")
        });
    }
}

/// Where the value at the start of a variable is said, and what it is.
fn start_place(scenario: &Scenario, model: &Model, variable: VariableId) -> (Place, &'static str) {
    let name = &model.variables[variable.index()].name;
    if scenario.parameters.contains_key(name) {
        return (Route::root().key("parameters").key(name.clone()).key("value").as_value(), "parameter");
    }
    match name.strip_suffix(".chance").filter(|rule| scenario.rules.contains_key(*rule)) {
        Some(rule) if model.parameters.iter().any(|parameter| parameter.variable == variable) => {
            let route = Route::root().key("rules").key(rule).key("chance");
            (route.as_value(), "unnamed parameter")
        }
        _ => (declaration(scenario, model, variable).key("initial").as_value(), "initial value of"),
    }
}

/// Where a variable of the state is declared.
fn declaration(scenario: &Scenario, model: &Model, variable: VariableId) -> Route {
    let name = &model.variables[variable.index()].name;
    if let Some((actor, member)) = name.split_once('.') {
        let declared = Route::root().key("actors").key(actor);
        let is_stance = scenario.actors.get(actor).is_some_and(|actor| actor.stances.contains_key(member));
        return declared.key(if is_stance { "stances" } else { "attributes" }).key(member);
    }
    match name.split_once('(') {
        Some((relation, _)) => Route::root().key("relations").key(relation),
        None => Route::root().key("indicators").key(name.clone()),
    }
}

/// Gauges that something reads and something assigns.
fn gauges(scenario: &Scenario, model: &Model, kept: &[bool], findings: &mut Vec<Finding>) {
    let mut assigned = vec![false; model.variables.len()];
    let rules = model.rules.iter().filter(|rule| !rule.disabled);
    rules.for_each(|rule| assigned_by(&rule.body, &mut assigned));
    for (at, variable) in model.variables.iter().enumerate() {
        if kept[at] && assigned[at] && matches!(variable.domain, Domain::Gauge { .. }) {
            let place = declaration(scenario, model, VariableId::new(at)).as_key();
            let message = format!("the gauge `{}` changes and something depends on it", variable.name);
            findings
                .push(finding(place, message, "any value of a range").help("a level has countable values"));
        }
    }
}

fn assigned_by(body: &Body, assigned: &mut [bool]) {
    body.assignments.iter().for_each(|assignment| assigned[assignment.variable.index()] = true);
    let options = body.choice.iter().flat_map(|choice| &choice.options);
    options.filter(|option| !option.disabled).for_each(|option| assigned_by(&option.body, assigned));
}

/// Delays and cooldowns.
fn timing(rule: &Rule, route: &Route, findings: &mut Vec<Finding>) {
    let delayed = matches!(rule.timing, Timing::Delay { .. } | Timing::Answer { after: Some(_), .. });
    if delayed {
        let message = "a delay remembers when it started, which the state does not tell";
        findings.push(
            finding(route.key("after").as_key(), message, "a delay")
                .help("`rate: 1 per 30d` has a mean of 30 days without memory"),
        );
    }
    if rule.cooldown.is_some() {
        let message = "a cooldown remembers when the rule fired, which the state does not tell";
        findings.push(finding(route.key("cooldown").as_key(), message, "a cooldown"));
    }
}

/// Time in effects, weights, utilities and conditions of options.
fn body(model: &Model, body: &Body, kept: &[bool], route: &Route, findings: &mut Vec<Finding>) {
    for (at, assignment) in body.assignments.iter().enumerate() {
        let matters = kept[assignment.variable.index()] || may_fail(&assignment.value);
        if matters && assignment.value.timed() {
            findings.push(timed(route.key("effects").index(at).as_value(), "this effect"));
        }
    }
    if let Some(choice) = &body.choice {
        options(model, choice, kept, route, findings);
    }
}

fn options(model: &Model, choice: &Choice, kept: &[bool], route: &Route, findings: &mut Vec<Finding>) {
    let (route, measure) = match &choice.kind {
        ChoiceKind::Weights => (route.key("choose"), "weight"),
        ChoiceKind::Utilities { rationality } => {
            let route = route.key("decide");
            if rationality.timed() {
                findings.push(timed(route.key("rationality").as_value(), "this rationality"));
            }
            (route.key("options"), "utility")
        }
    };
    for option in choice.options.iter().filter(|option| !option.disabled) {
        let name = model.event(option.event).name.rsplit('.').next().unwrap_or_default();
        let route = route.key(name);
        if option.when.as_ref().is_some_and(Code::timed) {
            findings.push(timed(route.key("when").as_value(), "this condition"));
        }
        if option.measure.timed() {
            findings.push(timed(route.key(measure).as_value(), &format!("this {measure}")));
        }
        body(model, &option.body, kept, &route, findings);
    }
}
