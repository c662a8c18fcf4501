//! Expressions → flat code: names are looked up, types are checked, constants are folded.

use crate::diagnostic::Finding;
use crate::expr::{BinaryOp, Expr, ExprKind, Ident, SyntaxError, UnaryOp, parse_expression};
use crate::id::{SetId, VariableId};
use crate::model::{Code, Domain, Op};
use crate::schema::Expression;
use crate::source::place::{Place, Route};

use super::context::{Context, Part, Reported, listed};
use super::operation::{arithmetic_type, comparison_op, emit, join};
use super::types::Type;

/// The functions of the language.
pub(super) const FUNCTIONS: [&str; 16] = [
    "min", "max", "clamp", "abs", "exp", "ln", "sqrt", "logistic", "floor", "ceil", "round", "fired",
    "count", "since", "crossed", "ever",
];

/// What an expression may read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing.
    Constant,
    /// Parameters: values at the start.
    Parameters,
    /// The state, at points where something is looked at because the state changed.
    State,
    /// The state and the time, where something is computed at a known moment.
    Moment,
}

/// Where an expression stands, and what it may read.
#[derive(Clone)]
pub(super) struct At {
    pub(super) route: Route,
    pub(super) scope: Scope,
}

/// What `Scope::Constant` allows, for messages.
const ONLY_CONSTANTS: &str = "only constants may stand here: numbers, percentages, durations, dates";

impl At {
    pub(super) fn new(route: Route, scope: Scope) -> Self {
        Self { route, scope }
    }

    pub(super) fn place(&self, expr: &Expr) -> Place {
        self.route.within(expr.span.clone())
    }

    pub(super) fn ident(&self, ident: &Ident) -> Place {
        self.route.within(ident.span.clone())
    }
}

