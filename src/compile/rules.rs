//! Rules, options and choices.

use indexmap::IndexMap;

use crate::codes::cameo;
use crate::codes::estimate::{ESTIMATES, estimate};
use crate::diagnostic::{Finding, suggest};
use crate::expr::{Chance, Expr, Rate, parse_chance, parse_rate};
use crate::id::{ActorId, ClaimId, EventId, RuleId, VariableId};
use crate::model::{
    AnswerDelay, Assignment, Body, Choice, ChoiceKind, ChoiceOption, Code, Domain, Draw, Event, Op,
    Parameter, Rule, Timing, Window,
};
use crate::schema::{self, Decide, Expression, Utility};
use crate::source::place::Route;

use super::context::{Context, Part, listed};
use super::expression::{At, Scope, emit};
use super::quantity::{Purpose, divided, uniform};
use super::types::Type;

/// Most levels of choices within choices.
const MAX_CHOICE_DEPTH: usize = 8;

/// What an event takes over from the rule or option that it belongs to.
#[derive(Clone, Default)]
struct Inherited {
    actor: Option<ActorId>,
    target: Option<ActorId>,
    claims: Vec<ClaimId>,
}

/// The parts of a rule or option that make it an event.
struct Telling<'s> {
    says: &'s Option<String>,
    actor: &'s Option<String>,
    target: &'s Option<String>,
    action: &'s Option<String>,
    claims: &'s [String],
}

/// A variable assigned on the way from a rule to an option, and by which effect.
type Assigned = (VariableId, Route);

/// Where a body stands: its event, its place, and the condition of effects so far on the way from the rule.
struct Stand<'a> {
    event: EventId,
    route: &'a Route,
    assigned: &'a [Assigned],
}

