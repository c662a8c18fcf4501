//! Syntax tree to text, with no more parentheses than needed.

use std::fmt;

use super::ast::{BinaryOp, Effect, EffectKind, Expr, ExprKind, Ident, UnaryOp};

/// How tightly the form of an expression binds; a looser one inside a tighter one needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    If,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Negation,
    Power,
    Primary,
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, Binding::If, f)
    }
}

fn write(expr: &Expr, outer: Binding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if binding(expr) < outer {
        f.write_str("(")?;
        write_bare(expr, f)?;
        f.write_str(")")
    } else {
        write_bare(expr, f)
    }
}

fn binding(expr: &Expr) -> Binding {
    match &expr.kind {
        ExprKind::If(..) => Binding::If,
        ExprKind::In(..) => Binding::Comparison,
        ExprKind::Unary(UnaryOp::Not, _) => Binding::Not,
        ExprKind::Unary(UnaryOp::Neg, _) => Binding::Negation,
        ExprKind::Binary(op, ..) => operator_binding(*op),
        _ => Binding::Primary,
    }
}

fn operator_binding(op: BinaryOp) -> Binding {
    match op {
        BinaryOp::Or => Binding::Or,
        BinaryOp::And => Binding::And,
        BinaryOp::Add | BinaryOp::Sub => Binding::Sum,
        BinaryOp::Mul | BinaryOp::Div => Binding::Product,
        BinaryOp::Pow => Binding::Power,
        _ => Binding::Comparison,
    }
}

/// The bindings that the left and right operands need.
fn operand_bindings(op: BinaryOp) -> (Binding, Binding) {
    match operator_binding(op) {
        Binding::Or => (Binding::Or, Binding::And),
        Binding::And => (Binding::And, Binding::Not),
        Binding::Sum => (Binding::Sum, Binding::Product),
        Binding::Product => (Binding::Product, Binding::Negation),
        Binding::Power => (Binding::Primary, Binding::Negation),
        _ => (Binding::Sum, Binding::Sum),
    }
}

fn write_bare(expr: &Expr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &expr.kind {
        ExprKind::Number(value) => write!(f, "{value}"),
        ExprKind::Percent(value) => write!(f, "{value}%"),
        ExprKind::Duration(value, unit) => write!(f, "{value}{}", unit.letter()),
        ExprKind::Date(date) => write!(f, "{date}"),
        ExprKind::Bool(value) => write!(f, "{value}"),
        ExprKind::Name(names) => write_name(names, f),
        ExprKind::Call(name, arguments) => {
            write!(f, "{}(", name.name)?;
            write_list(arguments, f)?;
            f.write_str(")")
        }
        ExprKind::Unary(UnaryOp::Neg, inner) => {
            f.write_str("-")?;
            write(inner, Binding::Negation, f)
        }
        ExprKind::Unary(UnaryOp::Not, inner) => {
            f.write_str("not ")?;
            write(inner, Binding::Not, f)
        }
        ExprKind::Binary(op, left, right) => {
            let (for_left, for_right) = operand_bindings(*op);
            write(left, for_left, f)?;
            write!(f, " {} ", op.symbol())?;
            write(right, for_right, f)
        }
        ExprKind::In(left, items) => {
            write(left, Binding::Sum, f)?;
            f.write_str(" in [")?;
            write_list(items, f)?;
            f.write_str("]")
        }
        ExprKind::If(condition, yes, no) => write!(f, "if {condition} then {yes} else {no}"),
    }
}

fn write_name(names: &[Ident], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            f.write_str(".")?;
        }
        f.write_str(&name.name)?;
    }
    Ok(())
}

fn write_list(items: &[Expr], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = &self.target;
        match &self.kind {
            EffectKind::Assign(value) => write!(f, "{target} = {value}"),
            EffectKind::Add(value) => write!(f, "{target} += {value}"),
            EffectKind::Subtract(value) => write!(f, "{target} -= {value}"),
            EffectKind::Raise { by, up_to } => {
                write_step(f, "raise", target, by.as_ref(), "up", up_to.as_ref())
            }
            EffectKind::RaiseTo(value) => write!(f, "raise {target} to {value}"),
            EffectKind::Lower { by, down_to } => {
                write_step(f, "lower", target, by.as_ref(), "down", down_to.as_ref())
            }
            EffectKind::LowerTo(value) => write!(f, "lower {target} to {value}"),
        }
    }
}

fn write_step(
    f: &mut fmt::Formatter<'_>,
    verb: &str,
    target: &Expr,
    by: Option<&Expr>,
    direction: &str,
    bound: Option<&Expr>,
) -> fmt::Result {
    write!(f, "{verb} {target}")?;
    if let Some(by) = by {
        write!(f, " by {by}")?;
    }
    if let Some(bound) = bound {
        write!(f, " {direction} to {bound}")?;
    }
    Ok(())
}
