//! Operators: the types that they join, and the operations that they become, with constants folded.

use crate::expr::BinaryOp;
use crate::id::VariableId;
use crate::model::Op;

use super::types::Type;

/// The type of either of two values.
pub(super) fn join(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (Type::Number { integral: x }, Type::Number { integral: y }) => {
            Some(Type::Number { integral: x && y })
        }
        _ if a == b && a != Type::Since => Some(a),
        _ => None,
    }
}

pub(super) fn arithmetic_type(op: BinaryOp, left: Type, right: Type) -> Option<(Op, Type)> {
    use Type::{Duration, Number};
    let both = |a: bool, b: bool| Number { integral: a && b };
    Some(match (op, left, right) {
        (BinaryOp::Add, Number { integral: a }, Number { integral: b }) => (Op::Add, both(a, b)),
        (BinaryOp::Sub, Number { integral: a }, Number { integral: b }) => (Op::Sub, both(a, b)),
        (BinaryOp::Mul, Number { integral: a }, Number { integral: b }) => (Op::Mul, both(a, b)),
        (BinaryOp::Div, Number { .. }, Number { .. }) | (BinaryOp::Div, Duration, Duration) => {
            (Op::Div, Type::NUMBER)
        }
        (BinaryOp::Pow, Number { .. }, Number { .. }) => (Op::Pow, Type::NUMBER),
        (BinaryOp::Add, Duration, Duration) => (Op::Add, Duration),
        (BinaryOp::Sub, Duration, Duration) => (Op::Sub, Duration),
        (BinaryOp::Mul, Duration, Number { .. }) | (BinaryOp::Mul, Number { .. }, Duration) => {
            (Op::Mul, Duration)
        }
        (BinaryOp::Div, Duration, Number { .. }) => (Op::Div, Duration),
        _ => return None,
    })
}

pub(super) fn comparison_op(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Ne => Op::Ne,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Gt => Op::Gt,
        BinaryOp::Ge => Op::Ge,
        _ => Op::Eq,
    }
}

/// Appends an operation: constants are folded, and a variable compared with a constant becomes one operation.
pub(super) fn emit(ops: &mut Vec<Op>, op: Op) {
    let length = ops.len();
    let folded = match (op.arity(), ops.as_slice()) {
        (1, [.., Op::Constant(x)]) => Some((1, Op::Constant(op.unary(*x)))),
        (2, [.., Op::Constant(x), Op::Constant(y)]) => Some((2, Op::Constant(op.binary(*x, *y)))),
        (3, [.., Op::Constant(x), Op::Constant(y), Op::Constant(z)]) => {
            Some((3, Op::Constant(op.ternary(*x, *y, *z))))
        }
        (2, [.., Op::Variable(v), Op::Constant(c)]) => compare_constant(op, *v, *c).map(|fused| (2, fused)),
        (2, [.., Op::Constant(c), Op::Variable(v)]) => {
            mirrored(op).and_then(|op| compare_constant(op, *v, *c)).map(|fused| (2, fused))
        }
        _ => None,
    };
    match folded {
        Some((operands, value)) => {
            ops.truncate(length - operands);
            ops.push(value);
        }
        None => ops.push(op),
    }
}

fn compare_constant(op: Op, variable: VariableId, constant: f64) -> Option<Op> {
    Some(match op {
        Op::Eq => Op::VariableEq(variable, constant),
        Op::Ne => Op::VariableNe(variable, constant),
        Op::Lt => Op::VariableLt(variable, constant),
        Op::Le => Op::VariableLe(variable, constant),
        Op::Gt => Op::VariableGt(variable, constant),
        Op::Ge => Op::VariableGe(variable, constant),
        _ => return None,
    })
}

fn mirrored(op: Op) -> Option<Op> {
    Some(match op {
        Op::Eq | Op::Ne => op,
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        _ => return None,
    })
}
