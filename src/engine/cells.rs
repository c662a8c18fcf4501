//! What is looked up in tables: the place of each is kept up to date as variables change.
//!
//! An expression that is one table need not be evaluated: its value stands at its place, and what rests on it is looked
//! at again only if a change of a variable moved the place to another value. Where a table cannot tell two values of a
//! variable apart, a change from one to the other does not touch it.

use super::dirty::{Bit, Dirty, Kind};
use crate::id::VariableId;
use crate::model::{Dependents, Table};

/// Most values of a variable for which what moves is listed by change.
const MAX_LISTED: usize = 32;

/// A table with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell(u32);

/// All cells of a model.
#[derive(Default)]
pub(super) struct Cells {
    /// The values of all tables, one after another.
    values: Vec<f64>,
    /// By cell: where it stands in a state.
    places: Vec<u32>,
    /// The same at the start of a run.
    starts: Vec<u32>,
    /// By variable.
    axes: Vec<Axis>,
}

/// What moves with a variable.
#[derive(Default)]
struct Axis {
    low: f64,
    /// The position of the highest value that a table tells from all others; those above count as this.
    top: usize,
    /// The cells, each with where the values of the variable lie in its table.
    links: Vec<Located>,
    /// By old position, then new: which shifts that makes; none if there would be too many.
    changes: Vec<(u32, u32)>,
    shifts: Vec<(Link, u32)>,
}

/// A cell that moves with a variable.
#[derive(Clone, Copy)]
struct Link {
    cell: Cell,
    /// What is marked.
    bit: Bit,
}

/// A cell, with where the values of the variable lie in its table.
type Located = (Link, Vec<u32>);

/// Makes the cells of a model.
pub(super) struct CellsBuilder<'a> {
    /// The state in which runs start.
    state: &'a [f64],
    /// Tells bits.
    dirty: &'a Dirty,
    /// By variable: what is to be looked at again when it changes.
    dependents: &'a [Dependents],
    cells: Cells,
    /// By variable: its lowest value, and what becomes its links.
    axes: Vec<(f64, Vec<Located>)>,
}

impl<'a> CellsBuilder<'a> {
    /// None yet, for runs that begin in this state.
    pub(super) fn new(state: &'a [f64], dirty: &'a Dirty, dependents: &'a [Dependents]) -> Self {
        let axes = vec![(0.0, Vec::new()); state.len()];
        Self { state, dirty, dependents, cells: Cells::default(), axes }
    }

    /// Adds a table, with what is looked at again, if it is a dependent of the variables that it reads, when its value
    /// becomes another.
    pub(super) fn add(&mut self, table: &Table, (kind, at): (Kind, usize)) -> Cell {
        let cell = Cell(self.cells.starts.len() as u32);
        let mut place = self.cells.values.len() as u32;
        for axis in table.axes() {
            let is_known = kind.all_in(&self.dependents[axis.variable.index()]).any(|known| known == at);
            let bit = if is_known { self.dirty.bit(kind, at) } else { self.dirty.bit(Kind::Nothing, 0) };
            let offsets = table.offsets(axis);
            let position = (self.state[axis.variable.index()] - axis.low) as usize;
            place += offsets[position.min(offsets.len() - 1)];
            let (low, links) = &mut self.axes[axis.variable.index()];
            *low = axis.low;
            links.push((Link { cell, bit }, offsets));
        }
        self.cells.starts.push(place);
        self.cells.values.extend_from_slice(table.values());
        cell
    }

    pub(super) fn build(self) -> Cells {
        let axes = self.axes.into_iter().map(|(low, links)| Axis::new(low, links)).collect();
        Cells { places: self.cells.starts.clone(), axes, ..self.cells }
    }
}

impl Cells {
    /// Goes to the start of a run.
    pub(super) fn reset(&mut self) {
        self.places.copy_from_slice(&self.starts);
    }

    /// The value of a cell.
    #[inline]
    pub(super) fn value(&self, cell: Cell) -> f64 {
        self.values[self.places[cell.0 as usize] as usize]
    }

    /// A variable has changed: moves the cells that it moves, and marks what rests on those that have another value now.
    #[inline]
    pub(super) fn follow(&mut self, variable: VariableId, old: f64, new: f64, dirty: &mut Dirty) {
        let Self { values, places, axes, .. } = self;
        let axis = &axes[variable.index()];
        if axis.links.is_empty() {
            return;
        }
        let (old, new) = (axis.position(old), axis.position(new));
        match axis.shifts(old, new) {
            Some(shifts) => {
                for (link, by) in shifts {
                    link.shift(*by, values, places, dirty);
                }
            }
            None => {
                for (link, offsets) in &axis.links {
                    link.shift(offsets[new].wrapping_sub(offsets[old]), values, places, dirty);
                }
            }
        }
    }
}

impl Link {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a few instructions, for each cell that moves: measured")]
    fn shift(self, by: u32, values: &[f64], places: &mut [u32], dirty: &mut Dirty) {
        let place = &mut places[self.cell.0 as usize];
        let before = values[*place as usize];
        *place = place.wrapping_add(by);
        dirty.set_if(self.bit, values[*place as usize].to_bits() != before.to_bits());
    }
}

impl Axis {
    /// Of a variable, with where each of its values lies in the tables that read it.
    fn new(low: f64, links: Vec<Located>) -> Self {
        let top = links.iter().map(|(_, offsets)| offsets.len() - 1).max().unwrap_or_default();
        let mut axis = Self { low, top, links, ..Self::default() };
        for (_, offsets) in &mut axis.links {
            let last = offsets.last().copied().unwrap_or_default();
            offsets.resize(top + 1, last);
        }
        if top < MAX_LISTED {
            for (old, new) in (0..=top).flat_map(|old| (0..=top).map(move |new| (old, new))) {
                let from = axis.shifts.len() as u32;
                let shifts =
                    axis.links.iter().map(|(link, offsets)| (*link, offsets[new].wrapping_sub(offsets[old])));
                axis.shifts.extend(shifts.filter(|(_, by)| *by != 0));
                axis.changes.push((from, axis.shifts.len() as u32));
            }
        }
        axis
    }

    /// What a change moves; none if it is not listed.
    #[inline]
    fn shifts(&self, old: usize, new: usize) -> Option<&[(Link, u32)]> {
        let (from, to) = self.changes.get(old * (self.top + 1) + new)?;
        Some(&self.shifts[*from as usize..*to as usize])
    }

    /// The position of a value.
    #[inline]
    fn position(&self, value: f64) -> usize {
        ((value - self.low) as u32 as usize).min(self.top)
    }
}