impl Context<'_> {
    /// An expression that must be of a type.
    pub(super) fn typed(&mut self, text: &Expression, wanted: Type, at: &At) -> Part<Code> {
        let expr = self.parsed(parse_expression(text.text()), at)?;
        self.typed_expr(&expr, wanted, at)
    }

    /// A parsed expression that must be of a type.
    pub(super) fn typed_expr(&mut self, expr: &Expr, wanted: Type, at: &At) -> Part<Code> {
        let mut ops = Vec::new();
        self.check(expr, wanted, at, &mut ops)?;
        Ok(Code::new(ops))
    }

    /// An expression of whatever type.
    pub(super) fn inferred(&mut self, text: &Expression, at: &At) -> Part<(Code, Type)> {
        let expr = self.parsed(parse_expression(text.text()), at)?;
        let mut ops = Vec::new();
        let found = self.infer(&expr, at, &mut ops)?;
        Ok((Code::new(ops), found))
    }

    /// A condition.
    pub(super) fn condition(&mut self, text: &Expression, at: &At) -> Part<Code> {
        self.typed(text, Type::Bool, at)
    }

    /// An expression that reads nothing: its value.
    pub(super) fn constant(&mut self, text: &Expression, wanted: Type, route: &Route) -> Part<f64> {
        let expr = self.parsed(parse_expression(text.text()), &At::new(route.clone(), Scope::Constant))?;
        self.constant_expr(&expr, wanted, route)
    }

    /// A parsed expression that reads nothing: its value, finite.
    pub(super) fn constant_expr(&mut self, expr: &Expr, wanted: Type, route: &Route) -> Part<f64> {
        let at = At::new(route.clone(), Scope::Constant);
        let code = self.typed_expr(expr, wanted, &at)?;
        let value = code.as_constant().expect("the scope holds nothing to read");
        if value.is_finite() {
            return Ok(value);
        }
        Err(self.report(
            Finding::error("not-finite", at.place(expr), "this value is not finite")
                .label(format!("is {value}")),
        ))
    }

    /// What the parser made of a text; its complaint is reported.
    pub(super) fn parsed<T>(&mut self, parsed: Result<T, SyntaxError>, at: &At) -> Part<T> {
        parsed.map_err(|error| {
            let mut finding = Finding::error("expression", at.route.within(error.span), error.message);
            finding = finding.label(error.label);
            if let Some(help) = error.help {
                finding = finding.help(help);
            }
            self.report(finding)
        })
    }

    /// Emits an expression that must be of a type; bare names are looked up in a set where one is due.
    pub(super) fn check(&mut self, expr: &Expr, wanted: Type, at: &At, ops: &mut Vec<Op>) -> Part<()> {
        if let Type::Set(set) = wanted {
            match &expr.kind {
                ExprKind::Name(names) if names.len() == 1 => {
                    if let Some(position) = self.position(set, &names[0].name) {
                        emit(ops, Op::Constant(position));
                        return Ok(());
                    }
                    if !self.symbols.contains_key(&names[0].name) {
                        return Err(self.not_in_set(&names[0], set, at));
                    }
                }
                ExprKind::If(condition, yes, no) => {
                    let condition = self.check(condition, Type::Bool, at, ops);
                    let yes = self.check(yes, wanted, at, ops);
                    let no = self.check(no, wanted, at, ops);
                    condition.and(yes).and(no)?;
                    emit(ops, Op::Select);
                    return Ok(());
                }
                ExprKind::Call(name, arguments) if matches!(name.name.as_str(), "min" | "max" | "clamp") => {
                    return self.extreme(name, arguments, Some(wanted), at, ops).map(|_| ());
                }
                _ => {}
            }
        }
        let found = self.infer(expr, at, ops)?;
        if found.fits(wanted) { Ok(()) } else { Err(self.mismatch(expr, found, wanted, at)) }
    }

    pub(super) fn mismatch(&mut self, expr: &Expr, found: Type, wanted: Type, at: &At) -> Reported {
        let (due, is) = (wanted.describe(&self.sets), found.describe(&self.sets));
        let mut finding = Finding::error("type", at.place(expr), format!("{due} is due here, this is {is}"))
            .label(is.clone());
        finding = match (wanted, found, &expr.kind) {
            (Type::Duration, Type::Number { .. }, ExprKind::Number(value)) => finding
                .help(format!("write the unit: `{value}d` for days, `{value}h`, `{value}w`, `{value}y`")),
            (Type::Number { .. }, Type::Bool, _) => {
                finding.help("a truth value becomes a number by `if … then 1 else 0`")
            }
            (Type::Number { integral: true }, Type::Number { .. }, _) => {
                finding.help("levels take integers only; `round(…)`, `floor(…)` or `ceil(…)` make one")
            }
            (Type::Bool, Type::Number { .. }, ExprKind::Number(_)) => finding.help("write `true` or `false`"),
            (Type::Set(set), _, _) => {
                let values = self.sets[set.index()].values.clone();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                if values.len() <= 12 {
                    finding.help(format!("it is one of {}", listed(&values)))
                } else {
                    finding
                }
            }
            (Type::Bool, Type::Set(_), _) => finding.help("compare it: `== …` or `in [ … ]`"),
            (Type::Bool, Type::Number { .. }, _) => finding.help("compare it: `> 0`"),
            (_, Type::Since, _) => finding.help("`since(…)` may only be compared with a duration"),
            _ => finding,
        };
        self.report(finding)
    }

    /// Emits an expression and gives its type.
    pub(super) fn infer(&mut self, expr: &Expr, at: &At, ops: &mut Vec<Op>) -> Part<Type> {
        match &expr.kind {
            ExprKind::Number(value) => {
                emit(ops, Op::Constant(*value));
                Ok(Type::Number { integral: value.fract() == 0.0 })
            }
            ExprKind::Percent(value) => {
                emit(ops, Op::Constant(value / 100.0));
                Ok(Type::NUMBER)
            }
            ExprKind::Duration(value, unit) => {
                emit(ops, Op::Constant(value * unit.days()));
                Ok(Type::Duration)
            }
            ExprKind::Date(date) => {
                emit(ops, Op::Constant(days_between(self.start, *date)));
                Ok(Type::Duration)
            }
            ExprKind::Bool(value) => {
                emit(ops, Op::Constant(f64::from(u8::from(*value))));
                Ok(Type::Bool)
            }
            ExprKind::Name(names) => self.name(names, expr, at, ops),
            ExprKind::Call(name, arguments) => self.call(name, arguments, expr, at, ops),
            ExprKind::Unary(op, inner) => self.unary(*op, inner, at, ops),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, at, ops),
            ExprKind::In(left, items) => self.membership(left, items, at, ops),
            ExprKind::If(condition, yes, no) => self.conditional(condition, yes, no, at, ops),
        }
    }

    fn name(&mut self, names: &[Ident], expr: &Expr, at: &At, ops: &mut Vec<Op>) -> Part<Type> {
        let name = dotted(names);
        if let Some(variable) = self.symbols.get(&name).copied() {
            self.readable(variable, expr, at)?;
            emit(ops, Op::Variable(variable));
            return Ok(Type::of(self.domain(variable)));
        }
        if name == "time" {
            self.moment(expr, "`time`", at)?;
            emit(ops, Op::Time);
            return Ok(Type::Duration);
        }
        Err(self.unknown_name(names, &name, at))
    }

    /// Refuses a variable that may not be read here.
    pub(super) fn readable(&mut self, variable: VariableId, expr: &Expr, at: &At) -> Part<()> {
        let parameter = matches!(self.domain(variable), Domain::Number | Domain::Duration);
        let message = match at.scope {
            Scope::Constant => ONLY_CONSTANTS,
            Scope::Parameters if !parameter => "values at the start may read parameters only",
            _ => return Ok(()),
        };
        let name = self.variables[variable.index()].name.clone();
        Err(self.report(
            Finding::error("scope", at.place(expr), message)
                .label(format!("`{name}` changes during a run or between runs")),
        ))
    }

    /// Refuses what changes by itself where nothing would notice.
    pub(super) fn moment(&mut self, expr: &Expr, what: &str, at: &At) -> Part<()> {
        if at.scope == Scope::Moment {
            return Ok(());
        }
        Err(self.report(
            Finding::error("time", at.place(expr), format!("{what} changes by itself and may not stand here"))
                .label("read at no known moment")
                .help("use `active: {from: …, until: …}`, `after` or `every`; time is allowed in effects, weights, utilities, conditions of options, arguments of distributions, tracks, and outcomes without `ends`"),
        ))
    }

    fn unknown_name(&mut self, names: &[Ident], name: &str, at: &At) -> Reported {
        let span = names[0].span.start..names[names.len() - 1].span.end;
        let place = at.route.within(span);
        if names.len() == 1 && self.actor_ids.contains_key(name) {
            let prefix = format!("{name}.");
            let members: Vec<&str> = self
                .symbols
                .keys()
                .take(self.comparable())
                .map(String::as_str)
                .filter(|symbol| symbol.starts_with(&prefix))
                .collect();
            let mut finding =
                Finding::error("unknown-name", place, format!("`{name}` is an actor, not a value"))
                    .label("has no value of its own");
            if !members.is_empty() {
                finding = finding.help(format!("it has {}", listed(&members)));
            }
            return self.report(finding);
        }
        if names.len() == 1
            && let Some(set) = self.sets.iter().find(|set| set.values.iter().any(|value| value == name))
        {
            let help =
                format!("names of values stand beside what they are compared with: `{} == {name}`", set.name);
            return self.report(
                Finding::error(
                    "unknown-name",
                    place,
                    format!("nothing here says which set `{name}` belongs to"),
                )
                .label(format!("a value of `{}`?", set.name))
                .help(help),
            );
        }
        if self.event_ids.contains_key(name) {
            return self.report(
                Finding::error("unknown-name", place, format!("`{name}` is a rule or option, not a value"))
                    .label("a rule")
                    .help(format!("write `fired({name})`, `count({name})` or `since({name})`")),
            );
        }
        let declared_later = match names {
            [_] => self.scenario.parameters.contains_key(name) || self.scenario.indicators.contains_key(name),
            [actor, ..] => self.scenario.actors.contains_key(&actor.name),
            [] => false,
        };
        if at.scope == Scope::Constant && declared_later {
            return self.report(
                Finding::error("scope", place, ONLY_CONSTANTS)
                    .label(format!("`{name}` changes during a run or between runs")),
            );
        }
        let known: Vec<String> = self.symbols.keys().take(self.comparable()).cloned().collect();
        self.unknown(
            place,
            "parameter, indicator, stance or attribute",
            name,
            known.iter().map(String::as_str),
        )
    }

    fn position(&self, set: SetId, name: &str) -> Option<f64> {
        self.sets[set.index()].values.iter().position(|value| value == name).map(|position| position as f64)
    }

    fn not_in_set(&mut self, ident: &Ident, set: SetId, at: &At) -> Reported {
        let set = self.sets[set.index()].clone();
        let what =
            if set.ladder { format!("rung of `{}`", set.name) } else { format!("value of `{}`", set.name) };
        self.unknown(at.ident(ident), &what, &ident.name, set.values.iter().map(String::as_str))
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, at: &At, ops: &mut Vec<Op>) -> Part<Type> {
        match op {
            UnaryOp::Not => {
                self.check(inner, Type::Bool, at, ops)?;
                emit(ops, Op::Not);
                Ok(Type::Bool)
            }
            UnaryOp::Neg => {
                let found = self.infer(inner, at, ops)?;
                if !matches!(found, Type::Number { .. } | Type::Duration) {
                    return Err(self.mismatch(inner, found, Type::NUMBER, at));
                }
                emit(ops, Op::Neg);
                Ok(found)
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, at: &At, ops: &mut Vec<Op>) -> Part<Type> {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let first = self.check(left, Type::Bool, at, ops);
                self.check(right, Type::Bool, at, ops).and(first)?;
                emit(ops, if op == BinaryOp::And { Op::And } else { Op::Or });
                Ok(Type::Bool)
            }
            _ if op.is_comparison() => self.comparison(op, left, right, at, ops),
            _ => self.arithmetic(op, left, right, at, ops),
        }
    }

    fn comparison(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let common = if self.needs_set(left) && !self.needs_set(right) {
            let mut after = Vec::new();
            let found = self.infer(right, at, &mut after)?;
            self.compared(left, found, right, at, ops)?;
            ops.append(&mut after);
            found
        } else {
            let found = self.infer(left, at, ops)?;
            self.compared(right, found, left, at, ops)?;
            found
        };
        if op.is_ordering() && !self.ordered(common) {
            let what = common.describe(&self.sets);
            return Err(self.report(
                Finding::error(
                    "type",
                    at.route.within(left.span.start..right.span.end),
                    format!("`{}` compares by order, and {what} has none", op.symbol()),
                )
                .label("no order")
                .help("compare with `==`, `!=` or `in [ … ]`; ladders have an order"),
            ));
        }
        emit(ops, comparison_op(op));
        Ok(Type::Bool)
    }

    /// Emits the other side of a comparison with something of a type.
    fn compared(&mut self, expr: &Expr, with: Type, other: &Expr, at: &At, ops: &mut Vec<Op>) -> Part<()> {
        let wanted = match with {
            Type::Number { .. } => Type::NUMBER,
            Type::Since => Type::Duration,
            _ => with,
        };
        if matches!(with, Type::Set(_)) {
            return self.check(expr, wanted, at, ops);
        }
        if self.needs_set(expr) && !matches!(expr.kind, ExprKind::Call(..)) {
            let is = with.describe(&self.sets);
            let name = expr.to_string();
            return Err(self.report(
                Finding::error(
                    "type",
                    at.place(expr),
                    format!("{is} cannot be compared with the name `{name}`"),
                )
                .label(format!("{is} is due here"))
                .related(at.place(other), is),
            ));
        }
        let found = self.infer(expr, at, ops)?;
        let since = found == Type::Since && with == Type::Duration;
        if found.fits(wanted) || since {
            return Ok(());
        }
        let (is, due) = (found.describe(&self.sets), with.describe(&self.sets));
        let span = other.span.start.min(expr.span.start)..other.span.end.max(expr.span.end);
        Err(self.report(
            Finding::error("type", at.route.within(span), format!("{due} is compared with {is}"))
                .label("not comparable")
                .related(at.place(other), due)
                .related(at.place(expr), is),
        ))
    }

    pub(super) fn ordered(&self, of: Type) -> bool {
        match of {
            Type::Number { .. } | Type::Duration | Type::Since => true,
            Type::Set(set) => self.sets[set.index()].ladder,
            Type::Bool => false,
        }
    }

    /// Whether an expression is a bare name of some set's value, whose set must come from what is beside it.
    pub(super) fn needs_set(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(names) => {
                names.len() == 1
                    && !self.symbols.contains_key(&names[0].name)
                    && self.sets.iter().any(|set| set.values.contains(&names[0].name))
            }
            ExprKind::If(_, yes, no) => self.needs_set(yes) && self.needs_set(no),
            ExprKind::Call(name, arguments) => {
                matches!(name.name.as_str(), "min" | "max" | "clamp")
                    && arguments.iter().all(|argument| self.needs_set(argument))
            }
            _ => false,
        }
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let first = self.infer(left, at, ops);
        let second = self.infer(right, at, ops);
        let (first, second) = (first?, second?);
        let Some((code, result)) = arithmetic_type(op, first, second) else {
            return Err(self.bad_operands(op, (left, first), (right, second), at));
        };
        emit(ops, code);
        Ok(result)
    }

    fn bad_operands(&mut self, op: BinaryOp, left: (&Expr, Type), right: (&Expr, Type), at: &At) -> Reported {
        for (expr, found) in [left, right] {
            if !matches!(found, Type::Number { .. } | Type::Duration) {
                return self.mismatch(expr, found, Type::NUMBER, at);
            }
        }
        let (first, second) = (left.1.describe(&self.sets), right.1.describe(&self.sets));
        let span = left.0.span.start..right.0.span.end;
        self.report(
            Finding::error(
                "type",
                at.route.within(span),
                format!("`{}` does not join {first} and {second}", op.symbol()),
            )
            .label("units do not fit")
            .help("durations add to durations, and are multiplied or divided by numbers"),
        )
    }

    fn membership(&mut self, left: &Expr, items: &[Expr], at: &At, ops: &mut Vec<Op>) -> Part<Type> {
        let mut subject = Vec::new();
        let found = self.infer(left, at, &mut subject)?;
        if let ([Op::Variable(variable)], Type::Set(set)) = (subject.as_slice(), found)
            && let Some(bits) = self.bits(set, items)
        {
            emit(ops, Op::VariableIn(*variable, bits));
            return Ok(Type::Bool);
        }
        for (index, item) in items.iter().enumerate() {
            ops.extend_from_slice(&subject);
            self.compared(item, found, left, at, ops)?;
            emit(ops, Op::Eq);
            if index > 0 {
                emit(ops, Op::Or);
            }
        }
        Ok(Type::Bool)
    }

    /// The positions of bare names in a set of at most 64 values, as bits.
    fn bits(&self, set: SetId, items: &[Expr]) -> Option<u64> {
        items.iter().try_fold(0_u64, |bits, item| match &item.kind {
            ExprKind::Name(names) if names.len() == 1 => {
                let position = self.position(set, &names[0].name)? as u32;
                Some(bits | 1_u64.checked_shl(position)?)
            }
            _ => None,
        })
    }

    fn conditional(
        &mut self,
        condition: &Expr,
        yes: &Expr,
        no: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        self.check(condition, Type::Bool, at, ops)?;
        if self.needs_set(yes) {
            let mut after = Vec::new();
            let found = self.infer(no, at, &mut after)?;
            self.compared(yes, found, no, at, ops)?;
            ops.append(&mut after);
            emit(ops, Op::Select);
            return Ok(found);
        }
        let first = self.infer(yes, at, ops)?;
        if first == Type::Since {
            return Err(self.mismatch(yes, first, Type::NUMBER, at));
        }
        if matches!(first, Type::Set(_)) {
            self.check(no, first, at, ops)?;
            emit(ops, Op::Select);
            return Ok(first);
        }
        let second = self.infer(no, at, ops)?;
        let joined = join(first, second).ok_or_else(|| self.mismatch(no, second, first, at))?;
        emit(ops, Op::Select);
        Ok(joined)
    }
}

impl Scope {
    /// The same scope without the time.
    pub(super) fn min_state(self) -> Self {
        if self == Self::Moment { Self::State } else { self }
    }
}

/// `a.b.c`
pub(super) fn dotted(names: &[Ident]) -> String {
    names.iter().map(|ident| ident.name.as_str()).collect::<Vec<_>>().join(".")
}

/// Days from one date to another.
pub(super) fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> f64 {
    (to - from).get_days().into()
}
