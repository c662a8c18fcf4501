//! Two histories of the same run → where they part.

use serde::Serialize;

use super::trace::Trace;

/// One run in two scenarios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// Number of the run.
    pub run: u64,
    /// What the two scenarios are called.
    pub names: [String; 2],
    /// Steps at the beginning that both have, to the last bit.
    pub common: u64,
    /// Whether the histories differ at all: in a step, a value drawn at the start, or the end.
    pub parted: bool,
    /// The history in the first.
    pub first: Trace,
    /// The history in the second.
    pub second: Trace,
}

/// Sets two histories of a run against each other.
pub fn against(names: [String; 2], first: Trace, second: Trace) -> Against {
    let pairs = first.steps.iter().zip(&second.steps);
    let common = pairs.take_while(|(one, two)| one == two).count() as u64;
    let parted = first != second;
    Against { run: first.run, names, common, parted, first, second }
}
