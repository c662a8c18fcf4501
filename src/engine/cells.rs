//! What is looked up in tables: the place of each is kept up to date as variables change.
//!
//! An expression that is one table need not be evaluated: its value stands at its place, and what rests on it is looked
//! at again only if a change of a variable moved the place to another value. Where a table cannot tell two values of a
//! variable apart, a change from one to the other does not touch it.

use std::collections::HashMap;

use super::dirty::{Bit, Dirty, Kind};
use crate::id::VariableId;
use crate::model::{Dependents, Table};

/// Most values of a variable for which what moves is listed by change.
const MAX_LISTED: u32 = 32;

/// A table with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell(u32);

/// A place in the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(u32);

/// All cells of a model.
#[derive(Default)]
pub(super) struct Cells {
    /// The values of all tables, one after another.
    values: Vec<f64>,
    /// By cell: its place at the start of a run.
    pub(super) starts: Vec<Place>,
    /// By variable.
    ranges: Vec<Range>,
    axes: Vec<Axis>,
    /// By variable, old position, new position: what that moves.
    moves: Vec<Moves>,
    /// What changes move: listed once, and behind that what the last change moves that is not listed.
    rates: Vec<RateShift>,
    shifts: Vec<Shift>,
    listed: Moves,
}

/// Which values of a variable tables tell apart. As short as may be: it is looked at with every change.
#[derive(Clone, Copy, Default)]
struct Range {
    low: f64,
    /// The position of the highest value that a table tells from all others; those above count as this.
    top: u32,
    /// Where it is listed what changes move, if there are not too many.
    first: u32,
}

/// What moves with a variable.
#[derive(Clone, Default)]
struct Axis {
    /// The rules whose rate it moves, and the cells, each with where the values of the variable lie in its table.
    rates: Vec<(u32, Vec<u32>)>,
    cells: Vec<((Cell, Bit, u32), Vec<u32>)>,
}

/// What a change of a variable moves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moves {
    rates: Span,
    cells: Span,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    from: u32,
    to: u32,
}

/// What a change does to the place of a rule's rate.
#[derive(Clone, Copy)]
pub(super) struct RateShift {
    pub(super) rule: u32,
    pub(super) by: u32,
}

/// What a change does to a cell.
#[derive(Clone, Copy)]
struct Shift {
    cell: Cell,
    /// What is marked.
    bit: Bit,
    /// Its position among its kind; [`PART`] if the cell is not all that it looks up.
    owner: u32,
    by: u32,
}

/// In place of an owner.
const PART: u32 = u32::MAX;

/// Makes the cells of a model.
pub(super) struct CellsBuilder<'a> {
    /// The state in which runs start.
    state: &'a [f64],
    /// Tells bits.
    dirty: &'a Dirty,
    /// By variable: what is to be looked at again when it changes.
    dependents: &'a [Dependents],
    /// Where the values of tables stand, by their bits: tables of equal values share theirs.
    tables: HashMap<Vec<u64>, u32>,
    cells: Cells,
}

impl<'a> CellsBuilder<'a> {
    /// None yet, for runs that begin in this state.
    pub(super) fn new(state: &'a [f64], dirty: &'a Dirty, dependents: &'a [Dependents]) -> Self {
        let (ranges, axes) = (vec![Range::default(); state.len()], vec![Axis::default(); state.len()]);
        let cells = Cells { ranges, axes, ..Cells::default() };
        Self { state, dirty, dependents, tables: HashMap::new(), cells }
    }

    /// Adds the rates of a rule; where its rate stands at the start of a run, and what it is there. None if the rule is no
    /// dependent of a variable that they read: it must not see that change.
    pub(super) fn add_rate(&mut self, table: &Table, rule: usize) -> Option<(Place, f64)> {
        let mut axes = table.axes().iter();
        if !axes.all(|axis| is_dependent((Kind::Clock, rule), &self.dependents[axis.variable.index()])) {
            return None;
        }
        let place = self.add_table(table, |_, axis, offsets| axis.rates.push((rule as u32, offsets)));
        Some((place, self.cells.at(place)))
    }

    /// Adds a table, with what is looked at again, if it is a dependent of the variables that it reads, when its value
    /// becomes another.
    pub(super) fn add(&mut self, table: &Table, owner: (Kind, usize)) -> Cell {
        self.add_cell(table, owner, owner.1 as u32)
    }

