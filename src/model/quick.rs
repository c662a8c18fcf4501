//! A model → the same model, quicker to run: what is fixed in a run is computed once, what is discrete is looked up.
//!
//! Of each expression, the largest parts that read parameters only become variables of their own, set at the start of a
//! run; the largest parts that read few discrete variables only become tables of their values. Both hold the bits that
//! the expression gives, so that runs of the two models are equal, event by event. Variables keep their positions.

use super::table::{Axis, MAX_AXES, Table};
use super::{
    Assignment, Body, Choice, ChoiceKind, Code, Dependents, Derived, Domain, Draw, Model, Op, Timing,
    Variable,
};
use crate::id::VariableId;

/// Most entries of a table.
const MAX_TABLE: usize = 128;

impl Model {
    /// The same model, quicker to run.
    #[must_use]
    pub fn quickened(&self) -> Self {
        let mut model = self.clone();
        let mut quickener = Quickener::new(self);
        let mut quicken = |code: &mut Code| *code = quickener.quicken(code);
        for rule in &mut model.rules {
            if let Timing::Hazard { rate, guarded, .. } = &mut rule.timing {
                *guarded = guarded_rate(rule.when.as_ref(), rate);
                guarded.iter_mut().for_each(&mut quicken);
                guarded.take_if(|code| !code.is_lookup());
            }
            rule.when.iter_mut().for_each(&mut quicken);
            timing_codes(&mut rule.timing, &mut quicken);
            body_codes(&mut rule.body, &mut quicken);
        }
        model.latches.iter_mut().for_each(|latch| quicken(&mut latch.condition));
        model.outcomes.iter_mut().filter_map(|outcome| outcome.condition.as_mut()).for_each(&mut quicken);
        model.tracks.iter_mut().for_each(|track| quicken(&mut track.code));
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

/// The rate where a condition holds and 0 elsewhere.
fn guarded_rate(when: Option<&Code>, rate: &Code) -> Option<Code> {
    let mut ops = when?.ops().to_vec();
    ops.extend_from_slice(rate.ops());
    ops.extend([Op::Constant(0.0), Op::Select]);
    Some(Code::new(ops))
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
    Discrete(Vec<VariableId>),
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
        let mut pieces: Vec<Piece> = Vec::new();
        for op in code.ops() {
            let parts = pieces.split_off(pieces.len() - op.arity());
            let piece = if parts.is_empty() { self.leaf(*op) } else { self.join(parts, *op) };
            pieces.push(piece);
        }
        let whole = pieces.pop().expect("code leaves one value");
        let whole = self.finish(whole);
        Code::with_tables(whole.ops, whole.tables)
    }

    fn leaf(&self, op: Op) -> Piece {
        let kind = match (op, op.variable().map(|variable| (variable, self.traits[variable.index()]))) {
            (Op::Constant(_), _) => Kind::Constant,
            (Op::Time | Op::Since(_), _) | (_, None | Some((_, Trait::Other))) => Kind::Mixed,
            (_, Some((_, Trait::Fixed))) => Kind::Fixed,
            (_, Some((variable, Trait::Discrete(_)))) => Kind::Discrete(vec![variable]),
        };
        Piece { ops: vec![op], tables: Vec::new(), kind }
    }

    /// An operation on parts.
    fn join(&mut self, mut parts: Vec<Piece>, op: Op) -> Piece {
        let kind = self.kind_of(&parts);
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

    fn kind_of(&self, parts: &[Piece]) -> Kind {
        let mut axes: Vec<VariableId> = Vec::new();
        let mut fixed = false;
        for part in parts {
            match &part.kind {
                Kind::Constant => {}
                Kind::Fixed => fixed = true,
                Kind::Discrete(more) => axes.extend(more),
                Kind::Mixed => return Kind::Mixed,
            }
        }
        axes.sort_unstable();
        axes.dedup();
        match (axes.is_empty(), fixed) {
            (true, false) => Kind::Constant,
            (true, true) => Kind::Fixed,
            (false, false) if self.fits(&axes) => Kind::Discrete(axes),
            _ => Kind::Mixed,
        }
    }

    /// Whether a table of these variables is small.
    fn fits(&self, axes: &[VariableId]) -> bool {
        let size = self.axes(axes).try_fold(1_usize, |product, axis| product.checked_mul(axis.size));
        axes.len() <= MAX_AXES && size.is_some_and(|size| size <= MAX_TABLE)
    }

    fn axes(&self, variables: &[VariableId]) -> impl Iterator<Item = Axis> {
        variables.iter().filter_map(|variable| match self.traits[variable.index()] {
            Trait::Discrete(axis) => Some(axis),
            Trait::Fixed | Trait::Other => None,
        })
    }

    /// The quick form of a part that becomes no larger.
    fn finish(&mut self, piece: Piece) -> Piece {
        if piece.ops.len() < 2 {
            return piece;
        }
        match &piece.kind {
            Kind::Constant | Kind::Mixed => piece,
            Kind::Fixed => self.hoisted(piece),
            Kind::Discrete(axes) => {
                let table = self.table(axes, &piece.ops);
                Piece { ops: vec![Op::Lookup(0)], tables: vec![table], kind: Kind::Mixed }
            }
        }
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

    fn table(&mut self, axes: &[VariableId], ops: &[Op]) -> Table {
        let code = Code::new(ops.to_vec());
        let axes: Vec<Axis> = self.axes(axes).collect();
        let values = &mut self.values;
        Table::filled(&axes, |state| {
            for (variable, value) in state {
                values[variable.index()] = *value;
            }
            code.evaluate(values, 0.0, &mut Vec::new())
        })
    }
}

impl Trait {
    fn of(variable: VariableId, model: &Model) -> Self {
        let domain = model.variables[variable.index()].domain;
        match domain {
            Domain::Flag | Domain::Latch | Domain::Window | Domain::Level { .. } | Domain::Set(_) => {
                let (low, high) = domain.bounds(&model.sets);
                let size = high - low + 1.0;
                if size <= MAX_TABLE as f64 {
                    Self::Discrete(Axis { variable, low, size: size as usize })
                } else {
                    Self::Other
                }
            }
            Domain::Gauge { .. } | Domain::Number | Domain::Duration | Domain::Count | Domain::LastTime => {
                Self::Other
            }
        }
    }
}
