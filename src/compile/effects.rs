//! One effect → an assignment.

use crate::diagnostic::Finding;
use crate::expr::{EffectKind, Expr, ExprKind, parse_effect};
use crate::id::VariableId;
use crate::model::{Assignment, Code, Domain, Op};
use crate::schema::Expression;
use crate::source::place::Route;

use super::context::{Context, Part};
use super::expression::{At, Scope, dotted};
use super::operation::emit;
use super::types::Type;

/// Whether a step goes up or down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Context<'_> {
    /// The assignment of an effect.
    pub(super) fn effect(&mut self, text: &Expression, route: &Route) -> Part<Assignment> {
        let at = At::new(route.clone(), Scope::Moment);
        let effect = self.parsed(parse_effect(text.text()), &at)?;
        let variable = self.target(&effect.target, &at)?;
        let domain = self.domain(variable);
        let value = match &effect.kind {
            EffectKind::Assign(value) => self.typed_expr(value, Type::of(domain), &at)?,
            EffectKind::Add(by) => self.step(variable, by, Op::Add, &effect.target, &at)?,
            EffectKind::Subtract(by) => self.step(variable, by, Op::Sub, &effect.target, &at)?,
            EffectKind::Raise { by, up_to } => {
                self.bounded((variable, &effect.target), by.as_ref(), up_to.as_ref(), Direction::Up, &at)?
            }
            EffectKind::Lower { by, down_to } => {
                self.bounded((variable, &effect.target), by.as_ref(), down_to.as_ref(), Direction::Down, &at)?
            }
            EffectKind::RaiseTo(to) => self.toward((variable, &effect.target), to, Op::Max, &at)?,
            EffectKind::LowerTo(to) => self.toward((variable, &effect.target), to, Op::Min, &at)?,
        };
        let (low, high) = domain.bounds(&self.sets);
        Ok(Assignment { variable, value, low, high })
    }

    /// The variable that an effect changes.
    pub(super) fn target(&mut self, target: &Expr, at: &At) -> Part<VariableId> {
        let variable = match &target.kind {
            ExprKind::Call(name, arguments) => self.pair(name, arguments, at)?,
            ExprKind::Name(names) => {
                let name = dotted(names);
                let Some(variable) = self.symbols.get(&name) else {
                    let known: Vec<String> = self.symbols.keys().take(self.comparable()).cloned().collect();
                    let place = at.route.within(target.span.clone());
                    return Err(self.unknown(
                        place,
                        "stance, attribute or indicator",
                        &name,
                        known.iter().map(String::as_str),
                    ));
                };
                *variable
            }
            _ => unreachable!("the parser takes names and calls only"),
        };
        if matches!(self.domain(variable), Domain::Number | Domain::Duration) {
            let name = self.variables[variable.index()].name.clone();
            return Err(self.report(
                Finding::error(
                    "target",
                    at.route.within(target.span.clone()),
                    format!("`{name}` is a parameter: it is constant in a run"),
                )
                .label("cannot be changed")
                .help("declare an indicator for what changes"),
            ));
        }
        Ok(variable)
    }

    /// `x += e`, `x -= e`
    fn step(&mut self, variable: VariableId, by: &Expr, op: Op, target: &Expr, at: &At) -> Part<Code> {
        self.numeric(variable, target, at, "`+=` and `-=` change levels and gauges")?;
        let by = self.typed_expr(by, Type::of(self.domain(variable)), at)?;
        let mut ops = vec![Op::Variable(variable)];
        ops.extend_from_slice(by.ops());
        emit(&mut ops, op);
        Ok(Code::new(ops))
    }

    fn numeric(&mut self, variable: VariableId, target: &Expr, at: &At, message: &str) -> Part<()> {
        if matches!(self.domain(variable), Domain::Level { .. } | Domain::Gauge { .. }) {
            return Ok(());
        }
        let is = Type::of(self.domain(variable)).describe(&self.sets);
        Err(self.report(
            Finding::error("type", at.route.within(target.span.clone()), format!("{message}; this is {is}"))
                .label(is)
                .help("rungs are raised and lowered: `raise x by 1`"),
        ))
    }

    /// Refuses variables without an order.
    fn steppable(&mut self, variable: VariableId, target: &Expr, at: &At) -> Part<()> {
        let ladder = match self.domain(variable) {
            Domain::Set(set) => self.sets[set.index()].ladder,
            Domain::Level { .. } | Domain::Gauge { .. } => true,
            _ => false,
        };
        if ladder {
            return Ok(());
        }
        let is = Type::of(self.domain(variable)).describe(&self.sets);
        Err(self.report(
            Finding::error(
                "type",
                at.route.within(target.span.clone()),
                format!("only levels, gauges and rungs are raised or lowered; this is {is}"),
            )
            .label("has no order")
            .help("assign it: `x = value`"),
        ))
    }

    /// `raise x [by n] [up to r]`, `lower x [by n] [down to r]`: never in the other direction.
    fn bounded(
        &mut self,
        (variable, target): (VariableId, &Expr),
        by: Option<&Expr>,
        bound: Option<&Expr>,
        direction: Direction,
        at: &At,
    ) -> Part<Code> {
        self.steppable(variable, target, at)?;
        let domain = self.domain(variable);
        let step = if matches!(domain, Domain::Gauge { .. }) { Type::NUMBER } else { Type::INTEGER };
        let mut ops = vec![Op::Variable(variable), Op::Variable(variable)];
        match by {
            Some(by) => {
                let code = self.typed_expr(by, step, at)?;
                if code.as_constant().is_some_and(|by| by < 0.0) {
                    return Err(self.report(
                        Finding::error(
                            "step",
                            at.route.within(by.span.clone()),
                            "a step must not be below 0",
                        )
                        .label("negative")
                        .help("`raise` goes up, `lower` goes down"),
                    ));
                }
                ops.extend_from_slice(code.ops());
            }
            None => ops.push(Op::Constant(1.0)),
        }
        emit(&mut ops, if direction == Direction::Up { Op::Add } else { Op::Sub });
        // The end of a ladder is its last rung also for the value in between.
        if let Some(bound) = bound {
            let code = self.typed_expr(bound, Type::of(domain), at)?;
            ops.extend_from_slice(code.ops());
            emit(&mut ops, if direction == Direction::Up { Op::Min } else { Op::Max });
        }
        emit(&mut ops, if direction == Direction::Up { Op::Max } else { Op::Min });
        Ok(Code::new(ops))
    }

    /// `raise x to r`, `lower x to r`
    fn toward(&mut self, (variable, target): (VariableId, &Expr), to: &Expr, op: Op, at: &At) -> Part<Code> {
        self.steppable(variable, target, at)?;
        let to = self.typed_expr(to, Type::of(self.domain(variable)), at)?;
        let mut ops = vec![Op::Variable(variable)];
        ops.extend_from_slice(to.ops());
        emit(&mut ops, op);
        Ok(Code::new(ops))
    }
}
