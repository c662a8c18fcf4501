//! What a firing does: effects, and choices between options.

use indexmap::IndexMap;

use crate::diagnostic::Finding;
use crate::id::{ActorId, EventId, VariableId};
use crate::model::{Assignment, Body, Choice, ChoiceKind, ChoiceOption, Code, Op};
use crate::schema::{self, Decide, Expression, Utility};
use crate::source::place::Route;

use super::context::{Context, Part};
use super::expression::{At, Scope};
use super::operation::emit;
use super::types::Type;

/// A variable assigned on the way from a rule to an option, and by which effect.
pub(super) type Assigned = (VariableId, Route);

/// Where a body stands: its event, its place, and the condition of effects so far on the way from the rule.
pub(super) struct Stand<'a> {
    pub(super) event: EventId,
    pub(super) route: &'a Route,
    pub(super) assigned: &'a [Assigned],
}

impl Context<'_> {
    /// Effects and choice of a rule or option.
    pub(super) fn body(
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
        Ok(Code::new(sum))
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
