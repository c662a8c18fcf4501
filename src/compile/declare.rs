//! What the file declares: claims, ladders, parameters, actors, relations, indicators.

use crate::codes::MID;
use crate::codes::grade::is_grade;
use crate::diagnostic::Finding;
use crate::expr::{KEYWORDS, is_identifier};
use crate::id::{ActorId, ClaimId, SetId, VariableId};
use crate::model::{Actor, Claim, Domain, Draw, Dyad, Parameter, Set, Setup, SetupKind};
use crate::schema::{self, Expression, Indicator, IndicatorType, Quantity};
use crate::source::place::{Place, Route};

use super::context::{Context, Part, Relation, listed};
use super::expression::{FUNCTIONS, Scope};
use super::quantity::Purpose;
use super::types::Type;

/// Most values of a set: positions fit the bits of `in [ … ]`.
const MAX_SET: usize = 64;

impl Context<'_> {
    /// Declares everything but rules and outcomes.
    pub(super) fn declare(&mut self) {
        self.declare_claims();
        self.declare_ladders();
        self.declare_parameters();
        self.declare_actors();
        self.declare_indicators();
        self.declare_relations();
    }

    /// Refuses what is not an identifier, or has a meaning of its own in expressions.
    pub(super) fn identifier(&mut self, name: &str, place: Place) -> Part<()> {
        if !is_identifier(name) {
            let finding = Finding::error(
                "identifier",
                place,
                format!("`{name}` is not a name: names match [a-z][a-z0-9_]*"),
            )
            .label("not a name");
            let nearest = name.trim().to_lowercase().replace(['-', ' ', '.'], "_");
            return Err(self.report(if is_identifier(&nearest) {
                finding.help(format!("write `{nearest}`"))
            } else {
                finding
            }));
        }
        if KEYWORDS.contains(&name) || FUNCTIONS.contains(&name) || matches!(name, "time" | "per") {
            return Err(self.report(
                Finding::error(
                    "identifier",
                    place,
                    format!("`{name}` has a meaning of its own in expressions"),
                )
                .label("reserved"),
            ));
        }
        Ok(())
    }

    fn declare_claims(&mut self) {
        let scenario = self.scenario;
        for id in scenario.sources.keys() {
            let _ = self.identifier(id, Route::root().key("sources").key(id.clone()).as_key());
        }
        for (id, claim) in &scenario.claims {
            let route = Route::root().key("claims").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            if !is_grade(&claim.grade) {
                self.report(
                    Finding::error(
                        "grade",
                        route.key("grade").as_value(),
                        format!("`{}` is not an Admiralty grade", claim.grade),
                    )
                    .label("not a grade")
                    .help("reliability of the source A to F, credibility of the statement 1 to 6: `B2`"),
                );
            }
            if let Some(source) = &claim.source
                && !scenario.sources.contains_key(source)
            {
                let known = scenario.sources.keys().map(String::as_str);
                self.unknown(route.key("source").as_value(), "source", source, known);
            }
            self.claim_ids.insert(id.clone(), ClaimId::new(self.claims.len()));
            self.claims.push(Claim { id: id.clone(), says: claim.says.clone(), grade: claim.grade.clone() });
        }
    }

    fn declare_ladders(&mut self) {
        let scenario = self.scenario;
        let mid = MID.map(str::to_owned).to_vec();
        self.sets.push(Set { name: "mid".to_owned(), values: mid, ladder: true });
        self.ladders.insert("mid".to_owned(), SetId::new(0));
        for (id, rungs) in &scenario.ladders {
            let route = Route::root().key("ladders").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            if id == "mid" {
                self.report(
                    Finding::error("duplicate", route.as_key(), "the ladder `mid` is built in")
                        .label("declared again"),
                );
                continue;
            }
            if let Ok(set) = self.set(id.clone(), rungs, true, &route) {
                self.ladders.insert(id.clone(), set);
            }
        }
    }

    /// A new set of names.
    fn set(&mut self, name: String, values: &[String], ladder: bool, route: &Route) -> Part<SetId> {
        if values.is_empty() || values.len() > MAX_SET {
            return Err(self.report(
                Finding::error(
                    "values",
                    route.as_value(),
                    format!("1 to {MAX_SET} values are due here, found {}", values.len()),
                )
                .label("too few or too many"),
            ));
        }
        for (index, value) in values.iter().enumerate() {
            self.identifier(value, route.index(index).as_value())?;
            if let Some(first) = values[..index].iter().position(|earlier| earlier == value) {
                return Err(self.report(
                    Finding::error(
                        "duplicate",
                        route.index(index).as_value(),
                        format!("`{value}` stands here twice"),
                    )
                    .label("again")
                    .related(route.index(first).as_value(), "first"),
                ));
            }
        }
        let id = SetId::new(self.sets.len());
        self.sets.push(Set { name, values: values.to_vec(), ladder });
        Ok(id)
    }

    fn declare_parameters(&mut self) {
        let scenario = self.scenario;
        for (id, parameter) in &scenario.parameters {
            let route = Route::root().key("parameters").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            let claims = self.cited(&parameter.claims, &route);
            let purpose = Purpose { wanted: None, scope: Scope::Constant, scale: 1.0 };
            let drawn = self.draw(&parameter.value, &purpose, &route.key("value"));
            let domain = match drawn {
                Ok((_, Type::Duration)) => Domain::Duration,
                _ => Domain::Number,
            };
            let variable = self.variable(id.clone(), domain, parameter.unit.clone());
            self.symbols.insert(id.clone(), variable);
            if let Ok((draw, _)) = drawn {
                self.start_value(variable, draw, SetupKind::Parameter);
            }
            let value = written(&parameter.value);
            let says = parameter.says.clone();
            self.parameters.push(Parameter { name: id.clone(), says, value, variable, claims });
        }
    }

    /// Sets how a variable gets its value at the start.
    pub(super) fn start_value(&mut self, variable: VariableId, draw: Draw, kind: SetupKind) {
        if let Draw::Value(code) = &draw
            && let Some(value) = code.as_constant()
        {
            self.initial[variable.index()] = value;
            return;
        }
        let purpose = match kind {
            SetupKind::Parameter => "parameter",
            SetupKind::Initial => "initial",
        };
        let site = self.site(format!("{purpose} {}", self.variables[variable.index()].name));
        self.setup.push(Setup { variable, draw, site, kind });
    }

    /// A new variable with its value at the start.
    fn initial(&mut self, variable: VariableId, initial: &Quantity, route: &Route) {
        let domain = self.domain(variable);
        let purpose = Purpose { wanted: Some(Type::of(domain)), scope: Scope::Parameters, scale: 1.0 };
        let Ok((draw, _)) = self.draw(initial, &purpose, route) else { return };
        if self.within(&draw, domain, route).is_ok() {
            self.start_value(variable, draw, SetupKind::Initial);
        }
    }

    fn declare_actors(&mut self) {
        let scenario = self.scenario;
        for (id, actor) in &scenario.actors {
            let route = Route::root().key("actors").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            self.actor_ids.insert(id.clone(), ActorId::new(self.actors.len()));
            let is_place = actor.kind == schema::Kind::Place;
            self.actors.push(Actor { id: id.clone(), name: actor.name.clone(), is_place });
            self.cited(&actor.claims, &route);
            self.code(actor, &route);
            for (name, stance) in &actor.stances {
                let route = route.key("stances").key(name.clone());
                let _ = self.identifier(name, route.as_key());
                self.cited(&stance.claims, &route);
                let path = format!("{id}.{name}");
                if let Ok(set) = self.set(path.clone(), &stance.values, false, &route.key("values")) {
                    let variable = self.variable(path.clone(), Domain::Set(set), None);
                    self.symbols.insert(path, variable);
                    self.initial(variable, &stance.initial, &route.key("initial"));
                }
            }
            for (name, attribute) in &actor.attributes {
                let route = route.key("attributes").key(name.clone());
                let path = format!("{id}.{name}");
                if actor.stances.contains_key(name) {
                    self.report(
                        Finding::error("duplicate", route.as_key(), format!("`{path}` is a stance already"))
                            .label("declared again"),
                    );
                    continue;
                }
                self.indicator(name, path, attribute, &route);
            }
        }
    }

    fn code(&mut self, actor: &schema::Actor, route: &Route) {
        let Some(code) = &actor.code else { return };
        if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            self.report(
                Finding::error(
                    "code",
                    route.key("code").as_value(),
                    format!("`{code}` is not an ISO 3166-1 alpha-3 code"),
                )
                .label("three capital letters are due"),
            );
        }
    }

    fn declare_indicators(&mut self) {
        let scenario = self.scenario;
        for (id, indicator) in &scenario.indicators {
            let route = Route::root().key("indicators").key(id.clone());
            if scenario.parameters.contains_key(id) {
                let first = Route::root().key("parameters").key(id.clone()).as_key();
                self.report(
                    Finding::error("duplicate", route.as_key(), format!("`{id}` is a parameter already"))
                        .label("declared again")
                        .related(first, "first"),
                );
                continue;
            }
            self.indicator(id, id.clone(), indicator, &route);
        }
    }

    fn indicator(&mut self, name: &str, path: String, indicator: &Indicator, route: &Route) {
        let _ = self.identifier(name, route.as_key());
        self.cited(&indicator.claims, route);
        let domain = self.indicator_domain(&path, indicator, route);
        // On an error the variable is still declared, so that expressions about it are not complained of as well.
        let fallback = Domain::Gauge { low: f64::NEG_INFINITY, high: f64::INFINITY };
        let variable = self.variable(path.clone(), domain.unwrap_or(fallback), indicator.unit.clone());
        self.symbols.insert(path, variable);
        if domain.is_ok() {
            self.initial(variable, &indicator.initial, &route.key("initial"));
        }
    }

    fn indicator_domain(&mut self, path: &str, indicator: &Indicator, route: &Route) -> Part<Domain> {
        let kind = indicator.kind;
        let ranged = matches!(kind, IndicatorType::Level | IndicatorType::Gauge);
        if indicator.range.is_some() && !ranged {
            return Err(self.superfluous(&route.key("range"), "`range` is for levels and gauges"));
        }
        if indicator.values.is_some() && kind != IndicatorType::Status {
            return Err(self.superfluous(&route.key("values"), "`values` is for statuses"));
        }
        match (kind, &indicator.range, &indicator.values) {
            (IndicatorType::Flag, ..) => Ok(Domain::Flag),
            (IndicatorType::Status, _, Some(values)) => {
                self.set(path.to_owned(), values, false, &route.key("values")).map(Domain::Set)
            }
            (IndicatorType::Status, _, None) => {
                Err(self.lacking(route, "a status needs `values`", "values: [a, b]"))
            }
            (_, Some(range), _) => self.range(range, kind, &route.key("range")),
            (_, None, _) => Err(self.lacking(route, "a level or gauge needs its `range`", "range: 0..5")),
        }
    }

    fn superfluous(&mut self, route: &Route, message: &str) -> super::context::Reported {
        self.report(Finding::error("key", route.as_key(), message).label("has no meaning here"))
    }

    fn lacking(&mut self, route: &Route, message: &str, example: &str) -> super::context::Reported {
        self.report(
            Finding::error("key", route.as_key(), message)
                .label("incomplete")
                .help(format!("for example `{example}`")),
        )
    }

    /// `0..5`
    fn range(&mut self, text: &str, kind: IndicatorType, route: &Route) -> Part<Domain> {
        let ends =
            text.split_once("..").map(|(low, high)| (low.trim().parse::<f64>(), high.trim().parse::<f64>()));
        let Some((Ok(low), Ok(high))) = ends else {
            return Err(self.report(
                Finding::error("range", route.as_value(), format!("`{text}` is not a range"))
                    .label("two numbers are due")
                    .help("for example `0..5`"),
            ));
        };
        let integral = low.fract() == 0.0 && high.fract() == 0.0 && low.abs().max(high.abs()) <= 9e15;
        if low >= high || !low.is_finite() || !high.is_finite() {
            return Err(self.report(
                Finding::error("range", route.as_value(), "the lower end must be below the higher")
                    .label("empty range"),
            ));
        }
        match kind {
            IndicatorType::Level if integral => Ok(Domain::Level { low, high }),
            IndicatorType::Level => Err(self.report(
                Finding::error("range", route.as_value(), "a level takes integers only")
                    .label("not integers"),
            )),
            _ => Ok(Domain::Gauge { low, high }),
        }
    }

    fn declare_relations(&mut self) {
        let scenario = self.scenario;
        for (id, relation) in &scenario.relations {
            let route = Route::root().key("relations").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            let Ok(domain) = self.relation_domain(relation, &route) else { continue };
            self.relations.insert(
                id.clone(),
                Relation {
                    symmetric: relation.symmetric,
                    domain,
                    initial: relation.initial.clone(),
                    route: route.clone(),
                    pairs: std::collections::BTreeMap::new(),
                },
            );
            self.default_fits(relation, domain, &route);
            for (index, pair) in relation.between.iter().enumerate() {
                self.declare_pair(id, pair, &route.key("between").index(index));
            }
        }
    }

    /// Checks the relation's own `initial` once, at its place.
    fn default_fits(&mut self, relation: &schema::Relation, domain: Domain, route: &Route) {
        let purpose = Purpose { wanted: Some(Type::of(domain)), scope: Scope::Parameters, scale: 1.0 };
        let route = route.key("initial");
        if let Ok((draw, _)) = self.draw(&relation.initial, &purpose, &route) {
            let _ = self.within(&draw, domain, &route);
        }
    }

    fn relation_domain(&mut self, relation: &schema::Relation, route: &Route) -> Part<Domain> {
        match (&relation.ladder, relation.kind, &relation.range) {
            (Some(ladder), None, None) => {
                self.ladders.get(ladder).copied().map(Domain::Set).ok_or_else(|| {
                    let known: Vec<String> = self.ladders.keys().cloned().collect();
                    let place = route.key("ladder").as_value();
                    self.unknown(place, "ladder", ladder, known.iter().map(String::as_str))
                })
            }
            (None, kind, Some(range)) => match kind.unwrap_or(IndicatorType::Gauge) {
                kind @ (IndicatorType::Level | IndicatorType::Gauge) => {
                    self.range(range, kind, &route.key("range"))
                }
                _ => {
                    Err(self.superfluous(&route.key("type"), "a relation is a level, a gauge or on a ladder"))
                }
            },
            _ => Err(self.lacking(route, "a relation has either a `ladder` or a `range`", "ladder: mid")),
        }
    }

    fn declare_pair(&mut self, relation: &str, pair: &schema::Pair, route: &Route) {
        self.cited(&pair.claims, route);
        let [first, second] = &pair.pair;
        let first_id = self.actor(first, route.key("pair").index(0).as_value());
        let second_id = self.actor(second, route.key("pair").index(1).as_value());
        let (Ok(first_id), Ok(second_id)) = (first_id, second_id) else { return };
        if first_id == second_id {
            self.report(
                Finding::error(
                    "pair",
                    route.key("pair").index(1).as_value(),
                    "a relation joins two different actors",
                )
                .label("the same actor again"),
            );
            return;
        }
        let known = &self.relations[relation];
        let again = known.pairs.contains_key(&(first_id, second_id))
            || known.symmetric && known.pairs.contains_key(&(second_id, first_id));
        if again {
            self.report(
                Finding::error(
                    "duplicate",
                    route.key("pair").as_value(),
                    format!("the pair {} is listed twice", listed(&[first, second])),
                )
                .label("again"),
            );
            return;
        }
        let initial = pair.initial.as_ref().map(|initial| (initial, route.key("initial")));
        self.new_pair(relation, first_id, second_id, initial);
    }

    /// The variable of a pair; pairs that are not listed have the relation's initial value.
    pub(super) fn pair_variable(&mut self, relation: &str, first: ActorId, second: ActorId) -> VariableId {
        let known = &self.relations[relation];
        if let Some(variable) = known.pairs.get(&(first, second)) {
            return *variable;
        }
        if known.symmetric
            && let Some(variable) = known.pairs.get(&(second, first))
        {
            return *variable;
        }
        self.new_pair(relation, first, second, None)
    }

    fn new_pair(
        &mut self,
        relation: &str,
        first: ActorId,
        second: ActorId,
        initial: Option<(&Quantity, Route)>,
    ) -> VariableId {
        let known = &self.relations[relation];
        let (domain, symmetric) = (known.domain, known.symmetric);
        let (quantity, route) = match initial {
            Some((quantity, route)) => (quantity.clone(), route),
            None => (known.initial.clone(), known.route.key("initial")),
        };
        let name =
            format!("{relation}({}, {})", self.actors[first.index()].id, self.actors[second.index()].id);
        let variable = self.variable(name, domain, None);
        let errors = self.findings.len();
        self.initial(variable, &quantity, &route);
        if route == self.relations[relation].route.key("initial") {
            // An error in the relation's own value has been reported once already.
            self.findings.truncate(errors);
        }
        if let Domain::Set(set) = domain {
            let relation = relation.to_owned();
            self.dyads.push(Dyad { relation, pair: (first, second), symmetric, variable, set });
        }
        let pairs = &mut self.relations.get_mut(relation).expect("looked up above").pairs;
        pairs.insert((first, second), variable);
        variable
    }
}

/// A quantity as it is written in a file, on one line.
pub(super) fn written(quantity: &Quantity) -> String {
    let list = |items: &[Expression]| items.iter().map(Expression::text).collect::<Vec<_>>().join(", ");
    match quantity {
        Quantity::Constant(text) => text.text().to_owned(),
        Quantity::Distribution(distribution) => {
            let name = distribution.family.name();
            match &distribution.arguments {
                schema::Arguments::One(one) => format!("{name}: {one}"),
                schema::Arguments::List(items) => format!("{name}: [{}]", list(items)),
                schema::Arguments::Named(named) => {
                    let entries: Vec<String> =
                        named.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                    format!("{name}: {{{}}}", entries.join(", "))
                }
            }
        }
    }
}