    /// The same for something that looks up more than this table.
    pub(super) fn add_part(&mut self, table: &Table, owner: (Kind, usize)) -> Cell {
        self.add_cell(table, owner, PART)
    }

    fn add_cell(&mut self, table: &Table, (kind, at): (Kind, usize), owner: u32) -> Cell {
        let cell = Cell(self.cells.starts.len() as u32);
        let (bit, nothing) = (self.dirty.bit(kind, at), self.dirty.bit(Kind::Nothing, 0));
        let dependents = self.dependents;
        let place = self.add_table(table, |variable, axis, offsets| {
            let is_known = is_dependent((kind, at), &dependents[variable]);
            axis.cells.push(((cell, if is_known { bit } else { nothing }, owner), offsets));
        });
        self.cells.starts.push(place);
        cell
    }

    /// Adds a table: gives each variable's axis where its values lie. Where the table stands at the start of a run.
    fn add_table(&mut self, table: &Table, mut give: impl FnMut(usize, &mut Axis, Vec<u32>)) -> Place {
        let mut place = self.place_of(table.values());
        for read in table.axes() {
            let variable = read.variable.index();
            let offsets = table.offsets(read);
            let position = (self.state[variable] - read.low) as usize;
            place += offsets[position.min(offsets.len() - 1)];
            let range = &mut self.cells.ranges[variable];
            range.low = read.low;
            range.top = range.top.max(offsets.len() as u32 - 1);
            give(variable, &mut self.cells.axes[variable], offsets);
        }
        Place(place)
    }

    /// Where these values stand, one after another.
    fn place_of(&mut self, values: &[f64]) -> u32 {
        let all = &mut self.cells.values;
        let bits = values.iter().map(|value| value.to_bits()).collect();
        *self.tables.entry(bits).or_insert_with(|| {
            let place = all.len() as u32;
            all.extend_from_slice(values);
            place
        })
    }

    pub(super) fn build(self) -> Cells {
        let mut cells = self.cells;
        for (axis, range) in cells.axes.iter_mut().zip(&mut cells.ranges) {
            axis.fill(range.top as usize + 1);
            range.first = cells.moves.len() as u32;
            if range.is_listed() {
                let positions = 0..=range.top as usize;
                for (old, new) in
                    positions.clone().flat_map(|old| positions.clone().map(move |new| (old, new)))
                {
                    cells.moves.push(axis.move_all(old, new, &mut cells.rates, &mut cells.shifts));
                }
            }
        }
        let listed = Moves { rates: Span::all(&cells.rates), cells: Span::all(&cells.shifts) };
        Cells { listed, ..cells }
    }
}

/// Whether one of a kind is among the dependents of a variable.
fn is_dependent((kind, at): (Kind, usize), dependents: &Dependents) -> bool {
    kind.all_in(dependents).any(|known| known == at)
}

impl Cells {
    /// The value of a cell where the cells have these places.
    #[inline]
    pub(super) fn value(&self, places: &[Place], cell: Cell) -> f64 {
        self.at(places[cell.0 as usize])
    }

    /// The value at a place.
    #[inline]
    pub(super) fn at(&self, place: Place) -> f64 {
        self.values[place.0 as usize]
    }

    /// Moves a place whose value is kept; whether that is another now.
    #[inline]
    pub(super) fn shift(&self, place: &mut Place, by: u32, value: &mut f64) -> bool {
        *place = place.shifted(by);
        let before = std::mem::replace(value, self.at(*place));
        before.to_bits() != value.to_bits()
    }

    /// What a change of a variable moves, until the next change.
    #[inline]
    pub(super) fn moves(&mut self, variable: VariableId, old: f64, new: f64) -> Moves {
        match self.listed(variable, old, new) {
            Some(moves) => moves,
            None => self.unlisted(variable, old, new),
        }
    }

    /// What a change of a variable moves, if that is listed.
    #[inline]
    pub(super) fn listed(&self, variable: VariableId, old: f64, new: f64) -> Option<Moves> {
        let range = &self.ranges[variable.index()];
        let at = range.position(old) * (range.top as usize + 1) + range.position(new);
        range.is_listed().then(|| self.moves[range.first as usize + at])
    }

    #[cold]
    #[inline(never)]
    fn unlisted(&mut self, variable: VariableId, old: f64, new: f64) -> Moves {
        let (axis, range) = (&self.axes[variable.index()], &self.ranges[variable.index()]);
        self.rates.truncate(self.listed.rates.to as usize);
        self.shifts.truncate(self.listed.cells.to as usize);
        axis.move_all(range.position(old), range.position(new), &mut self.rates, &mut self.shifts)
    }

