//! Constants and distributions → draws.

use indexmap::IndexMap;

use crate::codes::estimate::{ESTIMATES, estimate};
use crate::diagnostic::{Finding, suggest};
use crate::model::{Code, ComputedFamily, Domain, Draw, Op};
use crate::schema::{Arguments, Distribution, Expression, Family, Quantity};
use crate::source::place::Route;
use crate::stats::sampler::Sampler;
use crate::stats::table::GammaTable;

use super::context::{Context, Part, listed};
use super::expression::{At, Scope};
use super::operation::emit;
use super::types::Type;

/// Whether an argument is a value of what is drawn, or a pure number that shapes it.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Value,
    Shape,
    /// A value that may be left out.
    Optional(f64),
}

/// A family's arguments, in the order in which a list gives them.
fn roles(family: Family) -> (ComputedFamily, &'static [(&'static str, Role)]) {
    use Role::{Optional, Shape, Value};
    match family {
        Family::Uniform => (ComputedFamily::Uniform, &[("low", Value), ("high", Value)]),
        Family::Normal => (
            ComputedFamily::Normal,
            &[
                ("mean", Value),
                ("sd", Value),
                ("min", Optional(f64::NEG_INFINITY)),
                ("max", Optional(f64::INFINITY)),
            ],
        ),
        Family::Lognormal => (ComputedFamily::Lognormal, &[("median", Value), ("sigma", Shape)]),
        Family::Beta => (
            ComputedFamily::Beta,
            &[("alpha", Shape), ("beta", Shape), ("min", Optional(0.0)), ("max", Optional(1.0))],
        ),
        Family::Gamma => (ComputedFamily::Gamma, &[("shape", Shape), ("mean", Value)]),
        Family::Exponential => (ComputedFamily::Exponential, &[("mean", Value)]),
        Family::Weibull => (ComputedFamily::Weibull, &[("shape", Shape), ("scale", Value)]),
        Family::Triangular => {
            (ComputedFamily::Triangular, &[("low", Value), ("mode", Value), ("high", Value)])
        }
        Family::Pert => (ComputedFamily::Pert, &[("low", Value), ("mode", Value), ("high", Value)]),
        Family::Discrete | Family::Estimate => unreachable!("these have no arguments of this kind"),
    }
}

/// What a draw is for: the type of its values, what its arguments may read, and what divides it.
pub(super) struct Purpose {
    /// The type due; none if the arguments tell whether it is a number or a duration.
    pub(super) wanted: Option<Type>,
    /// What its arguments may read.
    pub(super) scope: Scope,
    /// Divides what is drawn.
    pub(super) scale: f64,
}

