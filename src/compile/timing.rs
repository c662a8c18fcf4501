//! When a rule fires: hazards, delays, schedules, answers.

use crate::codes::estimate::{ESTIMATES, estimate};
use crate::diagnostic::{Finding, suggest};
use crate::expr::{Chance, Expr, ExprKind, Rate, parse_chance, parse_rate};
use crate::id::{EventId, RuleId};
use crate::model::{AnswerDelay, Code, Domain, Draw, Op, Parameter, SetupKind, Timing};
use crate::schema::{self, Expression};
use crate::source::place::Route;

use super::context::{Context, Part, listed};
use super::expression::{At, Scope};
use super::operation::emit;
use super::quantity::{Purpose, uniform};
use super::types::Type;

/// What may stand after `per`, besides a duration.
const UNITS: [&str; 4] = ["hour", "day", "week", "year"];

/// Most times at which a schedule comes round: as many as there may be firings in a run.
const MAX_TIMES: f64 = 1_000_000.0;

impl Context<'_> {
    /// The timing of a rule.
    pub(super) fn timing(
        &mut self,
        id: RuleId,
        name: &str,
        rule: &schema::Rule,
        route: &Route,
    ) -> Part<Timing> {
        let scale = self.scale(rule, route)?;
        if let Some(text) = &rule.rate {
            let at = At::new(route.key("rate"), Scope::State);
            let rate = self.parsed(parse_rate(text.text()), &at)?;
            return self.rate(name, rule, &rate, scale, &at);
        }
        if let Some(text) = &rule.chance {
            return self.chance(name, rule, text, scale, route);
        }
        if let Some(names) = &rule.upon {
            let sources = self.sources(id, names, &route.key("upon"))?;
            let after = match &rule.after {
                Some(after) => {
                    let delay = self.delay(after, scale, route)?;
                    let site = self.site(format!("rule {name}: delay"));
                    Some(AnswerDelay { delay, sticky: rule.sticky, site })
                }
                None => None,
            };
            return Ok(Timing::Answer { sources, after });
        }
        if let Some(after) = &rule.after {
            let delay = self.delay(after, scale, route)?;
            let site = self.site(format!("rule {name}: delay"));
            return Ok(Timing::Delay { delay, sticky: rule.sticky, repeat: rule.repeat, site });
        }
        if let Some(every) = &rule.every {
            return self.every(every, &route.key("every")).map(Timing::Every);
        }
        if let Some(at) = &rule.at {
            let route = route.key("at");
            let time = self.constant(at, Type::Duration, &route)?;
            if time < 0.0 {
                return Err(self.report(
                    Finding::error("at", route.as_value(), "this is before the start").label("before day 0"),
                ));
            }
            return Ok(Timing::At(time));
        }
        Ok(Timing::Trigger)
    }

    /// The step of a schedule. Its times come round whether the rule fires or not, so there is a limit to them here.
    fn every(&mut self, text: &Expression, route: &Route) -> Part<f64> {
        let step = self.positive(text, route, "the step of `every`")?;
        if self.horizon / step <= MAX_TIMES {
            return Ok(step);
        }
        Err(self.report(
            Finding::error(
                "every",
                route.as_value(),
                format!("`every` may come round at most {MAX_TIMES} times within the horizon"),
            )
            .label("too short a step"),
        ))
    }

    fn scale(&mut self, rule: &schema::Rule, route: &Route) -> Part<f64> {
        let Some(text) = &rule.scale else { return Ok(1.0) };
        let route = route.key("scale");
        let scale = self.constant(text, Type::NUMBER, &route)?;
        if scale > 0.0 {
            return Ok(scale);
        }
        Err(self.report(
            Finding::error("scale", route.as_value(), "a scale must be above 0")
                .label("not above 0")
                .help("`disabled: true`, or `disable` in a variant, switches a rule off"),
        ))
    }

    fn sources(&mut self, id: RuleId, names: &schema::References, route: &Route) -> Part<Vec<EventId>> {
        let single = matches!(names, schema::References::One(_));
        let mut sources = Vec::with_capacity(names.names().len());
        let mut failed = None;
        for (index, name) in names.names().iter().enumerate() {
            let place = if single { route.as_value() } else { route.index(index).as_value() };
            match self.event_ids.get(name) {
                Some(event) if sources.contains(event) => {
                    failed = Some(self.report(
                        Finding::error("duplicate", place, format!("`{name}` is named twice")).label("again"),
                    ));
                }
                Some(event) => sources.push(*event),
                None => {
                    let known: Vec<String> = self.event_ids.keys().take(self.comparable()).cloned().collect();
                    failed =
                        Some(self.unknown(place, "rule or option", name, known.iter().map(String::as_str)));
                }
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        if !self.scenario.rules[id.index()].disabled {
            for source in &sources {
                self.events[source.index()].answers.push(id);
            }
        }
        Ok(sources)
    }

    fn delay(&mut self, after: &schema::Quantity, scale: f64, route: &Route) -> Part<Draw> {
        let purpose = Purpose { wanted: Some(Type::Duration), scope: Scope::Moment, scale };
        let route = route.key("after");
        let (draw, _) = self.draw(after, &purpose, &route)?;
        let negative = match &draw {
            Draw::Value(code) => code.as_constant().is_some_and(|value| value < 0.0),
            Draw::Discrete(steps) => steps.iter().any(|step| step.0 < 0.0),
            Draw::Sampled { sampler, .. } => sampler.sample(0.0) < 0.0,
            Draw::Gamma { .. } | Draw::Computed { .. } => false,
        };
        if negative {
            let finding = Finding::error("delay", route.as_value(), "a delay must not be below 0");
            return Err(self.report(match draw {
                Draw::Value(_) => finding.label("negative"),
                _ => finding
                    .label("can be negative")
                    .help("a normal can be truncated: `{normal: {mean: 5d, sd: 2d, min: 0d}}`"),
            }));
        }
        Ok(draw)
    }

    /// `P per DURATION`
    fn chance(
        &mut self,
        name: &str,
        rule: &schema::Rule,
        text: &Expression,
        scale: f64,
        route: &Route,
    ) -> Part<Timing> {
        let at = At::new(route.key("chance"), Scope::State);
        let is_estimate = |words: &str| estimate(words).is_some();
        let before = self.findings.len();
        let (probability, per) = match self.parsed(parse_chance(text.text(), is_estimate), &at)? {
            Chance::Expression(Rate { value, per }) => {
                let code = self.typed_expr(&value, Type::NUMBER, &at);
                let code = code.inspect_err(|_| self.estimate_meant(&value.to_string(), before))?;
                if let Some(constant) = code.as_constant().filter(|p| !(0.0..1.0).contains(p)) {
                    let place = at.route.within(value.span.clone());
                    let finding =
                        Finding::error("probability", place, "a probability here is at least 0 and below 1")
                            .label(format!("is {constant}"));
                    return Err(self.report(if constant >= 1.0 {
                        finding
                            .help("what is certain to happen is `after: DURATION`, or has no timing at all")
                    } else {
                        finding
                    }));
                }
                (code, per)
            }
            Chance::Words { words, per, .. } => (self.unnamed(name, &words), per),
        };
        let mut ops = probability.ops().to_vec();
        emit(&mut ops, Op::Hazard);
        self.hazard(name, rule, ops, &per, (scale, true), &at)
    }

    /// Adds the word of estimative probability that was probably meant to the complaints from `first` on.
    fn estimate_meant(&mut self, written: &str, first: usize) {
        let words = ESTIMATES.iter().flat_map(|step| step.words);
        if let (Some(meant), Some(finding)) = (suggest(written, words), self.findings[first..].first_mut()) {
            finding.help = vec![format!("did you mean `{meant}`?")];
        }
    }

    /// The unnamed parameter of a `chance` in words: its value.
    fn unnamed(&mut self, rule: &str, words: &str) -> Code {
        let step = estimate(words).expect("the parser recognised the words");
        let name = format!("{rule}.chance");
        let variable = self.variable(name.clone(), Domain::Number, None);
        let draw = Draw::Sampled { sampler: Box::new(uniform(step.low, step.high)), factor: 1.0 };
        self.start_value(variable, draw, SetupKind::Parameter);
        let claims = self.events[self.event_ids[rule].index()].claims.clone();
        let value = format!("estimate: {words}");
        self.parameters.push(Parameter { name, says: None, value, variable, claims });
        Code::new(vec![Op::Variable(variable)])
    }

    fn rate(&mut self, name: &str, rule: &schema::Rule, rate: &Rate, scale: f64, at: &At) -> Part<Timing> {
        let code = self.typed_expr(&rate.value, Type::NUMBER, at)?;
        if code.as_constant().is_some_and(|rate| rate < 0.0 || !rate.is_finite()) {
            let place = at.route.within(rate.value.span.clone());
            return Err(self.report(
                Finding::error("hazard", place, "a rate must be finite and not below 0")
                    .label("no such rate"),
            ));
        }
        self.hazard(name, rule, code.ops().to_vec(), &rate.per, (scale, false), at)
    }

    /// Divides by the unit of time, multiplies by the product of the factors and the scale.
    fn hazard(
        &mut self,
        name: &str,
        rule: &schema::Rule,
        mut ops: Vec<Op>,
        per: &Expr,
        (scale, chance): (f64, bool),
        at: &At,
    ) -> Part<Timing> {
        self.is_unit(per, at)?;
        let days = self.constant_expr(per, Type::Duration, &at.route)?;
        if days <= 0.0 {
            let place = at.route.within(per.span.clone());
            return Err(self.report(
                Finding::error("duration", place, "the unit of time must be longer than 0")
                    .label("not above 0"),
            ));
        }
        emit(&mut ops, Op::Constant(days));
        emit(&mut ops, Op::Div);
        let route = Route::root().key("rules").key(name).key("times");
        let mut failed = None;
        let mut factors = Vec::new();
        for (index, multiplier) in rule.times.iter().enumerate() {
            match self.factor(multiplier, &route.index(index)) {
                Ok(factor) => multiply(&mut factors, factor),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        if scale != 1.0 {
            multiply(&mut factors, vec![Op::Constant(scale)]);
        }
        multiply(&mut ops, factors);
        let site = self.site(format!("rule {name}: exponential"));
        Ok(Timing::Hazard { rate: Code::new(ops), chance, quick: None, site })
    }

    /// Complains of a name after `per` that is no unit of time.
    fn is_unit(&mut self, per: &Expr, at: &At) -> Part<()> {
        let name = per.to_string();
        let declared =
            |id: &str| self.scenario.parameters.contains_key(id) || self.scenario.indicators.contains_key(id);
        if !matches!(per.kind, ExprKind::Name(_)) || name.contains('.') || declared(&name) {
            return Ok(());
        }
        let place = at.route.within(per.span.clone());
        let finding = Finding::error("unknown-name", place, format!("no unit of time is called `{name}`"));
        let help = match suggest(&name, UNITS) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there is {}, and durations such as `30d`", listed(&UNITS)),
        };
        Err(self.report(finding.label("no unit").help(help)))
    }

    fn factor(&mut self, multiplier: &schema::Multiplier, route: &Route) -> Part<Vec<Op>> {
        self.cited(&multiplier.claims, route);
        let condition = multiplier
            .when
            .as_ref()
            .map(|when| self.condition(when, &At::new(route.key("when"), Scope::State)));
        let by = self.typed(&multiplier.by, Type::NUMBER, &At::new(route.key("by"), Scope::State));
        let (condition, by) = (condition.transpose()?, by?);
        if by.as_constant().is_some_and(|by| by < 0.0) {
            return Err(self.report(
                Finding::error("factor", route.key("by").as_value(), "a factor must not be below 0")
                    .label("negative"),
            ));
        }
        let mut ops = condition.as_ref().map(|code| code.ops().to_vec()).unwrap_or_default();
        ops.extend_from_slice(by.ops());
        if condition.is_some() {
            emit(&mut ops, Op::Constant(1.0));
            emit(&mut ops, Op::Select);
        }
        Ok(ops)
    }
}

/// Multiplies an expression by another; none stands for 1.
fn multiply(ops: &mut Vec<Op>, by: Vec<Op>) {
    if ops.is_empty() || by.is_empty() {
        ops.extend(by);
    } else {
        ops.extend(by);
        emit(ops, Op::Mul);
    }
}