    /// What moves of rates.
    #[inline]
    pub(super) fn rates(&self, moves: Moves) -> &[RateShift] {
        moves.rates.of(&self.rates)
    }

    /// Moves the cells, and marks what rests on those that have another value now.
    #[inline]
    pub(super) fn mark(&self, moves: Moves, places: &mut [Place], dirty: &mut Dirty) {
        let Self { values, shifts, .. } = self;
        for shift in moves.cells.of(shifts) {
            let (before, after) = shift.apply(places, values);
            dirty.set_if(shift.bit, after.to_bits() != before.to_bits());
        }
    }

    /// The same where all cells are of outcomes, which are told with their new value instead of being marked.
    #[inline]
    pub(super) fn tell_outcomes(&self, moves: Moves, places: &mut [Place], mut tell: impl FnMut(usize, f64)) {
        let Self { values, shifts, .. } = self;
        for shift in moves.cells.of(shifts) {
            let (before, after) = shift.apply(places, values);
            if after.to_bits() != before.to_bits() {
                tell(shift.owner as usize, after);
            }
        }
    }

    /// What moves of cells that are of outcomes: the outcome, and by how much.
    pub(super) fn outcomes(&self, moves: Moves) -> impl Iterator<Item = (u32, u32)> {
        moves.cells.of(&self.shifts).iter().map(|shift| (shift.owner, shift.by))
    }

    /// Whether all cells that move are all that outcomes look up.
    pub(super) fn are_outcomes(&self, moves: Moves, dirty: &Dirty) -> bool {
        let mut shifts = moves.cells.of(&self.shifts).iter();
        shifts.all(|shift| dirty.is_of(shift.bit, Kind::Outcome) && shift.owner != PART)
    }
}

impl Cell {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// So many cells from this on.
    pub(super) fn following(self, count: u32) -> impl Iterator<Item = Self> {
        (self.0..self.0 + count).map(Self)
    }
}

impl Place {
    #[inline]
    fn shifted(self, by: u32) -> Self {
        Self(self.0.wrapping_add(by))
    }
}

impl Shift {
    /// Moves the cell; its value before and after.
    #[inline]
    fn apply(&self, places: &mut [Place], values: &[f64]) -> (f64, f64) {
        let place = &mut places[self.cell.0 as usize];
        let before = values[place.0 as usize];
        *place = place.shifted(self.by);
        (before, values[place.0 as usize])
    }
}

impl Span {
    fn all<T>(list: &[T]) -> Self {
        Self { from: 0, to: list.len() as u32 }
    }

    #[inline]
    fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.from as usize..self.to as usize]
    }
}

impl Axis {
    /// Gives all tables so many positions.
    fn fill(&mut self, positions: usize) {
        let all = self.rates.iter_mut().map(|(_, offsets)| offsets);
        for offsets in all.chain(self.cells.iter_mut().map(|(_, offsets)| offsets)) {
            let last = offsets.last().copied().unwrap_or_default();
            offsets.resize(positions, last);
        }
    }

    /// What moves between two positions, appended to the lists.
    fn move_all(&self, old: usize, new: usize, rates: &mut Vec<RateShift>, shifts: &mut Vec<Shift>) -> Moves {
        let by = |offsets: &[u32]| offsets[new].wrapping_sub(offsets[old]);
        let (from_rates, from) = (rates.len() as u32, shifts.len() as u32);
        let moving = self.rates.iter().map(|(rule, offsets)| RateShift { rule: *rule, by: by(offsets) });
        rates.extend(moving.filter(|shift| shift.by != 0));
        let moving = self.cells.iter().map(|((cell, bit, owner), offsets)| Shift {
            cell: *cell,
            bit: *bit,
            owner: *owner,
            by: by(offsets),
        });
        shifts.extend(moving.filter(|shift| shift.by != 0));
        Moves {
            rates: Span { from: from_rates, to: rates.len() as u32 },
            cells: Span { from, to: shifts.len() as u32 },
        }
    }
}

impl Range {
    /// Whether there are not too many changes to list what each moves.
    #[inline]
    fn is_listed(&self) -> bool {
        self.top < MAX_LISTED
    }

    /// The position of a value.
    #[inline]
    fn position(&self, value: f64) -> usize {
        ((value - self.low) as u32).min(self.top) as usize
    }
}
