//! Expressions in flat form: postfix operations on a stack of numbers, without jumps.
//!
//! A part that reads few discrete variables may stand as a table of its values.

use super::table::{Axis, Table};
use crate::id::VariableId;

/// The deepest stack of code that is evaluated without a heap.
const SHALLOW: usize = 16;

/// A compiled expression. As short as may be: runs look at many.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    form: Form,
    whole: Box<Whole>,
}

const _: () = assert!(size_of::<Code>() <= 40);

/// All of it.
#[derive(Clone, Debug, PartialEq)]
struct Whole {
    ops: Box<[Op]>,
    /// What `Op::Lookup` looks up.
    tables: Box<[Table]>,
    /// The variables it reads, rising, without doubles.
    reads: Box<[VariableId]>,
    /// Whether it reads the time, and so changes by itself.
    timed: bool,
}

/// The quickest way to its value.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// One number.
    Constant(f64),
    /// One variable.
    Variable(VariableId),
    /// All of it is a table of one variable: the values, it, its lowest value.
    Column(Box<[f64]>, VariableId, f64),
    /// All of it is another table.
    Lookup(u32),
    /// Another operation without operands.
    Operation(Op),
    /// Operations on a stack of fixed size.
    Shallow,
    /// Operations on a stack on the heap.
    Deep,
}

/// One operation; operands are taken from the stack, the last pushed being the right one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the operations are named for what they do")]
pub enum Op {
    Constant(f64),
    Variable(VariableId),
    /// Days since the start.
    Time,
    /// Days since the time that a variable holds.
    Since(VariableId),
    /// A variable compared with a constant.
    VariableEq(VariableId, f64),
    VariableNe(VariableId, f64),
    VariableLt(VariableId, f64),
    VariableLe(VariableId, f64),
    VariableGt(VariableId, f64),
    VariableGe(VariableId, f64),
    /// Whether a variable's position is among the bits.
    VariableIn(VariableId, u64),
    /// The value of a table of the code in this state.
    Lookup(u32),
    Neg,
    Not,
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Min,
    Max,
    /// x, low, high: `max(low, min(x, high))`.
    Clamp,
    Abs,
    Exp,
    Ln,
    Sqrt,
    /// 1 / (1 + exp(−x))
    Logistic,
    Floor,
    Ceil,
    Round,
    /// condition, then, else
    Select,
    /// p to −ln(1−p); NaN outside [0, 1).
    Hazard,
}

impl Code {
    /// The deepest stack that any code may need; the parser's limit on nesting keeps all below.
    pub const MAX_STACK: usize = 512;

    /// From operations that leave one value on the stack.
    pub fn new(ops: Vec<Op>) -> Self {
        Self::with_tables(ops, Vec::new())
    }

    /// From operations that leave one value on the stack, and the tables that they look up.
    pub(super) fn with_tables(ops: Vec<Op>, tables: Vec<Table>) -> Self {
        let mut reads: Vec<VariableId> = ops.iter().filter_map(|op| op.variable()).collect();
        reads.extend(tables.iter().flat_map(Table::reads));
        reads.sort_unstable();
        reads.dedup();
        let timed = ops.iter().any(|op| matches!(op, Op::Time | Op::Since(_)));
        let form = Form::of(&ops, &tables);
        let whole = Whole { ops: ops.into(), tables: tables.into(), reads: reads.into(), timed };
        Self { form, whole: Box::new(whole) }
    }

    /// A constant.
    pub fn constant(value: f64) -> Self {
        Self::new(vec![Op::Constant(value)])
    }

    /// The operations.
    pub fn ops(&self) -> &[Op] {
        &self.whole.ops
    }

    /// The table that is all of it, if there is one.
    pub fn lookup(&self) -> Option<&Table> {
        match *self.whole.ops {
            [Op::Lookup(table)] => Some(&self.whole.tables[table as usize]),
            _ => None,
        }
    }

    /// The tables that all are above 0 where it is true, if it is such a condition.
    pub fn conjunction(&self) -> Option<impl Iterator<Item = &Table>> {
        let all = self.whole.ops.iter().all(|op| matches!(op, Op::Lookup(_) | Op::And));
        let tables = self.whole.ops.iter().filter_map(|op| match op {
            Op::Lookup(table) => Some(&self.whole.tables[*table as usize]),
            _ => None,
        });
        all.then_some(tables)
    }

