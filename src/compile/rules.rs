//! Rules, options and choices.

use crate::diagnostic::Finding;
use crate::id::{EventId, RuleId};
use crate::model::{Body, Code, Domain, Op, Rule, Window};
use crate::schema::{self, Expression};
use crate::source::place::Route;

use super::choice::Stand;
use super::context::{Context, Part, listed};
use super::expression::{At, Scope};
use super::operation::emit;
use super::types::Type;

impl Context<'_> {
    /// All rules, in the order of the file. Rules with errors are left out.
    pub(super) fn rules(&mut self) -> Vec<Rule> {
        let scenario = self.scenario;
        let mut rules = Vec::with_capacity(scenario.rules.len());
        for (index, (id, rule)) in scenario.rules.iter().enumerate() {
            let route = Route::root().key("rules").key(id.clone());
            if let Ok(rule) = self.rule(RuleId::new(index), id, rule, &route) {
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, id: RuleId, name: &str, rule: &schema::Rule, route: &Route) -> Part<Rule> {
        let event = EventId::new(id.index());
        self.consistent(rule, route);
        let window = self.window(name, rule, route);
        let when =
            rule.when.as_ref().map(|when| self.condition(when, &At::new(route.key("when"), Scope::State)));
        let timing = self.timing(id, name, rule, route);
        let limit = self.limit(rule, route);
        let cooldown =
            rule.cooldown.as_ref().map(|text| self.positive(text, &route.key("cooldown"), "a cooldown"));
        let stand = Stand { event, route, assigned: &[] };
        let body = self.body(rule.effects.as_deref(), rule.choose.as_ref(), rule.decide.as_ref(), &stand);
        if let Ok(body) = &body {
            self.events[event.index()].milestone = self.milestone(rule.milestone, body);
        }
        let (window, when) = (window.transpose()?, when.transpose()?);
        Ok(Rule {
            event,
            when: with_window(when, window),
            timing: timing?,
            limit: limit?,
            cooldown: cooldown.transpose()?,
            window,
            disabled: rule.disabled,
            body: body?,
        })
    }

    /// Whether an event is part of signatures: by default if it changes a stance, rung or status.
    pub(super) fn milestone(&self, stated: Option<bool>, body: &Body) -> bool {
        stated.unwrap_or_else(|| {
            body.assignments
                .iter()
                .any(|assignment| matches!(self.domain(assignment.variable), Domain::Set(_)))
        })
    }

    /// Refuses keys that exclude or need each other.
    fn consistent(&mut self, rule: &schema::Rule, route: &Route) {
        let timings = [
            ("rate", rule.rate.is_some()),
            ("chance", rule.chance.is_some()),
            ("after", rule.after.is_some()),
            ("every", rule.every.is_some()),
            ("at", rule.at.is_some()),
            ("upon", rule.upon.is_some()),
        ];
        let present: Vec<&str> =
            timings.iter().filter(|(_, present)| *present).map(|(key, _)| *key).collect();
        if present.len() > 1 && present != ["after", "upon"] {
            self.report(
                Finding::error(
                    "two-timings",
                    route.key(present[1]).as_key(),
                    format!("a rule has one timing, here {}", listed(&present)),
                )
                .label("a second timing")
                .related(route.key(present[0]).as_key(), "the first")
                .help("only `upon` and `after` go together: an answer after a delay"),
            );
        }
        let bodies = [
            ("effects", rule.effects.is_some()),
            ("choose", rule.choose.is_some()),
            ("decide", rule.decide.is_some()),
        ];
        self.one_of(&bodies, route, "a rule has `effects`, `choose` or `decide`, not two of them");
        let hazard = rule.rate.is_some() || rule.chance.is_some();
        let delay = rule.after.is_some();
        let needs = [
            ("sticky", rule.sticky, delay, "`sticky` is for `after`"),
            ("repeat", rule.repeat, delay && rule.upon.is_none(), "`repeat` is for `after` without `upon`"),
            ("times", !rule.times.is_empty(), hazard, "`times` multiplies the hazard of `rate` or `chance`"),
            ("scale", rule.scale.is_some(), hazard || delay, "`scale` is for `rate`, `chance` and `after`"),
        ];
        for (key, present, allowed, message) in needs {
            if present && !allowed {
                self.report(
                    Finding::error("key", route.key(key).as_key(), message).label("has no meaning here"),
                );
            }
        }
    }

    pub(super) fn one_of(&mut self, keys: &[(&str, bool)], route: &Route, message: &str) {
        let present: Vec<&str> = keys.iter().filter(|(_, present)| *present).map(|(key, _)| *key).collect();
        if present.len() > 1 {
            self.report(
                Finding::error("two-bodies", route.key(present[1]).as_key(), message)
                    .label("one too many")
                    .related(route.key(present[0]).as_key(), "the first"),
            );
        }
    }

    fn limit(&mut self, rule: &schema::Rule, route: &Route) -> Part<Option<u64>> {
        if rule.limit == Some(0) {
            return Err(self.report(
                Finding::error(
                    "limit",
                    route.key("limit").as_value(),
                    "a rule with limit 0 would never fire",
                )
                .label("at least 1 is due")
                .help("`disabled: true` switches a rule off"),
            ));
        }
        if rule.once && rule.limit.is_some_and(|limit| limit != 1) {
            return Err(self.report(
                Finding::error("limit", route.key("limit").as_key(), "`once: true` is a limit of 1")
                    .label("another limit"),
            ));
        }
        Ok(if rule.once { Some(1) } else { rule.limit })
    }

    /// A constant duration above 0.
    pub(super) fn positive(&mut self, text: &Expression, route: &Route, what: &str) -> Part<f64> {
        let value = self.constant(text, Type::Duration, route)?;
        if value > 0.0 {
            return Ok(value);
        }
        Err(self.report(
            Finding::error("duration", route.as_value(), format!("{what} must be longer than 0"))
                .label("not above 0"),
        ))
    }

    fn window(&mut self, name: &str, rule: &schema::Rule, route: &Route) -> Option<Part<Window>> {
        let active = rule.active.as_ref()?;
        let route = route.key("active");
        let mut end = |text: &Option<Expression>, key: &str, default: f64| match text {
            Some(text) => self.constant(text, Type::Duration, &route.key(key)),
            None => Ok(default),
        };
        let (from, until) = (end(&active.from, "from", 0.0), end(&active.until, "until", f64::INFINITY));
        let (Ok(from), Ok(until)) = (from, until) else { return Some(Err(super::context::Reported)) };
        if from >= until {
            return Some(Err(self.report(
                Finding::error("active", route.as_value(), "`from` must be before `until`")
                    .label("an empty span"),
            )));
        }
        let variable = self.variable(format!("active {name}"), Domain::Window, None);
        Some(Ok(Window { from, until, variable }))
    }
}

/// A condition within an active span.
fn with_window(when: Option<Code>, window: Option<Window>) -> Option<Code> {
    let Some(window) = window else { return when };
    let mut ops = vec![Op::Variable(window.variable)];
    if let Some(when) = when {
        ops.extend_from_slice(when.ops());
        emit(&mut ops, Op::And);
    }
    Some(Code::new(ops))
}
