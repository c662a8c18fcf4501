//! A model → the same model, quicker to run: what is fixed in a run is computed once, what is discrete is looked up.
//!
//! Of each expression, the largest parts that read parameters only become variables of their own, set at the start of a
//! run; the largest parts that read few discrete variables only become tables of their values. Both hold the bits that
//! the expression gives, so that runs of the two models are equal, event by event. Variables keep their positions.

use super::table::{Axis, MAX_AXES, Table};
use super::{
    Assignment, Body, Choice, ChoiceKind, Code, Dependents, Derived, Domain, Draw, Model, Op, QuickRate,
    Timing, Variable,
};
use crate::id::VariableId;

/// Most entries of a table.
const MAX_TABLE: usize = 512;

impl Model {
    /// The same model, quicker to run.
    ///
    /// # Panics
    ///
    /// If it was made so already: of a model as compiled it is made once.
    #[must_use]
    pub fn quickened(&self) -> Self {
        let mut model = self.clone();
        let mut quickener = Quickener::new(self);
        for rule in &mut model.rules {
            if let Timing::Hazard { rate, quick, .. } = &mut rule.timing {
                *quick = quickener.rate(rule.when.as_ref(), rate).map(Box::new);
            }
            rule.when.iter_mut().for_each(|when| *when = quickener.condition(when));
            let mut quicken = |code: &mut Code| *code = quickener.quicken(code);
            timing_codes(&mut rule.timing, &mut quicken);
            body_codes(&mut rule.body, &mut quicken);
        }
        let outcomes = model.outcomes.iter_mut().filter_map(|outcome| outcome.condition.as_mut());
        let latches = model.latches.iter_mut().map(|latch| &mut latch.condition);
        latches.chain(outcomes).for_each(|code| *code = quickener.condition(code));
        // A followed track stays one.
        let tracks = model.tracks.iter_mut().filter(|track| track.code.as_variable().is_none());
        tracks.for_each(|track| track.code = quickener.quicken(&track.code));
        for (at, code) in quickener.derived.into_iter().enumerate() {
            let variable = VariableId::new(model.variables.len());
            let name = format!("derived {at}");
            model.variables.push(Variable { name, domain: Domain::Number, unit: None });
            model.initial.push(0.0);
            model.dependents.push(Dependents::default());
            model.derived.push(Derived { variable, code });
        }
        model
    }
}

fn timing_codes(timing: &mut Timing, each: &mut impl FnMut(&mut Code)) {
    match timing {
        Timing::Hazard { rate, .. } => each(rate),
        Timing::Delay { delay, .. } => draw_codes(delay, each),
        Timing::Answer { after: Some(after), .. } => draw_codes(&mut after.delay, each),
        Timing::Answer { after: None, .. } | Timing::Every(_) | Timing::At(_) | Timing::Trigger => {}
    }
}

fn draw_codes(draw: &mut Draw, each: &mut impl FnMut(&mut Code)) {
    match draw {
        Draw::Value(code) | Draw::Gamma { scale: code, .. } => each(code),
        Draw::Computed { arguments, .. } => arguments.iter_mut().for_each(each),
        Draw::Sampled { .. } | Draw::Discrete(_) => {}
    }
}

fn body_codes(body: &mut Body, each: &mut impl FnMut(&mut Code)) {
    body.assignments.iter_mut().for_each(|Assignment { value, .. }| each(value));
    if let Some(Choice { kind, options, .. }) = &mut body.choice {
        if let ChoiceKind::Utilities { rationality } = kind {
            each(rationality);
        }
        for option in options {
            option.when.iter_mut().for_each(&mut *each);
            each(&mut option.measure);
            body_codes(&mut option.body, each);
        }
    }
}

struct Quickener {
    /// Of each variable.
    traits: Vec<Trait>,
    /// What is computed at the start of a run, and the number of variables that come before.
    derived: Vec<Code>,
    declared: usize,
    /// A state to fill tables in.
    values: Vec<f64>,
}

/// What matters of a variable.
#[derive(Clone, Copy)]
enum Trait {
    /// A parameter, or computed from parameters.
    Fixed,
    /// So many whole numbers from a lowest one.
    Discrete(Axis),
    /// Whole numbers from 0, without end: where it is compared with a constant only, those above count as one.
    Count,
    Other,
}

/// A part of an expression.
struct Piece {
    ops: Vec<Op>,
    tables: Vec<Table>,
    kind: Kind,
}

enum Kind {
    Constant,
    /// Reads parameters only.
    Fixed,
    /// Reads these discrete variables only, rising.
    Discrete(Vec<Axis>),
    /// Anything else; its parts have been made quick.
    Mixed,
}

