//! Calls: functions, the history of events, latches, relations.

use crate::diagnostic::Finding;
use crate::expr::{Expr, ExprKind, Ident};
use crate::id::{EventId, VariableId};
use crate::model::{Code, Domain, Op};

use super::context::{Context, Part};
use super::expression::{At, FUNCTIONS, Scope, dotted};
use super::operation::{emit, join};
use super::types::Type;

impl Context<'_> {
    pub(super) fn call(
        &mut self,
        name: &Ident,
        arguments: &[Expr],
        expr: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let unary = match name.name.as_str() {
            "abs" => Op::Abs,
            "exp" => Op::Exp,
            "ln" => Op::Ln,
            "sqrt" => Op::Sqrt,
            "logistic" => Op::Logistic,
            "floor" => Op::Floor,
            "ceil" => Op::Ceil,
            "round" => Op::Round,
            "min" | "max" | "clamp" => return self.extreme(name, arguments, None, at, ops),
            "fired" | "count" | "since" => return self.history(name, arguments, expr, at, ops),
            "crossed" => return self.crossed(name, arguments, expr, at, ops),
            "ever" => return self.ever(name, arguments, expr, at, ops),
            _ => {
                let variable = self.pair(name, arguments, at)?;
                self.readable(variable, expr, at)?;
                emit(ops, Op::Variable(variable));
                return Ok(Type::of(self.domain(variable)));
            }
        };
        let [argument] = self.exactly::<1>(name, arguments, at)?;
        let found = self.infer(argument, at, ops)?;
        let result = match (unary, found) {
            (Op::Abs, Type::Number { .. } | Type::Duration) => found,
            (Op::Floor | Op::Ceil | Op::Round, Type::Number { .. }) => Type::INTEGER,
            (_, Type::Number { .. }) => Type::NUMBER,
            _ => return Err(self.mismatch(argument, found, Type::NUMBER, at)),
        };
        emit(ops, unary);
        Ok(result)
    }

    fn exactly<'e, const N: usize>(
        &mut self,
        name: &Ident,
        arguments: &'e [Expr],
        at: &At,
    ) -> Part<&'e [Expr; N]> {
        arguments.try_into().map_err(|_| {
            let plural = if N == 1 { "argument" } else { "arguments" };
            self.report(
                Finding::error(
                    "arguments",
                    at.ident(name),
                    format!("`{}` takes {N} {plural}, here {}", name.name, arguments.len()),
                )
                .label(format!("{N} {plural} due")),
            )
        })
    }

    /// `min`, `max`, `clamp`: of numbers, durations or rungs.
    pub(super) fn extreme(
        &mut self,
        name: &Ident,
        arguments: &[Expr],
        wanted: Option<Type>,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let clamp = name.name == "clamp";
        if clamp {
            self.exactly::<3>(name, arguments, at)?;
        } else if arguments.len() < 2 {
            return Err(self.report(
                Finding::error(
                    "arguments",
                    at.ident(name),
                    format!("`{}` takes two or more arguments", name.name),
                )
                .label("too few"),
            ));
        }
        let mut result = wanted;
        if result.is_none() {
            for argument in arguments {
                if !self.needs_set(argument) {
                    let found = self.infer(argument, at, &mut Vec::new())?;
                    result = Some(match result {
                        Some(before) => join(before, found).unwrap_or(before),
                        None => found,
                    });
                }
            }
        }
        let Some(result) = result.filter(|result| self.ordered(*result) && *result != Type::Since) else {
            let finding = Finding::error(
                "type",
                at.ident(name),
                format!("`{}` is for numbers, durations and rungs of a ladder", name.name),
            );
            return Err(self.report(finding.label("no order among these")));
        };
        for (index, argument) in arguments.iter().enumerate() {
            self.check(argument, result, at, ops)?;
            if !clamp && index > 0 {
                emit(ops, if name.name == "min" { Op::Min } else { Op::Max });
            }
        }
        if clamp {
            emit(ops, Op::Clamp);
        }
        Ok(result)
    }

    /// `fired`, `count`, `since`.
    fn history(
        &mut self,
        name: &Ident,
        arguments: &[Expr],
        expr: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let [argument] = self.exactly::<1>(name, arguments, at)?;
        let event = self.event(argument, at)?;
        if name.name == "since" {
            self.moment(expr, "`since(…)`", at)?;
            let variable = self.last_time(event);
            emit(ops, Op::Since(variable));
            return Ok(Type::Since);
        }
        if matches!(at.scope, Scope::Constant | Scope::Parameters) {
            return Err(self.report(
                Finding::error("scope", at.place(expr), "nothing has fired yet where this is computed")
                    .label("reads what happened"),
            ));
        }
        let variable = self.count(event);
        if name.name == "fired" {
            emit(ops, Op::VariableGt(variable, 0.0));
            return Ok(Type::Bool);
        }
        emit(ops, Op::Variable(variable));
        Ok(Type::INTEGER)
    }

    fn event(&mut self, argument: &Expr, at: &At) -> Part<EventId> {
        let ExprKind::Name(names) = &argument.kind else {
            return Err(self.report(
                Finding::error("arguments", at.place(argument), "the name of a rule or option is due here")
                    .label("not a name"),
            ));
        };
        let name = dotted(names);
        if let Some(event) = self.event_ids.get(&name) {
            return Ok(*event);
        }
        let known: Vec<String> = self.event_ids.keys().take(self.comparable()).cloned().collect();
        Err(self.unknown(at.place(argument), "rule or option", &name, known.iter().map(String::as_str)))
    }

    /// The variable that counts an event's firings.
    pub(super) fn count(&mut self, event: EventId) -> VariableId {
        if let Some(variable) = self.events[event.index()].count {
            return variable;
        }
        let name = format!("count({})", self.events[event.index()].name);
        let variable = self.variable(name, Domain::Count, None);
        self.events[event.index()].count = Some(variable);
        variable
    }

    fn last_time(&mut self, event: EventId) -> VariableId {
        if let Some(variable) = self.events[event.index()].last_time {
            return variable;
        }
        let name = format!("last time of {}", self.events[event.index()].name);
        let variable = self.variable(name, Domain::LastTime, None);
        self.initial[variable.index()] = f64::NEG_INFINITY;
        self.events[event.index()].last_time = Some(variable);
        variable
    }

    fn crossed(
        &mut self,
        name: &Ident,
        arguments: &[Expr],
        expr: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let [argument] = self.exactly::<1>(name, arguments, at)?;
        let ExprKind::Name(names) = &argument.kind else {
            return Err(self.report(
                Finding::error("arguments", at.place(argument), "a red line is due here: `actor.red_line`")
                    .label("not a name"),
            ));
        };
        let red_line = dotted(names);
        let Some(variable) = self.red_lines.get(&red_line).copied() else {
            let known: Vec<String> = self.red_lines.keys().take(self.comparable()).cloned().collect();
            return Err(self.unknown(
                at.place(argument),
                "red line",
                &red_line,
                known.iter().map(String::as_str),
            ));
        };
        self.readable(variable, expr, at)?;
        emit(ops, Op::Variable(variable));
        Ok(Type::Bool)
    }

    fn ever(
        &mut self,
        name: &Ident,
        arguments: &[Expr],
        expr: &Expr,
        at: &At,
        ops: &mut Vec<Op>,
    ) -> Part<Type> {
        let [argument] = self.exactly::<1>(name, arguments, at)?;
        let text = argument.to_string();
        let watch = self.watches.get(&text).copied();
        if watch.is_some() && self.symbols.contains_key(&text) {
            return Err(self.report(
                Finding::error(
                    "ambiguous",
                    at.place(argument),
                    format!("`{text}` is both a watch and a variable"),
                )
                .label("which one?")
                .help("rename the watch"),
            ));
        }
        let variable = match watch.or_else(|| self.evers.get(&text).copied()) {
            Some(variable) => variable,
            None => self.new_ever(argument, text, at)?,
        };
        self.readable(variable, expr, at)?;
        emit(ops, Op::Variable(variable));
        Ok(Type::Bool)
    }

    fn new_ever(&mut self, argument: &Expr, text: String, at: &At) -> Part<VariableId> {
        if let ExprKind::Name(names) = &argument.kind
            && let [name] = names.as_slice()
            && !self.symbols.contains_key(&text)
        {
            let known: Vec<String> =
                self.watches.keys().chain(self.symbols.keys()).take(self.comparable()).cloned().collect();
            let known = known.iter().map(String::as_str);
            return Err(self.unknown(at.ident(name), "watch or flag", &text, known));
        }
        let within = At::new(at.route.clone(), at.scope.min_state());
        let condition = self.typed_expr(argument, Type::Bool, &within)?;
        let variable = self.latch(format!("ever({text})"), condition);
        self.evers.insert(text, variable);
        Ok(variable)
    }

    /// A new latch and its variable.
    pub(super) fn latch(&mut self, name: String, condition: Code) -> VariableId {
        let variable = self.variable(name, Domain::Latch, None);
        self.latches.push(crate::model::Latch { condition, variable });
        variable
    }

    /// The variable of a relation's pair.
    pub(super) fn pair(&mut self, name: &Ident, arguments: &[Expr], at: &At) -> Part<VariableId> {
        if !self.relations.contains_key(&name.name) {
            let known: Vec<String> =
                self.relations.keys().cloned().chain(FUNCTIONS.map(str::to_owned)).collect();
            return Err(self.unknown(
                at.ident(name),
                "relation or function",
                &name.name,
                known.iter().map(String::as_str),
            ));
        }
        let [first, second] = self.exactly::<2>(name, arguments, at)?;
        let ids = [first, second].map(|argument| match &argument.kind {
            ExprKind::Name(names) if names.len() == 1 => self.actor(&names[0].name, at.place(argument)),
            _ => Err(self.report(
                Finding::error("arguments", at.place(argument), "an actor is due here").label("not an actor"),
            )),
        });
        let (first_id, second_id) = (ids[0]?, ids[1]?);
        if first_id == second_id {
            return Err(self.report(
                Finding::error("arguments", at.place(second), "a relation joins two different actors")
                    .label("the same actor again"),
            ));
        }
        Ok(self.pair_variable(&name.name, first_id, second_id))
    }
}