impl Context<'_> {
    /// A draw, and the type of its values.
    pub(super) fn draw(
        &mut self,
        quantity: &Quantity,
        purpose: &Purpose,
        route: &Route,
    ) -> Part<(Draw, Type)> {
        match quantity {
            Quantity::Constant(text) => self.value(text, purpose, route),
            Quantity::Distribution(distribution) => {
                let inner = route.key(distribution.family.name());
                match distribution.family {
                    Family::Discrete => self.discrete(&distribution.arguments, purpose, &inner),
                    Family::Estimate => self.estimate(&distribution.arguments, purpose, &inner),
                    _ => self.continuous(distribution, purpose, &inner),
                }
            }
        }
    }

    fn value(&mut self, text: &Expression, purpose: &Purpose, route: &Route) -> Part<(Draw, Type)> {
        let at = At::new(route.clone(), purpose.scope);
        let (code, found) = match purpose.wanted {
            Some(wanted) => (self.typed(text, wanted, &at)?, wanted),
            None => self.inferred(text, &at)?,
        };
        if !matches!(found, Type::Number { .. } | Type::Duration) && purpose.wanted.is_none() {
            let is = found.describe(&self.sets);
            return Err(self.report(
                Finding::error(
                    "type",
                    route.as_value(),
                    format!("a number or a duration is due here, this is {is}"),
                )
                .label(is),
            ));
        }
        if let Some(value) = code.as_constant().filter(|value| !value.is_finite()) {
            return Err(self.report(
                Finding::error("not-finite", route.as_value(), "this value is not finite")
                    .label(format!("is {value}")),
            ));
        }
        Ok((Draw::Value(divided(code, purpose.scale)), found))
    }

    fn continuous(
        &mut self,
        distribution: &Distribution,
        purpose: &Purpose,
        route: &Route,
    ) -> Part<(Draw, Type)> {
        let family = distribution.family;
        if let Some(wanted @ (Type::Bool | Type::Set(_) | Type::Number { integral: true })) = purpose.wanted {
            let what = wanted.describe(&self.sets);
            return Err(self.report(
                Finding::error(
                    "distribution",
                    route.as_key(),
                    format!("`{}` gives real numbers, here {what} is due", family.name()),
                )
                .label("real numbers")
                .help("use `discrete`: `{discrete: {value: weight, …}}`"),
            ));
        }
        let (computed, roles) = roles(family);
        let arguments = self.arguments(family, roles, &distribution.arguments, route)?;
        let mut found =
            purpose.wanted.map(|wanted| if wanted == Type::Duration { wanted } else { Type::NUMBER });
        let mut codes = Vec::with_capacity(roles.len());
        let mut failed = None;
        for ((name, role), argument) in roles.iter().zip(&arguments) {
            match self.argument(*role, argument.as_ref(), &mut found, purpose.scope) {
                Ok(code) => codes.push(code),
                Err(reported) => failed = Some((name, reported)),
            }
        }
        if let Some((_, reported)) = failed {
            return Err(reported);
        }
        if family == Family::Gamma && !arguments[1].as_ref().is_some_and(|argument| argument.is_scale) {
            codes[1] = quotient(&codes[1], &codes[0]);
        }
        let found = found.unwrap_or(Type::NUMBER);
        self.prepared(computed, codes, purpose.scale, route).map(|draw| (draw, found))
    }

    fn argument(
        &mut self,
        role: Role,
        argument: Option<&Argument<'_>>,
        found: &mut Option<Type>,
        scope: Scope,
    ) -> Part<Code> {
        let Some(argument) = argument else {
            let Role::Optional(default) = role else {
                unreachable!("only optional arguments may be missing")
            };
            return Ok(Code::constant(default));
        };
        let at = At::new(argument.route.clone(), scope);
        if role == Role::Shape {
            return self.typed(argument.text, Type::NUMBER, &at);
        }
        if let Some(wanted) = *found {
            return self.typed(argument.text, wanted, &at);
        }
        let (code, is) = self.inferred(argument.text, &at)?;
        match is {
            Type::Duration => *found = Some(Type::Duration),
            Type::Number { .. } => *found = Some(Type::NUMBER),
            _ => {
                let what = is.describe(&self.sets);
                return Err(self.report(
                    Finding::error(
                        "type",
                        argument.route.as_value(),
                        format!("a number or a duration is due here, this is {what}"),
                    )
                    .label(what),
                ));
            }
        }
        Ok(code)
    }

    /// The arguments by role, each with its place.
    fn arguments<'a>(
        &mut self,
        family: Family,
        roles: &[(&'static str, Role)],
        given: &'a Arguments,
        route: &Route,
    ) -> Part<Vec<Option<Argument<'a>>>> {
        let names: Vec<&str> = roles.iter().map(|(name, _)| *name).collect();
        let least = roles.iter().filter(|(_, role)| !matches!(role, Role::Optional(_))).count();
        let list: &[Expression] = match given {
            Arguments::Named(named) => return self.named(family, roles, named, route),
            Arguments::List(list) => list,
            Arguments::One(one) => std::slice::from_ref(one),
        };
        if list.len() < least || list.len() > roles.len() {
            return Err(self.report(
                Finding::error(
                    "distribution",
                    route.as_value(),
                    format!("`{}` takes {}, here {} given", family.name(), listed(&names), list.len()),
                )
                .label(format!("{least} values are due")),
            ));
        }
        let single = matches!(given, Arguments::One(_));
        let place = |index| if single { route.clone() } else { route.index(index) };
        Ok((0..roles.len())
            .map(|index| list.get(index).map(|text| Argument { text, route: place(index), is_scale: false }))
            .collect())
    }

    fn named<'a>(
        &mut self,
        family: Family,
        roles: &[(&'static str, Role)],
        named: &'a IndexMap<String, Expression>,
        route: &Route,
    ) -> Part<Vec<Option<Argument<'a>>>> {
        let mut names: Vec<&str> = roles.iter().map(|(name, _)| *name).collect();
        if family == Family::Gamma {
            names.push("scale");
        }
        for name in named.keys() {
            if !names.contains(&name.as_str()) {
                return Err(self.unknown(
                    route.key(name.clone()).as_key(),
                    &format!("argument of `{}`", family.name()),
                    name,
                    names,
                ));
            }
        }
        let mut arguments = Vec::with_capacity(roles.len());
        for (name, role) in roles {
            let scale = (family == Family::Gamma && *name == "mean").then(|| named.get("scale")).flatten();
            let (key, text) = match (named.get(*name), scale) {
                (Some(_), Some(_)) => {
                    return Err(self.report(
                        Finding::error(
                            "distribution",
                            route.key("scale").as_key(),
                            "`gamma` takes `mean` or `scale`, not both",
                        )
                        .label("one too many"),
                    ));
                }
                (None, Some(text)) => ("scale", Some(text)),
                (text, None) => (*name, text),
            };
            if text.is_none() && !matches!(role, Role::Optional(_)) {
                return Err(self.report(
                    Finding::error(
                        "distribution",
                        route.as_key(),
                        format!("`{}` needs `{name}`", family.name()),
                    )
                    .label(format!("`{name}` is missing")),
                ));
            }
            arguments.push(text.map(|text| Argument {
                text,
                route: route.key(key),
                is_scale: key == "scale",
            }));
        }
        Ok(arguments)
    }

    /// The draw with these arguments, tabulated if they are constants.
    fn prepared(
        &mut self,
        family: ComputedFamily,
        codes: Vec<Code>,
        scale: f64,
        route: &Route,
    ) -> Part<Draw> {
        let factor = 1.0 / scale;
        let constants: Option<Vec<f64>> = codes.iter().map(Code::as_constant).collect();
        if let Some(constants) = constants {
            let distribution = family.with(&constants);
            if let Err(error) = distribution.validate() {
                return Err(self.report(
                    Finding::error(
                        "distribution",
                        route.as_value(),
                        format!("this is no distribution: {error}"),
                    )
                    .label("arguments do not fit"),
                ));
            }
            return Ok(Draw::Sampled { sampler: Box::new(Sampler::new(&distribution)), factor });
        }
        if family == ComputedFamily::Gamma
            && let Some(shape) = codes[0].as_constant()
            && (0.01..=1e6).contains(&shape)
        {
            let table = Box::new(GammaTable::new(shape));
            return Ok(Draw::Gamma { table, scale: divided(codes[1].clone(), scale) });
        }
        Ok(Draw::Computed { family, arguments: codes, factor })
    }

    fn discrete(&mut self, given: &Arguments, purpose: &Purpose, route: &Route) -> Part<(Draw, Type)> {
        let Arguments::Named(entries) = given else {
            return Err(self.report(
                Finding::error("distribution", route.as_value(), "`discrete` takes values with weights")
                    .label("not a mapping")
                    .help("write `{discrete: {value: weight, …}}`"),
            ));
        };
        let mut steps = Vec::with_capacity(entries.len());
        let mut total = 0.0;
        let mut found = purpose.wanted;
        for (value, weight) in entries {
            let entry = route.key(value.clone());
            let (value, is) = self.discrete_value(value, found, &entry)?;
            found = Some(is);
            let weight = self.constant(weight, Type::NUMBER, &entry)?;
            if weight < 0.0 {
                return Err(self.report(
                    Finding::error("distribution", entry.as_value(), "a weight must not be below 0")
                        .label("negative"),
                ));
            }
            total += weight;
            steps.push((value / purpose.scale, total));
        }
        if total <= 0.0 || !total.is_finite() {
            return Err(self.report(
                Finding::error("distribution", route.as_value(), "the weights must add up to more than 0")
                    .label("nothing to draw"),
            ));
        }
        for step in &mut steps {
            step.1 /= total;
        }
        steps.dedup_by(|later, earlier| later.1 == earlier.1);
        Ok((Draw::Discrete(steps), found.unwrap_or(Type::NUMBER)))
    }

    /// A value of `discrete`: a key of the mapping.
    fn discrete_value(&mut self, text: &str, wanted: Option<Type>, entry: &Route) -> Part<(f64, Type)> {
        let before = self.findings.len();
        let at = At::new(entry.clone(), Scope::Constant);
        let text = Expression::new(text);
        let result = match wanted {
            Some(wanted) => self.typed(&text, wanted, &at).map(|code| (code, wanted)),
            None => self.inferred(&text, &at),
        };
        // The text is a key: complaints about it point at the key as a whole.
        for finding in &mut self.findings[before..] {
            finding.place = entry.as_key();
        }
        let (code, found) = result?;
        let found =
            if matches!(found, Type::Number { .. }) && wanted.is_none() { Type::NUMBER } else { found };
        Ok((code.as_constant().expect("the scope holds nothing to read"), found))
    }

    fn estimate(&mut self, given: &Arguments, purpose: &Purpose, route: &Route) -> Part<(Draw, Type)> {
        if let Some(wanted) = purpose.wanted.filter(|wanted| *wanted != Type::NUMBER) {
            let what = wanted.describe(&self.sets);
            return Err(self.report(
                Finding::error(
                    "distribution",
                    route.as_key(),
                    format!("`estimate` gives a probability, here {what} is due"),
                )
                .label("a probability"),
            ));
        }
        let words = match given {
            Arguments::One(words) => words.text(),
            _ => "",
        };
        let Some(step) = estimate(words) else {
            let known: Vec<&str> = ESTIMATES.iter().flat_map(|step| step.words).collect();
            let alike = suggest(words, &known).is_some();
            let reported = self.unknown(route.as_value(), "word of estimative probability", words, known);
            if let Some(finding) = self.findings.last_mut().filter(|_| !alike) {
                let scale: Vec<&str> = ESTIMATES.iter().map(|step| step.words[0]).collect();
                finding.help.push(format!("the scale is {}", listed(&scale)));
            }
            return Err(reported);
        };
        let sampler = uniform(step.low, step.high);
        Ok((Draw::Sampled { sampler: Box::new(sampler), factor: 1.0 / purpose.scale }, Type::NUMBER))
    }

    /// Refuses constant values outside a variable's domain.
    pub(super) fn within(&mut self, draw: &Draw, domain: Domain, route: &Route) -> Part<()> {
        let (Domain::Level { low, high } | Domain::Gauge { low, high }) = domain else { return Ok(()) };
        let values: Vec<f64> = match draw {
            Draw::Value(code) => code.as_constant().into_iter().collect(),
            Draw::Discrete(steps) => steps.iter().map(|step| step.0).collect(),
            _ => Vec::new(),
        };
        match values.into_iter().find(|value| !(low..=high).contains(value)) {
            None => Ok(()),
            Some(value) => Err(self.report(
                Finding::error(
                    "range",
                    route.as_value(),
                    format!("{value} is outside the range {low}..{high}"),
                )
                .label("outside the range"),
            )),
        }
    }
}

/// One argument and where it stands.
struct Argument<'a> {
    text: &'a Expression,
    route: Route,
    is_scale: bool,
}

/// A uniform distribution.
pub(super) fn uniform(low: f64, high: f64) -> Sampler {
    Sampler::new(&crate::stats::distribution::Distribution::Uniform { low, high })
}

/// An expression divided by a constant.
pub(super) fn divided(code: Code, by: f64) -> Code {
    if by == 1.0 { code } else { quotient(&code, &Code::constant(by)) }
}

fn quotient(left: &Code, right: &Code) -> Code {
    let mut ops = left.ops().to_vec();
    ops.extend_from_slice(right.ops());
    emit(&mut ops, Op::Div);
    Code::new(ops)
}
