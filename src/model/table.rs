//! The values of an expression that reads few discrete variables, for each of their states.

use crate::id::VariableId;

/// Most variables.
pub(super) const MAX_AXES: usize = 4;

/// Values by state.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The variables, rising; the last changes fastest.
    axes: Vec<Axis>,
    /// How the place moves with each, the fastest first; filled up with the first variable of all, which moves nothing.
    steps: [Step; MAX_AXES],
    /// Where the state lies in which every variable is 0, whether there is such a state or not.
    origin: f64,
    values: Box<[f64]>,
}

/// A variable that takes so many whole numbers from a lowest one; values above the last count as the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The variable.
    pub variable: VariableId,
    /// The lowest.
    pub low: f64,
    /// How many.
    pub size: usize,
}

/// How the place in a table moves with a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    variable: VariableId,
    /// How far apart the values of its neighbouring states lie.
    stride: f64,
    /// Values above this count as this.
    top: f64,
}

impl Table {
    /// Of up to [`MAX_AXES`] variables, rising; `value` gives the value in a state.
    pub(super) fn filled(axes: &[Axis], mut value: impl FnMut(&[(VariableId, f64)]) -> f64) -> Self {
        let mut steps = [Step { variable: VariableId::new(0), stride: 0.0, top: 0.0 }; MAX_AXES];
        let (mut origin, mut size) = (0.0, 1);
        for (step, axis) in steps.iter_mut().zip(axes.iter().rev()) {
            *step = Step { variable: axis.variable, stride: size as f64, top: axis.top() };
            origin -= axis.low * size as f64;
            size *= axis.size;
        }
        let mut state: Vec<(VariableId, f64)> = axes.iter().map(|axis| (axis.variable, axis.low)).collect();
        let values = (0..size).map(|_| {
            let here = value(&state);
            step(&mut state, axes);
            here
        });
        Self { values: values.collect(), axes: axes.to_vec(), steps, origin }
    }

    /// The variables it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = VariableId> + '_ {
        self.axes.iter().map(|axis| axis.variable)
    }

    /// The variables it reads, rising, and their values.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The values, by state; that of the lowest values comes first, and the last variable changes fastest.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// By position on an axis of the table: how far the value lies from that of the lowest position. Positions that the
    /// table cannot tell apart lie at the first of them.
    pub fn offsets(&self, axis: &Axis) -> Vec<u32> {
        let faster = self.axes.iter().rev().take_while(|other| other.variable != axis.variable);
        let stride: usize = faster.map(|axis| axis.size).product();
        let slice = |position: usize| {
            let block = stride * axis.size;
            let starts = (0..self.values.len()).step_by(block).map(move |start| start + position * stride);
            starts.flat_map(|start| &self.values[start..start + stride]).map(|value| value.to_bits())
        };
        let first = |position: usize| (0..position).find(|other| slice(*other).eq(slice(position)));
        (0..axis.size).map(|position| (first(position).unwrap_or(position) * stride) as u32).collect()
    }

    /// The value in a state, for a table of at least one variable.
    #[inline]
    pub(super) fn value(&self, values: &[f64]) -> f64 {
        let part = |at: usize| {
            let Step { variable, stride, top } = self.steps[at];
            let value = values[variable.index()];
            stride * if value < top { value } else { top }
        };
        let place = self.origin + ((part(0) + part(1)) + (part(2) + part(3)));
        self.values[place as usize]
    }
}

impl Axis {
    /// The highest value.
    pub fn top(&self) -> f64 {
        self.low + (self.size - 1) as f64
    }
}

/// The next state, the first one after the last.
fn step(state: &mut [(VariableId, f64)], axes: &[Axis]) {
    for ((_, value), axis) in state.iter_mut().zip(axes).rev() {
        *value += 1.0;
        if *value < axis.low + axis.size as f64 {
            return;
        }
        *value = axis.low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_value() {
        let id = VariableId::new;
        let axis = |at, low, size| Axis { variable: id(at), low, size };
        let axes = [axis(1, 0.0, 2), axis(3, -2.0, 3), axis(5, 10.0, 4)];
        let table =
            Table::filled(&axes, |state| state.iter().fold(0.0, |sum, (_, value)| sum * 100.0 + value));
        for a in [-2.0, -1.0, 0.0] {
            for b in [0.0, 1.0] {
                for c in [10.0, 11.0, 12.0, 13.0] {
                    assert_eq!(table.value(&[7.0, b, 7.0, a, 7.0, c]), b * 10_000.0 + a * 100.0 + c);
                }
            }
        }
        assert_eq!(table.value(&[7.0, 0.0, 7.0, 0.0, 7.0, 99.0]), 13.0);
        assert_eq!(table.offsets(&axes[0]), [0, 12]);
        assert_eq!(table.offsets(&axes[1]), [0, 4, 8]);
        assert_eq!(table.reads().collect::<Vec<_>>(), [id(1), id(3), id(5)]);
    }

    #[test]
    fn values_that_are_not_told_apart_lie_together() {
        let id = VariableId::new;
        let axes = [(0, 4), (1, 3)].map(|(at, size)| Axis { variable: id(at), low: 0.0, size });
        let table = Table::filled(&axes, |state| f64::from(u8::from(state[0].1 >= 2.0 && state[1].1 != 1.0)));
        assert_eq!(table.offsets(&axes[0]), [0, 0, 6, 6]);
        assert_eq!(table.offsets(&axes[1]), [0, 1, 0]);
    }

    #[test]
    fn a_table_of_nothing_has_one_value() {
        assert_eq!(Table::filled(&[], |_| 7.0).values(), [7.0]);
    }
}
