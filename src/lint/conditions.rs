//! Conditions that never or always hold, outcomes hidden by earlier ones, and effects that change nothing.

use crate::diagnostic::Finding;
use crate::model::{Code, Model, Timing};
use crate::schema::Scenario;
use crate::source::place::{Place, Route};

use super::firing::Firing;
use super::reach::{Known, Reach, Verdict};

/// `never-fires`, `always-true`, `never-available`, `never-holds`, `shadowed-outcome`, `saturates`.
pub(super) fn lint(
    scenario: &Scenario,
    model: &Model,
    firings: &[Firing<'_>],
    reach: &Reach<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for firing in firings {
        match firing.option {
            None => findings.extend(rule(scenario, model, firing, reach)),
            Some(_) => findings.extend(option(model, firings, firing, reach)),
        }
    }
    latches(model, reach, &mut findings);
    outcomes(model, reach, &mut findings);
    for firing in firings.iter().filter(|firing| reach.fires(firing.event)) {
        effects(model, firing, reach, &mut findings);
    }
    findings
}

fn rule(scenario: &Scenario, model: &Model, firing: &Firing<'_>, reach: &Reach<'_>) -> Option<Finding> {
    let name = &model.event(firing.event).name;
    let never = |place: Place, why: &str| {
        Some(Finding::warning("never-fires", place, format!("`{name}` can never fire")).label(why))
    };
    let rule = &model.rules[firing.rule];
    if rule.window.is_some_and(|window| window.from > model.horizon) {
        return never(firing.route.key("active").key("from").as_value(), "beyond the horizon");
    }
    if !reach.in_time(firing.rule) {
        let (key, why) = match &rule.timing {
            Timing::At(_) => ("at", "beyond the horizon"),
            Timing::Every(_) => ("every", "longer than the horizon"),
            Timing::Delay { .. } => ("after", "longer than the horizon"),
            Timing::Answer { .. } => ("upon", "this can never fire"),
            Timing::Hazard { chance: true, .. } => ("chance", "this is never"),
            Timing::Hazard { chance: false, .. } => ("rate", "this is never"),
            Timing::Trigger => unreachable!("a trigger has no timing that could be too late"),
        };
        return never(firing.route.key(key).as_value(), why);
    }
    let when = rule.when.as_ref()?;
    scenario.rules.get(name)?.when.as_ref()?;
    let place = firing.route.key("when").as_value();
    let armed: Known = rule.window.iter().map(|window| (window.variable, vec![1.0])).collect();
    match reach.verdict(when, &armed) {
        Verdict::Never => never(place, "never holds, by the values that these can take"),
        Verdict::Always => Some(
            Finding::warning("always-true", place, format!("the condition of `{name}` always holds"))
                .label("always true, by the values that these can take")
                .help("leave `when` out if that is meant"),
        ),
        Verdict::Sometimes | Verdict::Undecided => None,
    }
}

fn option(model: &Model, firings: &[Firing<'_>], firing: &Firing<'_>, reach: &Reach<'_>) -> Option<Finding> {
    let parent = firing.parent.map(|parent| &firings[parent])?;
    firing.option?.when.as_ref()?;
    if reach.fires(firing.event)
        || !reach.fires(parent.event)
        || reach.possible(&firing.guards, &Known::new())
    {
        return None;
    }
    let name = &model.event(firing.event).name;
    let place = firing.route.key("when").as_value();
    Some(
        Finding::warning("never-available", place, format!("the option `{name}` is never available"))
            .label("never holds when the choice is made"),
    )
}

fn latches(model: &Model, reach: &Reach<'_>, findings: &mut Vec<Finding>) {
    let never =
        |latch: usize| reach.verdict(&model.latches[latch].condition, &Known::new()) == Verdict::Never;
    for red_line in model.red_lines.iter().filter(|red_line| never(red_line.latch)) {
        let (actor, id) = red_line.name.split_once('.').expect("red lines are named actor.red_line");
        let route = Route::root().key("actors").key(actor).key("red_lines").key(id).key("when");
        findings.push(never_holds("red line", &red_line.name, &route));
    }
    for watch in model.watches.iter().filter(|watch| never(watch.latch)) {
        findings.push(never_holds("watch", &watch.name, &Route::root().key("watch").key(watch.name.clone())));
    }
}

fn never_holds(what: &str, name: &str, route: &Route) -> Finding {
    Finding::warning("never-holds", route.as_value(), format!("the {what} `{name}` can never hold"))
        .label("never true, by the values that these can take")
}

fn outcomes(model: &Model, reach: &Reach<'_>, findings: &mut Vec<Finding>) {
    let mut earlier: Vec<(&str, &Code)> = Vec::new();
    for outcome in &model.outcomes {
        let Some(condition) = &outcome.condition else { continue };
        let route = Route::root().key("outcomes").key(outcome.name.clone());
        if reach.verdict(condition, &Known::new()) == Verdict::Never {
            findings.push(never_holds("outcome", &outcome.name, &route.key("when")));
            continue;
        }
        if let Some((name, _)) = earlier.iter().find(|(_, before)| reach.implies(condition, before)) {
            let message = format!("no run ends as `{}`: `{name}` holds whenever it does", outcome.name);
            findings.push(
                Finding::warning("shadowed-outcome", route.key("when").as_value(), message)
                    .label("hidden by an earlier outcome")
                    .related(Route::root().key("outcomes").key(*name).as_key(), "the first that holds wins")
                    .help("put the narrower outcome first"),
            );
        }
        earlier.push((&outcome.name, condition));
    }
}

fn effects(model: &Model, firing: &Firing<'_>, reach: &Reach<'_>, findings: &mut Vec<Finding>) {
    for (index, assignment) in firing.body.assignments.iter().enumerate() {
        let bounds = (assignment.low, assignment.high);
        let image = reach.image(&assignment.value, &firing.guards, bounds, assignment.variable);
        if let Some((values, false)) = image
            && !values.is_empty()
        {
            let name = &model.variables[assignment.variable.index()].name;
            let held: Vec<String> =
                values.iter().map(|value| format!("`{}`", model.show(assignment.variable, *value))).collect();
            let place = firing.route.key("effects").index(index).as_value();
            findings.push(
                Finding::warning("saturates", place, format!("this never changes `{name}`"))
                    .label(format!("it is {} already whenever this happens", held.join(" or "))),
            );
        }
    }
}
