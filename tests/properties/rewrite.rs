//! A scenario becomes another that says the same: names, order, units or forms changed through its types, not its text.

use escalade::codes::estimate::estimate;
use escalade::expr::{
    Chance, Effect, EffectKind, Expr, ExprKind, TimeUnit, parse_chance, parse_effect, parse_expression,
    parse_rate,
};
use escalade::schema::{
    Arguments, Choice, Decide, Expression, Family, Indicator, Quantity, References, Rule, Scenario, Utility,
};
use indexmap::IndexMap;
use jiff::civil::Date;

/// Changes every expression of a scenario, each node after those within it.
struct Rewriter<'f> {
    change: &'f mut dyn FnMut(&mut Expr),
}

/// Changes every expression of a scenario.
fn rewrite(scenario: &mut Scenario, change: &mut dyn FnMut(&mut Expr)) {
    Rewriter { change }.scenario(scenario);
}

fn deep(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Call(_, arguments) => {
            for argument in arguments {
                deep(argument, change);
            }
        }
        ExprKind::Unary(_, inner) => deep(inner, change),
        ExprKind::Binary(_, left, right) => {
            deep(left, change);
            deep(right, change);
        }
        ExprKind::In(left, items) => {
            deep(left, change);
            for item in items {
                deep(item, change);
            }
        }
        ExprKind::If(condition, yes, no) => {
            deep(condition, change);
            deep(yes, change);
            deep(no, change);
        }
        _ => {}
    }
    change(expr);
}

