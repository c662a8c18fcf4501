//! Variants and settings → the scenario with them applied: an ordinary scenario, without variants.

use indexmap::IndexMap;

use crate::diagnostic::{Finding, suggest};
use crate::expr::{ExprKind, parse_name};
use crate::schema::{Choice, Decide, Pair, Quantity, Scenario, Variant};
use crate::source::place::{Place, Route};

/// With so many known names an unknown one is compared at most.
const MOST_COMPARED: usize = 1_000;

/// Complaints about one variant at most: what comes after them is not looked at.
const MOST_FINDINGS: usize = 100;

/// Why a change could not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn unknown<'n>(what: &str, name: &str, known: impl IntoIterator<Item = &'n String>) -> Self {
        let help = suggest(name, known.into_iter().take(MOST_COMPARED))
            .map(|meant| format!("did you mean `{meant}`?"));
        Self { message: format!("no {what} is called `{name}`"), help }
    }

    fn finding(self, place: Place) -> Finding {
        let finding = Finding::error("variant", place, self.message).label("cannot be applied");
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// The scenario without its variants: what a run without a variant needs.
pub fn base(scenario: &Scenario) -> Scenario {
    Scenario { variants: IndexMap::new(), ..scenario.clone() }
}

/// The scenario with one of its variants applied.
///
/// # Errors
/// What of the variant names nothing that there is, each at its place in the file.
///
/// # Panics
/// If the scenario has no variant of that name; [`Scenario::variants`] tells.
pub fn variant(scenario: &Scenario, id: &str) -> Result<Scenario, Vec<Finding>> {
    let (resolved, findings) = applied(scenario, id);
    if findings.is_empty() { Ok(resolved) } else { Err(findings) }
}

/// The scenario with what can be applied of one of its variants, and what of it names nothing that there is.
///
/// # Panics
/// If the scenario has no variant of that name.
pub fn applied(scenario: &Scenario, id: &str) -> (Scenario, Vec<Finding>) {
    let variant = &scenario.variants[id];
    let mut resolved = base(scenario);
    let route = Route::root().key("variants").key(id);
    let mut findings = Vec::new();
    let mut note = |result: Result<(), Refusal>, place: Place| {
        if let Err(refusal) = result {
            findings.push(refusal.finding(place));
        }
        findings.len() < MOST_FINDINGS
    };
    replace_rules(&mut resolved, variant);
    for (index, name) in variant.disable.iter().enumerate() {
        if !note(disable(&mut resolved, name), route.key("disable").index(index).as_value()) {
            break;
        }
    }
    for (name, by) in &variant.scale {
        let result = match resolved.rules.get_mut(name) {
            Some(rule) => {
                rule.scale = Some(match rule.scale.take() {
                    Some(before) => crate::schema::Expression::new(format!("({before}) * ({by})")),
                    None => by.clone(),
                });
                Ok(())
            }
            None => Err(Refusal::unknown("rule", name, scenario.rules.keys())),
        };
        if !note(result, route.key("scale").key(name.clone()).as_key()) {
            break;
        }
    }
    for (name, value) in &variant.set {
        if !note(set(&mut resolved, name, value), route.key("set").key(name.clone()).as_key()) {
            break;
        }
    }
    (resolved, findings)
}

/// A replaced rule is replaced whole and keeps its place; new ones come last.
fn replace_rules(scenario: &mut Scenario, variant: &Variant) {
    for (id, rule) in &variant.rules {
        scenario.rules.insert(id.clone(), rule.clone());
    }
}

fn disable(scenario: &mut Scenario, name: &str) -> Result<(), Refusal> {
    let mut parts = name.split('.');
    let id = parts.next().unwrap_or_default();
    if !scenario.rules.contains_key(id) {
        return Err(Refusal::unknown("rule", id, scenario.rules.keys()));
    }
    let rule = &mut scenario.rules[id];
    let Some(first) = parts.next() else {
        rule.disabled = true;
        return Ok(());
    };
    let mut option = option_of(rule.choose.as_mut(), rule.decide.as_mut(), id, first)?;
    for part in parts {
        option = option_of(option.choose.as_mut(), option.decide.as_mut(), name, part)?;
    }
    option.disabled = true;
    Ok(())
}

fn option_of<'o>(
    choose: Option<&'o mut IndexMap<String, Choice>>,
    decide: Option<&'o mut Decide>,
    owner: &str,
    name: &str,
) -> Result<&'o mut Choice, Refusal> {
    let options = match (choose, decide) {
        (Some(options), _) => options,
        (None, Some(decide)) => &mut decide.options,
        (None, None) => return Err(Refusal::new(format!("`{owner}` has no options"))),
    };
    if !options.contains_key(name) {
        return Err(Refusal::unknown(&format!("option of `{owner}`"), name, options.keys()));
    }
    Ok(&mut options[name])
}

