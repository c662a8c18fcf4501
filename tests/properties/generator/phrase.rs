//! Numbers of the tape become conditions, numbers and effects, as they are written.

use super::{Generator, Kind, Variable};

impl Generator<'_> {
    pub(super) fn effect(&mut self, Variable { name, kind }: &Variable) -> String {
        let form = self.tape.below(6);
        match kind {
            Kind::Flag => {
                format!("{name} = {}", ["true", "false"].get(form).copied().unwrap_or(&format!("not {name}")))
            }
            Kind::Level(top) => match form {
                0 | 1 => format!("raise {name}"),
                2 => format!("lower {name}"),
                3 => format!("{name} = {}", self.tape.below(top + 1)),
                4 => format!(
                    "{name} += if {} then 1 else -1",
                    self.condition(1, 0..self.variables.len(), true)
                ),
                _ => format!("lower {name} by 2 down to 1"),
            },
            Kind::Named(values) => format!("{name} = {}", self.tape.pick(values)),
            Kind::Rung(rungs) => match form {
                0 | 1 => format!("raise {name}"),
                2 => format!("lower {name}"),
                3 => format!("raise {name} to {}", self.tape.pick(rungs)),
                4 => format!("lower {name} by 2"),
                _ => format!("{name} = {}", self.tape.pick(rungs)),
            },
        }
    }

    /// A number of about this size, not below 0.
    pub(super) fn number(&mut self, size: f64) -> String {
        match self.tape.below(6) {
            0 | 1 => format!("{size}"),
            2 => format!("{} * (1 + load)", size / 2.0),
            3 => format!("{size} * unsure"),
            4 => format!(
                "(if {} then {size} else {})",
                self.condition(1, 0..self.variables.len(), true),
                size / 4.0
            ),
            _ => format!("{size} * sure"),
        }
    }

    /// A condition on some of the variables, and on latches and counters if `wider`.
    pub(super) fn condition(&mut self, depth: usize, reads: std::ops::Range<usize>, wider: bool) -> String {
        match self.tape.below(if depth == 0 { 4 } else { 7 }) {
            4 => format!("{} and {}", self.part(depth, &reads, wider), self.part(depth, &reads, wider)),
            5 => format!("{} or {}", self.part(depth, &reads, wider), self.part(depth, &reads, wider)),
            6 => format!("not {}", self.part(depth, &reads, wider)),
            3 if wider && !self.latches.is_empty() => self.tape.pick(&self.latches.clone()),
            _ => {
                let at = reads.start + self.tape.below(reads.len());
                let variable = self.variables[at].clone();
                self.test(&variable)
            }
        }
    }

    pub(super) fn part(&mut self, depth: usize, reads: &std::ops::Range<usize>, wider: bool) -> String {
        format!("({})", self.condition(depth - 1, reads.clone(), wider))
    }

    fn test(&mut self, Variable { name, kind }: &Variable) -> String {
        match kind {
            Kind::Flag => self.tape.pick(&[format!("not {name}"), (*name).to_owned()]),
            // Nothing that always or never holds.
            Kind::Level(top) => {
                let value = 1 + self.tape.below(*top);
                let tests =
                    [("<", value), (">=", value), ("==", value - 1), ("!=", value), ("<=", value - 1)];
                let (operator, value) = self.tape.pick(&tests);
                format!("{name} {operator} {value}")
            }
            Kind::Named(values) => {
                let (one, other) = (self.tape.pick(values), self.tape.pick(values));
                match self.tape.below(3) {
                    0 => format!("{name} == {one}"),
                    1 => format!("{name} != {one}"),
                    _ => format!("{name} in [{one}, {other}]"),
                }
            }
            Kind::Rung(rungs) => {
                format!("{name} {} {}", self.tape.pick(&["<", ">=", "=="]), self.tape.pick(&rungs[1..]))
            }
        }
    }
}