impl Rewriter<'_> {
    fn scenario(&mut self, scenario: &mut Scenario) {
        self.plain(&mut scenario.horizon);
        scenario.grid.iter_mut().for_each(|grid| self.plain(grid));
        scenario.parameters.values_mut().for_each(|parameter| self.quantity(&mut parameter.value));
        for actor in scenario.actors.values_mut() {
            actor.stances.values_mut().for_each(|stance| self.quantity(&mut stance.initial));
            actor.attributes.values_mut().for_each(|attribute| self.indicator(attribute));
            actor.factions.values_mut().for_each(|faction| self.plain(&mut faction.influence));
            actor.red_lines.values_mut().for_each(|line| self.plain(&mut line.when));
        }
        for relation in scenario.relations.values_mut() {
            self.quantity(&mut relation.initial);
            let initials = relation.between.iter_mut().filter_map(|pair| pair.initial.as_mut());
            initials.for_each(|initial| self.quantity(initial));
        }
        scenario.indicators.values_mut().for_each(|indicator| self.indicator(indicator));
        scenario.rules.values_mut().for_each(|rule| self.rule(rule));
        scenario.outcomes.values_mut().for_each(|outcome| self.optional(&mut outcome.when));
        scenario.watch.values_mut().for_each(|watch| self.plain(watch));
        scenario.track.values_mut().for_each(|track| self.plain(track));
    }

    fn indicator(&mut self, indicator: &mut Indicator) {
        self.quantity(&mut indicator.initial);
    }

    fn rule(&mut self, rule: &mut Rule) {
        for field in [&mut rule.when, &mut rule.every, &mut rule.at, &mut rule.cooldown] {
            self.optional(field);
        }
        if let Some(rate) = &mut rule.rate {
            let parsed = parse_rate(rate.text()).unwrap();
            *rate = self.hazard(parsed.value, parsed.per);
        }
        if let Some(chance) = &mut rule.chance {
            *chance = match parse_chance(chance.text(), |words| estimate(words).is_some()).unwrap() {
                Chance::Expression(rate) => self.hazard(rate.value, rate.per),
                Chance::Words { words, mut per, .. } => {
                    deep(&mut per, self.change);
                    Expression::new(format!("{words} per {per}"))
                }
            };
        }
        rule.after.iter_mut().for_each(|after| self.quantity(after));
        for multiplier in &mut rule.times {
            self.optional(&mut multiplier.when);
            self.plain(&mut multiplier.by);
        }
        if let Some(active) = &mut rule.active {
            self.optional(&mut active.from);
            self.optional(&mut active.until);
        }
        self.body(&mut rule.effects, &mut rule.choose, &mut rule.decide);
    }

    fn hazard(&mut self, mut value: Expr, mut per: Expr) -> Expression {
        deep(&mut value, self.change);
        deep(&mut per, self.change);
        Expression::new(format!("{value} per {per}"))
    }

    fn body(
        &mut self,
        effects: &mut Option<Vec<Expression>>,
        choose: &mut Option<IndexMap<String, Choice>>,
        decide: &mut Option<Decide>,
    ) {
        effects.iter_mut().flatten().for_each(|effect| self.effect(effect));
        choose.iter_mut().flat_map(IndexMap::values_mut).for_each(|option| self.option(option));
        if let Some(decide) = decide {
            self.optional(&mut decide.rationality);
            decide.options.values_mut().for_each(|option| self.option(option));
        }
    }

    fn option(&mut self, option: &mut Choice) {
        self.optional(&mut option.when);
        self.optional(&mut option.weight);
        match &mut option.utility {
            Some(Utility::Plain(utility)) => self.plain(utility),
            Some(Utility::ByFaction(utilities)) => {
                utilities.values_mut().for_each(|utility| self.plain(utility));
            }
            None => {}
        }
        self.body(&mut option.effects, &mut option.choose, &mut option.decide);
    }

    fn effect(&mut self, text: &mut Expression) {
        let mut effect: Effect = parse_effect(text.text()).unwrap();
        deep(&mut effect.target, self.change);
        match &mut effect.kind {
            EffectKind::Assign(value)
            | EffectKind::Add(value)
            | EffectKind::Subtract(value)
            | EffectKind::RaiseTo(value)
            | EffectKind::LowerTo(value) => deep(value, self.change),
            EffectKind::Raise { by, up_to: bound } | EffectKind::Lower { by, down_to: bound } => {
                [by, bound].into_iter().flatten().for_each(|value| deep(value, self.change));
            }
        }
        *text = Expression::new(effect.to_string());
    }

    fn quantity(&mut self, quantity: &mut Quantity) {
        match quantity {
            Quantity::Constant(value) => self.plain(value),
            Quantity::Distribution(distribution) if distribution.family == Family::Estimate => {}
            Quantity::Distribution(distribution) => match &mut distribution.arguments {
                Arguments::One(value) => self.plain(value),
                Arguments::List(values) => values.iter_mut().for_each(|value| self.plain(value)),
                Arguments::Named(values) if distribution.family == Family::Discrete => {
                    let entries = std::mem::take(values).into_iter();
                    *values = entries.map(|(key, weight)| (self.changed(&key), weight)).collect();
                }
                Arguments::Named(values) => values.values_mut().for_each(|value| self.plain(value)),
            },
        }
    }

    fn optional(&mut self, text: &mut Option<Expression>) {
        if let Some(text) = text {
            self.plain(text);
        }
    }

    fn plain(&mut self, text: &mut Expression) {
        *text = Expression::new(self.changed(text.text()));
    }

    fn changed(&mut self, text: &str) -> String {
        let mut expr = parse_expression(text).unwrap();
        deep(&mut expr, self.change);
        expr.to_string()
    }
}

/// Prints and parses every expression, changing nothing.
pub(crate) fn printed(scenario: &mut Scenario) {
    rewrite(scenario, &mut |_| {});
}

