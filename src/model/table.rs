//! The values of an expression that reads few discrete variables, for each of their states.

use crate::id::VariableId;

/// Most variables.
pub(super) const MAX_AXES: usize = 4;

/// Values by state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    /// The variables, and how far apart their values lie; filled up with the first variable of all, 0 apart.
    axes: [(VariableId, f64); MAX_AXES],
    /// Where the state lies in which every variable is 0, whether there is such a state or not.
    origin: f64,
    values: Box<[f64]>,
}

/// A variable that takes so many whole numbers from a lowest one.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) variable: VariableId,
    pub(super) low: f64,
    pub(super) size: usize,
}

impl Table {
    /// Of 1 to [`MAX_AXES`] variables; `value` gives the value in a state.
    pub(super) fn filled(axes: &[Axis], mut value: impl FnMut(&[(VariableId, f64)]) -> f64) -> Self {
        let mut strides = [(VariableId::new(0), 0.0); MAX_AXES];
        let (mut origin, mut size) = (0.0, 1);
        // The last variable changes fastest.
        for (stride, axis) in strides.iter_mut().zip(axes.iter().rev()) {
            *stride = (axis.variable, size as f64);
            origin -= axis.low * size as f64;
            size *= axis.size;
        }
        let mut state: Vec<(VariableId, f64)> = axes.iter().map(|axis| (axis.variable, axis.low)).collect();
        let values = (0..size).map(|_| {
            let here = value(&state);
            step(&mut state, axes);
            here
        });
        Self { axes: strides, origin, values: values.collect() }
    }

    /// The variables it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = VariableId> + '_ {
        self.axes.iter().filter(|(_, stride)| *stride > 0.0).map(|(variable, _)| *variable)
    }

    /// The value in a state.
    #[inline]
    pub(super) fn value(&self, values: &[f64]) -> f64 {
        let part = |at: usize| values[self.axes[at].0.index()] * self.axes[at].1;
        let place = self.origin + ((part(0) + part(1)) + (part(2) + part(3)));
        self.values[place as usize]
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
        let axes = [axis(3, -2.0, 3), axis(1, 0.0, 2), axis(5, 10.0, 4)];
        let table =
            Table::filled(&axes, |state| state.iter().fold(0.0, |sum, (_, value)| sum * 100.0 + value));
        for a in [-2.0, -1.0, 0.0] {
            for b in [0.0, 1.0] {
                for c in [10.0, 11.0, 12.0, 13.0] {
                    assert_eq!(table.value(&[7.0, b, 7.0, a, 7.0, c]), a * 10_000.0 + b * 100.0 + c);
                }
            }
        }
        assert_eq!(table.reads().collect::<Vec<_>>(), [id(5), id(1), id(3)]);
    }
}