impl Quickener {
    fn new(model: &Model) -> Self {
        let variables = (0..model.variables.len()).map(VariableId::new);
        let mut traits: Vec<Trait> = variables.map(|variable| Trait::of(variable, model)).collect();
        for parameter in &model.parameters {
            traits[parameter.variable.index()] = Trait::Fixed;
        }
        Self { traits, derived: Vec::new(), declared: model.variables.len(), values: model.initial.clone() }
    }

    fn quicken(&mut self, code: &Code) -> Code {
        let whole = self.whole(code);
        let whole = self.finish(whole);
        Code::with_tables(whole.ops, whole.tables)
    }

    /// The same for a condition whose value is kept at hand: a table even where a comparison would do.
    fn condition(&mut self, code: &Code) -> Code {
        let whole = self.whole(code);
        let whole = match &whole.kind {
            Kind::Discrete(axes) => self.tabled(axes, &whole.ops),
            _ => self.finish(whole),
        };
        Code::with_tables(whole.ops, whole.tables)
    }

    /// An expression as one part.
    fn whole(&mut self, code: &Code) -> Piece {
        let mut pieces: Vec<Piece> = Vec::new();
        for op in code.ops() {
            let parts = pieces.split_off(pieces.len() - op.arity());
            let piece = if parts.is_empty() { self.leaf(*op) } else { self.join(parts, *op) };
            pieces.push(piece);
        }
        pieces.pop().expect("code leaves one value")
    }

    /// A rate under a condition, if it is a product of what is fixed in a run and what is discrete, or either.
    fn rate(&mut self, when: Option<&Code>, rate: &Code) -> Option<QuickRate> {
        let mut whole = self.whole(rate);
        let fixed = match whole.kind {
            Kind::Constant | Kind::Discrete(_) => None,
            Kind::Fixed => Some(std::mem::replace(&mut whole, self.leaf(Op::Constant(1.0)))),
            Kind::Mixed => {
                let (one, other) = factors(rate)?;
                let (one, other) = (self.whole(&one), self.whole(&other));
                let (fixed, factor) =
                    if matches!(one.kind, Kind::Fixed) { (one, other) } else { (other, one) };
                whole = factor;
                matches!(fixed.kind, Kind::Fixed).then_some(Some(fixed))?
            }
        };
        let mut parts: Vec<Piece> = when.map(|when| self.whole(when)).into_iter().collect();
        parts.push(whole);
        let axes = match Self::kind_of(&parts) {
            Kind::Constant => Vec::new(),
            Kind::Discrete(axes) => axes,
            Kind::Fixed | Kind::Mixed => return None,
        };
        let codes: Vec<Code> = parts.into_iter().map(|part| Code::new(part.ops)).collect();
        let (factor, when) = codes.split_last()?;
        let disarmed = |values: &[f64]| {
            when.first().is_some_and(|when| when.evaluate(values, 0.0, &mut Vec::new()) == 0.0)
        };
        let factor = self.table(&axes, |values| {
            if disarmed(values) {
                return QuickRate::DISARMED;
            }
            // −0 becomes 0.
            factor.evaluate(values, 0.0, &mut Vec::new()) + 0.0
        });
        let fixed = fixed.map(|fixed| self.finish(fixed));
        let fixed = fixed.and_then(|fixed| fixed.ops.first().and_then(|op| op.variable()));
        Some(QuickRate { fixed, factor })
    }

    fn leaf(&self, op: Op) -> Piece {
        let kind = match (op, op.variable().map(|variable| (variable, self.traits[variable.index()]))) {
            (Op::Constant(_), _) => Kind::Constant,
            (Op::Time | Op::Since(_), _) | (_, None | Some((_, Trait::Other))) => Kind::Mixed,
            (_, Some((_, Trait::Fixed))) => Kind::Fixed,
            (_, Some((_, Trait::Discrete(axis)))) => Kind::Discrete(vec![axis]),
            (op, Some((variable, Trait::Count))) => match counted(op) {
                Some(size) => Kind::Discrete(vec![Axis { variable, low: 0.0, size }]),
                None => Kind::Mixed,
            },
        };
        Piece { ops: vec![op], tables: Vec::new(), kind }
    }

    /// An operation on parts.
    fn join(&mut self, mut parts: Vec<Piece>, op: Op) -> Piece {
        let kind = Self::kind_of(&parts);
        if matches!(kind, Kind::Mixed) {
            parts = parts.into_iter().map(|part| self.finish(part)).collect();
        }
        let mut piece = Piece { ops: Vec::new(), tables: Vec::new(), kind };
        for part in parts {
            let moved = piece.tables.len() as u32;
            piece.ops.extend(part.ops.into_iter().map(|op| match op {
                Op::Lookup(table) => Op::Lookup(table + moved),
                op => op,
            }));
            piece.tables.extend(part.tables);
        }
        piece.ops.push(op);
        piece
    }

