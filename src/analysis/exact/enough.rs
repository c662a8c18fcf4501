//! An expression → from which count on the counters that it reads make no difference to its value: where they are only
//! compared with what has an upper bound, or cut off at one.

use crate::id::VariableId;
use crate::model::{Code, Domain, Draw, Model, Op};

/// Upper bounds of variables.
pub(super) struct Bounds<'m> {
    model: &'m Model,
}

/// What is known of a value on the stack.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    /// It is what a counter has counted.
    Count(VariableId),
    /// It is at most so much, and no counter has its value.
    AtMost(f64),
}

use Known::{AtMost, Count};

const TRUTH: Known = AtMost(1.0);
const ANYTHING: Known = AtMost(f64::INFINITY);

impl<'m> Bounds<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self { model }
    }

    fn of(&self, id: VariableId) -> Known {
        let model = self.model;
        match model.variables[id.index()].domain {
            Domain::Count => Count(id),
            Domain::Number | Domain::Duration => {
                match model.setup.iter().find(|setup| setup.variable == id).map(|setup| &setup.draw) {
                    None => AtMost(model.initial[id.index()]),
                    Some(Draw::Discrete(steps)) => {
                        AtMost(steps.iter().map(|(value, _)| *value).fold(f64::NEG_INFINITY, f64::max))
                    }
                    Some(_) => ANYTHING,
                }
            }
            Domain::LastTime => ANYTHING,
            domain => AtMost(domain.bounds(&model.sets).1),
        }
    }
}

/// Raises, by variable, the count from which on it makes no difference; of the value of the expression itself, all that
/// is not below `high` is one.
pub(super) fn enough(code: &Code, high: f64, bounds: &Bounds<'_>, enough: &mut [f64]) {
    let mut need = |known: Known, count: f64| {
        if let Count(id) = known {
            let enough = &mut enough[id.index()];
            // What is no number bounds nothing.
            *enough = enough.max(if count.is_nan() { f64::INFINITY } else { count });
        }
    };
    let mut stack: Vec<Known> = Vec::new();
    for op in code.ops() {
        let from = stack.len() - op.arity();
        let operands = stack.split_off(from);
        stack.push(match (op, operands.as_slice()) {
            (Op::Constant(value), _) => AtMost(*value),
            (Op::Variable(id), _) => bounds.of(*id),
            (
                Op::VariableEq(id, c) | Op::VariableNe(id, c) | Op::VariableGt(id, c) | Op::VariableLe(id, c),
                _,
            ) => {
                need(bounds.of(*id), above(*c));
                TRUTH
            }
            (Op::VariableLt(id, c) | Op::VariableGe(id, c), _) => {
                need(bounds.of(*id), c.ceil());
                TRUTH
            }
            (Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge, [one, other]) => {
                compared(*one, *other, &mut need);
                TRUTH
            }
            (Op::Min, [Count(id), AtMost(most)] | [AtMost(most), Count(id)]) => {
                need(Count(*id), most.ceil());
                AtMost(*most)
            }
            (Op::Min, [AtMost(one), AtMost(other)]) => AtMost(one.min(*other)),
            (Op::Max, [AtMost(one), AtMost(other)]) | (Op::Select, [_, AtMost(one), AtMost(other)]) => {
                AtMost(one.max(*other))
            }
            (Op::Clamp, [x, AtMost(low), AtMost(high)]) => {
                need(*x, high.ceil());
                AtMost(low.max(*high))
            }
            (op, operands) => {
                let variable = op.variable().map(|id| bounds.of(id));
                for known in operands.iter().chain(&variable) {
                    need(*known, f64::INFINITY);
                }
                if matches!(op, Op::Not | Op::And | Op::Or) { TRUTH } else { ANYTHING }
            }
        });
    }
    if code.ops().iter().any(|op| matches!(op, Op::Lookup(_))) {
        for id in code.reads() {
            need(bounds.of(*id), f64::INFINITY);
        }
    }
    for value in stack {
        need(value, high.ceil());
    }
}

/// The least count above a bound.
fn above(bound: f64) -> f64 {
    bound.floor() + 1.0
}

fn compared(one: Known, other: Known, need: &mut impl FnMut(Known, f64)) {
    match (one, other) {
        (count @ Count(_), AtMost(most)) | (AtMost(most), count @ Count(_)) => need(count, above(most)),
        _ => {
            need(one, f64::INFINITY);
            need(other, f64::INFINITY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kept::{kept, unbounded};
    use crate::check::base;
    use crate::source::SourceText;

    /// What is enough of the firings of `r`, in a scenario with this rule besides.
    fn enough_of(rule: &str) -> f64 {
        let text = format!(
            "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 10d\nparameters:\n  p: {{value: {{discrete: {{2: 1, \
             7.5: 1}}}}}}\n  q: {{value: {{uniform: [0, 9]}}}}\nindicators:\n  f: {{type: flag, initial: false}}\n  \
             l: {{type: level, range: 0..3, initial: 0}}\n  g: {{type: gauge, range: 0..9, initial: 0}}\nrules:\n  \
             r: {{rate: 1 per day}}\n  s: {rule}\noutcomes:\n  a: {{when: f}}\n  b: {{when: l > 1}}\n  c: {{otherwise: \
             true}}\n"
        );
        let ready = base(&SourceText::new("a.yaml", text)).ready.expect("it is sound");
        let counter =
            ready.model.variables.iter().position(|it| it.name == "count(r)").expect("it is counted");
        let kept = kept(&ready.model);
        assert!(kept.variables[counter]);
        let enough = kept.enough[counter];
        assert_eq!(unbounded(&ready.model).any(|name| name == "count(r)"), enough.is_infinite());
        enough
    }

    fn enough_when(condition: &str) -> f64 {
        enough_of(&format!("{{when: \"{condition}\", effects: [f = true]}}"))
    }

    #[test]
    fn what_is_compared_is_counted_up_to_there() {
        for (condition, enough) in [
            ("fired(r)", 1.0),
            ("count(r) > 4", 5.0),
            ("count(r) >= 4", 4.0),
            ("count(r) == 4", 5.0),
            ("count(r) != 2.5", 3.0),
            ("count(r) < 4 or count(r) > 6.5", 7.0),
            ("3 <= count(r)", 3.0),
            ("count(r) in [1, 6]", 7.0),
            ("count(r) > p", 8.0),
            ("l < count(r)", 4.0),
            ("count(r) > (if f then 2 else l)", 4.0),
            ("min(count(r), 5) == l", 5.0),
            ("2 * clamp(count(r), 1, 6) > q", 6.0),
            ("count(r) > q", f64::INFINITY),
            ("count(r) > count(s)", f64::INFINITY),
            ("count(r) - 1 > 3", f64::INFINITY),
            ("max(count(r), 3) > 2", f64::INFINITY),
        ] {
            assert_eq!(enough_when(condition), enough, "{condition}");
        }
    }

    #[test]
    fn what_is_counted_into_a_variable_saturates_with_it() {
        assert_eq!(enough_of("{every: 1d, effects: [l = count(r)]}"), 3.0);
        assert_eq!(enough_of("{every: 1d, effects: [l += count(r)]}"), f64::INFINITY);
        assert_eq!(enough_of("{rate: 0.1 * count(r) per day, effects: [f = true]}"), f64::INFINITY);
        assert_eq!(
            enough_of("{rate: 1 per day, times: [{when: count(r) >= 2, by: 3}], effects: [f = true]}"),
            2.0
        );
    }
}