/// Halves every length of time: literals, and dates as far as they are from the start.
pub(crate) fn halve_times(scenario: &mut Scenario) {
    let start: Date = scenario.start.parse().unwrap();
    scenario.grid.get_or_insert_with(|| Expression::new(format!("({}) / 60", scenario.horizon)));
    rewrite(scenario, &mut |expr| match &mut expr.kind {
        ExprKind::Duration(value, _) => *value /= 2.0,
        ExprKind::Date(date) => {
            let days = start.until(*date).unwrap().get_days();
            expr.kind = ExprKind::Duration(f64::from(days) / 2.0, TimeUnit::Day);
        }
        // `per week` and the like: a word in place of a span.
        ExprKind::Name(names) if names.len() == 1 => {
            let days = match names[0].name.as_str() {
                "hour" => 1.0 / 24.0,
                "day" => 1.0,
                "week" => 7.0,
                "year" => 365.25,
                _ => return,
            };
            expr.kind = ExprKind::Duration(days / 2.0, TimeUnit::Day);
        }
        _ => {}
    });
}

/// Gives every actor another name; their order by name is turned round.
pub(crate) fn rename_actors(scenario: &mut Scenario) {
    let mut sorted: Vec<String> = scenario.actors.keys().cloned().collect();
    sorted.sort();
    let count = sorted.len();
    let renamed: IndexMap<String, String> = sorted
        .into_iter()
        .enumerate()
        .map(|(at, id)| (id.clone(), format!("n{:03}_{id}", count - at)))
        .collect();
    let rename = |id: &mut String| {
        if let Some(new) = renamed.get(id.as_str()) {
            id.clone_from(new);
        }
    };
    let relations: Vec<String> = scenario.relations.keys().cloned().collect();
    rewrite(scenario, &mut |expr| match &mut expr.kind {
        ExprKind::Call(called, arguments) if relations.contains(&called.name) => {
            for argument in arguments {
                if let ExprKind::Name(names) = &mut argument.kind {
                    rename(&mut names[0].name);
                }
            }
        }
        // Of a name with dots the first is an actor, but within fired(rule.option) and the like, which start with a rule:
        // no scenario here has a rule and an actor of one name.
        ExprKind::Name(names) if names.len() > 1 => rename(&mut names[0].name),
        _ => {}
    });
    assert!(scenario.rules.keys().all(|rule| !renamed.contains_key(rule)));
    let actors = std::mem::take(&mut scenario.actors).into_iter();
    scenario.actors = actors.map(|(id, actor)| (renamed[&id].clone(), actor)).collect();
    let pairs = scenario.relations.values_mut().flat_map(|relation| &mut relation.between);
    pairs.flat_map(|pair| &mut pair.pair).for_each(rename);
    for rule in scenario.rules.values_mut() {
        rule.actor.iter_mut().chain(&mut rule.target).for_each(rename);
        each_option(rule.choose.as_mut(), rule.decide.as_mut(), &mut |option| {
            option.actor.iter_mut().chain(&mut option.target).for_each(rename);
            option.decide.iter_mut().for_each(|decide| rename(&mut decide.by));
        });
        rule.decide.iter_mut().for_each(|decide| rename(&mut decide.by));
    }
}