    /// The variables it reads, rising, without doubles.
    pub fn reads(&self) -> &[VariableId] {
        &self.whole.reads
    }

    /// Whether it reads the time, and so changes by itself.
    pub fn timed(&self) -> bool {
        self.whole.timed
    }

    /// Its value, if it reads nothing.
    pub fn as_constant(&self) -> Option<f64> {
        (self.whole.reads.is_empty() && !self.whole.timed).then(|| self.evaluate(&[], 0.0, &mut Vec::new()))
    }

    /// The variable that is all of it, if it is one.
    pub fn as_variable(&self) -> Option<VariableId> {
        match *self.whole.ops {
            [Op::Variable(variable)] => Some(variable),
            _ => None,
        }
    }

    /// Its value in a state at a time, with a stack to work on, which is left empty.
    #[inline]
    pub fn evaluate(&self, values: &[f64], time: f64, stack: &mut Vec<f64>) -> f64 {
        match &self.form {
            Form::Constant(value) => *value,
            Form::Variable(id) => values[id.index()],
            Form::Column(column, variable, low) => {
                let position = (values[variable.index()] - low) as usize;
                column[position.min(column.len() - 1)]
            }
            _ => self.evaluate_further(values, time, stack),
        }
    }

    /// The same where it takes more than a few steps.
    #[inline(never)]
    fn evaluate_further(&self, values: &[f64], time: f64, stack: &mut Vec<f64>) -> f64 {
        match &self.form {
            Form::Lookup(table) => self.whole.tables[*table as usize].value(values),
            Form::Operation(op) => op.load(values, time, &[]),
            Form::Deep => self.evaluate_deep(values, time, stack),
            _ => self.evaluate_shallow(values, time),
        }
    }

    fn evaluate_deep(&self, values: &[f64], time: f64, stack: &mut Vec<f64>) -> f64 {
        for op in &self.whole.ops {
            op.apply(values, time, &self.whole.tables, stack);
        }
        stack.pop().expect("compiled code leaves one value")
    }

    /// The same on a stack of fixed size, without its bounds being checked: positions wrap around.
    fn evaluate_shallow(&self, values: &[f64], time: f64) -> f64 {
        let mut stack = [0.0_f64; SHALLOW];
        let mut top = 0_usize;
        for op in &self.whole.ops {
            match op.arity() {
                0 => {
                    stack[top % SHALLOW] = op.load(values, time, &self.whole.tables);
                    top += 1;
                }
                1 => {
                    let x = &mut stack[(top - 1) % SHALLOW];
                    *x = op.unary(*x);
                }
                2 => {
                    let y = stack[(top - 1) % SHALLOW];
                    let x = &mut stack[(top - 2) % SHALLOW];
                    *x = op.binary(*x, y);
                    top -= 1;
                }
                _ => {
                    let (y, z) = (stack[(top - 2) % SHALLOW], stack[(top - 1) % SHALLOW]);
                    let x = &mut stack[(top - 3) % SHALLOW];
                    *x = op.ternary(*x, y, z);
                    top -= 2;
                }
            }
        }
        stack[0]
    }
}

impl Form {
    fn of(ops: &[Op], tables: &[Table]) -> Self {
        match ops {
            [Op::Lookup(at)] => {
                let table = &tables[*at as usize];
                match *table.axes() {
                    [Axis { variable, low, .. }] => Self::Column(table.values().into(), variable, low),
                    _ => Self::Lookup(*at),
                }
            }
            [Op::Constant(value)] => Self::Constant(*value),
            [Op::Variable(id)] => Self::Variable(*id),
            [op] => Self::Operation(*op),
            _ if depth(ops) <= SHALLOW => Self::Shallow,
            _ => Self::Deep,
        }
    }
}

/// How many values its operations leave on the stack at most.
fn depth(ops: &[Op]) -> usize {
    let mut now = 0_usize;
    let mut most = 0;
    for op in ops {
        now = now + 1 - op.arity();
        most = most.max(now);
    }
    most
}

impl Op {
    /// The variable it reads.
    pub fn variable(self) -> Option<VariableId> {
        match self {
            Self::Variable(id)
            | Self::Since(id)
            | Self::VariableEq(id, _)
            | Self::VariableNe(id, _)
            | Self::VariableLt(id, _)
            | Self::VariableLe(id, _)
            | Self::VariableGt(id, _)
            | Self::VariableGe(id, _)
            | Self::VariableIn(id, _) => Some(id),
            _ => None,
        }
    }