impl Context<'_> {
    /// Gives every rule and option its event, so that expressions may name them.
    pub(super) fn declare_events(&mut self) {
        let scenario = self.scenario;
        let mut inherited = Vec::with_capacity(scenario.rules.len());
        for (id, rule) in &scenario.rules {
            let route = Route::root().key("rules").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            let telling = Telling {
                says: &rule.says,
                actor: &rule.actor,
                target: &rule.target,
                action: &rule.action,
                claims: &rule.claims,
            };
            inherited.push(self.declare_event(id.clone(), &telling, &Inherited::default(), &route));
        }
        for ((id, rule), inherited) in scenario.rules.iter().zip(&inherited) {
            let route = Route::root().key("rules").key(id.clone());
            self.declare_options(id, rule.choose.as_ref(), rule.decide.as_ref(), inherited, (&route, 0));
        }
    }

    fn declare_options(
        &mut self,
        owner: &str,
        choose: Option<&IndexMap<String, schema::Choice>>,
        decide: Option<&Decide>,
        inherited: &Inherited,
        (route, depth): (&Route, usize),
    ) {
        if depth >= MAX_CHOICE_DEPTH {
            self.report(
                Finding::error(
                    "choice",
                    route.as_key(),
                    format!("choices nest more than {MAX_CHOICE_DEPTH} deep"),
                )
                .label("too deep"),
            );
            return;
        }
        let chosen = choose.map(|options| (options, route.key("choose")));
        let decided = decide.map(|decide| (&decide.options, route.key("decide").key("options")));
        for (options, route) in chosen.into_iter().chain(decided) {
            for (name, option) in options {
                let route = route.key(name.clone());
                let _ = self.identifier(name, route.as_key());
                let path = format!("{owner}.{name}");
                let telling = Telling {
                    says: &option.says,
                    actor: &option.actor,
                    target: &option.target,
                    action: &option.action,
                    claims: &option.claims,
                };
                let inner = self.declare_event(path.clone(), &telling, inherited, &route);
                let nested = (option.choose.as_ref(), option.decide.as_ref());
                self.declare_options(&path, nested.0, nested.1, &inner, (&route, depth + 1));
            }
        }
    }

    fn declare_event(
        &mut self,
        name: String,
        telling: &Telling<'_>,
        from: &Inherited,
        route: &Route,
    ) -> Inherited {
        let mut claims = self.cited(telling.claims, route);
        claims.extend(&from.claims);
        claims.sort_unstable();
        claims.dedup();
        let actor =
            telling.actor.as_ref().and_then(|actor| self.actor(actor, route.key("actor").as_value()).ok());
        let target = telling
            .target
            .as_ref()
            .and_then(|target| self.actor(target, route.key("target").as_value()).ok());
        let (actor, target) = (actor.or(from.actor), target.or(from.target));
        let action = telling.action.as_ref().and_then(|code| self.action(code, &route.key("action")));
        self.event_ids.insert(name.clone(), EventId::new(self.events.len()));
        self.events.push(Event {
            name,
            says: telling.says.clone(),
            actor,
            target,
            action,
            claims: claims.clone(),
            milestone: false,
            count: None,
            last_time: None,
            answers: Vec::new(),
        });
        Inherited { actor, target, claims }
    }

    fn action(&mut self, code: &str, route: &Route) -> Option<&'static cameo::Action> {
        let action = cameo::action(code);
        if action.is_none() {
            let mut finding =
                Finding::error("action", route.as_value(), format!("CAMEO has no event code `{code}`"))
                    .label("not a code");
            // The digits go from the general to the particular, so a known beginning is meant before a neighbour.
            let general = (2..code.len()).rev().find_map(|length| cameo::action(code.get(..length)?));
            let general = general.map(|action| action.code.to_owned());
            let near = || suggest(code, cameo::actions().iter().map(|action| action.code));
            if let Some(meant) = general.or_else(near) {
                let label = cameo::action(&meant).map_or("", |action| action.label);
                finding = finding.help(format!("did you mean \"{meant}\" ({label})?"));
            }
            self.report(finding);
        }
        action
    }

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
    fn milestone(&self, stated: Option<bool>, body: &Body) -> bool {
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

    fn one_of(&mut self, keys: &[(&str, bool)], route: &Route, message: &str) {
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
    fn positive(&mut self, text: &Expression, route: &Route, what: &str) -> Part<f64> {
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

    fn timing(&mut self, id: RuleId, name: &str, rule: &schema::Rule, route: &Route) -> Part<Timing> {
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
            return self.positive(every, &route.key("every"), "the step of `every`").map(Timing::Every);
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
                    let known: Vec<String> = self.event_ids.keys().cloned().collect();
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
        self.start_value(variable, draw, format!("parameter {name}"));
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

    /// Divides by the unit of time, multiplies by the factors and the scale.
    fn hazard(
        &mut self,
        name: &str,
        rule: &schema::Rule,
        mut ops: Vec<Op>,
        per: &Expr,
        (scale, chance): (f64, bool),
        at: &At,
    ) -> Part<Timing> {
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
        for (index, multiplier) in rule.times.iter().enumerate() {
            match self.factor(multiplier, &route.index(index)) {
                Ok(factor) => {
                    ops.extend(factor);
                    emit(&mut ops, Op::Mul);
                }
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        if scale != 1.0 {
            emit(&mut ops, Op::Constant(scale));
            emit(&mut ops, Op::Mul);
        }
        let site = self.site(format!("rule {name}: exponential"));
        Ok(Timing::Hazard { rate: Code::new(ops), chance, site })
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

    /// Effects and choice of a rule or option.
    fn body(
        &mut self,
        effects: Option<&[Expression]>,
        choose: Option<&IndexMap<String, schema::Choice>>,
        decide: Option<&Decide>,
        stand: &Stand<'_>,
    ) -> Part<Body> {
        let (assignments, assigned) =
            self.effects(effects.unwrap_or_default(), stand.assigned, stand.route)?;
        let inner = Stand { event: stand.event, route: stand.route, assigned: &assigned };
        let choice = match (choose, decide) {
            (Some(options), _) => Some(self.choose(options, &inner)?),
            (None, Some(decide)) => Some(self.decide(decide, &inner)?),
            (None, None) => None,
        };
        Ok(Body { assignments, choice })
    }

    fn choose(&mut self, options: &IndexMap<String, schema::Choice>, stand: &Stand<'_>) -> Part<Choice> {
        let number = self.next_choice();
        let route = stand.route.key("choose");
        let options = self.options(options, &route, stand, None)?;
        Ok(Choice { kind: ChoiceKind::Weights, options, number })
    }

    fn decide(&mut self, decide: &Decide, stand: &Stand<'_>) -> Part<Choice> {
        let number = self.next_choice();
        let route = stand.route.key("decide");
        let by = self.actor(&decide.by, route.key("by").as_value());
        let rationality = match &decide.rationality {
            Some(text) => self.typed(text, Type::NUMBER, &At::new(route.key("rationality"), Scope::Moment)),
            None => Ok(Code::constant(1.0)),
        };
        let options = self.options(&decide.options, &route.key("options"), stand, Some(by?))?;
        let rationality = rationality?;
        if rationality.as_constant().is_some_and(|value| value < 0.0) {
            return Err(self.report(
                Finding::error(
                    "rationality",
                    route.key("rationality").as_value(),
                    "a rationality must not be below 0",
                )
                .label("negative"),
            ));
        }
        Ok(Choice { kind: ChoiceKind::Utilities { rationality }, options, number })
    }

    fn next_choice(&mut self) -> u32 {
        self.choices += 1;
        self.choices - 1
    }

    fn options(
        &mut self,
        options: &IndexMap<String, schema::Choice>,
        route: &Route,
        stand: &Stand<'_>,
        by: Option<ActorId>,
    ) -> Part<Vec<ChoiceOption>> {
        if options.is_empty() {
            return Err(self.report(
                Finding::error("choice", route.as_key(), "a choice needs options").label("no option"),
            ));
        }
        let owner = self.events[stand.event.index()].name.clone();
        let mut compiled = Vec::with_capacity(options.len());
        let mut failed = None;
        for (name, option) in options {
            let route = route.key(name.clone());
            let event = self.event_ids.get(&format!("{owner}.{name}")).copied();
            let Some(event) = event else { continue };
            let inner = Stand { event, route: &route, assigned: stand.assigned };
            match self.option(option, &inner, by) {
                Ok(option) => compiled.push(option),
                Err(reported) => failed = Some(reported),
            }
        }
        match failed {
            Some(reported) => Err(reported),
            None => Ok(compiled),
        }
    }

    fn option(
        &mut self,
        option: &schema::Choice,
        stand: &Stand<'_>,
        by: Option<ActorId>,
    ) -> Part<ChoiceOption> {
        let route = stand.route;
        self.one_of(
            &[("choose", option.choose.is_some()), ("decide", option.decide.is_some())],
            route,
            "an option has `choose` or `decide`, not both",
        );
        let when =
            option.when.as_ref().map(|when| self.condition(when, &At::new(route.key("when"), Scope::Moment)));
        let measure = match by {
            None => self.weight(option, route),
            Some(by) => self.utility(option, by, route),
        };
        let body =
            self.body(option.effects.as_deref(), option.choose.as_ref(), option.decide.as_ref(), stand);
        if let Ok(body) = &body {
            self.events[stand.event.index()].milestone = self.milestone(option.milestone, body);
        }
        let (when, measure, body) = (when.transpose()?, measure?, body?);
        let site = self.site(format!("option {}: exponential", self.events[stand.event.index()].name));
        Ok(ChoiceOption { event: stand.event, when, measure, disabled: option.disabled, site, body })
    }

    fn weight(&mut self, option: &schema::Choice, route: &Route) -> Part<Code> {
        if option.utility.is_some() {
            return Err(self.report(
                Finding::error("key", route.key("utility").as_key(), "options of `choose` have a `weight`")
                    .label("utilities are for `decide`"),
            ));
        }
        let Some(weight) = &option.weight else {
            return Err(self.report(
                Finding::error("key", route.as_key(), "an option of `choose` needs a `weight`")
                    .label("no weight"),
            ));
        };
        let route = route.key("weight");
        let code = self.typed(weight, Type::NUMBER, &At::new(route.clone(), Scope::Moment))?;
        if code.as_constant().is_some_and(|weight| weight < 0.0 || !weight.is_finite()) {
            return Err(self.report(
                Finding::error("weight", route.as_value(), "a weight must be finite and not below 0")
                    .label("no such weight"),
            ));
        }
        Ok(code)
    }

    fn utility(&mut self, option: &schema::Choice, by: ActorId, route: &Route) -> Part<Code> {
        if option.weight.is_some() {
            return Err(self.report(
                Finding::error("key", route.key("weight").as_key(), "options of `decide` have a `utility`")
                    .label("weights are for `choose`"),
            ));
        }
        let at = |route: Route| At::new(route, Scope::Moment);
        match &option.utility {
            Some(Utility::Plain(text)) => self.typed(text, Type::NUMBER, &at(route.key("utility"))),
            Some(Utility::ByFaction(utilities)) => self.faction_mean(utilities, by, &route.key("utility")),
            None => Err(self.report(
                Finding::error("key", route.as_key(), "an option of `decide` needs a `utility`")
                    .label("no utility"),
            )),
        }
    }

    /// The mean of the factions' utilities, weighted with their influence.
    fn faction_mean(
        &mut self,
        utilities: &IndexMap<String, Expression>,
        by: ActorId,
        route: &Route,
    ) -> Part<Code> {
        let scenario = self.scenario;
        let actor = self.actors[by.index()].id.clone();
        let factions = &scenario.actors[&actor].factions;
        for name in utilities.keys() {
            if !factions.contains_key(name) {
                let place = route.key(name.clone()).as_key();
                let what = format!("faction of `{actor}`");
                return Err(self.unknown(place, &what, name, factions.keys().map(String::as_str)));
            }
        }
        let (mut sum, mut total) = (Vec::new(), Vec::new());
        for (index, (name, faction)) in factions.iter().enumerate() {
            let Some(utility) = utilities.get(name) else {
                return Err(self.report(
                    Finding::error(
                        "faction",
                        route.as_key(),
                        format!("the utility for the faction `{name}` is missing"),
                    )
                    .label(format!("`{name}` has a say as well")),
                ));
            };
            let influence = Route::root().key("actors").key(actor.clone()).key("factions").key(name.clone());
            let influence = self.typed(
                &faction.influence,
                Type::NUMBER,
                &At::new(influence.key("influence"), Scope::Moment),
            )?;
            let utility =
                self.typed(utility, Type::NUMBER, &At::new(route.key(name.clone()), Scope::Moment))?;
            sum.extend_from_slice(influence.ops());
            sum.extend_from_slice(utility.ops());
            emit(&mut sum, Op::Mul);
            total.extend_from_slice(influence.ops());
            if index > 0 {
                emit(&mut sum, Op::Add);
                emit(&mut total, Op::Add);
            }
        }
        sum.extend(total);
        emit(&mut sum, Op::Div);
        Ok(divided(Code::new(sum), 1.0))
    }

    /// The assignments of a list of effects, and all variables assigned on the way so far.
    fn effects(
        &mut self,
        effects: &[Expression],
        before: &[Assigned],
        route: &Route,
    ) -> Part<(Vec<Assignment>, Vec<Assigned>)> {
        let mut assigned = before.to_vec();
        let mut assignments = Vec::with_capacity(effects.len());
        let mut failed = None;
        for (index, text) in effects.iter().enumerate() {
            let route = route.key("effects").index(index);
            match self.effect(text, &route) {
                Ok(assignment) => {
                    let variable = assignment.variable;
                    if let Some((_, first)) = assigned.iter().find(|(earlier, _)| *earlier == variable) {
                        let name = self.variables[variable.index()].name.clone();
                        let first = first.as_value();
                        failed = Some(
                            self.report(
                                Finding::error(
                                    "two-assignments",
                                    route.as_value(),
                                    format!("`{name}` is assigned twice in one firing"),
                                )
                                .label("again")
                                .related(first, "first")
                                .help("all effects of a firing apply at once, so the order would not decide"),
                            ),
                        );
                    }
                    assigned.push((variable, route));
                    assignments.push(assignment);
                }
                Err(reported) => failed = Some(reported),
            }
        }
        match failed {
            Some(reported) => Err(reported),
            None => Ok((assignments, assigned)),
        }
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