/// Gives every rule and parameter another name, where they are declared and wherever they are read.
pub(crate) fn rename_rules_and_parameters(scenario: &mut Scenario) {
    let named = |ids: Vec<&String>, letter: char| -> IndexMap<String, String> {
        let count = ids.len();
        ids.into_iter()
            .enumerate()
            .map(|(at, id)| (id.clone(), format!("{letter}{:03}_{id}", count - at)))
            .collect()
    };
    let rules = named(scenario.rules.keys().collect(), 'q');
    let parameters = named(scenario.parameters.keys().collect(), 'p');
    let rename = |id: &mut String, names: &IndexMap<String, String>| {
        if let Some(new) = names.get(id.as_str()) {
            id.clone_from(new);
        }
    };
    rewrite(scenario, &mut |expr| match &mut expr.kind {
        ExprKind::Call(called, arguments) if ["fired", "count", "since"].contains(&called.name.as_str()) => {
            if let ExprKind::Name(names) = &mut arguments[0].kind {
                rename(&mut names[0].name, &rules);
            }
        }
        ExprKind::Name(names) if names.len() == 1 => rename(&mut names[0].name, &parameters),
        _ => {}
    });
    let declared = std::mem::take(&mut scenario.parameters).into_iter();
    scenario.parameters = declared.map(|(id, parameter)| (parameters[&id].clone(), parameter)).collect();
    let declared = std::mem::take(&mut scenario.rules).into_iter();
    scenario.rules = declared.map(|(id, rule)| (rules[&id].clone(), rule)).collect();
    for rule in scenario.rules.values_mut() {
        let Some(upon) = &mut rule.upon else { continue };
        let renamed = upon.names().iter().map(|name| {
            let (rule, option) =
                name.split_once('.').map_or((name.as_str(), None), |(rule, rest)| (rule, Some(rest)));
            option.map_or_else(|| rules[rule].clone(), |option| format!("{}.{option}", rules[rule]))
        });
        *upon = References::Many(renamed.collect());
    }
}

/// Gives every claim another name, where it is made and wherever it is cited: every list under a key `claims`.
pub(crate) fn rename_claims(scenario: &Scenario) -> Scenario {
    fn cited(value: &mut serde_yaml::Value) {
        match value {
            serde_yaml::Value::Mapping(entries) => {
                for (key, value) in entries {
                    match value {
                        serde_yaml::Value::Sequence(claims) if key.as_str() == Some("claims") => {
                            for claim in claims {
                                *claim = renamed(claim).into();
                            }
                        }
                        value => cited(value),
                    }
                }
            }
            serde_yaml::Value::Sequence(items) => items.iter_mut().for_each(cited),
            _ => {}
        }
    }
    fn renamed(claim: &serde_yaml::Value) -> String {
        format!("renamed_{}", claim.as_str().unwrap())
    }
    let mut value = serde_yaml::to_value(scenario).unwrap();
    cited(&mut value);
    if let Some(claims) = value.get_mut("claims").and_then(|claims| claims.as_mapping_mut()) {
        *claims =
            std::mem::take(claims).into_iter().map(|(key, claim)| (renamed(&key).into(), claim)).collect();
    }
    serde_yaml::from_value(value).unwrap()
}

/// Turns the order of options round, at every level.
pub(crate) fn reverse_options(scenario: &mut Scenario) {
    for rule in scenario.rules.values_mut() {
        each_option(rule.choose.as_mut(), rule.decide.as_mut(), &mut |option| {
            option.choose.iter_mut().for_each(IndexMap::reverse);
            option.decide.iter_mut().for_each(|decide| decide.options.reverse());
        });
        rule.choose.iter_mut().for_each(IndexMap::reverse);
        rule.decide.iter_mut().for_each(|decide| decide.options.reverse());
    }
}

fn each_option(
    choose: Option<&mut IndexMap<String, Choice>>,
    decide: Option<&mut Decide>,
    change: &mut dyn FnMut(&mut Choice),
) {
    let options = choose.into_iter().chain(decide.map(|decide| &mut decide.options));
    for option in options.flat_map(IndexMap::values_mut) {
        change(option);
        each_option(option.choose.as_mut(), option.decide.as_mut(), change);
    }
}

/// Writes every `chance` that is an expression as the `rate` with the same hazard; how many there were.
pub(crate) fn chances_as_rates(scenario: &mut Scenario) -> usize {
    let mut changed = 0;
    for rule in scenario.rules.values_mut() {
        let parsed =
            rule.chance.as_ref().map(|chance| parse_chance(chance.text(), |words| estimate(words).is_some()));
        if let Some(Ok(Chance::Expression(chance))) = parsed {
            rule.rate = Some(Expression::new(format!("-ln(1 - ({})) per {}", chance.value, chance.per)));
            rule.chance = None;
            changed += 1;
        }
    }
    changed
}