/// Sets a parameter or the value of a variable at the start.
///
/// # Errors
/// If the name stands for neither.
pub fn set(scenario: &mut Scenario, name: &str, value: &Quantity) -> Result<(), Refusal> {
    let parsed = parse_name(name).map_err(|error| Refusal { message: error.message, help: error.help })?;
    match &parsed.kind {
        ExprKind::Call(relation, arguments) => {
            let actors: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            let [first, second] = actors.as_slice() else {
                return Err(Refusal::new(format!("`{}` joins two actors", relation.name)));
            };
            set_pair(scenario, &relation.name, [first, second], value)
        }
        _ => set_named(scenario, &parsed.to_string(), value),
    }
}

fn set_pair(
    scenario: &mut Scenario,
    relation: &str,
    pair: [&String; 2],
    value: &Quantity,
) -> Result<(), Refusal> {
    for actor in pair {
        if !scenario.actors.contains_key(actor) {
            return Err(Refusal::unknown("actor", actor, scenario.actors.keys()));
        }
    }
    if !scenario.relations.contains_key(relation) {
        return Err(Refusal::unknown("relation", relation, scenario.relations.keys()));
    }
    let relation = &mut scenario.relations[relation];
    let same = |listed: &Pair| {
        let listed = &listed.pair;
        [&listed[0], &listed[1]] == pair || relation.symmetric && [&listed[1], &listed[0]] == pair
    };
    match relation.between.iter().position(same) {
        Some(index) => relation.between[index].initial = Some(value.clone()),
        None => relation.between.push(Pair {
            pair: pair.map(Clone::clone),
            initial: Some(value.clone()),
            says: None,
            claims: Vec::new(),
        }),
    }
    Ok(())
}

fn set_named(scenario: &mut Scenario, name: &str, value: &Quantity) -> Result<(), Refusal> {
    if let Some((actor, member)) = name.split_once('.') {
        if !scenario.actors.contains_key(actor) {
            return Err(Refusal::unknown("actor", actor, scenario.actors.keys()));
        }
        let declared = &mut scenario.actors[actor];
        if let Some(stance) = declared.stances.get_mut(member) {
            stance.initial = value.clone();
            return Ok(());
        }
        if let Some(attribute) = declared.attributes.get_mut(member) {
            attribute.initial = value.clone();
            return Ok(());
        }
        let known = declared.stances.keys().chain(declared.attributes.keys());
        return Err(Refusal::unknown(&format!("stance or attribute of `{actor}`"), member, known));
    }
    if let Some(parameter) = scenario.parameters.get_mut(name) {
        parameter.value = value.clone();
        return Ok(());
    }
    if let Some(indicator) = scenario.indicators.get_mut(name) {
        indicator.initial = value.clone();
        return Ok(());
    }
    let known = scenario.parameters.keys().chain(scenario.indicators.keys());
    Err(Refusal::unknown("parameter or variable", name, known))
}
