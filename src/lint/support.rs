//! Claims that nothing cites, and what cites no claim.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::schema::{Choice, Decide, Rule, Scenario};
use crate::source::place::Route;

/// `unused-claim`, `unsourced-claim`, `assumption`.
pub(super) fn lint(scenario: &Scenario, model: &Model) -> Vec<Finding> {
    let cited = cited(scenario);
    let mut findings = Vec::new();
    for (id, claim) in &scenario.claims {
        let place = Route::root().key("claims").key(id.clone()).as_key();
        if !cited.contains(id.as_str()) {
            let finding = Finding::warning("unused-claim", place.clone(), format!("nothing cites `{id}`"));
            findings.push(finding.label("not used").help("cite it where it matters, or leave it out"));
        }
        if claim.source.is_none() {
            let finding = Finding::note("unsourced-claim", place, format!("`{id}` names no source"));
            findings.push(finding.label("who says so?"));
        }
    }
    let parameters = scenario.parameters.iter().filter(|(_, parameter)| parameter.claims.is_empty());
    let parameters = parameters.map(|(id, _)| ("parameters", "parameter", id));
    let rules = scenario.rules.iter().zip(&model.rules);
    let rules = rules
        .filter(|((_, rule), compiled)| rule.claims.is_empty() && !compiled.disabled)
        .map(|((id, _), _)| ("rules", "rule", id));
    for (section, what, id) in parameters.chain(rules) {
        let place = Route::root().key(section).key(id.clone()).as_key();
        let message = format!("the {what} `{id}` cites no claim: an assumption");
        findings.push(Finding::note("assumption", place, message).label("rests on no claim"));
    }
    findings
}

fn cited(scenario: &Scenario) -> BTreeSet<&str> {
    let mut lists: Vec<&[String]> = Vec::new();
    for actor in scenario.actors.values() {
        lists.push(&actor.claims);
        lists.extend(actor.stances.values().map(|stance| stance.claims.as_slice()));
        lists.extend(actor.attributes.values().map(|attribute| attribute.claims.as_slice()));
        lists.extend(actor.factions.values().map(|faction| faction.claims.as_slice()));
        lists.extend(actor.red_lines.values().map(|red_line| red_line.claims.as_slice()));
    }
    for relation in scenario.relations.values() {
        lists.extend(relation.between.iter().map(|pair| pair.claims.as_slice()));
    }
    lists.extend(scenario.indicators.values().map(|indicator| indicator.claims.as_slice()));
    lists.extend(scenario.parameters.values().map(|parameter| parameter.claims.as_slice()));
    lists.extend(scenario.outcomes.values().map(|outcome| outcome.claims.as_slice()));
    scenario.rules.values().for_each(|rule| cited_by_rule(rule, &mut lists));
    for variant in scenario.variants.values() {
        lists.push(&variant.claims);
        variant.rules.values().for_each(|rule| cited_by_rule(rule, &mut lists));
    }
    lists.into_iter().flatten().map(String::as_str).collect()
}

fn cited_by_rule<'s>(rule: &'s Rule, lists: &mut Vec<&'s [String]>) {
    lists.push(&rule.claims);
    lists.extend(rule.times.iter().map(|multiplier| multiplier.claims.as_slice()));
    cited_by_options(rule.choose.as_ref(), rule.decide.as_ref(), lists);
}

fn cited_by_options<'s>(
    choose: Option<&'s IndexMap<String, Choice>>,
    decide: Option<&'s Decide>,
    lists: &mut Vec<&'s [String]>,
) {
    for option in choose.into_iter().chain(decide.map(|decide| &decide.options)).flat_map(IndexMap::values) {
        lists.push(&option.claims);
        cited_by_options(option.choose.as_ref(), option.decide.as_ref(), lists);
    }
}