    fn kind_of(parts: &[Piece]) -> Kind {
        let mut axes: Vec<Axis> = Vec::new();
        let mut fixed = false;
        for part in parts {
            match &part.kind {
                Kind::Constant => {}
                Kind::Fixed => fixed = true,
                Kind::Discrete(more) => join_axes(&mut axes, more),
                Kind::Mixed => return Kind::Mixed,
            }
        }
        match (axes.is_empty(), fixed) {
            (true, false) => Kind::Constant,
            (true, true) => Kind::Fixed,
            (false, false) if fits(&axes) => Kind::Discrete(axes),
            _ => Kind::Mixed,
        }
    }

    /// The quick form of a part that becomes no larger.
    fn finish(&mut self, piece: Piece) -> Piece {
        if piece.ops.len() < 2 {
            return piece;
        }
        match &piece.kind {
            Kind::Constant | Kind::Mixed => piece,
            Kind::Fixed => self.hoisted(piece),
            Kind::Discrete(axes) => self.tabled(axes, &piece.ops),
        }
    }

    /// A part that reads these variables only, as a table.
    fn tabled(&mut self, axes: &[Axis], ops: &[Op]) -> Piece {
        let code = Code::new(ops.to_vec());
        let table = self.table(axes, |values| code.evaluate(values, 0.0, &mut Vec::new()));
        Piece { ops: vec![Op::Lookup(0)], tables: vec![table], kind: Kind::Mixed }
    }

    /// A part that reads parameters only, as a variable; equal parts share one.
    fn hoisted(&mut self, piece: Piece) -> Piece {
        let code = Code::new(piece.ops);
        let at = self.derived.iter().position(|other| *other == code).unwrap_or_else(|| {
            self.derived.push(code);
            self.derived.len() - 1
        });
        let variable = VariableId::new(self.declared + at);
        Piece { ops: vec![Op::Variable(variable)], tables: Vec::new(), kind: Kind::Fixed }
    }

    fn table(&mut self, axes: &[Axis], mut value: impl FnMut(&[f64]) -> f64) -> Table {
        let values = &mut self.values;
        Table::filled(axes, |state| {
            for (variable, value) in state {
                values[variable.index()] = *value;
            }
            value(values)
        })
    }
}

/// Adds axes to others; both rise.
fn join_axes(axes: &mut Vec<Axis>, more: &[Axis]) {
    for axis in more {
        match axes.iter_mut().find(|known| known.variable == axis.variable) {
            Some(known) => known.size = known.size.max(axis.size),
            None => axes.push(*axis),
        }
    }
    axes.sort_unstable_by_key(|axis| axis.variable);
}

/// Whether a table of these variables is small.
fn fits(axes: &[Axis]) -> bool {
    let size = axes.iter().try_fold(1_usize, |product, axis| product.checked_mul(axis.size));
    axes.len() <= MAX_AXES && size.is_some_and(|size| size <= MAX_TABLE)
}

/// The two sides of a product.
fn factors(code: &Code) -> Option<(Code, Code)> {
    let (Op::Mul, operands) = code.ops().split_last()? else { return None };
    let mut wanted = 1;
    // Backwards from the end of the right side to its beginning.
    let start = operands.iter().rposition(|op| {
        wanted = wanted + op.arity() - 1;
        wanted == 0
    })?;
    let (left, right) = operands.split_at(start);
    Some((Code::new(left.to_vec()), Code::new(right.to_vec())))
}

/// How many of the whole numbers from 0 a comparison of a count with a constant tells apart.
fn counted(op: Op) -> Option<usize> {
    let (Op::VariableEq(_, constant)
    | Op::VariableNe(_, constant)
    | Op::VariableLt(_, constant)
    | Op::VariableLe(_, constant)
    | Op::VariableGt(_, constant)
    | Op::VariableGe(_, constant)) = op
    else {
        return None;
    };
    (constant < MAX_TABLE as f64).then(|| (constant.max(-1.0).floor() + 2.0) as usize)
}

impl Trait {
    fn of(variable: VariableId, model: &Model) -> Self {
        let domain = model.variables[variable.index()].domain;
        let size = |(low, high): (f64, f64)| (low, high - low + 1.0);
        match domain.discrete(&model.sets).map(size) {
            Some((low, size)) if size <= MAX_TABLE as f64 => {
                Self::Discrete(Axis { variable, low, size: size as usize })
            }
            None if domain == Domain::Count => Self::Count,
            _ => Self::Other,
        }
    }
}