    /// How many operands it takes from the stack.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one jump for each operation: measured")]
    pub fn arity(self) -> usize {
        match self {
            Self::Constant(_) | Self::Time | Self::Lookup(_) => 0,
            _ if self.variable().is_some() => 0,
            Self::Clamp | Self::Select => 3,
            Self::Neg
            | Self::Not
            | Self::Abs
            | Self::Exp
            | Self::Ln
            | Self::Sqrt
            | Self::Logistic
            | Self::Floor
            | Self::Ceil
            | Self::Round
            | Self::Hazard => 1,
            _ => 2,
        }
    }

    /// The value of an operation without operands.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one jump for each operation: measured")]
    fn load(self, values: &[f64], time: f64, tables: &[Table]) -> f64 {
        match self {
            Self::Lookup(table) => tables[table as usize].value(values),
            Self::Constant(value) => value,
            Self::Variable(id) => values[id.index()],
            Self::Time => time,
            Self::Since(id) => time - values[id.index()],
            Self::VariableEq(id, c) => truth(values[id.index()] == c),
            Self::VariableNe(id, c) => truth(values[id.index()] != c),
            Self::VariableLt(id, c) => truth(values[id.index()] < c),
            Self::VariableLe(id, c) => truth(values[id.index()] <= c),
            Self::VariableGt(id, c) => truth(values[id.index()] > c),
            Self::VariableGe(id, c) => truth(values[id.index()] >= c),
            Self::VariableIn(id, bits) => truth(bits >> (values[id.index()] as u64) & 1 == 1),
            _ => unreachable!("an operation with operands is never alone"),
        }
    }

    #[inline]
    fn apply(self, values: &[f64], time: f64, tables: &[Table], stack: &mut Vec<f64>) {
        let value = match self.arity() {
            0 => self.load(values, time, tables),
            1 => self.unary(pop(stack)),
            2 => {
                let right = pop(stack);
                self.binary(pop(stack), right)
            }
            _ => {
                let third = pop(stack);
                let second = pop(stack);
                self.ternary(pop(stack), second, third)
            }
        };
        stack.push(value);
    }

    /// The value of an operation on one operand.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one jump for each operation: measured")]
    pub fn unary(self, x: f64) -> f64 {
        match self {
            Self::Neg => -x,
            Self::Not => truth(x == 0.0),
            Self::Abs => x.abs(),
            Self::Exp => libm::exp(x),
            Self::Ln => libm::log(x),
            Self::Sqrt => x.sqrt(),
            Self::Logistic => 1.0 / (1.0 + libm::exp(-x)),
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
            Self::Round => x.round(),
            Self::Hazard if (0.0..1.0).contains(&x) => -libm::log1p(-x),
            Self::Hazard => f64::NAN,
            _ => unreachable!("not an operation on one operand"),
        }
    }

    /// The value of an operation on two operands.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one jump for each operation: measured")]
    pub fn binary(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Or => truth(x != 0.0 || y != 0.0),
            Self::Eq => truth(x == y),
            Self::Ne => truth(x != y),
            Self::Lt => truth(x < y),
            Self::Le => truth(x <= y),
            Self::Gt => truth(x > y),
            Self::Ge => truth(x >= y),
            Self::Add => x + y,
            Self::Sub => x - y,
            // Truth values are 0 and 1.
            Self::Mul | Self::And => x * y,
            Self::Div => x / y,
            Self::Pow => libm::pow(x, y),
            Self::Min => smaller(x, y),
            Self::Max => larger(x, y),
            _ => unreachable!("not an operation on two operands"),
        }
    }

    /// The value of an operation on three operands.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one jump for each operation: measured")]
    pub fn ternary(self, x: f64, y: f64, z: f64) -> f64 {
        match self {
            Self::Clamp => larger(y, smaller(x, z)),
            Self::Select if x != 0.0 => y,
            Self::Select => z,
            _ => unreachable!("not an operation on three operands"),
        }
    }
}

/// The smaller of two; NaN if either is, unlike `f64::min`.
fn smaller(x: f64, y: f64) -> f64 {
    if x < y || x.is_nan() { x } else { y }
}

/// The larger of two; NaN if either is, unlike `f64::max`.
fn larger(x: f64, y: f64) -> f64 {
    if x > y || x.is_nan() { x } else { y }
}

fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}

fn pop(stack: &mut Vec<f64>) -> f64 {
    stack.pop().expect("compiled code has its operands on the stack")
}
